"""feeds.yaml: what it says, and what it is told when it says something else."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.app.setup import read_config
from digest.config import Network, Quoting, Rights, Rule, Selection, Topic, Weights
from digest.config.document import Document
from digest.errors import ConfigError
from digest.plugins import Choice

FINE = """
contact: https://example.org/about
editions:
  weekly:
    title: Weekly
    language: de
    timezone: Europe/Berlin
    window: 36 hours
    url: https://example.org/weekly
    sender: Weekly <weekly@example.org>
    limits: {stories: 4}
    brief: {key-points: 2, tldr: 1}
    formats: [markdown]
    channels: [{use: folder, path: public}]
    summarizer: {use: sumy, method: luhn}
    outlets:
      NO:
        feeds: [https://example.org/feed.xml]
        language: nb
      Courier:
        files: [seeds/courier-*.md]
    files: [seeds/*]
"""


def refusal(tmp_path: Path, text: str) -> str:
    path = tmp_path / "feeds.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    return str(caught.value).replace(str(path), "feeds.yaml")


def test_every_key_arrives_in_the_records(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text(FINE, "utf-8")
    config = read_config(path)
    (edition,) = config.editions
    assert (edition.id, edition.title, edition.language, edition.timezone) == (
        "weekly",
        "Weekly",
        "de",
        "Europe/Berlin",
    )
    assert edition.window.total_seconds() == 36 * 3600
    assert (edition.url, edition.sender) == ("https://example.org/weekly/", "Weekly <weekly@example.org>")
    assert (edition.stories, edition.formats) == (4, ("markdown",))
    assert [(choice.name, most) for choice, most in edition.sections] == [("key-points", 2), ("tldr", 1)]
    assert edition.channels == (Choice(kind="channel", name="folder", options=(("path", "public"),)),)
    assert edition.summarizer == Choice(kind="summarizer", name="sumy", options=(("method", "luhn"),))
    assert [outlet.name for outlet in edition.outlets] == ["NO", "Courier"]
    assert [(feed.url, feed.outlet, feed.language) for feed in edition.feeds] == [
        ("https://example.org/feed.xml", "NO", "nb")
    ]
    assert (edition.outlets[1].files, edition.files) == (("seeds/courier-*.md",), ("seeds/*",))
    assert config.contact == "https://example.org/about"


def test_the_network_and_what_is_read_of_a_feed(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    outlets = "    outlets: {A: {feeds: [https://a/1, {url: https://a/2, full_text: page}]}}\n"
    path.write_text("network: {allow: [127.0.0.1:8700, 10.0.0.0/8], gap: 0.5, at_once: 4}\n" + BASE + outlets)
    config = read_config(path)
    assert config.network == Network(allow=("127.0.0.1:8700", "10.0.0.0/8"), gap=0.5, at_once=4)
    assert [(feed.url, feed.pages) for feed in config.editions[0].feeds] == [
        ("https://a/1", False),
        ("https://a/2", True),
    ]
    path.write_text(BASE)
    assert read_config(path).network == Network(allow=(), gap=1, at_once=8)


def test_what_an_issue_tells_is_chosen_by_rules_and_weights(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    rules = """
    sections:
      Chips: {words: [chip*], categories: [Hardware], outlets: [A], stories: 3}
      Else:
    include: {words: [news]}
    exclude: {categories: [Adverts]}
    min_outlets: 2
    ranking: {origins: 2.5, spread: 0}
    outlets: {A: {weight: 0.5}, B: {}}
"""
    path.write_text(BASE + rules, "utf-8")
    assert read_config(path).editions[0].selection == Selection(
        topics=(
            Topic(name="Chips", rule=Rule(words=("chip*",), categories=("Hardware",), outlets=("A",)), stories=3),
            Topic(name="Else"),
        ),
        include=Rule(words=("news",)),
        exclude=Rule(categories=("Adverts",)),
        min_outlets=2,
        weights=Weights(origins=2.5, spread=0),
        outlets=(("A", 0.5),),
    )
    path.write_text(BASE, "utf-8")
    assert read_config(path).editions[0].selection == Selection()


def test_how_much_may_be_quoted(tmp_path: Path) -> None:
    """A limit that an outlet does not name is the edition's, and one that the edition does not name the default's."""
    path = tmp_path / "feeds.yaml"
    path.write_text(BASE)
    assert read_config(path).editions[0].rights == Rights(default=Quoting(sentences=2, words=60))
    outlets = "    outlets: {A: {quote: none}, B: {quote: all}, C: {quote: {words: 20}}, D: {}}\n"
    path.write_text(BASE + "    quote: {sentences: 1}\n    commercial: true\n" + outlets)
    assert read_config(path).editions[0].rights == Rights(
        default=Quoting(sentences=1, words=60),
        outlets=(
            ("A", Quoting(sentences=0, words=0)),
            ("B", Quoting(sentences=None, words=None)),
            ("C", Quoting(sentences=1, words=20)),
        ),
        commercial=True,
    )
    path.write_text(BASE + "    quote: all\n")
    assert read_config(path).editions[0].rights.default == Quoting(sentences=None, words=None)


def test_a_key_with_nothing_after_it_is_empty(tmp_path: Path) -> None:
    """As in a file that is being written, or waits for `digest add --write`."""
    path = tmp_path / "feeds.yaml"
    path.write_text(BASE + "    files:\n    outlets:\n")
    assert read_config(path).editions[0].outlets == ()
    path.write_text(BASE + "    outlets:\n      A:\n      B:\n        feeds:\n")
    assert [outlet.feeds for outlet in read_config(path).editions[0].outlets] == [(), ()]


BASE = "editions:\n  weekly:\n    title: Weekly\n"
REFUSED = [
    (
        "stor: x\n" + BASE,
        "feeds.yaml:1:1: stor: unknown key 'stor'; did you mean 'store'? allowed: store, contact, network, mail, ping, web, edit",
    ),
    (
        BASE + "    windw: 7 days\n",
        "feeds.yaml:4:5: editions.weekly.windw: unknown key 'windw'; did you mean 'window'?",
    ),
    (BASE + "    window: 7\n", "feeds.yaml:4:13: editions.weekly.window: found 7 (a number); allowed: text"),
    (
        BASE + "    window: 7 dayz\n",
        "4:13: editions.weekly.window: found '7 dayz'; allowed: a number and a unit, such as",
    ),
    (BASE + "    timezone: Europe/Berln\n", "did you mean 'Europe/Berlin'?"),
    (BASE + "    language: English!\n", "found 'English!'; allowed: a language tag such as en, de or pt-BR"),
    (BASE + "    limits: {stories: many}\n", "editions.weekly.limits.stories: found 'many'; allowed: a whole number"),
    (BASE + "    limits: {stories: true}\n", "found true (true or false); allowed: a whole number"),
    (BASE + "    limits: {stories: 0}\n", "found 0 (a number); allowed: a whole number, at least 1"),
    (BASE + "    limits: {storys: 1}\n", "unknown key 'storys'; did you mean 'stories'? allowed: stories"),
    (BASE + "    formats: [emial]\n", "4:15: editions.weekly.formats[0]: no format 'emial'; did you mean 'email'?"),
    (BASE + "    formats: email\n", "found 'email'; allowed: a list, a line each"),
    (
        BASE + "    outlets: {A: {feeds: ['ftp://a/b']}}\n",
        "outlets.A.feeds[0]: found 'ftp://a/b'; allowed: an http:// or",
    ),
    (
        BASE + "    outlets: {A: {feeds: ['https://u:p@a/b']}}\n",
        "allowed: an http:// or https:// address without a user",
    ),
    (
        BASE + "    outlets: {A: {fils: []}}\n",
        "unknown key 'fils'; did you mean 'files'? allowed: feeds, files, language, weight, quote",
    ),
    (
        BASE + "    outlets:\n      A: {feeds: [https://a/b]}\n      B: {feeds: [https://a/b]}\n",
        "6:19: editions.weekly.out",
    ),
    (
        BASE + "    sections: {Chips: {wrds: []}}\n",
        "unknown key 'wrds'; did you mean 'words'? allowed: words, categories",
    ),
    (
        BASE + "    sections: {Chips: {words: ['*']}}\n",
        "sections.Chips.words[0]: found '*'; allowed: a word or a phrase;",
    ),
    (BASE + "    sections: [Chips]\n", "editions.weekly.sections: found a list; allowed: a mapping"),
    (BASE + "    ranking: {origin: 1}\n", "unknown key 'origin'; did you mean 'origins'? allowed: origins, size, rec"),
    (BASE + "    ranking: {size: -1}\n", "editions.weekly.ranking.size: found -1 (a number); allowed: a number, at"),
    (BASE + "    outlets: {A: {weight: heavy}}\n", "outlets.A.weight: found 'heavy'; allowed: a number"),
    (
        BASE + "    quote: some\n",
        "4:12: editions.weekly.quote: found 'some'; allowed: none, all, or a mapping with sentences: and words:",
    ),
    (BASE + "    quote: {words:}\n", "editions.weekly.quote: found a mapping; allowed: none, all, or a mapping with"),
    (BASE + "    quote:\n", "editions.weekly.quote: found nothing; allowed: none, all, or a mapping"),
    (
        BASE + "    quote: {sentences: -1}\n",
        "quote.sentences: found -1 (a number); allowed: a whole number, at least 0",
    ),
    (BASE + "    quote: {words: few}\n", "editions.weekly.quote.words: found 'few'; allowed: a whole number"),
    (
        BASE + "    quote: {sentence: 1}\n",
        "unknown key 'sentence'; did you mean 'sentences'? allowed: sentences, words",
    ),
    (
        BASE + "    outlets: {A: {quote: 2}}\n",
        "4:26: editions.weekly.outlets.A.quote: found 2 (a number); allowed: none",
    ),
    (BASE + "    outlets: {A: {quote: {wrds: 2}}}\n", "unknown key 'wrds'; did you mean 'words'?"),
    (BASE + "    commercial: yes\n", "editions.weekly.commercial: found 'yes'; allowed: true or false"),
    (BASE + "    min_outlets: 0\n", "editions.weekly.min_outlets: found 0 (a number); allowed: a whole number, at"),
    (BASE + "    include: {word: x}\n", "unknown key 'word'; did you mean 'words'?"),
    (BASE + "    summarizer: lexrank\n", "editions.weekly.summarizer: found 'lexrank'; allowed: coverage, sumy"),
    (
        BASE + "    summarizer: {use: sumy, metod: luhn}\n",
        "unknown option 'metod'; did you mean 'method'? allowed: method",
    ),
    (BASE + "    summarizer: {use: sumy, method: magic}\n", "summarizer.method: found 'magic'"),
    (BASE + "    channels: [folder]\n", "channels[0].path: option 'path' is missing; it is required"),
    (BASE + "    sender: nobody\n", "found 'nobody'; allowed: an address, such as Weekly <news@example.org>"),
    (
        BASE + "    sender: =?utf-8?q?x?= <news@example.org>\n",
        "feeds.yaml:4:13: editions.weekly.sender: found '=?utf-8?q?x?=",
    ),
    (BASE + "    url: https://a.example/%0a\n", "feeds.yaml:4:10: editions.weekly.url: found 'https://a.example/%0a'"),
    ("editions:\n  My Weekly: {title: x}\n", "2:3: editions.My Weekly: found 'My Weekly'; allowed: an id of a-z, 0-9"),
    ("editions:\n  weekly: {}\n", "editions.weekly: key 'title' is missing"),
    ("editions: {}\n", "editions: found nothing; allowed: at least one edition"),
    (
        "network: {allow: ['a b']}\n" + BASE,
        "1:19: network.allow[0]: found 'a b'; allowed: a host, an address or a network",
    ),
    ("network: {gap: -1}\n" + BASE, "network.gap: found -1 (a number); allowed: a number, at least 0"),
    ("network: {gap: fast}\n" + BASE, "network.gap: found 'fast'; allowed: a number"),
    ("network: {at_once: 0.5}\n" + BASE, "network.at_once: found 0.5 (a number); allowed: a whole number"),
    ("network: {alow: []}\n" + BASE, "unknown key 'alow'; did you mean 'allow'? allowed: allow, gap, at_once"),
    (
        BASE + "    outlets: {A: {feeds: [7]}}\n",
        "feeds[0]: found 7 (a number); allowed: an http:// or https:// address, or",
    ),
    (
        BASE + "    outlets: {A: {feeds: [{url: https://a/b, full_text: all}]}}\n",
        "feeds[0].full_text: found 'all'; allowed: feed or page",
    ),
    (
        BASE + "    outlets: {A: {feeds: [{ulr: https://a/b}]}}\n",
        "unknown key 'ulr'; did you mean 'url'? allowed: url, full_text",
    ),
    ("", "found nothing; allowed: a mapping of keys to values"),
    ("store: digest.db\n" + BASE, "store: found 'digest.db'; allowed: a database URL such as sqlite:///digest.db"),
    (BASE + "    title: Again\n", "feeds.yaml:4:5: key 'title' stands twice (first on line 3)"),
    (BASE + "    url: &a https://a/b\n", "feeds.yaml:4:10: has an anchor or alias"),
    (BASE + "    url: !!python/object/apply:os.system [ls]\n", "feeds.yaml:4:10: has a tag"),
    (BASE + "    url: [\n", "is no YAML"),
    (BASE + "\turl: x\n", "feeds.yaml:4:1: is no YAML"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED, ids=range(len(REFUSED)))
def test_a_mistake_is_named_with_its_place_and_what_is_allowed(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(tmp_path, text)


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    said = refusal(tmp_path, BASE + "    window: soon\n    languag: en\n    limits: {stories: -1}\n")
    assert len(said.splitlines()) == 3


def test_a_file_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        read_config(tmp_path / "none.yaml")


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Every file is either understood or refused in our own words."""
    with suppress(ConfigError):
        Document.read(text.encode("utf-8", "surrogatepass"), "feeds.yaml")

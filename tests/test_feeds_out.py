"""The feeds that Digest gives: RSS, Atom and JSON Feed, of issues, of stories and of topics."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any
from urllib.parse import parse_qs

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from digest.deliver.websub import Websub
from digest.errors import DigestError, VerifyError
from digest.ingest.feeds.parse import parse
from digest.model import Artifact, Brief, Citation, Feed, Issue
from digest.render.engine import load_format, render
from digest.render.proof import prove
from digest.render.readback import quotes_in
from digest.text.normalize import one_line
from tests import feedrules
from tests.test_build import House
from tests.test_render import HOSTILE, ROOT, TEXTS, issues, sample

FORMAT = load_format(ROOT / "templates" / "feeds", (ROOT / "templates" / "locales",))
HOME = "https://news.example.org/long-view/"
NOW = datetime(2026, 11, 20, 6, 0, 1, tzinfo=UTC)  # a second after the sample issue
EVERY = [f"{name}.{ending}" for name in ("feed", "stories") for ending in ("xml", "atom", "json")]


def feeds(all_issues: Sequence[Issue]) -> dict[str, Artifact]:
    made = render(FORMAT, all_issues)
    return {artifact.path: artifact for artifact in made if not artifact.media_type.startswith("image/")}


def faults(made: dict[str, Artifact], home: str | None = HOME, now: datetime = NOW) -> list[str]:
    return [
        f"{path}: {fault}"
        for path, one in made.items()
        for fault in feedrules.check(one.media_type, one.content, now, home and home + path)
    ]


def ids(artifact: Artifact) -> list[str]:
    """Of the items, in order, whatever the kind of feed."""
    if artifact.media_type == "application/feed+json":
        return [item["id"] for item in json.loads(artifact.content)["items"]]
    return [entry["id"] for entry in read(artifact)["entries"]]


def titles(artifact: Artifact) -> list[str]:
    if artifact.media_type == "application/feed+json":
        return [item["title"] for item in json.loads(artifact.content)["items"]]
    return [entry["title"] for entry in read(artifact)["entries"]]


def read(artifact: Artifact) -> Any:
    """As readers with the most common parser see it; it must have nothing to complain of."""
    found = feedparser.parse(
        artifact.content, response_headers={"content-type": f"{artifact.media_type}; charset=utf-8"}
    )
    assert not found["bozo"], found.get("bozo_exception")
    return found


def about(all_titles: Sequence[str]) -> Issue:
    """An issue with a story of each title and nothing else in it."""
    cited = [
        Citation(
            id=f"a{number}", outlet="Courier", title=title, url=f"https://courier.example/{number}", published=None,
            day_only=False, author=None, language="en", sha256="0" * 64,
        )
        for number, title in enumerate(all_titles)
    ]  # fmt: skip
    briefs = [
        Brief(story=f"s{number}", title=one.title, articles=(one.id,), new=(one.id,), since=None, sections=(), takes=())
        for number, one in enumerate(cited)
    ]
    return replace(sample(), articles=tuple(cited), briefs=tuple(briefs), topics=(), stale=())


@pytest.mark.parametrize(
    "case", ["sample", "no address", "no links", "empty", "right to left", "hub", "crowded", "many"]
)
def test_feeds_keep_to_their_standards(case: str) -> None:
    """All of them, by rules that have been written down from the standards."""
    issue = sample()
    cases = {
        "sample": issues(), "no address": [replace(issue, url=None)],
        "no links": [replace(issue, url=None, articles=tuple(replace(one, url=None) for one in issue.articles))], "empty": [replace(issue, briefs=(), articles=())],
        "right to left": [replace(issue, language="ar", title="نظرة")], "many": [replace(issue, id=f"i{n}") for n in range(60)],
        "hub": [replace(issue, hub="https://hub.example.org/", licence="https://creativecommons.org/licenses/by/4.0/")],
        "crowded": [about([f"Story {number} of a long day" for number in range(500)])],
    }  # fmt: skip
    made = feeds(cases[case])
    assert {*EVERY} <= set(made)
    assert faults(made, None if case.startswith("no ") else HOME) == []
    for artifact in made.values():
        if artifact.media_type != "application/feed+json":
            read(artifact)


MUTATIONS = [
    ("feed.xml", 'isPermaLink="false"', "", "guid is no URL"),
    ("feed.xml", "<pubDate>Fri", "<pubDate>Thu", "wrong day"),
    ("feed.xml", " 2026 07:00:00 +0100</pubDate>", " 2036 07:00:00 +0100</pubDate>", "in the future|wrong day"),
    ("feed.xml", 'rel="self"', 'rel="alternate"', "rel=self"),
    ("feed.xml", "<link>https://", "<link>/", "no absolute address"),
    ("feed.xml", "<hr>", "<hr onclick='x'>", "onclick="),
    ("feed.xml", "<hr>", "<script>x</script>", "<script>"),
    ("feed.xml", "<hr>", '<a href="x.html">x</a>', "no absolute address"),
    ("feed.xml", "<channel>", "<channel><colour>red</colour>", "<colour>"),
    ("feed.xml", "<generator>", "<language>de</language><generator>", "stands 2 times"),
    ("feed.atom", "<id>tag:digest.invalid,2026:long-view</id>", "", "has 0 id"),
    ("feed.atom", "<updated>2026-11-20", "<updated>2036-11-20", "in the future"),
    ("feed.atom", "+01:00</published>", "</published>", "no date of RFC 3339"),
    ("feed.atom", '<content type="html"', '<content type="text"', "no content of HTML"),
    ("feed.json", '"version": "https://jsonfeed.org/version/1.1"', '"version": "1.1"', "version"),
    ("feed.json", '"content_html"', '"content"', "item|content"),
    ("feed.json", '"id": "tag', '"id": "", "url_": "tag', "id"),
]


@pytest.mark.parametrize(("path", "old", "new", "fault"), MUTATIONS)
def test_the_rules_find_what_is_wrong(path: str, old: str, new: str, fault: str) -> None:
    """A checker that finds nothing would prove nothing."""
    artifact = feeds(issues())[path]
    text = artifact.content.decode()
    assert old in text
    found = feedrules.check(artifact.media_type, text.replace(old, new, 1).encode(), NOW, HOME + path)
    assert re.search(fault, "\n".join(found))


def test_ids_outlive_titles_addresses_and_everything_else() -> None:
    """The same in all three kinds, unique over all issues, and each feed has one of its own."""
    made = feeds(issues())
    changed = [
        replace(issue, title="Renamed", url="https://elsewhere.example/", language="de", hub=None, number=90, briefs=tuple(
            replace(brief, title=issue.articles[0].title) for brief in issue.briefs
        ))
        for issue in issues()
    ]  # fmt: skip
    again = feeds(changed)
    for path in made:
        assert ids(made[path]) == ids(again[path])
        assert len(set(ids(made[path]))) == len(ids(made[path]))
    for name in ("feed", "stories"):
        assert ids(made[f"{name}.xml"]) == ids(made[f"{name}.atom"]) == ids(made[f"{name}.json"])
    assert not set(ids(made["feed.xml"])) & set(ids(made["stories.xml"]))
    own = [read(artifact)["feed"]["id"] for path, artifact in made.items() if path.endswith(".atom")]
    assert len(set(own)) == len(own) > 3
    assert ids(made["feed.xml"])[0] == "tag:digest.invalid,2026:long-view/2026-11-20"


def test_a_story_that_goes_on_is_a_new_item() -> None:
    """Feed readers show what is new, and pass over what changed; what an item says never changes."""
    old, new = issues()
    before, after = feeds([old])["stories.xml"], feeds([old, new])["stories.xml"]
    shared = {brief.story for brief in old.briefs} & {brief.story for brief in new.briefs}
    assert shared
    for story in shared:
        found = [id for id in ids(after) if id.endswith(f"/{story}")]
        assert found == [f"tag:digest.invalid,2026:long-view/{issue.id}/{story}" for issue in (new, old)]
    entries = {entry["id"]: entry for entry in read(after)["entries"]}
    for entry in read(before)["entries"]:
        assert entries[entry["id"]] == entry


def test_an_item_that_is_gone_leaves_the_feeds() -> None:
    """Its issue was built again without it."""
    issue = sample()
    gone = issue.briefs[0].story
    made = feeds([replace(issue, briefs=issue.briefs[1:])])
    assert not any(id.endswith(gone) for path in EVERY for id in ids(made[path]))


def test_stories_are_in_their_order_by_time_as_well() -> None:
    """The first of an issue is the newest, and no item is newer than its issue."""
    for path in ("stories.xml", "stories.atom", "stories.json"):
        artifact = feeds(issues())[path]
        if path.endswith("json"):
            times = [datetime.fromisoformat(item["date_published"]) for item in json.loads(artifact.content)["items"]]
        else:
            times = [datetime(*entry["published_parsed"][:6], tzinfo=UTC) for entry in read(artifact)["entries"]]
        assert times == sorted(times, reverse=True)
        assert times[0] == sample().at
    assert [id.rsplit("/")[-1] for id in ids(feeds([sample()])["stories.xml"])] == [b.story for b in sample().briefs]


def test_feeds_of_a_topic_have_its_stories_only() -> None:
    """And do not change with an issue that tells nothing of it."""
    made = feeds(issues())
    energy = [brief.story for issue in reversed(issues()) for brief in issue.briefs if brief.topic == "Energy"]
    for ending in ("xml", "atom", "json"):
        assert [id.rsplit("/")[-1] for id in ids(made[f"topics/energy.{ending}"])] == energy
    quiet = replace(sample(), id="2026-11-21", number=13, at=sample().at + timedelta(days=1))
    without = replace(quiet, briefs=tuple(brief for brief in quiet.briefs if brief.topic != "Energy"))
    again = feeds([*issues(), without])
    assert again["topics/energy.atom"] == made["topics/energy.atom"]
    assert again["topics/energy.xml"] == made["topics/energy.xml"]
    assert again["feed.atom"] != made["feed.atom"]


def test_every_story_names_its_sources() -> None:
    """Outlet and link of the article with the headline, and all others beside it."""
    made, cited = feeds([sample()]), {article.id: article for article in sample().articles}
    rss, atom = read(made["stories.xml"])["entries"], read(made["stories.atom"])["entries"]
    plain = json.loads(made["stories.json"].content)["items"]
    for brief, one, two, three in zip(sample().briefs, rss, atom, plain, strict=True):
        articles = [cited[id] for id in brief.articles]
        linked = [article for article in articles if article.url]
        outlets = list(dict.fromkeys(article.outlet for article in articles))
        headline = next((article for article in linked if article.title == brief.title), linked[0])
        assert (one["source"]["title"], one["source"]["href"]) == (headline.outlet, headline.url)
        assert one["author"] == ", ".join(outlets)
        assert [author["name"] for author in two["authors"]] == outlets
        assert [link["href"] for link in two["links"] if link["rel"] == "via"] == [one.url for one in linked]
        assert three["external_url"] == headline.url
        assert [author["name"] for author in three["authors"]] == outlets


def test_feeds_say_where_they_are_and_whose_they_are() -> None:
    """Address, page, hub, icon, licence, and that a program made them."""
    issue = replace(sample(), hub="https://hub.example.org/", licence="https://creativecommons.org/licenses/by/4.0/")
    made = feeds([issue])
    for path in ("feed.xml", "feed.atom", "topics/energy.xml", "topics/energy.atom"):
        feed = read(made[path])["feed"]
        links = {(link["rel"], link["href"]) for link in feed["links"]}
        page = HOME + (path.rsplit(".")[0] + ".html" if "/" in path else "")
        assert {("self", HOME + path), ("hub", issue.hub), ("license", issue.licence), ("alternate", page)} <= links
        assert feed["rights"] == "Headlines and quotes belong to their outlets. All else: CC BY 4.0."
        assert "by a program" in feed["subtitle"]
        assert f"{HOME}feed.png" in (feed.get("icon"), feed.get("image", {}).get("href"))
    found = json.loads(made["feed.json"].content)
    assert (found["feed_url"], found["home_page_url"], found["icon"]) == (f"{HOME}feed.json", HOME, f"{HOME}feed.png")
    assert found["hubs"] == [{"type": "WebSub", "url": issue.hub}]
    assert found["_rights"]["licence"] == "CC BY 4.0"
    for item in found["items"]:
        assert "selected automatically" in item["content_html"]
    assert b"hub" not in feeds([sample()])["feed.atom"].content
    assert "hubs" not in json.loads(feeds([replace(issue, url=None)])["feed.json"].content)


def test_no_reader_is_known_to_a_feed() -> None:
    """No address of a person, no parameter that tells readers apart."""
    for artifact in feeds([replace(sample(), sender="Editor <editor@private.example>")]).values():
        text = artifact.content.decode()
        assert "private.example" not in text
        assert "utm_" not in text


def test_a_summary_is_plain_text_and_quotes() -> None:
    """The sentence that a story begins with, whose it is, and who tells it."""
    made, lead = feeds([sample()]), sample().briefs[0].sections[0].quotes[0].text
    for summary in (
        html.fromstring(read(made["stories.xml"])["entries"][0]["summary"]).text_content(),
        read(made["stories.atom"])["entries"][0]["summary"],
        json.loads(made["stories.json"].content)["items"][0]["summary"],
    ):
        quote, credit, *rest = summary.strip().split("\n")
        assert quote.strip() == f"“{lead}”"
        assert credit.startswith("— ")
        assert "8 outlets" in rest[-1]
        assert "<" not in summary


@pytest.mark.parametrize("path", ["stories.xml", "stories.atom", "stories.json"])
def test_a_changed_summary_is_found(path: str) -> None:
    """Its quote is proven like any other."""
    artifact, lead = feeds(issues())[path], sample().briefs[0].sections[0].quotes[0].text
    text = artifact.content.decode()
    at = text.index(f"“{lead}”")
    forged = text[:at] + text[at:].replace(lead, lead.replace(" ", " not ", 1), 1)
    assert prove(artifact, issues(), TEXTS) == len(quotes_in(artifact))
    with pytest.raises(VerifyError, match=" not "):
        prove(replace(artifact, content=forged.encode()), issues(), TEXTS)


def test_large_feeds_have_fewer_items() -> None:
    """Whole ones, the newest; at most fifty; an issue that is too large alone leaves out its last stories."""
    many = [replace(sample(), id=f"i{number}", number=number) for number in range(100)]
    for path, artifact in feeds(many).items():
        assert len(artifact.content) <= feedrules.LIMIT
        assert 5 < len(ids(artifact)) <= 50, path
    newest = [f"tag:digest.invalid,2026:long-view/i{number}" for number in range(99, 0, -1)]
    found = ids(feeds(many)["feed.atom"])
    assert found == newest[: len(found)]
    small = [replace(about(["One story"]), id=f"i{number}", number=number) for number in range(100)]
    assert [len(ids(artifact)) for artifact in feeds(small).values()] == [50] * 6
    crowd = feeds([about([f"Story {number} of a long day" for number in range(900)])])
    assert len(ids(crowd["feed.xml"])) == 1
    assert "more stories" in read(crowd["feed.xml"])["entries"][0]["content"][0]["value"]
    assert max(len(artifact.content) for artifact in crowd.values()) <= feedrules.LIMIT


def test_a_busy_weekly_has_months_of_issues() -> None:
    """Twenty stories each, in short; and whatever fits, all kinds of feeds have the same."""
    briefs = tuple(replace(sample().briefs[number % 3], story=f"s{number}") for number in range(20))
    made = feeds([replace(sample(), id=f"i{number}", number=number, briefs=briefs) for number in range(30)])
    assert len(ids(made["feed.atom"])) >= 8
    for path in made:
        assert ids(made[path]) == ids(made[f"{path.rpartition('.')[0]}.xml"])
    told = html.fromstring(read(made["feed.atom"])["entries"][0]["content"][0]["value"])
    assert len(told.xpath("//h3/a")) == 20


def test_without_an_address_a_title_leads_to_the_article_that_gave_it() -> None:
    """A tag that leads nowhere would look like a link that is broken."""
    made = feeds([replace(sample(), url=None)])
    url = {article.title: article.url for article in sample().articles}[sample().briefs[0].title]
    for path in ("feed.xml", "feed.atom", "stories.xml", "stories.atom"):
        assert read(made[path])["entries"][0]["link"] == url
    assert json.loads(made["feed.json"].content)["items"][0]["external_url"] == url


def test_quotes_stand_in_the_marks_of_the_language() -> None:
    lead = sample().briefs[0].sections[0].quotes[0].text
    made = feeds([replace(sample(), language="de")])
    for path in ("stories.xml", "stories.atom", "stories.json", "feed.xml"):
        assert "„" in made[path].content.decode()
        assert f"“{lead}" not in made[path].content.decode()


HARMLESS = "a harmless story"


@pytest.mark.parametrize("text", [*HOSTILE, "]]>", "\x00x", "x\ud800y", "x\ufffey", "<!DOCTYPE x>", "{{7*7}}", "AT&T <b> 5 < 6", "&amp;lt;"])  # fmt: skip
def test_hostile_titles_stay_titles(text: str) -> None:
    """Of stories, outlets and editions: well-formed, by the rules, and the same words again in every kind."""
    issue = about([text, HARMLESS])
    issue = replace(
        issue, title=text, articles=tuple(replace(one, outlet=text) for one in issue.articles), topics=(text,),
        briefs=tuple(replace(brief, topic=text) for brief in issue.briefs),
    )  # fmt: skip
    made = feeds([issue])
    assert faults(made) == []
    for path in ("stories.xml", "stories.atom", "stories.json"):
        artifact = made[path]
        if not path.endswith("json"):
            read(artifact)
        assert shown(artifact)[:2] == [one_line(text), HARMLESS]
        assert "49" not in shown(artifact)[0] or "49" in text


def shown(artifact: Artifact) -> list[str]:
    """The titles as they stand in the file."""
    if artifact.media_type == "application/feed+json":
        return titles(artifact)
    root = feedrules.tree(artifact.content)
    return [element.text or "" for element in root.findall(".//item/title") + root.findall(f"{feedrules.ATOM}entry/{feedrules.ATOM}title")]  # fmt: skip


TITLES = st.text(
    st.characters(exclude_categories=[]) | st.sampled_from("<>&;\"'[]{}%\\ \u2028\ufeff\U0001f680"),
    min_size=1,
    max_size=40,
).filter(lambda text: bool(one_line(text)))


@given(st.lists(TITLES, min_size=50, max_size=50))
@settings(max_examples=20, deadline=None)
def test_titles_survive(texts: list[str]) -> None:
    """A thousand of them, through every kind of feed and back."""
    made = feeds([about(texts)])
    expected = [one_line(text) for text in texts]
    for path in ("stories.xml", "stories.atom", "stories.json"):
        assert shown(made[path]) == expected
    parsed = [one_line(title) for title in titles(made["stories.atom"])]
    assert [title for title in parsed if title in expected] == [title for title in expected if not mended(title)]


def mended(title: str) -> bool:
    """feedparser takes some words for UTF-8 that was encoded twice, and repairs them."""
    try:
        return title.encode("iso-8859-1").decode("utf-8") != title
    except UnicodeError:
        return False


@pytest.mark.parametrize("path", ["feed.xml", "feed.atom", "feed.json", "stories.xml", "stories.atom", "stories.json"])
def test_an_edition_can_be_fed_by_another_one(path: str) -> None:
    """Digest reads its own feeds: titles, links, dates, licence and text of every item."""
    made = feeds([replace(sample(), licence="CC BY 4.0")])
    feed = Feed(url=HOME + path, outlet="The Long View", language="en")
    found = parse(made[path].content, feed, made[path].media_type)
    assert [entry.title for entry in found.entries] == titles(made[path])
    assert [entry.guid for entry in found.entries] == ids(made[path])
    for entry in found.entries:
        assert entry.url is not None
        assert entry.url.startswith(HOME)
        assert entry.published is not None
        assert len(entry.html) > 1_000


def test_the_words_around_quotes_are_in_the_language_of_the_edition() -> None:
    made = feeds([replace(sample(), language="de")])
    for path in EVERY:
        text = made[path].content.decode()
        assert "Überschriften und Zitate gehören ihren Medien." in text
        for english in ("Every sentence", "No source says", "How they see it", "Headlines and quotes", "Covers"):
            assert english not in text, path


# --- WebSub -----------------------------------------------------------------------------------------------------------


class Hub:
    """A hub on loopback that answers with `status` after `delay` seconds, and remembers what it was told."""

    def __init__(self, status: int, delay: float = 0) -> None:
        told: list[dict[str, list[str]]] = []
        self.told = told

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                sleep(delay)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                return None

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"


@pytest.fixture
def hub(request: pytest.FixtureRequest) -> Iterator[Hub]:
    made = Hub(*request.param)
    thread = Thread(target=made.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.mark.parametrize("hub", [(204,)], indirect=True)
def test_a_hub_is_told_of_every_feed_at_once(hub: Hub) -> None:
    """Of feeds, and of nothing else."""
    issue = replace(sample(), hub=hub.url)
    made = render(FORMAT, [issue])
    assert Websub()(issue, made) == len(made) - 1
    (told,) = hub.told
    assert told["hub.mode"] == ["publish"]
    assert told["hub.url"] == [HOME + one.path for one in made if not one.path.endswith("png")]


@pytest.mark.parametrize(("hub", "reason"), [((500,), "answered 500"), ((204, 3), "no answer in 0.3 seconds")], indirect=["hub"])  # fmt: skip
def test_a_hub_that_fails_is_noted_in_time(hub: Hub, reason: str) -> None:
    """The build goes on with the next channel."""
    issue = replace(sample(), hub=hub.url)
    began = monotonic()
    with pytest.raises(DigestError, match=reason):
        Websub(timeout=0.3)(issue, render(FORMAT, [issue]))
    assert monotonic() - began < 2


def test_a_hub_that_is_not_there_is_noted() -> None:
    issue = replace(sample(), hub="http://127.0.0.1:1/")
    with pytest.raises(DigestError, match="refused"):
        Websub()(issue, render(FORMAT, [issue]))


@pytest.mark.parametrize("lacking", ["hub", "url"])
def test_without_hub_or_address_there_is_nothing_to_tell(lacking: str) -> None:
    issue = replace(replace(sample(), hub="http://127.0.0.1:1/"), **{lacking: None})
    with pytest.raises(DigestError, match="no hub and url"):
        Websub()(issue, render(FORMAT, [issue]))


def test_hub_and_licence_of_an_edition_reach_its_feeds(tmp_path: Path) -> None:
    """From feeds.yaml to the files, and to a hub, whose failure is a note."""
    house = House(tmp_path)
    wishes = "    url: https://news.example.org/w\n    hub: http://127.0.0.1:1/\n    licence: CC BY 4.0\n    channels: [websub]\n"
    house.config.write_text(house.config.read_text("utf-8").replace("    files:", f"{wishes}    files:"), "utf-8")
    report = house.build()
    assert [one["object"] for one in report["problems"] if "told of" in one["reason"]] == ["http://127.0.0.1:1/"]
    found = read(Artifact(path="feed.atom", media_type="application/atom+xml", content=(house.out / "weekly/feed.atom").read_bytes()))  # fmt: skip
    assert ("hub", "http://127.0.0.1:1/") in {(link["rel"], link["href"]) for link in found["feed"]["links"]}
    assert "CC BY 4.0" in found["feed"]["rights"]
    assert house.issue()["hub"] == "http://127.0.0.1:1/"

"""Feeds are added to the text of feeds.yaml, and nothing else of it changes."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.app.setup import read_config
from digest.config.edit import Addition, as_yaml, with_feeds
from digest.errors import ConfigError

BASE = """\
# a comment
editions:
  weekly:
    title: Weekly   # another
    outlets:
      # about the Courier
      Courier:
        feeds: [https://a.example/1]  # one
        # language: de

      Gazette:
        language: de
        feeds:
          - 'https://b.example/1'  # quoted
          - url: https://b.example/2
            full_text: page
          # the last word on the Gazette

    # about the files
    files: [seeds/*]
"""


def add(text: str, *pairs: tuple[str, str], edition: str | None = None) -> str:
    return with_feeds(text, edition, [Addition(outlet=outlet, url=url) for outlet, url in pairs])


def feeds(text: str) -> dict[str, dict[str, list[str]]]:
    """What the file says once it is loaded: addresses by edition and outlet."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "feeds.yaml"
        path.write_bytes(text.encode())
        config = read_config(path)
    return {
        one.id: {outlet.name: [feed.url for feed in outlet.feeds] for outlet in one.outlets} for one in config.editions
    }


def test_an_outlet_that_is_there_gets_the_feed_at_the_end_of_its_list() -> None:
    text = add(BASE, ("Courier", "https://a.example/2"), ("Gazette", "https://b.example/3"))
    assert "feeds: [https://a.example/1, https://a.example/2]  # one\n" in text
    assert "            full_text: page\n          - https://b.example/3\n          # the last word" in text


def test_a_new_outlet_comes_last_with_the_indentation_of_the_others() -> None:
    new = [Addition(outlet="Herald", url=f"https://c.example/{number}", language="fr") for number in (1, 2)]
    text = with_feeds(BASE, "weekly", new)
    added = (
        "          # the last word on the Gazette\n"
        "      Herald:\n"
        "        feeds:\n"
        "          - https://c.example/1\n"
        "          - https://c.example/2\n"
        "        language: fr\n"
        "\n    # about the files\n"
    )
    assert added in text
    assert text.replace(added.partition("\n")[2].partition("\n    # about")[0], "") == BASE


def test_what_was_there_stays_in_its_order_to_the_last_byte() -> None:
    text = add(
        BASE, ("Herald", "https://c.example/1"), ("Courier", "https://a.example/2"), ("Gazette", "https://b.example/3")
    )
    rest = iter(text)
    assert all(char in rest for char in BASE)


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_the_line_breaks_of_the_file_are_kept(newline: str) -> None:
    text = add(BASE.replace("\n", newline), ("Herald", "https://c.example/1"), ("Gazette", "https://b.example/3"))
    assert text.replace(newline, "\n") == add(
        BASE, ("Herald", "https://c.example/1"), ("Gazette", "https://b.example/3")
    )
    assert "\n" not in text.replace(newline, "")


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("editions:\n  w:\n    title: W", "\n    outlets:\n      Herald:\n        feeds: [https://c.example/1]"),
        ("editions:\n  w:\n    title: W\n    outlets: {}", "\n      Herald:\n        feeds: [https://c.example/1]"),
        (
            "editions:\n  w:\n    title: W\n    outlets:\n      Herald:\n        files: [x.md]",
            "\n        feeds: [https://c.example/1]",
        ),
        (
            "editions:\n  w:\n    title: W\n    outlets:\n        A:\n            feeds: []",
            "\n        Herald:\n            feeds: [https://c.example/1]",
        ),
    ],
)
def test_a_file_without_a_last_line_break_and_without_the_keys_gets_them(text: str, added: str) -> None:
    assert add(text, ("Herald", "https://c.example/1")) == text.replace("{}", "") + added


def test_keys_after_the_edition_and_text_blocks_are_no_obstacle() -> None:
    text = "editions:\n  w:\n    title: |-\n      W\n# contact below\ncontact: https://me.example\n"
    edited = add(text, ("Herald", "https://c.example/1"))
    assert edited.endswith("[https://c.example/1]\n# contact below\ncontact: https://me.example\n")
    assert feeds(edited) == {"w": {"Herald": ["https://c.example/1"]}}


def test_a_feed_that_is_there_is_not_added_again() -> None:
    known = [("Herald", "https://a.example/1"), ("Gazette", "https://b.example/2")]
    assert add(BASE, *known) == BASE
    assert add(BASE, ("Herald", "https://c.example/1"), ("Courier", "https://c.example/1")).count("c.example") == 1


def test_a_feed_of_another_edition_keeps_its_outlet() -> None:
    two = BASE + "  daily:\n    title: Daily\n"
    assert feeds(add(two, ("Herald", "https://a.example/1"), edition="daily"))["daily"] == {
        "Courier": ["https://a.example/1"]
    }


@pytest.mark.parametrize(
    "text",
    [
        "editions:\n  w: {title: W}\n",
        "editions: {w: {title: W, outlets: {A: {feeds: ['https://a.example/1']}}}}\n",
        "editions:\n  w:\n    title: W\n    outlets: {A: {feeds: ['https://a.example/1']}}\n",
        "editions:\n  w:\n    title: W\n    outlets:\n      Herald: {files: [x.md]}\n",
    ],
)
def test_what_cannot_be_edited_is_said_with_the_lines_to_add(text: str) -> None:
    with pytest.raises(ConfigError, match="cannot be edited automatically") as caught:
        add(text, ("Herald", "https://c.example/1"))
    assert as_yaml([Addition(outlet="Herald", url="https://c.example/1")]) in caught.value.hint


def test_a_list_within_braces_can_still_grow() -> None:
    text = "editions:\n  w:\n    title: W\n    outlets:\n      A: {feeds: ['https://a.example/1' , ], language: de}\n"
    assert feeds(add(text, ("A", "https://a.example/2")))["w"]["A"] == ["https://a.example/1", "https://a.example/2"]


@pytest.mark.parametrize(
    ("edition", "said"),
    [(None, "has several editions"), ("monthly", "has no edition 'monthly'")],
)
def test_the_edition_must_be_clear(edition: str | None, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        add(BASE + "  daily:\n    title: Daily\n", ("A", "https://c.example/1"), edition=edition)
    assert "weekly, daily" in caught.value.hint


@pytest.mark.parametrize(
    "pair",
    [
        ("A\nB", "https://c.example/1"),
        ("A", "ftp://c.example/1"),
        ("A" * 201, "https://c.example/1"),
        ("A", "https://u:p@c.example"),
    ],
)
def test_what_the_file_could_not_say_is_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(ConfigError, match="cannot have"):
        add(BASE, pair)


NAMES = [
    "NO",
    "null",
    "Yes",
    "12",
    "1e3",
    "~",
    "a: b",
    "a #b",
    "- a",
    "? a",
    "@home",
    "*",
    "&a",
    "!a",
    "%a",
    "|",
    ">",
    "[a]",
    "{a}",
    'say "a"',
    "it's",
    "'a'",
    "Ñandú",
    "東京",
    "📰 News",
    "a,b",
    "a:",
    "A  B",
    "a\\b",
    "3sat",
    "y",
    "<<",
    "=",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_comes_back_as_it_was(name: str) -> None:
    assert feeds(add(BASE, (name, "https://c.example/1")))["weekly"][name] == ["https://c.example/1"]
    pasted = "editions:\n  w:\n    title: W\n" + as_yaml([Addition(outlet=name, url="https://c.example/1")])
    assert feeds(pasted) == {"w": {name: ["https://c.example/1"]}}


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8).filter(
    lambda name: name.strip() and name.isprintable()
)
urls = st.builds(
    "https://{}.example/{}".format, st.sampled_from("abcdef"), st.text("ab1?#&=%:,;[]{}'\"!*é-", max_size=6)
).filter(lambda url: "[" not in url.split("/")[2])
outlets = st.dictionaries(st.sampled_from([*"ABCD", *NAMES]), st.lists(urls, max_size=3), max_size=4)


@st.composite
def files(draw: st.DrawFn) -> str:
    """A feeds.yaml as somebody may write it: one edition or two, lists in both styles, comments, odd indentation."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    lines = ["# top", "editions:"]
    taken: set[str] = set()
    for edition in draw(st.sampled_from([["w"], ["w", "x"]])):
        step = draw(st.integers(1, 4))
        lines += [f" {edition}:", " " * (1 + step) + "title: 'A  # B'  # comment"]
        known = draw(outlets)
        if known:
            lines.append(" " * (1 + step) + "outlets:" + draw(st.sampled_from(["", "  # some"])))
        for name, addresses in known.items():
            mine = [url for url in dict.fromkeys(addresses) if url not in taken]
            taken.update(mine)
            lines += _outlet(draw, name, mine, 1 + 2 * step, step)
        lines += draw(st.sampled_from([[], [""], ["  # note"], [" " * (1 + step) + "language: de  # so"]]))
    return newline.join(lines) + draw(st.sampled_from(["", newline]))


def _outlet(draw: st.DrawFn, name: str, urls: list[str], indent: int, step: int) -> list[str]:
    margin, inner = " " * indent, " " * (indent + step)
    quoted = ["'" + url.replace("'", "''") + "'" for url in urls]
    style = draw(st.sampled_from(["flow", "lines", "block", "dashes", "braces", "none"]))
    name = "'" + name.replace("'", "''") + "'"
    remark = draw(st.sampled_from(["", "  # remark, [x"]))
    if style == "none" or not urls:
        return [f"{margin}{name}:", f"{inner}files: [x.md]{remark}"]
    if style == "flow":
        return [f"{margin}{name}:  # c", f"{inner}feeds: [{' , '.join(quoted)}]{remark}"]
    if style == "lines":
        return [
            f"{margin}{name}:",
            f"{inner}feeds: [",
            *(f"{inner} {url},  # c" for url in quoted),
            f"{inner}]{remark}",
            f"{inner}# end",
        ]
    if style == "braces":
        return [f"{margin}{name}: {{feeds: [{', '.join(quoted)}], language: de}}{remark}"]
    dash = inner if style == "dashes" else inner + "  "
    return [f"{margin}{name}:", f"{inner}language: de", f"{inner}feeds:", *(f"{dash}- {url}{remark}" for url in quoted)]


@settings(deadline=None)  # other programs may be busy
@given(files(), st.lists(st.builds(Addition, outlet=st.one_of(names, st.sampled_from("ABCD")), url=urls), max_size=6))
def test_after_an_edit_the_file_says_what_it_said_and_the_additions(text: str, additions: list[Addition]) -> None:
    before = feeds(text)
    after = feeds(with_feeds(text, "w", additions))
    owners = {url: name for edition in before.values() for name, urls in edition.items() for url in urls}
    expected = {edition: {name: list(urls) for name, urls in known.items()} for edition, known in before.items()}
    there = {url for urls in before["w"].values() for url in urls}
    for addition in [replace(one, outlet=owners.get(one.url, one.outlet)) for one in additions]:
        if addition.url not in there:
            expected["w"].setdefault(addition.outlet, []).append(addition.url)
            there.add(addition.url)
    assert after == expected
    assert all(list(after[edition]) == list(expected[edition]) for edition in expected)


def test_ten_thousand_feeds_are_added_at_once() -> None:
    """The bound is generous: it takes about an eighth of a second, and a file parsed once per feed would take minutes."""
    many = [Addition(outlet=f"Outlet {number}", url=f"https://c.example/{number}") for number in range(10_000)]
    start = perf_counter()
    text = with_feeds(BASE, None, many)
    assert perf_counter() - start < 5
    assert text.count("c.example") == 10_000


def test_a_key_with_nothing_after_it_gets_its_lines_before_what_follows() -> None:
    before = "editions:\n  w:\n    title: W\n    outlets:  # mine\n\n# the end\n"
    lines = "      Gazette:\n        feeds: [https://gazette.example/f]\n"
    after = with_feeds(before, "w", [Addition(outlet="Gazette", url="https://gazette.example/f")])
    assert after == before.replace("# mine\n", f"# mine\n{lines}")

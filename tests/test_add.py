"""Feeds are found from the address of a page, and put into feeds.yaml without disturbing it."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.app.add import Found, Search, addition, describe, find, outlet_name, read_text, save_text, search
from digest.app.opml import export_opml, import_opml
from digest.app.setup import read_config
from digest.config import Network
from digest.config.edit import Addition, as_yaml, with_feeds
from digest.errors import ConfigError, FeedError
from digest.ingest.opml import OpmlError, read_opml
from digest.ingest.sandbox import Inline, Sandbox
from digest.ingest.web.client import Client
from tests.feeds import rss
from tests.server import Answer, Served, serve

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HTML = {"Content-Type": "text/html"}
RSS = 'rel="alternate" type="application/rss+xml"'
FEED: Answer = (
    200,
    {"Content-Type": "application/rss+xml"},
    rss(
        {"title": "Harbour opens", "pubDate": "Fri, 06 Nov 2026 10:00:00 GMT"},
        {"title": "Harbour closes", "pubDate": "Sun, 08 Nov 2026 10:00:00 GMT"},
        {"title": "Undated"},
    ).replace(b"<link>", b"<language>de-at</language><link>"),
)


def look(url: str, *, guess: bool = False) -> Search:
    async def run() -> Search:
        async with Client(contact=None, allow=("127.0.0.1",), gap=0, now=NOW) as client:
            return await search(client, url, guess=guess, caller=Inline())

    return asyncio.run(run())


def paths(served: Served) -> list[str]:
    return [path for path, _ in served.requests]


def test_the_address_of_a_feed_is_that_feed() -> None:
    with serve({"/feed": FEED}) as served:
        found = look(served.base + "/feed")
    url = served.base + "/feed"
    newest = datetime(2026, 11, 8, 10, 0, tzinfo=UTC)
    assert found == Search(
        found=(Found(url=url, title="Courier", entries=3, newest=newest, language="de-at"),), problems=()
    )
    assert list(describe(found)) == [f"{url}: Courier, 3 entries, the newest of 2026-11-08, in de-at"]
    assert paths(served) == ["/feed"]


def test_a_page_leads_to_its_feeds_and_what_is_none_is_named() -> None:
    page = f"<link {RSS} href=/comments/feed><link {RSS} href=/gone><link {RSS} href=/page><link {RSS} href=feed>"
    answers = {"/": (200, HTML, page.encode()), "/feed": FEED, "/comments/feed": FEED, "/page": (200, HTML, b"<p>x")}
    with serve(answers) as served:
        found = look(served.base)
    assert [one.url for one in found.found] == [served.base + "/feed", served.base + "/comments/feed"]
    assert [problem.subject for problem in found.problems] == [served.base + "/gone", served.base + "/page"]
    assert list(describe(found))[2:] == [f"no feed: {problem}" for problem in found.problems]


def test_at_most_ten_addresses_of_a_page_are_tried() -> None:
    page = "".join(f"<link {RSS} href=/{number}>" for number in range(30))
    with serve({"/": (200, HTML, page.encode())}) as served, pytest.raises(FeedError, match="leads to no feed"):
        look(served.base)
    assert len(served.requests) == 11


def test_the_usual_places_are_tried_only_when_asked_for_and_only_until_one_is_a_feed() -> None:
    with serve({"/": (200, HTML, b"<p>x"), "/atom.xml": FEED, "/feed.json": FEED}) as served:
        with pytest.raises(FeedError, match="names none") as caught:
            look(served.base)
        assert paths(served) == ["/"]
        assert "--guess" in caught.value.hint
        found = look(served.base, guess=True)
    assert [one.url for one in found.found] == [served.base + "/atom.xml"]
    assert paths(served)[1:] == ["/", "/feed", "/rss.xml", "/atom.xml"]


def test_a_page_that_names_its_feed_gets_no_guesses() -> None:
    page = f"<link {RSS} href=/mine>".encode()
    with serve({"/": (200, HTML, page), "/mine": FEED, "/feed": FEED}) as served:
        look(served.base, guess=True)
    assert paths(served) == ["/", "/mine"]


@pytest.mark.parametrize(("first", "second", "lasting"), [(301, 308, "/c"), (301, 302, "/b"), (302, 301, "/a")])
def test_a_feed_is_added_where_it_lives_for_good(first: int, second: int, lasting: str) -> None:
    answers = {"/a": (first, {"Location": "/b"}, b""), "/b": (second, {"Location": "/c"}, b""), "/c": FEED}
    with serve(answers) as served:
        (found,) = look(served.base + "/a").found
    assert found.url == served.base + lasting


def test_an_address_without_an_answer_is_an_error_with_its_reason() -> None:
    with pytest.raises(FeedError, match=r"^http://127.0.0.1:1/: connection refused$"):
        look("http://127.0.0.1:1/")
    with serve({}) as served, pytest.raises(FeedError, match="HTTP 404 Not Found"):
        look(served.base)


def test_an_address_without_its_scheme_is_a_secure_one() -> None:
    with pytest.raises(FeedError, match=r"^https://127.0.0.1:1/x: connection refused$"):
        look("127.0.0.1:1/x")


def test_a_feed_on_a_host_that_is_allowed_is_imported(path: Path) -> None:
    path.write_text("network: {allow: [192.168.0.1]}\n" + FILE)
    result = import_opml(path.parent / "list.opml", read_config(path), None)
    assert [one.outlet for one in result.additions] == ["Gazette", "Home"]


def test_all_of_it_at_once_with_bytes_read_in_a_sandbox() -> None:
    network = Network(allow=("127.0.0.1",), gap=0, at_once=2)
    page = f"<link {RSS} href=/feed>".encode()
    with serve({"/": (200, HTML, page), "/feed": FEED}) as served, Sandbox(workers=1) as sandbox:
        found = find(served.base, guess=False, contact="https://me.example", network=network, caller=sandbox, now=NOW)
    assert [one.title for one in found.found] == ["Courier"]
    assert all("https://me.example" in headers["user-agent"] for _, headers in served.requests)


@pytest.mark.parametrize(
    ("tag", "language"), [("de-AT", "de"), ("en-GB", None), ("EN", None), (None, None), ("x!", None)]
)
def test_an_addition_names_its_language_if_it_is_another_than_the_editions(
    tag: str | None, language: str | None
) -> None:
    found = Found(url="https://a.example/f", title="A", entries=1, newest=None, language=tag)
    assert addition(found, "en-US") == Addition(outlet="A", url=found.url, language=language)
    assert addition(found, "en-US", "B").outlet == "B"


@pytest.mark.parametrize(
    ("title", "name"),
    [("A\n B", "A B"), ("👨‍👩‍👧 News", "👨👩👧 News"), (" \u202e", "a.example"), ("x" * 300, "x" * 119 + "…")],
)
def test_a_title_becomes_a_name_that_the_file_takes(title: str, name: str) -> None:
    assert outlet_name(title, "https://www.a.example/f") == name
    assert name in as_yaml([Addition(outlet=name, url="https://a.example/f")])


FILE = "editions:\n  weekly:\n    title: Weekly # mine\n    outlets:\n      Courier:\n        feeds: [https://a.example/f]\n"
OPML = """<opml version="2.0"><body>
<outline text="Courier (all)" xmlUrl="https://a.example/f"/>
<outline text="Tech"><outline text="Gazette" language="de" xmlUrl="https://b.example/f"/></outline>
<outline text="Bad" xmlUrl="mailto:x"/>
<outline text="Home" xmlUrl="http://192.168.0.1/f"/>
</body></opml>"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "list.opml").write_text(OPML)
    path = tmp_path / "feeds.yaml"
    path.write_text(FILE, newline="")
    return path


def test_a_list_is_imported_into_an_edition_and_told_line_by_line(path: Path) -> None:
    result = import_opml(path.parent / "list.opml", read_config(path), None)
    assert result.text == FILE + "      Gazette:\n        feeds: [https://b.example/f]\n        language: de\n"
    assert result.additions == (Addition(outlet="Gazette", url="https://b.example/f", language="de"),)
    assert result.lines[0].startswith(f"{path.parent / 'list.opml'}:4: 'mailto:x' is no http")
    assert result.lines[1].startswith(
        f"{path.parent / 'list.opml'}: http://192.168.0.1/f is left out: refused: 192.168.0.1 is"
    )
    assert result.lines[2:] == ("1 feed for weekly, 1 already there",)
    assert path.read_text() == FILE


def test_what_is_imported_and_exported_again_is_the_same_list(path: Path) -> None:
    save_text(path, import_opml(path.parent / "list.opml", read_config(path), "weekly").text)
    config = read_config(path)
    (path.parent / "again.opml").write_bytes(export_opml(config, config.editions))
    again = import_opml(path.parent / "again.opml", config, None)
    assert (again.additions, again.lines) == ((), ("0 feeds for weekly, 2 already there",))


def test_several_editions_are_exported_in_folders(path: Path) -> None:
    path.write_text(
        FILE + "  daily:\n    title: Täglich\n    outlets:\n      Courier:\n        feeds: [https://a.example/g]\n"
    )
    config = read_config(path)
    feeds = read_opml(export_opml(config, config.editions), "x").feeds
    assert [(feed.folders, feed.outlet, feed.url) for feed in feeds] == [
        (("Weekly",), "Courier", "https://a.example/f"),
        (("Täglich",), "Courier", "https://a.example/g"),
    ]
    with pytest.raises(ConfigError, match="has several editions"):
        import_opml(path.parent / "list.opml", config, None)
    with pytest.raises(ConfigError, match="has no edition 'x'"):
        import_opml(path.parent / "list.opml", config, "x")


def test_a_list_that_is_not_there_is_a_clear_error(path: Path) -> None:
    with pytest.raises(OpmlError, match="No such file"):
        import_opml(path.parent / "none.opml", read_config(path), None)


def test_the_file_is_replaced_whole_with_its_mode_its_line_breaks_and_through_a_link(path: Path) -> None:
    text = FILE.replace("\n", "\r\n")
    path.write_bytes(text.encode())
    path.chmod(0o640)
    link = path.parent / "link.yaml"
    link.symlink_to(path)
    save_text(link, with_feeds(read_text(link), None, [Addition(outlet="B", url="https://b.example/f")]))
    assert path.read_bytes().decode().startswith(text)
    assert (path.stat().st_mode & 0o777, link.is_symlink()) == (0o640, True)
    assert len(read_config(path).editions[0].feeds) == 2


def test_a_text_that_is_no_configuration_replaces_nothing(path: Path) -> None:
    with pytest.raises(ConfigError):
        save_text(path, FILE + "  daily: {}\n")
    assert path.read_text() == FILE
    assert sorted(one.name for one in path.parent.iterdir()) == ["feeds.yaml", "list.opml"]

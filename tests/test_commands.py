"""The commands for people, through the command line: pages, rights, finding feeds, lists of other readers."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from digest.app.pages import MOST
from digest.cli import cli
from tests.feeds import rss
from tests.server import Served, serve
from tests.test_polling import ITEM, TAGGED, Desk

PAGE = """<html><head><title>Larn harbour opens</title>{head}</head><body><nav><a href="/">Home</a></nav><article>
<h1>Larn harbour opens to ships</h1>{text}</article></body></html>"""
TEXT = "".join(
    f"<p>The harbour master counted {n} ships on day {n}, and said that more were on their way.</p>"
    for n in range(2, 12)
)
HTML = {"Content-Type": "text/html; charset=utf-8"}


def run(*arguments: str, exit_code: int = 0) -> Any:
    result = CliRunner().invoke(cli, [*arguments])
    assert result.exit_code == exit_code, (result.output, result.exception)
    return result


class Press:
    """A publisher whose feed has teasers only."""

    def __init__(self, folder: Path, served: Served, head: str = "", headers: dict[str, str] | None = None) -> None:
        self.served = served
        self.desk = Desk(folder, served, "/none.xml")
        text = self.desk.config.read_text()
        self.desk.config.write_text(
            text.replace(f"{served.base}/none.xml", f"{{url: {served.base}/feed.xml, full_text: page}}")
        )
        item = {**ITEM, "link": f"{served.base}/1", "description": "The harbour of Larn opened […]"}
        served.answers["/feed.xml"] = (200, TAGGED, rss(item))
        served.answers["/1"] = (200, {**HTML, **(headers or {})}, PAGE.format(head=head, text=TEXT).encode())

    def build(self, after: float = 0) -> str:
        """The stored text of the one article."""
        from digest.store.sql import SqlStore

        report = self.desk.build(after=after)
        issue = json.loads(Path(report["editions"][0]["folder"], "issue.json").read_text())
        (article,) = issue["articles"]
        with SqlStore(f"sqlite:///{self.desk.folder}/digest.db", read_only=True) as store:
            return store.texts([article["sha256"]])[article["sha256"]]

    def asked(self) -> list[str]:
        return [path for path, _ in self.served.requests]


def test_the_page_of_a_teaser_is_read_once_after_its_site_was_asked_what_it_allows(tmp_path: Path) -> None:
    with serve({}) as served:
        press = Press(tmp_path, served)
        assert "counted 9 ships on day 9" in press.build()
        assert press.asked()[:2] == ["/feed.xml", "/robots.txt"]
        assert press.asked().count("/1") == 1
        for hours in (2, 4, 30):
            press.desk.fetch("--all", after=hours)
        assert press.asked().count("/1") == 1


def test_without_full_text_no_page_is_asked_for(tmp_path: Path) -> None:
    with serve({"/feed.xml": (200, TAGGED, rss(ITEM))}) as served:
        Desk(tmp_path, served).build()
        assert [path for path, _ in served.requests] == ["/feed.xml"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/robots.txt", "User-agent: *\nDisallow: /1\n"),
        ("/robots.txt", "User-agent: Digest\nDisallow: /\n"),
        ("/robots.txt", "User-agent: *\nContent-Usage: train-ai=n\n"),
        ("/.well-known/tdmrep.json", '[{"location": "/*", "tdm-reservation": 1}]'),
        ("/ai.txt", "User-agent: *\nDisallow: *.html\n"),
    ],
)
def test_a_page_that_its_publisher_keeps_is_not_asked_for(tmp_path: Path, path: str, body: str) -> None:
    """The feed's own text stands, and people are told why."""
    with serve({path: (200, {"Content-Type": "text/plain"}, body.encode())}) as served:
        press = Press(tmp_path, served)
        report = press.desk.build()
        assert "/1" not in press.asked()
    assert report["stories"] == 1
    (problem,) = report["problems"]
    assert problem["reason"].startswith("1 page not read: ")


@pytest.mark.parametrize(
    ("head", "headers"),
    [
        ('<meta name="tdm-reservation" content="1">', {}),
        ('<meta name="robots" content="noai">', {}),
        ("", {"TDM-Reservation": "1"}),
        ("", {"X-Robots-Tag": "noai"}),
    ],
)
def test_a_page_that_says_that_it_is_reserved_is_thrown_away(
    tmp_path: Path, head: str, headers: dict[str, str]
) -> None:
    with serve({}) as served:
        press = Press(tmp_path, served, head, headers)
        assert "counted" not in press.build()
        press.desk.fetch("--all", after=2)
        assert press.asked().count("/1") == 1


def test_a_page_that_fails_costs_nothing(tmp_path: Path) -> None:
    with serve({}) as served:
        press = Press(tmp_path, served)
        served.answers["/1"] = (404, {}, b"")
        assert "The harbour of Larn opened" in press.build()


def test_a_page_that_could_not_be_had_is_asked_for_again_for_a_day(tmp_path: Path) -> None:
    with serve({}) as served:
        press = Press(tmp_path, served)
        page, served.answers["/1"] = served.answers["/1"], (503, {}, b"")
        (problem,) = press.desk.build()["problems"]
        assert problem["reason"] == "1 page not read: HTTP 503 Service Unavailable"
        press.desk.fetch(after=2)
        assert press.asked().count("/1") == 2
        served.answers["/1"] = page
        assert "counted 9 ships on day 9" in press.build(after=4)
        served.answers["/1"] = (503, {}, b"")
    with serve({}) as served:
        (tmp_path / "late").mkdir()
        press = Press(tmp_path / "late", served)
        served.answers["/1"] = (503, {}, b"")
        for hours in (0, 25, 26, 27):
            press.desk.fetch(after=hours)
        assert press.asked().count("/1") == 2


def test_a_wall_before_a_page_is_not_taken_for_the_article(tmp_path: Path) -> None:
    wall = "".join("<p>You must log in to read on. Subscribe now to get all of it, every day.</p>" for _ in range(5))
    with serve({}) as served:
        press = Press(tmp_path, served)
        served.answers["/1"] = (
            200,
            HTML,
            PAGE.replace("Larn harbour opens to ships", "Please log in").format(head="", text=wall).encode(),
        )
        assert "log in" not in press.build()


def test_of_a_site_that_does_not_answer_one_page_is_waited_for(tmp_path: Path) -> None:
    """And of a feed's pages, only so many are asked for in a run; the rest in the next."""
    items = [{**ITEM, "guid": str(n), "description": "Teaser […]"} for n in range(MOST + 5)]
    with serve({}) as served:
        press = Press(tmp_path, served)
        linked = [{**item, "link": f"{served.base}/p{number}"} for number, item in enumerate(items)]
        served.answers["/feed.xml"] = (200, TAGGED, rss(*linked))
        served.answers |= {f"/p{n}": (200, {**HTML, "Content-Length": "9999"}, b"<p>") for n in range(MOST + 5)}
        press.desk.fetch()
        assert sum(path.startswith("/p") for path in press.asked()) == 1
        served.answers |= {f"/p{n}": (200, HTML, PAGE.format(head="", text=TEXT).encode()) for n in range(MOST + 5)}
        press.desk.fetch(after=2)
        assert sum(path.startswith("/p") for path in press.asked()) == 1 + MOST


def test_asking_for_one_feed_reads_no_pages_of_another(tmp_path: Path) -> None:
    with serve({}) as served:
        press = Press(tmp_path, served)
        text = press.desk.config.read_text()
        press.desk.config.write_text(text.replace("feeds: [", f"feeds: [{served.base}/other.xml, "))
        press.desk.run("fetch")
        served.answers["/1"] = (200, HTML, PAGE.format(head="", text=TEXT).encode())
        served.requests.clear()
        item = {**ITEM, "guid": "2", "link": f"{served.base}/2", "description": "More […]"}
        served.answers["/feed.xml"] = (200, {"ETag": '"2"'}, rss(item))
        press.desk.run("fetch", f"{served.base}/other.xml", after=3)
        assert press.asked() == ["/other.xml"]


def test_rights_show_licences_and_verdicts(tmp_path: Path) -> None:
    body = rss(ITEM).replace(b"<link>", b"<copyright>CC BY 4.0</copyright><link>", 1)
    robots = b"License: https://radio.example/terms\nUser-agent: *\nDisallow: /\n"
    with serve({"/feed.xml": (200, TAGGED, body), "/robots.txt": (200, {}, robots)}) as served:
        item = {**ITEM, "link": f"{served.base}/1"}
        served.answers["/feed.xml"] = (
            200,
            TAGGED,
            rss(item).replace(b"<link>", b"<copyright>CC BY 4.0</copyright><link>", 1),
        )
        desk = Desk(tmp_path, served)
        desk.fetch()
        shown = desk.run("feeds", "--rights").stdout.splitlines()
        (record,) = [json.loads(line) for line in desk.run("feeds", "--rights", "--json").stdout.splitlines()]
        assert [path for path, _ in served.requests].count("/robots.txt") == 1
    assert shown[1].split("\t")[2:] == ["CC BY 4.0; https://radio.example/terms", "not read: robots.txt forbids it"]
    assert (record["pages_allowed"], record["page"]) == (False, f"{served.base}/1")


def test_add_prints_what_a_page_announces_and_writes_it_where_it_belongs(tmp_path: Path) -> None:
    page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/new.xml" title="News"></head></html>'
    with serve({"/": (200, HTML, page), "/new.xml": (200, {}, rss(ITEM))}) as served:
        desk = Desk(tmp_path, served)
        before = desk.config.read_text() + "# the end\n"
        desk.config.write_text(before)
        where = ("-c", str(desk.config))
        found = run("add", f"{served.base}/", *where)
        assert f"{served.base}/new.xml: Courier, 1 entry" in found.stderr
        assert found.stdout.split() == ["outlets:", "Courier:", "feeds:", f"[{served.base}/new.xml]"]
        assert desk.config.read_text() == before
        run("add", f"{served.base}/", *where, "--write", "--outlet", "NO: news")
        after = desk.config.read_text()
        assert [line for line in after.splitlines() if line not in before.splitlines()] == [
            '      "NO: news":',
            f"        feeds: [{served.base}/new.xml]",
        ]
        again = run("add", f"{served.base}/new.xml", *where, "--write")
        assert (desk.config.read_text(), "already" in again.stderr) == (after, True)


def test_add_says_why_there_is_no_feed(tmp_path: Path) -> None:
    with serve({"/": (200, HTML, b"<html></html>")}) as served:
        desk = Desk(tmp_path, served)
        result = run("add", f"{served.base}/", "-c", str(desk.config), exit_code=1)
        assert "--guess" in result.exception.hint
    refused = run("add", "http://169.254.169.254/", "-c", str(desk.config), exit_code=1)
    assert "not a public address" in str(refused.exception)


def test_opml_in_and_out(tmp_path: Path) -> None:
    with serve({}) as served:
        desk = Desk(tmp_path, served)
    opml = tmp_path / "list.opml"
    opml.write_text(
        '<opml version="2.0"><body><outline text="News"><outline text="Gazette" xmlUrl="https://gazette.example/f"/>'
        '<outline text="Bad" xmlUrl="file:///etc/passwd"/></outline></body></opml>'
    )
    where = ("-c", str(desk.config))
    shown = run("import", "opml", str(opml), *where)
    assert "https://gazette.example/f" in shown.stdout
    assert "file:///etc/passwd" in shown.stderr
    run("import", "opml", str(opml), *where, "--write")
    assert "Gazette:\n        feeds: [https://gazette.example/f]" in desk.config.read_text()
    exported = run("export", "opml", *where).stdout
    assert 'xmlUrl="https://gazette.example/f"' in exported
    other = tmp_path / "other.yaml"
    other.write_text("network: {allow: [127.0.0.1]}\neditions:\n  weekly:\n    title: Other\n")
    opml.write_text(exported)
    run("import", "opml", str(opml), "-c", str(other), "--write")
    assert other.read_text().count("feeds:") == 2

"""Polling through the command line: who is asked when, what is kept, and what people see of it."""

import asyncio
import json
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from digest.app.poll import UNREAD, _Room
from digest.app.setup import one_at_a_time, read_config
from digest.cli import cli
from digest.store.sql import SqlStore
from tests import rawserver
from tests.feeds import rss
from tests.server import Served, serve
from tests.test_client import drip

START = datetime.fromisoformat("2026-11-16T08:00:00+00:00")
ITEM = {
    "title": "Larn harbour opens to ships",
    "guid": "1",
    "link": "https://radio.example/1",
    "description": "The harbour of Larn opened to ships on Monday.",
    "pubDate": "Mon, 16 Nov 2026 07:00:00 GMT",
}
TAGGED = {"ETag": '"1"'}


class Desk:
    """A folder with a configuration for some feeds of one server."""

    def __init__(self, folder: Path, served: Served, *paths: str, more: str = "") -> None:
        self.folder, self.served = folder, served
        self.config = folder / "feeds.yaml"
        feeds = ", ".join(served.base + path for path in paths or ("/feed.xml",))
        self.config.write_text(
            f"network: {{allow: [127.0.0.1], gap: 0}}\neditions:\n  weekly:\n    title: The Weekly\n"
            f"    outlets:\n      Larn Radio:\n        feeds: [{feeds}]\n{more}"
        )

    def run(self, *arguments: str, after: float = 0) -> Any:
        moment = (START + timedelta(hours=after)).isoformat()
        command = [arguments[0], "-c", str(self.config), "--now", moment, *arguments[1:]]
        result = CliRunner().invoke(cli, command, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result

    def fetch(self, *arguments: str, after: float = 0) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self.run("fetch", "--json", *arguments, after=after).stdout)
        return report

    def build(self, after: float = 0) -> dict[str, Any]:
        out = ("--out", str(self.folder / "out"))
        report: dict[str, Any] = json.loads(self.run("build", "--json", *out, after=after).stdout)
        return report

    def health(self, after: float = 0) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run("feeds", "--json", after=after).stdout.splitlines()]


def test_only_feeds_that_are_due_are_asked_whichever_command_asks(tmp_path: Path) -> None:
    """Ten starts within the hour are one request; a build is no reason to ask more often."""
    with serve({"/feed.xml": (200, TAGGED, rss(ITEM))}) as served:
        desk = Desk(tmp_path, served)
        first = desk.fetch()
        assert (first["feeds"]["tried"], first["entries"], first["new"]) == (1, 1, 1)
        for minutes in range(5, 55, 5):
            report = (desk.fetch if minutes % 2 else desk.build)(after=minutes / 60)
            assert report["feeds"] == {"tried": 0, "failed": 0, "unchanged": 0, "waiting": 1, "stopped": 0}
        assert len(served.requests) == 1
        desk.fetch(after=2)
        assert len(served.requests) == 2


def test_all_asks_those_that_are_not_due_conditionally(tmp_path: Path) -> None:
    with serve({"/feed.xml": (200, TAGGED, rss(ITEM))}) as served:
        desk = Desk(tmp_path, served)
        desk.fetch()
        served.answers["/feed.xml"] = (304, {}, b"")
        assert desk.fetch("--all")["feeds"]["unchanged"] == 1
        assert served.requests[1][1]["if-none-match"] == '"1"'


def test_a_feed_that_is_gone_is_asked_only_by_name(tmp_path: Path) -> None:
    with serve({"/feed.xml": (410, {}, b"")}) as served:
        desk = Desk(tmp_path, served)
        desk.fetch()
        for _ in range(2):
            report = desk.fetch("--all", after=9_000)
            assert (report["feeds"]["tried"], report["feeds"]["stopped"]) == (0, 1)
            assert "gone" in report["problems"][0]["reason"]
        served.answers["/feed.xml"] = (200, TAGGED, rss(ITEM))
        assert desk.fetch(f"{served.base}/feed.xml", after=9_000)["entries"] == 1
        assert desk.health(after=9_000)[0]["condition"] == "fine"


def test_a_server_that_asks_to_be_left_alone_is_left_alone_with_all_its_feeds(tmp_path: Path) -> None:
    """Also by the next run, and also if all are to be asked."""
    busy = {path: (503, {"Retry-After": "36000"}, b"") for path in ("/a.xml", "/b.xml", "/c.xml")}
    with serve(busy) as served:
        desk = Desk(tmp_path, served, *busy)
        assert desk.fetch()["feeds"]["failed"] == 3
        desk.fetch("--all", after=5)
        assert len(served.requests) == 1
        desk.fetch("--all", after=11)
        assert len(served.requests) == 2


def test_one_hostile_feed_stops_no_other(tmp_path: Path) -> None:
    hostile = b'<?xml version="1.0"?><rss version="2.0"><channel>' + b"<a>" * 400_000
    answers = {
        "/deep.xml": (200, TAGGED, hostile),
        "/login.xml": (200, {"Content-Type": "text/html"}, b"<html><body>Please log in.</body></html>"),
        "/empty.xml": (200, {}, b""),
        "/good.xml": (200, TAGGED, rss(ITEM)),
    }
    with serve(answers) as served:
        desk = Desk(tmp_path, served, *answers)
        report = desk.fetch()
        assert (report["feeds"]["failed"], report["entries"]) == (3, 1)
        assert {problem["object"].rsplit("/", 1)[1] for problem in report["problems"]} == {
            "deep.xml",
            "login.xml",
            "empty.xml",
        }


def test_a_login_page_costs_nothing_that_was_known(tmp_path: Path) -> None:
    """Not the entries; and as long as it is there, it is asked for conditionally, and remains a failure."""
    with serve({"/feed.xml": (200, TAGGED, rss(ITEM))}) as served:
        desk = Desk(tmp_path, served)
        desk.fetch()
        served.answers["/feed.xml"] = (200, {"ETag": '"login"'}, b"<html>Please log in.</html>")
        assert desk.fetch(after=2)["feeds"]["failed"] == 1
        assert desk.build(after=2)["stories"] == 1
        served.answers["/feed.xml"] = (304, {}, b"")
        assert desk.fetch(after=20)["feeds"]["failed"] == 1
        assert served.requests[2][1]["if-none-match"] == '"login"'
        served.answers["/feed.xml"] = (200, TAGGED, rss(ITEM))
        assert desk.fetch(after=60)["feeds"]["failed"] == 0


def test_an_edited_entry_changes_its_article_and_makes_no_news(tmp_path: Path) -> None:
    with serve({"/feed.xml": (200, TAGGED, rss(ITEM))}) as served:
        desk = Desk(tmp_path, served)
        assert desk.build()["stories"] == 1
        edited = {**ITEM, "description": "The harbour of Larn opened to ships on Monday, at last."}
        served.answers["/feed.xml"] = (200, {"ETag": '"2"'}, rss(edited))
        assert desk.build(after=30)["stories"] == 0
        renamed = {**edited, "guid": "quite-another"}
        served.answers["/feed.xml"] = (200, {"ETag": '"3"'}, rss(renamed))
        assert desk.build(after=60)["stories"] == 0


def test_a_feed_of_the_future_is_told_of(tmp_path: Path) -> None:
    with serve({"/feed.xml": (200, TAGGED, rss({**ITEM, "pubDate": "Mon, 16 Nov 2036 07:00:00 GMT"}))}) as served:
        (problem,) = Desk(tmp_path, served).fetch()["problems"]
    assert problem["reason"] == "dates all its entries in the future"


def test_the_health_of_feeds_says_what_will_happen_and_why(tmp_path: Path) -> None:
    answers = {"/fine.xml": (200, {**TAGGED, "Cache-Control": "max-age=43200"}, rss(ITEM)), "/gone.xml": (410, {}, b"")}
    with serve(answers) as served:
        desk = Desk(tmp_path, served, "/fine.xml", "/gone.xml", "/none.xml")
        assert [feed["condition"] for feed in desk.health()] == ["new", "new", "new"]
        desk.fetch()
        fine, gone, none = desk.health(after=1)
        shown = desk.run("feeds", after=1)
    assert (fine["condition"], fine["last_success"], fine["why"]) == ("fine", START.isoformat(), "max-age of 12 hours")
    assert 12 <= (datetime.fromisoformat(fine["next_check"]) - START).total_seconds() / 3600 < 13.3
    assert (gone["condition"], gone["next_check"]) == ("stopped", None)
    assert (none["condition"], none["failures"], none["failure"]) == ("failing", 1, "HTTP 404 Not Found")
    table = [line.split("\t") for line in shown.stdout.splitlines()]
    assert table[0][:3] == ["outlet", "feed", "state"]
    assert [row[2] for row in table[1:]] == ["fine", "stopped", "failing"]
    assert "3 feeds: 1 fine, 1 failing, 1 stopped" in shown.stderr


def test_a_feed_that_is_not_in_the_file_is_named_with_the_nearest(tmp_path: Path) -> None:
    with serve({}) as served:
        desk = Desk(tmp_path, served)
        result = CliRunner().invoke(cli, ["fetch", "-c", str(desk.config), f"{served.base}/fed.xml"])
    assert "has no feed" in str(result.exception)
    assert "/feed.xml" in result.exception.hint  # type: ignore[union-attr]


def test_the_order_of_answers_and_the_number_of_workers_change_nothing(tmp_path: Path) -> None:
    """Feeds come as they come; what is built of them is the same."""
    paths = [f"/{n}.xml" for n in range(12)]
    answers = {
        path: (
            200,
            TAGGED,
            rss({**ITEM, "guid": path, "link": f"https://radio.example{path}", "title": f"Report {path}"}),
        )
        for path in paths
    }
    found = []
    for number, order in enumerate((paths, paths[::-1])):
        folder = tmp_path / str(number)
        folder.mkdir()
        with serve(answers) as served:
            desk = Desk(folder, served, *order)
            desk.build()
        issue = (folder / "out" / "weekly" / "2026-11-16" / "issue.json").read_text()
        found.append(issue.replace(served.base, ""))
    assert found[0] == found[1]


@pytest.mark.parametrize("table", [True, False])
def test_what_servers_say_cannot_speak_to_a_terminal(tmp_path: Path, table: bool) -> None:
    with serve({"/feed.xml": (500, {}, b"")}) as served:
        served.reason = "\x1b]0;owned\x07"
        desk = Desk(tmp_path, served)
        result = desk.run("fetch")
        shown = desk.run("feeds", *([] if table else ["--json"]))
    assert "\x1b" not in result.output + shown.output


def test_of_an_outlets_feeds_the_longest_text_counts_whichever_comes_first(tmp_path: Path) -> None:
    whole = {**ITEM, "description": "The harbour of Larn opened to ships on Monday. Nine came on the first day."}
    for order in ("whole teaser", "teaser whole"):
        folder = tmp_path / order[:5]
        folder.mkdir()
        with serve({}) as served:
            desk = Desk(folder, served, "/a.xml", "/b.xml")
            for hours, name in enumerate(order.split()):
                served.answers[f"/{'ab'[hours]}.xml"] = (200, TAGGED, rss(whole if name == "whole" else ITEM))
                desk.build(after=hours * 30)
        with SqlStore(f"sqlite:///{folder}/digest.db", read_only=True) as store:
            ids = {known.article for known in store.known([f"{served.base}/a.xml"])[f"{served.base}/a.xml"].values()}
            (article,) = store.articles([id for id in ids if id])
        assert "Nine came" in article.text


def test_a_feed_that_was_silent_for_months_is_met_anew(tmp_path: Path) -> None:
    """What it lists without dates is its past, but for the first few."""
    undated = [{**ITEM, "guid": str(n), "link": f"https://radio.example/{n}", "pubDate": ""} for n in range(40)]
    with serve({"/feed.xml": (200, TAGGED, rss(ITEM))}) as served:
        desk = Desk(tmp_path, served)
        desk.build()
        served.answers["/feed.xml"] = (200, {"ETag": '"2"'}, rss(*undated))
        assert desk.build(after=24 * 60)["articles"] <= 1 + 20


def test_a_second_run_waits_for_the_first_and_asks_nobody_twice(tmp_path: Path) -> None:
    with serve({"/feed.xml": (200, TAGGED, rss(ITEM))}) as served:
        desk = Desk(tmp_path, served)
        command = [sys.executable, "-m", "digest", "fetch", "-c", str(desk.config), "--now", START.isoformat()]
        config = read_config(desk.config)
        with one_at_a_time(config, None, lambda path: None):
            second = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
            assert second.stderr
            assert "waiting for another run" in second.stderr.readline()
            assert served.requests == []
        assert "1 asked" in second.communicate(timeout=60)[1]
        desk.fetch()
        assert len(served.requests) == 1


def test_a_server_that_asked_to_be_left_alone_is_remembered_even_if_the_run_is_cut_off(tmp_path: Path) -> None:
    answers = {"/a.xml": (503, {"Retry-After": "36000"}, b"")}
    with serve(answers) as served, rawserver.raw(drip(0.1)) as slow:
        desk = Desk(tmp_path, served, "/a.xml")
        text = desk.config.read_text()
        desk.config.write_text(text.replace(f"{served.base}/a.xml", f"{served.base}/a.xml, {slow.base}/b.xml"))
        command = [sys.executable, "-m", "digest", "fetch", "-c", str(desk.config), "--now", START.isoformat()]
        first = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        for _ in range(600):
            if any(feed["failures"] for feed in desk.health()):
                break
            time.sleep(0.05)
        first.kill()
        first.wait()
        desk.config.write_text(text)
        desk.fetch("--all", after=5)
    assert len(served.requests) == 1


def test_when_there_is_no_room_nobody_else_is_asked() -> None:
    async def told() -> list[bool]:
        room = _Room()
        free = []
        for change in (UNREAD, 1, -1):
            room.take(change) if change > 0 else room.give(-change)
            free.append(room._free.is_set())
        await asyncio.wait_for(room.free(), 1)
        return free

    assert asyncio.run(told()) == [True, False, True]

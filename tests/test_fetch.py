"""Fetching: one polite request a feed, every failure a value, and months of it against servers that count."""

import asyncio
import gzip
import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from itertools import pairwise

import pytest

from digest.ingest.web import pace
from digest.ingest.web.client import Client
from digest.ingest.web.fetch import fetch_feed
from digest.ingest.web.fetched import Fetched, unreadable
from digest.model import Feed, FeedState
from tests.rawserver import raw, reply, say
from tests.replay import SHARED
from tests.server import Served, serve

CONTACT = "https://example.org/about"
SCORE = SHARED / "tools" / "score_server.py"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def feed(url: str) -> Feed:
    return Feed(url=url, outlet="Courier", language="en")


def get(url: str, now: datetime, state: FeedState | None = None, **options: object) -> Fetched:
    """Ask for one feed, with a client of its own."""

    async def ask() -> Fetched:
        given = {"contact": CONTACT, "allow": ["127.0.0.1"], "gap": 0.0, "total": 5.0, **options}
        async with Client(now=now, **given) as client:  # type: ignore[arg-type]
            return await fetch_feed(client, feed(url), state or FeedState(url=url), now)

    return asyncio.run(ask())


def test_validators_are_kept_and_sent_back_as_they_came(now: datetime) -> None:
    odd = {"ETag": 'W/"a b"', "Last-Modified": "garbage 123", "Content-Type": "text/xml"}
    with serve({"/f": (200, odd, b"one")}) as served:
        first = get(served.base + "/f", now)
        served.answers["/f"] = (304, {"ETag": '"new"'}, b"")
        second = get(served.base + "/f", now, first.state)
    assert (first.outcome, first.body, first.content_type) == ("new", b"one", "text/xml")
    assert served.requests[1][1]["if-none-match"] == 'W/"a b"'
    assert served.requests[1][1]["if-modified-since"] == "garbage 123"
    assert "if-none-match" not in served.requests[0][1]
    assert (second.outcome, second.body) == ("unchanged", b"")
    assert (second.state.etag, second.state.last_modified) == ('"new"', "garbage 123")


def test_a_200_with_the_same_bytes_is_unchanged_but_its_validators_are_new(now: datetime) -> None:
    with serve({"/f": (200, {"ETag": '"1"', "Last-Modified": "x"}, b"same")}) as served:
        first = get(served.base + "/f", now)
        served.answers["/f"] = (200, {"ETag": '"2"', "Content-Encoding": "gzip"}, gzip.compress(b"same"))
        second = get(served.base + "/f", now, first.state)
    assert (second.outcome, second.body) == ("unchanged", b"")
    assert (second.state.etag, second.state.last_modified) == ('"2"', None)
    assert second.state.body_sha256 == sha256(b"same").hexdigest()


def test_validators_beyond_ascii_go_back_byte_for_byte_or_not_at_all(now: datetime) -> None:
    """The server here speaks Latin 1, one character a byte. What is no UTF-8 could not be sent as it came."""
    utf8, latin, controls = '"\u00c3\u00a9"', '"\u00e9"', '"\x01"'
    with serve({"/f": (200, {"ETag": utf8, "Last-Modified": latin}, b"one")}) as served:
        first = get(served.base + "/f", now)
        served.answers["/f"] = (304, {"ETag": latin, "Last-Modified": controls}, b"")
        second = get(served.base + "/f", now, first.state)
    assert (first.state.etag, first.state.last_modified) == ('"é"', None)
    assert served.requests[1][1]["if-none-match"] == utf8
    assert "if-modified-since" not in served.requests[1][1]
    assert (second.state.etag, second.state.last_modified) == (None, None)


@pytest.mark.parametrize(
    ("answer", "reason", "hours"),
    [
        ((200, {}, b""), "sent nothing", 1),
        ((200, {}, b" \r\n"), "sent nothing", 1),
        ((304, {}, b""), "says that nothing has changed (HTTP 304), which was not the question", 1),
        ((200, {"cf-mitigated": "challenge"}, b"<html>"), "lets in browsers only", 4),
        ((403, {"cf-mitigated": "challenge"}, b"<html>"), "lets in browsers only", 4),
        ((401, {}, b""), "HTTP 401 Unauthorized", 4),
        ((403, {}, b""), "HTTP 403 Forbidden", 4),
        ((404, {}, b""), "HTTP 404 Not Found", 1),
        ((429, {}, b""), "HTTP 429 Too Many Requests", 1),
        ((500, {}, b""), "HTTP 500 Internal Server Error", 1),
        ((204, {}, b""), "HTTP 204 No Content", 1),
        ((206, {}, b"part"), "HTTP 206 Partial Content", 1),
        ((226, {}, b"delta"), "HTTP 226 IM Used", 1),
        ((302, {}, b""), "redirects (HTTP 302) without saying where", 1),
        ((200, {"Content-Encoding": "br"}, b"xx"), "is packed as br, which was not asked for", 1),
    ],
)
def test_what_is_no_feed_is_a_failure_that_keeps_what_was_known(
    now: datetime, answer: tuple[int, dict[str, str], bytes], reason: str, hours: int
) -> None:
    with serve({"/f": (answer[0], {"ETag": '"other"', **answer[1]}, answer[2])}) as served:
        url = served.base + "/f"
        known = FeedState(url=url, body_sha256="kept", ok=now - DAY)
        found = get(url, now, known)
    assert (found.outcome, found.body) == ("failed", b"")
    assert found.state.failure is not None
    assert found.state.failure.startswith(reason)
    assert found.state.due is not None
    assert hours * HOUR <= found.state.due - now <= hours * HOUR * 1.1
    assert found.state == replace(
        known,
        failure=found.state.failure,
        failures=1,
        failing=now,
        tried=now,
        due=found.state.due,
        why=found.state.why,
    )


def test_a_feed_that_is_gone_stops_even_if_its_last_words_are_broken(now: datetime) -> None:
    with raw(say(b"HTTP/1.1 410 Gone\r\nContent-Encoding: br\r\nContent-Length: 9\r\n\r\nabc")) as server:
        found = get(server.base + "/f", now)
    assert found.state.stopped == "gone for good (HTTP 410)"
    assert not pace.is_due(found.state, now + 999 * DAY)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7200", 7200), ("DATE", 7200), ("-5", 3600), ("soon", 3600), ("999999999", 31 * 86400), ("60", 3600)],
)
def test_retry_after_holds_the_feed_and_all_others_of_its_server(now: datetime, value: str, seconds: int) -> None:
    value = value.replace("DATE", format_datetime(now + 2 * HOUR, usegmt=True))
    answers = {"/a": (429, {"Retry-After": value, "Date": format_datetime(now, usegmt=True)}, b"")}
    with raw(lambda connection, head: connection.sendall(_plain(*answers["/a"]))) as server:

        async def both() -> tuple[Fetched, Fetched]:
            async with Client(contact=None, allow=["127.0.0.1"], gap=0, now=now) as client:
                one, other = feed(server.base + "/a"), feed(server.base + "/b")
                return (
                    await fetch_feed(client, one, FeedState(url=one.url), now),
                    await fetch_feed(client, other, FeedState(url=other.url, etag='"kept"'), now),
                )

        first, second = asyncio.run(both())
        asked = len(server.heads)
    assert first.state.due is not None
    assert timedelta(seconds=seconds) <= first.state.due - now <= timedelta(seconds=seconds * 1.1)
    if value in ("-5", "soon"):
        assert asked == 2
    else:
        assert asked == 1
        assert (second.outcome, second.state.failures, second.state.tried) == ("failed", 0, None)
        assert second.state.etag == '"kept"'
        assert second.state.due is not None
        assert second.state.due - now >= timedelta(seconds=seconds)


def _plain(status: int, headers: dict[str, str], body: bytes) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} X\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body


def test_a_page_in_place_of_a_feed_keeps_what_was_known(now: datetime) -> None:
    """A captive portal says 200; that it is no feed is found out by who reads it.

    Its validators are taken over like any others, so that it is not sent again and again; and it stays a failure as
    long as nothing has changed.
    """
    with serve({"/f": (200, {"ETag": '"1"'}, b"<rss/>")}) as served:
        before = get(served.base + "/f", now).state
        served.answers["/f"] = (200, {"ETag": '"portal"', "Content-Type": "text/html"}, b"<html>Log in</html>")
        portal = get(served.base + "/f", now + DAY, before)
        assert (portal.outcome, portal.body) == ("new", b"<html>Log in</html>")
        kept = unreadable(portal.feed, portal.state, before, now + DAY, "is no feed, but a web page").state
        served.answers["/f"] = (304, {}, b"")
        still = get(served.base + "/f", now + 2 * DAY, kept).state
        served.answers["/f"] = (200, {"ETag": '"2"'}, b"<rss/>")
        after = get(served.base + "/f", now + 3 * DAY, still)
    assert (kept.etag, kept.ok, kept.failures, kept.about) == ('"portal"', now, 1, before.about)
    assert kept.due is not None
    assert HOUR <= kept.due - (now + DAY) <= 1.1 * HOUR
    assert served.requests[2][1]["if-none-match"] == '"portal"'
    assert (still.failures, still.failure, still.unread) == (2, "is no feed, but a web page", still.failure)
    assert (after.outcome, after.body, after.state.failures, after.state.unread) == ("new", b"<rss/>", 0, None)


def test_a_servers_own_words_are_one_short_clean_line(now: datetime) -> None:
    """They end on a terminal, where an escape sequence would be obeyed."""
    with serve({"/f": (500, {}, b"")}) as served:
        served.reason = "\x1b]0;owned\x07 \x9b31m Oops \xe9 " + "very " * 60 + "sorry"
        failure = str(get(served.base + "/f", now).state.failure)
    assert failure.startswith("HTTP 500 ]0;owned")
    assert failure.isprintable()
    assert len(failure) <= 200


def test_the_usual_failures_are_said_in_plain_words(now: datetime) -> None:
    assert get("http://none.invalid/", now).state.failure == "host not found: none.invalid"
    inside = str(get("http://127.0.0.1/", now, allow=[]).state.failure)
    assert inside == "refused: 127.0.0.1 is not a public address (allow: in feeds.yaml lets local hosts in)"


@contextmanager
def score_server() -> Iterator[str]:
    """The counters of what a polite feed reader must and must not send."""
    if not SCORE.is_file():
        pytest.skip("the score server is not in this checkout")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, str(SCORE), str(port)])
    try:
        host = f"127.0.0.1:{port}"
        for _ in range(200):
            try:
                tell(host, "/__report")
                break
            except OSError:
                time.sleep(0.05)
        yield host
    finally:
        process.terminate()
        process.wait()


def tell(host: str, path: str) -> bytes:
    connection = http.client.HTTPConnection(host)
    connection.request("GET", path)
    said = connection.getresponse().read()
    connection.close()
    return said


NEVER = ["ims_bogus", "inm_bogus", "cookie", "referer", "query", "other_path", "nogzip", "generic_ua"]


@pytest.mark.parametrize("respect_due", [False, True])
@pytest.mark.parametrize("touched", [False, True])
def test_two_days_of_polls_leave_a_clean_score(now: datetime, respect_due: bool, touched: bool) -> None:
    """Every hour, whether it is due or not, and again only when it is.

    When the feed has been touched, the next request cannot know it: the score counts its validators as out of
    sequence. The one after that has both of the new ones.
    """
    touches = {7: "/__touch", 13: "/__touch?samelm", 20: "/__touch", 27: "/__touch?samelm", 33: "/__touch"}
    with score_server() as host:
        url = f"http://{host}/feed.xml"
        state, asked, stale, surprises = FeedState(url=url), 0, False, 0
        for hour in range(48):
            moment = now + hour * HOUR
            if touched and hour in touches:
                tell(host, touches[hour])
                stale = True
            if respect_due and not pace.is_due(state, moment):
                continue
            found = get(url, moment, state)
            assert found.outcome == ("unchanged" if asked else "new")
            state, asked, surprises, stale = found.state, asked + 1, surprises + stale, False
        score = json.loads(tell(host, "/__report"))
    assert score["req"] == asked == (4 if respect_due else 48)  # its max-age is 12 hours, and jitter comes on top
    assert score["uncond"] == 1
    assert [score[name] for name in NEVER] == [0] * len(NEVER)
    assert score["inm_oos"] == surprises
    assert score["ims_oos"] == (1 if touched else 0)  # the server knows two dates only
    assert score["inm_good"] == asked - 1 - score["inm_oos"]
    assert score["ims_good"] == asked - 1 - score["ims_oos"]


@dataclass
class Month:
    """30 days of a scripted server, polled every quarter of an hour of a fake clock if it is due."""

    start: datetime
    served: Served
    script: Callable[[float, Served], None]
    asked: list[tuple[float, str]] = field(default_factory=list)  # hour, path

    def run(self, state: FeedState, days: int = 30) -> FeedState:
        for quarter in range(days * 96):
            moment = self.start + quarter * timedelta(minutes=15)
            if not pace.is_due(state, moment):
                continue
            self.script(quarter / 4, self.served)
            self.served.requests.clear()
            state = get(state.url, moment, state).state
            self.asked.extend((quarter / 4, path) for path, _ in self.served.requests)
        return state

    def gaps(self, path: str) -> list[float]:
        """Hours between requests."""
        hours = [hour for hour, asked in self.asked if asked == path]
        return [after - before for before, after in pairwise(hours)]


def test_a_month_of_a_feed_that_moves_fails_and_dies(now: datetime) -> None:
    """Days 0-9 it is well and moves on day 3; then it fails for five days, recovers, and is gone on day 25."""

    def script(hour: float, served: Served) -> None:
        day = hour / 24
        feed_ = (200, {"ETag": '"1"', "Cache-Control": "max-age=21600"}, b"<rss/>")
        if 10 <= day < 15:
            feed_ = (503, {}, b"")
        if day >= 25:
            feed_ = (410, {}, b"")
        moved = (301, {"Location": "/new"}, b"")
        served.answers = {"/old": moved if day >= 3 else feed_, "/new": (302, {"Location": "/cdn"}, b""), "/cdn": feed_}

    with serve({}) as served:
        month = Month(now, served, script)
        url = served.base + "/old"
        end = month.run(FeedState(url=url))
    old = [hour for hour, path in month.asked if path == "/old"]
    new = [hour for hour, path in month.asked if path == "/new"]
    cdn = [hour for hour, path in month.asked if path == "/cdn"]
    assert end.stopped == "gone for good (HTTP 410)"
    # Redirects were seen on three days; from the next request on only the new address is asked: the permanent part of
    # the chain, and not where that led for now.
    first = [hour for hour in old if hour < 240]
    assert 72 + 24 <= max(first) < 72 + 3 * 24
    assert new[-1] > 25 * 24
    assert cdn == new
    # Failing there, it is looked for where it was, and believed to have moved after three days again.
    assert [hour for hour in old if 240 <= hour < 360]
    assert not [hour for hour in old if 360 + 3 * 24 <= hour < 600]
    well = [b - a for a, b in pairwise(first)]
    assert all(6 <= gap <= 6.5 for gap in well)
    ill = [hour for hour in cdn if 240 <= hour < 360]
    backing_off = [b - a for a, b in pairwise(ill)]
    for gap, least in zip(backing_off, [1, 2, 4, 8, 16, 24, 24], strict=False):
        assert least <= gap <= least * 1.1 + 0.25
    assert len(backing_off) >= 6
    recovered = [b - a for a, b in pairwise(cdn) if a >= 384 and b < 600]
    assert recovered
    assert all(6 <= gap <= 6.5 for gap in recovered)
    # Gone where it moved to, it is looked for once where it was, and then never again.
    assert (len([hour for hour in cdn if hour >= 600]), len([hour for hour in old if hour >= 600])) == (2, 1)


def test_a_month_of_refusals_backs_off_and_then_gives_up(now: datetime) -> None:
    with serve({"/f": (403, {}, b"")}) as served:
        url = served.base + "/f"
        before = FeedState(url=url, etag='"1"', ok=now)
        month = Month(now, served, lambda hour, served: None)
        end = month.run(before, days=40)
    gaps = month.gaps("/f")
    for gap, least in zip(gaps, [4, 4, 4, 8, 16, 24, 24], strict=False):
        assert least <= gap <= least * 1.1 + 0.25
    assert len(month.asked) < 40
    assert end.stopped == "no answer for 30 days"
    assert 30 * 24 <= month.asked[-1][0] <= 32 * 24


def test_a_redirect_that_is_not_for_ever_changes_no_address(now: datetime) -> None:
    """Ten days of a temporary one, and of a permanent one that leads elsewhere every day."""

    def script(hour: float, served: Served) -> None:
        served.answers["/b"] = (301, {"Location": f"/c{int(hour // 24)}"}, b"")

    with serve({"/a": (302, {"Location": "/x"}, b""), "/x": (200, {}, b"<rss/>")}) as served:
        served.answers |= {f"/c{day}": (200, {}, b"<rss/>") for day in range(10)}
        for path in ("/a", "/b"):
            end = Month(now, served, script).run(FeedState(url=served.base + path), days=10)
            assert end.address is None
            assert end.failure is None


def test_feeds_with_one_client_share_its_turns(now: datetime) -> None:
    """Twenty feeds on one host, asked at the same time, are asked one after the other."""
    with serve({f"/{n}": (200, {}, b"<rss/>") for n in range(20)}) as served:

        async def ask() -> list[Fetched]:
            async with Client(contact=None, allow=["127.0.0.1"], gap=0.02, now=now) as client:
                feeds = [feed(f"{served.base}/{n}") for n in range(20)]
                return await asyncio.gather(*(fetch_feed(client, one, FeedState(url=one.url), now) for one in feeds))

        found = asyncio.run(ask())
    assert {one.outcome for one in found} == {"new"}
    spans = sorted(served.spans)
    assert all(start - end >= 0.02 for (_, end), (start, _) in pairwise(spans))


def test_a_broken_answer_is_no_answer(now: datetime) -> None:
    """Half a feed is not taken for a whole one, and the validators that came with it are not kept."""
    with raw(say(reply(b"<rss>", ETag='"half"', Content_Length="100"))) as server:
        found = get(server.base + "/f", now, FeedState(url=server.base + "/f", etag='"whole"'))
    assert (found.outcome, found.state.failure) == ("failed", "broke off in the middle")
    assert found.state.etag == '"whole"'

"""Fetching: one polite request a feed, and every failure a value."""

import gzip
from datetime import datetime

from digest.ingest.fetch import BODY_LIMIT, fetch, user_agent
from digest.model import Feed, FeedState
from tests.server import serve


def feed(url: str) -> Feed:
    return Feed(url=url, outlet="Courier", language="en")


def test_validators_are_kept_and_sent_back_as_they_came(now: datetime) -> None:
    odd = {"ETag": 'W/"a b"', "Last-Modified": "garbage 123"}
    with serve({"/f": (200, odd, b"one")}) as served:
        (first,) = fetch([feed(served.base + "/f")], {}, now=now, contact=None)
        served.answers["/f"] = (304, {"ETag": '"new"'}, b"")
        (second,) = fetch([first.feed], {first.feed.url: first.state}, now=now, contact="https://example.org")
    assert (first.outcome, first.body) == ("new", b"one")
    assert served.requests[1][1]["if-none-match"] == 'W/"a b"'
    assert served.requests[1][1]["if-modified-since"] == "garbage 123"
    assert "if-none-match" not in served.requests[0][1]
    assert (second.outcome, second.state.etag, second.state.last_modified) == ("unchanged", '"new"', "garbage 123")


def test_a_200_with_the_same_bytes_is_unchanged_but_its_validators_are_new(now: datetime) -> None:
    with serve({"/f": (200, {"ETag": '"1"'}, b"same")}) as served:
        (first,) = fetch([feed(served.base + "/f")], {}, now=now, contact=None)
        served.answers["/f"] = (200, {"ETag": '"2"'}, b"same")
        (second,) = fetch([first.feed], {first.feed.url: first.state}, now=now, contact=None)
    assert (second.outcome, second.state.etag) == ("unchanged", '"2"')


def test_a_request_says_who_asks_and_nothing_personal(now: datetime) -> None:
    with serve({"/f": (200, {"Set-Cookie": "a=b"}, b"x")}) as served:
        for _ in range(2):
            fetch([feed(served.base + "/f")], {}, now=now, contact="https://example.org/about")
    for _, headers in served.requests:
        assert headers["user-agent"] == user_agent("https://example.org/about")
        assert "https://example.org/about" in headers["user-agent"]
        assert "gzip" in headers["accept-encoding"]
        assert not {"cookie", "referer"} & set(headers)


def test_failures_are_values_in_the_order_of_the_feeds_and_keep_what_was_known(now: datetime) -> None:
    huge = gzip.compress(b"x" * (BODY_LIMIT + 1))
    answers = {
        "/gone": (410, {}, b""),
        "/huge": (200, {"Content-Encoding": "gzip"}, huge),
        "/loop": (302, {"Location": "/loop"}, b""),
        "/fine": (200, {}, b"fine"),
    }
    known = {"/gone": FeedState(url="x", etag='"kept"', ok=now)}
    with serve(answers) as served:
        paths = ["/gone", "/huge", "/loop", "/none", "/fine"]
        states = {served.base + path: state for path, state in known.items()}
        feeds = [feed(served.base + path) for path in paths] + [feed("http://127.0.0.1:1/refused")]
        found = fetch(feeds, states, now=now, contact=None)
    assert [one.outcome for one in found] == ["failed", "failed", "failed", "failed", "new", "failed"]
    assert found[0].state.etag == '"kept"'
    assert found[0].state.ok == now
    assert "410" in str(found[0].state.failure)
    assert "larger than" in str(found[1].state.failure)
    assert all(one.body == b"" for one in found if one.outcome == "failed")


def test_everybody_is_told_of_as_it_arrives(now: datetime) -> None:
    told: list[str] = []
    with serve({"/a": (200, {}, b"x"), "/b": (200, {}, b"y")}) as served:
        feeds = [feed(served.base + "/a"), feed(served.base + "/b")]
        fetch(feeds, {}, now=now, contact=None, done=lambda fetched: told.append(fetched.feed.url[-1]))
    assert sorted(told) == ["a", "b"]


def test_validators_beyond_ascii_go_back_byte_for_byte_or_not_at_all(now: datetime) -> None:
    """The server here speaks Latin 1, one character a byte. What is no UTF-8 could not be sent as it came."""
    utf8, latin, controls = '"\u00c3\u00a9"', '"\u00e9"', '"\x01"'
    with serve({"/f": (200, {"ETag": utf8, "Last-Modified": latin}, b"one")}) as served:
        (first,) = fetch([feed(served.base + "/f")], {}, now=now, contact=None)
        served.answers["/f"] = (304, {"ETag": latin, "Last-Modified": controls}, b"")
        (second,) = fetch([first.feed], {first.feed.url: first.state}, now=now, contact=None)
    assert (first.state.etag, first.state.last_modified) == ('"é"', None)
    assert served.requests[1][1]["if-none-match"] == utf8
    assert "if-modified-since" not in served.requests[1][1]
    assert (second.state.etag, second.state.last_modified) == (None, None)


def test_a_servers_own_words_are_one_short_clean_line(now: datetime) -> None:
    """They end on a terminal, where an escape sequence would be obeyed."""
    with serve({"/f": (500, {}, b"")}) as served:
        served.reason = "\x1b]0;owned\x07 \x9b31m Oops \xe9 " + "very " * 60 + "sorry"
        (found,) = fetch([feed(served.base + "/f")], {}, now=now, contact=None)
    failure = str(found.state.failure)
    assert failure.startswith("HTTP 500 ]0;owned")
    assert failure.isprintable()
    assert len(failure) <= 200


def test_the_usual_failures_are_said_in_plain_words(now: datetime) -> None:
    with serve({"/loop": (302, {"Location": "/loop"}, b"")}) as served:
        port = served.base.rsplit(":", 1)[1]
        urls = [served.base + "/loop", f"https://127.0.0.1:{port}/", "http://127.0.0.1:1/", "http://none.invalid/"]
        found = fetch([feed(url) for url in urls], {}, now=now, contact=None)
    loop, secure, refused, nowhere = (str(one.state.failure) for one in found)
    assert loop == "redirects more than 5 times"
    assert secure.startswith("no secure connection")
    assert refused == "connection refused"
    assert nowhere == "host not found: none.invalid"

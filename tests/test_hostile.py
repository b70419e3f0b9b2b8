"""Feeds that are meant to hang or to exhaust whoever reads them: each ends soon, in entries or in an error with a name."""

import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from digest.errors import FeedError
from digest.ingest.feeds.parse import parse
from digest.ingest.sandbox import Sandbox, SandboxError
from digest.model import Feed

FEED = Feed(url="https://a.example/feed", outlet="A", language="en")
MILLION = 1_000_000
SECONDS = 1  # the limit is part of what is tested, so that it may as well be short


def rss(inside: bytes, prolog: bytes = b"") -> bytes:
    head = b'<?xml version="1.0"?>' + prolog
    return head + b'<rss version="2.0"><channel><title>t</title>' + inside + b"</channel></rss>"


def item(inside: bytes) -> bytes:
    return rss(b"<item><title>One</title><description>" + inside + b"</description></item>")


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
QUADRATIC = b'<!DOCTYPE rss [<!ENTITY a "' + b"a" * 100_000 + b'">]>'
HOSTILE = {
    "a million nested tags": b"<a>" * MILLION,
    "a million nested tags in a feed": rss(b"<a>" * MILLION + b"</a>" * MILLION),
    "a million nested tags in an entry": item(b"<div>" * MILLION),
    "a million nested escaped tags in an entry": item(b"&lt;div&gt;" * MILLION),
    "a million attributes": rss(b"<item " + b" ".join(b'a%d="1"' % n for n in range(MILLION)) + b"><title>x</title></item>"),
    "a million attributes in an entry": item(b"<![CDATA[<p " + b" ".join(b'a%d="1"' % n for n in range(MILLION)) + b">x</p>]]>"),
    "a billion laughs": rss(b"<item><title>&l9;</title></item>", b'<!DOCTYPE rss [<!ENTITY l0 "ha">' + LAUGHS + b"]>"),
    "entities that explode by repetition": rss(b"<item><title>" + b"&a;" * 100_000 + b"</title></item>", QUADRATIC),
    "half a million items": rss(b"<item><title>x</title></item>" * 500_000),
    "ten megabytes of <": b"<" * 10 * MILLION,
    "ten megabytes of < in an entry": item(b"<![CDATA[" + b"<" * 10 * MILLION + b"]]>"),
    "ten megabytes of &": b"&" * 10 * MILLION,
    "ten megabytes of & in an entry": item(b"&" * 10 * MILLION),
    "comments that never end": item(b"<![CDATA[" + b"<!--" * 250_000 + b"]]>"),
    "a CDATA section that never ends": rss(b"<item><title>x</title><description><![CDATA[" + b"a" * MILLION)[:-16],
    "a million CDATA sections that never end": rss(b"<item><title>" + b"<![CDATA[" * MILLION),
    "a million brackets of JSON": b"[" * MILLION,
    "a million nested objects of JSON": b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b'{"a":' * MILLION,
    "a number of a million digits": b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": ' + b"9" * MILLION + b"}]}",
}  # fmt: skip


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(1, seconds=SECONDS) as sandbox:
        yield sandbox


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_feed_ends_in_entries_or_a_named_error(sandbox: Sandbox, name: str) -> None:
    """Slow where the limit of time is what ends it. Any other exception is a failure."""
    before = time.monotonic()
    with suppress(FeedError, SandboxError):
        sandbox.call(parse, HOSTILE[name], FEED, "application/rss+xml")
    assert time.monotonic() - before < 10


def test_a_harmless_feed_is_read_as_without_a_sandbox() -> None:
    with Sandbox(1) as sandbox:
        assert sandbox.call(parse, item(b"Two."), FEED, "") == parse(item(b"Two."), FEED, "")

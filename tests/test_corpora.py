"""Real feeds, and the tests of two other projects: read as feedparser reads them, or better, and never with a surprise.

Of the recorded feeds a part, or all with DIGEST_TEST_ALL=1; `python -m tests.bench parse` compares all, too.
"""

import calendar
import html
import io
import os
import re
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from digest.errors import FeedError
from digest.ingest.extract import plain_title
from digest.ingest.feeds.parse import parse
from digest.model import Entry, Feed
from digest.text.normalize import one_line
from digest.text.urls import web_address
from tests.bench.parsing import compared
from tests.feeds import RECORDED, SUITES, members, recorded

FEED = Feed(url="https://courier.example/feed.xml", outlet="Courier", language="en")
ALL = bool(os.environ.get("DIGEST_TEST_ALL"))
here = pytest.mark.skipif(not RECORDED.is_file(), reason="the recorded feeds are not beside the project")
SUITE_FILES = sorted(SUITES.glob("*.tar.zst"))


@here
def test_both_ways_through_a_recorded_feed_are_one_and_the_quick_one_is_taken() -> None:
    bodies = [body for _, body in recorded(1 if ALL else 12)]
    counts = compared(bodies)
    assert counts["different"] == 0
    assert counts["quick"] >= 0.99 * len(bodies)


@pytest.mark.skipif(not SUITE_FILES, reason="the test files of other parsers are not beside the project")
@pytest.mark.parametrize("suite", SUITE_FILES, ids=lambda path: path.name.split(".")[0])
def test_every_file_of_a_suite_ends_in_entries_or_a_named_error(suite: Path) -> None:
    outcomes: Counter[str] = Counter()
    for name, body in members(suite):
        began = time.process_time()
        try:
            outcomes["read"] += bool(parse(body, FEED, "").entries)
        except FeedError as error:
            outcomes["refused"] += error.subject == FEED.url
        assert time.process_time() - began < 5, name
    assert outcomes["read"] > 100
    assert outcomes["refused"] > 10


@pytest.mark.skipif(not SUITE_FILES, reason="the test files of other parsers are not beside the project")
@pytest.mark.parametrize("suite", SUITE_FILES, ids=lambda path: path.name.split(".")[0])
def test_both_ways_through_a_file_of_a_suite_are_one(suite: Path) -> None:
    counts = compared(body for _, body in members(suite))
    assert counts["different"] == 0
    assert counts["quick"] > 100


@here
def test_recorded_feeds_are_read_as_plain_feedparser_reads_them_or_better() -> None:
    """Better are: a text that is no caption (Media RSS), and guids that several entries share made into several."""
    counts: Counter[str] = Counter()
    for name, body in recorded(1 if ALL else 18):
        plain, ours = _plain(body), parse(body, FEED, "").entries
        shared = {guid for guid, count in Counter(dict.get(raw, "id") for raw in plain).items() if guid and count > 1}
        by_guid = {entry.guid: entry for entry in ours} | {entry.url: entry for entry in ours}
        for raw in plain:
            counts["entries"] += 1
            guid, url = dict.get(raw, "id"), web_address(raw.get("link"), FEED.url)
            if guid in shared:
                counts["shared guid"] += 1
                assert f"{guid} {url}" in by_guid
                continue
            for field in _differences(raw, by_guid[guid or url], url):
                counts[field] += 1
                assert field == "caption", (name, guid, field)
    assert counts["entries"] > 1000
    assert counts["caption"] < 0.05 * counts["entries"]


def _plain(body: bytes) -> list[Any]:
    import feedparser

    entries: list[Any] = feedparser.parse(io.BytesIO(body)).entries
    return entries


def _differences(raw: Any, entry: Entry, url: str | None) -> list[str]:
    moment = dict.get(raw, "published_parsed") or dict.get(raw, "updated_parsed")
    contents = [part["value"] for part in raw.get("content", ())]
    summary = raw.get("summary", "")
    same = {
        "link": url == entry.url,
        "title": plain_title(raw.get("title", ""), is_html=True) == entry.title,
        "moment": (moment and datetime.fromtimestamp(calendar.timegm(moment), UTC)) == entry.published,
        "author": (one_line(raw.get("author", "")) or None) == entry.author,
    }
    longest = max([*contents, summary], key=len)
    if _words(longest) != _words(entry.html):
        is_caption = "media_credit" in raw or "media_content" in raw or "media_thumbnail" in raw
        same["caption" if is_caption and _words(summary) == _words(entry.html) else "content"] = False
    return [field for field, equal in same.items() if not equal]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", html.unescape(re.sub(r"<[^>]*>", " ", text)))

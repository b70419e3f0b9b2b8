"""A feed's bytes in, entries out."""

import calendar
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from digest.errors import FeedError
from digest.ingest.extract import plain_title
from digest.ingest.jsonfeed import json_entries, looks_like_json
from digest.model import Entry, Feed, short_hash
from digest.text.normalize import one_line, shorten, storable
from digest.text.urls import web_address

# A feed that names a moment outside of these does not know when its entry was published.
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
# 2020-05-04, 20200504, 2020. 5. 4; 4 May 2020, 04-May-20; May 4, 2020, Mon May  4 09:00:00 2020 - in any script
_WHOLE_DATE = re.compile(
    r"^\s*\d{4}-?\d{2}-?\d{2}(?!\d)|\d{4}[^\dW]{1,12}\d{1,2}[^\d]{1,12}\d{1,2}|\d{4}-[^\W\d]{3,12}-\d{1,2}"
    r"|(?<!\d)\d{1,2}[ -][^\W\d]{3,12}\.?,?[ -]\d{2,4}|[^\W\d]{3,12}\.? +\d{1,2}\b.{0,20}\b\d{4}"
)


def parse(body: bytes, feed: Feed, content_type: str) -> tuple[Entry, ...]:
    """The entries of a feed (RSS, Atom or JSON Feed) in its own order; FeedError if it is none, or broken and empty.

    Entries without any text are passed over. Guids are unique in the result.
    """
    try:
        read = json_entries(body, feed) if looks_like_json(body) else _xml_entries(body, feed, content_type)
    except ValueError as error:
        raise _no_feed(feed, str(error)) from error
    plausible = [replace(entry, published=_plausible(entry.published)) for entry in read]
    return _distinct([entry for entry in plausible if entry.title or entry.html.strip()])


def _xml_entries(body: bytes, feed: Feed, content_type: str) -> list[Entry]:
    import feedparser

    # Given bytes, never a URL, which feedparser would fetch without a timeout. Its sanitizer is slow and leaky and its
    # link resolver comes before ours: both off, nh3 and `web_address` do that work.
    try:
        parsed = feedparser.parse(
            body,
            response_headers={"content-type": content_type} if content_type else {},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # on hostile bytes it lets anything through, and one bad feed stops no run
        raise _no_feed(feed, str(error) or type(error).__name__) from error
    if not parsed.entries and (parsed.bozo or not parsed.get("version")):
        raise _no_feed(feed, str(parsed.get("bozo_exception", "")) or "neither RSS nor Atom")
    base = web_address(parsed.feed.get("link"), feed.url) or feed.url
    return [_entry(raw, feed, base) for raw in parsed.entries]


def _no_feed(feed: Feed, problem: str) -> FeedError:
    reason = f"is no feed ({shorten(one_line(problem), 150)})"
    return FeedError(feed.url, reason, "open the address and see what it serves")


def _entry(raw: Any, feed: Feed, base: str) -> Entry:
    # `dict.get`: feedparser's own would answer with the other date, and warn that it will not do so for long.
    link = raw.get("link")
    if link == raw.get("id") and web_address(link) is None:
        link = None  # feedparser takes a guid for a link, and this one is none
    url = web_address(link, base)
    detail = raw.get("title_detail") or {}
    title = plain_title(_storable(raw.get("title")), is_html=detail.get("type") != "text/plain")
    html = _content(raw)
    return Entry(
        feed=feed.url,
        outlet=feed.outlet,
        guid=_storable(raw.get("id")) or url or short_hash(title, html),
        url=url,
        title=title,
        html=html,
        published=_moment(raw, "published") or _moment(raw, "updated"),
        author=one_line(_storable(raw.get("author"))) or None,
        language=feed.language,
    )


def _content(raw: Any) -> str:
    """The longest of what the entry says of itself: some feeds put a teaser into `content`, others into `summary`."""
    values = [_storable(part.get("value")) for part in raw.get("content") or ()]
    return max([*values, _storable(raw.get("summary"))], key=len)


def _storable(text: Any) -> str:
    return storable(str(text or ""))


def _moment(raw: Any, name: str) -> datetime | None:
    """feedparser's time, which is UTC whatever zone the feed named; None where it makes no sense.

    What the feed wrote must name a year, a month and a day: feedparser fills in what is missing from today's date.
    """
    parsed, written = dict.get(raw, f"{name}_parsed"), str(dict.get(raw, name) or "")
    if not parsed or not _WHOLE_DATE.search(written):
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, TypeError, OSError):
        return None


def _plausible(moment: datetime | None) -> datetime | None:
    return moment if moment and _EARLIEST <= moment <= _LATEST else None


def _distinct(entries: list[Entry]) -> tuple[Entry, ...]:
    """The first entry of each guid, once guids that several entries share have given way to their addresses."""
    shared = {guid for guid, count in Counter(entry.guid for entry in entries).items() if count > 1}
    found: dict[str, Entry] = {}
    for entry in entries:
        guid = f"{entry.guid} {entry.url or short_hash(entry.title)}" if entry.guid in shared else entry.guid
        found.setdefault(guid, replace(entry, guid=guid))
    return tuple(found.values())

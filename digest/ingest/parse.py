"""A feed's bytes in, entries out."""

import calendar
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from digest.errors import FeedError
from digest.ingest.extract import plain_title
from digest.model import Entry, Feed, short_hash
from digest.text.normalize import one_line
from digest.text.urls import web_address


def parse(body: bytes, feed: Feed, content_type: str) -> tuple[Entry, ...]:
    """The entries of a feed in its own order; FeedError if it is no feed, or a broken one without entries.

    Entries without any text are passed over. Guids are unique in the result.
    """
    import feedparser

    # Given bytes, never a URL, which feedparser would fetch without a timeout. Its sanitizer is slow and leaky and its
    # link resolver comes before ours: both off, nh3 and `web_address` do that work.
    parsed = feedparser.parse(
        body,
        response_headers={"content-type": content_type} if content_type else {},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.entries and (parsed.bozo or not parsed.get("version")):
        problem = str(parsed.get("bozo_exception", "")) or "neither RSS nor Atom"
        raise FeedError(feed.url, f"is no feed ({one_line(problem)[:200]})", "open the address and see what it serves")
    base = web_address(parsed.feed.get("link"), feed.url) or feed.url
    entries = [_entry(raw, feed, base) for raw in parsed.entries]
    return _distinct([entry for entry in entries if entry.title or entry.html.strip()])


def _entry(raw: Any, feed: Feed, base: str) -> Entry:
    url = web_address(raw.get("link"), base)
    detail = raw.get("title_detail") or {}
    title = plain_title(raw.get("title") or "", is_html=detail.get("type") != "text/plain")
    html = _content(raw)
    return Entry(
        feed=feed.url,
        outlet=feed.outlet,
        guid=raw.get("id") or url or short_hash(title, html),
        url=url,
        title=title,
        html=html,
        published=_moment(raw.get("published_parsed")) or _moment(raw.get("updated_parsed")),
        author=one_line(raw.get("author") or "") or None,
        language=feed.language,
    )


def _content(raw: Any) -> str:
    """The longest of what the entry says of itself: some feeds put a teaser into `content`, others into `summary`."""
    values = [str(part.get("value") or "") for part in raw.get("content") or ()]
    return max([*values, str(raw.get("summary") or "")], key=len)


def _moment(parsed: Any) -> datetime | None:
    """feedparser's time, which is UTC whatever zone the feed named; None where it makes no sense."""
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError, TypeError, OSError):
        return None


def _distinct(entries: list[Entry]) -> tuple[Entry, ...]:
    """The first entry of each guid, once guids that several entries share have given way to their addresses."""
    shared = {guid for guid, count in Counter(entry.guid for entry in entries).items() if count > 1}
    found: dict[str, Entry] = {}
    for entry in entries:
        guid = f"{entry.guid} {entry.url or short_hash(entry.title)}" if entry.guid in shared else entry.guid
        found.setdefault(guid, replace(entry, guid=guid))
    return tuple(found.values())

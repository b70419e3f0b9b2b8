"""A feed's bytes in, entries out."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.errors import FeedError
from digest.ingest.feeds.about import about
from digest.ingest.feeds.bytes import Refused, as_utf_8, check_entries, well_behaved
from digest.ingest.feeds.dates import feed_moment
from digest.ingest.feeds.jsonfeed import json_about, json_entries, looks_like_json, read_json
from digest.ingest.feeds.quick import quick
from digest.ingest.feeds.told import Heard, Line, Told, entries_of, is_picture
from digest.model import About, Entry, Feed
from digest.text.normalize import one_line, shorten, storable


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A feed's entries in its own order, and what it says of itself."""

    entries: tuple[Entry, ...]
    about: About


def parse(body: bytes, feed: Feed, content_type: str) -> Parsed:
    """What a feed says (RSS, Atom or JSON Feed); FeedError if it is none, is broken and empty, or is too much.

    Entries without any text are passed over. Guids are unique in the result. No address in it is asked, no file opened
    and no entity resolved from outside. Nearly all feeds are regular, and read by `quick`; feedparser reads the rest,
    and is right about what the others mean.
    """
    try:
        if looks_like_json(body):
            raw = read_json(body)
            return Parsed(entries=json_entries(raw, feed), about=json_about(raw))
        data = as_utf_8(body, content_type)
        return parsed(quick(data) or heard_by_feedparser(data), data, feed)
    except Refused as error:
        raise FeedError(feed.url, f"is refused: {error}", "open the address and see what it serves") from error
    except ValueError as error:
        reason = f"is no feed ({shorten(one_line(str(error)), 150)})"
        raise FeedError(feed.url, reason, "open the address and see what it serves") from error


def parsed(heard: Heard, data: bytes, feed: Feed) -> Parsed:
    return Parsed(entries=entries_of(heard, feed), about=about(heard, data))


def heard_by_feedparser(data: bytes) -> Heard:
    """What feedparser reads in a document in UTF-8; ValueError if that is no feed."""
    import feedparser

    # Given a stream, never bytes or a URL: it would open the file that they name, or fetch without a timeout. Its
    # sanitizer is slow and leaky and its link resolver comes before ours: both off, nh3 and `web_address` do that work.
    try:
        found = feedparser.parse(
            io.BytesIO(well_behaved(data)),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Refused:
        raise
    except Exception as error:  # on hostile bytes it lets anything through, and one bad feed stops no run
        raise ValueError(str(error) or type(error).__name__) from error
    version = _text(found.get("version"))
    if not found.entries and (found.bozo or not version):
        raise ValueError(str(found.get("bozo_exception", "")) or "neither RSS nor Atom")
    check_entries(len(found.entries))
    is_atom = version.startswith("atom")
    return Heard(
        entries=[_told(entry, is_atom) for entry in found.entries],
        title=_line(found.feed, "title"),
        link=_text(dict.get(found.feed, "link")),
        licences=_licences(found.feed),
        rights=_line(found.feed, "rights"),
        ttl=_text(dict.get(found.feed, "ttl")),
        update_period=_text(dict.get(found.feed, "sy_updateperiod")),
        update_frequency=_text(dict.get(found.feed, "sy_updatefrequency")),
    )


# `dict.get`: feedparser's own would answer with another key, and warn that it will not do so for long.
def _told(raw: Any, is_atom: bool) -> Told:
    return Told(
        id=_text(dict.get(raw, "id")),
        link=_text(dict.get(raw, "link")),
        title=_line(raw, "title"),
        texts=_texts(raw, is_atom),
        published=_moment(raw, "published") or _moment(raw, "updated"),
        author=_text(dict.get(raw, "author")),
        categories=[_text(tag.get("label")) or _text(tag.get("term")) for tag in _dicts(raw, "tags")],
        images=_images(raw),
        licences=_licences(raw),
        rights=_line(raw, "rights"),
        source=_line(_source(raw), "title"),
        source_url=_text(dict.get(_source(raw), "href")),
    )


def _source(raw: Any) -> dict[str, Any]:
    """What the last source element says; feedparser takes an attribute `url` and the text, or the elements in it."""
    source = dict.get(raw, "source")
    return source if isinstance(source, dict) else {}


def _text(value: Any) -> str:
    return storable(value) if isinstance(value, str) else ""


def _dicts(raw: Any, name: str) -> list[Any]:
    """The dictionaries of a list; of elements that bear feedparser's own names there may be others."""
    values = dict.get(raw, name)
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _line(raw: Any, name: str) -> Line:
    detail = dict.get(raw, f"{name}_detail")
    kind = detail.get("type") if isinstance(detail, Mapping) else None
    return Line(_text(dict.get(raw, name)), kind != "text/plain")


def _texts(raw: Any, is_atom: bool) -> list[str]:
    """Some feeds put a teaser into `content`, others into `summary`; the longest is the text.

    To feedparser a second description is plain `content`. In RSS it is the caption of a picture (media:description) or
    a copy (itunes:summary).
    """
    summary = _text(dict.get(raw, "summary"))
    contents = [part for part in _dicts(raw, "content") if is_atom or part.get("type") != "text/plain" or not summary]
    return [*(_text(part.get("value")) for part in contents), summary]


def _moment(raw: Any, name: str) -> datetime | None:
    """From what the feed wrote: of what feedparser makes of it neither zone nor day can be relied upon."""
    return feed_moment(_text(dict.get(raw, name)))


def _images(raw: Any) -> list[str]:
    thumbnails = [_text(picture.get("url")) for picture in _dicts(raw, "media_thumbnail")]
    media = [(_text(m.get("medium")), _text(m.get("type")), _text(m.get("url"))) for m in _dicts(raw, "media_content")]
    links = [link for link in _dicts(raw, "links") if link.get("rel") == "enclosure"]
    enclosed = [("", _text(link.get("type")), _text(link.get("href"))) for link in links]
    own = dict.get(raw, "image")
    pictures = [given[2] for given in (*media, *enclosed) if is_picture(*given)]
    return [*thumbnails, *pictures, *([_text(own.get("href"))] if isinstance(own, Mapping) else [])]


def _licences(raw: Any) -> list[str]:
    """Those of the Creative Commons modules, which feedparser makes into links without a type, before other links."""
    links = [link for link in _dicts(raw, "links") if link.get("rel") == "license" and link.get("href")]
    return [_text(link["href"]) for link in sorted(links, key=lambda link: "type" in link)]

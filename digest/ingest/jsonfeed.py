"""A JSON Feed's bytes in, entries out (https://www.jsonfeed.org/version/1.1/), wrong types tolerated."""

import json
from datetime import datetime
from html import escape
from typing import Any

from digest.ingest.dates import moment
from digest.model import Entry, Feed, short_hash
from digest.text.normalize import one_line, storable
from digest.text.urls import web_address


def looks_like_json(body: bytes) -> bool:
    """No XML begins with a brace."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def json_entries(body: bytes, feed: Feed) -> list[Entry]:
    """The items as entries, in their order; ValueError says why it is no JSON Feed."""
    try:
        raw = json.loads(body.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("JSON that is nested too deeply") from None
    items = raw.get("items") if isinstance(raw, dict) else None
    if not isinstance(items, list) or "jsonfeed.org/version/" not in _text(raw.get("version")):
        raise ValueError("JSON, but no JSON Feed")
    base = web_address(_text(raw.get("home_page_url")), feed.url) or feed.url
    return [_entry(item, raw, feed, base) for item in items if isinstance(item, dict)]


def _entry(item: dict[str, Any], whole: dict[str, Any], feed: Feed, base: str) -> Entry:
    url = web_address(_text(item.get("url")), base)
    title, html = one_line(_text(item.get("title"))), _html(item)
    return Entry(
        feed=feed.url,
        outlet=feed.outlet,
        guid=_text(item.get("id")) or url or short_hash(title, html),
        url=url,
        title=title,
        html=html,
        published=_published(item),
        author=_author(item) or _author(whole),
        language=feed.language,
    )


def _text(value: Any) -> str:
    """Text as it is, a number as text (ids are often numbers), anything else as none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return storable(str(value))


def _html(item: dict[str, Any]) -> str:
    """The longest of what the item says; plain text with its line breaks, made into HTML like the rest."""
    plain = (escape(_text(item.get(name)), quote=False) for name in ("content_text", "summary"))
    return max([_text(item.get("content_html")), *(text.replace("\n", "<br>") for text in plain)], key=len)


def _published(item: dict[str, Any]) -> datetime | None:
    for name in ("date_published", "date_modified"):
        found = moment(_text(item.get(name)))
        if found and not found[1]:
            return found[0]
    return None


def _author(holder: dict[str, Any]) -> str | None:
    """All names of `authors` (1.1), or the one of `author` (1.0)."""
    listed = holder.get("authors")
    people = listed if isinstance(listed, list) else [holder.get("author")]
    names = [one_line(_text(person.get("name"))) for person in people if isinstance(person, dict)]
    return ", ".join(name for name in names if name) or None

"""A JSON Feed's bytes in, entries out (https://www.jsonfeed.org/version/1.1/), wrong types tolerated."""

import json
from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import Any

from digest.ingest.dates import moment
from digest.ingest.feeds.bytes import check_entries
from digest.ingest.feeds.dates import plausible
from digest.ingest.feeds.told import categories_of, distinct, first_address, identity, is_picture, short_line
from digest.model import About, Entry, Feed
from digest.text.normalize import one_line, storable
from digest.text.urls import absolute, web_address


def looks_like_json(body: bytes) -> bool:
    """No XML begins with a brace."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def read_json(body: bytes) -> dict[str, Any]:
    """The document; ValueError says why it is no JSON Feed. Bytes that are no UTF-8 become U+FFFD (RFC 8259, 8.1)."""
    try:
        raw = json.loads(body.decode("utf-8-sig", "replace"))
    except RecursionError:
        raise ValueError("JSON that is nested too deeply") from None
    if not isinstance(raw, dict) or not isinstance(raw.get("items"), list):
        raise ValueError("JSON, but no JSON Feed")
    if "jsonfeed.org/version/" not in _text(raw.get("version")):
        raise ValueError("JSON, but no JSON Feed")
    check_entries(len(raw["items"]))
    return raw


def json_about(raw: dict[str, Any]) -> About:
    return About(title=short_line(one_line(_text(raw.get("title")))))


def json_entries(raw: dict[str, Any], feed: Feed) -> tuple[Entry, ...]:
    """The items that say something, in their order."""
    base = absolute(feed.url) or absolute(_text(raw.get("home_page_url"))) or ""
    entries = (_entry(item, raw, feed, base) for item in raw["items"] if isinstance(item, dict))
    return distinct([entry for entry in entries if entry.title or entry.html])


def _entry(item: dict[str, Any], whole: dict[str, Any], feed: Feed, base: str) -> Entry:
    url = web_address(_text(item.get("url")), base)
    title, html = short_line(one_line(_text(item.get("title")))), _html(item)
    return Entry(
        feed=feed.url,
        outlet=feed.outlet,
        guid=identity(_text(item.get("id")), url, title, html),
        url=url,
        title=title,
        html=html,
        published=_published(item),
        author=_author(item) or _author(whole),
        language=feed.language,
        categories=categories_of(map(_text, _list(item.get("tags")))),
        image=first_address(_images(item), base),
    )


def _text(value: Any) -> str:
    """Text as it is, a number as text (ids are often numbers), anything else as none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return storable(str(value))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _html(item: dict[str, Any]) -> str:
    """The longest of what the item says; plain text with its line breaks, made into HTML like the rest."""
    plain = (escape(_text(item.get(name)), quote=False) for name in ("content_text", "summary"))
    return max([_text(item.get("content_html")), *(text.replace("\n", "<br>") for text in plain)], key=len).strip()


def _published(item: dict[str, Any]) -> datetime | None:
    for name in ("date_published", "date_modified"):
        found = moment(_text(item.get(name)))
        if found and not found[1] and plausible(found[0]):
            return found[0]
    return None


def _author(holder: dict[str, Any]) -> str | None:
    """All names of `authors` (1.1), or the one of `author` (1.0)."""
    listed = holder.get("authors")
    people = listed if isinstance(listed, list) else [holder.get("author")]
    names = [one_line(_text(person.get("name"))) for person in people if isinstance(person, dict)]
    return short_line(", ".join(name for name in names if name)) or None


def _images(item: dict[str, Any]) -> Iterable[str]:
    yield from (_text(item.get(name)) for name in ("image", "banner_image"))
    for attached in _list(item.get("attachments")):
        if isinstance(attached, dict) and is_picture("", _text(attached.get("mime_type")), ""):
            yield _text(attached.get("url"))

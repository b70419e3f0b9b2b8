"""What a feed has told, whichever parser read it, in; entries and what is known of the feed out.

Both parsers end here, so that they can differ in what they read, and never in what is made of it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from digest.ingest.credit import host_name, source_name
from digest.ingest.extract import plain_title
from digest.model import Entry, Feed, short_hash
from digest.text.normalize import one_line, shorten
from digest.text.urls import absolute, canonical, web_address

MAX_LINE = 300  # characters of a title, a name or a licence
MAX_CATEGORIES = 20
_MAX_GUID = 2000  # characters; what is longer is known by its hash
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:\?|$)", re.IGNORECASE)


class Line(NamedTuple):
    """A text of one line, as received: with markup and entities if it `is_html`."""

    text: str = ""
    is_html: bool = False

    @property
    def plain(self) -> str:
        return short_line(plain_title(self.text, self.is_html)) if self.text else ""


class Told(NamedTuple):
    """What an entry says, in its feed's words and order; what it does not say is empty.

    `texts` are all that may be its text. `images` and `licences` are addresses or names, the best ones first. `source`
    and `source_url` name the feed that it was taken from.
    """

    id: str
    link: str
    title: Line
    texts: Sequence[str]
    published: datetime | None
    author: str
    categories: Sequence[str]
    images: Sequence[str]
    licences: Sequence[str]
    rights: Line
    source: Line = Line()
    source_url: str = ""


class Heard(NamedTuple):
    """A feed's entries, and what it says of itself; `ttl` is in minutes, and written as it was, like the rest."""

    entries: Sequence[Told]
    title: Line
    link: str
    licences: Sequence[str]
    rights: Line
    ttl: str
    update_period: str
    update_frequency: str


def entries_of(heard: Heard, feed: Feed) -> tuple[Entry, ...]:
    """The entries of a feed in its own order, with guids that are unique; those without any text are passed over."""
    base = absolute(feed.url) or absolute(heard.link) or ""
    licence = licence_of(heard.licences, heard.rights)
    entries = (_entry(told, feed, base, licence) for told in heard.entries)
    return distinct([entry for entry in entries if entry.title or entry.html])


def licence_of(licences: Iterable[str], rights: Line) -> str | None:
    found = (short_line(one_line(licence)) for licence in licences)
    return next(filter(None, found), None) or rights.plain or None


def categories_of(names: Iterable[str]) -> tuple[str, ...]:
    """The first names, each once."""
    found = dict.fromkeys(short_line(one_line(name)) for name in names)
    found.pop("", None)
    return tuple(found)[:MAX_CATEGORIES]


def is_picture(media: str, media_type: str, url: str) -> bool:
    """Is what is enclosed a picture, by its medium ("image"), its type, or, where there is neither, its name?"""
    if media or media_type:
        return media == "image" or (not media and media_type.startswith("image/"))
    return bool(_PICTURE.search(url))


def first_address(urls: Iterable[str], base: str) -> str | None:
    return next(filter(None, (absolute(url, base) for url in urls)), None)


def short_line(text: str) -> str:
    return text if len(text) <= MAX_LINE else shorten(text, MAX_LINE)


def identity(said: str, url: str | None, title: str, html: str) -> str:
    """The guid of an entry: what it says, else its address, else what it is about."""
    if said:
        return said if len(said) <= _MAX_GUID else short_hash(said)
    return canonical(url) if url else short_hash(title, html)


def distinct(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The first entry of each guid, once guids that several entries share have given way to their addresses."""
    counts = Counter(entry.guid for entry in entries)
    if len(counts) == len(entries):
        return tuple(entries)
    found: dict[str, Entry] = {}
    for entry in entries:
        shared = counts[entry.guid] > 1
        guid = f"{entry.guid} {entry.url or short_hash(entry.title)}" if shared else entry.guid
        found.setdefault(guid, replace(entry, guid=guid))
    return tuple(found.values())


def _entry(told: Told, feed: Feed, base: str, licence: str | None) -> Entry:
    url = web_address(told.link, base)
    if told.link == told.id and told.link[:4].lower() != "http":
        url = None  # feedparser takes a guid for a link, and this one is none
    title, html = told.title.plain, max(told.texts, key=len, default="")
    return Entry(
        feed=feed.url,
        outlet=feed.outlet,
        guid=identity(told.id, url, title, html),
        url=url,
        title=title,
        html=html,
        published=told.published,
        author=short_line(one_line(told.author)) or None,
        language=feed.language,
        categories=categories_of(told.categories) if told.categories else (),
        image=first_address(told.images, base) if told.images else None,
        licence=(licence_of(told.licences, told.rights) if told.licences or told.rights.text else None) or licence,
        source=_source(told),
    )


def _source(told: Told) -> str | None:
    named = source_name(told.source.plain) if told.source.text else None
    return named or (host_name(absolute(told.source_url)) if told.source_url else None)

"""Entries in, articles out: which entries are one article, and what it says."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from digest.ingest.article import compose
from digest.ingest.extract import fragment_paragraphs
from digest.model import Article, Entry, short_hash
from digest.text.urls import canonical

BOILERPLATE = 3  # entries of one feed with the same paragraph: it is about the outlet, not about the news


def news(entries: Sequence[Entry], known: Mapping[str, Entry], seen: datetime) -> tuple[tuple[Entry, Article], ...]:
    """The entries of one feed that are not `known` (by guid), or not like this, each with its article, met at `seen`.

    An article is known by its address and the host of its feed, so that an outlet's second feed does not bring it
    twice; where several entries of the feed share an address (live pages, podcasts), or have none, by feed and guid.
    """
    addresses = Counter(entry.url for entry in entries)
    fresh = [entry for entry in entries if known.get(entry.guid) != entry]
    paragraphs = {entry.guid: fragment_paragraphs(entry.html) for entry in entries} if fresh else {}
    spread = Counter(line for lines in paragraphs.values() for line in set(lines))
    return tuple(
        (
            entry,
            _article(
                entry,
                [line for line in paragraphs[entry.guid] if spread[line] < BOILERPLATE],
                seen,
                shared=addresses[entry.url] > 1,
            ),
        )
        for entry in fresh
    )


def _article(entry: Entry, paragraphs: Sequence[str], seen: datetime, *, shared: bool) -> Article:
    own = entry.url if entry.url and not shared else None
    host = urlsplit(entry.feed).hostname or ""
    return compose(
        id=short_hash("page", host, canonical(own)) if own else short_hash("guid", entry.feed, entry.guid),
        outlet=entry.outlet,
        title=entry.title,
        paragraphs=paragraphs,
        url=entry.url,
        published=entry.published,
        day_only=False,
        author=entry.author,
        language=entry.language,
        seen=seen,
    )

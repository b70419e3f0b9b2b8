"""Entries in, articles out: which entries are new, which are one article, and what it says."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from digest.ingest.article import compose
from digest.ingest.extract import fragment_paragraphs
from digest.ingest.whole import is_whole
from digest.model import Article, Entry, Filed, Known, short_hash
from digest.text.urls import canonical

BOILERPLATE = 3  # entries of one feed with the same paragraph: it is about the outlet, not about the news
BACK_CATALOGUE = 20  # undated entries that are news when a feed is first met; the rest are its past
CHANGES = 24  # of one entry, after which it is left as it is: some feeds put the time of day into their text


def news(
    entries: Sequence[Entry], known: Mapping[str, Known], seen: datetime, *, met: bool = True
) -> tuple[Filed, ...]:
    """The entries of one feed that are not `known` (by guid), or not like this, as they are to be kept.

    A known entry under another guid is found by its article or its words, and keeps its first one. Unless the feed was
    `met` before, only the first of its undated entries are news.
    """
    addresses = Counter(entry.url for entry in entries)
    by_article = {old.article: old for old in known.values() if old.article}
    by_words = {old.sha256: old for old in known.values()}

    def old_of(entry: Entry, article: str) -> Known | None:
        return known.get(entry.guid) or by_article.get(article) or by_words.get(entry.sha256)

    articles = {entry.guid: article_id(entry, shared=addresses[entry.url] > 1) for entry in entries}
    pairs = [(entry, old_of(entry, articles[entry.guid])) for entry in entries]
    changed = [Filed(entry=replace(entry, guid=old.guid), article=old.article, seen=old.seen, changes=old.changes + 1)
               for entry, old in pairs if old and old.sha256 != entry.sha256 and old.changes < CHANGES]  # fmt: skip
    fresh = [entry for entry, old in pairs if not old]
    past = set() if met else {entry.guid for entry in [e for e in fresh if not e.published][BACK_CATALOGUE:]}
    new = [
        Filed(entry=entry, article=None if entry.guid in past else articles[entry.guid], seen=seen) for entry in fresh
    ]
    return tuple({filed.entry.guid: filed for filed in (*changed, *new)}.values())


def article_id(entry: Entry, *, shared: bool) -> str:
    """An article is known by its address and the host of its feed, so that an outlet's second feed does not bring it
    twice; where several entries of the feed share an address (live pages, podcasts), or have none, by feed and guid.
    """
    if not entry.url or shared:
        return short_hash("guid", entry.feed, entry.guid)
    host = (urlsplit(entry.feed).hostname or "").removeprefix("www.")
    return short_hash("page", host, canonical(entry.url))


def composed(wanted: Sequence[Filed], newest: Sequence[str]) -> tuple[Article, ...]:
    """The articles of entries of one feed, each of its page if that says more than the feed does.

    `newest` is the HTML of the feed's newest entries: what is repeated there is boilerplate.
    """
    told = _spread(fragment_paragraphs(html) for html in newest)
    pages = _spread((filed.page or "").split("\n\n") for filed in wanted)
    return tuple(_article(filed, told, pages) for filed in wanted)


def teasers(filed: Sequence[Filed]) -> tuple[bool, ...]:
    """Of each entry, is what its feed gives of it less than the article?"""
    return tuple(not is_whole(fragment_paragraphs(one.entry.html)) for one in filed)


def _spread(texts: Iterator[Sequence[str]]) -> Counter[str]:
    """In how many of the texts each paragraph stands."""
    return Counter(line for lines in texts for line in set(lines))


def _article(filed: Filed, told: Counter[str], pages: Counter[str]) -> Article:
    entry = filed.entry
    own = [line for line in fragment_paragraphs(entry.html) if told[line] < BOILERPLATE]
    page = [line for line in (filed.page or "").split("\n\n") if line and pages[line] < BOILERPLATE]
    return compose(
        id=filed.article or article_id(entry, shared=False),
        outlet=entry.outlet,
        title=entry.title,
        paragraphs=max(own, page, key=lambda lines: sum(map(len, lines))),
        url=entry.url,
        published=entry.published,
        day_only=False,
        author=entry.author,
        language=entry.language,
        seen=filed.seen,
    )

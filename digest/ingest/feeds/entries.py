"""Entries in, articles out: which entries are new, which are one article, and what it says."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from digest.ingest.article import compose
from digest.ingest.clean import left_out
from digest.ingest.credit import credited
from digest.ingest.extract import fragment, fragment_paragraphs
from digest.ingest.whole import is_whole
from digest.model import Article, Entry, Filed, Known, short_hash
from digest.text.urls import canonical
from digest.text.words import terms

BOILERPLATE = 3  # entries of one feed with the same paragraph: it is about the outlet, not about the news
BACK_CATALOGUE = 20  # undated entries that are news when a feed is first met; the rest are its past
AHEAD = timedelta(days=1)  # what is dated further ahead has no usable date
ANEW = timedelta(hours=12)  # between the dates of two entries at one address that are two pieces of news
SAME = 1 / 3  # of the words of a title and a teaser, which their page has, too
TEASER = 1_000  # characters of a text by which its page is known
CHANGES = 24  # of one entry, after which it is left as it is: some feeds put the time of day into their text


def news(
    entries: Sequence[Entry], known: Mapping[str, Known], seen: datetime, *, met: bool = True
) -> tuple[Filed, ...]:
    """The entries of one feed that are not `known` (by guid), or not like this, as they are to be kept.

    A known entry under another guid is found by its words, or by its article unless it is dated anew, and keeps its
    first guid. Unless the feed was `met` before, only the first of its entries without a usable date are news.
    """
    addresses = Counter(entry.url for entry in entries)
    by_article = {old.article: old for old in known.values() if old.article}
    by_words = {old.sha256: old for old in known.values()}
    past = set() if met else _past(entries, seen)
    found: dict[str, Filed] = {}
    for entry in entries:
        article = article_id(entry, shared=addresses[entry.url] > 1)
        old = known.get(entry.guid) or by_words.get(entry.sha256) or by_article.get(article)
        if old and old.guid != entry.guid and _is_dated_anew(entry, old):
            old, article = None, article_id(entry, shared=True)
        if not old:
            found[entry.guid] = Filed(entry=entry, article=None if entry.guid in past else article, seen=seen)
        elif old.sha256 != entry.sha256 and old.changes < CHANGES:
            kept = replace(entry, guid=old.guid)
            found[old.guid] = Filed(entry=kept, article=old.article, seen=old.seen, changes=old.changes + 1)
    return tuple(found.values())


def is_calendar(entries: Sequence[Entry], now: datetime) -> bool:
    """Is all that a feed tells still to come?"""
    return bool(entries) and all(entry.published and entry.published > now + AHEAD for entry in entries)


def _past(entries: Sequence[Entry], seen: datetime) -> set[str]:
    """The guids of a feed's entries that no date tells to be new or old: all such but the first few."""
    undated = [entry for entry in entries if not entry.published or entry.published > seen + AHEAD]
    return {entry.guid for entry in undated[BACK_CATALOGUE:]}


def _is_dated_anew(entry: Entry, old: Known) -> bool:
    """Is it so much younger than what had its address or its words that it tells something else?"""
    return bool(entry.published and old.published and entry.published - old.published > ANEW)


def article_id(entry: Entry, *, shared: bool) -> str:
    """An article is known by its address and the host of its feed, so that an outlet's second feed does not bring it
    twice; where several entries of the feed share an address (live pages, podcasts), or have none, by feed and guid.
    """
    if not entry.url or shared:
        return short_hash("guid", entry.feed, entry.guid)
    host = (urlsplit(entry.feed).hostname or "").removeprefix("www.")
    return short_hash("page", host, canonical(entry.url))


def composed(wanted: Sequence[Filed], newest: Sequence[tuple[str, str]]) -> tuple[Article, ...]:
    """The articles of entries of one feed, each of its page if that says more than the feed does.

    `newest` is the HTML of the feed's newest entries with their pages: what is repeated there is boilerplate.
    """
    told = _spread(fragment_paragraphs(html) for html, _ in newest)
    pages = _spread(page.split("\n\n") for _, page in newest)
    return tuple(_article(filed, told, pages) for filed in wanted)


def is_teaser(filed: Filed) -> bool:
    """Is what the feed gives of it less than the article?"""
    return not is_whole(fragment_paragraphs(filed.entry.html))


def _tells_of(wanted: Sequence[str], page: Sequence[str], language: str) -> bool:
    """Is a page about what its feed says of it? One that asks to log in, or to subscribe, is not."""
    asked = set(wanted)
    found = asked & set(terms("\n".join(page), language))
    return len(found) >= SAME * len(asked)


def _spread(texts: Iterator[Sequence[str]]) -> Counter[str]:
    """In how many of the texts each paragraph stands."""
    return Counter(line for lines in texts for line in set(lines))


def _article(filed: Filed, told: Counter[str], pages: Counter[str]) -> Article:
    entry = filed.entry
    given, around = fragment(entry.html)
    own = [line for line in given if told[line] < BOILERPLATE]
    page = [line for line in (filed.page or "").split("\n\n") if line and pages[line] < BOILERPLATE]
    told_of = terms(" ".join([entry.title, *own])[:TEASER], entry.language)
    if not _tells_of(told_of, page, entry.language):
        page = []
    paragraphs = max(own, page, key=lambda lines: sum(map(len, lines)))
    around = (*around, *left_out(given, own))
    return compose(
        id=filed.article or article_id(entry, shared=False),
        outlet=entry.outlet,
        title=entry.title,
        paragraphs=paragraphs,
        url=entry.url,
        published=entry.published,
        day_only=False,
        author=entry.author,
        language=entry.language,
        seen=filed.seen,
        categories=entry.categories,
        credit=credited(around=around, link=entry.source, author=entry.author, paragraphs=paragraphs),
        licence=entry.licence,
    )

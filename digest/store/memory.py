"""A store that forgets everything when it goes: for tests, and for runs that should leave nothing behind."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self

from digest.model import Article, FeedState, Filed, Known, Site, is_news
from digest.store import Kept

_Key = tuple[str, str]  # feed and guid of an entry


class MemoryStore:
    """The store contract on dictionaries."""

    def __init__(self) -> None:
        self._states: dict[str, FeedState] = {}
        self._sites: dict[str, Site] = {}
        self._filed: dict[_Key, Filed] = {}
        self._composed: set[_Key] = set()
        self._articles: dict[str, Article] = {}
        self._texts: dict[str, str] = {}
        self._issues: dict[str, dict[str, tuple[datetime, int, Kept]]] = {}

    def feed_states(self, urls: Collection[str]) -> Mapping[str, FeedState]:
        return {url: self._states[url] for url in urls if url in self._states}

    def sites(self, origins: Collection[str]) -> Mapping[str, Site]:
        return {origin: self._sites[origin] for origin in origins if origin in self._sites}

    def held(self, now: datetime) -> Mapping[str, datetime]:
        sites = sorted(self._sites.items())
        return {origin: site.held_until for origin, site in sites if site.held_until and site.held_until > now}

    def save_sites(self, sites: Iterable[Site]) -> None:
        self._sites |= {site.origin: site for site in sites}

    def known(self, feeds: Collection[str]) -> Mapping[str, Mapping[str, Known]]:
        found: dict[str, dict[str, Known]] = {feed: {} for feed in feeds}
        for (feed, guid), filed in sorted(self._filed.items()):
            if feed in found:
                found[feed][guid] = Known(
                    guid=guid,
                    sha256=filed.entry.sha256,
                    article=filed.article,
                    published=filed.entry.published,
                    seen=filed.seen,
                    changes=filed.changes,
                )
        return found

    def save_readings(self, readings: Iterable[tuple[FeedState, Sequence[Filed]]]) -> None:
        for state, all_filed in readings:
            self._states[state.url] = state
            for filed in all_filed:
                key = (filed.entry.feed, filed.entry.guid)
                known = self._filed.get(key)
                self._filed[key] = replace(filed, page=known.page) if known else filed
                self._composed.discard(key)

    def pageless(self, feeds: Collection[str], since: datetime, until: datetime) -> tuple[Filed, ...]:
        return self._select(feeds, since, until, lambda _, filed: filed.page is None and filed.entry.url is not None)

    def save_pages(self, pages: Mapping[tuple[str, str], str]) -> None:
        for key, page in pages.items():
            if key not in self._filed:
                continue
            self._filed[key] = replace(self._filed[key], page=page)
            if page:
                self._composed.discard(key)

    def uncomposed(self, feeds: Collection[str], since: datetime, until: datetime) -> tuple[Filed, ...]:
        return self._select(feeds, since, until, lambda key, _: key not in self._composed)

    def _select(
        self, feeds: Collection[str], since: datetime, until: datetime, wanted: Callable[[_Key, Filed], bool]
    ) -> tuple[Filed, ...]:
        return tuple(
            filed
            for key, filed in sorted(self._filed.items())
            if key[0] in feeds
            and filed.article is not None
            and is_news(filed.entry.published, filed.seen, since, until)
            and wanted(key, filed)
        )

    def newest_page(self, feed: str) -> str | None:
        return next((filed.entry.url for filed in self._newest_first(feed) if filed.entry.url), None)

    def entries_of(self, articles: Collection[str]) -> tuple[Filed, ...]:
        return tuple(filed for _, filed in sorted(self._filed.items()) if filed.article in articles)

    def newest(self, feed: str, count: int) -> tuple[tuple[str, str], ...]:
        return tuple((filed.entry.html, filed.page or "") for filed in self._newest_first(feed)[:count])

    def _newest_first(self, feed: str) -> list[Filed]:
        of_feed = [filed for (url, _), filed in sorted(self._filed.items()) if url == feed]
        return sorted(of_feed, key=lambda filed: filed.entry.published or filed.seen, reverse=True)

    def save_composed(self, articles: Iterable[Article], entries: Iterable[tuple[str, str]]) -> None:
        self.save_files(articles)
        self._composed |= set(entries)

    def save_files(self, articles: Iterable[Article]) -> None:
        for article in articles:
            known = self._articles.get(article.id)
            self._articles[article.id] = replace(article, seen=known.seen) if known else article
            self._texts[article.sha256] = article.text

    def feed_articles(self, feeds: Collection[str], since: datetime, until: datetime) -> tuple[Article, ...]:
        ids = {filed.article for (feed, _), filed in self._filed.items() if feed in feeds and filed.article}
        return tuple(article for article in self.articles(ids) if article.within(since, until))

    def articles(self, ids: Collection[str]) -> tuple[Article, ...]:
        return tuple(self._articles[id] for id in sorted(set(ids)) if id in self._articles)

    def texts(self, hashes: Collection[str]) -> Mapping[str, str]:
        return {hash: self._texts[hash] for hash in hashes if hash in self._texts}

    def save_issue(self, edition: str, id: str, number: int, at: datetime, kept: Kept) -> None:
        self._issues.setdefault(edition, {})[id] = (at, number, kept)

    def save_gists(self, edition: str, gists: Mapping[str, bytes]) -> None:
        of = self._issues[edition]
        for id, gist in gists.items():
            at, number, kept = of[id]
            of[id] = (at, number, replace(kept, gist=gist))

    def gists(self, edition: str) -> Mapping[str, bytes | None]:
        return {id: kept.gist for id, kept in self._in_order(edition)}

    def issues(self, edition: str) -> tuple[bytes, ...]:
        return tuple(kept.frozen for _, kept in self._in_order(edition))

    def _in_order(self, edition: str) -> list[tuple[str, Kept]]:
        known = sorted(self._issues.get(edition, {}).items(), key=lambda one: one[1][:2])
        return [(id, kept) for id, (_, _, kept) in known]

    def issue(self, edition: str, id: str) -> Kept | None:
        found = self._issues.get(edition, {}).get(id)
        return found and found[2]

    def mailed(self, edition: str, id: str) -> bool:
        return False  # nothing is mailed from here

    def manifests(self, edition: str, ids: Collection[str]) -> Mapping[str, bytes]:
        known = {id: kept for id in ids if (kept := self.issue(edition, id))}
        return {id: kept.manifest for id, kept in known.items() if kept.manifest is not None}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

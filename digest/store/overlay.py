"""A store over another one, which is only read: for runs that should leave nothing behind."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import NoReturn, Self

from digest.errors import StoreError
from digest.model import Article, FeedState, Filed, Known, Site
from digest.store import Kept, Store


class Overlay:
    """What an offline build composes stays here, before what `base` has, and goes with it.

    A build offline saves nothing else until its issue is done; all other saving is a StoreError.
    """

    def __init__(self, base: Store) -> None:
        self._base = base
        self._articles: dict[str, Article] = {}
        self._composed: set[tuple[str, str]] = set()

    def feed_states(self, urls: Collection[str]) -> Mapping[str, FeedState]:
        return self._base.feed_states(urls)

    def sites(self, origins: Collection[str]) -> Mapping[str, Site]:
        return self._base.sites(origins)

    def held(self, now: datetime) -> Mapping[str, datetime]:
        return self._base.held(now)

    def save_sites(self, sites: Iterable[Site]) -> None:
        self._refuse()

    def known(self, feeds: Collection[str]) -> Mapping[str, Mapping[str, Known]]:
        return self._base.known(feeds)

    def save_readings(self, readings: Iterable[tuple[FeedState, Sequence[Filed]]]) -> None:
        self._refuse()

    def pageless(self, feeds: Collection[str], since: datetime, until: datetime) -> tuple[Filed, ...]:
        return self._base.pageless(feeds, since, until)

    def save_pages(self, pages: Mapping[tuple[str, str], str]) -> None:
        self._refuse()

    def uncomposed(self, feeds: Collection[str], since: datetime, until: datetime) -> tuple[Filed, ...]:
        found = self._base.uncomposed(feeds, since, until)
        return tuple(filed for filed in found if (filed.entry.feed, filed.entry.guid) not in self._composed)

    def entries_of(self, articles: Collection[str]) -> tuple[Filed, ...]:
        return self._base.entries_of(articles)

    def newest(self, feed: str, count: int) -> tuple[tuple[str, str], ...]:
        return self._base.newest(feed, count)

    def newest_page(self, feed: str) -> str | None:
        return self._base.newest_page(feed)

    def save_composed(self, articles: Iterable[Article], entries: Iterable[tuple[str, str]]) -> None:
        self.save_files(articles)
        self._composed |= set(entries)

    def save_files(self, articles: Iterable[Article]) -> None:
        new = list(articles)
        known = {article.id: article for article in self.articles([article.id for article in new])}
        for article in new:
            before = known.get(article.id)
            self._articles[article.id] = replace(article, seen=before.seen) if before else article

    def feed_articles(self, feeds: Collection[str], since: datetime, until: datetime) -> tuple[Article, ...]:
        found = {article.id: article for article in self._base.feed_articles(feeds, since, until)}
        ours = {one.article for one in self._base.entries_of(self._articles) if one.entry.feed in feeds}
        found = {id: article for id, article in found.items() if id not in self._articles}
        new = [article for id, article in self._articles.items() if id in ours and article.within(since, until)]
        return tuple(sorted([*found.values(), *new], key=lambda article: article.id))

    def articles(self, ids: Collection[str]) -> tuple[Article, ...]:
        found = {article.id: article for article in self._base.articles(ids)}
        found |= {id: self._articles[id] for id in ids if id in self._articles}
        return tuple(found[id] for id in sorted(found))

    def texts(self, hashes: Collection[str]) -> Mapping[str, str]:
        own = {article.sha256: article.text for article in self._articles.values() if article.sha256 in hashes}
        return {**self._base.texts(hashes), **own}

    def save_issue(self, edition: str, id: str, number: int, at: datetime, kept: Kept) -> None:
        self._refuse()

    def save_gists(self, edition: str, gists: Mapping[str, bytes]) -> None:
        self._refuse()

    def gists(self, edition: str) -> Mapping[str, bytes | None]:
        return self._base.gists(edition)

    def issues(self, edition: str) -> tuple[bytes, ...]:
        return self._base.issues(edition)

    def issue(self, edition: str, id: str) -> Kept | None:
        return self._base.issue(edition, id)

    def mailed(self, edition: str, id: str) -> bool:
        return self._base.mailed(edition, id)

    def manifests(self, edition: str, ids: Collection[str]) -> Mapping[str, bytes]:
        return self._base.manifests(edition, ids)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def _refuse(self) -> NoReturn:
        raise StoreError("store", "is only looked at, and nothing is saved in it", "please report this to the project")

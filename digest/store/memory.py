"""A store that forgets everything when it goes: for tests, and for runs that should leave nothing behind."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self

from digest.model import Article, Entry, FeedState


class MemoryStore:
    """The store contract on dictionaries."""

    def __init__(self) -> None:
        self._states: dict[str, FeedState] = {}
        self._entries: dict[str, dict[str, Entry]] = {}
        self._articles: dict[str, Article] = {}
        self._origins: dict[str, set[str]] = {}
        self._texts: dict[str, str] = {}
        self._issues: dict[str, dict[str, tuple[datetime, int, bytes]]] = {}

    def feed_states(self, urls: Collection[str]) -> Mapping[str, FeedState]:
        return {url: self._states[url] for url in urls if url in self._states}

    def entries(self, feed: str) -> Mapping[str, Entry]:
        return dict(self._entries.get(feed, {}))

    def save_fetch(self, state: FeedState, entries: Iterable[tuple[Entry, Article]]) -> None:
        self._states[state.url] = state
        for entry, article in entries:
            self._entries.setdefault(entry.feed, {})[entry.guid] = entry
            self._keep(article)
            self._origins.setdefault(article.id, set()).add(entry.feed)

    def save_files(self, articles: Iterable[Article]) -> None:
        for article in articles:
            self._keep(article)

    def _keep(self, article: Article) -> None:
        known = self._articles.get(article.id)
        self._articles[article.id] = replace(article, seen=known.seen) if known else article
        self._texts[article.sha256] = article.text

    def feed_articles(self, feeds: Collection[str], since: datetime, until: datetime) -> tuple[Article, ...]:
        wanted = set(feeds)
        found = (self._articles[id] for id, origins in self._origins.items() if origins & wanted)
        return tuple(sorted((a for a in found if a.within(since, until)), key=lambda article: article.id))

    def articles(self, ids: Collection[str]) -> tuple[Article, ...]:
        return tuple(self._articles[id] for id in sorted(set(ids)) if id in self._articles)

    def texts(self, hashes: Collection[str]) -> Mapping[str, str]:
        return {hash: self._texts[hash] for hash in hashes if hash in self._texts}

    def save_issue(self, edition: str, id: str, number: int, at: datetime, frozen: bytes) -> None:
        self._issues.setdefault(edition, {})[id] = (at, number, frozen)

    def issues(self, edition: str) -> tuple[bytes, ...]:
        return tuple(frozen for _, _, frozen in sorted(self._issues.get(edition, {}).values()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

"""What Digest remembers: feed state, entries, articles with their texts, issues.

`sql` keeps it in a database, `memory` in a process; both keep the contract in `tests/contracts`.
Texts are kept by their SHA-256 and never changed or dropped, so that an issue can be proven years later, whatever has
become of its articles since.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from digest.model import Article, Entry, FeedState


class Store(Protocol):
    """Opened by the composition root, closed by leaving its `with` block. Every method is one transaction."""

    def feed_states(self, urls: Collection[str]) -> Mapping[str, FeedState]:
        """The states of those feeds that have been tried before, by URL."""

    def entries(self, feed: str) -> Mapping[str, Entry]:
        """The entries known of a feed, by guid."""

    def save_fetch(self, state: FeedState, entries: Iterable[tuple[Entry, Article]]) -> None:
        """A feed's new state, and its new or changed entries with their articles, all or nothing.

        An article that is known keeps the time when it was first seen.
        """

    def save_files(self, articles: Iterable[Article]) -> None:
        """Articles from seed files; one that is known keeps the time when it was first seen."""

    def feed_articles(self, feeds: Collection[str], since: datetime, until: datetime) -> tuple[Article, ...]:
        """Articles of these feeds that are news of this window (`Article.within`), each once, by id."""

    def articles(self, ids: Collection[str]) -> tuple[Article, ...]:
        """Articles as they are now, by id; unknown ids are passed over."""

    def texts(self, hashes: Collection[str]) -> Mapping[str, str]:
        """Article texts by their SHA-256; unknown ones are passed over."""

    def save_issue(self, edition: str, id: str, number: int, at: datetime, frozen: bytes) -> None:
        """Keep a frozen issue, in place of an earlier build of the same edition and id."""

    def issues(self, edition: str) -> tuple[bytes, ...]:
        """The frozen issues of an edition, oldest first."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

"""What Digest remembers: feeds and web servers, entries, articles with their texts, issues.

`sql` keeps it in a database, `memory` in a process; both keep the contract in `tests/contracts`.
Texts are kept by their SHA-256 and never changed or dropped, so that an issue can be proven years later, whatever has
become of its articles since.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from digest.model import Article, FeedState, Filed, Known, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An issue as it is kept: frozen, its manifest, its gist, and what its last build rendered."""

    frozen: bytes
    manifest: bytes | None = None
    gist: bytes | None = None
    made: bytes | None = None


class Store(Protocol):
    """Opened by the composition root, closed by leaving its `with` block. Every method is one transaction."""

    def feed_states(self, urls: Collection[str]) -> Mapping[str, FeedState]:
        """The states of those feeds that have been tried before, by URL."""

    def sites(self, origins: Collection[str]) -> Mapping[str, Site]:
        """What is remembered of those web servers, by origin; unknown ones are passed over."""

    def held(self, now: datetime) -> Mapping[str, datetime]:
        """The web servers that asked to be left alone until after `now`, by origin."""

    def save_sites(self, sites: Iterable[Site]) -> None:
        """What is to be remembered of web servers, in place of what was."""

    def known(self, feeds: Collection[str]) -> Mapping[str, Mapping[str, Known]]:
        """What the entries of each of these feeds are recognized by, by feed and guid."""

    def save_readings(self, readings: Iterable[tuple[FeedState, Sequence[Filed]]]) -> None:
        """Each feed's new state with its new or changed entries, all or nothing; their articles are to be composed.

        The page of an entry that is known stays as it is, whatever `Filed.page` says.
        """

    def pageless(self, feeds: Collection[str], since: datetime, until: datetime) -> tuple[Filed, ...]:
        """Entries with an address that are news of this window and whose page was not asked for, by feed and guid."""

    def save_pages(self, pages: Mapping[tuple[str, str], str]) -> None:
        """The paragraphs of pages by feed and guid of their entries; the articles are to be composed anew."""

    def uncomposed(self, feeds: Collection[str], since: datetime, until: datetime) -> tuple[Filed, ...]:
        """Entries that are news of this window and have no article, or not as they are now; by feed and guid."""

    def entries_of(self, articles: Collection[str]) -> tuple[Filed, ...]:
        """All entries that have one of these articles, by feed and guid."""

    def newest(self, feed: str, count: int) -> tuple[tuple[str, str], ...]:
        """The HTML of the newest entries of a feed, `count` at most, each with its page, which may be empty."""

    def newest_page(self, feed: str) -> str | None:
        """The address of the newest entry of a feed that has one."""

    def save_composed(self, articles: Iterable[Article], entries: Iterable[tuple[str, str]]) -> None:
        """Articles, and the feeds and guids of the entries that they are composed of.

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

    def save_issue(self, edition: str, id: str, number: int, at: datetime, kept: Kept) -> None:
        """Keep an issue in place of an earlier build of the same edition and id."""

    def save_gists(self, edition: str, gists: Mapping[str, bytes]) -> None:
        """The gists of issues that have none, by id."""

    def gists(self, edition: str) -> Mapping[str, bytes | None]:
        """The gists of an edition's issues by id, oldest first; those of earlier versions have none."""

    def issues(self, edition: str) -> tuple[bytes, ...]:
        """The frozen issues of an edition, oldest first."""

    def issue(self, edition: str, id: str) -> Kept | None:
        """All that is kept of one issue, None if there is none."""

    def mailed(self, edition: str, id: str) -> bool:
        """Has an issue been mailed, or begun to be? Then it stays as it is."""

    def manifests(self, edition: str, ids: Collection[str]) -> Mapping[str, bytes]:
        """The manifests of these issues of an edition, by id; those of earlier versions have none."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

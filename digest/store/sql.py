"""What is read and made, in a database: see `digest.store`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select, update

from digest.model import Article, FeedState, Filed, Known, Site, is_news
from digest.store import Kept
from digest.store.database import Database, portions, rows_of
from digest.store.journal import Journal
from digest.store.ledger import Ledger
from digest.store.returns import Returns
from digest.store.rows import (
    article_of,
    article_row,
    filed_of,
    filed_row,
    known_of,
    site_of,
    site_row,
    stamp,
    state_of,
    state_row,
)
from digest.store.slots import Slots
from digest.store.subscribers import Subscribers
from digest.store.tables import ARTICLES, ENTRIES, FEEDS, ISSUES, SITES, TEXTS

_KEPT = tuple(field.name for field in fields(Kept))


class SqlStore:
    """The store contract on a database that is migrated when it is opened; `read_only` leaves it as it is."""

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        self.database = Database(url, read_only=read_only)
        file = self.database.file
        self.journal = Journal(file.with_name(f"{file.name}.sent") if file else None)
        self.ledger = Ledger(self.database, self.journal)
        self.slots = Slots(self.database)
        self.subscribers = Subscribers(self.database, self.journal)
        self.returns = Returns(self.database, self.journal)

    def feed_states(self, urls: Collection[str]) -> Mapping[str, FeedState]:
        with self.database.transaction() as connection:
            return {row["url"]: state_of(row) for row in rows_of(connection, FEEDS, "url", urls)}

    def sites(self, origins: Collection[str]) -> Mapping[str, Site]:
        with self.database.transaction() as connection:
            return {row["origin"]: site_of(row) for row in rows_of(connection, SITES, "origin", origins)}

    def held(self, now: datetime) -> Mapping[str, datetime]:
        query = select(SITES).where(SITES.c.held_until > stamp(now)).order_by(SITES.c.origin)
        with self.database.transaction() as connection:
            found = [site_of(row) for row in connection.execute(query).mappings()]
        return {site.origin: site.held_until for site in found if site.held_until}

    def save_sites(self, sites: Iterable[Site]) -> None:
        rows = [site_row(site) for site in sites]
        with self.database.transaction() as connection:
            self.database.put(connection, SITES, rows)

    def known(self, feeds: Collection[str]) -> Mapping[str, Mapping[str, Known]]:
        of = ENTRIES.c
        columns = (of.feed, of.guid, of.sha256, of.article, of.published, of.seen, of.changes)
        found: dict[str, dict[str, Known]] = {feed: {} for feed in feeds}
        with self.database.transaction() as connection:
            for some in portions(feeds):
                query = select(*columns).where(of.feed.in_(some))
                for row in connection.execute(query.order_by(of.feed, of.guid)).mappings():
                    found[row["feed"]][row["guid"]] = known_of(row)
        return found

    def save_readings(self, readings: Iterable[tuple[FeedState, Sequence[Filed]]]) -> None:
        known = list(readings)
        entries = [filed_row(filed) for _, all_filed in known for filed in all_filed]
        with self.database.transaction() as connection:
            self.database.put(connection, ENTRIES, entries, keep=("page",))
            self.database.put(connection, FEEDS, [state_row(state) for state, _ in known])

    def pageless(self, feeds: Collection[str], since: datetime, until: datetime) -> tuple[Filed, ...]:
        return self._filed(feeds, since, until, ENTRIES.c.page.is_(None), ENTRIES.c.url.is_not(None))

    def save_pages(self, pages: Mapping[tuple[str, str], str]) -> None:
        of = ENTRIES.c
        with self.database.transaction() as connection:
            for (feed, guid), page in sorted(pages.items()):
                change = update(ENTRIES).where(of.feed == feed, of.guid == guid).values(page=page)
                connection.execute(change.values(composed=0) if page else change)

    def uncomposed(self, feeds: Collection[str], since: datetime, until: datetime) -> tuple[Filed, ...]:
        return self._filed(feeds, since, until, ENTRIES.c.composed == 0)

    def _filed(
        self, feeds: Collection[str], since: datetime, until: datetime, *conditions: ColumnElement[bool]
    ) -> tuple[Filed, ...]:
        of = ENTRIES.c
        found: list[Filed] = []
        with self.database.transaction() as connection:
            for some in portions(feeds):
                query = (
                    select(ENTRIES)
                    .where(of.feed.in_(some), of.article.is_not(None), *conditions)
                    .where(or_(of.published > stamp(since), of.seen > stamp(since)))
                )
                found += map(filed_of, connection.execute(query.order_by(of.feed, of.guid)).mappings())
        return tuple(filed for filed in found if is_news(filed.entry.published, filed.seen, since, until))

    def newest_page(self, feed: str) -> str | None:
        of = ENTRIES.c
        query = select(of.url).where(of.feed == feed, of.url.is_not(None)).order_by(*_newest_first()).limit(1)
        with self.database.transaction() as connection:
            return connection.execute(query).scalar()

    def entries_of(self, articles: Collection[str]) -> tuple[Filed, ...]:
        found: list[Filed] = []
        with self.database.transaction() as connection:
            for some in portions(articles):
                rows = connection.execute(select(ENTRIES).where(ENTRIES.c.article.in_(some))).mappings()
                found += map(filed_of, rows)
        return tuple(sorted(found, key=lambda filed: (filed.entry.feed, filed.entry.guid)))

    def newest(self, feed: str, count: int) -> tuple[tuple[str, str], ...]:
        of, age = ENTRIES.c, _newest_first()
        query = select(of.html, func.coalesce(of.page, "")).where(of.feed == feed).order_by(*age).limit(count)
        with self.database.transaction() as connection:
            return tuple((html, page) for html, page in connection.execute(query))

    def save_composed(self, articles: Iterable[Article], entries: Iterable[tuple[str, str]]) -> None:
        of, composed = ENTRIES.c, [{"of_feed": feed, "of_guid": guid} for feed, guid in entries]
        done = update(ENTRIES).where(of.feed == bindparam("of_feed"), of.guid == bindparam("of_guid"))
        with self.database.transaction() as connection:
            self._put_articles(connection, list(articles))
            if composed:
                connection.execute(done.values(composed=1), composed)

    def save_files(self, articles: Iterable[Article]) -> None:
        with self.database.transaction() as connection:
            self._put_articles(connection, list(articles))

    def feed_articles(self, feeds: Collection[str], since: datetime, until: datetime) -> tuple[Article, ...]:
        of_feed = select(ENTRIES.c.feed, ENTRIES.c.article).subquery()
        found: dict[str, Article] = {}
        with self.database.transaction() as connection:
            for some in portions(feeds):
                query = (
                    select(ARTICLES, TEXTS.c.text)
                    .join(TEXTS, TEXTS.c.sha256 == ARTICLES.c.sha256)
                    .join(of_feed, of_feed.c.article == ARTICLES.c.id)
                    .where(of_feed.c.feed.in_(some))
                    .where(or_(ARTICLES.c.published > stamp(since), ARTICLES.c.seen > stamp(since)))
                    .distinct()
                )
                found.update((row["id"], article_of(row)) for row in connection.execute(query).mappings())
        return tuple(found[id] for id in sorted(found) if found[id].within(since, until))

    def articles(self, ids: Collection[str]) -> tuple[Article, ...]:
        found: list[Article] = []
        with self.database.transaction() as connection:
            for some in portions(ids):
                joined = select(ARTICLES, TEXTS.c.text).join(TEXTS, TEXTS.c.sha256 == ARTICLES.c.sha256)
                rows = connection.execute(joined.where(ARTICLES.c.id.in_(some))).mappings()
                found.extend(map(article_of, rows))
        return tuple(sorted(found, key=lambda article: article.id))

    def texts(self, hashes: Collection[str]) -> Mapping[str, str]:
        with self.database.transaction() as connection:
            return {row["sha256"]: row["text"] for row in rows_of(connection, TEXTS, "sha256", hashes)}

    def save_issue(self, edition: str, id: str, number: int, at: datetime, kept: Kept) -> None:
        texts = {name: getattr(kept, name) for name in _KEPT}
        row = {"edition": edition, "id": id, "number": number, "at": stamp(at)}
        row |= {name: None if text is None else text.decode() for name, text in texts.items()}
        with self.database.transaction() as connection:
            self.database.put(connection, ISSUES, [row])

    def save_gists(self, edition: str, gists: Mapping[str, bytes]) -> None:
        of = ISSUES.c
        with self.database.transaction() as connection:
            for id, gist in sorted(gists.items()):
                one = update(ISSUES).where(of.edition == edition, of.id == id)
                connection.execute(one.values(gist=gist.decode()))

    def gists(self, edition: str) -> Mapping[str, bytes | None]:
        of = ISSUES.c
        query = select(of.id, of.gist).where(of.edition == edition).order_by(of.at, of.number)
        with self.database.transaction() as connection:
            return {id: _encoded(gist) for id, gist in connection.execute(query)}

    def issue(self, edition: str, id: str) -> Kept | None:
        of = ISSUES.c
        query = select(*(of[name] for name in _KEPT)).where(of.edition == edition, of.id == id)
        with self.database.transaction() as connection:
            found = connection.execute(query).mappings().one_or_none()
        if found is None:
            return None
        frozen, *others = (found[name] for name in _KEPT)
        manifest, gist, made = map(_encoded, others)
        return Kept(frozen=frozen.encode(), manifest=manifest, gist=gist, made=made)

    def issues(self, edition: str) -> tuple[bytes, ...]:
        query = select(ISSUES.c.frozen).where(ISSUES.c.edition == edition).order_by(ISSUES.c.at, ISSUES.c.number)
        with self.database.transaction() as connection:
            return tuple(frozen.encode() for frozen in connection.execute(query).scalars())

    def mailed(self, edition: str, id: str) -> bool:
        return self.ledger.mailing(edition, id) is not None

    def manifests(self, edition: str, ids: Collection[str]) -> Mapping[str, bytes]:
        of, found = ISSUES.c, dict[str, bytes]()
        with self.database.transaction() as connection:
            for some in portions(ids):
                query = select(of.id, of.manifest).where(of.edition == edition, of.id.in_(some))
                found |= {id: kept.encode() for id, kept in connection.execute(query) if kept is not None}
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.journal.close()
        self.database.engine.dispose()

    def _put_articles(self, connection: Connection, articles: list[Article]) -> None:
        known = {row["id"]: row["seen"] for row in rows_of(connection, ARTICLES, "id", [a.id for a in articles])}
        self.database.put(connection, TEXTS, [{"sha256": article.sha256, "text": article.text} for article in articles])
        self.database.put(connection, ARTICLES, [article_row(article, known.get(article.id)) for article in articles])


def _newest_first() -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return func.coalesce(ENTRIES.c.published, ENTRIES.c.seen).desc(), ENTRIES.c.guid.expression


def _encoded(text: str | None) -> bytes | None:
    return None if text is None else text.encode()

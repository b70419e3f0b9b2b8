"""The store in a database, through SQLAlchemy Core: SQLite as it comes, PostgreSQL with its driver installed."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Table,
    bindparam,
    create_engine,
    event,
    func,
    make_url,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import SQLAlchemyError

from digest.errors import StoreError
from digest.model import Article, FeedState, Filed, Known, Site, is_news
from digest.store import Kept
from digest.store.migrate import check, migrate
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
from digest.store.tables import ARTICLES, ENTRIES, FEEDS, ISSUES, SITES, TEXTS

_KEPT = tuple(field.name for field in fields(Kept))
_AT_ONCE = 500  # values in one IN list: databases have limits
_KINDS = ("sqlite", "postgresql")


class SqlStore:
    """The store contract on a database that is migrated when it is opened; `read_only` leaves it as it is."""

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        try:
            parsed = make_url(url)
            self._name = parsed.render_as_string(hide_password=True)
            parsed = _unchangeable(parsed) if read_only else parsed
            if parsed.get_backend_name() not in _KINDS:
                raise StoreError(self._name, "is of no known kind", "use sqlite:///PATH or postgresql+psycopg://...")
            self._engine = create_engine(parsed, pool_reset_on_return=None)
        except (SQLAlchemyError, ImportError) as error:
            raise StoreError(
                "store", str(error).split("\n", 1)[0], "a database URL such as sqlite:///digest.db"
            ) from None
        self._insert = _upsert(self._engine.dialect.name)
        if self._engine.dialect.name == "sqlite":
            _prepare_sqlite(self._engine, read_only=read_only)
        try:
            with self._transaction() as connection:
                (check if read_only else migrate)(connection, self._name)
        except StoreError:
            self._engine.dispose()
            raise

    def feed_states(self, urls: Collection[str]) -> Mapping[str, FeedState]:
        with self._transaction() as connection:
            return {row["url"]: state_of(row) for row in _rows(connection, FEEDS, "url", urls)}

    def sites(self, origins: Collection[str]) -> Mapping[str, Site]:
        with self._transaction() as connection:
            return {row["origin"]: site_of(row) for row in _rows(connection, SITES, "origin", origins)}

    def held(self, now: datetime) -> Mapping[str, datetime]:
        query = select(SITES).where(SITES.c.held_until > stamp(now)).order_by(SITES.c.origin)
        with self._transaction() as connection:
            found = [site_of(row) for row in connection.execute(query).mappings()]
        return {site.origin: site.held_until for site in found if site.held_until}

    def save_sites(self, sites: Iterable[Site]) -> None:
        rows = [site_row(site) for site in sites]
        with self._transaction() as connection:
            self._put(connection, SITES, rows)

    def known(self, feeds: Collection[str]) -> Mapping[str, Mapping[str, Known]]:
        of = ENTRIES.c
        columns = (of.feed, of.guid, of.sha256, of.article, of.published, of.seen, of.changes)
        found: dict[str, dict[str, Known]] = {feed: {} for feed in feeds}
        with self._transaction() as connection:
            for some in _portions(feeds):
                query = select(*columns).where(of.feed.in_(some))
                for row in connection.execute(query.order_by(of.feed, of.guid)).mappings():
                    found[row["feed"]][row["guid"]] = known_of(row)
        return found

    def save_readings(self, readings: Iterable[tuple[FeedState, Sequence[Filed]]]) -> None:
        known = list(readings)
        entries = [filed_row(filed) for _, all_filed in known for filed in all_filed]
        with self._transaction() as connection:
            self._put(connection, ENTRIES, entries, keep=("page",))
            self._put(connection, FEEDS, [state_row(state) for state, _ in known])

    def pageless(self, feeds: Collection[str], since: datetime, until: datetime) -> tuple[Filed, ...]:
        return self._filed(feeds, since, until, ENTRIES.c.page.is_(None), ENTRIES.c.url.is_not(None))

    def save_pages(self, pages: Mapping[tuple[str, str], str]) -> None:
        of = ENTRIES.c
        with self._transaction() as connection:
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
        with self._transaction() as connection:
            for some in _portions(feeds):
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
        with self._transaction() as connection:
            return connection.execute(query).scalar()

    def entries_of(self, articles: Collection[str]) -> tuple[Filed, ...]:
        found: list[Filed] = []
        with self._transaction() as connection:
            for some in _portions(articles):
                rows = connection.execute(select(ENTRIES).where(ENTRIES.c.article.in_(some))).mappings()
                found += map(filed_of, rows)
        return tuple(sorted(found, key=lambda filed: (filed.entry.feed, filed.entry.guid)))

    def newest(self, feed: str, count: int) -> tuple[tuple[str, str], ...]:
        of, age = ENTRIES.c, _newest_first()
        query = select(of.html, func.coalesce(of.page, "")).where(of.feed == feed).order_by(*age).limit(count)
        with self._transaction() as connection:
            return tuple((html, page) for html, page in connection.execute(query))

    def save_composed(self, articles: Iterable[Article], entries: Iterable[tuple[str, str]]) -> None:
        of, composed = ENTRIES.c, [{"of_feed": feed, "of_guid": guid} for feed, guid in entries]
        done = update(ENTRIES).where(of.feed == bindparam("of_feed"), of.guid == bindparam("of_guid"))
        with self._transaction() as connection:
            self._put_articles(connection, list(articles))
            if composed:
                connection.execute(done.values(composed=1), composed)

    def save_files(self, articles: Iterable[Article]) -> None:
        with self._transaction() as connection:
            self._put_articles(connection, list(articles))

    def feed_articles(self, feeds: Collection[str], since: datetime, until: datetime) -> tuple[Article, ...]:
        of_feed = select(ENTRIES.c.feed, ENTRIES.c.article).subquery()
        found: dict[str, Article] = {}
        with self._transaction() as connection:
            for some in _portions(feeds):
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
        with self._transaction() as connection:
            for some in _portions(ids):
                joined = select(ARTICLES, TEXTS.c.text).join(TEXTS, TEXTS.c.sha256 == ARTICLES.c.sha256)
                rows = connection.execute(joined.where(ARTICLES.c.id.in_(some))).mappings()
                found.extend(map(article_of, rows))
        return tuple(sorted(found, key=lambda article: article.id))

    def texts(self, hashes: Collection[str]) -> Mapping[str, str]:
        with self._transaction() as connection:
            return {row["sha256"]: row["text"] for row in _rows(connection, TEXTS, "sha256", hashes)}

    def save_issue(self, edition: str, id: str, number: int, at: datetime, kept: Kept) -> None:
        texts = {name: getattr(kept, name) for name in _KEPT}
        row = {"edition": edition, "id": id, "number": number, "at": stamp(at)}
        row |= {name: None if text is None else text.decode() for name, text in texts.items()}
        with self._transaction() as connection:
            self._put(connection, ISSUES, [row])

    def save_gists(self, edition: str, gists: Mapping[str, bytes]) -> None:
        of = ISSUES.c
        with self._transaction() as connection:
            for id, gist in sorted(gists.items()):
                one = update(ISSUES).where(of.edition == edition, of.id == id)
                connection.execute(one.values(gist=gist.decode()))

    def gists(self, edition: str) -> Mapping[str, bytes | None]:
        of = ISSUES.c
        query = select(of.id, of.gist).where(of.edition == edition).order_by(of.at, of.number)
        with self._transaction() as connection:
            return {id: _encoded(gist) for id, gist in connection.execute(query)}

    def issue(self, edition: str, id: str) -> Kept | None:
        of = ISSUES.c
        query = select(*(of[name] for name in _KEPT)).where(of.edition == edition, of.id == id)
        with self._transaction() as connection:
            found = connection.execute(query).mappings().one_or_none()
        if found is None:
            return None
        frozen, *others = (found[name] for name in _KEPT)
        manifest, gist, made = map(_encoded, others)
        return Kept(frozen=frozen.encode(), manifest=manifest, gist=gist, made=made)

    def issues(self, edition: str) -> tuple[bytes, ...]:
        query = select(ISSUES.c.frozen).where(ISSUES.c.edition == edition).order_by(ISSUES.c.at, ISSUES.c.number)
        with self._transaction() as connection:
            return tuple(frozen.encode() for frozen in connection.execute(query).scalars())

    def manifests(self, edition: str, ids: Collection[str]) -> Mapping[str, bytes]:
        of, found = ISSUES.c, dict[str, bytes]()
        with self._transaction() as connection:
            for some in _portions(ids):
                query = select(of.id, of.manifest).where(of.edition == edition, of.id.in_(some))
                found |= {id: kept.encode() for id, kept in connection.execute(query) if kept is not None}
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).split("\n", 1)[0]
            raise StoreError(
                self._name, reason, "check that the path exists, is writable and is a Digest store"
            ) from error

    def _put_articles(self, connection: Connection, articles: list[Article]) -> None:
        known = {row["id"]: row["seen"] for row in _rows(connection, ARTICLES, "id", [a.id for a in articles])}
        self._put(connection, TEXTS, [{"sha256": article.sha256, "text": article.text} for article in articles])
        self._put(connection, ARTICLES, [article_row(article, known.get(article.id)) for article in articles])

    def _put(
        self, connection: Connection, table: Table, rows: list[dict[str, Any]], keep: Collection[str] = ()
    ) -> None:
        """Insert rows, or update those that are there, but for the columns to `keep`."""
        if not rows:
            return
        insert = self._insert(table)
        keys = [column.name for column in table.primary_key]
        kept = {*keys, *keep}
        rest = {column.name: insert.excluded[column.name] for column in table.columns if column.name not in kept}
        connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=rest), rows)


def _upsert(dialect: str) -> Callable[[Table], sqlite.Insert]:
    """The dialect's own insert, typed as SQLite's: both have `excluded` and `on_conflict_do_update`."""
    if dialect == "sqlite":
        return sqlite.insert
    from sqlalchemy.dialects import postgresql  # a tenth of a second that SQLite need not wait for

    return cast("Callable[[Table], sqlite.Insert]", postgresql.insert)


def _unchangeable(url: URL) -> URL:
    """SQLite told to read only; where it could not even take a lock, that nobody else will write either."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return url
    options = {"mode": "ro", "uri": "true"}
    if not os.access(Path(url.database).parent, os.W_OK):
        options["immutable"] = "1"
    return url.set(database=Path(url.database).resolve().as_uri().replace("file://", "file:"), query=options)


def _prepare_sqlite(engine: Engine, *, read_only: bool) -> None:
    """Real transactions (Python's own start too late for DDL), and a database that survives a crash."""
    writing = () if read_only else ("journal_mode=WAL", "synchronous=FULL")

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in (*writing, "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _newest_first() -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return func.coalesce(ENTRIES.c.published, ENTRIES.c.seen).desc(), ENTRIES.c.guid.expression


def _encoded(text: str | None) -> bytes | None:
    return None if text is None else text.encode()


def _portions(values: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(set(values))
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


def _rows(connection: Connection, table: Table, column: str, values: Collection[str]) -> list[dict[str, Any]]:
    """Rows whose `column` has one of the values, in the order of the primary key."""
    found: list[dict[str, Any]] = []
    for some in _portions(values):
        query = select(table).where(table.c[column].in_(some)).order_by(*table.primary_key)
        found.extend(dict(row) for row in connection.execute(query).mappings())
    return found

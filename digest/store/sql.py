"""The store in a database, through SQLAlchemy Core: SQLite as it comes, PostgreSQL with its driver installed."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url, or_, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import SQLAlchemyError

from digest.errors import StoreError
from digest.model import Article, Entry, FeedState, Span
from digest.store.migrate import check, migrate
from digest.store.tables import ARTICLES, ENTRIES, FEEDS, ISSUES, TEXTS

_AT_ONCE = 500  # values in one IN list: databases have limits
_KINDS = ("sqlite", "postgresql")


class SqlStore:
    """The store contract on a database that is migrated when it is opened; `read_only` leaves it as it is."""

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        try:
            parsed = _unchangeable(make_url(url)) if read_only else make_url(url)
            self._name = parsed.render_as_string(hide_password=True)
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
            rows = _rows(connection, FEEDS, "url", urls)
        return {
            row["url"]: FeedState(**{**row, "tried": _moment(row["tried"]), "ok": _moment(row["ok"])}) for row in rows
        }

    def entries(self, feed: str) -> Mapping[str, Entry]:
        with self._transaction() as connection:
            rows = _rows(connection, ENTRIES, "feed", [feed])
        return {row["guid"]: _entry(row) for row in rows}

    def save_fetch(self, state: FeedState, entries: Iterable[tuple[Entry, Article]]) -> None:
        pairs = list(entries)
        with self._transaction() as connection:
            self._put_articles(connection, [article for _, article in pairs])
            self._put(connection, ENTRIES, [_entry_row(entry, article.id) for entry, article in pairs])
            self._put(connection, FEEDS, [_state_row(state)])

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
                    .where(or_(ARTICLES.c.published > _stamp(since), ARTICLES.c.seen > _stamp(since)))
                    .distinct()
                )
                found.update((row["id"], _article(row)) for row in connection.execute(query).mappings())
        return tuple(found[id] for id in sorted(found) if found[id].within(since, until))

    def articles(self, ids: Collection[str]) -> tuple[Article, ...]:
        found: list[Article] = []
        with self._transaction() as connection:
            for some in _portions(ids):
                joined = select(ARTICLES, TEXTS.c.text).join(TEXTS, TEXTS.c.sha256 == ARTICLES.c.sha256)
                rows = connection.execute(joined.where(ARTICLES.c.id.in_(some))).mappings()
                found.extend(map(_article, rows))
        return tuple(sorted(found, key=lambda article: article.id))

    def texts(self, hashes: Collection[str]) -> Mapping[str, str]:
        with self._transaction() as connection:
            return {row["sha256"]: row["text"] for row in _rows(connection, TEXTS, "sha256", hashes)}

    def save_issue(self, edition: str, id: str, number: int, at: datetime, frozen: bytes) -> None:
        row = {"edition": edition, "id": id, "number": number, "at": _stamp(at), "frozen": frozen.decode()}
        with self._transaction() as connection:
            self._put(connection, ISSUES, [row])

    def issues(self, edition: str) -> tuple[bytes, ...]:
        query = select(ISSUES.c.frozen).where(ISSUES.c.edition == edition).order_by(ISSUES.c.at, ISSUES.c.number)
        with self._transaction() as connection:
            return tuple(frozen.encode() for frozen in connection.execute(query).scalars())

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
        self._put(connection, ARTICLES, [_article_row(article, known.get(article.id)) for article in articles])

    def _put(self, connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
        """Insert rows, or update those that are there."""
        if not rows:
            return
        insert = self._insert(table)
        keys = [column.name for column in table.primary_key]
        rest = {column.name: insert.excluded[column.name] for column in table.columns if column.name not in keys}
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


def _stamp(moment: datetime) -> str:
    """Fixed width, so that texts sort as times do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(stamp: str | None) -> datetime | None:
    return datetime.fromisoformat(stamp) if stamp else None


def _state_row(state: FeedState) -> dict[str, Any]:
    row = {name: getattr(state, name) for name in ("url", "etag", "last_modified", "body_sha256", "failure")}
    return row | {name: moment and _stamp(moment) for name, moment in (("tried", state.tried), ("ok", state.ok))}


def _entry(row: dict[str, Any]) -> Entry:
    kept = {name: value for name, value in row.items() if name != "article"}
    return Entry(**{**kept, "published": _moment(row["published"])})


def _entry_row(entry: Entry, article: str) -> dict[str, Any]:
    row = {field.name: getattr(entry, field.name) for field in fields(entry)}
    return row | {"published": entry.published and _stamp(entry.published), "article": article}


def _article(row: Mapping[Any, Any]) -> Article:
    seen = _moment(row["seen"])
    assert seen is not None  # NOT NULL  # noqa: S101
    pairs = (pair.split("-") for pair in row["sentences"].split())
    return Article(
        id=row["id"],
        outlet=row["outlet"],
        title=row["title"],
        url=row["url"],
        published=_moment(row["published"]),
        day_only=bool(row["day_only"]),
        author=row["author"],
        language=row["language"],
        text=row["text"],
        sentences=tuple(Span(int(start), int(end)) for start, end in pairs),
        seen=seen,
    )


def _article_row(article: Article, seen: str | None) -> dict[str, Any]:
    """`seen` is when a known article was first seen, which stays."""
    return {
        "id": article.id,
        "outlet": article.outlet,
        "title": article.title,
        "url": article.url,
        "published": article.published and _stamp(article.published),
        "day_only": int(article.day_only),
        "author": article.author,
        "language": article.language,
        "sha256": article.sha256,
        "sentences": " ".join(f"{start}-{end}" for start, end in article.sentences),
        "seen": seen or _stamp(article.seen),
    }

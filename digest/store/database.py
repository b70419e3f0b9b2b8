"""The database under the store, through SQLAlchemy Core: SQLite as it comes, PostgreSQL with its driver installed."""

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import SQLAlchemyError

from digest.errors import StoreError
from digest.store.copies import keep_before_migration
from digest.store.migrate import check, migrate

_AT_ONCE = 500  # values in one IN list: databases have limits
_KINDS = ("sqlite", "postgresql")


class Database:
    """Migrated when it is opened; `read_only` leaves it as it is."""

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        try:
            parsed = make_url(url)
            self.name = parsed.render_as_string(hide_password=True)
            parsed = _unchangeable(parsed) if read_only else parsed
            if parsed.get_backend_name() not in _KINDS:
                raise StoreError(self.name, "is of no known kind", "use sqlite:///PATH or postgresql+psycopg://...")
            self.engine = create_engine(parsed, pool_reset_on_return=None)
        except (SQLAlchemyError, ImportError) as error:
            raise StoreError(
                "store", str(error).split("\n", 1)[0], "a database URL such as sqlite:///digest.db"
            ) from None
        self.insert = _upsert(self.engine.dialect.name)
        if self.engine.dialect.name == "sqlite":
            _prepare_sqlite(self.engine, read_only=read_only)
        try:
            if self.file and not read_only:
                _keep_to_ourselves(self.file)
                keep_before_migration(self.file)
            with self.transaction() as connection:
                (check if read_only else migrate)(connection, self.name)
        except StoreError:
            self.engine.dispose()
            raise

    @property
    def file(self) -> Path | None:
        """The file that it is in, if it is in one."""
        path = self.engine.url.database or ""
        plain = self.engine.dialect.name == "sqlite" and path not in ("", ":memory:") and not path.startswith("file:")
        return Path(path) if plain else None

    @property
    def driver_error(self) -> type[Exception]:
        """What the driver's own calls raise."""
        return cast("type[Exception]", self.engine.dialect.loaded_dbapi.Error)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All or nothing; StoreError if the database refuses."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).split("\n", 1)[0]
            raise StoreError(
                self.name, reason, "check that the path exists, is writable and is a Digest store"
            ) from error

    def forget(self) -> bool:
        """Nothing of what was deleted is left in the files beside the database; False while others read it."""
        if self.engine.dialect.name != "sqlite":
            return True
        with closing(self.engine.raw_connection()) as raw:
            cursor = raw.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()
            cursor.close()
        return not (busy and busy[0])

    def put(self, connection: Connection, table: Table, rows: list[dict[str, Any]], keep: Collection[str] = ()) -> None:
        """Insert rows, or update those that are there, but for the columns to `keep`."""
        if not rows:
            return
        insert = self.insert(table)
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


def _keep_to_ourselves(file: Path) -> None:
    """A new file has addresses in it before long: others have no business there. SQLite's own beside it are like it."""
    with suppress(OSError):  # it is there already, or SQLite says what is wrong
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


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
    writing = () if read_only else ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in (*writing, "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def portions(values: Collection[str]) -> Iterator[list[str]]:
    """The values, each once and in order, as many at once as one query takes."""
    ordered = sorted(set(values))
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


def rows_of(connection: Connection, table: Table, column: str, values: Collection[str]) -> list[dict[str, Any]]:
    """Rows whose `column` has one of the values, in the order of the primary key."""
    found: list[dict[str, Any]] = []
    for some in portions(values):
        query = select(table).where(table.c[column].in_(some)).order_by(*table.primary_key)
        found.extend(dict(row) for row in connection.execute(query).mappings())
    return found

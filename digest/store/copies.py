"""Copies of a SQLite database: taken while others write, and brought back (https://www.sqlite.org/lang_vacuum.html)."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from digest.errors import StoreError
from digest.store.migrate import scripts

_WAIT = 60.0  # seconds for a lock


def copy(database: Path, target: Path) -> int:
    """What has been committed when this begins, as a file of its own, which appears when it is whole and was checked.

    Returns its size in octets. Writers are not held up. What was deleted is not in it, not even as free space.
    """
    if not database.is_file():
        raise StoreError(str(database), "is not there", "name the store with --store or -c")
    half = target.with_name(f".{target.name}.{os.getpid()}.half")
    try:
        half.unlink(missing_ok=True)
        os.close(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # it has addresses in it
        with _refused(str(database)), _opened(database) as connection:
            connection.execute("VACUUM INTO ?", (str(half),))
        checked(half)
        _to_disk(half)
        os.replace(half, target)  # noqa: PTH105  (one step)
        _to_disk(target.parent)
    except OSError as error:
        raise StoreError(str(target), f"cannot be written: {error.strerror}", "check the folder and the disk") from None
    finally:
        with suppress(OSError):
            half.unlink()
    return target.stat().st_size


def keep_before_migration(database: Path) -> None:
    """A copy of a database that this Digest is about to change the tables of, as `NAME.before-NUMBER` beside it.

    Without one nothing is changed: StoreError.
    """
    newest = scripts()[-1][0]
    if not database.is_file() or not database.stat().st_size:
        return
    # To be written, too: what an interrupted process has left has to be made whole before it can be read.
    with _refused(str(database)), _opened(database, "?mode=rw") as connection:
        version = _version(connection)
    kept = database.with_name(f"{database.name}.before-{newest}")
    if version and version < newest and not kept.exists():
        copy(database, kept)


def checked(file: Path) -> int:
    """The version of a copy's tables; StoreError unless it is a sound database of this Digest or an older one."""
    if not file.is_file():
        raise StoreError(str(file), "is not there", "name a file that `digest backup` has written")
    with _refused(str(file)), _opened(file, "?mode=ro") as connection:
        found = connection.execute("PRAGMA integrity_check").fetchall()
        if found != [("ok",)]:
            raise StoreError(str(file), f"is damaged: {found[0][0]}", "take another copy")
        version = _version(connection)
    newest = scripts()[-1][0]
    if version is None:
        raise StoreError(str(file), "is no store of Digest", "name a file that `digest backup` has written")
    if version > newest:
        raise StoreError(str(file), f"was written by a newer Digest (schema {version})", "update Digest first")
    return version


def bring_back(file: Path, database: Path) -> None:
    """What the copy has in place of what the database has, in one transaction, so that whoever has it open sees the old
    or the new. A database that is too damaged for that is put aside, as `NAME.damaged`.
    """
    try:
        with _refused(str(database)), _opened(file, "?mode=ro") as source, _opened(database) as target:
            source.backup(target)
    except StoreError:
        if not database.is_file() or _is_sound(database):
            raise
        _put_aside(database)
        with _refused(str(database)), _opened(file, "?mode=ro") as source, _opened(database) as target:
            source.backup(target)


def _is_sound(database: Path) -> bool:
    try:
        with _opened(database, "?mode=ro") as connection:
            return bool(connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)])
    except sqlite3.Error:
        return False


def _put_aside(database: Path) -> None:
    try:
        os.replace(database, database.with_name(f"{database.name}.damaged"))  # noqa: PTH105
        for end in ("-wal", "-shm"):
            database.with_name(f"{database.name}{end}").unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(str(database), f"cannot be put aside: {error.strerror}", "move it away by hand") from None


def _version(connection: sqlite3.Connection) -> int | None:
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_version'").fetchone()
    found = connection.execute("SELECT max(number) FROM schema_version").fetchone() if known else None
    return int(found[0]) if found and found[0] is not None else None


@contextmanager
def _opened(file: Path, how: str = "") -> Iterator[sqlite3.Connection]:
    uri = f"{file.resolve().as_uri()}{how}"
    with closing(sqlite3.connect(uri, uri=True, timeout=_WAIT, isolation_level=None)) as connection:
        yield connection


@contextmanager
def _refused(name: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        hint = "check that it is a store of Digest, and that the disk has room"
        raise StoreError(name, str(error).split("\n", 1)[0], hint) from None


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

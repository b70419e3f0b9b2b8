"""The store copied and brought back; what the journal knows is never forgotten."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digest.app.setup import one_at_a_time, open_store, sqlite_file
from digest.config import Config
from digest.errors import StoreError
from digest.store.copies import bring_back, checked, copy

_OTHER = "for PostgreSQL use pg_dump and pg_restore; keep the journal and the secret with them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A copy that was taken or brought back: `beside` are files that are not in it, and are to be kept, too."""

    database: Path
    size: int
    beside: tuple[Path, ...]


def backup(config: Config | None, url: str | None, target: Path) -> Copied:
    """A copy of the store in the file `target`, which may be there already; a folder gets one with the store's name."""
    database = _file(config, url)
    place = target / database.name if target.is_dir() else target
    if place.resolve() == database.resolve():
        raise StoreError(str(place), "is the store itself", "name another file")
    size = copy(database, place)
    return Copied(database=place, size=size, beside=_beside(database))


def restore(
    config: Config, url: str | None, source: Path, now: datetime, *, force: bool, waiting: Callable[[Path], None]
) -> Copied:
    """The copy `source` in place of the store; what the journal beside it knows is told to it at once."""
    database = _file(config, url)
    checked(source)
    if source.resolve() == database.resolve():
        raise StoreError(str(source), "is the store itself", "name a copy of it")
    if database.exists() and database.stat().st_size and not force:
        hint = "say --force to put the copy in its place, or take a copy of it first with `digest backup`"
        raise StoreError(str(database), "is there already", hint)
    if not database.parent.is_dir():
        raise StoreError(str(database.parent), "is not there", "make the folder first")
    _keep_to_ourselves(database)
    with one_at_a_time(config, url, waiting):
        bring_back(source, database)
        with open_store(config, url) as store:
            store.ledger.settle(now)
    return Copied(database=database, size=database.stat().st_size, beside=_beside(database))


def _file(config: Config | None, url: str | None) -> Path:
    file = sqlite_file(config, url)
    if file is None:
        raise StoreError("store", "is no file", _OTHER)
    return Path(file)


def _beside(database: Path) -> tuple[Path, ...]:
    named = (database.with_name(f"{database.name}{end}") for end in (".secret", ".sent"))
    return tuple(path for path in named if path.exists())


def _keep_to_ourselves(database: Path) -> None:
    """A new database has addresses in it: others have no business there."""
    if not database.exists():
        try:
            os.close(os.open(database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise StoreError(str(database), f"cannot be written: {error.strerror}", "check the folder") from None

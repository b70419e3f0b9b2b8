"""Open what commands about subscribers need."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from digest.app.roll import Roll
from digest.app.secrets import secrets
from digest.app.setup import open_store, read_config, the_edition

if TYPE_CHECKING:
    from digest.store.sql import SqlStore


@contextmanager
def open_people(
    path: Path, store: str | None, wanted: str | None, *, now: datetime, warn: Callable[[str], None]
) -> "Iterator[tuple[SqlStore, Roll]]":
    """The store, up to date with its journal, and how lists are read. `wanted` is the edition of rows without one."""
    config = read_config(path)
    only = the_edition(config, wanted).id if wanted or len(config.editions) == 1 else None
    secret = secrets(config, store, warn=warn)[-1]
    with open_store(config, store) as opened:
        opened.ledger.settle(now)
        editions = {edition.id: edition for edition in config.editions}
        yield opened, Roll(editions=editions, edition=only, secret=secret, now=now)

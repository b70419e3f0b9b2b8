"""Forget what is not needed any more."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.store.sql import SqlStore

TURNS = timedelta(days=400)


def purge(store: "SqlStore", now: datetime) -> Iterator[tuple[str, int]]:
    """What was forgotten, and how many of it."""
    yield "subscribers who never confirmed", store.subscribers.expire(now)
    yield "old turns", store.slots.purge(now - TURNS)

"""Forget a subscriber, in the store and in folders that mail was written to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING

from digest.deliver.mail.maildir import FOLDER
from digest.mailing import address_key

if TYPE_CHECKING:
    from digest.store.sql import SqlStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How much is gone. `wholly`: nothing of it is in the files of the database."""

    subscriptions: int
    messages: int
    wholly: bool


def erase(store: "SqlStore", secret: bytes, address: str, out: Path, now: datetime) -> Erased:
    """Forget an address everywhere below `out`, too, where mail lies that had no server."""
    key = address_key(secret, address)
    gone = store.subscribers.erase(key, now)
    messages = 0
    for path in _messages(out):
        to = parseaddr(str(BytesHeaderParser().parsebytes(path.read_bytes())["To"]))[1]
        if address_key(secret, to) == key:
            path.unlink(missing_ok=True)
            messages += 1
    return Erased(subscriptions=gone, messages=messages, wholly=store.subscribers.forget())


def _messages(out: Path) -> Iterator[Path]:
    """Every message in a Maildir of ours."""
    folder = out / FOLDER
    for name in ("new", "cur", "tmp"):
        yield from sorted(folder.glob(f"**/{name}/*.eml"))

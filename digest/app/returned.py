"""Messages that came back, held against the subscribers: what is said under a valid signature is done, at once."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from digest.ingest.bounces import Kind, Returned, returned
from digest.ingest.mailboxes import Arrived
from digest.store.returns import Change, Told
from digest.tokens import opened

_CHANGES: dict[Kind, Change] = {"hard": "bounced", "soft": "soft", "complaint": "complained", "leave": "left"}


class Returns(Protocol):
    """The part of the store that is changed: see `digest.store.returns`."""

    def apply(self, subscriber: str, change: Change, message: str, now: datetime) -> Told: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads what came to the mailbox `bounces`. `recipient` is the address that a single message came to, if known."""

    returns: Returns
    secrets: Sequence[bytes]
    bounces: str
    warn: Callable[[str], None]
    counts: Counter[str] = field(default_factory=Counter)

    def read(self, messages: Iterable[Arrived], now: datetime, recipient: str = "") -> None:
        """All of them, each by itself: one that cannot be read stops nothing. What became of each is counted."""
        for message in messages:
            try:
                said = returned(message.data, self.bounces, recipient)
            except Exception as error:  # noqa: BLE001  # hostile bytes in a parser that is not ours
                self.warn(f"{message.place}: cannot be read: {type(error).__name__}")
                said = Returned(kind="none")
            self.counts[self._done(said, message.data, now)] += 1

    def _done(self, said: Returned, data: bytes, now: datetime) -> str:
        who = next((who for purpose, token in said.tokens if (who := opened(self.secrets, purpose, token, now))), None)
        if said.kind == "none":
            return "no bounce"
        if who is None:
            return "unsigned"
        if said.kind not in _CHANGES:
            return said.kind
        told = self.returns.apply(who, _CHANGES[said.kind], sha256(data).hexdigest()[:32], now)
        return _CHANGES[said.kind] if told == "done" else told

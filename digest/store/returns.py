"""What came back of what was sent: each message is counted once, and whoever is gone is written to no more."""

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, text

from digest.mailing import Suppressed
from digest.store.database import Database
from digest.store.journal import Journal
from digest.store.rows import stamp

Change = Literal["bounced", "complained", "left", "soft"]
Told = Literal["done", "known", "stranger"]

RETURNED = "returned "  # begins the names of counts that are of messages
_KEPT = timedelta(days=60)  # how long a message is known again
_WHO = text("SELECT key, edition, state FROM subscribers WHERE id = :id")
_KNOWN = text("SELECT 1 FROM limits WHERE name = :name")
_KNOW = text("INSERT INTO limits (name, stretch, count) VALUES (:name, :stretch, 1)")
_FORGET = text("DELETE FROM limits WHERE name LIKE :names AND stretch < :before")
_SUPPRESS = text(
    "INSERT INTO suppressions (key, edition, reason, at) VALUES (:key, :edition, :reason, :at) ON CONFLICT DO NOTHING"
)
_SOFT = text("UPDATE subscribers SET bounces = bounces + 1 WHERE id = :id AND state = 'active'")
_END = text("""
UPDATE subscribers SET state = :state, ended = :at
 WHERE key = :key AND (:edition = '' OR edition = :edition) AND state IN ('active', 'pending')
""")


class Returns:
    """On the subscribers and suppressions of a database; `journal` has what must outlive it."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def apply(self, subscriber: str, change: Change, message: str, now: datetime) -> Told:
        """A change that the message with this hash asks for: "known" if it was applied before.

        A mailbox that is gone and a complaint end all editions; who leaves, leaves one.
        """
        name = f"{RETURNED}{message}"
        with self._database.transaction() as connection:
            who = connection.execute(_WHO, {"id": subscriber}).mappings().first()
            if who is None:
                return "stranger"
            if connection.execute(_KNOWN, {"name": name}).first():
                return "known"
            connection.execute(_FORGET, {"names": f"{RETURNED}%", "before": f"{now - _KEPT:%Y-%m-%d}"})
            connection.execute(_KNOW, {"name": name, "stretch": f"{now:%Y-%m-%d}"})
            if change == "soft":
                connection.execute(_SOFT, {"id": subscriber})
            else:
                self._end(connection, dict(who), change, now)
        return "done"

    def _end(self, connection: Connection, who: dict[str, Any], reason: Suppressed, now: datetime) -> None:
        edition = who["edition"] if reason == "left" else ""
        row = {"key": who["key"], "edition": edition, "reason": reason, "state": reason, "at": stamp(now)}
        self._journal.suppressed(edition, who["key"], reason, now)
        connection.execute(_SUPPRESS, row)
        connection.execute(_END, row)

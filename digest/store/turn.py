"""One process's turn at sending a mailing: the part of the ledger that works for every single message."""

from collections.abc import Collection, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy import bindparam, text

from digest.errors import StoreError
from digest.mailing import STATES, Delivery, Outcome, State
from digest.store.database import Database
from digest.store.journal import Journal
from digest.store.rows import Row, moment, stamp, sure

LEASE = timedelta(minutes=30)  # longer than the longest wait for an answer
# Who has unsubscribed a moment ago is not claimed: the same statement looks.
_CLAIM = """
UPDATE deliveries SET state = 'sending', at = :at, attempts = attempts + 1
 WHERE edition = :edition AND issue = :issue AND subscriber = :subscriber AND state = 'pending'
 AND EXISTS (SELECT 1 FROM subscribers s WHERE s.id = deliveries.subscriber AND s.state = 'active')
 AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.key = deliveries.key AND x.edition IN ('', deliveries.edition))
"""
_SKIP = """
UPDATE deliveries SET state = 'skipped', at = :at, due = NULL, reply = 'has unsubscribed'
 WHERE edition = :edition AND issue = :issue AND subscriber = :subscriber AND state = 'pending'
"""
_OUTCOME = """
UPDATE deliveries SET state = :state, at = :at, due = :due, code = :code, reply = :reply
 WHERE edition = :edition AND issue = :issue AND subscriber = :subscriber AND state = 'sending'
"""
_TALLY = """
UPDATE tallies SET pending = pending + :pending, sending = sending + :sending, sent = sent + :sent,
 failed = failed + :failed, skipped = skipped + :skipped, uncertain = uncertain + :uncertain, lease = :lease
 WHERE edition = :edition AND issue = :issue AND holder = :holder
"""
_BOUNCED = """
INSERT INTO suppressions (key, edition, reason, at) VALUES (:key, '', 'bounced', :at) ON CONFLICT DO NOTHING
"""
_ENDED = "UPDATE subscribers SET state = 'bounced', ended = :at WHERE key = :key AND state IN ('active', 'pending')"
_SOFT = "UPDATE subscribers SET bounces = bounces + 1 WHERE id = :subscriber"
_NEXT = "SELECT min(due) FROM deliveries WHERE edition = :edition AND issue = :issue AND state = 'pending'"
_DUE = text("""
SELECT d.subscriber, d.key, d.domain, d.topics, d.state, d.at, d.due, d.attempts, d.code, d.reply, s.address
 FROM deliveries d LEFT JOIN subscribers s ON s.id = d.subscriber
 WHERE d.edition = :edition AND d.issue = :issue AND d.state = 'pending' AND d.due <= :now
 AND d.domain NOT IN :besides ORDER BY d.due, d.subscriber LIMIT :limit
""").bindparams(bindparam("besides", expanding=True))


class Turn:
    """Held by one process, used by its threads. Every error of the database or of the journal ends it: StoreError."""

    def __init__(self, database: Database, journal: Journal, edition: str, issue: str, holder: str) -> None:
        self.edition = edition
        self.issue = issue
        self._database = database
        self._journal = journal
        self._holder = holder
        self._lock = Lock()
        self._raw = database.engine.raw_connection()
        self._raw.detach()  # it is not to be used by others, since it is set up differently
        self._sqlite = database.engine.dialect.name == "sqlite"
        self._cursor: Any = self._raw.cursor()
        if self._sqlite and journal.path is not None:
            self._cursor.execute("PRAGMA synchronous=NORMAL")  # the journal is what outlives a power failure
        self._statements = {sql: _Statement(database, sql) for sql in _ALL}

    def due(self, now: datetime, besides: Collection[str], limit: int) -> tuple[Delivery, ...]:
        """Deliveries that may be tried now, the longest due first, to domains other than these."""
        with self._lock, self._database.transaction() as connection:
            values = {**self._own, "now": stamp(now), "limit": limit, "besides": sorted(besides)}
            found = connection.execute(_DUE, values).mappings().all()
        return tuple(delivery_of(row, self.edition, self.issue) for row in found)

    def next_due(self) -> datetime | None:
        """When the next delivery may be tried; None if all have an outcome."""
        with self._lock, self._database.transaction() as connection:
            return moment(connection.execute(text(_NEXT), self._own).scalar())

    def plan(self, deliveries: Sequence[Delivery]) -> "Future[None]":
        """Done when the disk has it that these may be sent; that is when the first of them may begin."""
        return self._journal.planned(self.edition, self.issue, [delivery.key for delivery in deliveries])

    def release(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        """These were planned and will not be sent."""
        for delivery in deliveries:
            self._journal.outcome(self.edition, self.issue, delivery.key, "pending", now)

    def begin(self, delivery: Delivery, now: datetime) -> None:
        """The message itself begins now."""
        self._journal.begun(self.edition, self.issue, delivery.key, now)

    def commit(self, outcome: Outcome | None, claim: Delivery | None, now: datetime) -> bool:
        """Write down what came of one delivery, and claim another, in one transaction; the lease begins anew.

        False if the claimed one must not be sent: its subscriber has gone, or it has an outcome already.
        """
        if outcome:
            self._journal.outcome(self.edition, self.issue, outcome.delivery.key, outcome.state, outcome.at)
            if outcome.bounced:
                self._journal.suppressed("", outcome.delivery.key, "bounced", outcome.at)
        try:
            with self._lock:
                return self._committed(outcome, claim, now)
        except self._database.driver_error as error:
            hint = "nothing more is sent until it can be written: check the disk, then run the command again"
            raise StoreError(self._database.name, str(error), hint) from error

    def _committed(self, outcome: Outcome | None, claim: Delivery | None, now: datetime) -> bool:
        moves = dict.fromkeys(STATES, 0)
        if self._sqlite:
            self._cursor.execute("BEGIN IMMEDIATE")
        try:
            if outcome:
                self._write_outcome(outcome)
                moves["sending"] -= 1
                moves[outcome.state] += 1
            claimed = self._claimed(claim, now) if claim else None
            if claimed:
                moves["pending"] -= 1
                moves[claimed] += 1
            if self._run(_TALLY, **moves, lease=stamp(now + LEASE), holder=self._holder) != 1:
                raise self._taken_over()
            self._raw.commit()
        except BaseException:
            self._raw.rollback()
            raise
        return claimed == "sending"

    def _claimed(self, claim: Delivery, now: datetime) -> State | None:
        """What has become of it; None if nothing, since it has an outcome already."""
        if self._run(_CLAIM, subscriber=claim.subscriber, at=stamp(now)):
            return "sending"
        return "skipped" if self._run(_SKIP, subscriber=claim.subscriber, at=stamp(now)) else None

    def _write_outcome(self, outcome: Outcome) -> None:
        given, at = outcome.delivery, stamp(outcome.at)
        due = stamp(outcome.due) if outcome.due else None
        row = {"subscriber": given.subscriber, "state": outcome.state, "at": at, "due": due}
        if self._run(_OUTCOME, **row, code=outcome.code, reply=outcome.reply) != 1:
            raise self._taken_over()
        if outcome.bounced:
            self._run(_BOUNCED, key=given.key, at=at)
            self._run(_ENDED, key=given.key, at=at)
        if outcome.soft:
            self._run(_SOFT, subscriber=given.subscriber)

    def _taken_over(self) -> StoreError:
        reason = f"{self.edition} {self.issue} is being sent by another process now"
        return StoreError(self._database.name, reason, "let that one finish")

    @property
    def _own(self) -> dict[str, Any]:
        return {"edition": self.edition, "issue": self.issue}

    def _run(self, sql: str, **values: Any) -> int:
        return self._statements[sql].run(self._cursor, {**self._own, **values})

    def close(self) -> None:
        self._raw.close()
        self._journal.close()


class _Statement:
    """SQL in the driver's own words, made once: at a thousand messages a second that counts."""

    def __init__(self, database: Database, sql: str) -> None:
        compiled = text(sql).compile(dialect=database.engine.dialect)
        self._sql = str(compiled)
        self._places: list[str] | None = getattr(compiled, "positiontup", None)

    def run(self, cursor: Any, values: dict[str, Any]) -> int:
        given = values if self._places is None else [values[place] for place in self._places]
        cursor.execute(self._sql, given)
        return int(cursor.rowcount)


_ALL = (_CLAIM, _SKIP, _OUTCOME, _TALLY, _BOUNCED, _ENDED, _SOFT)


def delivery_of(row: Row, edition: str, issue: str) -> Delivery:
    return Delivery(
        edition=edition,
        issue=issue,
        subscriber=row["subscriber"],
        key=row["key"],
        address=row["address"] or "",
        domain=row["domain"],
        topics=row["topics"],
        state=row["state"],
        at=sure(row["at"]),
        due=moment(row["due"]),
        attempts=row["attempts"],
        code=row["code"],
        reply=row["reply"],
    )

"""The ledger of a mailing: one row for each issue and subscriber, all of them written before the first is sent.

Exactly once is impossible over SMTP: if the connection breaks after the message and before the answer, nobody knows. So
a row is `sending` in the database before its message begins, its outcome is written right after the answer, and a row
that is found in `sending` later is `uncertain`: it may have arrived, and is not sent again unless somebody asks for it.

While a mailing is sent, the database does not wait for the disk at each row; what has to outlive a power failure is in
the journal (`digest.store.journal`), whose `planned` lines are on the disk before their messages begin. So a killed
process leaves one uncertain row at most for each connection, and a power failure those few that were planned. Neither
leaves a row that would be sent twice.
"""

import os
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, func, select, text, update

from digest.errors import StoreError
from digest.mailing import STATES, Counts, Delivery, Mailing
from digest.store.database import Database
from digest.store.journal import Journal
from digest.store.reconcile import reconcile
from digest.store.rows import moment, stamp, sure
from digest.store.tables import DELIVERIES, MAILINGS, SUBSCRIBERS, TALLIES, VERSIONS
from digest.store.turn import LEASE, Turn, delivery_of

if sys.platform != "win32":
    import fcntl

_RECIPIENTS = text("""
INSERT INTO deliveries (edition, issue, subscriber, key, domain, topics, state, at, due, attempts, code, reply)
 SELECT s.edition, :issue, s.id, s.key, s.domain, coalesce(v.topics, ''),
 CASE WHEN v.topics IS NULL OR v.message IS NOT NULL THEN 'pending' ELSE 'skipped' END, :at,
 CASE WHEN v.topics IS NULL OR v.message IS NOT NULL THEN :at END, 0, NULL,
 CASE WHEN v.topics IS NULL OR v.message IS NOT NULL THEN '' ELSE 'has chosen topics without a story' END
 FROM subscribers s LEFT JOIN versions v ON v.edition = s.edition AND v.issue = :issue AND v.topics = s.topics
 WHERE s.edition = :edition AND s.state = 'active'
 AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.key = s.key AND x.edition IN ('', s.edition))
 ON CONFLICT DO NOTHING
""")
_ACTIVE = text("""
SELECT s.id, s.address, s.topics FROM subscribers s WHERE s.edition = :edition AND s.state = 'active' AND s.id > :last
 AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.key = s.key AND x.edition IN ('', s.edition))
 ORDER BY s.id LIMIT 1000
""")
_POLICY = text("""
UPDATE deliveries SET state = 'pending', at = :at, due = :at
 WHERE edition = :edition AND issue = :issue AND state = 'failed' AND reply LIKE 'policy: %'
""")
_SUPERSEDE = text("""
UPDATE deliveries SET state = 'failed', at = :at, due = NULL, reply = :reply
 WHERE edition = :edition AND issue = :issue AND state = 'pending'
""")
_LEASE = text("""
UPDATE tallies SET holder = :holder, lease = :lease
 WHERE edition = :edition AND issue = :issue AND (holder IS NULL OR lease < :now OR holder LIKE :dead)
""")
_RELEASE = text(
    "UPDATE tallies SET holder = NULL, lease = NULL WHERE edition = :edition AND issue = :issue AND holder = :holder"
)
_SKIP_GONE = text("""
UPDATE deliveries SET state = 'skipped', at = :at, due = NULL
 WHERE edition = :edition AND issue = :issue AND subscriber <> key AND state = 'pending'
 AND NOT EXISTS (SELECT 1 FROM subscribers s WHERE s.id = deliveries.subscriber)
""")
_FORGET_GONE = text("""
UPDATE deliveries SET subscriber = key, domain = '', reply = ''
 WHERE edition = :edition AND issue = :issue AND subscriber <> key AND state <> 'sending'
 AND NOT EXISTS (SELECT 1 FROM subscribers s WHERE s.id = deliveries.subscriber)
""")
_FOUND_SENDING = text("""
UPDATE deliveries SET state = 'uncertain', at = :at, due = NULL, reply = 'interrupted: it may have arrived'
 WHERE edition = :edition AND issue = :issue AND state = 'sending'
""")
_RESEND = text("""
UPDATE deliveries SET state = 'pending', at = :at, due = :at
 WHERE edition = :edition AND issue = :issue AND state = 'uncertain'
""")


class Ledger:
    """Mailings and their deliveries. `journal` is beside the database, if that is a file."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    def open(self, mailing: Mailing, versions: Mapping[str, bytes | None] | None = None) -> bool:
        """Write down a mailing and all who get it: the active subscribers of its edition; False if it was there.

        `versions` are messages for those who have chosen topics, as `choices` names them; who has chosen those of None
        gets nothing. Others get the mailing's own.

        Earlier mailings of the edition that still wait for somebody end here: nobody gets last week's issue after
        this week's.
        """
        own = {"edition": mailing.edition, "issue": mailing.issue}
        with self._database.transaction() as connection:
            if self._mailing(connection, mailing.edition, mailing.issue):
                return False
            row = {**own, "message": mailing.message.decode(), "paused": None, "closed": None}
            times = {"opened": stamp(mailing.opened), "deadline": stamp(mailing.deadline)}
            self._supersede(connection, mailing)
            connection.execute(MAILINGS.insert().values(**row, **times))
            for topics, message in sorted((versions or {}).items()):
                said = {"topics": topics, "message": message.decode() if message else None}
                connection.execute(VERSIONS.insert().values(**own, **said))
            connection.execute(_RECIPIENTS, {**own, "at": stamp(mailing.opened)})
            _tally(connection, mailing.edition, mailing.issue)
        return True

    def admit(self, mailing: Mailing, now: datetime, versions: Mapping[str, bytes | None]) -> int:
        """Those who have subscribed since get it, too, unless a later mailing has been opened; returns how many.

        `versions` are messages for choices of topics that nobody had when it was opened.
        """
        own, of = {"edition": mailing.edition, "issue": mailing.issue}, MAILINGS.c
        later = select(of.issue).where(of.edition == mailing.edition, of.opened > stamp(mailing.opened))
        with self._database.transaction() as connection:
            if connection.execute(later).first():
                return 0
            known = set(connection.execute(select(VERSIONS.c.topics).where(*_version_of(mailing))).scalars())
            for topics, message in sorted(versions.items()):
                if topics not in known:
                    said = {"topics": topics, "message": message.decode() if message else None}
                    connection.execute(VERSIONS.insert().values(**own, **said))
            count = connection.execute(_RECIPIENTS, {**own, "at": stamp(now)}).rowcount
            if count:
                _tally(connection, mailing.edition, mailing.issue)
        if count:
            self._change(mailing.edition, mailing.issue, closed=None)
        return count

    def choices(self, edition: str) -> tuple[str, ...]:
        """What active subscribers have chosen, each once: topics as JSON, but for the choice of all."""
        of = SUBSCRIBERS.c
        query = select(of.topics).where(of.edition == edition, of.state == "active", of.topics != "[]")
        with self._database.transaction() as connection:
            return tuple(connection.execute(query.distinct().order_by(of.topics)).scalars())

    def versions(self, edition: str, issue: str) -> dict[str, bytes]:
        """The messages of a mailing for those who have chosen topics, by these."""
        of = VERSIONS.c
        query = select(of.topics, of.message).where(of.edition == edition, of.issue == issue, of.message.is_not(None))
        with self._database.transaction() as connection:
            return {topics: message.encode() for topics, message in connection.execute(query)}

    def mailing(self, edition: str, issue: str) -> Mailing | None:
        with self._database.transaction() as connection:
            return self._mailing(connection, edition, issue)

    def unfinished(self, edition: str) -> tuple[str, ...]:
        """The issues of an edition whose mailing is not closed, in the order in which they were opened."""
        of = MAILINGS.c
        query = select(of.issue).where(of.edition == edition, of.closed.is_(None)).order_by(of.opened, of.issue)
        with self._database.transaction() as connection:
            return tuple(connection.execute(query).scalars())

    def counts(self, edition: str, issue: str) -> Counts:
        """How the deliveries stand; StoreError unless the tally is that of the rows."""
        of = TALLIES.c
        with self._database.transaction() as connection:
            row = connection.execute(select(TALLIES).where(of.edition == edition, of.issue == issue)).mappings().first()
            rows = _rows(connection, edition, issue)
        tally = {state: int(row[state]) if row else 0 for state in STATES}
        if tally != rows or (row and row["recipients"] != sum(rows.values())):
            reason = f"the ledger of {edition} {issue} does not add up: {tally} in its tally, {rows} in its rows"
            raise StoreError(self._database.name, reason, "restore a copy; the journal brings it up to date")
        return Counts(recipients=sum(rows.values()), **rows)

    def deliveries(self, edition: str, issue: str) -> Iterator[Delivery]:
        """All of them, in the order of their subscribers' ids; a subscriber who is gone has no address."""
        of = DELIVERIES.c
        joined = DELIVERIES.outerjoin(SUBSCRIBERS, SUBSCRIBERS.c.id == of.subscriber)
        query = select(DELIVERIES, SUBSCRIBERS.c.address).select_from(joined)
        last = ""
        while True:
            some = query.where(of.edition == edition, of.issue == issue, of.subscriber > last)
            with self._database.transaction() as connection:
                rows = connection.execute(some.order_by(of.subscriber).limit(1000)).mappings().all()
            if not rows:
                return
            yield from (delivery_of(row, edition, issue) for row in rows)
            last = rows[-1]["subscriber"]

    def recipients(self, edition: str) -> Iterator[tuple[str, str, str]]:
        """The active subscribers of an edition who may be written to, by id: id, address and choice of each."""
        last = ""
        while True:
            with self._database.transaction() as connection:
                rows = connection.execute(_ACTIVE, {"edition": edition, "last": last}).all()
            if not rows:
                return
            yield from ((id, address, topics) for id, address, topics in rows)
            last = rows[-1][0]

    def pause(self, edition: str, issue: str, reason: str) -> None:
        self._change(edition, issue, paused=reason)

    def resume(self, edition: str, issue: str, now: datetime, deadline: datetime) -> None:
        """Go on with a mailing that was paused, and try again until a new deadline.

        Whom a server refused for a policy of its own gets another try, since that was not the subscriber's fault.
        """
        with self._database.transaction() as connection:
            connection.execute(_POLICY, {"edition": edition, "issue": issue, "at": stamp(now)})
            _tally(connection, edition, issue)
        self._change(edition, issue, paused=None, closed=None, deadline=stamp(deadline))

    def close(self, edition: str, issue: str, at: datetime) -> bool:
        """It is finished, if nothing is open any more."""
        if self.counts(edition, issue).open:
            return False
        self._change(edition, issue, closed=stamp(at))
        return True

    def resend_uncertain(self, edition: str, issue: str, now: datetime) -> int:
        """Those that may have arrived are to be sent again; returns how many."""
        with self._database.transaction() as connection:
            own = {"edition": edition, "issue": issue}
            count = connection.execute(_RESEND, {**own, "at": stamp(now)}).rowcount
            _tally(connection, edition, issue)
        if count:
            self._change(edition, issue, closed=None)
        return count

    @contextmanager
    def turn(self, edition: str, issue: str, now: datetime) -> Iterator[Turn | None]:
        """The right to send a mailing, until the end of the block; None while another process has it.

        Whatever an earlier turn has left is settled first: the journal is held against the database, and what is found
        in `sending` becomes `uncertain`.
        """
        with _alone(self._lock_file(edition, issue)) as alone:
            holder = f"{socket.gethostname()}|{os.getpid()}|{uuid4().hex}"
            if not alone or not self._settled(edition, issue, holder, now):
                yield None
                return
            turn = Turn(self._database, self._journal, edition, issue, holder)
            try:
                yield turn
            finally:
                turn.close()
            with self._database.transaction() as connection:
                self._forget_the_gone(connection, edition, issue, now)
                connection.execute(_RELEASE, {"edition": edition, "issue": issue, "holder": holder})

    def settle(self, now: datetime) -> None:
        """Learn from the journal what a restored copy of the database does not know, as every turn does first.

        Mailings that are being sent are left to those who send them.
        """
        with self._database.transaction() as connection:
            for mailed in sorted(reconcile(self._database, connection, self._journal, ("", ""), now)):
                if self._mailing(connection, *mailed):
                    _tally(connection, *mailed)

    def _settled(self, edition: str, issue: str, holder: str, now: datetime) -> bool:
        own = {"edition": edition, "issue": issue}
        # Whoever had the system's lock on this machine is dead, since we have it now.
        dead = f"{socket.gethostname()}|%" if self._lock_file(edition, issue) else ""
        self.counts(edition, issue)
        with self._database.transaction() as connection:
            lease = {"holder": holder, "lease": stamp(now + LEASE), "now": stamp(now), "dead": dead}
            if not connection.execute(_LEASE, {**own, **lease}).rowcount:
                return False
            touched = reconcile(self._database, connection, self._journal, (edition, issue), now)
            connection.execute(_FOUND_SENDING, {**own, "at": stamp(now)})
            self._forget_the_gone(connection, edition, issue, now)
            for mailed in sorted({*touched, (edition, issue)}):
                if self._mailing(connection, *mailed):
                    _tally(connection, *mailed)
        return True

    def _forget_the_gone(self, connection: Connection, edition: str, issue: str, now: datetime) -> None:
        """Whoever was erased while a message was on its way has no name in the ledger any more, and gets nothing."""
        own = {"edition": edition, "issue": issue, "at": stamp(now)}
        if connection.execute(_SKIP_GONE, own).rowcount:
            _tally(connection, edition, issue)
        connection.execute(_FORGET_GONE, own)

    def _lock_file(self, edition: str, issue: str) -> Path | None:
        path = self._journal.path
        locks = path is not None and sys.platform != "win32"
        return path.with_name(f"{path.stem}.{edition}.{issue}.lock") if path and locks else None

    def _mailing(self, connection: Connection, edition: str, issue: str) -> Mailing | None:
        of = MAILINGS.c
        row = connection.execute(select(MAILINGS).where(of.edition == edition, of.issue == issue)).mappings().first()
        if row is None:
            return None
        return Mailing(
            edition=edition,
            issue=issue,
            message=row["message"].encode(),
            opened=sure(row["opened"]),
            deadline=sure(row["deadline"]),
            closed=moment(row["closed"]),
            paused=row["paused"],
        )

    def _supersede(self, connection: Connection, mailing: Mailing) -> None:
        of = MAILINGS.c
        open_ones = select(of.issue).where(of.edition == mailing.edition, of.closed.is_(None))
        for issue in connection.execute(open_ones).scalars().all():
            own = {"edition": mailing.edition, "issue": issue}
            reply = f"not delivered before the next issue, {mailing.issue}"
            connection.execute(_SUPERSEDE, {**own, "at": stamp(mailing.opened), "reply": reply})
            _tally(connection, mailing.edition, issue)

    def _change(self, edition: str, issue: str, **values: str | None) -> None:
        of = MAILINGS.c
        with self._database.transaction() as connection:
            connection.execute(update(MAILINGS).where(of.edition == edition, of.issue == issue).values(**values))


def _version_of(mailing: Mailing) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return VERSIONS.c.edition == mailing.edition, VERSIONS.c.issue == mailing.issue


def _rows(connection: Connection, edition: str, issue: str) -> dict[str, int]:
    of = DELIVERIES.c
    query = select(of.state, func.count()).where(of.edition == edition, of.issue == issue).group_by(of.state)
    found = {state: int(count) for state, count in connection.execute(query)}
    return {state: found.get(state, 0) for state in STATES}


def _tally(connection: Connection, edition: str, issue: str) -> None:
    """Count the rows anew."""
    rows, of = _rows(connection, edition, issue), TALLIES.c
    counted = {"recipients": sum(rows.values()), **rows}
    own = update(TALLIES).where(of.edition == edition, of.issue == issue).values(**counted)
    if not connection.execute(own).rowcount:
        connection.execute(TALLIES.insert().values(edition=edition, issue=issue, **counted))


@contextmanager
def _alone(path: Path | None) -> Iterator[bool]:
    """The system's lock on a file, which is gone with its process, however that ends; False if another one has it."""
    if path is None or sys.platform == "win32":
        yield True
        return
    while True:
        with path.open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            if not _same(path, lock.fileno()):
                continue  # its owner has removed it while we waited for the lock
            yield True
            path.unlink(missing_ok=True)
            return


def _same(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False

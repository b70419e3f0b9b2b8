"""Which turns of the editions were taken, which issues wait for their editor, and when each stage last went well.

A turn is taken by inserting its row, which only one process can. It is `running` until its end; if its process dies,
the row is taken over: at once on the same machine, by whoever has the system's lock on the file beside the database,
else when its lease ends. A turn that failed for a reason that may pass is left `running`, with a lease until it is
tried again.
"""

import os
import socket
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, delete, or_, select, update

from digest.errors import StoreError
from digest.mailing import Review, Slot, SlotState, Verdict
from digest.schedule import Turn
from digest.store.database import Database
from digest.store.rows import Row, moment, stamp, sure
from digest.store.tables import HEALTH, REVIEWS, SLOTS

if sys.platform != "win32":
    import fcntl

LEASE = timedelta(hours=3)  # longer than mail waits, at most
_WRONG = timedelta(hours=1)  # ahead of now, from which on a time was written by a wrong clock


class Slots:
    """See above. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._holder = f"{socket.gethostname()}|{os.getpid()}"

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """No other process of this machine takes turns until the end of the block; False if one does already.

        The lock is gone with its process. Stores that are no files, and systems without such locks, have the leases.
        """
        file = self._database.file
        if file is None or sys.platform == "win32":
            yield True
            return
        path = file.with_name(f"{file.name}.turns")
        try:
            lock = path.open("wb")
        except OSError as error:
            hint = "check the folder of the store"
            raise StoreError(str(path), error.strerror or "cannot be written", hint) from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def of(self, edition: str) -> tuple[Slot, ...]:
        """All turns of an edition that are known, in the order in which they were due."""
        query = select(SLOTS).where(SLOTS.c.edition == edition).order_by(SLOTS.c.due, SLOTS.c.id)
        with self._database.transaction() as connection:
            return tuple(map(_slot, connection.execute(query).mappings()))

    def take(self, edition: str, turn: Turn, now: datetime) -> Slot | None:
        """The turn, if nobody has taken it, or who did is dead; with the time when it was first begun."""
        row = _row(edition, turn, "running", now) | {"holder": self._holder, "lease": stamp(now + LEASE)}
        with self._database.transaction() as connection:
            mine = self._insert(connection, row) or self._take_over(connection, edition, turn.id, now)
            query = select(SLOTS).where(SLOTS.c.edition == edition, SLOTS.c.id == turn.id)
            return _slot(connection.execute(query).mappings().one()) if mine else None

    def reopen(self, slot: Slot, now: datetime, *, at_once: bool = False) -> Slot | None:
        """The turn of a draft that goes out now; None if another process has it, or if it is to be tried again later.

        `at_once`, that time is not waited for.
        """
        of, own = SLOTS.c, (SLOTS.c.edition == slot.edition, SLOTS.c.id == slot.id)
        ended = update(SLOTS).where(*own, of.state != "running")
        waits = update(SLOTS).where(*own, of.holder.is_(None))
        with self._database.transaction() as connection:
            connection.execute(ended.values(state="running", finished=None, holder=None, lease=None))
            if at_once:
                connection.execute(waits.values(lease=None))
            mine = self._take_over(connection, slot.edition, slot.id, now)
            return _slot(connection.execute(select(SLOTS).where(*own)).mappings().one()) if mine else None

    def renew(self, slot: Slot, now: datetime) -> None:
        self._change(slot, lease=stamp(now + LEASE))

    def built(self, slot: Slot, issue: str) -> None:
        """Its issue is made and out, or held for review."""
        self._change(slot, issue=issue)

    def finish(self, slot: Slot, state: SlotState, now: datetime, note: str = "") -> None:
        self._change(slot, state=state, finished=stamp(now), note=note, holder=None, lease=None)

    def postpone(self, slot: Slot, until: datetime, note: str) -> None:
        """It failed, for now."""
        self._change(slot, holder=None, lease=stamp(until), note=note)

    def miss(self, edition: str, missed: Iterable[tuple[Turn, str]], now: datetime) -> None:
        """Turns that will not be taken, each with the reason."""
        with self._database.transaction() as connection:
            for turn, reason in missed:
                self._insert(connection, _row(edition, turn, "skipped", now) | {"finished": stamp(now), "note": reason})

    def forget_future(self, edition: str, now: datetime) -> int:
        """Drop turns passed over or begun in vain by a clock that was wrong; what went out stays. Returns how many."""
        ahead = SLOTS.c.started > stamp(now + _WRONG)
        vain = or_(SLOTS.c.state.in_(("skipped", "failed")), and_(SLOTS.c.state == "running", SLOTS.c.issue.is_(None)))
        with self._database.transaction() as connection:
            return connection.execute(delete(SLOTS).where(SLOTS.c.edition == edition, ahead, vain)).rowcount

    def hold(self, review: Review, frozen: bytes, manifest: bytes) -> None:
        """An issue waits for its editor, with what it will be when it goes out. Known ones stay as they are."""
        row = {
            "edition": review.edition,
            "issue": review.issue,
            "verdict": review.verdict,
            "asked": stamp(review.asked),
            "until": review.until and stamp(review.until),
            "decided": None,
            "frozen": frozen.decode(),
            "manifest": manifest.decode(),
        }
        with self._database.transaction() as connection:
            known = select(REVIEWS.c.verdict).where(*_review_of(review.edition, review.issue))
            if connection.execute(known).scalar() in (None, "draft"):
                self._database.put(connection, REVIEWS, [row])

    def review(self, edition: str, issue: str) -> Review | None:
        with self._database.transaction() as connection:
            row = connection.execute(select(REVIEWS).where(*_review_of(edition, issue))).mappings().first()
        return _review(row) if row else None

    def held(self, edition: str) -> tuple[Review, ...]:
        """Those that wait for a decision, or to go out; the oldest first."""
        of = REVIEWS.c
        query = select(REVIEWS).where(of.edition == edition, of.frozen.is_not(None)).order_by(of.asked, of.issue)
        with self._database.transaction() as connection:
            return tuple(map(_review, connection.execute(query).mappings()))

    def draft(self, edition: str, issue: str) -> tuple[bytes, bytes] | None:
        """The frozen issue and the manifest of one that has not gone out."""
        query = select(REVIEWS.c.frozen, REVIEWS.c.manifest).where(*_review_of(edition, issue))
        with self._database.transaction() as connection:
            row = connection.execute(query).first()
        return (row[0].encode(), row[1].encode()) if row and row[0] is not None else None

    def decide(self, edition: str, issue: str, verdict: Verdict, now: datetime) -> bool:
        """False if it was decided before."""
        change = update(REVIEWS).where(*_review_of(edition, issue), REVIEWS.c.verdict == "draft")
        values: dict[str, Any] = {"verdict": verdict, "decided": stamp(now)}
        if verdict == "rejected":
            values |= {"frozen": None, "manifest": None}
        with self._database.transaction() as connection:
            return bool(connection.execute(change.values(**values)).rowcount)

    def released(self, edition: str, issue: str) -> None:
        """An approved issue has gone out."""
        change = update(REVIEWS).where(*_review_of(edition, issue)).values(frozen=None, manifest=None)
        with self._database.transaction() as connection:
            connection.execute(change)

    def well(self, stage: str, at: datetime, note: str = "") -> None:
        """A stage went well at this time."""
        with self._database.transaction() as connection:
            self._database.put(connection, HEALTH, [{"stage": stage, "at": stamp(at), "note": note}])

    def health(self) -> Mapping[str, tuple[datetime, str]]:
        """When each stage last went well, and its note."""
        with self._database.transaction() as connection:
            rows = connection.execute(select(HEALTH).order_by(HEALTH.c.stage)).mappings().all()
        return {row["stage"]: (sure(row["at"]), row["note"]) for row in rows}

    def purge(self, before: datetime) -> int:
        """Forget turns that were due before that; returns how many. The newest one of each edition stays."""
        of = SLOTS.c
        newer = SLOTS.alias()
        follows = select(newer.c.id).where(newer.c.edition == of.edition, newer.c.due > of.due).exists()
        old = delete(SLOTS).where(of.due < stamp(before), of.state != "running", follows)
        with self._database.transaction() as connection:
            return connection.execute(old).rowcount

    def _insert(self, connection: Connection, row: dict[str, Any]) -> bool:
        return bool(connection.execute(self._database.insert(SLOTS).on_conflict_do_nothing().values(**row)).rowcount)

    def _take_over(self, connection: Connection, edition: str, id: str, now: datetime) -> bool:
        """Whoever called holds `alone`: another process of this machine that has the turn is dead."""
        of = SLOTS.c
        here = of.holder.like(f"{socket.gethostname()}|%") if self._database.file else of.holder == self._holder
        free = or_(of.lease.is_(None), of.lease <= stamp(now), of.lease > stamp(now + LEASE), here)
        change = update(SLOTS).where(of.edition == edition, of.id == id, of.state == "running", free)
        return bool(connection.execute(change.values(holder=self._holder, lease=stamp(now + LEASE))).rowcount)

    def _change(self, slot: Slot, **values: str | None) -> None:
        own = (SLOTS.c.edition == slot.edition, SLOTS.c.id == slot.id)
        with self._database.transaction() as connection:
            connection.execute(update(SLOTS).where(*own).values(**values))


def _review_of(edition: str, issue: str) -> tuple[Any, Any]:
    return (REVIEWS.c.edition == edition, REVIEWS.c.issue == issue)


def _row(edition: str, turn: Turn, state: SlotState, now: datetime) -> dict[str, Any]:
    times = {"due": stamp(turn.due), "started": stamp(now)}
    return {"edition": edition, "id": turn.id, **times, "state": state, "finished": None, "issue": None, "note": ""}


def _slot(row: Row) -> Slot:
    return Slot(
        edition=row["edition"],
        id=row["id"],
        due=sure(row["due"]),
        state=row["state"],
        started=sure(row["started"]),
        finished=moment(row["finished"]),
        issue=row["issue"],
        note=row["note"],
    )


def _review(row: Row) -> Review:
    return Review(
        edition=row["edition"],
        issue=row["issue"],
        verdict=row["verdict"],
        asked=sure(row["asked"]),
        until=moment(row["until"]),
        decided=moment(row["decided"]),
    )

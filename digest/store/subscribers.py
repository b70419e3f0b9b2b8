"""Who gets an edition, who has asked for it, and who must not be written to.

Whatever ends or clears a right to write to somebody is in the journal before the database has it
(`digest.store.journal`), so that a restored copy learns of it. An address stands in two tables, and both lose it when
it is erased.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Connection, delete, func, or_, select, text, update

from digest.mailing import Ask, Consent, Delivery, Limit, Membership, Subscriber, Suppressed, domain_of
from digest.store.database import Database, rows_of
from digest.store.journal import Journal
from digest.store.returns import RETURNED
from digest.store.rows import Row, moment, stamp, sure
from digest.store.tables import ASKS, DELIVERIES, LIMITS, SUBSCRIBERS, SUPPRESSIONS
from digest.store.turn import delivery_of

Answer = Literal["confirm", "already"]
Admitted = Literal["added", "known"] | Suppressed

AGAIN = timedelta(hours=24)  # between two mails that somebody has asked for to one address
EVER = 3  # such mails to an address that never answers
_LEASE = timedelta(minutes=10)  # longer than it takes to hand over a mail
_MAILS = "mail:"
_LASTING = (_MAILS, RETURNED)  # names of counts that others forget, or nobody
_COUNT = text("""
INSERT INTO limits (name, stretch, count) VALUES (:name, :stretch, 1)
 ON CONFLICT (name, stretch) DO UPDATE SET count = limits.count + 1 RETURNING count
""")
_PASS_OVER = text("""
UPDATE tallies SET pending = pending - 1, skipped = skipped + 1 WHERE EXISTS (SELECT 1 FROM deliveries d
 WHERE d.edition = tallies.edition AND d.issue = tallies.issue AND d.key = :key AND d.state = 'pending')
""")
_SKIP = text("UPDATE deliveries SET state = 'skipped', at = :at, due = NULL WHERE key = :key AND state = 'pending'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """An ask that is to be answered by a mail of this kind to this subscriber."""

    ask: str
    kind: Answer
    subscriber: Subscriber


class Subscribers:
    """The people of all editions."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    # --- what forms ask

    def take(self, ask: Ask, limits: Sequence[Limit]) -> bool:
        """Keep an ask until it is answered; False, and nothing kept, if that would be beyond one of the limits.

        It does the same whoever has that address: it does not look.
        """
        row = {
            "id": ask.id,
            "edition": ask.edition,
            "address": ask.address,
            "key": ask.key,
            "language": ask.language,
            "topics": json.dumps(ask.topics, ensure_ascii=False),
            "consent": _consent_text(ask.consent),
            "at": stamp(ask.at),
            "due": stamp(ask.at),
            "answer": None,
        }
        with self._database.transaction() as connection:
            for limit in limits:
                count = connection.execute(_COUNT, {"name": limit.name, "stretch": limit.stretch}).scalar_one()
                if count > limit.most:
                    connection.rollback()
                    return False
            connection.execute(ASKS.insert().values(row))
        return True

    def answer(self, now: datetime) -> Answering | None:
        """The next ask to be answered, which is nobody else's for ten minutes; None if there is none.

        Those that get no mail are dropped on the way: an address gets one in 24 hours, and three in all until it
        confirms.
        """
        while True:
            with self._database.transaction() as connection:
                due = select(ASKS).where(ASKS.c.due <= stamp(now)).order_by(ASKS.c.due, ASKS.c.id).limit(1)
                ask = connection.execute(due).mappings().first()
                if ask is None:
                    return None
                of = ASKS.c
                mine = update(ASKS).where(of.id == ask["id"], of.due == ask["due"])
                if not connection.execute(mine.values(due=stamp(now + _LEASE))).rowcount:
                    continue
                found = self._decided(connection, ask, now)
                if found:
                    return found
                connection.execute(delete(ASKS).where(of.id == ask["id"]))

    def answered(self, ask: str) -> None:
        """Its mail is out."""
        with self._database.transaction() as connection:
            connection.execute(delete(ASKS).where(ASKS.c.id == ask))

    def postpone(self, ask: str, due: datetime) -> None:
        """Its mail could not be sent, and is tried again later."""
        with self._database.transaction() as connection:
            connection.execute(update(ASKS).where(ASKS.c.id == ask).values(due=stamp(due)))

    def waiting(self) -> int:
        """How many asks are not answered yet."""
        with self._database.transaction() as connection:
            return connection.execute(select(func.count()).select_from(ASKS)).scalar_one()

    def _decided(self, connection: Connection, ask: Row, now: datetime) -> Answering | None:
        known = _one(connection, ask["edition"], ask["key"])
        if ask["answer"]:  # a process has ended between this and its mail
            return Answering(ask=ask["id"], kind=ask["answer"], subscriber=known) if known else None
        name = f"{_MAILS}{ask['key']}"
        times = connection.execute(select(LIMITS.c.stretch).where(LIMITS.c.name == name)).scalars().all()
        if len(times) >= EVER or any(sure(time) > now - AGAIN for time in times):
            return None
        connection.execute(_COUNT, {"name": name, "stretch": stamp(now)})
        if known and known.state == "active":
            kind: Answer = "already"
        else:
            kind, known = "confirm", _asking(ask, known, now)
            self._database.put(connection, SUBSCRIBERS, [_row(known)])
        connection.execute(update(ASKS).where(ASKS.c.id == ask["id"]).values(answer=kind))
        return Answering(ask=ask["id"], kind=kind, subscriber=known)

    # --- what subscribers decide

    def of(self, id: str) -> Subscriber | None:
        with self._database.transaction() as connection:
            row = connection.execute(select(SUBSCRIBERS).where(SUBSCRIBERS.c.id == id)).mappings().first()
        return _subscriber(row) if row else None

    def confirm(self, id: str, asked: str, now: datetime) -> Subscriber | None:
        """They get it from now on, whatever was said before; None if this mail's question is no longer open.

        `asked` tells which mail it was: see `asked_mark`.
        """
        with self._database.transaction() as connection:
            row = connection.execute(select(SUBSCRIBERS).where(SUBSCRIBERS.c.id == id)).mappings().first()
            known = _subscriber(row) if row else None
            if known is None or known.asked_at is None or asked_mark(known) != asked:
                return None
            used = known.confirmed is not None and known.confirmed >= known.asked_at
            if known.state == "active" and used:
                return known
            if used or (known.ended is not None and known.ended > known.asked_at):
                return None
            self._clear(connection, known, now)
            state: dict[str, Any] = {"state": "active", "confirmed": now, "ended": None, "bounces": 0}
            known = replace(known, **state)
            self._database.put(connection, SUBSCRIBERS, [_row(known)])
            return known

    def leave(self, id: str, now: datetime) -> Subscriber | None:
        """They do not get it any more, from this moment; None if there is nobody of this id."""
        with self._database.transaction() as connection:
            row = connection.execute(select(SUBSCRIBERS).where(SUBSCRIBERS.c.id == id)).mappings().first()
            if row is None:
                return None
            known = _subscriber(row)
            if known.state in ("pending", "active"):
                self._suppress(connection, known.key, known.edition, "left", now)
                known = replace(known, state="left", ended=now)
                self._database.put(connection, SUBSCRIBERS, [_row(known)])
            return known

    def choose(self, id: str, language: str | None, topics: Sequence[str]) -> None:
        values = {"language": language, "topics": json.dumps(topics, ensure_ascii=False)}
        with self._database.transaction() as connection:
            connection.execute(update(SUBSCRIBERS).where(SUBSCRIBERS.c.id == id).values(**values))

    # --- what the operator decides

    def admit(self, people: Sequence[Subscriber], *, dry: bool = False) -> tuple[Admitted, ...]:
        """Take them in as they are, all at once; of each, whether that was new, or why it may not be.

        `dry`, it is all asked, and nothing is kept.
        """
        with self._database.transaction() as connection:
            keys = [one.key for one in people]
            known = {(row["edition"], row["key"]): row for row in rows_of(connection, SUBSCRIBERS, "key", keys)}
            barred = {(r["edition"], r["key"]): r["reason"] for r in rows_of(connection, SUPPRESSIONS, "key", keys)}
            found: list[Admitted] = []
            new: dict[tuple[str, str], Subscriber] = {}
            for one in people:
                reason = barred.get(("", one.key)) or barred.get((one.edition, one.key))
                row = known.get((one.edition, one.key))
                if reason is None and row is not None and row["state"] not in ("active", "pending"):
                    reason = row["state"]
                if reason is not None:
                    found.append(reason)
                elif (row is not None and row["state"] == "active") or (one.edition, one.key) in new:
                    found.append("known")
                else:
                    new[one.edition, one.key] = replace(one, id=row["id"]) if row is not None else one
                    found.append("added")
            self._database.put(connection, SUBSCRIBERS, [_row(one) for one in new.values()])
            if dry:
                connection.rollback()
        return tuple(found)

    def remove(self, edition: str, key: str, clock: Callable[[], datetime]) -> int:
        """An address is not written to any more, nor taken in from a list, by an edition or by any if that is empty.

        Returns how many subscriptions ended. It holds from when nobody else writes: what was confirmed until then ends.
        """
        of = SUBSCRIBERS.c
        ending = update(SUBSCRIBERS).where(of.key == key, of.state.in_(("pending", "active")))
        ending = ending.where(of.edition == edition) if edition else ending
        with self._database.transaction() as connection:
            now = clock()
            self._suppress(connection, key, edition, "removed", now)
            return connection.execute(ending.values(state="left", ended=stamp(now))).rowcount

    def erase(self, key: str, now: datetime) -> int:
        """Forget an address but for its key, for ever; returns how many subscriptions are gone.

        The ledger keeps what it has to count, without saying of whom: what is not sent yet is skipped, and a message
        that is on its way loses its name at the end of its sender's turn.
        """
        of = DELIVERIES.c
        done = update(DELIVERIES).where(of.key == key, of.state != "sending")
        with self._database.transaction() as connection:
            for sql in (_PASS_OVER, _SKIP):
                connection.execute(sql, {"key": key, "at": stamp(now)})
            self._suppress(connection, key, "", "erased", now)
            connection.execute(delete(SUPPRESSIONS).where(SUPPRESSIONS.c.key == key, SUPPRESSIONS.c.edition != ""))
            connection.execute(done.values(subscriber=of.key, domain="", reply=""))
            connection.execute(delete(ASKS).where(ASKS.c.key == key))
            return connection.execute(delete(SUBSCRIBERS).where(SUBSCRIBERS.c.key == key)).rowcount

    def forget(self) -> bool:
        """What was erased is in no file of the database any more; False if another process stood in the way."""
        return self._database.forget()

    def expire(self, now: datetime, unconfirmed: timedelta = timedelta(days=7)) -> int:
        """Forget those who never confirmed, and counts of long ago; returns how many people that were."""
        before = stamp(now - unconfirmed)
        of = SUBSCRIBERS.c
        gone = delete(SUBSCRIBERS).where(of.state == "pending", func.coalesce(of.asked_at, of.created) < before)
        kept = [LIMITS.c.name.like(f"{name}%") for name in _LASTING]
        with self._database.transaction() as connection:
            connection.execute(delete(LIMITS).where(LIMITS.c.stretch < before, ~or_(*kept)))
            connection.execute(delete(ASKS).where(ASKS.c.at < before))
            return connection.execute(gone).rowcount

    def everybody(self, edition: str | None = None) -> Iterator[Subscriber]:
        """All of them, or those of an edition, by edition and id."""
        of = SUBSCRIBERS.c
        last = ("", "")
        while True:
            after = or_(of.edition > last[0], (of.edition == last[0]) & (of.id > last[1]))
            query = select(SUBSCRIBERS).where(after).order_by(of.edition, of.id).limit(1000)
            query = query.where(of.edition == edition) if edition else query
            with self._database.transaction() as connection:
                rows = connection.execute(query).mappings().all()
            if not rows:
                return
            yield from map(_subscriber, rows)
            last = (rows[-1]["edition"], rows[-1]["id"])

    def named(self, key: str) -> tuple[Subscriber, ...]:
        """All subscriptions of an address."""
        with self._database.transaction() as connection:
            return tuple(map(_subscriber, rows_of(connection, SUBSCRIBERS, "key", [key])))

    def history(self, subscriber: Subscriber) -> tuple[Delivery, ...]:
        """What was sent to somebody, or was to be, by issue."""
        of = DELIVERIES.c
        query = select(DELIVERIES).where(of.edition == subscriber.edition, of.key == subscriber.key).order_by(of.issue)
        with self._database.transaction() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(delivery_of({**row, "address": ""}, row["edition"], row["issue"]) for row in rows)

    def _suppress(self, connection: Connection, key: str, edition: str, reason: Suppressed, now: datetime) -> None:
        self._journal.suppressed(edition, key, reason, now)
        row = {"key": key, "edition": edition, "reason": reason, "at": stamp(now)}
        self._database.put(connection, SUPPRESSIONS, [row])

    def _clear(self, connection: Connection, known: Subscriber, now: datetime) -> None:
        """Their own yes lifts what stands against them, and what was counted."""
        of = SUPPRESSIONS.c
        ours = (of.key == known.key, of.edition.in_(("", known.edition)))
        for edition in sorted({known.edition, *connection.execute(select(of.edition).where(*ours)).scalars()}):
            self._journal.cleared(edition, known.key, now)
        connection.execute(delete(SUPPRESSIONS).where(*ours))
        connection.execute(delete(LIMITS).where(LIMITS.c.name == f"{_MAILS}{known.key}"))


def asked_mark(subscriber: Subscriber) -> str:
    """What tells the last mail that asked somebody from all earlier ones."""
    return format(int(subscriber.asked_at.timestamp() * 1_000_000), "x") if subscriber.asked_at else ""


def _asking(ask: Row, known: Subscriber | None, now: datetime) -> Subscriber:
    """Somebody who is asked now; what was chosen holds once they confirm."""
    base = known or Subscriber(
        id=uuid4().hex,
        edition=ask["edition"],
        address=ask["address"],
        key=ask["key"],
        state="pending",
        created=now,
    )
    topics, consent = tuple(json.loads(ask["topics"])), _consent(ask["consent"])
    asked: dict[str, Any] = {"asked": base.asked + 1, "asked_at": now}
    return replace(base, language=ask["language"], topics=topics, consent=consent, **asked)


def _one(connection: Connection, edition: str, key: str) -> Subscriber | None:
    of = SUBSCRIBERS.c
    row = connection.execute(select(SUBSCRIBERS).where(of.edition == edition, of.key == key)).mappings().first()
    return _subscriber(row) if row else None


def _consent_text(consent: Consent) -> str:
    said = {"at": stamp(consent.at), "form": consent.form, "text": consent.text, "network": consent.network}
    return json.dumps(said, ensure_ascii=False)


def _consent(said: str | None) -> Consent | None:
    if not said:
        return None
    read = json.loads(said)
    return Consent(at=sure(read["at"]), form=read["form"], text=read["text"], network=read["network"])


def _row(one: Subscriber) -> dict[str, Any]:
    return {
        "id": one.id,
        "edition": one.edition,
        "address": one.address,
        "key": one.key,
        "domain": domain_of(one.address),
        "state": one.state,
        "created": stamp(one.created),
        "language": one.language,
        "topics": json.dumps(one.topics, ensure_ascii=False),
        "confirmed": one.confirmed and stamp(one.confirmed),
        "ended": one.ended and stamp(one.ended),
        "consent": one.consent and _consent_text(one.consent),
        "asked": one.asked,
        "asked_at": one.asked_at and stamp(one.asked_at),
        "bounces": one.bounces,
    }


def _subscriber(row: Row) -> Subscriber:
    state: Membership = row["state"]
    return Subscriber(
        id=row["id"],
        edition=row["edition"],
        address=row["address"],
        key=row["key"],
        state=state,
        created=sure(row["created"]),
        language=row["language"],
        topics=tuple(json.loads(row["topics"])),
        confirmed=moment(row["confirmed"]),
        ended=moment(row["ended"]),
        consent=_consent(row["consent"]),
        asked=row["asked"],
        asked_at=moment(row["asked_at"]),
        bounces=row["bounces"],
    )

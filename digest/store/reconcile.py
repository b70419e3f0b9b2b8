"""The journal held against the database, so that one restored from a copy learns what has happened since."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, text

from digest.mailing import Membership, Suppressed
from digest.store.database import Database
from digest.store.journal import BEGUN, CLEAR, PLANNED, SUPPRESS, Journal, Line
from digest.store.rows import stamp
from digest.store.tables import JOURNALS

Mailed = tuple[str, str]  # an edition and its issue

_AFTER: dict[Suppressed, Membership] = {
    "left": "left",
    "removed": "left",
    "bounced": "bounced",
    "complained": "complained",
}
_LIVE = text("SELECT edition, issue FROM tallies WHERE holder IS NOT NULL AND lease >= :now")
_KNOWN = text("SELECT state FROM deliveries WHERE edition = :edition AND issue = :issue AND key = :key")
_SET = text("""
UPDATE deliveries SET state = :state, at = :at, due = NULL, reply = :reply
 WHERE edition = :edition AND issue = :issue AND key = :key
""")
_AGAIN = text("""
UPDATE deliveries SET state = 'pending', at = :at, due = :at
 WHERE edition = :edition AND issue = :issue AND key = :key
""")
_ADD = text(
    "INSERT INTO deliveries (edition, issue, subscriber, key, domain, state, at, due, attempts, code, reply)"
    " VALUES (:edition, :issue, :key, :key, '', :state, :at, NULL, 1, NULL, :reply)"
)
_SUPPRESS = text(
    "INSERT INTO suppressions (key, edition, reason, at) VALUES (:key, :edition, :reason, :at) ON CONFLICT DO NOTHING"
)
_OTHERS: BindParameter[str] = bindparam("cleared", expanding=True)
_ERASE = text("""
DELETE FROM subscribers WHERE key = :key AND (:edition = '' OR edition = :edition) AND edition NOT IN :cleared
""").bindparams(_OTHERS)
_END = text("""
UPDATE subscribers SET state = :state, ended = :at
 WHERE key = :key AND (:edition = '' OR edition = :edition) AND edition NOT IN :cleared
 AND state IN ('pending', 'active')
""").bindparams(_OTHERS)
_REPLY = "the journal has it; the database, restored or cut off, had not"


def reconcile(database: Database, connection: Connection, journal: Journal, own: Mailed, now: datetime) -> set[Mailed]:
    """Apply what the journal has and the database may lack; returns the mailings whose rows it speaks of.

    Mailings that another process is sending are left to it, and the journal is read again from there the next time.
    """
    known = {row.id: row.position for row in connection.execute(JOURNALS.select())}
    id, end, lines = journal.lines(known)
    live = {(row.edition, row.issue) for row in connection.execute(_LIVE, {"now": stamp(now)})} - {own}
    deliveries: dict[tuple[Mailed, str], Line] = {}
    people: list[Line] = []
    for line in lines:
        if line.word in (SUPPRESS, CLEAR):
            people.append(line)
        elif (line.edition, line.issue) in live:
            end = min(end, line.at)
        else:
            deliveries[(line.edition, line.issue), line.key] = line
    for line in deliveries.values():
        _deliver(connection, line, journal.boot, now)
    _govern(connection, people)
    if id:
        database.put(connection, JOURNALS, [{"id": id, "position": end}])
    return {mailed for mailed, _ in deliveries}


def _deliver(connection: Connection, line: Line, boot: str, now: datetime) -> None:
    """A message that began and has no outcome may have arrived; a planned one, only if the power has failed."""
    state = {BEGUN: "uncertain", PLANNED: "pending" if line.note == boot else "uncertain"}.get(line.word, line.word)
    row = {"edition": line.edition, "issue": line.issue, "key": line.key, "at": _at(line) or stamp(now)}
    known = connection.execute(_KNOWN, row).scalar()
    if state == "pending":
        if known == "sending":
            connection.execute(_AGAIN, row)
    elif known is None:
        connection.execute(_ADD, row | {"state": state, "reply": _REPLY})
    elif known in ("pending", "sending") or (state == "sent" and known in ("uncertain", "skipped")):
        connection.execute(_SET, row | {"state": state, "reply": _REPLY})


def _govern(connection: Connection, lines: Sequence[Line]) -> None:
    """Who must not be written to, the last word first: a yes to one edition undoes what came before for that one alone.

    It lifts what stood for every edition, for it cannot be written to otherwise; but what that has ended stays so.
    """
    cleared: dict[str, set[str]] = {}
    for line in reversed(lines):
        since = cleared.setdefault(line.key, set())
        if line.word == CLEAR:
            since.add(line.edition)
        elif not line.edition or line.edition not in since:
            _suppress(connection, line, since)


def _suppress(connection: Connection, line: Line, cleared: Collection[str]) -> None:
    row = {"key": line.key, "edition": line.edition, "reason": line.note, "at": _at(line)}
    if line.edition not in cleared:
        connection.execute(_SUPPRESS, row)
    spared = row | {"cleared": sorted(cleared)}
    if line.note == "erased":
        connection.execute(_ERASE, spared)
        return
    after = {str(reason): state for reason, state in _AFTER.items()}[line.note]
    connection.execute(_END, spared | {"state": after})


def _at(line: Line) -> str:
    return stamp(datetime.fromisoformat(line.time)) if line.time else ""

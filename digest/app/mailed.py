"""What became of a mailing: the record that the command line prints, and the list of all deliveries."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from io import StringIO
from typing import Any

from digest.mailing import Counts, Delivery, Mailing

_NOBODY = Counts(recipients=0, pending=0, sending=0, sent=0, failed=0, skipped=0, uncertain=0)
_COLUMNS = ("subscriber", "address", "state", "code", "reply", "attempts", "at", "due")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """A run over the mailing of an issue. `elsewhere`: another process is sending it. `again`: when the next of those
    that are pending may be tried.
    """

    edition: str
    issue: str
    at: datetime
    counts: Counts = _NOBODY
    finished: bool = False
    paused: str | None = None
    elsewhere: bool = False
    ended: datetime | None = None
    again: datetime | None = None

    def running(self, counts: Counts) -> "Mailed":
        return replace(self, counts=counts, elsewhere=True)

    def over(self, counts: Counts, mailing: Mailing, at: datetime, again: datetime | None = None) -> "Mailed":
        finished = bool(mailing.closed)
        return replace(self, counts=counts, finished=finished, paused=mailing.paused, ended=at, again=again)

    def as_json(self, deliveries: Iterable[Delivery]) -> dict[str, Any]:
        """Without addresses: who is uncertain is named by the subscriber's id."""
        counts = self.counts
        return {
            "schema": 1,
            "edition": self.edition,
            "issue": self.issue,
            "at": self.at.isoformat(),
            "ended": self.ended and self.ended.isoformat(),
            "recipients": counts.recipients,
            "sent": counts.sent,
            "failed": counts.failed,
            "skipped": counts.skipped,
            "uncertain": counts.uncertain,
            "pending": counts.pending,
            "sending": counts.sending,
            "finished": self.finished,
            "paused": self.paused,
            "next_try": self.again and self.again.isoformat(),
            "running_elsewhere": self.elsewhere,
            "unsettled": [
                {"subscriber": d.subscriber, "state": d.state, "code": d.code, "reply": d.reply, "at": d.at.isoformat()}
                for d in deliveries
                if d.state in ("failed", "uncertain", "pending")
            ],
        }


def as_csv(deliveries: Iterable[Delivery]) -> Iterator[str]:
    """A line each, for a spreadsheet: what one would take for a formula is made plain."""
    yield _line(_COLUMNS)
    for one in deliveries:
        due = one.due.isoformat() if one.due and one.state == "pending" else ""
        at = one.at.isoformat()
        code = "" if one.code is None else str(one.code)
        yield _line((one.subscriber, one.address, one.state, code, one.reply, str(one.attempts), at, due))


def _line(values: Iterable[str]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(
        f"'{value}" if value.startswith(_FORMULA) else value for value in values
    )
    return line.getvalue()

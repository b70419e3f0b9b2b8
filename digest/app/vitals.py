"""How a service is: when its stages last went well, and the last and next turns of each edition. For `/healthz`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from digest.config import Config, Edition
from digest.mailing import Review, Slot
from digest.schedule import Turn

if TYPE_CHECKING:
    from digest.store.slots import Slots

_LATE = timedelta(hours=1)
_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """An edition's turns as of `now`; `last` are the newest that were due, the newest first."""

    edition: Edition
    now: datetime
    coming: tuple[Turn, ...]
    last: tuple[Slot, ...]
    drafts: tuple[Review, ...]
    overdue: Turn | None

    @property
    def well(self) -> bool:
        return not self.overdue and not (self.last and self.last[0].state == "failed")

    def as_json(self) -> dict[str, Any]:
        schedule = self.edition.timing.schedule
        return {
            "id": self.edition.id,
            "schedule": schedule.said if schedule else None,
            "timezone": self.edition.timezone,
            "well": self.well,
            "overdue": self.overdue.id if self.overdue else None,
            "next": [
                {"slot": turn.id, "utc": turn.due.isoformat(), "local": schedule.local(turn.due).isoformat()}
                for turn in self.coming
                if schedule
            ],
            "last": [
                {
                    "slot": slot.id,
                    "due": slot.due.isoformat(),
                    "state": slot.state,
                    "issue": slot.issue,
                    "started": slot.started.isoformat(),
                    "finished": slot.finished.isoformat() if slot.finished else None,
                    "note": slot.note,
                }
                for slot in self.last
            ],
            "drafts": [
                {"issue": one.issue, "verdict": one.verdict, "until": one.until.isoformat() if one.until else None}
                for one in self.drafts
            ],
        }


def vitals(slots: "Slots | None", edition: Edition, now: datetime, count: int = _SHOWN) -> Vitals:
    """`slots` None: there is no store yet. A turn is overdue if it is an hour past, and was neither taken nor noted."""
    schedule = edition.timing.schedule
    known = slots.of(edition.id) if slots else ()
    past = [slot for slot in known if slot.due <= now]
    coming: list[Turn] = []
    while schedule and len(coming) < count:
        coming.append(schedule.next(coming[-1].due if coming else now))
    overdue = None
    if schedule and past:
        open_turns = list(schedule.turns(past[-1].due, now - _LATE))
        running = next((slot for slot in past if slot.state == "running" and slot.started < now - _LATE), None)
        late = Turn(id=running.id, due=running.due) if running else None
        overdue = late or (open_turns[-1] if open_turns else None)
    return Vitals(
        edition=edition,
        now=now,
        coming=tuple(coming),
        last=tuple(reversed(past[-count:])),
        drafts=slots.held(edition.id) if slots else (),
        overdue=overdue,
    )


def healthz(config: Config, slots: "Slots", now: datetime) -> dict[str, Any]:
    """All of it, and `status`: ok, or late if an edition is; nothing in it is about subscribers."""
    every = [vitals(slots, edition, now, 1) for edition in config.editions]
    return {
        "status": "ok" if all(one.well for one in every) else "late",
        "now": now.isoformat(),
        "stages": {stage: {"at": at.isoformat(), "note": note} for stage, (at, note) in slots.health().items()},
        "editions": [
            {
                "id": one.edition.id,
                "well": one.well,
                "overdue": one.overdue.id if one.overdue else None,
                "next": one.coming[0].due.isoformat() if one.coming else None,
                "last": {"slot": one.last[0].id, "state": one.last[0].state} if one.last else None,
            }
            for one in every
        ],
    }

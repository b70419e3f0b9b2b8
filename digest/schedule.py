"""When an edition is due: a line of `feeds.yaml` and a time zone in, turns out. Pure: `now` is always given.

A turn has an id that is the same on every machine and in every year's clock ("2026-W47", "2026-W47-fri", "2026-11",
"2026-11-26"), so that a ledger can tell whether it was taken. The local time that was asked for may not exist on a day
(clocks go forward): the turn then comes when the clock has been put on. It may exist twice (clocks go back): the first
counts. A day that a zone leaves out altogether has no turn of its own; a week or a month that it lies in keeps its.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = timedelta(days=1)
_LEAP = timedelta(days=9 * 366)  # the longest wait for a 29 February
_LONGEST_LOOK_BACK = timedelta(days=400)
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_NTH = re.compile(r"([1-9]|1[0-9]|2[0-8])(?:st|nd|rd|th)")
_LAST = 0  # of the days of a month
_PART = re.compile(r"(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:/([0-9]+))?")
ALLOWED = (
    "days and a time, such as 'Fri 07:00', 'Mon,Thu 07:00', 'Mon-Fri 06:30', 'daily 06:30', '1st 08:00' or"
    " 'last 08:00'; or the five fields of a cron line, such as '0 7 * * 5'"
)
_MONTH_DAYS = "days of a month without weekdays, such as '1st 08:00', '1st,15th 08:00' or 'last 08:00'; 28th at most"

Naming = Literal["week", "weekday", "month", "day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One time that an edition is due."""

    id: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The days on which an edition is due, and the time of day there. Weekdays count from 0, Monday; of the days of a
    month 0 is the last. `either`: a day needs to be one of the weekdays or of the month's days only, as cron has it.
    """

    said: str
    zone: str
    at: time
    months: frozenset[int]
    days: frozenset[int]
    weekdays: frozenset[int]
    either: bool
    naming: Naming

    def turns(self, after: datetime, until: datetime) -> Iterator[Turn]:
        """Those that are due after the one moment and not after the other, in order."""
        zone = ZoneInfo(self.zone)
        day = after.astimezone(zone).date() - 2 * _DAY  # a gap moves a turn, by a day at most
        while day <= until.astimezone(zone).date():
            if self._has(day) and (self.naming in ("week", "month") or _exists(day, zone)):
                due = _moment(day, self.at, zone)
                if after < due <= until:
                    yield Turn(id=self._name(day), due=due)
            day += _DAY

    def next(self, now: datetime) -> Turn:
        return next(self.turns(now, now + _LEAP))

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.zone))

    def _has(self, day: date) -> bool:
        last = (day + _DAY).day == 1
        of_month = day.day in self.days or (last and _LAST in self.days)
        of_week = day.weekday() in self.weekdays
        return day.month in self.months and ((of_month or of_week) if self.either else (of_month and of_week))

    def _name(self, day: date) -> str:
        year, week, weekday = day.isocalendar()
        names = {
            "week": f"{year}-W{week:02}",
            "weekday": f"{year}-W{week:02}-{WEEKDAYS[weekday - 1]}",
            "month": f"{day:%Y-%m}",
            "day": day.isoformat(),
        }
        return names[self.naming]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is to be done now: the turn to take, if any; those that were missed; and why they will not be made up."""

    turn: Turn | None = None
    missed: tuple[tuple[Turn, str], ...] = ()


def due(schedule: Schedule, now: datetime, make_up: timedelta, known: Mapping[str, datetime]) -> Due:
    """The newest turn, unless it is among the `known` ones (by id, with when they were due) or too long ago.

    What lies between the newest known one and that was missed. Known turns of the future, which a wrong clock has left,
    hold nothing up.
    """
    past = [moment for moment in known.values() if moment <= now]
    since = max([*past, now - _LONGEST_LOOK_BACK]) if past else now - make_up
    open_turns = [turn for turn in schedule.turns(since, now) if turn.id not in known]
    if not open_turns:
        return Due()
    *older, newest = open_turns
    missed = [(turn, "missed: a later one was due by then") for turn in (older if past else ())]
    reason = _too_late(schedule, newest, now, make_up)
    if reason:
        return Due(missed=(*missed, (newest, reason)))
    return Due(turn=newest, missed=tuple(missed))


def _too_late(schedule: Schedule, turn: Turn, now: datetime, make_up: timedelta) -> str | None:
    if now - turn.due > make_up:
        hours = round(make_up.total_seconds() / 3600)
        return f"missed by more than {hours} hours"
    if now - turn.due > _grace(make_up) and schedule.local(schedule.next(now).due).date() == schedule.local(now).date():
        return "missed: the next one is due on the same day, and an edition has one issue a day"
    return None


def _grace(make_up: timedelta) -> timedelta:
    """How late a turn is taken as if it were in time."""
    return min(make_up, timedelta(minutes=5))


def parse(said: str, zone: str) -> Schedule:
    """Read a schedule. ValueError says what is allowed."""
    parts = said.lower().split()
    if len(parts) == 2:
        schedule = _plain(said, zone, *parts)
    elif len(parts) == 5:
        schedule = _cron(said, zone, parts)
    elif parts and parts[-1] in {zone.lower() for zone in available_timezones()}:
        raise ValueError(f"{' '.join(said.split()[:-1])}, and {said.split()[-1]} under timezone: of the edition")
    else:
        raise ValueError(ALLOWED)
    start = datetime(2000, 1, 1, tzinfo=UTC)
    if not any(schedule.turns(start, start + _LEAP)):
        raise ValueError("a day that there is: this one never comes")
    return schedule


def _plain(said: str, zone: str, days: str, clock: str) -> Schedule:
    found = _CLOCK.fullmatch(clock)
    if not found:
        raise ValueError(ALLOWED)
    month_days: set[int] = set()
    weekdays: set[int] = set()
    for part in days.split(","):
        nth = _NTH.fullmatch(part)
        if part == "daily":
            weekdays |= set(range(7))
        elif part == "last":
            month_days.add(_LAST)
        elif nth:
            month_days.add(int(nth[1]))
        elif part[:1].isdigit():
            raise ValueError(_MONTH_DAYS)
        else:
            weekdays |= _weekdays(part)
    if bool(month_days) == bool(weekdays):
        raise ValueError(_MONTH_DAYS)
    return _schedule(
        said,
        zone,
        time(int(found[1]), int(found[2])),
        days=frozenset(month_days) or None,
        weekdays=frozenset(weekdays) if weekdays and len(weekdays) < 7 else None,
    )


def _weekdays(part: str) -> set[int]:
    """`fri`, `friday`, or `mon-fri`; a range may go over the weekend."""
    first, _, last = part.partition("-")
    names = [name for name in (first, last) if name]
    if any(name[:3] not in WEEKDAYS or not _WEEKDAY_NAMES[name[:3]].startswith(name) for name in names):
        raise ValueError(ALLOWED)
    numbers = [WEEKDAYS.index(name[:3]) for name in names]
    span = (numbers[-1] - numbers[0]) % 7
    return {(numbers[0] + step) % 7 for step in range(span + 1)}


_WEEKDAY_NAMES = {
    name[:3]: name for name in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
}


def _cron(said: str, zone: str, fields: list[str]) -> Schedule:
    """Minute, hour, day of month, month, day of week (0 and 7 are Sunday)."""
    minutes = _field(fields[0], range(60))
    hours = _field(fields[1], range(24))
    if len(minutes) != 1 or len(hours) != 1:
        raise ValueError("one minute and one hour, such as '0 7 * * 5': an edition has one issue a day")
    days = _field(fields[2], range(1, 32))
    months = _field(fields[3], range(1, 13), _MONTHS, first=1)
    weekdays = frozenset((number - 1) % 7 for number in _field(fields[4], range(8), ("sun", *WEEKDAYS[:6])))
    return _schedule(
        said,
        zone,
        time(min(hours), min(minutes)),
        days=None if len(days) == 31 else days,
        weekdays=None if len(weekdays) == 7 else weekdays,
        months=months,
        either=not fields[2].startswith("*") and not fields[4].startswith("*"),
    )


def _field(text: str, allowed: range, names: Collection[str] = (), first: int = 0) -> frozenset[int]:
    """A field of a cron line: `*`, `5`, `1-5`, `*/2`, `1-9/2`, `fri`, and several of them with commas."""
    found: set[int] = set()
    numbered = {name: number for number, name in enumerate(names, first)}
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if not match:
            raise ValueError(f"a field of a cron line in place of '{text}'")
        low, high, step = match[1], match[2], int(match[3] or 1)
        start = allowed[0] if low == "*" else _number(low, numbered, text)
        end = _number(high, numbered, text) if high else allowed[-1] if low == "*" or match[3] else start
        if start not in allowed or end not in allowed or end < start or not step:
            raise ValueError(f"numbers from {allowed[0]} to {allowed[-1]} in place of '{text}'")
        found.update(range(start, end + 1, step))
    return frozenset(found)


def _number(text: str, names: Mapping[str, int], field: str) -> int:
    if text in names:
        return names[text]
    if not text.isdecimal():
        raise ValueError(f"a field of a cron line in place of '{field}'")
    return int(text)


def _schedule(
    said: str,
    zone: str,
    at: time,
    *,
    days: frozenset[int] | None,
    weekdays: frozenset[int] | None,
    months: Iterable[int] = range(1, 13),
    either: bool = False,
) -> Schedule:
    """None stands for all days."""
    every_month = frozenset(months)
    naming: Naming = "day"
    if days is None and weekdays is not None and len(every_month) == 12:
        naming = "week" if len(weekdays) == 1 else "weekday"
    elif weekdays is None and days is not None and len(days) == 1:
        naming = "month"
    return Schedule(
        said=said,
        zone=zone,
        at=at,
        months=every_month,
        days=frozenset(range(1, 32)) if days is None else days,
        weekdays=frozenset(range(7)) if weekdays is None else weekdays,
        either=either and days is not None and weekdays is not None,
        naming=naming,
    )


def _exists(day: date, zone: ZoneInfo) -> bool:
    """Zones at the date line have left out a day."""
    noon = datetime.combine(day, time(12), zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first moment at which clocks there show this time of this day, or a later one."""
    wanted = datetime.combine(day, at, zone)
    moment = wanted.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wanted.replace(tzinfo=None):
        return moment
    early, late = wanted.replace(fold=1).astimezone(UTC), moment  # as if clocks had been put on before, and not yet
    seconds = int((late - early).total_seconds())
    low, high = 0, seconds
    while low < high:
        middle = (low + high) // 2
        if (early + timedelta(seconds=middle)).astimezone(zone).replace(tzinfo=None) >= wanted.replace(tzinfo=None):
            high = middle
        else:
            low = middle + 1
    return early + timedelta(seconds=low)

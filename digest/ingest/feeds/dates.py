"""The point in time that a feed has written, in the forms that feeds have."""

import calendar
import re
from datetime import UTC, datetime, timedelta

from digest.ingest.dates import MONTH, moment

# A feed that names a moment in another year does not know when its entry was published.
_YEARS = range(1990, 2100)
_FURTHEST = 14 * 60  # minutes that a zone is ahead of UTC, or behind it
_LONGEST = 100  # characters; no date is longer
# Hours ahead of UTC. Names that mean several zones (IST) are left out, and read as UTC like all unknown ones.
_NAMED_ZONES = (
    (0, "z ut utc gmt wet"), (1, "cet met mez bst west"), (2, "cest mest mesz eet sast"), (3, "eest msk"),
    (8, "hkt sgt pht awst"), (9, "jst kst"), (9.5, "acst"), (10, "aest"), (10.5, "acdt"), (11, "aedt"), (12, "nzst"),
    (13, "nzdt"), (-2.5, "ndt"), (-3, "adt brt art"), (-3.5, "nst"), (-4, "ast edt at et"), (-5, "est cdt ct"),
    (-6, "cst mdt mt"), (-7, "mst pdt pt"), (-8, "pst akdt"), (-9, "akst"), (-10, "hst"),
)  # fmt: skip
_HOURS = {name: hours for hours, names in _NAMED_ZONES for name in names.split()}
_TIME = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?"
_HALF = r"(?:\s*([AaPp])\.?[Mm]\b\.?)?"
_ZONE = r"(?:(?:GMT|UTC)(?=[+-]))?([+-]\d{2}:?\d{2}|[A-Za-z]{1,5})"
_CLOCK = rf"(?:,?\s+(?:at|à|às|om|um|kl\.?|alle|-)?\s*{_TIME}{_HALF}\s*{_ZONE}?)?"
_WEEKDAY = r"(?:[^\W\d_]{2,15}(?:-feira)?[.,]{0,2}\s+)?"
_RFC_822 = re.compile(
    r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|([+-]\d{4}))", re.ASCII
)
# Mon, 04 May 2020 09:30:00 +0200 (RFC 822 and 2822), and so in other languages: lun. 4 mai 2020, 4 de mayo de 2020
_DAY_FIRST = re.compile(
    rf"{_WEEKDAY}(\d{{1,2}})(?:\.|st|nd|rd|th|er|º)?[\s-]+(?:de\s+)?([^\W\d_]{{3,12}})[.,]{{0,2}}[\s-]+(?:de\s+)?"
    rf"(\d{{4}}|\d{{2}}){_CLOCK}"
)
_MONTH_FIRST = re.compile(rf"{_WEEKDAY}([^\W\d_]{{3,12}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_CLOCK}")
_ISO = re.compile(rf"(\d{{4}})-(\d{{2}})-(\d{{2}})(?:[Tt\s]\s*{_TIME}()\s*([Zz]|[+-]\d{{2}}(?::?\d{{2}})?)?)?")
# 20200504, 2020. 5. 4; May 4, 2020, Mon May  4 09:00:00 2020 - in any script
_WHOLE = re.compile(
    r"^\s*\d{4}-?\d{2}-?\d{2}(?!\d)|\d{4}[^\dW]{1,12}\d{1,2}[^\d]{1,12}\d{1,2}|\d{4}-[^\W\d]{3,12}-\d{1,2}"
    r"|(?<!\d)\d{1,2}[ -][^\W\d]{3,12}\.?,?[ -]\d{2,4}|[^\W\d]{3,12}\.? +\d{1,2}\b.{0,20}\b\d{4}"
)

# A sign before it, a month or a day that there is not, an offset of more than 14 hours.
_NONE = re.compile(
    r"^\s*-|^\s*\d{4}-(?:00|1[3-9]|[2-9]\d)-|^\s*\d{4}-\d\d-(?:00|3[2-9]|[4-9]\d)"
    r"|:\d\d(?:[.,]\d{1,9})?\s*(?:GMT|UTC)?[+-](?:1[5-9]|[2-9]\d):?\d\d\s*$"
)


def feed_moment(written: str) -> datetime | None:
    """The point in time that `written` names, in UTC, which it is where no zone is named; None for none that can be.

    It must name a year, a month and a day: feedparser, which reads what is unusual, fills in what is missing from
    today's date, and makes the 45th of a 13th month into a day of the next year.
    """
    if _NONE.search(written, 0, _LONGEST):
        return None
    found = usual_moment(written)
    if found is None and len(written) <= _LONGEST and _WHOLE.search(written):
        found = _unusual(written)
    return plausible(found)


def plausible(found: datetime | None) -> datetime | None:
    return found if found and found.year in _YEARS else None


def usual_moment(written: str) -> datetime | None:
    """The same for the forms that nearly all feeds use, of any year."""
    if found := _standard(written):
        return found
    if len(written) > _LONGEST:
        return None
    if match := _DAY_FIRST.fullmatch(written):
        day, month, year, *clock = match.groups()
        return _moment(_year(year), MONTH.get(month.casefold(), 0), int(day), clock)
    if match := _ISO.fullmatch(written):
        year, month, day, *clock = match.groups()
        return _moment(int(year), int(month), int(day), clock)
    if match := _MONTH_FIRST.fullmatch(written):
        month, day, year, *clock = match.groups()
        return _moment(int(year), MONTH.get(month.casefold(), 0), int(day), clock)
    return None


def _standard(written: str) -> datetime | None:
    """A time as the standards have it, with an offset: nearly all there are, and in no time."""
    try:
        if match := _RFC_822.fullmatch(written):
            day, month, year, hour, minute, second, zone = match.groups()
            named = datetime(int(year), MONTH[month.lower()], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
            offset = _offset(zone) if zone else 0
            return None if offset is None else named - timedelta(minutes=offset)
        if len(written) == 25 and written[10] == "T" and written[19] in "+-" and _offset(written[19:]) is not None:
            return datetime.fromisoformat(written).astimezone(UTC)
    except (KeyError, ValueError, OverflowError):
        pass
    return None


def _year(written: str) -> int:
    """A year of two figures is of the nineties or of this century, as feedparser has it."""
    year = int(written)
    return year if len(written) == 4 else year + (1900 if year >= 90 else 2000)


def _moment(year: int, month: int, day: int, clock: list[str | None]) -> datetime | None:
    """`clock` has hour, minute, second, half of the day and zone as written; midnight is 24:00, too (ISO 8601)."""
    hour, minute, second = (int(part or 0) for part in clock[:3])
    half, zone = clock[3:]
    offset = _offset(zone) if zone else 0
    if half:
        hour = hour % 12 + (12 if half in "Pp" else 0)
    if offset is None or hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        return None
    try:
        found = datetime(year, month, day, tzinfo=UTC)
        # Second 60 is a leap second, and the last one of its minute is as near as can be.
        return found + timedelta(hours=hour, minutes=minute - offset, seconds=min(second, 59))
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> int | None:
    """Minutes ahead of UTC; None for a name that is not known, and for more than there are."""
    if zone[0] in "+-":
        ahead = int(zone[1:3]) * 60 + int(zone[3:].removeprefix(":") or 0)
        return None if ahead > _FURTHEST else int(f"{zone[0]}1") * ahead
    hours = _HOURS.get(zone.lower())
    return None if hours is None else round(hours * 60)


def _unusual(written: str) -> datetime | None:
    from feedparser.datetimes import _parse_date

    if basic := moment(written):  # 20200504T093000Z, of which feedparser drops the time
        return basic[0]
    try:
        parsed = _parse_date(written)
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    except (LookupError, ValueError, OverflowError, TypeError, OSError):
        return None

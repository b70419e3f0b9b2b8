"""A line that is nothing but a date in, that day out; and written points in time."""

import re
from datetime import UTC, date, datetime

# A slip of the pen is none of these, and each of their moments can be shown in any time zone.
YEARS = range(1000, 3000)
# In English, German, French, Spanish, Italian, Portuguese, Dutch, Danish, Norwegian and Swedish.
_MONTHS = (
    "january jan januar jän jänner janvier janv enero ene gennaio gen janeiro januari",
    "february feb februar février fevrier févr fév febrero febbraio fevereiro fev februari",
    "march mar märz mrz mars marzo março maart mrt marts", "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei maj", "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho", "august aug août aout agosto ago augustus augusti",
    "september sept sep septembre septiembre set settembre setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro",
)  # fmt: skip
MONTH = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
_LEAD = r"(?:(?:published|posted|updated|date|veröffentlicht|publié|publicado)\b:?\s*(?:on|am|le|el)?\s*)?"
_WEEKDAY = r"(?:(?:[^\W\d_]{2,10}day|[^\W\d_]{2,3}|[^\W\d_]{3,10}(?:tag|woch|di|manche|es|ves|do|ngo))\.?,?\s+)?"
_CLOCK = r"(?:,?\s*(?:at|um|à|[|·–-])?\s*\d{1,2}[:.h]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?|uhr)?(?:\s+[A-Z]{2,4})?)?"
_WRITTEN = (
    r"(?P<month>[^\W\d_]{3,10})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
    r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?\s+(?:de\s+)?(?P<month>[^\W\d_]{3,10})\.?,?\s+(?:de\s+)?(?P<year>\d{4})",
    r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})",
)
_DATE_LINES = tuple(re.compile(rf"^{_LEAD}{_WEEKDAY}{form}{_CLOCK}$", re.IGNORECASE) for form in _WRITTEN)


def date_line(line: str) -> date | None:
    """The day that `line` names if it says nothing else: "May 10, 2026", "Published: 10 May 2026, 9:30 am".

    Day and month in figures only ("5/10/2026") mean different days in different countries and are no date here.
    """
    if len(line) > 80:
        return None
    for pattern in _DATE_LINES:
        match = pattern.match(line)
        if match:
            month = match["month"].casefold()
            return _day(match["year"], MONTH.get(month, int(month) if month.isdecimal() else 0), match["day"])
    return None


def moment(text: str) -> tuple[datetime, bool] | None:
    """An ISO 8601 date or date-time as (time in UTC, names a day only), or None; without an offset it is UTC.

    None, too, for years outside of `YEARS`.
    """
    text = text.strip()
    try:
        found = in_utc(datetime.fromisoformat(text))
    except ValueError:
        return None
    return (found, len(text) <= 10) if found else None


def in_utc(found: datetime) -> datetime | None:
    """`found` in UTC, which it is if it has no offset; None for a year that no article is from (see `YEARS`)."""
    try:
        moment = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None
    return moment if moment.year in YEARS else None


def _day(year: str, month: int, day: str) -> date | None:
    try:
        found = date(int(year), month, int(day))
    except ValueError:
        return None
    return found if found.year in YEARS else None

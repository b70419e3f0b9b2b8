"""Dates as machines want them, the same in every locale. A moment is given in the time zone that it carries."""

from datetime import date, datetime

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()


def iso(moment: date) -> str:
    """2026-05-10T08:00:00+02:00, or 2026-05-10 for a day"""
    return moment.isoformat(timespec="seconds") if isinstance(moment, datetime) else moment.isoformat()


def rfc822(moment: datetime) -> str:
    """Sun, 10 May 2026 08:00:00 +0200 (RFC 822 with the four-digit year of RFC 5322)"""
    offset = moment.strftime("%z")  # digits only: no locale has a say in it
    clock = f"{moment.hour:02}:{moment.minute:02}:{moment.second:02}"
    day = f"{_DAYS[moment.weekday()]}, {moment.day:02} {_MONTHS[moment.month - 1]} {moment.year:04}"
    return f"{day} {clock} {offset}"

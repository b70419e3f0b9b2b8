"""Dates in words, the same in every locale. A moment is shown in the time zone that it carries."""

from datetime import date, datetime

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day(moment: date) -> str:
    """10 May 2026"""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def weekday(moment: date) -> str:
    """Sunday"""
    return _DAYS[moment.weekday()]


def moment(moment: datetime) -> str:
    """10 May 2026, 08:00"""
    return f"{day(moment)}, {moment.hour:02}:{moment.minute:02}"


def iso(moment: date) -> str:
    """2026-05-10T08:00:00+02:00, or 2026-05-10 for a day"""
    return moment.isoformat(timespec="seconds") if isinstance(moment, datetime) else moment.isoformat()


def rfc822(moment: datetime) -> str:
    """Sun, 10 May 2026 08:00:00 +0200 (RFC 822 with the four-digit year of RFC 5322)"""
    offset = moment.strftime("%z")  # digits only: no locale has a say in it
    clock = f"{moment.hour:02}:{moment.minute:02}:{moment.second:02}"
    return f"{weekday(moment)[:3]}, {moment.day:02} {_MONTHS[moment.month - 1][:3]} {moment.year:04} {clock} {offset}"

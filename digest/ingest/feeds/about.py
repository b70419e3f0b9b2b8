"""What a feed says of itself: its name, its licence, and when it wants to be asked."""

import re

from digest.ingest.feeds.told import Heard, licence_of
from digest.model import About

_DAY = 86400
LONGEST_PERIOD = 31 * _DAY  # seconds; a feed that asks for more is mistaken
# https://web.resource.org/rss/1.0/modules/syndication/
_PERIODS = {"hourly": 3600, "daily": _DAY, "weekly": 7 * _DAY, "monthly": 30 * _DAY, "yearly": 365 * _DAY}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SKIPPED = re.compile(rb"<skip(hours|days)\s*>([^!]{0,2000}?)</skip(?:hours|days)\s*>", re.IGNORECASE)
_HOUR = re.compile(rb"<hour\s*>\s*(\d{1,2})\s*</hour", re.IGNORECASE)
_WEEKDAY = re.compile(rb"<day\s*>\s*([A-Za-z]{6,9})\s*</day", re.IGNORECASE)
_ENTRY = re.compile(rb"<(?:item|entry)[\s>]", re.IGNORECASE)


def about(heard: Heard, data: bytes) -> About:
    """The longest of the pauses that it names; if all hours or all days are to be skipped, that is a mistake."""
    hours, days = _skipped(data)
    return About(
        title=heard.title.plain,
        licence=licence_of(heard.licences, heard.rights),
        period=min(max(_minutes(heard.ttl) * 60, _update_period(heard)), LONGEST_PERIOD),
        quiet_hours=hours if len(hours) < 24 else (),
        quiet_days=days if len(days) < 7 else (),
    )


def _skipped(data: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The hours and days to skip (RSS 2.0), from the document itself: feedparser keeps only the last of each.

    They stand before the first entry, or after the last one.
    """
    if b"<skip" not in data and b"<SKIP" not in data:
        return (), ()
    first = _ENTRY.search(data)
    head = data[: first.start()] if first else data
    tail = data[max(data.rfind(b"</item>"), len(head)) :]
    hours: set[int] = set()
    days: set[int] = set()
    for match in [*_SKIPPED.finditer(head), *_SKIPPED.finditer(tail)]:
        hours.update(int(hour) % 24 for hour in _HOUR.findall(match[2]) if int(hour) <= 24)
        days.update(_DAYS.index(name) for day in _WEEKDAY.findall(match[2]) if (name := day.decode().lower()) in _DAYS)
    return tuple(sorted(hours)), tuple(sorted(days))


def _minutes(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) <= 9 else 0


def _update_period(heard: Heard) -> int:
    """Seconds between two updates (RSS module Syndication); 0 if the feed does not say."""
    if not heard.update_period and not heard.update_frequency:
        return 0
    return _PERIODS.get(heard.update_period.lower(), _DAY) // (_minutes(heard.update_frequency) or 1)

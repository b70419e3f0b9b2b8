"""When what did not go is tried again (RFC 5321 section 4.5.4.1)."""

import hashlib
from datetime import datetime, timedelta

_MINUTES = (5, 15, 30, 60, 120, 240, 480)  # the last of them again and again
_HOLDS = (1, 5, 15, 30, 60)
_JITTER = 0.2  # so that those who failed together do not come back together


def next_try(attempts: int, at: datetime, deadline: datetime, seed: str) -> datetime | None:
    """When to try again after so many attempts; None if that would be past the deadline."""
    due = at + _spread(_MINUTES[min(max(attempts, 1), len(_MINUTES)) - 1], f"{seed}\0{attempts}")
    return due if due <= deadline else None


def held(times: int, seed: str) -> timedelta:
    """How long a domain is left alone that has asked for it so many times in a row."""
    return _spread(_HOLDS[min(max(times, 1), len(_HOLDS)) - 1], f"{seed}\0{times}")


def _spread(minutes: int, seed: str) -> timedelta:
    """From 90 to 110 %, the same for the same seed."""
    chance = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4]) / 2**32
    return timedelta(minutes=minutes) * (1 - _JITTER / 2 + _JITTER * chance)

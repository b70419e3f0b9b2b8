"""What the doctor finds."""

from dataclasses import dataclass
from typing import Literal

from digest.errors import DigestError

Weight = Literal["ok", "note", "must"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`subject` is what was looked at, `text` how it is, `next` what to do about it: always there if it is a "must"."""

    area: str
    weight: Weight
    subject: str
    text: str
    next: str = ""

    @classmethod
    def of(cls, error: DigestError, area: str) -> "Finding":
        """What an error says is something to be done."""
        return cls(area=area, weight="must", subject=error.subject, text=error.reason, next=error.hint or "see to it")


def ok(area: str, subject: str, text: str) -> Finding:
    return Finding(area=area, weight="ok", subject=subject, text=text)


def note(area: str, subject: str, text: str, next: str = "") -> Finding:
    return Finding(area=area, weight="note", subject=subject, text=text, next=next)


def must(area: str, subject: str, text: str, next: str) -> Finding:
    return Finding(area=area, weight="must", subject=subject, text=text, next=next)

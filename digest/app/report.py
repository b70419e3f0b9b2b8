"""What a run did: the record that the command line prints, for people and, as JSON, for programs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.errors import DigestError
from digest.model import Issue
from digest.text.normalize import one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """An item that failed and did not stop the run: what it is, what happened, what to do."""

    subject: str
    reason: str
    hint: str

    @classmethod
    def of(cls, error: DigestError) -> "Problem":
        """On one line each: what feeds and servers say must not speak to a terminal."""
        return cls(subject=one_line(error.subject), reason=one_line(error.reason), hint=one_line(error.hint))

    def __str__(self) -> str:
        return f"{self.subject}: {self.reason}" + (f" ({self.hint})" if self.hint else "")

    def as_json(self) -> dict[str, str]:
        return {"object": self.subject, "reason": self.reason, "next": self.hint}


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """How the feeds fared. `entries` counts those in feeds that were read (an unchanged one is not), and `new` those
    that were not known; `waiting` feeds were not due, `stopped` ones are not asked any more. `anonymous`: they were not
    told who asks.
    """

    tried: int = 0
    failed: int = 0
    unchanged: int = 0
    waiting: int = 0
    stopped: int = 0
    entries: int = 0
    new: int = 0
    anonymous: bool = False

    def as_json(self) -> dict[str, int]:
        return {
            "tried": self.tried,
            "failed": self.failed,
            "unchanged": self.unchanged,
            "waiting": self.waiting,
            "stopped": self.stopped,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """One edition's part of a run: its issue, how many articles were looked at, and its artifacts with their folder.

    `broken` are the formats that were left out, since they could not be made.
    """

    issue: Issue
    articles: int
    folder: str
    artifacts: tuple[str, ...]
    broken: tuple[str, ...]
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A run of `digest build`; `failed` are the editions that could not be built, `seconds` are by stage, in the order
    in which the stages first began.
    """

    now: datetime
    polled: Polled
    built: tuple[Built, ...]
    failed: tuple[str, ...]
    problems: tuple[Problem, ...]
    seconds: tuple[tuple[str, float], ...]

    def as_json(self) -> dict[str, Any]:
        return _of_run(self) | {
            "articles": sum(built.articles for built in self.built),
            "stories": sum(len(built.issue.briefs) for built in self.built),
            "artifacts": sum(len(built.artifacts) for built in self.built),
            "editions": [_edition(built) for built in self.built],
            "failed": list(self.failed),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchReport:
    """A run of `digest fetch`; `seconds` are by stage."""

    now: datetime
    polled: Polled
    problems: tuple[Problem, ...]
    seconds: tuple[tuple[str, float], ...]

    def as_json(self) -> dict[str, Any]:
        return _of_run(self)


def _of_run(report: Report | FetchReport) -> dict[str, Any]:
    """What every run has to report."""
    return {
        "schema": 1,
        "now": report.now.isoformat(),
        "feeds": report.polled.as_json(),
        "entries": report.polled.entries,
        "new": report.polled.new,
        "seconds": {stage: round(seconds, 3) for stage, seconds in report.seconds},
        "problems": [problem.as_json() for problem in report.problems],
    }


def _edition(built: Built) -> dict[str, Any]:
    return {
        "id": built.issue.edition,
        "issue": built.issue.id,
        "number": built.issue.number,
        "articles": built.articles,
        "stories": len(built.issue.briefs),
        "continuing": sum(brief.since is not None for brief in built.issue.briefs),
        "more": built.issue.more,
        "stale": [stale.outlet for stale in built.issue.stale],
        "folder": built.folder,
        "artifacts": list(built.artifacts),
        "broken": list(built.broken),
        "changed": built.changed,
    }

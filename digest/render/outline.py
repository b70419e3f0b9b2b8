"""An issue in outline: as much of it as lists of many issues need. Archives, topics and outlets are made of these.

An outline is small (a line a story) and follows from its frozen issue alone, so that it may be kept beside it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from digest.model import LABELS, Brief, Issue, Label, short_hash
from digest.render.takes import tally

_PLAIN = re.compile(r"[A-Za-z0-9]+(?: [A-Za-z0-9]+)*")
_SLUG = 60  # characters
_TAKEN = re.compile(r"index|con|prn|aux|nul|com\d|lpt\d")  # the front page, and what Windows keeps for devices


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A story in one issue. `outlets` are those of its articles; `stances` those of them that have a label, with it.

    `spread` counts the labels of its takes, in the order of `LABELS`, as its page does; `merged` are the stories that
    it took in.
    """

    story: str
    number: int
    title: str
    language: str
    topic: str | None
    continuing: bool
    articles: int
    outlets: tuple[str, ...]
    stances: tuple[tuple[str, Label], ...]
    spread: tuple[int, int, int]
    merged: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """An issue, in its own time zone."""

    id: str
    number: int
    title: str
    language: str
    at: datetime
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """All that an edition ever told of one topic, or with one outlet: issues, newest first, with those of their lines.

    `slug` names its page, and never changes: it follows from the name alone.
    """

    name: str
    slug: str
    rows: tuple[Outline, ...]

    @property
    def stories(self) -> int:
        """How many different ones."""
        return len({line.story for row in self.rows for line in row.lines})

    def mix(self, row: Outline) -> tuple[int, int, int]:
        """How often the outlet of this page was positive, skeptical and neutral in an issue."""
        counts = Counter(label for line in row.lines for outlet, label in line.stances if slug(outlet) == self.slug)
        return counts[LABELS[0]], counts[LABELS[1]], counts[LABELS[2]]


@dataclass(frozen=True, kw_only=True)
class Archive:
    """`outlines` are those of all issues of an edition, newest first."""

    outlines: Sequence[Outline]

    @cached_property
    def topics(self) -> tuple[Shelf, ...]:
        """In the order of the newest issue that has them, then as they come."""
        return self._shelves(lambda line: (line.topic,) if line.topic else ())

    @cached_property
    def outlets(self) -> tuple[Shelf, ...]:
        """By name."""
        found = self._shelves(lambda line: line.outlets)
        return tuple(sorted(found, key=lambda shelf: (shelf.name.casefold(), shelf.name)))

    @cached_property
    def stories(self) -> tuple[tuple[Line, datetime], ...]:
        """Each story as it was told last, and when; without those that have become another one."""
        found: dict[str, tuple[Line, datetime]] = {}
        moved: set[str] = set()
        for one in self.outlines:
            for line in one.lines:
                if line.story not in moved:
                    found.setdefault(line.story, (line, one.at))
            moved |= {old for line in one.lines for old in line.merged} - found.keys()
        return tuple(found.values())

    @cached_property
    def years(self) -> tuple[tuple[int, tuple[Outline, ...]], ...]:
        """The issues of each year, newest first."""
        found: dict[int, list[Outline]] = {}
        for one in self.outlines:
            found.setdefault(one.at.year, []).append(one)
        return tuple((year, tuple(issues)) for year, issues in found.items())

    def _shelves(self, names: Callable[[Line], Iterable[str]]) -> tuple[Shelf, ...]:
        found: dict[str, dict[int, list[Line]]] = {}
        called: dict[str, str] = {}
        for place, one in enumerate(self.outlines):
            for line in one.lines:
                for name in names(line):
                    called.setdefault(slug(name), name)
                    found.setdefault(slug(name), {}).setdefault(place, []).append(line)
        return tuple(
            Shelf(name=called[id], slug=id, rows=tuple(self._only(place, lines) for place, lines in rows.items()))
            for id, rows in found.items()
        )

    def _only(self, place: int, lines: Sequence[Line]) -> Outline:
        return replace(self.outlines[place], lines=tuple(lines))


def outline(issue: Issue) -> Outline:
    languages = {citation.title: citation.language for citation in issue.articles}
    outlets = {citation.id: citation.outlet for citation in issue.articles}
    lines = (_line(brief, number, issue, languages, outlets) for number, brief in enumerate(issue.briefs, 1))
    return Outline(
        id=issue.id,
        number=issue.number,
        title=issue.title,
        language=issue.language,
        at=issue.at.astimezone(ZoneInfo(issue.timezone)),
        lines=tuple(lines),
    )


@lru_cache(maxsize=4096)
def slug(name: str) -> str:
    """What names the page of a topic or an outlet: `[a-z0-9-]{1,80}`, the same for names that differ in capitals only.

    A name of plain words is its own slug; any other has a hash at its end.
    """
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    plain = "-".join(re.findall(r"[a-z0-9]+", folded))[:_SLUG].strip("-")
    is_own = _PLAIN.fullmatch(name) and len(name) <= _SLUG and not _TAKEN.fullmatch(plain)
    return plain if is_own else f"{plain}-{short_hash(name.casefold())[:8]}".lstrip("-")


def _line(brief: Brief, number: int, issue: Issue, languages: Mapping[str, str], outlets: Mapping[str, str]) -> Line:
    stances = {take.outlet: take.stance.label for take in brief.takes if take.stance and take.speaker is None}
    return Line(
        story=brief.story,
        number=number,
        title=brief.title,
        language=languages.get(brief.title, issue.language),
        topic=brief.topic,
        continuing=brief.since is not None,
        articles=len(brief.articles),
        outlets=tuple(sorted({outlets[id] for id in brief.articles})),
        stances=tuple(sorted(stances.items())),
        spread=tally(brief.takes),
        merged=brief.merged,
    )

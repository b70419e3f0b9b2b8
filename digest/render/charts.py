"""Charts as geometry: counts in, rectangles out. Templates draw them; what they show also stands in a table or a list.

Columns grow from the bottom of a box that is `HEIGHT` high; one unit is as wide as it is high.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from digest.model import LABELS, Label
from digest.render.cited import Cited
from digest.render.outline import Outline, Shelf

HEIGHT = 40
_WIDTH, _GAP = 12, 3  # of a column, and after it
_MOST = 31  # columns of days: more would be too thin to see, so that each stands for several days
_ISSUES = 40  # the newest issues of an outlet


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle for `count` things, of one label if they have any."""

    x: int
    y: float
    width: int
    height: float
    count: int
    label: Label | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The articles that came from `first` to `last`, which mostly are one day."""

    first: date
    last: date
    count: int
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many articles of a story came when; `peak` has most of them, and the first does where several have."""

    width: int
    height: int
    columns: tuple[Days, ...]
    peak: Days
    undated: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixed:
    """The labels of an outlet's takes in one issue: `counts` are positive, skeptical and neutral."""

    issue: Outline
    counts: tuple[int, int, int]
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """The takes of an outlet over time, oldest first; `total` are the counts of all that is shown."""

    width: int
    height: int
    columns: tuple[Mixed, ...]
    total: tuple[int, int, int]


def coverage(articles: Sequence[Cited]) -> Coverage | None:
    """By day; by several days where there would be too many columns. None if there would be one column at most."""
    days = [day for article in articles if (day := _day(article.when))]
    if len(set(days)) < 2:
        return None
    first = min(days)
    step = (max(days) - first).days // _MOST + 1
    counts = Counter((day - first).days // step for day in days)
    number = max(counts) + 1
    most = max(counts.values())
    columns = tuple(
        Days(
            first=first + timedelta(days=place * step),
            last=min(first + timedelta(days=place * step + step - 1), max(days)),
            count=counts[place],
            boxes=tuple(_stacked([counts[place]], place, most)),
        )
        for place in range(number)
    )
    peak = max(columns, key=lambda column: column.count)
    return Coverage(
        width=_wide(number), height=HEIGHT, columns=columns, peak=peak, undated=len(articles) - len(days)
    )  # fmt: skip


def mix(shelf: Shelf) -> Mix | None:
    """The stance mix of an outlet, in the newest issues that have a take of its own. None if none has."""
    found = [(row, counts) for row in shelf.rows if any(counts := shelf.mix(row))][:_ISSUES]
    if not found:
        return None
    most = max(sum(counts) for _, counts in found)
    columns = tuple(
        Mixed(issue=row, counts=counts, boxes=tuple(_stacked(counts, place, most, LABELS)))
        for place, (row, counts) in enumerate(reversed(found))
    )
    positive, skeptical, neutral = map(sum, zip(*(counts for _, counts in found), strict=True))
    return Mix(width=_wide(len(found)), height=HEIGHT, columns=columns, total=(positive, skeptical, neutral))


def _stacked(counts: Iterable[int], place: int, most: int, labels: Sequence[Label | None] = (None,)) -> Iterable[Box]:
    """One on the other, the first one at the bottom."""
    top = float(HEIGHT)
    for count, label in zip(counts, labels, strict=True):
        height = round(HEIGHT * count / most, 1)
        top = round(top - height, 1)
        if count:
            yield Box(x=place * (_WIDTH + _GAP), y=top, width=_WIDTH, height=height, count=count, label=label)


def _wide(columns: int) -> int:
    return columns * (_WIDTH + _GAP) - _GAP


def _day(when: date | None) -> date | None:
    return when.date() if isinstance(when, datetime) else when

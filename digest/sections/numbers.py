"""The figures of a story, each with its sentence."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log2

from digest.model import Point
from digest.sections._figures import Figure, speaks
from digest.sections._reading import Line, Reading
from digest.sections._voices import quoted
from digest.sections._weigh import fitness

_SHOWN = 3  # figures of one sentence
_TELLING = 1.0  # weight: figures below it are not shown
_SECOND = 0.25  # what each further figure of a sentence adds, for three at most
_LEAST = -0.75  # fitness: sentences below it make no sense alone
_BARELY = -1.0  # the same, where nothing else has a figure
_YEAR = re.compile(r"(?:19|20)\d\d")

_Key = tuple[str, float | str]


@dataclass(frozen=True, slots=True)
class _Found:
    """A sentence with its figures, or, if it has none, its dates; `dates` are those beside figures."""

    number: int
    line: Line
    figures: tuple[Figure, ...]
    dates: tuple[Figure, ...] = ()

    @property
    def keys(self) -> set[_Key]:
        return {figure.key for figure in self.figures}

    @property
    def is_dated(self) -> bool:
        """Has it no figure but dates?"""
        return self.figures[0].key[0] == "date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Sentences with amounts, shares, counts, votes and lengths of time, those that several outlets have first.

    Those with nothing but a date of the calendar, and not of a year past, come last. The label of a point is its
    figures as the sentence has them.
    """

    def __call__(self, reading: Reading, limit: int) -> Iterator[Point] | None:
        if not any(speaks(article.language) for article in reading.story.articles):
            return None
        return (_point(reading, found) for found in _fresh_first(_ranked(reading)))


def _point(reading: Reading, found: _Found) -> Point:
    telling = (figure for figure in (*found.figures, *found.dates) if figure.weight >= _TELLING)
    written = dict.fromkeys(figure.span.of(found.line.text) for figure in telling)
    return Point(quotes=(quoted(reading, found.line),), label=" · ".join(islice(written, _SHOWN)))


def _ranked(reading: Reading) -> list[_Found]:
    found = [one for number, line in enumerate(reading.lines) if (one := _found(number, line, reading.figures[number]))]
    having: defaultdict[_Key, set[str]] = defaultdict(set)
    for one in found:
        for key in one.keys:
            having[key].add(one.line.article.outlet)
    fits = {one.number: fitness(reading, one.number) for one in found}
    least = _LEAST if any(fit >= _LEAST for fit in fits.values()) else _BARELY
    kept = [one for one in found if fits[one.number] >= least]
    return sorted(kept, key=lambda one: (one.is_dated, -_worth(one, having) - fits[one.number] / 2))


def _found(number: int, line: Line, figures: Sequence[Figure]) -> _Found | None:
    dates = tuple(figure for figure in figures if figure.key[0] == "date" and not _is_past(figure, line))
    others = tuple(figure for figure in figures if figure.key[0] != "date")
    if any(figure.weight >= _TELLING for figure in others):
        return _Found(number, line, others, dates)
    return _Found(number, line, dates) if dates else None


def _worth(found: _Found, having: Mapping[_Key, Collection[str]]) -> float:
    """That of the best figure, which more outlets make better, and a little for each other one."""
    best = max(figure.weight + log2(len(having[figure.key])) for figure in found.figures)
    return best + _SECOND * min(3, len(found.keys) - 1)


def _is_past(figure: Figure, line: Line) -> bool:
    """Is it a date of a year before its article's?"""
    year = _YEAR.search(figure.span.of(line.text))
    return year is not None and int(year.group()) < line.article.when.year


def _fresh_first(ranked: list[_Found]) -> Iterator[_Found]:
    """What has a new figure, then what has known ones by other outlets: the first ones may not be quoted."""
    told: defaultdict[_Key, set[str]] = defaultdict(set)
    again = []
    for found in ranked:
        keys = found.keys
        outlet = found.line.article.outlet
        if any(key not in told for key in keys):
            yield found
        elif any(outlet not in told[key] for key in keys):
            again.append(found)
        for key in keys:
            told[key].add(outlet)
    yield from again

"""The figures of a story, each with its sentence."""

from collections import defaultdict
from collections.abc import Iterator
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


@dataclass(frozen=True, slots=True)
class _Found:
    line: Line
    figures: tuple[Figure, ...]
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Sentences with amounts, shares, counts, votes and lengths of time, those that several outlets have first.

    The label of a point is its figures as the sentence has them.
    """

    def __call__(self, reading: Reading, limit: int) -> Iterator[Point] | None:
        if not any(speaks(article.language) for article in reading.story.articles):
            return None
        return (_point(reading, found) for found in _fresh_first(_ranked(reading)))


def _point(reading: Reading, found: _Found) -> Point:
    written = dict.fromkeys(figure.span.of(found.line.text) for figure in found.figures if figure.weight >= _TELLING)
    return Point(quotes=(quoted(reading, found.line),), label=" · ".join(islice(written, _SHOWN)))


def _ranked(reading: Reading) -> list[_Found]:
    having: defaultdict[tuple[str, float], set[str]] = defaultdict(set)
    found: list[tuple[int, tuple[Figure, ...]]] = []
    for number, line in enumerate(reading.lines):
        listed = reading.figures[number]
        if any(figure.weight >= _TELLING for figure in listed):
            found.append((number, listed))
            for figure in listed:
                having[figure.key].add(line.article.outlet)
    ranked = []
    for number, listed in found:
        line = reading.lines[number]
        fit = fitness(reading, number)
        if fit >= _LEAST:
            best = max(figure.weight + log2(len(having[figure.key])) for figure in listed)
            more = _SECOND * min(3, len({figure.key for figure in listed}) - 1)
            ranked.append(_Found(line, listed, best + more + fit / 2))
    return sorted(ranked, key=lambda one: -one.score)


def _fresh_first(ranked: list[_Found]) -> Iterator[_Found]:
    """What has a new figure, then what has known ones by other outlets: the first ones may not be quoted."""
    told: defaultdict[tuple[str, float], set[str]] = defaultdict(set)
    again = []
    for found in ranked:
        keys = {figure.key for figure in found.figures}
        outlet = found.line.article.outlet
        if any(key not in told for key in keys):
            yield found
        elif any(outlet not in told[key] for key in keys):
            again.append(found)
        for key in keys:
            told[key].add(outlet)
    yield from again

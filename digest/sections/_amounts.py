"""Figures of several outlets about the same thing that cannot all be right."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from digest.sections._counts import Figure, figures
from digest.sections._echoes import rarity
from digest.sections._reading import Line
from digest.text.language import base
from digest.text.words import terms, weekdays

_SAME_TIME = timedelta(hours=20)  # between two reports: later ones know more
_ROUGHLY, _NEARLY = 0.05, 0.01
_MENTIONS = 6  # of one figure: more tell nothing new
_MEANT = 10.0  # weight of what two sentences share
_MEANT_PEOPLE = 5.0  # the same, where what happened to people is told: all are about one event


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """Figures of two or more outlets, the older first, and how much their sentences share."""

    figures: tuple[Figure, ...]
    shared: float


def differing(lines: Sequence[Line]) -> Iterator[Differing]:
    """The figures that differ, one group for each thing, those whose sentences are most alike first."""
    about: defaultdict[str, list[Figure]] = defaultdict(list)
    for line in lines:
        if base(line.article.language) == "en":
            for figure in figures(line):
                about[figure.what].append(figure)
    found = [best for mentions in about.values() if (best := _best(_few(mentions)))]
    yield from sorted(found, key=lambda one: -one.shared)


def _few(mentions: Sequence[Figure]) -> list[Figure]:
    """A few mentions of each value, of different outlets first."""
    kept: defaultdict[object, dict[str, Figure]] = defaultdict(dict)
    for mention in mentions:
        held = kept[mention.value, mention.bound]
        if len(held) < _MENTIONS:
            held.setdefault(mention.line.article.outlet, mention)
    return [mention for held in kept.values() for mention in held.values()]


def _best(mentions: Sequence[Figure]) -> Differing | None:
    """Two that differ, if neither article has both: then they are of two things."""
    said = {(mention.line.article.id, mention.value) for mention in mentions}
    pairs = [
        (shared, one, other)
        for one, other in combinations(mentions, 2)
        if _differ(one, other)
        and not {(one.line.article.id, other.value), (other.line.article.id, one.value)} & said
        and (shared := _shared(one, other))
    ]
    if not pairs:
        return None
    shared, one, other = max(pairs, key=lambda pair: (_first(pair[1]) != _first(pair[2]), pair[0]))
    return Differing(figures=(one, other), shared=shared)


def _first(figure: Figure) -> str:
    """Its first word: what differs in that differs for everybody to see."""
    return figure.written.split()[0]


def _differ(one: Figure, other: Figure) -> bool:
    first, second = one.line.article, other.line.article
    if first.outlet == second.outlet or one.value == other.value:
        return False
    if first.published and second.published and abs(first.when - second.when) > _SAME_TIME:
        return False
    if isinstance(one.value, str) or isinstance(other.value, str):
        return one.about <= other.about or other.about <= one.about
    if one.about != other.about or _close(one, other):
        return False
    return not (_rounded(one, other) or _rounded(other, one) or _within(one, other) or _within(other, one))


def _close(one: Figure, other: Figure) -> bool:
    """Do they differ by no more than measuring or counting does?"""
    low, high = sorted((float(one.value), float(other.value)))
    return high - low <= (_ROUGHLY if one.hedged or other.hedged else _NEARLY) * high


def _rounded(one: Figure, other: Figure) -> bool:
    """Is the one what the other is if fewer digits are given?"""
    return float(f"{other.value:.{max(1, one.digits) - 1}e}") == one.value


def _within(one: Figure, other: Figure) -> bool:
    """Is the one a bound that the other keeps?"""
    if isinstance(one.value, str) or isinstance(other.value, str) or one.bound == other.bound:
        return False
    return (one.bound < 0 and other.value >= one.value) or (one.bound > 0 and other.value <= one.value)


def _shared(one: Figure, other: Figure) -> float:
    """How much two sentences share, besides what is counted; 0 if that is too little, or they name different things."""
    first, second = (set(terms(figure.line.text, "en")) for figure in (one, other))
    days = {day.casefold() for day in weekdays("en")}
    kind = one.what.partition(" ")[0]
    ours, theirs = _names(one), _names(other)
    if kind != "part" and ours and theirs and not ours & theirs:
        return 0.0
    if days & first and days & second and days & first != days & second:
        return 0.0
    if kind not in ("people", "part") and not (one.near() & other.near()):
        return 0.0
    weight = sum(rarity(word, "en") for word in sorted((first & second) - set(one.what.split())))
    least = _MEANT_PEOPLE if kind == "people" else _MEANT
    return weight if weight >= least else 0.0


def _names(figure: Figure) -> set[str]:
    """Capitalised words within a sentence."""
    words = figure.line.text.split()[1:]
    return {term for word in words if word[:1].isupper() for term in terms(word, "en")}

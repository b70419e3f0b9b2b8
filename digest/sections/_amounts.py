"""Figures of several outlets about the same thing that cannot all be right."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from heapq import nsmallest
from itertools import combinations

from digest.model import Article
from digest.sections._counts import Figure, Kind, figures
from digest.sections._echoes import rarity
from digest.sections._reading import Line
from digest.text.language import base
from digest.text.words import terms, weekdays

_SAME_TIME = timedelta(hours=20)  # between two reports: later ones know more
_ROUGHLY, _NEARLY = 0.05, 0.01
_MENTIONS = 6  # of one figure: more tell nothing new
_VALUES = 12  # of one thing, those with the most mentions: where more differ, they are of many things
_THINGS = 100  # whose figures are compared, those with the most mentions
_DAYS = frozenset(day.casefold() for day in weekdays("en"))
_MEANT = 10.0  # weight of what two sentences share
_MEANT_PEOPLE = 5.0  # the same, where what happened to people is told: all are about one event


@dataclass(frozen=True, slots=True, kw_only=True)
class Differing:
    """Figures of two or more outlets, the older first, and how much their sentences share."""

    figures: tuple[Figure, ...]
    shared: float


@dataclass(frozen=True)
class _Sentence:
    """What is read of a line once, however many figures it has."""

    line: Line

    @cached_property
    def terms(self) -> frozenset[str]:
        return frozenset(terms(self.line.text, "en"))

    @cached_property
    def days(self) -> frozenset[str]:
        return self.terms & _DAYS

    @cached_property
    def names(self) -> frozenset[str]:
        """Its capitalised words but the first."""
        words = self.line.text.split()[1:]
        return frozenset(term for word in words if word[:1].isupper() for term in terms(word, "en"))


@dataclass(frozen=True)
class _Mention:
    figure: Figure
    sentence: _Sentence

    @cached_property
    def near(self) -> frozenset[str]:
        return self.figure.near()

    @property
    def article(self) -> Article:
        return self.figure.line.article


def differing(lines: Sequence[Line]) -> Iterator[Differing]:
    """The figures that differ, one group for each thing, those whose sentences are most alike first."""
    about: defaultdict[tuple[Kind, str], list[_Mention]] = defaultdict(list)
    for line in lines:
        if base(line.article.language) == "en":
            sentence = _Sentence(line)
            for figure in figures(line):
                about[figure.kind, figure.what].append(_Mention(figure, sentence))
    things = sorted(filter(_several, about.values()), key=lambda mentions: -len(mentions))
    found = [best for mentions in things[:_THINGS] if (best := _best(mentions))]
    yield from sorted(found, key=lambda one: -one.shared)


def _several(mentions: Sequence[_Mention]) -> bool:
    """Are there several values, and several outlets?"""
    return len({one.figure.value for one in mentions}) > 1 and len({one.article.outlet for one in mentions}) > 1


def _few(mentions: Iterable[_Mention]) -> list[_Mention]:
    """A few mentions, of different outlets, of each of the values that the most outlets have."""
    kept: defaultdict[tuple[float | str, int], dict[str, _Mention]] = defaultdict(dict)
    for mention in mentions:
        kept[mention.figure.value, mention.figure.bound].setdefault(mention.article.outlet, mention)
    firsts: Counter[str] = Counter()  # of two values that equally many have, the one of another outlet goes first
    ranked = []
    for number, held in enumerate(kept.values()):
        outlet = next(iter(held))
        ranked.append((-len(held), firsts[outlet], number, list(held.values())[:_MENTIONS]))
        firsts[outlet] += 1
    most = nsmallest(_VALUES, ranked, key=lambda one: one[:3])
    return [mention for *_, held in sorted(most, key=lambda one: one[2]) for mention in held]


def _best(mentions: Sequence[_Mention]) -> Differing | None:
    """Two that differ, if neither article has both: then they are of two things."""
    said = {(mention.article.id, mention.figure.value) for mention in mentions}
    pairs = [
        (shared, one.figure, other.figure)
        for one, other in combinations(_few(mentions), 2)
        if _differ(one.figure, other.figure)
        and (one.article.id, other.figure.value) not in said
        and (other.article.id, one.figure.value) not in said
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
    """Is the one a bound that the other keeps? Two lower bounds, or two upper ones, may both be true."""
    if one.bound == other.bound:
        return one.bound != 0
    if isinstance(one.value, str) or isinstance(other.value, str):
        return False
    return (one.bound < 0 and other.value >= one.value) or (one.bound > 0 and other.value <= one.value)


def _shared(one: _Mention, other: _Mention) -> float:
    """How much two sentences share, besides what is counted; 0 if that is too little, or they name different things."""
    kind, first, second = one.figure.kind, one.sentence, other.sentence
    if kind != "part" and first.names and second.names and not first.names & second.names:
        return 0.0
    if first.days and second.days and first.days != second.days:
        return 0.0
    if kind == "things" and not (one.near & other.near):
        return 0.0
    weight = sum(rarity(word, "en") for word in sorted((first.terms & second.terms) - set(one.figure.what.split())))
    least = _MEANT_PEOPLE if kind == "people" else _MEANT
    return weight if weight >= least else 0.0

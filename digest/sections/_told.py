"""Sections out of what finders find: nothing twice, and of no outlet more than may be quoted."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from digest.model import Point, Quote, Section, Take
from digest.sections._allowance import Allowance
from digest.sections._reading import Reading
from digest.text.words import terms

_LOOKED_AT = 40  # points of one section: what comes later is not worth a look
_SAME = 0.6  # of the words of the shorter of two sentences that say the same
_SOME = 3  # words: fewer say little


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A section that a brief should have, by name, and with how many points at most."""

    name: str
    limit: int
    find: Callable[[Reading, int], Iterable[Point] | None]


def told(
    reading: Reading, wanted: Sequence[Wanted], takes: Sequence[Take], allowance: Allowance
) -> tuple[tuple[Section, ...], tuple[Take, ...]]:
    """The sections of a brief, as wanted, and its takes with what may be quoted of their evidence, or a headline.

    What is scarce is shared out: the first section comes first, then what shows that a voice is for or against, then
    half of each section, then the other half, and then what shows that a voice is neutral. A section whose finder
    cannot tell is left out.
    """
    teller = _Teller(reading, allowance)
    drafts = [_Draft(one, reading) for one in wanted]
    for draft in drafts[:1]:
        teller.fill(draft, draft.wanted.limit)
    evidence = {number: teller.evidence(take) for number, take in enumerate(takes) if _sided(take)}
    for draft in drafts:
        teller.fill(draft, (draft.wanted.limit + 1) // 2)
    for draft in drafts:
        teller.fill(draft, draft.wanted.limit)
    evidence |= {number: teller.evidence(take) for number, take in enumerate(takes) if number not in evidence}
    sections = tuple(draft.section() for draft in drafts if draft.known)
    return sections, tuple(replace(take, evidence=evidence[number]) for number, take in enumerate(takes))


def _sided(take: Take) -> bool:
    return take.stance is not None and take.stance.label != "neutral"


class _Draft:
    """A section that is being filled."""

    def __init__(self, wanted: Wanted, reading: Reading) -> None:
        found = wanted.find(reading, wanted.limit)
        self.wanted = wanted
        self.known = found is not None
        self.found = islice(found or (), _LOOKED_AT)
        self.points: list[Point] = []
        self.held: dict[str, None] = {}

    def section(self) -> Section:
        held = () if len(self.points) == self.wanted.limit else tuple(self.held)
        return Section(name=self.wanted.name, points=tuple(self.points), held=held)


class _Teller:
    """Remembers what it has told."""

    def __init__(self, reading: Reading, allowance: Allowance) -> None:
        self._reading = reading
        self._allowance = allowance
        self._told: list[tuple[Quote, frozenset[str]]] = []

    def fill(self, draft: _Draft, limit: int) -> None:
        """Until it has `limit` points, or no more are found."""
        while len(draft.points) < limit:
            point = next(draft.found, None)
            if point is None:
                return
            if all(self._repeats(quote) for quote in point.quotes):
                continue
            if self._allowance.take(point.quotes):
                draft.points.append(point)
                self._told += ((quote, self._words(quote)) for quote in point.quotes)
            else:
                draft.held |= dict.fromkeys(quote.article for quote in point.quotes)

    def evidence(self, take: Take) -> tuple[Quote, ...]:
        """What may be quoted of it, or the headline."""
        article = self._reading.articles[take.article]
        shown = tuple(quote for quote in take.evidence if self._allowance.take([quote]))
        return shown or (Quote.cut(article, article.title_span),)

    def _repeats(self, quote: Quote) -> bool:
        """Has this been told, or nearly this?"""
        words = self._words(quote)
        return any(
            _overlap(quote, other)
            or quote.text == other.text
            or len(words & known) >= max(_SOME, _SAME * min(len(words), len(known)))
            for other, known in self._told
        )

    def _words(self, quote: Quote) -> frozenset[str]:
        return frozenset(terms(quote.text, self._reading.articles[quote.article].language))


def _overlap(one: Quote, other: Quote) -> bool:
    return one.article == other.article and one.start < other.end and other.start < one.end

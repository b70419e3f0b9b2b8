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
    """The sections of a brief, as wanted, and its takes with what may be quoted of their evidence.

    What is scarce is shared out: the first section comes first; then a point of each section that sets outlets side by
    side, since these fit least easily; then a sentence of each take that is for or against, to show it, outlets first;
    then half of the second section; then a point of each section, a second one of each, and so on; at last the rest of
    the evidence. A section whose finder cannot tell is left out, and so is one of which other sections have told all.
    """
    teller = _Teller(reading, allowance)
    drafts = [draft for draft in (_Draft(one, reading) for one in wanted) if draft.known]
    for draft in drafts[:1]:
        teller.fill(draft, draft.wanted.limit)
    for draft in drafts:
        teller.fill(draft, 1 if draft.is_side_by_side() else 0)
    for take in sorted(filter(_is_sided, takes), key=_rank):
        teller.show(take)
    for draft in drafts[1:2]:
        teller.fill(draft, (draft.wanted.limit + 1) // 2)
    for limit in range(1, max((draft.wanted.limit for draft in drafts), default=0) + 1):
        for draft in drafts:
            teller.fill(draft, min(limit, draft.wanted.limit))
    shown = tuple(_shown(take, teller.evidence(take)) for take in takes)
    return tuple(draft.section() for draft in drafts if not draft.says_nothing_new), shown


def _shown(take: Take, evidence: tuple[Quote, ...]) -> Take:
    """With this evidence, and the words that decided as far as they are in it."""
    cues = (cue for cue in take.cues if any(q.start <= cue.start and cue.end <= q.end for q in evidence))
    return replace(take, evidence=evidence, cues=tuple(cues))


def _is_sided(take: Take) -> bool:
    """Is it for or against?"""
    return take.stance is not None and take.stance.label != "neutral"


def _rank(take: Take) -> tuple[bool, float]:
    """Outlets before speakers, whose words may be in a section, too; then the surest first."""
    return take.speaker is not None, -take.stance.score if take.stance else 0.0


class _Draft:
    """A section that is being filled."""

    def __init__(self, wanted: Wanted, reading: Reading) -> None:
        found = wanted.find(reading, wanted.limit)
        self.wanted = wanted
        self.known = found is not None
        self.points: list[Point] = []
        self.held: dict[str, None] = {}
        self.told = False  # has another section said something that belongs here?
        self._found = islice(found or (), _LOOKED_AT)
        self._ahead: Point | None = None

    def next(self) -> Point | None:
        point = self._ahead or next(self._found, None)
        self._ahead = None
        return point

    def is_side_by_side(self) -> bool:
        """Does its next point have quotes of several articles?"""
        self._ahead = self.next()
        return self._ahead is not None and len({quote.article for quote in self._ahead.quotes}) > 1

    @property
    def says_nothing_new(self) -> bool:
        return self.told and not self.points and not self.held

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
            point = draft.next()
            if point is None:
                return
            if self._is_told(point):
                draft.told = True
                continue
            if self._allowance.take(point.quotes):
                draft.points.append(point)
                self._told += ((quote, self._words(quote)) for quote in point.quotes)
            else:
                draft.held |= dict.fromkeys(quote.article for quote in point.quotes)

    def quotable(self, quotes: Iterable[Quote]) -> tuple[Quote, ...]:
        """Those that may be quoted, and now are."""
        return tuple(quote for quote in quotes if self._allowance.take([quote]))

    def show(self, take: Take) -> None:
        """One sentence that shows a stance, the first that may be quoted."""
        any(self._allowance.take([quote]) for quote in take.evidence)

    def _is_told(self, point: Point) -> bool:
        """Not a day's, and not what sets outlets side by side: there the point is how they stand to each other."""
        alone = point.day is None and len({quote.article for quote in point.quotes}) == 1
        return alone and all(self._repeats(quote) for quote in point.quotes)

    def evidence(self, take: Take) -> tuple[Quote, ...]:
        """What may be quoted of it; else of an outlet its headline, and of somebody who did not write that, nothing."""
        article = self._reading.articles[take.article]
        shown = self.quotable(take.evidence)
        return shown or (() if take.speaker else (Quote.cut(article, article.title_span),))

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

"""A story in short, for formats that have no room for all of it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from digest.render.cited import Cited, Said
from digest.render.parts import LEADS
from digest.render.takes import Angle, Camp
from digest.render.view import Telling

_SIDES = ("positive", "skeptical")
_LISTED = 6  # articles with their titles; more are named by their outlets


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The surest take of a side, the first that can be quoted, and the one sentence that shows it best, if any."""

    label: str
    take: Angle
    quote: Said | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nutshell:
    """`lead` is the story in a sentence, None if no source may be quoted; `points` are what to know beside it.

    `listed` are the articles whose words are shown, and its first ones; `others` the first of each further outlet, and
    `further` counts the rest, copies too. `quotes` and `takes` say how many the whole story has. `unjudged` says why no
    take has a stance, empty if one has.
    """

    lead: Said | None
    points: tuple[Said, ...]
    sides: tuple[Side, ...]
    listed: tuple[Cited, ...]
    others: tuple[Cited, ...]
    further: int
    quotes: int
    takes: int
    unjudged: str


def nutshell(story: Telling, points: int = 3) -> Nutshell:
    """`story` with so many of its points at most; what its lead or an earlier point says is not said again."""
    leads = [quote for part in story.sections if part.name in LEADS for quote in part.quotes]
    sides = tuple(side for camp in story.camps if camp.label in _SIDES and (side := _side(camp)))
    taken = {quote.key for quote in (*leads[:1], *(side.quote for side in sides if side.quote))}
    found = {quote.key: quote for quote in _points(story) if quote.key not in taken}
    lead, shown = leads[0] if leads else None, tuple(found.values())[:points]
    own = {quote.article.id for quote in (*([lead] if lead else []), *shown)} | {side.take.article.id for side in sides}
    listed = _listed(story, own)
    named = {article.outlet for article in listed}
    rest = [one for one in _every(story) if one not in listed]
    others: dict[str, Cited] = {}
    for article in rest:
        if article.outlet not in named:
            others.setdefault(article.outlet, article)
    return Nutshell(
        lead=lead,
        points=shown,
        sides=sides,
        listed=listed,
        others=tuple(others.values()),
        further=len(rest) - len(others),
        quotes=len({quote.key for part in story.sections for quote in part.quotes}),
        takes=sum(len(camp.takes) for camp in story.camps),
        unjudged="" if story.spread else next((take.note for camp in story.camps for take in camp.takes), ""),
    )


def _points(story: Telling) -> Iterable[Said]:
    """What can be understood by itself: a single quote that needs no label."""
    for remark in (remark for part in story.sections for remark in part.remarks):
        if len(remark.quotes) == 1 and not remark.label:
            yield remark.quotes[0]


def _side(camp: Camp) -> Side:
    take = next((one for one in camp.takes if one.evidence), camp.takes[0])
    decided = (quote for quote in take.evidence if any(decides for _, decides in quote.pieces))
    return Side(label=camp.label, take=take, quote=next(decided, take.evidence[0] if take.evidence else None))


def _listed(story: Telling, shown: Collection[str]) -> tuple[Cited, ...]:
    """In the story's order: the articles whose words are shown, and others as long as there is room."""
    own = [one for one in _every(story) if one.id in shown]
    room = [one for one in story.listed if one not in own][: max(0, _LISTED - len(own))]
    return tuple(one for one in _every(story) if one in own or one in room)


def _every(story: Telling) -> Iterator[Cited]:
    for article in story.listed:
        yield article
        yield from article.copies

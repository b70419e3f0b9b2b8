"""The sections of a brief, and its gauges, as their readers see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digest.model import Brief, Gauge, Point, Section
from digest.render import dates
from digest.render.cited import Cited, Said, said

_ENOUGH = 2  # points of a section: those that are not quoted will not be missed
LEADS = ("tldr", "summary")  # what a story begins with needs no heading; the second one was its name in early issues
_TITLES = {
    "tldr": "TL;DR",
    "key-points": "Key points",
    "why-it-matters": "Why it matters",
    "quotes": "Who says what",
    "unclear": "What remains unclear",
    "whats-next": "What’s next",
    "key-questions": "Key questions",
    "disagreements": "Where they disagree",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing that a section says: `label` is empty, or says in a few words what its quotes are."""

    label: str
    quotes: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section of a story. `heading` is empty if it needs none."""

    name: str
    heading: str
    remarks: tuple[Remark, ...]

    @property
    def lead(self) -> bool:
        """Is it the story in a sentence?"""
        return self.name == LEADS[0]

    @property
    def quotes(self) -> tuple[Said, ...]:
        return tuple(quote for remark in self.remarks for quote in remark.quotes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A section that is left to its sources, since they may not be quoted any further: an article of each outlet."""

    heading: str
    articles: tuple[Cited, ...]

    @property
    def line(self) -> str:
        return f"{self.heading} ({', '.join(article.outlet for article in self.articles)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """A gauge: its `score` is between 0.0 and 10.0, `why` what was found, `formula` how that makes the score."""

    name: str
    score: str
    why: str
    formula: str


def parts(brief: Brief, cited: Mapping[str, Cited]) -> tuple[Part, ...]:
    """The sections that say something."""
    return tuple(_part(section, cited) for section in brief.sections if section.points)


def elsewhere(brief: Brief, cited: Mapping[str, Cited]) -> tuple[Elsewhere, ...]:
    """The sections that would say something, or more than a single thing, if more could be quoted."""
    own = (section for section in brief.sections if section.held and section.name not in LEADS)
    left = (section for section in own if len(section.points) < _ENOUGH)
    return tuple(Elsewhere(heading=_left(one), articles=_one_each(one.held, cited)) for one in left)


def _left(section: Section) -> str:
    return f"{_title(section.name)}, more" if section.points else _title(section.name)


def silent(brief: Brief) -> tuple[str, ...]:
    """The headings of the sections on which no source says anything."""
    return tuple(_title(section.name) for section in brief.sections if not section.points and not section.held)


def meters(brief: Brief) -> tuple[Meter, ...]:
    return tuple(_meter(gauge) for gauge in brief.gauges)


def rules(briefs: Iterable[Brief]) -> tuple[str, ...]:
    """How each gauge is worked out."""
    gauges = {gauge.name: gauge for brief in briefs for gauge in brief.gauges}
    return tuple(f"{name} = 10 × ({_rule(gauge)})" for name, gauge in gauges.items())


def _rule(gauge: Gauge) -> str:
    return " + ".join(f"{reason.weight:g} {reason.name}" for reason in gauge.reasons)


def _part(section: Section, cited: Mapping[str, Cited]) -> Part:
    return Part(
        name=section.name,
        heading="" if section.name in LEADS else _title(section.name),
        remarks=tuple(Remark(label=_label(point), quotes=said(point.quotes, cited)) for point in section.points),
    )


def _one_each(ids: Sequence[str], cited: Mapping[str, Cited]) -> tuple[Cited, ...]:
    """The first article of each outlet."""
    first = {cited[id].outlet: cited[id] for id in reversed(ids)}
    return tuple(reversed(first.values()))


def _title(name: str) -> str:
    return _TITLES.get(name) or name.replace("-", " ").capitalize()


def _label(point: Point) -> str:
    day = dates.day(point.day) if point.day else ""
    return ", ".join(filter(None, (day, point.label)))


def _meter(gauge: Gauge) -> Meter:
    return Meter(
        name=gauge.name,
        score=f"{gauge.score:.1f}",
        why="; ".join([reason.said for reason in gauge.reasons if reason.value] or ["nothing of it was found"]),
        formula=f"10 × ({_sum(gauge)})",
    )


def _sum(gauge: Gauge) -> str:
    return " + ".join(f"{reason.weight:g} × {reason.value:.2f} ({reason.name})" for reason in gauge.reasons)

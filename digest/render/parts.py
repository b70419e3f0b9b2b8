"""The sections of a brief, and its gauges, as their readers see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digest.model import Brief, Gauge, Point, Section
from digest.render.cited import Cited, Said, said
from digest.render.words import Words

_ENOUGH = 2  # points of a section: those that are not quoted will not be missed
LEADS = ("tldr", "summary")  # what a story begins with needs no heading; the second one was its name in early issues
_ALWAYS = (*LEADS, "key-points")  # sections that are empty only where nothing of the kind may be quoted, or told again
_TITLES = {
    "tldr": "TL;DR",
    "key-points": "Key points",
    "why-it-matters": "Why it matters",
    "quotes": "Who says what",
    "unclear": "What remains unclear",
    "whats-next": "What’s next",
    "key-questions": "Key questions",
    "disagreements": "Where they disagree",
    "numbers": "Numbers",
    "timeline": "Timeline",
    "background": "Background",
    "summary": "Summary",
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


def parts(brief: Brief, cited: Mapping[str, Cited], words: Words) -> tuple[Part, ...]:
    """The sections that say something."""
    return tuple(_part(section, cited, words) for section in brief.sections if section.points)


def elsewhere(brief: Brief, cited: Mapping[str, Cited], words: Words) -> tuple[Elsewhere, ...]:
    """The sections that would say something, or more than a single thing, if more could be quoted."""
    own = (section for section in brief.sections if section.held and section.name not in LEADS)
    left = (section for section in own if len(section.points) < _ENOUGH)
    return tuple(Elsewhere(heading=_left(one, words), articles=_one_each(one.held, cited)) for one in left)


def _left(section: Section, words: Words) -> str:
    title = _title(section.name, words)
    return words.say("{section}, more", section=title) if section.points else title


def silent(brief: Brief, words: Words) -> tuple[str, ...]:
    """The headings of the sections on which no source says anything; every source says what happened."""
    empty = (one for one in brief.sections if not one.points and not one.held and one.name not in _ALWAYS)
    return tuple(_title(section.name, words) for section in empty)


def meters(brief: Brief, words: Words) -> tuple[Meter, ...]:
    return tuple(_meter(gauge, words) for gauge in brief.gauges)


def rules(briefs: Iterable[Brief], words: Words) -> tuple[str, ...]:
    """How each gauge is worked out."""
    gauges = {gauge.name: gauge for brief in briefs for gauge in brief.gauges}
    return tuple(f"{words.find(name)} = 10 × ({_rule(gauge, words)})" for name, gauge in gauges.items())


def _rule(gauge: Gauge, words: Words) -> str:
    return " + ".join(f"{words.numeral(reason.weight)} {words.find(reason.name)}" for reason in gauge.reasons)


def _part(section: Section, cited: Mapping[str, Cited], words: Words) -> Part:
    return Part(
        name=section.name,
        heading="" if section.name in LEADS else _title(section.name, words),
        remarks=tuple(Remark(label=_label(point, words), quotes=said(point.quotes, cited)) for point in section.points),
    )


def _one_each(ids: Sequence[str], cited: Mapping[str, Cited]) -> tuple[Cited, ...]:
    """The first article of each outlet."""
    first = {cited[id].outlet: cited[id] for id in reversed(ids)}
    return tuple(reversed(first.values()))


def _title(name: str, words: Words) -> str:
    return words.find(_TITLES.get(name) or name.replace("-", " ").capitalize())


def _label(point: Point, words: Words) -> str:
    day = words.day(point.day) if point.day else ""
    return ", ".join(filter(None, (day, words.kept(point.label))))


def _meter(gauge: Gauge, words: Words) -> Meter:
    found = [words.kept(reason.said) for reason in gauge.reasons if reason.value]
    return Meter(
        name=words.find(gauge.name),
        score=words.number(gauge.score, 1),
        why="; ".join(found or [words.find("nothing of it was found")]),
        formula=f"10 × ({_sum(gauge, words)})",
    )


def _sum(gauge: Gauge, words: Words) -> str:
    return " + ".join(words.term(reason.weight, reason.value, 2, words.find(reason.name)) for reason in gauge.reasons)

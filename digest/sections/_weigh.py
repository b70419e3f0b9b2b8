"""Sentences that cues point at, best first: those that say it plainly, make sense alone, and do not stand alone."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from digest.model import Point
from digest.sections._cues import Cues, for_language
from digest.sections._reading import Line, Reading
from digest.sections._voices import quoted
from digest.sections._wording import wording
from digest.text.language import base

_ENOUGH = 2.0  # points: a strong cue, two weak ones, or a heading, and nothing much against them
_HEADED = (2.5, 1.5, 1.0, 0.75)  # what a heading is worth to the sentences after it
_LEAST, _MOST, _FAR_TOO_MANY = 7, 45, 60  # words: fewer say little, more are hard to read
_ELSEWHERE = 1.0  # off for having no word of what the story is about: pages hold captions and teasers of other stories
_COMPARED = 60  # candidates that are held against each other
_ALIKE = 0.4  # of the terms of the shorter of two sentences that say about the same
_QUOTATION = re.compile(r"[\"“”„«»]")


@dataclass(frozen=True, slots=True)
class _Sentences:
    """How sentences of a language hang on others, and whom they are about; see `wording/sentences.toml`."""

    hangs: re.Pattern[str]
    back: re.Pattern[str]
    stands: re.Pattern[str]
    person: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Found:
    line: Line
    score: float
    terms: frozenset[str]


def cued(
    reading: Reading, table: Mapping[str, Cues], bonus: Callable[[Reading, int], float] = lambda reading, number: 0.0
) -> Iterator[Point] | None:
    """Points of one sentence each, best first; None if no article is in a language of the table.

    `bonus` is what a sentence, by its number, has besides its cues.
    """
    if not knows(reading, table):
        return None
    return (Point(quotes=(quoted(reading, line),)) for line in _ranked(_candidates(reading, table, bonus)))


def knows(reading: Reading, table: Mapping[str, object]) -> bool:
    return any(base(article.language) in table for article in reading.story.articles)


def _candidates(
    reading: Reading, table: Mapping[str, Cues], bonus: Callable[[Reading, int], float]
) -> Iterator[_Found]:
    for number, line in enumerate(reading.lines):
        found = for_language(table, line.article.language)
        if not found:
            continue
        folded, vocabulary, under = reading.folded[number], reading.vocabularies[number], reading.headings[number]
        strength: float = found.strength(folded, vocabulary)
        if under and under.after < len(_HEADED) and found.heading.search(under.heading):
            if not strength and found.rules_out(folded, vocabulary):
                continue
            strength += _HEADED[under.after]
        strength += bonus(reading, number)
        if strength < _ENOUGH:
            continue
        score = strength + fitness(reading, number)
        if score >= _ENOUGH:
            yield _Found(line, score, reading.terms[number])


def fitness(reading: Reading, number: int) -> float:
    """How well a sentence does alone, of this story: below nothing if it does not."""
    line, folded = reading.lines[number], reading.folded[number]
    length = folded.count(" ") + 1
    if length < _LEAST:
        return -5.0
    about = len(reading.terms[number] & reading.subject)
    alone = len(reading.story.articles) == 1
    score = min(1.0, about / 3) if about or alone else -_ELSEWHERE
    score += 0.3 * (1 - line.place / len(line.article.sentences))
    score -= hangs(folded, line.article.language)
    score -= 0.5 * (length > _MOST) + 2 * (length > _FAR_TOO_MANY) + folded.rstrip("\"'”’)").endswith("?")
    score -= len(_QUOTATION.findall(folded)) % 2
    known = _sentences().get(base(line.article.language))
    if known and not _QUOTATION.search(folded):
        score -= bool(known.person.search(folded))
    return score


def hangs(folded: str, language: str) -> float:
    """Does a sentence hang on the one before it? 1 if so, 0.25 if it points back with a noun ("This deal ...")."""
    known = _sentences().get(base(language))
    if not known or not known.hangs.match(folded):
        return 0.0
    return 0.25 if known.stands.match(folded) else 1.0


def points_back(folded: str, language: str) -> bool:
    """Is a sentence about what was said before it, though it does not begin with that ("Try that with ...")?"""
    known = _sentences().get(base(language))
    return bool(known and known.back.match(folded))


@cache
def _sentences() -> Mapping[str, _Sentences]:
    return {
        language: _Sentences(**{name: re.compile(pattern) for name, pattern in table.items()})
        for language, table in wording("sentences").items()
    }


def _ranked(candidates: Iterator[_Found]) -> Iterator[Line]:
    """The better ones first; what other outlets say as well counts more."""
    found = sorted(candidates, key=lambda one: -one.score)
    compared, rest = found[:_COMPARED], found[_COMPARED:]
    better = sorted(compared, key=lambda one: -one.score - _support(one, compared))
    return (one.line for one in [*better, *rest])


def _support(one: _Found, others: Sequence[_Found]) -> float:
    """Half a point for each other outlet that says about the same, two at most."""
    outlets = {
        other.line.article.outlet
        for other in others
        if other.line.article.outlet != one.line.article.outlet
        and len(one.terms & other.terms) >= max(2, _ALIKE * min(len(one.terms), len(other.terms)))
    }
    return 0.5 * min(2, len(outlets))

"""Questions that the sources ask, with the sentences that answer them."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from digest.model import Point
from digest.sections._reading import Line, Reading
from digest.sections._voices import quoted
from digest.sections._weigh import hangs, knows
from digest.sections._wording import wording
from digest.text.language import base

_SHORTEST, _LONGEST = 5, 30  # words of a question
_ANSWER = 5  # words of an answer at least
_LIST = 3  # questions that are headings, in an article that answers questions
_NEAR = 3  # sentences under a heading that are looked at
_COVERED = 0.6  # of the terms of a question that a sentence elsewhere has if it answers it
_SHARED = 3  # terms, at least
_LOOKED_AT = 20  # questions whose answer is looked for in other articles


@dataclass(frozen=True, slots=True, kw_only=True)
class _Questions:
    """How a language asks; see `wording/questions.toml`."""

    begins: re.Pattern[str]
    filler: re.Pattern[str]
    hanging: re.Pattern[str]


_RHETORICAL = re.compile(r"\b(?:rhetorical|rhetorisch|rhétorique|retórica)")


@dataclass(frozen=True, slots=True)
class _Asked:
    number: int
    answer: Line | None
    is_open: bool  # nothing follows that may be an answer
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyQuestions:
    """Questions with the sentence after them, or of another article, that answers them; else they are "unanswered"."""

    def __call__(self, reading: Reading, limit: int) -> Iterator[Point] | None:
        if not knows(reading, _questions()):
            return None
        asked = sorted(_asked(reading), key=lambda one: -one.score)
        found = [_answered(reading, one) for one in asked[:_LOOKED_AT]]
        kept = sorted((one for one in found if one.answer or one.is_open), key=lambda one: -one.score)
        return (_point(reading, one) for one in kept)


@cache
def _questions() -> Mapping[str, _Questions]:
    return {
        language: _Questions(**{name: re.compile(pattern) for name, pattern in table.items()})
        for language, table in wording("questions").items()
    }


def _point(reading: Reading, asked: _Asked) -> Point:
    question = quoted(reading, reading.lines[asked.number])
    if asked.answer is None:
        return Point(quotes=(question,), label="unanswered")
    return Point(quotes=(question, quoted(reading, asked.answer)))


def _asked(reading: Reading) -> Iterator[_Asked]:
    headings = Counter(line.article.id for line in reading.lines if line.text.endswith("?") and _stands_alone(line))
    for number, line in enumerate(reading.lines):
        if not line.text.endswith("?") or not _is_real(reading, number):
            continue
        said = reading.terms[number]
        own, headed = min(1.0, len(said & reading.subject) / 3), _stands_alone(line)
        # What a list of questions asks is of its story, whatever words it has.
        own += 0.1 * (headed and headings[line.article.id] >= _LIST)
        if not own or _RHETORICAL.search(_after(reading, number)):
            continue
        answer = _answer(reading, number, said, headed)
        is_open = _left_open(reading, number, headed)
        yield _Asked(number, answer, is_open, own + 1.5 * headed + (answer is not None))


def _answered(reading: Reading, asked: _Asked) -> _Asked:
    """With an answer from another article, if its own has none."""
    answer = asked.answer or _elsewhere(reading, asked.number)
    return replace(asked, answer=answer, score=asked.score + (answer is not asked.answer))


def _is_real(reading: Reading, number: int) -> bool:
    """Not filler, not to the reader, and clear without what was said before."""
    line, folded = reading.lines[number], reading.folded[number]
    words = _questions().get(base(line.article.language))
    if not words or not words.begins.match(folded) or words.filler.search(folded):
        return False
    # A heading that points at the story ("How might this affect ...") is clear.
    if words.hanging.search(folded) and not (_stands_alone(line) and " this " in folded):
        return False
    return _SHORTEST <= folded.count(" ") + 1 <= _LONGEST and not re.search(r"[\"“”„«»]", folded)


def _stands_alone(line: Line) -> bool:
    """Is it a paragraph by itself, as a heading is?"""
    text = line.article.text
    return text[line.span.start - 1 : line.span.start] == "\n" and text[line.span.end : line.span.end + 1] in ("\n", "")


def _next(reading: Reading, number: int) -> int | None:
    following = number + 1
    known = following < len(reading.lines) and reading.lines[following].article is reading.lines[number].article
    return following if known else None


def _after(reading: Reading, number: int) -> str:
    following = _next(reading, number)
    return "" if following is None else reading.folded[following]


def _left_open(reading: Reading, number: int, headed: bool) -> bool:
    """Does nothing follow that may be an answer: another question, or the end of its paragraph or of its article?"""
    line, after = reading.lines[number], _after(reading, number)
    at_end = line.article.text[line.span.end : line.span.end + 1] in ("\n", "")
    return not after or after.endswith("?") or (at_end and not headed)


def _answer(reading: Reading, number: int, said: frozenset[str], headed: bool) -> Line | None:
    """The sentence after a question; within a paragraph it must take up two of its words.

    Under a heading, if it takes up none, one soon after it that takes up two goes before it.
    """
    first = None
    for following in range(number + 1, min(number + 1 + (_NEAR if headed else 1), len(reading.lines))):
        line, folded = reading.lines[following], reading.folded[following]
        if line.article is not reading.lines[number].article or line.text.endswith("?"):
            break
        if folded.count(" ") + 1 < _ANSWER:
            continue
        taken_up = len(said & reading.terms[following])
        if taken_up > 1 and (headed or hangs(folded, line.article.language) < 1):
            return line
        if headed and first is None:
            first = line
            if taken_up:
                return line
    return first


def _elsewhere(reading: Reading, number: int) -> Line | None:
    """The sentence of another article that has most of the words of a question."""
    question, said = reading.lines[number], reading.terms[number]
    if len(said) < _SHARED:
        return None
    best, most = None, max(_SHARED, _COVERED * len(said)) - 1e-9
    for other, line in enumerate(reading.lines):
        shared = len(said & reading.terms[other])
        if shared <= most or line.text.endswith("?") or line.article.language != question.article.language:
            continue
        if line.article.id != question.article.id and hangs(reading.folded[other], line.article.language) < 1:
            best, most = line, shared
    return best

"""Figures in a sentence: amounts, shares, counts, votes, lengths of time and dates, as they are written.

No bare years, ages, phone numbers, scores, versions or names with a number in them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from digest.model import Span
from digest.sections._dates import written
from digest.sections._wording import wording
from digest.text.language import base
from digest.text.words import stop_words

Kind = Literal["money", "share", "count", "vote", "time", "date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure at `span` of a text; `key` is the same for the same value, `weight` says how much it tells."""

    span: Span
    key: tuple[Kind, float | str]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """How a language writes figures; see `wording/figures.toml`."""

    millions: str
    currencies: str
    percent: str
    times: str
    noun: str
    shares: str
    votes: str
    to: str
    spoilt: str
    aged: str
    comma: str
    groups: str
    short: str
    parts: Sequence[str]

    @property
    def number(self) -> str:
        """A number with or without thousands set apart, and none that begins with a nought but a part of one."""
        grouped = rf"[1-9]\d{{0,2}}(?:[{self.groups}]\d{{3}}){{1,4}}(?:[.,]\d{{1,2}})?"
        return rf"(?:{grouped}|[1-9]\d{{0,5}}(?:[.,]\d{{1,3}})?|0[.,]\d{{1,3}})"


_MILLIONS = (
    (re.compile(r"(?:thousand|tausend|mille|mil|k)$", re.I), 1e3),
    (re.compile(r"(?:m|mn|mio\.?|million(?:en|s)?|millones|millón)$", re.I), 1e6),
    (re.compile(r"(?:bn?|mrd\.?|billion|milliarden?|milliards?|mil millones)$", re.I), 1e9),
    (re.compile(r"(?:trillion|billion(?:en|es))$", re.I), 1e12),
)
_DIGIT = re.compile("[0-9]")
_HEAD = r"(?<![\w.,:/+#’'%$€£-])"
_TAIL = r"(?![\w:/]|[.,]\d|[-–]\d)"
_SIGNS = r"(?:[A-Z]{1,3})?[$€£¥₹₱]"
_LARGE = 1000.0
_STARTERS = frozenset(
    "about some nearly almost only over around at up rund etwa fast mehr über près plus unos más casi".split()
)
_NUMBERED = frozenset(
    "no nr number section article chapter level phase tier year grade class stage page route room day week § §§".split()
)
_NAME_BEFORE = re.compile(r"(\S{1,30})[ \u00a0]$")
_LITTLE = 0.5
_WEIGHTS: dict[Kind, float] = {"money": 3.0, "share": 2.5, "vote": 2.0, "time": 1.5, "count": 1.2, "date": 1.0}


def speaks(language: str) -> bool:
    """Is it known how figures are written in it?"""
    return base(language) in _words()


def figures(text: str, language: str) -> Iterator[Figure]:
    """Those of a sentence, in order; a number within a date is none."""
    dates = list(written(text, language))
    for figure in _numbers(text, language):
        if not any(figure.span.start < date.end and date.start < figure.span.end for date in dates):
            yield figure
    for date in dates:
        yield Figure(span=date, key=("date", date.of(text).casefold()), weight=_WEIGHTS["date"])


def _numbers(text: str, language: str) -> Iterator[Figure]:
    words = _words().get(base(language))
    if not words:
        return
    if not (_DIGIT.search(text) or any(part in text for part in words.parts)):
        return
    for match in _pattern(base(language)).finditer(text):
        kind = _kind(match)
        span = Span(*(match.span("vote") if kind == "vote" else match.span()))
        value = _value(span.of(text), words)
        if kind == "count" and not _counts(text, match, value, language):
            continue
        if kind == "time" and (_is_age(text, span, words) or _is_named(text, span.start, language)):
            continue
        weight = _WEIGHTS[kind] + (kind == "count" and value >= _LARGE)
        is_little = kind == "time" and re.search(words.short, span.of(text))
        yield Figure(span=span, key=(kind, value), weight=_LITTLE if is_little else weight)


def _kind(match: re.Match[str]) -> Kind:
    if match["money"] or match["amount"]:
        return "money"
    if match["percent"] or match["fraction"]:
        return "share"
    if match["vote"]:
        return "vote"
    return "time" if match["time"] else "count"


def _is_age(text: str, span: Span, words: _Words) -> bool:
    """Is it an age, or how long ago something was?"""
    before, after = text[max(0, span.start - 12) : span.start], text[span.end : span.end + 12]
    return bool(re.match(words.spoilt, after) or re.search(words.aged, before))


@cache
def _words() -> Mapping[str, _Words]:
    return {language: _Words(**table) for language, table in wording("figures").items()}


@cache
def _pattern(language: str) -> re.Pattern[str]:
    words = _words()[language]
    millions = rf"(?:[ \u00a0-]?(?:{words.millions})(?![\w]))"
    more = rf"(?:(?:-|–| {words.to} )(?:{_SIGNS})?{words.number}{millions}?)?"
    head = _HEAD + (r"(?<!\d )" if " " in words.groups else "")
    number = rf"{head}{words.number}{millions}?{more}{_TAIL}"
    return re.compile(
        rf"(?P<money>(?<![\w$€£]){_SIGNS} ?{words.number}{millions}?{more}(?![\d]|[.,]\d))"
        rf"|{words.votes}"
        rf"|(?P<amount>{number} ?(?:[€£$]|(?:{words.currencies})\b))"
        rf"|(?P<percent>{number}[ \u00a0]?(?:%|(?:{words.percent})\b))"
        rf"|(?P<time>{head}{words.number}[ -](?:{words.times})\b)"
        rf"|(?P<count>{number}{words.noun})"
        rf"|(?P<plain>{number})"
        rf"|(?P<fraction>\b(?i:{words.shares})\b)"
    )


def _counts(text: str, match: re.Match[str], value: float, language: str) -> bool:
    """Is it a number of things, and not a year, a version or part of a name?"""
    if _is_named(text, match.start(), language):
        return False
    digits = re.match(r"\d+(?![\d.,]*\d)", match.group())
    bare = int(digits.group()) if digits else 0
    if match["plain"]:
        return value >= _LARGE and value != bare
    return value >= 10 and not (1900 <= bare <= 2100 and value == bare)


def _is_named(text: str, start: int, language: str) -> bool:
    """Does a name stand before it, as in "Colossus 1" or "Level 2"?"""
    before = _NAME_BEFORE.search(text, max(0, start - 32), start)
    if not before:
        return False
    word = before[1].casefold()
    if word.rstrip(".") in _NUMBERED:
        return True
    # The first word of a sentence has a capital anyway.
    plain = before.start(1) == 0 and (word in stop_words(language) or word in _STARTERS)
    return before[1][0].isupper() and before[1][-1].isalnum() and not plain


def _value(written: str, words: _Words) -> float:
    """The first number in it, times its millions; 0 for a share in words."""
    match = re.search(words.number, written)
    if not match:
        return 0.0
    parts = re.split(r"[^\d]", match.group())
    grouped = len(parts) > 1 and all(len(part) == 3 for part in parts[1:])
    if grouped and not (len(parts) == 2 and words.comma in match.group()):
        number = float("".join(parts))
    else:
        number = float("".join(parts[:-1]) + "." + parts[-1]) if len(parts) > 1 else float(parts[0])
    after = re.match(r"(?:mil (?=millones))?[^\W\d]{1,12}\.?", written[match.end() :].strip(" \u00a0-"))
    factors = [factor for pattern, factor in _MILLIONS if after and pattern.match(after.group())]
    return number * (factors[-1] if factors else 1.0)

"""Figures in a sentence: amounts, shares, counts, votes and lengths of time, as they are written.

No years, ages, phone numbers, scores, versions or names with a number in them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from digest.model import Span
from digest.sections._wording import wording
from digest.text.language import base

Kind = Literal["money", "share", "count", "vote", "time"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure at `span` of a text; `key` is the same for the same value, `weight` says how much it tells."""

    span: Span
    key: tuple[Kind, float]
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
    comma: str
    short: str
    parts: Sequence[str]


_MILLIONS = (
    (re.compile(r"(?:thousand|tausend|mille|mil|k)$", re.I), 1e3),
    (re.compile(r"(?:m|mn|mio\.?|million(?:en|s)?|millones|millón)$", re.I), 1e6),
    (re.compile(r"(?:bn|mrd\.?|billion|milliarden?|milliards?|mil millones)$", re.I), 1e9),
    (re.compile(r"(?:trillion|billion(?:en|es))$", re.I), 1e12),
)
_DIGIT = re.compile("[0-9]")
_NUMBER = r"(?:[1-9]\d{0,2}(?:[,.\u00a0\u202f’]\d{3}){1,4}(?:[.,]\d{1,2})?|[1-9]\d{0,5}(?:[.,]\d{1,3})?|0[.,]\d{1,3})"
_HEAD = r"(?<![\w.,:/+#’'%$€£-])"
_TAIL = r"(?![\w:/]|[.,]\d|[-–]\d)"
_SIGNS = r"(?:[A-Z]{1,3})?[$€£¥₹₱]"
_LARGE = 1000.0
_STARTERS = frozenset(
    "about some nearly almost only over around at up rund etwa fast mehr über près plus unos más casi".split()
)
_NAME_BEFORE = re.compile(r"(\S{1,30})[ \u00a0]$")
_LITTLE = 0.5
_WEIGHTS: dict[Kind, float] = {"money": 3.0, "share": 2.5, "vote": 2.0, "time": 1.5, "count": 1.2}


def speaks(language: str) -> bool:
    """Is it known how figures are written in it?"""
    return base(language) in _words()


def figures(text: str, language: str) -> Iterator[Figure]:
    """Those of a sentence, in order."""
    words = _words().get(base(language))
    if not words:
        return
    if not (_DIGIT.search(text) or any(part in text for part in words.parts)):
        return
    for match in _pattern(base(language)).finditer(text):
        kind: Kind = "count"
        if match["money"] or match["amount"]:
            kind = "money"
        elif match["percent"] or match["fraction"]:
            kind = "share"
        elif match["vote"]:
            kind = "vote"
        elif match["time"]:
            kind = "time"
        span = Span(*(match.span("vote") if kind == "vote" else match.span()))
        value = _value(span.of(text), words.comma)
        if kind == "count" and not _counts(text, match, value):
            continue
        if kind == "time" and (re.match(words.spoilt, text[span.end : span.end + 8]) or _is_named(text, span.start)):
            continue
        weight = _WEIGHTS[kind] + (1.0 if kind == "count" and value >= _LARGE else 0.0)
        if kind == "time" and re.search(words.short, span.of(text)):
            weight = _LITTLE
        yield Figure(span=span, key=(kind, value), weight=weight)


@cache
def _words() -> Mapping[str, _Words]:
    return {language: _Words(**table) for language, table in wording("figures").items()}


@cache
def _pattern(language: str) -> re.Pattern[str]:
    words = _words()[language]
    millions = rf"(?:[ \u00a0]?(?:{words.millions})(?![\w]))"
    more = rf"(?:(?:-|–| {words.to} )(?:{_SIGNS})?{_NUMBER}{millions}?)?"
    number = rf"{_HEAD}{_NUMBER}{millions}?{more}{_TAIL}"
    return re.compile(
        rf"(?P<money>(?<![\w$€£]){_SIGNS} ?{_NUMBER}{millions}?{more}(?![\d]|[.,]\d))"
        rf"|{words.votes}"
        rf"|(?P<amount>{number} ?(?:[€£$]|(?:{words.currencies})\b))"
        rf"|(?P<percent>{number}[ \u00a0]?(?:%|(?:{words.percent})\b))"
        rf"|(?P<time>{_HEAD}{_NUMBER}[ -](?:{words.times})\b)"
        rf"|(?P<count>{number}{words.noun})"
        rf"|(?P<plain>{number})"
        rf"|(?P<fraction>\b(?:{words.shares})\b)"
    )


def _counts(text: str, match: re.Match[str], value: float) -> bool:
    """Is it a number of things, and not a year, a version or part of a name?"""
    if _is_named(text, match.start()):
        return False
    written = re.match(_NUMBER, match.group())
    bare = written.group() if written else ""
    if bare.isdigit() and 1900 <= int(bare) <= 2100 and value < _LARGE * 1000:
        return False
    if match["plain"]:
        return value >= _LARGE and not (bare.isdigit() and value == int(bare))
    return value >= 10


def _is_named(text: str, start: int) -> bool:
    """Does a name stand before it, as in "Colossus 1" or "Level 2"?"""
    before = _NAME_BEFORE.search(text, max(0, start - 32), start)
    if not before:
        return False
    word = before[1]
    if word.rstrip(".").casefold() in (
        "no",
        "nr",
        "number",
        "section",
        "article",
        "chapter",
        "level",
        "phase",
        "tier",
        "at",
    ):
        return word.rstrip(".").casefold() != "at"
    first = before.start(1) == 0
    return word[:1].isupper() and not (first and word.casefold() in _STARTERS) and word[-1].isalnum()


def _value(written: str, comma: str) -> float:
    """The first number in it, times its millions; 0 for a share in words."""
    match = re.search(_NUMBER, written)
    if not match:
        return 0.0
    digits = match.group()
    parts = re.split(r"[,.\u00a0\u202f’]", digits)
    grouped = len(parts) > 1 and all(len(part) == 3 for part in parts[1:])
    if grouped and not (len(parts) == 2 and comma in digits):
        number = float("".join(parts))
    else:
        number = float("".join(parts[:-1]) + "." + parts[-1]) if len(parts) > 1 else float(digits)
    words = written[match.end() :].strip(" \u00a0")
    after = re.match(r"(?:mil )?[^\W\d]{1,12}\.?", words)
    factors = [factor for pattern, factor in _MILLIONS if after and pattern.match(after.group())]
    return number * (factors[-1] if factors else 1.0)

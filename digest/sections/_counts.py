"""Figures of a sentence: how many or how much of what, in English."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from digest.model import Span
from digest.sections._reading import Line
from digest.text.words import stem, stop_words, terms, word_spans

# What a figure counts: things or money; people to whom something happened; or a part of something.
Kind = Literal["things", "people", "part"]
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
)
_WORDS = {word: float(value) for value, word in enumerate(f"{_UNITS} eighteen nineteen".split())}
_WORDS |= {
    word: 10.0 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_SCALES = {"dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_NUMBER = re.compile(
    r"(?<![\w.,$€£/-])(?P<money>[$€£])?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|a(?= dozen)|"
    + "|".join(sorted(_WORDS, key=len, reverse=True))
    + r")(?:[ -](?P<scale>" + "|".join(_SCALES) + r"))?(?P<share> ?%| per ?cent)?(?![\w/%-]|[.:,]\d)",
    re.IGNORECASE,
)  # fmt: skip
_LEAST = re.compile(r"(?:at least|more than|over|no fewer than|a minimum of) $", re.IGNORECASE)
_MOST = re.compile(r"(?:at most|up to|fewer than|less than|under|as many as) $", re.IGNORECASE)
_ABOUT = re.compile(r"(?:about|around|nearly|almost|roughly|some|approximately|an estimated) $", re.IGNORECASE)
_PART = re.compile(
    r"\b(?P<all>(?P<near>(?:nearly|almost|virtually) )?all(?: of)?|entire|entirety of|whole of|most(?: of)?|"
    r"(?:the|a) majority of|half(?: of)?|none of)\b(?: (?:the|its|their|his|her|our|these|those))? ",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"(?: of)?(?: the| its| their)?(?: [\w'’-]+){0,3},? (?:except|but|save|apart from|other than)\b(?! also)"
)
_LEFT = frozenset({"available", "remaining", "spare", "unused"})
_PLURALS = frozenset("people men women children police dead".split())
# What happens to people who are counted, by the stems that say so.
_FATES = {
    stem(word, "en"): fate
    for fate, words in {
        "dead": "killed kill killing died die dead death deaths fatalities",
        "hurt": "injured injuries injuring hurt wounded wounding",
        "missing": "missing unaccounted",
        "held": "arrested detained arrests",
        "freed": "released freed rescued",
        "taken": "kidnapped abducted",
        "ill": "infected tested",
        "aboard": "aboard board",
    }.items()
    for word in words.split()
}
# Time, distance and scores: there is too much of them that differs and is not the same.
_NOT_COUNTED = frozenset(
    "years days hours minutes months weeks seconds times points ones others series names miles kilometers kilometres "
    "meters metres inches yards degrees laps goals runs games ways things dollars feet".split()
)
_ANOTHER = re.compile(r"\b(?:another|additional|other|remaining|further|first|last|next) $", re.IGNORECASE)
_LATER = re.compile(r" (?:later|earlier|away|before|after|old)\b")
_ANYBODY = frozenset("people persons victims dead".split())
_PERSONS = _ANYBODY | frozenset("men women children passengers girls boys students soldiers civilians".split())
_AHEAD, _BEHIND = 4, 3  # words after a counted noun, and before its number, in which its fate stands
_TOLL = re.compile(
    r"\bdeath toll\b(?: of| is| was| hit| hits|(?: [\w'’-]+){0,20}? (?:to|at|reached))(?: at least| more than)? $"
)
# What is told of another time, of another event, or counts somebody whom others do not.
_ELSEWHEN = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:ago|last (?:year|month|week)|(?:that|which|who) killed|previous)\b|"
    r"\b(?:not )?(?:including|counting) the (?:assailant|attacker|bomber|gunman|killer|shooter|suspect)"
)
_AROUND = 5  # words


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """How many, or which part, of `what` a sentence says; `written` as it stands there.

    `place` is where in the sentence. `value` is a number, of which `digits` count and which is `hedged` by "about", or
    the rank of a part ("most"); `bound` is -1 if it is at least so many, 1 if at most. `about` are the words between
    number and noun.
    """

    line: Line
    kind: Kind
    what: str
    value: float | str
    written: str
    place: int
    digits: int = 0
    bound: int = 0
    hedged: bool = False
    about: frozenset[str] = frozenset()

    def near(self) -> frozenset[str]:
        """The words around it, a few on each side."""
        text = self.line.text
        before = " ".join(text[: self.place].split()[-_AROUND:])
        after = " ".join(text[self.place + len(self.written) :].split()[:_AROUND])
        return frozenset(terms(f"{before} {after}", "en"))


def figures(line: Line) -> Iterator[Figure]:
    text = line.text
    found = (*_numbers(line, text), *_parts(line, text))
    if found and not _ELSEWHEN.search(text):
        yield from found


def _numbers(line: Line, text: str) -> Iterator[Figure]:
    for match in _NUMBER.finditer(text):
        before = text[max(0, match.start() - 80) : match.start()]
        least, most, about = _LEAST.search(before), _MOST.search(before), _ABOUT.search(before)
        counted = _counted(text, match, before)
        if counted is None:
            continue
        kind, what, end, modifiers = counted
        hedge = least or most or about
        start = match.start() - (len(hedge.group()) if hedge else 0)
        yield Figure(
            line=line,
            kind=kind,
            what=what,
            value=_value(match),
            digits=_digits(match),
            hedged=bool(about),
            bound=-1 if least else 1 if most else 0,
            written=text[start:end],
            place=start,
            about=modifiers,
        )


def _value(match: re.Match[str]) -> float:
    number = match["number"].casefold()
    value = 1.0 if number == "a" else _WORDS[number] if number in _WORDS else float(number.replace(",", ""))
    return value * _SCALES[match["scale"].casefold()] if match["scale"] else value


def _digits(match: re.Match[str]) -> int:
    """How many digits of a number count: 1,200 has two."""
    digits = re.sub(r"\D", "", match["number"]).lstrip("0")
    return len(digits) if "." in match["number"] else max(1, len(digits.rstrip("0")))


def _counted(text: str, match: re.Match[str], before: str) -> tuple[Kind, str, int, frozenset[str]] | None:
    """Of which kind and what is counted, where its noun ends, and the words between; None where that is not clear."""
    if _TOLL.search(before):
        return "people", "people dead", match.end(), frozenset()
    phrase = noun_phrase(text, match.end())
    if match["money"] or match["share"]:
        if not phrase:
            return None
        what = f"{match['money'] or '%'} {_stem(text, phrase[-1])}"
        return "things", what, phrase[-1].end, _stems(text, phrase[:-1])
    place = next((number for number, span in enumerate(phrase) if _is_plural(span.of(text))), None)
    if place is None:
        return None
    noun, end = phrase[place].of(text).casefold(), phrase[place].end
    if _ANOTHER.search(before) or _LATER.match(text, end):
        return None
    if noun in _PERSONS:
        fate = "dead" if noun == "dead" else _fate(text, match.start(), end)
        if fate is None:
            return None
        return (
            ("people", f"people {fate}", end, frozenset())
            if noun in _ANYBODY
            else ("things", f"{noun} {fate}", end, frozenset())
        )
    return "things", _stem(text, phrase[place]), phrase[place].end, _stems(text, phrase[:place])


def noun_phrase(text: str, start: int) -> list[Span]:
    """The words from there up to the first stop word or mark, four at most."""
    found: list[Span] = []
    for span in word_spans(text[start : start + 80])[:4]:
        word = Span(start + span.start, start + span.end)
        between = text[found[-1].end if found else start : word.start]
        said = word.of(text).casefold()
        if between.strip() or (said in stop_words("en") and said not in _LEFT) or word.end == start + 80:
            break
        found.append(word)
    return found


def _is_plural(word: str) -> bool:
    word = word.casefold()
    if word in _NOT_COUNTED:
        return False
    return word in _PLURALS or (len(word) > 3 and word[-1] == "s" and word[-2] not in "sui'’")


def _fate(text: str, start: int, end: int) -> str | None:
    after = word_spans(text[end : end + 60])[:_AHEAD]
    before = word_spans(text[max(0, start - 60) : start])[-_BEHIND:]
    clause = re.split(r"[,;:.]| and ", text[end : end + 60])[0]
    for span in after:
        if span.end <= len(clause) and (fate := _FATES.get(stem(span.of(text[end : end + 60]), "en"))):
            return fate
    for span in reversed(before):
        if fate := _FATES.get(stem(span.of(text[max(0, start - 60) : start]), "en")):
            return fate
    return None


def _parts(line: Line, text: str) -> Iterator[Figure]:
    for match in _PART.finditer(text):
        phrase = noun_phrase(text, match.end())
        kept = [span for span in phrase if span.of(text).casefold() not in _LEFT]
        while len(kept) > 1 and kept[-1].of(text).endswith("ed"):
            kept.pop()
        if not kept:
            continue
        plural = next((span for span in kept if _is_plural(span.of(text))), kept[-1])
        rest = text[plural.end : plural.end + 80]
        said = match["all"].casefold().removesuffix(" of")
        value, written = _rank(said, bool(match["near"])), said
        if value == "all" and (left := _LEFT.intersection(span.of(text).casefold() for span in phrase)):
            value = written = f"all {min(left)}"
        elif value == "all" and _EXCEPT.match(rest):
            value = written = "all except"
        yield Figure(
            line=line, kind="part", what=_stem(text, plural), value=value, written=written, place=match.start(),
            about=_stems(text, [span for span in kept if span.end < plural.end]),
        )  # fmt: skip


def _rank(said: str, near: bool) -> str:
    if near:
        return "nearly all"
    if said in ("all", "entire", "entirety", "whole"):
        return "all"
    return {"half": "half", "none": "none"}.get(said, "most")


def _stem(text: str, span: Span) -> str:
    return stem(span.of(text), "en")


def _stems(text: str, spans: list[Span]) -> frozenset[str]:
    return frozenset(_stem(text, span) for span in spans)

"""How much hype a story has, and how much substance: two sums of counts that a reader can check.

    hype      = 10 x (0.3 superlatives + 0.3 promotion + 0.2 certainty + 0.2 repetition)
    substance = 10 x (0.3 named sources + 0.25 figures + 0.2 direct quotes + 0.25 independent origins)

Each term counts something, and is that divided by what would be very much of it, 1 at most; see `_MUCH`. What counts
for each sentence is divided by ten sentences at least: one sentence shows little.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from itertools import accumulate
from math import log2

from digest.model import Article, Gauge, Lineage, Reason
from digest.sections._headings import fold
from digest.sections._reading import Reading
from digest.sections._wording import wording
from digest.text.attribution import is_speech
from digest.text.language import base
from digest.text.normalize import counted
from digest.text.words import stop_words

_DIGITS = 4
# What makes a term 1 [about the most of twenty stories, on the replayed feeds and full texts of several outlets].
_MUCH = {
    "superlatives": 0.1,  # of them in a sentence
    "promotion": 0.1,
    "certainty": 0.05,
    "repetition": 0.25,  # of the sentences
    "named sources": 10,
    "figures": 0.4,  # of the sentences
    "direct quotes": 0.3,  # of them for each sentence
    "independent origins": 2,  # doublings: four origins
}
_HYPE = {"superlatives": 0.3, "promotion": 0.3, "certainty": 0.2, "repetition": 0.2}
_SUBSTANCE = {"named sources": 0.3, "figures": 0.25, "direct quotes": 0.2, "independent origins": 0.25}
_FEW = 10  # sentences
_PHRASE = 6  # words that outlets have in common, in a row
_CONTENT = 3  # of them that are no stop words
_QUOTATION = re.compile(r"[\"“”„«»]")
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


def gauges(reading: Reading, origins: Lineage) -> tuple[Gauge, ...]:
    """Hype and substance of what is told of a story; none if no article is in a language whose words are known.

    `origins` are those of its articles, or of more.
    """
    known = {article.id: article for article in reading.story.articles if base(article.language) in _lexicons()}
    sentences = [number for number, line in enumerate(reading.lines) if line.article.id in known]
    if not sentences:
        return ()
    return (
        Gauge(name="hype", reasons=tuple(_hype(reading, sentences, known.values()))),
        Gauge(name="substance", reasons=tuple(_substance(reading, sentences, known, origins))),
    )


def _hype(reading: Reading, sentences: Sequence[int], articles: Iterable[Article]) -> Iterable[Reason]:
    texts = [(reading.folded[number], reading.lines[number].article.language) for number in sentences]
    texts += [(fold(article.title), article.language) for article in articles]
    within = f"in {counted(len(sentences), 'sentence')} and {counted(len(texts) - len(sentences), 'headline')}"
    within += _as_few(len(texts))
    kinds = [(_lexicons()[base(language)], text) for text, language in texts]
    found = Counter(kind for listed, text in kinds for word in _WORD.findall(text) if (kind := listed.get(word)))
    for name, what in (
        ("superlatives", "superlative"),
        ("promotion", "promotional word"),
        ("certainty", "certainty word"),
    ):
        yield _reason(name, _HYPE, _share(found[name], len(texts)), f"{counted(found[name], what)} {within}")
    repeated = _repeated(reading, sentences)
    said = f"{counted(repeated, 'sentence')} of {len(sentences)} with a phrase that another outlet has, too"
    said += _as_few(len(sentences))
    yield _reason("repetition", _HYPE, _share(repeated, len(sentences)), said)


def _substance(
    reading: Reading, sentences: Sequence[int], articles: Mapping[str, Article], origins: Lineage
) -> Iterable[Reason]:
    total = len(sentences)
    named = len(_sources(reading, articles))
    yield _reason("named sources", _SUBSTANCE, named, f"{counted(named, 'named source')}")
    with_figures = sum(any(figure.key[0] != "date" for figure in reading.figures[number]) for number in sentences)
    said = f"{counted(with_figures, 'sentence')} of {total} with a figure{_as_few(total)}"
    yield _reason("figures", _SUBSTANCE, _share(with_figures, total), said)
    quoted = sum(one.direct and one.speaker is not None for id in articles for one in reading.speech[id])
    said = f"{counted(quoted, 'direct quote')} in {counted(total, 'sentence')}{_as_few(total)}"
    yield _reason("direct quotes", _SUBSTANCE, _share(quoted, total), said)
    outlets = {id: article.outlet for id, article in articles.items()}
    told = Lineage(origins=tuple(origin for origin in origins.origins if origin.article in outlets))
    independent = len(told.independent(outlets))
    said = counted(independent, "independent origin")
    yield _reason("independent origins", _SUBSTANCE, log2(max(1, independent)), said)


def _share(number: int, total: int) -> float:
    return number / max(_FEW, total)


def _sources(reading: Reading, articles: Mapping[str, Article]) -> set[str]:
    """The people with full names who say something."""
    found: set[str] = set()
    for id, article in articles.items():
        for one in reading.speech[id]:
            if one.speaker and (one.direct or is_speech(article.text, one)):
                found.add((reading.names[id].fullest(one.speaker) or "").casefold())
    return found - {""}


def _repeated(reading: Reading, sentences: Sequence[int]) -> int:
    """How many sentences have a run of six words, three of them no stop words, that another outlet has as well.

    Quotations do not count: what somebody said is the same everywhere.
    """
    if len(reading.story.outlets) < 2:
        return 0
    first: dict[tuple[str, ...], str] = {}
    shared: set[tuple[str, ...]] = set()
    runs: list[list[tuple[str, ...]]] = []
    for number in sentences:
        line, folded = reading.lines[number], reading.folded[number]
        runs.append([] if _QUOTATION.search(folded) else _runs(folded, line.article.language))
        for run in runs[-1]:
            if first.setdefault(run, line.article.outlet) != line.article.outlet:
                shared.add(run)
    return sum(any(run in shared for run in one) for one in runs)


def _runs(folded: str, language: str) -> list[tuple[str, ...]]:
    ignored = stop_words(language)
    found = _WORD.findall(folded)
    before = list(accumulate((word not in ignored for word in found), initial=0))
    return [
        tuple(found[start : start + _PHRASE])
        for start in range(len(found) - _PHRASE + 1)
        if before[start + _PHRASE] - before[start] >= _CONTENT
    ]


def _as_few(total: int) -> str:
    """That so few sentences are taken for more."""
    return f", taken as {_FEW}" if total < _FEW else ""


def _reason(name: str, weights: Mapping[str, float], count: float, said: str) -> Reason:
    value = round(min(1.0, count / _MUCH[name]), _DIGITS)
    return Reason(name=name, weight=weights[name], value=value, said=f"{said}; {_full(name)}")


def _full(name: str) -> str:
    """What makes a term 1, so that a reader can work it out."""
    if name == "independent origins":
        return f"each doubling counts {1 / _MUCH[name]:g}"
    if name == "named sources":
        return f"{_MUCH[name]} would be very many"
    part = Fraction(str(_MUCH[name]))
    return f"{part.numerator} in {part.denominator} would be very much"


@cache
def _lexicons() -> Mapping[str, Mapping[str, str]]:
    """The kind of each word, by language."""
    return {
        language: {word: kind for kind, listed in found.items() for word in listed.split()}
        for language, found in wording("gauges").items()
    }

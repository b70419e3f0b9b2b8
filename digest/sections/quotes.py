"""What named people say of it, in their own words."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from digest.model import Point
from digest.sections._headings import fold
from digest.sections._reading import Reading
from digest.sections._remarks import Remark
from digest.sections._weigh import hangs, points_back
from digest.text.attribution import is_person
from digest.text.language import base
from digest.text.words import count_words, terms

KNOWN = frozenset({"en", "de", "fr", "es"})  # languages whose verbs of speech are known
_LEAST, _FEW, _MANY = 5, 10, 35  # words: fewer say nothing, fewer say little, more are hard to take in
_AGAIN, _SAME_OUTLET = 0.45, 0.75  # what is left of a remark's worth for each one told of its speaker, of its outlet
_BODY = 0.6  # what one of a body is worth, beside one of a person
_HANGING = 0.7  # what a remark is worth less that says nothing without the one before it
_DIGITS = 9  # worths that differ by less are equal


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotes:
    """What named people say in quotation marks or interview turns: on the topic, and each in turn."""

    def __call__(self, reading: Reading, limit: int) -> Iterator[Point] | None:
        if not any(base(article.language) in KNOWN for article in reading.story.articles):
            return None
        return (Point(quotes=(remark.quote(),)) for remark in _ranked(reading))


def _ranked(reading: Reading) -> Iterator[Remark]:
    """Best first; a remark of a speaker or an outlet already told is worth less."""
    worth = _worth(reading)
    told_speakers: Counter[str] = Counter()
    told_outlets: Counter[str] = Counter()

    def left(number: int) -> float:
        remark = reading.remarks[number]
        again = told_speakers[remark.key]
        return worth[number] * _AGAIN**again * _SAME_OUTLET ** told_outlets[remark.article.outlet]

    waiting = [(-value, number) for number, value in worth.items()]
    heapq.heapify(waiting)
    while waiting:
        _, number = heapq.heappop(waiting)
        # Its worth can only have fallen since it was queued: it is next if it still leads.
        if waiting and (-left(number), number) > waiting[0]:
            heapq.heappush(waiting, (-left(number), number))
            continue
        remark = reading.remarks[number]
        told_speakers[remark.key] += 1
        told_outlets[remark.article.outlet] += 1
        yield remark


def _worth(reading: Reading) -> dict[int, float]:
    """How much each remark says of what the story is about, by number: the share of articles that have its words."""
    articles = reading.story.articles
    common = Counter(term for one in articles for term in set(terms(one.text, one.language)))
    title = set(terms(reading.story.title, articles[0].language)) if articles else set()
    heard: defaultdict[str, set[str]] = defaultdict(set)
    for remark in reading.remarks:
        heard[remark.key].add(remark.article.outlet)
    found = {}
    for number, remark in enumerate(reading.remarks):
        length = count_words(remark.words)
        if length < _LEAST:
            continue
        said = set(terms(remark.words, remark.article.language))
        topical = sum(common[term] / len(articles) + (term in title) for term in sorted(said)) / (len(said) + 3)
        fit = min(1.0, length / _FEW) * min(1.0, _MANY / length) * (1 - _HANGING * _hanging(remark))
        known = 1 + 0.25 * (len(heard[remark.key]) - 1)
        worth = (0.2 + topical) * fit * known * (1.0 if is_person(remark.speaker) else _BODY)
        found[number] = round(worth, _DIGITS)
    return found


def _hanging(remark: Remark) -> float:
    """How much a remark hangs on what was said before it, 0 to 1."""
    folded, language = fold(remark.words), remark.article.language
    return max(hangs(folded, language), 1.0 * points_back(folded, language))

"""The default summarizer: sentences that together cover what most outlets report."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

from annotated_types import Ge, Interval

from digest.model import Article, Quote, Span, Story
from digest.text.words import terms, word_spans


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Candidate:
    """A sentence that may be picked, equal only to itself: `place` is its rank in its article, from 1; `length` is in
    words; `concepts` are the words and pairs that it has.
    """

    article: Article
    span: Span
    place: int
    length: int
    concepts: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Pick, one by one, the sentence that adds most weight per word to what is covered so far.

    A concept is a content word or a pair of neighbouring ones; it weighs as many as there are articles with it, a pair
    twice as much as a word, and one that the title has `title` times as much. A concept counts once, which keeps the
    sentences from repeating each other. Sentences at the head of an article gain: the n-th one's weight is
    multiplied by `1 + lead / n`; each earlier pick from the same article multiplies it by `again`, so that more outlets
    are heard. `shortest` and `longest` bound the sentences, in words; if all are outside, the bounds
    are ignored.

    After Gillick & Favre, "A Scalable Global Model for Summarization" (2009), greedy instead of exact.
    """

    lead: Annotated[float, Ge(0)] = 2.0
    title: Annotated[float, Ge(0)] = 1.5
    again: Annotated[float, Interval(gt=0, le=1)] = 0.7
    penalty: Annotated[float, Interval(ge=0, le=2)] = 0.6
    shortest: Annotated[int, Ge(0)] = 8
    longest: Annotated[int, Ge(1)] = 50

    def __post_init__(self) -> None:
        if self.shortest > self.longest:
            raise ValueError(f"shortest ({self.shortest}) must not be more than longest ({self.longest})")

    def __call__(self, story: Story, limit: int) -> tuple[Quote, ...]:
        candidates = self._candidates(story)
        weights = self._weights(story, candidates)
        picked: list[_Candidate] = []
        while candidates and len(picked) < limit:
            gains = {candidate: self._gain(candidate, weights, picked) for candidate in candidates}
            best = min(candidates, key=lambda c: (-gains[c], c.place, c.article.id, c.span))
            if picked and gains[best] <= 0:
                break
            picked.append(best)
            candidates = [candidate for candidate in candidates if candidate is not best]
        return tuple(Quote.cut(candidate.article, candidate.span) for candidate in picked)

    def _candidates(self, story: Story) -> list[_Candidate]:
        every = [
            _candidate(article, span, place)
            for article in sorted(story.articles, key=lambda article: article.id)
            for place, span in enumerate(article.sentences, 1)
        ]
        fitting = [c for c in every if self.shortest <= c.length <= self.longest]
        return fitting or every

    def _weights(self, story: Story, candidates: list[_Candidate]) -> dict[str, float]:
        """The weight of each concept that candidates have."""
        by_article: dict[str, set[str]] = {}
        for candidate in candidates:
            by_article.setdefault(candidate.article.id, set()).update(candidate.concepts)
        spread = Counter(concept for concepts in by_article.values() for concept in concepts)
        titled = {c for article in story.articles for c in _concepts(article.title, article.language)}
        return {
            concept: count * (2.0 if " " in concept else 1.0) * (self.title if concept in titled else 1.0)
            for concept, count in spread.items()
        }

    def _gain(self, candidate: _Candidate, weights: dict[str, float], picked: list[_Candidate]) -> float:
        covered = frozenset[str]().union(*(one.concepts for one in picked))
        heard = sum(one.article is candidate.article for one in picked)
        # Summed in sorted order: floats do not add up alike in every order of a set.
        fresh = sum(weights[concept] for concept in sorted(candidate.concepts - covered))
        return float(fresh * (1 + self.lead / candidate.place) * self.again**heard / candidate.length**self.penalty)


def _candidate(article: Article, span: Span, place: int) -> _Candidate:
    text = span.of(article.text)
    concepts = frozenset(_concepts(text, article.language))
    return _Candidate(article=article, span=span, place=place, length=max(1, len(word_spans(text))), concepts=concepts)


def _concepts(text: str, language: str) -> list[str]:
    words = terms(text, language)
    return words + [f"{first} {second}" for first, second in pairwise(words)]

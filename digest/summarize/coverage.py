"""The default summarizer: sentences that together cover what most articles report, and report early."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace
from typing import Annotated

import numpy as np
from annotated_types import Ge, Interval

from digest.model import Quote, Story
from digest.summarize._concepts import Flags, Floats, Sentences, read

_DIGITS = 9  # to which gains are rounded: the last ones depend on the machine, and what is equal must stay equal


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Pick, one by one, the sentence that adds most weight for its length to what is said so far.

    A concept is a content word, or two neighbouring words, by their stems. Every article that has it votes for it, with
    `1 / place ** lead`, where place is that of the first sentence that has it; a concept weighs `votes ** shared`, a
    pair of words `pair` times as much, and what a title has `title` times as much. Once said, it weighs `repeat` of
    that. A sentence's sum is divided by `words ** penalty`, multiplied by `speech` if it begins with a quotation mark,
    and by `again` for each earlier pick of the same outlet, so that more outlets are heard. What shares more than
    `alike` of its content words with a picked sentence, or has nothing new, is left out. `shortest` and `longest` bound
    the sentences, in words; if all are outside, the bounds are ignored.

    After Gillick & Favre, "A Scalable Global Model for Summarization" (2009), greedy instead of exact, with articles'
    votes instead of their number.
    """

    lead: Annotated[float, Ge(0)] = 0.4
    shared: Annotated[float, Ge(0)] = 1.5
    title: Annotated[float, Ge(0)] = 2.5
    pair: Annotated[float, Ge(0)] = 2.0
    repeat: Annotated[float, Interval(ge=0, le=1)] = 0.3
    penalty: Annotated[float, Interval(ge=0, le=2)] = 0.8
    speech: Annotated[float, Ge(0)] = 0.85
    again: Annotated[float, Interval(gt=0, le=1)] = 0.95
    alike: Annotated[float, Interval(ge=0, le=1)] = 0.7
    shortest: Annotated[int, Ge(0)] = 8
    longest: Annotated[int, Ge(1)] = 50

    def __post_init__(self) -> None:
        if self.shortest > self.longest:
            raise ValueError(f"shortest ({self.shortest}) must not be more than longest ({self.longest})")

    def __call__(self, story: Story, limit: int) -> tuple[Quote, ...]:
        sentences = read(story)
        picks = zip(range(limit), self._picks(sentences), strict=False)
        return tuple(Quote.cut(*sentences.at[number]) for _, number in picks)

    def _picks(self, sentences: Sentences) -> Iterator[int]:
        """The numbers of the sentences, best first, until none has anything new.

        Gains only ever fall, so that most need not be worked out again: the best one by its old gain is, and if that
        has not fallen, it is the best one (Minoux, "Accelerated Greedy Algorithms", 1978).
        """
        weights, factors, said = self._weights(sentences), self._factors(sentences), _Said(sentences)
        gains = np.round(sentences.sums(weights) * factors, _DIGITS)
        # Of equals, the one nearest to the top of its article, then the first.
        queue = [(-gains[n], sentences.place[n], n) for n in np.flatnonzero(self._fitting(sentences)).tolist()]
        heapify(queue)
        while queue:
            known, place, best = queue[0]
            concepts = sentences.concepts(best)
            gain = np.round(weights[concepts].sum() * factors[best], _DIGITS)
            if gain < -known:
                heapreplace(queue, (-gain, place, best))
                continue
            heappop(queue)
            if said.repeats(best, self.alike):
                continue
            yield best
            weights[concepts[said.fresh(best)]] *= self.repeat
            factors[sentences.outlet == sentences.outlet[best]] *= self.again
            said.add(best)

    def _weights(self, sentences: Sentences) -> Floats:
        """Of each concept, in parts of the greatest, since gains are rounded."""
        weights: Floats = sentences.votes(self.lead) ** self.shared
        weights[sentences.pair] *= self.pair
        weights[sentences.titled] *= self.title
        weights /= max(weights.max(initial=0.0), np.finfo(np.float64).tiny)
        return weights

    def _factors(self, sentences: Sentences) -> Floats:
        factors: Floats = np.where(sentences.speech, self.speech, 1.0) / sentences.length**self.penalty
        return factors

    def _fitting(self, sentences: Sentences) -> Flags:
        fitting = (self.shortest <= sentences.length) & (sentences.length <= self.longest)
        return fitting if fitting.any() else np.ones_like(fitting)


class _Said:
    """What the picked sentences say."""

    def __init__(self, sentences: Sentences) -> None:
        self._sentences = sentences
        self._by: dict[int, list[int]] = {}  # which picked sentences have a concept

    def add(self, number: int) -> None:
        for concept in self._sentences.concepts(number).tolist():
            self._by.setdefault(concept, []).append(number)

    def fresh(self, number: int) -> list[bool]:
        """Which concepts of this sentence has nobody said?"""
        return [concept not in self._by for concept in self._sentences.concepts(number).tolist()]

    def repeats(self, number: int, alike: float) -> bool:
        """Does it say nothing new, or nearly what a picked one says?"""
        if self._by and not any(self.fresh(number)):
            return True
        sentences = self._sentences
        singles = [c for c in sentences.concepts(number).tolist() if not sentences.pair[c]]
        common = Counter(other for concept in singles for other in self._by.get(concept, ()))
        return any(
            shared > alike * min(sentences.single[number], sentences.single[other]) for other, shared in common.items()
        )

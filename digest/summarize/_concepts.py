"""The sentences of a story as arrays: which of them has which concepts, and where articles mention a concept first.

A concept is the stem of a content word, or two neighbouring stems of which one at least is a content word's.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from digest.model import Article, Span, Story
from digest.text.words import stem, stop_words, words

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_QUOTATION_MARKS = tuple("\"'“”„‟‘‚«»‹›「『")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sentences:
    """The quotable sentences of a story, in an order that does not hang on that of its articles.

    For each sentence: `at` is where it stands, `place` its rank in its article, from 1, `outlet` the number of its
    outlet, `length` its number of words, `single` that of its concepts of one word; `speech` says whether it begins
    with a quotation mark. `has` are pairs of a sentence and a concept that it has, those of sentence n from `start[n]`
    to `start[n + 1]`; `first` are pairs of a concept and the place where one article has it first. For each concept:
    `pair` says whether it is two words, `titled` whether a title has it.
    """

    at: tuple[tuple[Article, Span], ...]
    place: Ints
    outlet: Ints
    length: Ints
    single: Floats
    speech: Flags
    has: tuple[Ints, Ints]
    start: Ints
    first: tuple[Ints, Ints]
    pair: Flags
    titled: Flags

    def sums(self, weights: Floats) -> Floats:
        """For each sentence the sum of its concepts' weights."""
        sentence, concept = self.has
        return _summed(sentence, weights[concept], len(self.at))

    def concepts(self, number: int) -> Ints:
        return self.has[1][self.start[number] : self.start[number + 1]]

    def votes(self, fading: float) -> Floats:
        """For each concept the sum, over the articles that have it, of the place of its first mention to `-fading`."""
        concept, place = self.first
        return _summed(concept, place.astype(np.float64) ** -fading, len(self.pair))


@lru_cache(maxsize=1)  # a brief asks for longer and longer summaries of its story
def read(story: Story) -> Sentences:
    """Sentences article by article, as sorted by id."""
    articles = sorted(story.articles, key=lambda article: article.id)
    outlets = {name: number for number, name in enumerate(dict.fromkeys(article.outlet for article in articles))}
    at = tuple((article, span) for article in articles for span in article.sentences)
    said = [words(span.of(article.text)) for article, span in at]
    place = [rank for article in articles for rank in range(1, len(article.sentences) + 1)]
    numbers: dict[str, int] = {}  # of the concepts, in the order in which they come
    has_sentence: list[int] = []
    has_concept: list[int] = []
    first: dict[tuple[str, int], int] = {}
    for sentence, (article, _) in enumerate(at):
        names = dict.fromkeys(_concepts(said[sentence], article.language))
        found = [numbers.setdefault(name, len(numbers)) for name in names]
        has_sentence += [sentence] * len(found)
        has_concept += found
        id, rank = article.id, place[sentence]
        for concept in found:
            first.setdefault((id, concept), rank)
    titled = {name for article in articles for name in _concepts(words(article.title), article.language)}
    sentences, concepts = _ints(has_sentence), _ints(has_concept)
    pair = np.array([" " in name for name in numbers], dtype=np.bool_)
    return Sentences(
        at=at,
        place=_ints(place),
        outlet=_ints([outlets[article.outlet] for article, _ in at]),
        length=_ints([max(1, len(one)) for one in said]),
        single=_summed(sentences, (~pair)[concepts].astype(np.float64), len(at)),
        speech=np.array([span.of(article.text).startswith(_QUOTATION_MARKS) for article, span in at], dtype=np.bool_),
        has=(sentences, concepts),
        start=np.searchsorted(sentences, np.arange(len(at) + 1)),
        first=(_ints([concept for _, concept in first]), _ints(list(first.values()))),
        pair=pair,
        titled=np.array([name in titled for name in numbers], dtype=np.bool_),
    )


def _summed(numbers: Ints, weights: Floats, count: int) -> Floats:
    """For each number below `count` the sum of its weights."""
    return np.asarray(np.bincount(numbers, weights, minlength=count), dtype=np.float64)


def _ints(numbers: list[int]) -> Ints:
    return np.array(numbers, dtype=np.int64)


def _concepts(said: list[str], language: str) -> list[str]:
    terms = [_term(word, language) for word in said]
    single = [name for name, matters in terms if matters]
    return single + [f"{one} {other}" for (one, left), (other, right) in pairwise(terms) if left or right]


@lru_cache(maxsize=100_000)
def _term(word: str, language: str) -> tuple[str, bool]:
    """A word's stem, and whether it is a content word."""
    return stem(word, language), len(word) > 1 and word.casefold().replace("’", "'") not in stop_words(language)

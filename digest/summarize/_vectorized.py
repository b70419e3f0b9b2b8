"""sumy's summarizers, faster or steadier, as subclasses: what works with sumy's own classes works with these.

`LexRankSummarizer` and `TextRankSummarizer` give the identical sentences in the identical order; what they gain is the
matrix, filled term by term instead of pair by pair. `LsaSummarizer` and `RandomSummarizer` give the same result in
every process; `ReductionSummarizer` needs one pass; `KLSummarizer` and `SumBasicSummarizer` stop when they have enough.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sumy.summarizers._summarizer import AbstractSummarizer
from sumy.summarizers.kl import KLSummarizer as Kl
from sumy.summarizers.lex_rank import LexRankSummarizer as LexRank
from sumy.summarizers.lsa import LsaSummarizer as Lsa
from sumy.summarizers.reduction import ReductionSummarizer as Reduction
from sumy.summarizers.sum_basic import SumBasicSummarizer as SumBasic
from sumy.summarizers.text_rank import TextRankSummarizer as TextRank

Matrix = npt.NDArray[np.float64]
Sentences = Sequence[Sequence[str]]


class LexRankSummarizer(LexRank):  # type: ignore[misc]
    """Erkan and Radev 2004, as sumy has it. The matrix of n sentences takes n² x 8 bytes."""

    @staticmethod
    def _compute_idf(sentences: Sentences) -> dict[str, float]:
        spread = Counter(term for sentence in sentences for term in dict.fromkeys(sentence))
        return {term: math.log(len(sentences) / (1 + count)) for term, count in spread.items()}

    def _create_matrix(
        self,
        sentences: Sentences,
        threshold: float,
        tf_metrics: Sequence[Mapping[str, float]],
        idf_metrics: Mapping[str, float],
    ) -> Matrix:
        weights = [{term: tf * idf_metrics[term] for term, tf in metrics.items()} for metrics in tf_metrics]
        alike = _products(weights)
        # sumy sums the squares in an order of its own, which changes from run to run: no sum here is nearer to it.
        length = np.sqrt([sum(weight**2 for weight in vector.values()) for vector in weights])
        norm = length[:, None] * length[None, :]
        np.divide(alike, norm, out=alike, where=norm > 0)
        linked = ((alike > threshold) & (norm > 0)).astype(np.float64)
        linked /= np.maximum(linked.sum(axis=1), 1.0)[:, None]
        return linked

    @staticmethod
    def power_method(matrix: Matrix, epsilon: float) -> Any:
        with np.errstate(invalid="ignore"):  # where all sentences are stop words, as harmlessly as in sumy
            return LexRank.power_method(matrix, epsilon)


class TextRankSummarizer(TextRank):  # type: ignore[misc]
    """Mihalcea and Tarau 2004, as sumy has it. The matrix of n sentences takes n² x 8 bytes, a few times."""

    def _create_matrix(self, document: Any) -> Matrix:
        weights = _overlaps([self._to_words_set(sentence) for sentence in document.sentences])
        weights /= weights.sum(axis=1)[:, None] + self._ZERO_DIVISION_PREVENTION
        weights *= self.damping
        weights += (1.0 - self.damping) / len(weights)
        return weights


class ReductionSummarizer(Reduction):  # type: ignore[misc]
    """A sentence is worth what it has in common with all others (Jagadeesh, Pingali and Varma 2005, as sumy has it)."""

    def rate_sentences(self, document: Any) -> dict[Any, float]:
        weights = _overlaps([self._to_words_set(sentence) for sentence in document.sentences], alone=0.0)
        np.fill_diagonal(weights, 0.0)
        return dict(zip(document.sentences, np.round(weights.sum(axis=1), 9).tolist(), strict=True))


class LsaSummarizer(Lsa):  # type: ignore[misc]
    """Steinberger and Jezek 2004, as sumy has it, with its words in the order in which they come."""

    def _create_dictionary(self, document: Any) -> dict[str, int]:
        words = map(self.normalize_word, document.words)
        stems = dict.fromkeys(self.stem_word(word) for word in words if word not in self._stop_words)
        return {stem: row for row, stem in enumerate(stems)}

    def _create_matrix(self, document: Any, dictionary: Mapping[str, int]) -> Matrix:
        matrix = np.zeros((len(dictionary), len(document.sentences)))
        for column, sentence in enumerate(document.sentences):
            rows = [dictionary[stem] for stem in map(self.stem_word, sentence.words) if stem in dictionary]
            np.add.at(matrix[:, column], rows, 1.0)
        return matrix

    def _compute_term_frequency(self, matrix: Matrix, smooth: float = 0.4) -> Matrix:
        most = matrix.max(axis=0)
        used = most > 0
        matrix[:, used] = smooth + (1.0 - smooth) * (matrix[:, used] / most[used])
        return matrix

    def _compute_ranks(self, sigma: npt.NDArray[np.float64], v_matrix: Matrix) -> list[float]:
        """Rounded: the last digits of a decomposition depend on the machine, and equal sentences must stay equal."""
        dimensions = max(self.MIN_DIMENSIONS, int(len(sigma) * self.REDUCTION_RATIO))
        powered = np.where(np.arange(len(sigma)) < dimensions, sigma**2, 0.0)
        ranks: list[float] = np.round(np.sqrt(powered @ v_matrix**2), 9).tolist()
        return ranks


class KLSummarizer(Kl):  # type: ignore[misc]
    """Haghighi and Vanderwende 2009, as sumy has it, up to the number of sentences that is asked for."""

    def __call__(self, document: Any, sentences_count: int) -> Any:
        wanted = self.compute_tf(document.sentences)
        words = [self._get_content_words_in_sentence(sentence) for sentence in document.sentences]

        def worst(number: int, said: list[str]) -> float:
            return float(self._kl_divergence(self._joint_freq(words[number], said), wanted))

        def least(left: Sequence[int], picked: Sequence[int]) -> int:
            said = self._get_all_words_in_doc([document.sentences[number] for number in picked])
            return min(left, key=lambda number: worst(number, said))

        return _picked(document.sentences, sentences_count, least)


class SumBasicSummarizer(SumBasic):  # type: ignore[misc]
    """Nenkova and Vanderwende 2005, as sumy has it, up to the number of sentences that is asked for."""

    def __call__(self, document: Any, sentences_count: int) -> Any:
        frequency = self._compute_tf(document.sentences)
        words = [self._get_content_words_in_sentence(sentence) for sentence in document.sentences]

        def most(left: Sequence[int], picked: Sequence[int]) -> int:
            self._update_tf(frequency, words[picked[-1]] if picked else ())
            return max(left, key=lambda n: self._compute_average_probability_of_words(frequency, words[n]))

        return _picked(document.sentences, sentences_count, most)


class RandomSummarizer(AbstractSummarizer):  # type: ignore[misc]
    """Any sentences, a baseline: which ones follows from their words and the seed, and from nothing else."""

    seed = 0

    def __call__(self, document: Any, sentences_count: int) -> Any:
        def chance(sentence: Any) -> str:
            return hashlib.sha256(f"{self.seed}\0{sentence}".encode("utf-8", "surrogatepass")).hexdigest()

        return self._get_best_sentences(document.sentences, sentences_count, chance)


def _picked(sentences: Sequence[Any], count: int, choose: Callable[[Sequence[int], Sequence[int]], int]) -> Any:
    """The sentences that are chosen one by one, in the order of the document."""
    left, picked = list(range(len(sentences))), list[int]()
    while left and len(picked) < count:
        picked.append(choose(left, picked))
        left.remove(picked[-1])
    return tuple(sentences[number] for number in sorted(picked))


def _overlaps(sentences: Sentences, alone: float = 1.0) -> Matrix:
    """For each two sentences the number of words in common, each times each, by the logarithms of their lengths.

    Two sentences of one word each have no such measure: where they are the same word, they get `alone`.
    """
    common = _products([{word: float(count) for word, count in Counter(words).items()} for words in sentences])
    lengths = np.array([math.log(len(words)) if words else 0.0 for words in sentences])
    norm = lengths[:, None] + lengths[None, :]
    single = np.isclose(norm, 0.0)
    common[single] *= alone
    np.divide(common, norm, out=common, where=~single)
    return common


def _products(vectors: Sequence[Mapping[str, float]]) -> Matrix:
    """The inner product of each two sparse vectors, summed in the order in which their terms come."""
    total = np.zeros((len(vectors), len(vectors)))
    for rows, weights in _columns(vectors):
        total[np.ix_(rows, rows)] += np.outer(weights, weights)
    return total


def _columns(vectors: Sequence[Mapping[str, float]]) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]]:
    """For each term the vectors that have it, and its weights there."""
    places: dict[str, list[int]] = {}
    for number, vector in enumerate(vectors):
        for term in vector:
            places.setdefault(term, []).append(number)
    for term, rows in places.items():
        yield np.array(rows), np.array([vectors[row][term] for row in rows])

"""Vectors in, pairs out that may be alike: an inverted index, walked in blocks, whose cost has a bound."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from digest.cluster._vectors import Flags, Floats, Ints, Profiles

LEAST_COSINE = 0.06  # below this two articles are strangers
_UNIT = 4095  # products of two weights are counted in whole parts of its square: sums do not depend on their order
_BLOCK = 500_000  # meetings of two articles at a term that are summed at once
_ROWS = 1 << 13
# Bounds for large inputs, where only the most hopeful pairs are looked at.
_MEETINGS = 60_000_000
_MEETINGS_EACH = 500
_PAIRS = 6_000_000
_LEAST_EACH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """In which articles terms occur and how heavily, term by term, in the order of the articles."""

    rows: Ints
    weights: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """In how many articles each term is, and how heavy it is at most; by these it is chosen what is indexed."""

    articles: Ints
    heaviest: Floats

    @classmethod
    def over(cls, profiles: Profiles) -> "Spread":
        here = profiles.whole > 0
        terms = profiles.terms[here]
        heaviest = np.zeros(profiles.vocabulary)
        np.maximum.at(heaviest, terms, profiles.whole[here])
        return cls(articles=np.bincount(terms, minlength=profiles.vocabulary), heaviest=heaviest)

    def reaching(self, vocabulary: int) -> "Spread":
        """The same for more terms, of which nothing is known."""
        more = vocabulary - len(self.articles)
        return Spread(articles=np.pad(self.articles, (0, more)), heaviest=np.pad(self.heaviest, (0, more)))


class Candidates:
    """Pairs (later, earlier) of row numbers with a cosine of about `LEAST_COSINE` or more, by blocks.

    An article meets the earlier ones at each of its terms, the nearest first, and no more of them than the bounds
    allow; then the most alike are taken. The most common terms of an article stay out of the index as long as they
    alone cannot make a pair alike (prefix filtering: Bayardo, Ma and Srikant 2007), by the spread of these or of
    other articles. Rows are numbered from `first`.
    """

    def __init__(self, profiles: Profiles, spread: Spread | None = None, first: int = 0) -> None:
        self.rows, terms, self.weights = occurrences(profiles)
        self.rows += first
        self.indexed = _indexed(profiles, self.rows, terms, spread or Spread.over(profiles))
        self.index, self.ends, counts = _index(self.rows, terms, self.weights, self.indexed)
        self.counts = np.minimum(counts, reach(counts, meetings(len(profiles))))
        self.most = most_each(len(profiles))

    def blocks(self) -> list[slice]:
        """What `of` is to be called with, in order; each on its own."""
        return list(blocks(self.rows, self.counts))

    def of(self, block: slice) -> tuple[Ints, Ints]:
        """The pairs of some later articles, in their order."""
        found = met(self.index, self.rows[block], self.weights[block], self.ends[block], self.counts[block])
        return hopeful(*found, self.most)


def occurrences(profiles: Profiles) -> tuple[Ints, Ints, Ints]:
    """Row, term and weight of each term of each article, row by row."""
    rows, slots = np.nonzero(profiles.whole)
    weights = np.rint(profiles.whole[rows, slots] * _UNIT).astype(np.int32)
    return rows.astype(np.int32), profiles.terms[rows, slots], weights


def meetings(articles: int) -> int:
    """How many meetings so many articles may have."""
    return _MEETINGS + _MEETINGS_EACH * articles


def most_each(articles: int) -> int:
    """To how many earlier ones each of so many articles is compared at most."""
    return max(_LEAST_EACH, _PAIRS // max(1, articles))


def _indexed(profiles: Profiles, rows: Ints, terms: Ints, spread: Spread) -> Flags:
    """Which occurrences are indexed; those of terms of which nothing is known always are."""
    weights = profiles.whole[profiles.whole > 0]
    order = np.lexsort((terms, -spread.articles[terms], rows))
    reach = np.cumsum((weights * spread.heaviest[terms])[order])
    first = np.flatnonzero(np.diff(rows, prepend=-1))
    before: Floats = np.concatenate([[0.0], reach])[first]
    found = np.empty(len(rows), dtype=np.bool_)
    found[order] = reach - np.repeat(before, np.diff(first, append=len(rows))) >= LEAST_COSINE / 2
    found[spread.articles[terms] == 0] = True
    return found


def _index(rows: Ints, terms: Ints, weights: Ints, indexed: Flags) -> tuple[Index, Ints, Ints]:
    """The index of those `indexed`; for each of all, where in it the earlier ones of its term end, and how many."""
    order = np.argsort(terms, kind="stable")
    inside = indexed[order]
    before: Ints = np.cumsum(inside) - inside
    first = np.flatnonzero(np.diff(terms[order], prepend=-1))
    ends, counts = np.empty_like(rows), np.empty_like(rows)
    ends[order] = before
    counts[order] = before - np.repeat(before[first], np.diff(first, append=len(rows)))
    return Index(rows=rows[order][inside], weights=weights[order][inside]), ends, counts


def reach(counts: Ints, bound: int) -> int:
    """How many others an article may meet at a term, so that all meetings together are not too many."""
    reach = int(counts.max(initial=0))
    while np.minimum(counts, reach).sum() > bound:
        reach = reach * 3 // 4
    return reach


def blocks(rows: Ints, counts: Ints) -> Iterator[slice]:
    """Stretches of whole rows with not many more than `_BLOCK` meetings each, nor more than `_ROWS` rows."""
    first = np.flatnonzero(np.diff(rows, prepend=-1))
    total = np.concatenate([[0], np.cumsum(counts)])
    start = 0
    while start < len(first):
        stop = int(np.searchsorted(total[first], total[first[start]] + _BLOCK))
        stop = max(start + 1, min(stop, start + _ROWS))
        yield slice(int(first[start]), int(first[stop]) if stop < len(first) else len(rows))
        start = stop


def met(index: Index, rows: Ints, weights: Ints, ends: Ints, counts: Ints) -> tuple[Ints, Ints, Ints]:
    """Pairs that share terms and their sums: row, article and weight of each meeting are one number, and sorted."""
    base = int(rows[0])
    places = np.repeat(ends - np.cumsum(counts), counts) + np.arange(int(counts.sum()))
    keys = np.repeat((rows.astype(np.int64) - base) << 50, counts) | (index.rows[places].astype(np.int64) << 25)
    keys |= np.repeat(weights, counts) * index.weights[places]
    keys.sort()
    starts = np.flatnonzero(np.diff(keys >> 25, prepend=-1))
    sums = np.add.reduceat(keys & ((1 << 25) - 1), starts) if len(keys) else keys
    pairs = keys[starts] >> 25
    return (pairs >> 25) + base, pairs & ((1 << 25) - 1), sums


def hopeful(later: Ints, earlier: Ints, sums: Ints, most: int) -> tuple[Ints, Ints]:
    """Those alike enough, and of each later article no more than the `most` most alike, the nearest of equals."""
    enough = sums >= LEAST_COSINE / 2 * _UNIT**2
    later, earlier, sums = later[enough], earlier[enough], sums[enough]
    kept = best(later, sums, earlier, most)
    return later[kept], earlier[kept]


def best(owners: Ints, scores: Ints | Floats, nearness: Ints, most: int) -> Ints:
    """Where the `most` highest scores of each owner are, in no promised order; of equals the nearest."""
    sizes = np.bincount(owners)
    if sizes.max(initial=0) <= most:
        return np.arange(len(owners))
    order = np.lexsort((-nearness, -scores, owners))
    rank = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return order[rank < most]

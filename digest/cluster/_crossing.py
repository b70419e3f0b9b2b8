"""New vectors against older ones: the pairs that would be candidates if all had come at once."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import numpy as np

from digest.cluster._candidates import Index, blocks, hopeful, meetings, met, most_each, occurrences, reach
from digest.cluster._nodes import Age
from digest.cluster._vectors import Flags, Ints, Profiles


class Shelf:
    """Older articles: where each term occurs in them, earliest first; all of its occurrences, and those indexed.

    `rows` says which articles these are, in the order of their `ages`; `indexed` has a flag for each of their
    occurrences, in the same order.
    """

    def __init__(self, profiles: Profiles, rows: Ints, ages: Sequence[Age], indexed: Flags) -> None:
        self.rows, self.ages = rows, ages
        where, terms, weights = occurrences(profiles)
        self.all = _Postings(where, terms, weights, profiles.vocabulary)
        self.indexed = _Postings(where[indexed], terms[indexed], weights[indexed], profiles.vocabulary)


class _Postings:
    """Occurrences by term, those of a term by article."""

    def __init__(self, rows: Ints, terms: Ints, weights: Ints, vocabulary: int) -> None:
        order = np.argsort(terms, kind="stable")
        self.index = Index(rows=rows[order], weights=weights[order])
        self.starts: Ints = np.concatenate([[0], np.cumsum(np.bincount(terms, minlength=vocabulary))])

    def around(self, terms: Ints, places: Ints) -> tuple[Ints, Ints, Ints]:
        """For each term, where its occurrences start, where those at `places` or after do, and where they end."""
        last = len(self.starts) - 1
        starts, ends = self.starts[np.minimum(terms, last)], self.starts[np.minimum(terms + 1, last)]
        low, high = starts, ends
        while (low < high).any():  # bisection, side by side
            middle = (low + high) // 2
            before = (low < high) & (self.index.rows[np.minimum(middle, len(self.index.rows) - 1)] < places)
            low, high = np.where(before, middle + 1, low), np.where(before, high, np.minimum(middle, high))
        return starts, low, ends


class Crossing:
    """Pairs (new, older) of row numbers: see `Candidates`."""

    def __init__(
        self, shelf: Shelf, postings: _Postings, occurring: tuple[Ints, Ints], ends: Ints, counts: Ints, bound: int
    ) -> None:
        self.shelf, self.index, self.ends = shelf, postings.index, ends
        self.rows, self.weights = occurring
        self.counts = np.minimum(counts, reach(counts, bound))
        self.most = most_each(len(shelf.rows))

    def blocks(self) -> list[slice]:
        """What `of` is to be called with, in order; each on its own."""
        return list(blocks(self.rows, self.counts))

    def of(self, block: slice) -> tuple[Ints, Ints]:
        """The pairs of some new articles, in their order."""
        found = met(self.index, self.rows[block], self.weights[block], self.ends[block], self.counts[block])
        new, older = hopeful(*found, self.most)
        return new, self.shelf.rows[older]


def crossings(shelf: Shelf, new: Profiles, ages: Sequence[Age], indexed: Flags, first: int) -> Iterator[Crossing]:
    """New articles with the older ones before them, and with those after them.

    Of two articles all terms of the later one meet the indexed ones of the earlier one, whichever of them is new. New
    rows are numbered from `first`; they have their share of the meetings that are allowed to all.
    """
    rows, terms, weights = occurrences(new)
    places = np.array([bisect_left(shelf.ages, age) for age in ages], dtype=np.int64)[rows]
    bound = meetings(len(shelf.rows)) * len(new) // max(1, len(shelf.rows))
    rows = rows + first
    starts, middle, _ = shelf.indexed.around(terms, places)
    yield Crossing(shelf, shelf.indexed, (rows, weights), middle, middle - starts, bound)
    _, middle, ends = shelf.all.around(terms[indexed], places[indexed])
    counts = np.minimum(ends - middle, reach(ends - middle, bound))
    yield Crossing(shelf, shelf.all, (rows[indexed], weights[indexed]), middle + counts, counts, bound)

"""Scored pairs in, groups out. Where nodes and pairs have been added, only what they may change is linked again.

What makes that exact: linking merges the two closest groups of all, again and again. So nodes divide into the groups
of a partition if, and only if, each two of those, linked alone, come out as they are. For two old groups that is known.
For a group that is new it holds if no pair between the two is high enough for a merge; else both are linked, together
with all that they were linked with before.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from digest.cluster._merge import Graph, groups
from digest.cluster._pairs import SURE, Pairs
from digest.cluster._vectors import Flags, Ints

_ROUNDING = 1e-9
GONE = -1  # the label of a node that is no more, or not yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """Nodes by number: the `ranks` that settle ties, how many articles each is, and when groups are merged."""

    ranks: Ints
    sizes: Ints
    threshold: float
    leniency: float

    def partition(self, found: Pairs, before: Ints, again: Flags) -> Ints:
        """For each node a label of its group: the number of the group's node that is first in rank.

        `before` are such labels from before some nodes and pairs were added or taken away, `GONE` for new nodes;
        `again` says which nodes are new, or have lost one of their group. Nodes that are gone have no articles and no
        pairs.
        """
        labels = np.where(again, np.arange(len(before)), np.where(self.sizes > 0, before, GONE))
        live = labels != GONE
        inside = again[found.one] & again[found.other]
        pieces = np.where(again, connected(found.one[inside], found.other[inside], len(before)), labels)
        unsettled = again
        while True:
            self._link(found, labels, pieces, again)
            unsettled = unsettled | again
            here, there = self._close(found, labels, pieces, unsettled & changed(labels, before))
            if not len(here):
                return labels
            joined = connected(here, there, len(before))
            pieces = np.where(live, joined[pieces], GONE)
            again = live & np.isin(pieces, joined[here])

    def _link(self, found: Pairs, labels: Ints, pieces: Ints, again: Flags) -> None:
        """Divide those pieces into groups, each piece by itself, and label them."""
        by_rank = np.argsort(self.ranks)
        sizes = self.sizes[by_rank].tolist()
        labels[again] = np.flatnonzero(again)
        inside = again[found.one] & (pieces[found.one] == pieces[found.other])
        for graph in _graphs(found.of(inside), pieces, self.ranks):
            for group in groups(graph, sizes, self.threshold, self.leniency):
                labels[by_rank[group]] = by_rank[group[0]]

    def _close(self, found: Pairs, labels: Ints, pieces: Ints, unsettled: Flags) -> tuple[Ints, Ints]:
        """The pieces, two by two, of which some groups might be merged that have not been tried.

        The score of two groups, and of any parts of theirs, is at most that of the best of their pairs, times the
        number of these pairs to the power of the leniency.
        """
        across = (unsettled[found.one] | unsettled[found.other]) & (pieces[found.one] != pieces[found.other])
        pairs = found.of(across)
        one, other = labels[pairs.one], labels[pairs.other]
        keys = np.minimum(one, other) << 32 | np.maximum(one, other)
        order = np.argsort(keys, kind="stable")
        starts = np.flatnonzero(np.diff(keys[order], prepend=-1))
        if not len(starts):
            return keys, keys
        best = np.maximum.reduceat(pairs.score[order], starts)
        count = np.add.reduceat((self.sizes[pairs.one] * self.sizes[pairs.other])[order], starts)
        close = order[starts][best * count**self.leniency >= self.threshold * SURE * (1 - _ROUNDING)]
        return pieces[pairs.one[close]], pieces[pairs.other[close]]


def changed(labels: Ints, before: Ints) -> Flags:
    """Which nodes are in a group that was not the very same before."""
    number = len(labels)
    live = labels != GONE
    lowest, highest = np.full(number, number), np.full(number, GONE)
    np.minimum.at(lowest, labels[live], before[live])
    np.maximum.at(highest, labels[live], before[live])
    now = np.bincount(labels[live], minlength=number)
    then = np.bincount(before[before != GONE], minlength=number)
    same = (lowest == highest) & (lowest != GONE) & (now == then[np.minimum(lowest, number - 1)])
    found: Flags = live & ~same[labels]
    return found


def connected(one: Ints, other: Ints, nodes: int) -> Ints:
    """For each node the lowest number that it is connected with by these pairs, directly or through others."""
    labels = np.arange(nodes)
    while True:
        lowest = np.minimum(labels[one], labels[other])
        lower = labels.copy()
        np.minimum.at(lower, one, lowest)
        np.minimum.at(lower, other, lowest)
        lower = lower[lower]
        if np.array_equal(lower, labels):
            return labels
        labels = lower


def _graphs(found: Pairs, pieces: Ints, ranks: Ints) -> Iterator[Graph]:
    """The pieces as graphs of ranks, one after the other."""
    owners = pieces[found.one]
    order = np.argsort(owners, kind="stable")
    one, other, score = ranks[found.one[order]], ranks[found.other[order]], found.score[order]
    cuts = np.flatnonzero(np.diff(owners[order], prepend=-1, append=-1)).tolist()
    for start, stop in pairwise(cuts):
        graph: Graph = defaultdict(dict)
        part = (column[start:stop].tolist() for column in (one, other, score))
        for here, there, scored in zip(*part, strict=True):
            graph[here][there] = graph[there][here] = scored
        yield graph

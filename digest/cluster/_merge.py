"""A graph of scored pairs in, groups out: average linkage that knows only the pairs worth knowing."""

import heapq
from collections.abc import Sequence

from digest.cluster._pairs import SURE

Graph = dict[int, dict[int, int]]  # neighbours of each node and the scores in millionths, both ways
# Minus the score, the first nodes of two groups in order, the groups, their sizes when it was computed.
Merge = tuple[float, int, int, int, int, int, int]


def groups(graph: Graph, sizes: Sequence[int], threshold: float, leniency: float) -> list[list[int]]:
    """Merge the two closest groups while the mean score between them is at least `threshold` (0 to 1).

    A node stands for as many articles as `sizes` says. The mean is over all pairs of articles, absent ones being 0, so
    that a chain of pairs does not make a group. Large groups are let off a little: the mean is multiplied by (pairs
    between the groups) ** `leniency`, since two articles of a widely covered story often share few words with each
    other but many with the rest. Of equals those groups are merged whose nodes come first, so that no group depends on
    nodes that it could not merge with. Average linkage: Sokal and Michener 1958. Groups and their members are in
    ascending order.
    """
    return sorted(sorted(group) for group in _Merging(graph, sizes, threshold, leniency).run())


class _Merging:
    def __init__(self, graph: Graph, sizes: Sequence[int], threshold: float, leniency: float) -> None:
        self.first = {node: node for node in graph}
        self.sizes = {node: sizes[node] for node in graph}
        self.near = {
            node: {other: score * self.sizes[node] * self.sizes[other] for other, score in near.items()}
            for node, near in graph.items()
        }
        self.members: dict[int, list[int]] = {node: [node] for node in self.near}
        self.least = threshold * SURE
        self.power = 1.0 - leniency
        self.queue: list[Merge] = []
        for node in self.near:
            self._look(node)

    def run(self) -> list[list[int]]:
        """Each group queues with its best partner of then; if that has changed since, it looks again."""
        while self.queue:
            *_, one, other, size, other_size = heapq.heappop(self.queue)
            if self.sizes.get(one) != size:
                continue
            if self.sizes.get(other) == other_size:
                self._merge(one, other)
            else:
                self._look(one)
        return list(self.members.values())

    def _merge(self, one: int, other: int) -> None:
        """Into the one with more neighbours: fewer sums to move."""
        if len(self.near[other]) > len(self.near[one]):
            one, other = other, one
        self.members[one] += self.members.pop(other)
        self.sizes[one] += self.sizes.pop(other)
        self.first[one] = min(self.first[one], self.first.pop(other))
        kept, gone = self.near[one], self.near.pop(other)
        del kept[other], gone[one]
        for third, total in gone.items():
            del self.near[third][other]
            kept[third] = self.near[third][one] = kept.get(third, 0) + total
        self._look(one)

    def _look(self, group: int) -> None:
        """Queue a group with the partner of the highest score, of equals the first, if that is enough."""
        size, sizes, power, first = self.sizes[group], self.sizes, self.power, self.first
        best, partner = 0.0, -1
        for other, total in self.near[group].items():
            score = total / (size * sizes[other]) ** power
            if score > best or (score == best and first[other] < first[partner]):
                best, partner = score, other
        if best >= self.least and partner >= 0:
            low, high = sorted((first[group], first[partner]))
            heapq.heappush(self.queue, (-best, low, high, group, partner, size, sizes[partner]))

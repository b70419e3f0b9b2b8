"""A graph of scored pairs in, groups out: average linkage that knows only the pairs worth knowing."""

import heapq
from collections.abc import Iterator

from digest.cluster._pairs import SURE, Graph

Merge = tuple[float, int, int, int, int]  # minus the score, two groups, their sizes when it was computed


def groups(graph: Graph, threshold: float, leniency: float) -> list[list[int]]:
    """Merge the two closest groups while the mean score between them is at least `threshold` (0 to 1).

    The mean is over all pairs, absent ones being 0, so that a chain of pairs does not make a group. Large groups are
    let off a little: the mean is multiplied by (pairs between the groups) ** `leniency`, since two articles of a
    widely covered story often share few words with each other but many with the rest. Average linkage: Sokal and
    Michener 1958. Groups and their members are in ascending order.
    """
    return sorted(sorted(group) for group in _Merging(graph, threshold, leniency).run())


class _Merging:
    def __init__(self, graph: Graph, threshold: float, leniency: float) -> None:
        self.near: dict[int, dict[int, int]] = {node: dict(near) for node, near in enumerate(graph)}
        self.members: dict[int, list[int]] = {node: [node] for node in self.near}
        self.least = threshold * SURE
        self.power = 1.0 - leniency
        self.queue: list[Merge] = [m for node in self.near for m in self._merges(node, above=node)]
        heapq.heapify(self.queue)

    def run(self) -> list[list[int]]:
        while self.queue:
            _, one, other, size, other_size = heapq.heappop(self.queue)
            if self._is_current(one, size) and self._is_current(other, other_size):
                self._merge(one, other)
        return list(self.members.values())

    def _is_current(self, group: int, size: int) -> bool:
        return len(self.members.get(group, ())) == size

    def _merge(self, one: int, other: int) -> None:
        """Into the one with more neighbours: fewer sums to move."""
        if len(self.near[other]) > len(self.near[one]):
            one, other = other, one
        self.members[one] += self.members.pop(other)
        kept, gone = self.near[one], self.near.pop(other)
        del kept[other], gone[one]
        for third, total in gone.items():
            del self.near[third][other]
            kept[third] = self.near[third][one] = kept.get(third, 0) + total
        for merge in self._merges(one, above=-1):
            heapq.heappush(self.queue, merge)

    def _merges(self, group: int, above: int) -> Iterator[Merge]:
        size = len(self.members[group])
        for other, total in self.near[group].items():
            other_size = len(self.members[other])
            score = total / (size * other_size) ** self.power
            if score >= self.least and other > above:
                yield -score, *min((group, other, size, other_size), (other, group, other_size, size))

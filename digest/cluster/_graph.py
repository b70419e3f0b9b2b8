"""Articles in, groups of them out: pairs are scored, and what hangs together by them is divided by linkage."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from digest.cluster._merge import Graph, groups
from digest.cluster._pairs import SURE, Pairs, pairs
from digest.cluster._vectors import Ints, profiles
from digest.model import Article


def grouped(articles: Sequence[Article], threshold: float, leniency: float) -> Iterator[tuple[list[int], int]]:
    """Groups of places in `articles` in ascending order, and the place of each group's most central article.

    `articles` are in the order that settles ties. Twins are compared once, as one node.
    """
    nodes = _twins(articles)
    found = pairs(profiles([articles[node[0]] for node in nodes], [_outlet(articles, node) for node in nodes]))
    sizes = {number: len(node) for number, node in enumerate(nodes)}
    alone = set(sizes)
    for graph in _components(found, len(nodes)):
        alone -= graph.keys()
        for group in groups(graph, sizes, threshold, leniency):
            medoid = nodes[_medoid(group, graph, sizes)][0]
            yield sorted(place for number in group for place in nodes[number]), medoid
    for number in sorted(alone):
        yield nodes[number], nodes[number][0]


def _twins(articles: Sequence[Article]) -> list[list[int]]:
    """Places of articles of one day and text: a thousand entries with one title are one matter."""
    nodes: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, article in enumerate(articles):
        day = article.published.toordinal() if article.published else None
        nodes[day, article.language[:2], article.text].append(place)
    return list(nodes.values())


def _outlet(articles: Sequence[Article], node: Sequence[int]) -> str:
    """The one whose articles these are, if it is one."""
    outlet = articles[node[0]].outlet
    return outlet if all(articles[place].outlet == outlet for place in node) else ""


def _components(found: Pairs, nodes: int) -> Iterator[Graph]:
    """The parts of the graph that no pair connects, one after the other."""
    labels = _labels(found, nodes)[found.one]
    order = np.argsort(labels, kind="stable")
    one, other, score = found.one[order], found.other[order], found.score[order]
    cuts = np.flatnonzero(np.diff(labels[order], prepend=-1, append=-1)).tolist()
    for start, stop in pairwise(cuts):
        graph: Graph = defaultdict(dict)
        part = (column[start:stop].tolist() for column in (one, other, score))
        for here, there, scored in zip(*part, strict=True):
            graph[here][there] = graph[there][here] = scored
        yield dict(graph)


def _labels(found: Pairs, nodes: int) -> Ints:
    """For each node the lowest number that it is connected with, directly or through others."""
    labels = np.arange(nodes)
    while True:
        lowest = np.minimum(labels[found.one], labels[found.other])
        lower = labels.copy()
        np.minimum.at(lower, found.one, lowest)
        np.minimum.at(lower, found.other, lowest)
        lower = lower[lower]
        if np.array_equal(lower, labels):
            return labels
        labels = lower


def _medoid(group: Sequence[int], graph: Graph, sizes: Mapping[int, int]) -> int:
    """The node that is closest to the rest of its story; of equals the first."""
    inside = set(group)

    def closeness(node: int) -> int:
        near = sum(score * sizes[other] for other, score in graph[node].items() if other in inside)
        return near + SURE * (sizes[node] - 1)

    return max(group, key=lambda node: (closeness(node), -node))

"""Groups of nodes in, stories out: in order, named after the most central article, each article tied to its nearest."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from digest.cluster._nodes import Node, age
from digest.cluster._pairs import SURE, Pairs
from digest.cluster._vectors import Flags, Ints
from digest.model import Article, Story, Tie, short_hash

_RANK = (1 << 32) - 1
_ALMOST = 0.9999  # as much as two articles can be alike that are not the same


def stories(
    nodes: Sequence[Node], found: Pairs, labels: Ints, ranks: Ints, sizes: Ints, wanted: Flags
) -> Iterator[tuple[int, Story]]:
    """The label and the story of each group whose nodes are `wanted`."""
    inner = found.of(wanted[found.one] & (labels[found.one] == labels[found.other]))
    central, near = _closeness(inner, sizes), _nearest(inner, ranks)
    alike = _alike(inner, near)
    rows = np.flatnonzero(wanted)
    rows = rows[np.lexsort((ranks[rows], labels[rows]))]
    best = rows[np.lexsort((ranks[rows], -central[rows], labels[rows]))]
    cuts = np.flatnonzero(np.diff(labels[rows], prepend=-1)).tolist()
    for start, stop in pairwise([*cuts, len(rows)]):
        group = rows[start:stop].tolist()
        members = _members([nodes[row] for row in group])
        ties = {tie.article: tie for row in group for tie in _ties(nodes, row, int(near[row]), int(alike[row]))}
        yield (
            int(labels[group[0]]),
            Story(
                id=short_hash("story", members[0].id),
                title=nodes[best[start]][0].title,
                articles=tuple(members),
                ties=tuple(ties[article.id] for article in members if article.id in ties),
            ),
        )


def in_order(made: Iterator[Story] | Sequence[Story]) -> tuple[Story, ...]:
    """The story with the earliest article first."""
    return tuple(sorted(made, key=lambda story: (*age(story.articles[0]), story.id)))


def _members(group: Sequence[Node]) -> list[Article]:
    members = [article for node in group for article in node]
    return members if len(members) == len(group) else sorted(members, key=age)


def _ties(nodes: Sequence[Node], row: int, near: int, alike: int) -> Iterator[Tie]:
    """Each article of a node with its nearest: a twin if it has one, else the first of the nearest node."""
    node = nodes[row]
    for place, article in enumerate(node):
        if len(node) > 1:
            yield Tie(article=article.id, nearest=node[0 if place else 1].id, likeness=1.0)
        elif near >= 0:
            yield Tie(article=article.id, nearest=nodes[near][0].id, likeness=min(alike / 10_000, _ALMOST))


def _closeness(inner: Pairs, sizes: Ints) -> Ints:
    """How close each node is to the rest of its group: the sum of its articles' scores."""
    near = SURE * (sizes - 1)
    np.add.at(near, inner.one, inner.score * sizes[inner.other])
    np.add.at(near, inner.other, inner.score * sizes[inner.one])
    return near


def _nearest(inner: Pairs, ranks: Ints) -> Ints:
    """The node that has the highest score with each, of equals the first; -1 where a node is alone.

    In a group each node has one, since its first merge was by the score of a pair.
    """
    best = np.zeros(len(ranks), dtype=np.int64)
    np.maximum.at(best, inner.one, inner.score << 32 | (_RANK - ranks[inner.other]))
    np.maximum.at(best, inner.other, inner.score << 32 | (_RANK - ranks[inner.one]))
    by_rank = np.argsort(ranks)
    found: Ints = np.where(best > 0, by_rank[np.where(best > 0, _RANK - (best & _RANK), 0)], -1)
    return found


def _alike(inner: Pairs, near: Ints) -> Ints:
    """The cosine of each node and its nearest, 0 where there is none."""
    found = np.zeros(len(near), dtype=np.int64)
    rows = np.flatnonzero(near >= 0)
    keys = inner.one.astype(np.int64) * len(near) + inner.other
    order = np.argsort(keys)
    wanted = np.minimum(rows, near[rows]) * len(near) + np.maximum(rows, near[rows])
    found[rows] = inner.alike[order[np.searchsorted(keys[order], wanted)]] if len(rows) else 0
    return found

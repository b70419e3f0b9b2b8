"""Stories of articles that keep coming: what is new is compared with all, and what it does not touch stays as it is."""

from collections.abc import Sequence

import numpy as np

from digest.cluster._candidates import Candidates, Spread
from digest.cluster._crossing import Shelf, crossings
from digest.cluster._nodes import Node, age, nodes, seen, sizes, twin_key
from digest.cluster._pairs import pairs
from digest.cluster._partition import GONE, Linking, changed
from digest.cluster._stories import in_order, stories
from digest.cluster._vectors import Flags
from digest.model import Article, Story


def clustered(articles: Sequence[Article], threshold: float, leniency: float) -> tuple[Story, ...]:
    """The stories of articles that are all there at once."""
    made = nodes(sorted(articles, key=age))
    found = pairs(seen(made))
    linking = Linking(ranks=np.arange(len(made)), sizes=sizes(made), threshold=threshold, leniency=leniency)
    all_new = np.ones(len(made), dtype=np.bool_)
    labels = linking.partition(found, np.full(len(made), GONE), all_new)
    return in_order([story for _, story in stories(made, found, labels, linking.ranks, linking.sizes, all_new)])


class Growing:
    """Articles and their stories, to which more are added.

    What is usual among the articles (which terms are rare, what outlets print under everything) is learned at the
    start and stays so until the articles have become more by the part `slack`; then all is begun anew. In between,
    stories are those of all articles at once, weighed by what was usual at the start: whatever the order and the
    batches in which articles come, as long as no bound for large inputs binds (see `_candidates` and `_pairs`) and no
    article has more than 50 terms that were not there at the start. An article without a date keeps the day that it was
    given when it came. Ids of articles must differ.

    For a process that runs on; a build clusters from scratch.
    """

    def __init__(self, articles: Sequence[Article], *, threshold: float, leniency: float, slack: float) -> None:
        self._threshold, self._leniency, self._slack = threshold, leniency, slack
        self._begin(articles)

    def stories(self) -> tuple[Story, ...]:
        """The stories, the one with the earliest article first."""
        return in_order(list(self._stories.values()))

    def add(self, articles: Sequence[Article]) -> None:
        """Let more articles in; costs what these cost, not what all do."""
        there = int(self._sizes.sum())
        if there + len(articles) > self._begun * (1 + self._slack):
            known = [article for row in np.flatnonzero(self._sizes).tolist() for article in self._nodes[row]]
            self._begin([*known, *articles])
        elif articles:
            self._grow(self._let_in(articles))

    def _begin(self, articles: Sequence[Article]) -> None:
        self._begun = len(articles)
        self._nodes = nodes(sorted(articles, key=age))
        self._ages = [age(node[0]) for node in self._nodes]
        self._rows = {twin_key(node[0]): row for row, node in enumerate(self._nodes)}
        self._sizes = sizes(self._nodes)
        self._profiles = seen(self._nodes)
        self._spread = Spread.over(self._profiles)
        likely = Candidates(self._profiles, self._spread)
        self._pairs, indexed = pairs(self._profiles, [likely]), likely.indexed
        del likely
        self._added = np.zeros((0, self._profiles.whole.shape[1]), dtype=np.bool_)
        self._labels = np.full(len(self._nodes), GONE)
        self._stories: dict[int, Story] = {}
        self._link(np.ones(len(self._nodes), dtype=np.bool_))
        self._start = Shelf(self._profiles, np.arange(len(self._nodes)), self._ages, indexed)

    def _let_in(self, articles: Sequence[Article]) -> list[Node]:
        """The nodes of new articles, in order; one that was there and has got a twin is new, and the old one gone."""
        fresh = []
        for node in nodes(sorted(articles, key=age)):
            row = self._rows.get(twin_key(node[0]))
            if row is not None:
                node = tuple(sorted([*self._nodes[row], *node], key=age))
                self._sizes[row] = 0
            fresh.append(node)
        return sorted(fresh, key=lambda node: age(node[0]))

    def _grow(self, fresh: list[Node]) -> None:
        first = len(self._nodes)
        new = seen(fresh, self._profiles.customs)
        ages = [age(node[0]) for node in fresh]
        likely = Candidates(new, self._spread.reaching(new.vocabulary), first)
        crossing = [each for shelf in self._shelves() for each in crossings(shelf, new, ages, likely.indexed, first)]
        indexed = np.zeros(new.whole.shape, dtype=np.bool_)
        indexed[new.whole > 0] = likely.indexed
        self._added = np.concatenate([self._added, indexed])
        self._profiles += new
        self._nodes += fresh
        self._ages += ages
        self._rows |= {twin_key(node[0]): first + place for place, node in enumerate(fresh)}
        self._sizes = np.concatenate([self._sizes, sizes(fresh)])
        found = self._pairs + pairs(self._profiles, [likely, *crossing])
        live = self._sizes > 0
        self._pairs = found.of(live[found.one] & live[found.other])
        self._link(self._touched(len(fresh)))

    def _shelves(self) -> list[Shelf]:
        """The articles of the start, and those that have come since."""
        begun = len(self._start.rows)
        rows = np.array(sorted(range(begun, len(self._nodes)), key=self._ages.__getitem__), dtype=np.int64)
        if not len(rows):
            return [self._start]
        added, indexed = self._profiles.of(rows), self._added[rows - begun]
        return [self._start, Shelf(added, rows, [self._ages[row] for row in rows], indexed[added.whole > 0])]

    def _touched(self, fresh: int) -> Flags:
        """Nodes that are new, or whose group has lost one; labels are made fit for that."""
        before = np.concatenate([self._labels, np.full(fresh, GONE)])
        gone = (self._sizes == 0) & (before != GONE)
        again: Flags = np.isin(before, before[gone]) & (before != GONE)
        again[-fresh:] = True
        self._labels = before
        again[self._sizes == 0] = False
        return again

    def _link(self, again: Flags) -> None:
        before = self._labels
        order = sorted(range(len(self._nodes)), key=self._ages.__getitem__)
        ranks = np.empty(len(order), dtype=np.int64)
        ranks[order] = np.arange(len(order))
        linking = Linking(ranks=ranks, sizes=self._sizes, threshold=self._threshold, leniency=self._leniency)
        self._labels = linking.partition(self._pairs, before, again)
        wanted = changed(self._labels, before)
        made = dict(stories(self._nodes, self._pairs, self._labels, ranks, self._sizes, wanted))
        kept = np.unique(self._labels[(self._labels != GONE) & ~wanted]).tolist()
        self._stories = {label: self._stories[label] for label in kept} | made

"""Profiles in, scored pairs out: how sure we are that two articles tell of one event."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from digest.cluster._vectors import Profile, Vector

Graph = list[dict[int, int]]

SURE = 1_000_000  # scores are whole millionths, so that sums do not depend on their order
_LEAST_COSINE = 0.06  # below this two articles are strangers
_LEAST_SCORE = SURE // 25
_LONGEST_GAP = 60.0
_UNKNOWN_GAP = 4.0  # days, where an article has no date
_SPARSE = 400  # articles

# Logistic model of a pair, in logits. A fit to labelled news (full texts, first sentences only, headlines only) was the
# start; then each weight was moved by hand for the scores of `python -m tests.quality cluster` on three sets together
# and for what an editor would laugh at in two weeks of real feeds.
_BIAS = -0.85
_WHOLE = 10.1
_GAP = -0.9
# In a large archive the same matters come round again: days apart tell more, per e-fold of its size.
_GAP_CROWD = -0.5
# Events differ by who and where more than by what.
_NO_SHARED_NAME = -2.2
# An outlet's pieces share its town, its beats and its turns of phrase, and it seldom reports one event twice.
_SAME_OUTLET = -1.0
# Where both say little: a single word in common is chance.
_SHARED_SCANT = 1.5
# Where both say more than a title, and the more they say, more is in common anyway.
_TEXT = -0.5
_EVIDENCE = -1.4
_WHOLE_EVIDENT = 7.0
_TITLE_EVIDENT = 6.7


def graph(profiles: Sequence[Profile]) -> Graph:
    """For each profile its neighbours and their scores in millionths, both ways; pairs left out count as 0."""
    crowd = math.log(max(1.0, len(profiles) / _SPARSE))
    neighbours: Graph = [{} for _ in profiles]
    for here, there, cosine in _alike([profile.whole for profile in profiles]):
        score = _score(profiles[here], profiles[there], cosine, crowd)
        if score >= _LEAST_SCORE:
            neighbours[here][there] = neighbours[there][here] = score
    return neighbours


def _alike(vectors: Sequence[Vector]) -> Iterator[tuple[int, int, float]]:
    """Pairs with a cosine of at least `_LEAST_COSINE`, by an inverted index.

    The most common terms of a vector stay out of the index as long as they alone cannot make a pair alike (prefix
    filtering: Bayardo, Ma and Srikant 2007): they have the longest postings and say the least.
    """
    frequency = Counter(term for vector in vectors for term in vector)
    heaviest: dict[str, float] = {}
    for vector in vectors:
        for term, weight in vector.items():
            heaviest[term] = max(weight, heaviest.get(term, 0.0))
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    common: list[Vector] = []
    for here, vector in enumerate(vectors):
        found: defaultdict[int, float] = defaultdict(float)
        for term, weight in vector.items():
            for there, other in postings[term]:
                found[there] += weight * other
        for there, part in found.items():
            if part >= _LEAST_COSINE / 2 and (cosine := part + dot(common[there], vector)) >= _LEAST_COSINE:
                yield here, there, cosine
        common.append({})
        reach = 0.0
        for term in sorted(vector, key=lambda term: (-frequency[term], term)):
            reach += vector[term] * heaviest[term]
            if reach < _LEAST_COSINE / 2:
                common[here][term] = vector[term]
            else:
                postings[term].append((here, vector[term]))


def _score(one: Profile, other: Profile, cosine: float, crowd: float) -> int:
    evidence = min(one.evidence, other.evidence)
    gap = _UNKNOWN_GAP if one.day is None or other.day is None else min(abs(one.day - other.day), _LONGEST_GAP)
    total = _BIAS + _WHOLE * cosine + (_GAP + _GAP_CROWD * crowd * evidence) * math.log1p(gap)
    total += (1 - evidence) * _SHARED_SCANT * math.log(len(one.whole.keys() & other.whole.keys()))
    if one.names.isdisjoint(other.names):
        total += _NO_SHARED_NAME
    if one.outlet and one.outlet == other.outlet:
        total += _SAME_OUTLET
    if evidence:
        total += _TEXT + evidence * (_EVIDENCE + _WHOLE_EVIDENT * cosine + _TITLE_EVIDENT * dot(one.title, other.title))
    return round(SURE / (1 + math.exp(-total)))


def dot(one: Vector, other: Vector) -> float:
    """The scalar product of two sparse vectors: of unit vectors, their cosine."""
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other[term] for term, weight in one.items() if term in other)

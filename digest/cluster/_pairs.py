"""Profiles in, scored pairs out: how sure we are that two articles tell of one event."""

import math
from collections import defaultdict
from collections.abc import Sequence

from digest.cluster._vectors import Profile, Vector

Graph = list[dict[int, int]]

SURE = 1_000_000  # scores are whole millionths, so that sums do not depend on their order
_LEAST_COSINE = 0.04  # below this two articles are strangers
_LEAST_SCORE = SURE // 25
_UNKNOWN_GAP = 3.0  # days, where an article has no date
_LONGEST_GAP = 60.0

# Logistic model of a pair; fitted on labelled news with full texts, first sentences only, and headlines only.
_BIAS = -0.85
_WHOLE = 10.1
_GAP = -0.9
# Events differ by who and where more than by what.
_NO_SHARED_NAME = -1.4
# An outlet's pieces share its town, its beats and its turns of phrase, and it seldom reports one event twice.
_SAME_OUTLET = -1.0
# Where both say little: a single word in common is chance.
_SHARED_SCANT = 1.5
# Where both say more than a title, and the more they say, more is in common anyway.
_TEXT = -0.9
_EVIDENCE = -1.4
_WHOLE_EVIDENT = 7.0
_TITLE_EVIDENT = 6.7


def graph(profiles: Sequence[Profile]) -> Graph:
    """For each profile its neighbours and their scores in millionths, both ways; pairs left out count as 0."""
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    neighbours: Graph = [{} for _ in profiles]
    for here, profile in enumerate(profiles):
        cosines: defaultdict[int, float] = defaultdict(float)
        for term, weight in profile.whole.items():
            for there, other in postings[term]:
                cosines[there] += weight * other
            postings[term].append((here, weight))
        for there, cosine in cosines.items():
            if cosine >= _LEAST_COSINE:
                score = _score(profile, profiles[there], cosine)
                if score >= _LEAST_SCORE:
                    neighbours[here][there] = neighbours[there][here] = score
    return neighbours


def _score(one: Profile, other: Profile, cosine: float) -> int:
    evidence = min(one.evidence, other.evidence)
    gap = _UNKNOWN_GAP if one.day is None or other.day is None else min(abs(one.day - other.day), _LONGEST_GAP)
    total = _BIAS + _WHOLE * cosine + _GAP * math.log1p(gap)
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

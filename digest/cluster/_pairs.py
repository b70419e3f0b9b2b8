"""Profiles in, scored pairs out: how sure we are that two articles tell of one event."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from digest.cluster._candidates import Candidates, best
from digest.cluster._vectors import Floats, Ints, Profiles

SURE = 1_000_000  # scores are whole millionths, so that sums do not depend on their order
_LEAST_SCORE = SURE // 25
_LONGEST_GAP = 60.0
_UNKNOWN_GAP = 4.0  # days, where an article has no date and none could be guessed
_LENDS = 0.3 * SURE  # the score from which an article without a date takes that of its best partner
_LENDINGS = 2  # so that a partner's partner may lend it, too
_SPARSE = 400  # articles
# Of each article the best pairs are kept: all in small inputs, in large ones enough for a story of two dozen.
_KEPT = 1_500_000
_LEAST_KEPT = 32
_BLOCK = 1024  # articles whose pairs are scored at once

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
# Both say who and where, and agree on next to nothing of it: two events of one kind.
_OTHER_NAMES = -8.0
_FEW_NAMES = 0.1  # cosine of names, below which that is so
# An outlet's pieces share its town, its beats and its turns of phrase, and it seldom reports one event twice.
_SAME_OUTLET = -1.2
# Each names a day of the week first: the same one, which says something where they are not of one day anyway, or ones
# that the other does not name at all.
_SAME_WEEKDAY = 0.5
_OTHER_WEEKDAY = -0.7
# Two languages share names and loans, and few outlets' readers want both.
_OTHER_LANGUAGE = -1.5
# Where both say little: a single word in common is chance.
_SHARED_SCANT = 1.5
_TITLE_SCANT = 1.5
# Where both say more than a title, and the more they say, more is in common anyway.
_TEXT = -0.5
_EVIDENCE = -1.4
_WHOLE_EVIDENT = 7.0
_TITLE_EVIDENT = 6.7

Columns = tuple[Ints, Ints, Ints, Ints]  # later, earlier, score, cosine
_COLUMNS = ("one", "other", "score", "alike")
_NONE: Ints = np.array([], dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Scored pairs of row numbers, `one` < `other`, each once; `score` in millionths. Pairs left out count as 0.

    `alike` is the cosine of the two articles' terms, which people can make more of than of a score, in ten-thousandths.
    """

    one: Ints
    other: Ints
    score: Ints
    alike: Ints

    def of(self, chosen: npt.NDArray[np.bool_]) -> "Pairs":
        """Some of these."""
        return Pairs(one=self.one[chosen], other=self.other[chosen], score=self.score[chosen], alike=self.alike[chosen])

    def __add__(self, more: "Pairs") -> "Pairs":
        joined = {name: np.concatenate([getattr(self, name), getattr(more, name)]) for name in _COLUMNS}
        return Pairs(**joined)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """What the articles of each pair have in common: cosines, terms, and terms that may be names in both.

    `named` is the part of the cosine of the whole that is such names.
    """

    whole: Floats
    title: Floats
    terms: Ints
    names: Ints
    named: Floats

    def of(self, chosen: npt.NDArray[np.bool_]) -> "_Shared":
        """Of some of the pairs."""
        return _Shared(
            whole=self.whole[chosen],
            title=self.title[chosen],
            terms=self.terms[chosen],
            names=self.names[chosen],
            named=self.named[chosen],
        )


class Likely(Protocol):
    """Something that names pairs (later row, earlier row) to be scored, in blocks, ordered by the later."""

    def blocks(self) -> list[slice]: ...
    def of(self, block: slice) -> tuple[Ints, Ints]: ...


Work = tuple[Likely, slice]
Compared = tuple[Ints, Ints, _Shared]  # later, earlier, and what they share


def pairs(profiles: Profiles, likely: Sequence[Likely] | None = None, workers: int = 2) -> Pairs:
    """The pairs of articles that may tell of one event, of all or of the `likely` ones.

    An article without a date is given, in `profiles.day`, that of the article most like it, if one is much like it.
    numpy lets threads work side by side, so `workers` of them.
    """
    known = max(1, sum(profiles.customs.articles.values()))
    crowd = float(np.log(max(1.0, known / _SPARSE)))
    undated = np.isnan(profiles.day)

    def scored(named: Work) -> tuple[Columns, Compared]:
        later, earlier = named[0].of(named[1])
        shared = _shared(profiles, later, earlier)
        waits = undated[later] | undated[earlier]
        dated = later[~waits], earlier[~waits], shared.of(~waits)
        return _scored(profiles, dated, crowd), (later[waits], earlier[waits], shared.of(waits))

    sources = [Candidates(profiles)] if likely is None else likely
    work = [(each, block) for each in sources for block in each.blocks()]
    done = _side_by_side(scored, work, workers)
    if not done:
        return Pairs(one=_NONE, other=_NONE, score=_NONE, alike=_NONE)
    waiting = [compared for _, compared in done if len(compared[0])]
    _date(profiles, waiting, crowd)
    found = [columns for columns, _ in done] + [_scored(profiles, compared, crowd) for compared in waiting]
    later, earlier, score, alike = (np.concatenate(column) for column in zip(*found, strict=True))
    kept = _best_of_both(later, earlier, score, max(_LEAST_KEPT, _KEPT // known))
    return Pairs(one=earlier[kept], other=later[kept], score=score[kept], alike=alike[kept])


def _date(profiles: Profiles, waiting: Sequence[Compared], crowd: float) -> None:
    """Lend days to articles without one, from the pairs that they are in."""
    for _ in range(_LENDINGS if waiting else 0):
        scores = [_score(profiles, *compared, crowd) for compared in waiting]
        one, other = (np.concatenate([compared[end] for compared in waiting]) for end in (0, 1))
        _lend(profiles.day, one, other, np.concatenate(scores))


def _lend(day: Floats, one: Ints, other: Ints, score: Ints) -> None:
    """Give each article without a day that of its partner with the highest score, of equals the latest."""
    takers, givers = np.concatenate([one, other]), np.concatenate([other, one])
    scores = np.concatenate([score, score])
    fit = np.isnan(day[takers]) & ~np.isnan(day[givers]) & (scores > _LENDS)
    takers, givers, scores = takers[fit], givers[fit], scores[fit]
    order = np.lexsort((day[givers], scores))
    lent = day[givers[order]]
    day[takers[order]] = lent  # the one that is written last stays


def _side_by_side(
    score: Callable[[Work], tuple[Columns, Compared]], work: list[Work], workers: int
) -> list[tuple[Columns, Compared]]:
    if len(work) < 2:
        return [score(part) for part in work]
    from concurrent.futures import ThreadPoolExecutor  # here, since few articles do without

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(score, work))


def _best_of_both(later: Ints, earlier: Ints, score: Ints, most: int) -> npt.NDArray[np.bool_]:
    """Is a pair among the `most` best of either of its articles?"""
    kept = np.zeros(len(later), dtype=np.bool_)
    kept[best(later, score, earlier, most)] = True
    kept[best(earlier, score, -later, most)] = True
    return kept


def _shared(profiles: Profiles, later: Ints, earlier: Ints) -> _Shared:
    """Compare pairs, which come in the order of `later`, a number of those at a time."""
    size = len(later)
    found = _Shared(
        whole=np.zeros(size),
        title=np.zeros(size),
        terms=np.zeros(size, np.int64),
        names=np.zeros(size, np.int64),
        named=np.zeros(size),
    )
    column = np.zeros(profiles.vocabulary + 1, dtype=np.int32)
    starts = np.flatnonzero(np.diff(later // _BLOCK, prepend=-1)).tolist()
    for start, stop in pairwise([*starts, size]):
        _compare(profiles, later[start:stop], earlier[start:stop], column, found, slice(start, stop))
    return found


def _compare(
    profiles: Profiles, later: Ints, earlier: Ints, column: npt.NDArray[np.int32], found: _Shared, part: slice
) -> None:
    """Lay the later articles out as rows of a table over their own terms, and look the earlier ones' terms up there."""
    base = int(later[0])
    block = profiles.terms[base : int(later[-1]) + 1]
    used = np.unique(block[block >= 0])
    column[used] = np.arange(1, len(used) + 1)
    rows, slots = np.nonzero(block >= 0)
    table = np.full((len(block), len(used) + 1), -1, dtype=np.int8)
    table[rows, column[block[rows, slots]]] = slots
    slot = table[(later - base)[:, None], column[profiles.terms[earlier]]]
    pair, here = np.nonzero(slot >= 0)
    there = slot[pair, here]
    one, other = later[pair], earlier[pair]
    size = len(later)

    products = profiles.whole[one, there] * profiles.whole[other, here]
    titled = profiles.title[one, there] * profiles.title[other, here]
    both = profiles.names[one, there] & profiles.names[other, here]
    found.whole[part] = np.bincount(pair, products, minlength=size)
    found.title[part] = np.bincount(pair, titled, minlength=size)
    found.terms[part] = np.bincount(pair, minlength=size)
    found.names[part] = np.bincount(pair[both], minlength=size)
    found.named[part] = np.bincount(pair[both], products[both], minlength=size)
    column[used] = 0


def _scored(profiles: Profiles, compared: Compared, crowd: float) -> Columns:
    """Those pairs that are no strangers, with their scores."""
    later, earlier, shared = compared
    score = _score(profiles, *compared, crowd)
    kept = score >= _LEAST_SCORE
    return later[kept], earlier[kept], score[kept], np.rint(shared.whole[kept] * 10_000).astype(np.int32)


def _score(profiles: Profiles, one: Ints, other: Ints, shared: _Shared, crowd: float) -> Ints:
    evidence = np.minimum(profiles.evidence[one], profiles.evidence[other])
    gap = np.minimum(np.abs(profiles.day[one] - profiles.day[other]), _LONGEST_GAP)
    gap = np.where(np.isnan(gap), _UNKNOWN_GAP, gap)
    total = _BIAS + _WHOLE * shared.whole + (_GAP + _GAP_CROWD * crowd * evidence) * np.log1p(gap)
    total += (1 - evidence) * (_SHARED_SCANT * np.log(np.maximum(shared.terms, 1)) + _TITLE_SCANT * shared.title)
    total += _NO_SHARED_NAME * (shared.names == 0)
    total += _OTHER_NAMES * evidence * _disagreement(profiles, one, other, shared)
    total += _SAME_OUTLET * ((profiles.outlet[one] == profiles.outlet[other]) & (profiles.outlet[one] >= 0))
    total += _OTHER_LANGUAGE * (profiles.language[one] != profiles.language[other])
    text = _TEXT + evidence * (_EVIDENCE + _WHOLE_EVIDENT * shared.whole + _TITLE_EVIDENT * shared.title)
    total += (evidence > 0) * text
    total += evidence * _weekdays(profiles, one, other, gap)
    return np.rint(SURE / (1 + np.exp(-total))).astype(np.int64)


def _weekdays(profiles: Profiles, one: Ints, other: Ints, gap: Floats) -> Floats:
    """What the days of the week that two articles name say, so many days apart."""
    first, second = profiles.weekday[one], profiles.weekday[other]
    known = (first >= 0) & (second >= 0)
    apart = known & (profiles.weekdays[one] & profiles.weekdays[other] == 0)
    found: Floats = _SAME_WEEKDAY * (known & (first == second) & (gap > 1)) + _OTHER_WEEKDAY * apart
    return found


def _disagreement(profiles: Profiles, one: Ints, other: Ints, shared: _Shared) -> Floats:
    """How far two articles name others (0 to 1): nothing if one of them hardly names anything."""
    mass, other_mass = profiles.named[one], profiles.named[other]
    alike = shared.named / np.maximum(mass * other_mass, 1e-6)
    found: Floats = np.minimum(mass, other_mass) * np.clip(1 - alike / _FEW_NAMES, 0.0, 1.0)
    return found

"""Briefs in, for each the other stories of the edition that are about the same: people, places, things."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log

from digest.model import Brief, Issue, Related
from digest.text.background import Background, background
from digest.text.words import terms

MOST = 3  # related stories
BACK = 12  # issues before this one in which they are looked for
_FEW = 10  # stories: among fewer their own counts say little
_SHARED = 2  # words in common, at least
_LIKE = 0.2  # cosine, at least


def related(briefs: Sequence[Brief], earlier: Sequence[Issue], language: str) -> list[tuple[Related, ...]]:
    """For each brief at most three, nearest first; of an earlier issue's story the newest telling counts.

    Two stories are near by the cosine of the words of their headlines and of the names and terms that hold each
    together. A word weighs the more the rarer it is in the news at large, and the fewer of these stories have it.
    """
    others = {brief.story: brief for issue in earlier[-BACK:] for brief in issue.briefs}
    others |= {brief.story: brief for brief in briefs}
    moved = {old for brief in others.values() for old in brief.merged}
    words = {id: _words(brief, language) for id, brief in others.items() if id not in moved}
    weights = _weights(words, background(language))
    norms = {id: sum(weights[word] ** 2 for word in sorted(found)) ** 0.5 for id, found in words.items()}
    return [
        tuple(Related(story=id, title=others[id].title) for id in _nearest(brief.story, words, weights, norms))
        for brief in briefs
    ]


def _words(brief: Brief, language: str) -> frozenset[str]:
    return frozenset(terms(" ".join((brief.title, *brief.why.names, *brief.why.terms)), language))


def _weights(words: Mapping[str, frozenset[str]], common: Background) -> dict[str, float]:
    spread = Counter(word for found in words.values() for word in found)
    every = max(len(words), _FEW)
    return {word: -log(common.share(word)) * (1 - count / (every + 1)) for word, count in spread.items()}


def _nearest(
    id: str, words: Mapping[str, frozenset[str]], weights: Mapping[str, float], norms: Mapping[str, float]
) -> list[str]:
    found: list[tuple[float, str]] = []
    for other in words:
        shared = words[id] & words[other] if other != id else frozenset[str]()
        if len(shared) >= _SHARED:
            likeness = sum(weights[word] ** 2 for word in sorted(shared)) / (norms[id] * norms[other] or 1.0)
            found += [(-round(likeness, 6), other)] if likeness >= _LIKE else []
    return [other for _, other in sorted(found)[:MOST]]

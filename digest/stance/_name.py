"""A voice in sentences towards a name that it mentions: what is said before the name, after it and near it.

Names are no features, so that nobody is liked or disliked for who they are. Two models share the work: word n-grams in
a linear one, and the mean vectors of words before and after the name in a neural network.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

import numpy as np

from digest.model import Voice
from digest.stance._lexicon import valences
from digest.stance._tokens import tokens
from digest.stance._weights import SOUNDS, Features, Floats, Vectors

TARGET = "T"
_WORDS = 8  # a longer target is a claim or a development
_NEAR, _FAR = 4, 10  # tokens
_CLAUSE = frozenset(", ; : but while although though because as after that who which if".split())
_REACHES = (4.0, 1.0)  # tokens; the weight of a word falls by e over so many
_STRENGTH = 3.0  # of the n-grams together, beside the valences

Mention = tuple[list[str], list[str]]  # the tokens before and after the name


def mentions(voice: Voice, target: str) -> list[Mention]:
    """The first place in each passage of the voice where the name stands; none if the target is no name."""
    if not 0 < len(target.split()) <= _WORDS:
        return []
    pattern = re.compile(rf"(?<!\w){re.escape(target)}(?!\w)")
    found = []
    for span in voice.spans:
        match = pattern.search(voice.article.text, *span)
        if match:
            before, after = voice.article.text[span.start : match.start()], voice.article.text[match.end() : span.end]
            found.append((tokens(before), tokens(after, head=False)))
    return found


def sparse(found: Sequence[Mention], sounds: Floats) -> Features:
    """N-grams, tokens near the name by side, and how pleasant the words of either side are (`sounding`)."""
    features: Features = {}
    for left, right in found:
        _grams([*left, TARGET, *right], features)
        _places(left[::-1], "<", features)
        _places(right, ">", features)
    scale = _STRENGTH / sqrt(max(len(features), 1))
    scaled = {name: value * scale for name, value in features.items()}
    named = zip(SOUNDS, sounds.mean(axis=0).tolist(), strict=True)
    return {"bias": 1.0, **scaled, **dict(named)}


def _grams(parts: Sequence[str], features: Features) -> None:
    for part in parts:
        features[part] = 1.0
    for one, other in pairwise(parts):
        features[f"{one} {other}"] = 1.0


def _places(outwards: Sequence[str], side: str, features: Features) -> None:
    """Tokens by how far they are from the name, going `outwards`."""
    for number, part in enumerate(outwards[:_FAR]):
        far = f"{side}{side}{part}"
        features[far] = max(features.get(far, 0.0), 1 / (1 + number / 3))
        if number < _NEAR:
            features[side + part] = 1.0
        if number < _NEAR - 1:
            features[f"{side}{number}{part}"] = 1.0


def sounding(found: Sequence[Mention]) -> Floats:
    """How pleasant the words before and after the name are, and those near it: one row a mention."""
    return np.array([_valence_row(left, right) for left, right in found], dtype=np.float32)


def _valence_row(left: Sequence[str], right: Sequence[str]) -> list[float]:
    row: list[float] = []
    for values in (valences(left)[::-1], valences(right)):
        good = sum(value for value in values if value > 0) / 3
        bad = -sum(value for value in values if value < 0) / 3
        near = [value / 3 / (1 + number / 6) for number, value in enumerate(values)]
        row += [good, bad, sum(value for value in near if value > 0), -sum(value for value in near if value < 0)]
        row.append((good - bad) / (good + bad + 1 / 3))
    good, bad = row[0] + row[5], row[1] + row[6]
    return [*row, (good - bad) / (good + bad + 0.3), float(good + bad == 0)]


def dense(found: Sequence[Mention], sounds: Floats, vectors: Vectors) -> Floats:
    """Mean vectors of the words around the name, by side, reach and clause, and `sounding`: one row a mention."""
    rows = [_pools(left, right, vectors) for left, right in found]
    return np.hstack([np.array(rows, dtype=np.float32), sounds])


def _pools(left: Sequence[str], right: Sequence[str], vectors: Vectors) -> Floats:
    before, after = left[::-1], right
    at = [vectors.index.get(word, -1) for word in (*before, *after)]
    count, split = len(at), len(before)
    places = np.concatenate([np.arange(split), np.arange(len(after))])
    sides = np.concatenate([np.ones(split), np.zeros(len(after))])
    falls = [np.where(places <= 4 * reach, np.exp(-places / reach), 0) for reach in _REACHES]
    clause = np.concatenate([places[:split] < _first(before), places[split:] < _first(after)])
    weights = [
        np.ones(count),
        sides,
        1 - sides,
        *(fall * side for fall in falls for side in (sides, 1 - sides)),
        clause,
    ]
    pooled = np.array(weights, dtype=np.float32) @ vectors.rows[at]
    return np.asarray(pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-9)).ravel()


def _first(outwards: Sequence[str]) -> int:
    """How many tokens there are before the clause ends."""
    return next((number for number, part in enumerate(outwards) if part in _CLAUSE), len(outwards))

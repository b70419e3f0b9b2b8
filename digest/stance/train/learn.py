"""Weights out of examples, reading by reading."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from digest.model import LABELS
from digest.stance import _article, _headline, _name
from digest.stance._judge import Reading, reading
from digest.stance._weights import Weights
from digest.stance.train.fit import Answers, logistic, network
from digest.stance.train.rows import Example

# Strength of the priors, chosen by folds that left a fifth of the groups out.
_NAME, _HEADLINE, _JUDGING, _SIDING = 2.0, 1.5, 5.0, 5.0
_RARE = 2
_ENOUGH = 30  # examples
_NETS = 2
# What a cue of praise means is known; too few labelled articles judge to learn it.
_EXPECTED = {"balance": 1.5, "title balance": 3.0, "objection": 0.5, "cues": 0.3, "title cues": 1.2}


def learn(examples: Sequence[Example], known: Weights) -> Weights:
    """`known` with all that these examples teach; a reading with next to no examples keeps the weights it has."""
    by_reading: dict[Reading, list[Example]] = {}
    for example in examples:
        by_reading.setdefault(reading(example.voice, example.target), []).append(example)
    for kind, lesson in _LESSONS.items():
        if len(found := by_reading.get(kind, [])) >= _ENOUGH:
            known = lesson(found, known)
    return known


def _answers(examples: Sequence[Example]) -> Answers:
    return np.array([LABELS.index(example.label) for example in examples])


def _headlines(examples: Sequence[Example], known: Weights) -> Weights:
    rows = [_headline.sparse(example.voice, example.target) for example in examples]
    found = logistic(rows, _answers(examples), len(LABELS), strength=_HEADLINE)
    return replace(known, linear={**known.linear, "headline": found})


def _names(examples: Sequence[Example], known: Weights) -> Weights:
    places = [_name.mentions(example.voice, example.target) for example in examples]
    answers = _answers(examples)
    sounds = [_name.sounding(found) for found in places]
    sparse = [_name.sparse(found, sound) for found, sound in zip(places, sounds, strict=True)]
    linear = logistic(sparse, answers, len(LABELS), strength=_NAME, rare=_RARE)
    dense = [_name.dense(found, sound, known.vectors) for found, sound in zip(places, sounds, strict=True)]
    rows = np.vstack([mentions.mean(axis=0) for mentions in dense])
    nets = tuple(network(rows, answers, len(LABELS), seed=seed) for seed in range(_NETS))
    return replace(known, linear={**known.linear, "name": linear}, nets=nets)


def _articles(examples: Sequence[Example], known: Weights) -> Weights:
    tone = known.linear["tone"]
    judging = [_article.judging(example.voice, tone) for example in examples]
    judges = np.array([int(example.label == "neutral") for example in examples])
    taking = [example for example in examples if example.label != "neutral"]
    siding = [_article.siding(example.voice, example.target) for example in taking]
    sides = np.array([int(example.label == "skeptical") for example in taking])
    found = {
        "judging": logistic(judging, judges, 2, strength=_JUDGING, expected=_EXPECTED),
        "siding": logistic(siding, sides, 2, strength=_SIDING, expected=_EXPECTED, even=True),
    }
    return replace(known, linear={**known.linear, **found})


_LESSONS: dict[Reading, Callable[[Sequence[Example], Weights], Weights]] = {
    "headline": _headlines,
    "name": _names,
    "article": _articles,
}

"""Multinomial logistic regression with shipped weights: three chances out of named features."""

import json
from functools import cache
from importlib.resources import files
from math import exp

from digest.model import Label

Weights = dict[str, tuple[float, float]]  # feature -> weight towards positive, towards skeptical; neutral is zero


@cache
def shipped() -> dict[str, Weights]:
    """The weights of each reading, as `tests/quality/train_stance.py` made them."""
    text = (files(__package__) / "cue_words.json").read_text("utf-8")
    loaded: dict[str, dict[str, list[float]]] = json.loads(text)
    return {kind: {name: (pair[0], pair[1]) for name, pair in found.items()} for kind, found in loaded.items()}


def chances(features: dict[str, float], weights: Weights) -> dict[Label, float]:
    """The chance of every label; they add up to 1. The order of `features` decides the last digits."""
    positive = skeptical = 0.0
    for name, value in features.items():
        pair = weights.get(name)
        if pair:
            positive += value * pair[0]
            skeptical += value * pair[1]
    top = max(positive, skeptical, 0.0)
    powers = exp(positive - top), exp(skeptical - top), exp(-top)
    total = sum(powers)
    return {"positive": powers[0] / total, "skeptical": powers[1] / total, "neutral": powers[2] / total}

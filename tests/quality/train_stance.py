"""Train the weights of the stance model: `python -m tests.quality.train_stance NEWSMTSC EMERGENT TAKES`.

Three multinomial logistic regressions, one for each reading, fitted by L-BFGS to the maximum a posteriori. The prior
of a weight is a normal distribution; for the cues of a passage its mean is not zero but what the cue means, because a
few hundred labelled articles are too few to learn that criticism is skeptical. Deterministic: no random numbers.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from digest.model import LABELS, Label
from digest.stance._features import Features
from digest.stance._linear import Weights

Row = tuple[Features, Label]

_KEEP = 0.01  # smaller weights are not worth their bytes
_RARE = {"name": 4, "headline": 2, "passage": 1}  # fewer rows with a feature tell nothing about it
_STRENGTH = {"name": 12.0, "headline": 4.0, "passage": 20.0}  # of the prior, chosen by folds
_COMMON = ("%", "#")  # features whose weights are pulled less

# What a passage's cues mean: towards positive, towards skeptical, against neutral being zero.
_MEANING = {
    "doubt": (-0.3, 0.8),
    "criticism": (-0.3, 0.7),
    "hype": (-0.2, 0.6),
    "unmask": (-0.2, 0.5),
    "inability": (-0.2, 0.4),
    "negated_praise": (-0.3, 0.4),
    "conditional_praise": (0.1, 0.1),
    "praise": (0.6, -0.2),
    "promise": (0.6, -0.2),
    "trust": (0.5, -0.1),
    "negated_doubt": (0.3, 0.0),
    "worry": (-0.1, 0.1),
    "question": (-0.1, 0.3),
    "scare": (0.0, 0.2),
    "own": (0.2, 0.2),
    "balance": (-1.5, 1.5),
}
_PLACES = {"#": 1.0, "title#": 1.2}
# Somebody who is quoted at length judges more often than an outlet does; no labelled file has such voices.
_SPEAKING = (0.8, 0.9)
# Rows count by label: the passages are mostly neutral, and a model that always says so would be right and of no use.
_COUNTS = {"positive": 1.5, "skeptical": 1.3, "neutral": 1.0}


def prior(kind: str, name: str) -> tuple[float, float]:
    """The expected weight of a feature, towards positive and towards skeptical."""
    if name == "%speaker":
        return _SPEAKING
    if kind != "passage" or "#" not in name:
        return 0.0, 0.0
    place, group = name.split("#")
    positive, skeptical = _MEANING.get(group, (0.0, 0.0))
    return _PLACES[place + "#"] * positive, _PLACES[place + "#"] * skeptical


def fit(kind: str, rows: Sequence[Row]) -> Weights:
    """Weights of each feature towards positive and towards skeptical; neutral is the zero."""
    seen = Counter(name for found, _ in rows for name in found)
    # Every cue has a meaning, seen in training or not.
    meant = ["%speaker", *(place + group for place in _PLACES for group in _MEANING)] if kind == "passage" else []
    names = sorted({name for name, count in seen.items() if count >= _RARE[kind]} | set(meant))
    column = {name: number for number, name in enumerate(names)}
    cells = [(r, column[n], v) for r, (found, _) in enumerate(rows) for n, v in found.items() if n in column]
    at, of, values = zip(*cells, strict=True)
    matrix = csr_matrix((values, (at, of)), shape=(len(rows), len(names)))
    gold = np.array([LABELS.index(label) for _, label in rows])
    means = np.array([prior(kind, name) for name in names])
    pull = np.array([_pull(kind, name) for name in names])[:, None]
    counts = np.array([_COUNTS[label] if kind == "passage" else 1.0 for _, label in rows])
    weights = _minimum(matrix, gold, counts, means, pull)
    rounded = {name: (round(float(p), 3), round(float(s), 3)) for name, (p, s) in zip(names, weights, strict=True)}
    return {name: pair for name, pair in rounded.items() if max(map(abs, pair)) >= _KEEP}


def _pull(kind: str, name: str) -> float:
    if name == "bias":
        return 0.01
    return _STRENGTH[kind] * (0.3 if kind != "passage" and name.startswith(_COMMON) else 1.0)


def _minimum(matrix: csr_matrix, gold: Any, counts: Any, means: Any, pull: Any) -> Any:
    truth = np.eye(3)[gold]

    def loss(flat: Any) -> tuple[float, Any]:
        weights = flat.reshape(means.shape)
        scores = np.hstack([matrix @ weights, np.zeros((len(gold), 1))])
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        chances /= chances.sum(axis=1, keepdims=True)
        away = weights - means
        value = -(counts * np.log(chances[np.arange(len(gold)), gold] + 1e-12)).sum() + 0.5 * (pull * away**2).sum()
        return value, (matrix.T @ (counts[:, None] * (chances - truth))[:, :2] + pull * away).ravel()

    return minimize(loss, means.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x.reshape(means.shape)


def main() -> None:
    from tests.quality.rows import read
    from tests.quality.stance import examples

    parser = argparse.ArgumentParser(prog="python -m tests.quality.train_stance", description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="+", type=Path, help="labelled rows, in any order")
    rows: dict[str, list[Row]] = {"name": [], "headline": [], "passage": []}
    for path in parser.parse_args().files:
        for example in examples(read(path)):
            if example.trains:
                rows[example.reading].append((example.features, example.label))
    weights = {kind: fit(kind, found) for kind, found in rows.items() if found}
    target = Path(str(files("digest.stance"))) / "cue_words.json"
    target.write_text(dump(weights), encoding="utf-8")
    print(json.dumps({kind: [len(rows[kind]), len(found)] for kind, found in weights.items()}))


def dump(weights: dict[str, Weights]) -> str:
    """One line for each reading: small, and still a readable difference."""
    lines = [f"{json.dumps(kind)}: {json.dumps(found, separators=(',', ':'))}" for kind, found in weights.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    main()

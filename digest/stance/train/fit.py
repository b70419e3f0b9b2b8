"""Fit the two kinds of model: a linear one by L-BFGS, a network by Adam. Deterministic: chance is seeded."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from digest.stance._weights import Features, Floats, Linear, Net, softmax

Answers = NDArray[np.int64]

_EPOCHS, _BATCH, _RATE, _DECAY, _HIDDEN = 12, 64, 1e-3, 5.0, 64
_STILL = 1e-3  # a feature that varies less is left as it is
_FREE = 0.01  # how far the prior of the bias pulls


def logistic(
    rows: Sequence[Features],
    answers: Answers,
    outcomes: int,
    *,
    strength: float,
    rare: int = 1,
    expected: Mapping[str, float] | None = None,
    even: bool = False,
) -> Linear:
    """Weights of each feature towards each outcome, the maximum a posteriori.

    The prior of a weight is a normal distribution of precision `strength` around what is `expected` of it towards the
    first outcome, else zero. Features of fewer than `rare` rows tell nothing. With `even`, outcomes count as if there
    were as many of each. With two outcomes, the weights are those of the first against the second.
    """
    seen = Counter(name for row in rows for name in row)
    names = sorted(name for name, count in seen.items() if count >= rare)
    column = {name: number for number, name in enumerate(names)}
    cells = [(at, column[name], value) for at, row in enumerate(rows) for name, value in row.items() if name in column]
    at, of, values = (np.array(part) for part in zip(*cells, strict=True))
    matrix = csr_matrix((values, (at, of)), shape=(len(rows), len(names)))
    means = np.zeros((len(names), outcomes))
    means[:, 0] = [(expected or {}).get(name, 0.0) for name in names]
    pull = np.array([_FREE if name == "bias" else strength for name in names])[:, None]
    found = _minimum(matrix, answers, means, pull, _counts(answers, outcomes) if even else np.ones(len(rows)))
    if outcomes == 2:
        found = found[:, :1] - found[:, 1:]
    return {name: tuple(float(weight) for weight in row) for name, row in zip(names, found, strict=True)}


def _counts(answers: Answers, outcomes: int) -> NDArray[np.float64]:
    each = np.bincount(answers, minlength=outcomes)
    return np.asarray(len(answers) / (outcomes * each[answers]), dtype=np.float64)


def _minimum(
    matrix: csr_matrix, answers: Answers, means: Floats, pull: Floats, counts: NDArray[np.float64]
) -> NDArray[np.float64]:
    truth = np.eye(means.shape[1])[answers]
    turned = matrix.T.tocsr()

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        away = flat.reshape(means.shape) - means
        chances = softmax(matrix @ (away + means))
        value = -(counts * np.log((chances * truth).sum(axis=1) + 1e-12)).sum() + 0.5 * (pull * away**2).sum()
        return float(value), np.asarray(turned @ (counts[:, None] * (chances - truth)) + pull * away).ravel()

    found = minimize(loss, means.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return np.asarray(found.x).reshape(means.shape)


def network(rows: Floats, answers: Answers, outcomes: int, *, seed: int) -> Net:
    """A network of one hidden layer, by Adam (Kingma and Ba, 2015), with weights that decay."""
    chance = np.random.default_rng(seed)
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    spread[spread < _STILL] = 1
    even = ((rows - mean) / spread).astype(np.float32)
    truth = np.eye(outcomes, dtype=np.float32)[answers]
    layers = [_layer(chance, rows.shape[1], _HIDDEN), _layer(chance, _HIDDEN, outcomes)]
    moments = [(np.zeros_like(layer), np.zeros_like(layer)) for layer in layers]
    step = 0
    for _ in range(_EPOCHS):
        order = chance.permutation(len(rows))
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            step += 1
            for layer, moment, slope in zip(layers, moments, _slopes(layers, even[chosen], truth[chosen]), strict=True):
                _adam(layer, moment, slope, step)
    hidden = layers[0]
    hidden[-1] -= (mean / spread) @ hidden[:-1]
    hidden[:-1] /= spread[:, None]
    return Net(hidden=hidden, out=layers[1])


def _layer(chance: np.random.Generator, inputs: int, outputs: int) -> Floats:
    """Uniform weights (Glorot and Bengio, 2010); the last row is the bias."""
    bound = np.sqrt(6 / (inputs + outputs))
    return chance.uniform(-bound, bound, (inputs + 1, outputs)).astype(np.float32)


def _slopes(layers: Sequence[Floats], rows: Floats, truth: Floats) -> tuple[Floats, Floats]:
    """How the loss of these rows changes with each weight."""
    hidden, out = layers
    inner = np.maximum(rows @ hidden[:-1] + hidden[-1], 0)
    error = (softmax(inner @ out[:-1] + out[-1]) - truth) / len(rows)
    back = (error @ out[:-1].T) * (inner > 0)
    slopes = [np.vstack([given.T @ one, one.sum(axis=0)]) for given, one in ((rows, back), (inner, error))]
    for layer, slope in zip(layers, slopes, strict=True):
        slope[:-1] += _DECAY / len(rows) * layer[:-1]
    return slopes[0], slopes[1]


def _adam(layer: Floats, moments: tuple[Floats, Floats], slope: Floats, step: int) -> None:
    first, second = moments
    first += 0.1 * (slope - first)
    second += 0.001 * (slope**2 - second)
    layer -= _RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)

"""The shipped numbers in one file, and the two kinds of model they make: a linear one and a small neural network."""

import io
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, is_zipfile

import numpy as np
import numpy.typing as npt

from digest.errors import PluginError
from digest.model import LABELS, Label

SHIPPED = Path(__file__).parent / "cue_words.npz"

# The parts of a file beside the networks, each with how many weights a feature has in it.
PARTS = {"tone": 2, "headline": 3, "name": 3, "judging": 1, "siding": 1}

SOUNDS = tuple(f"#{side}{kind}" for side in "<>" for kind in ("good", "bad", "near good", "near bad", "balance"))
SOUNDS = (*SOUNDS, "#balance", "#none")  # how pleasant the words around a name are
POOLS = 8  # mean vectors of the words around a name

Floats = npt.NDArray[np.floating[Any]]
Features = dict[str, float]
Chances = dict[Label, float]
Linear = dict[str, tuple[float, ...]]  # feature -> weight towards each of the outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Net:
    """One hidden layer of rectifiers; weights as columns, the last row of each is the bias."""

    hidden: Floats
    out: Floats

    def __call__(self, features: Floats) -> Floats:
        """Scores of the labels, before the softmax; rows are samples."""
        inner = np.maximum(features @ self.hidden[:-1] + self.hidden[-1], 0)
        return np.asarray(inner @ self.out[:-1] + self.out[-1], dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vectors:
    """Words as points of length 1: those used in like places are near each other. The last is the unknown word."""

    index: Mapping[str, int]
    rows: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """All that training yields; `nets` are asked together and their chances averaged."""

    vectors: Vectors
    nets: tuple[Net, ...]
    linear: Mapping[str, Linear]


def softmax(scores: Any) -> Any:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def total(features: Features, weights: Linear, outcomes: int) -> npt.NDArray[np.float64]:
    """The score of each outcome. The order of `features` decides the last digits."""
    known = [(value, weights[name]) for name, value in features.items() if name in weights]
    if not known:
        return np.zeros(outcomes)
    values, rows = zip(*known, strict=True)
    return np.asarray(np.array(values) @ np.array(rows))


def labelled(chances: Any) -> Chances:
    """Chances by label, from an array in the order of LABELS."""
    return {label: float(chance) for label, chance in zip(LABELS, chances, strict=True)}


def dump(weights: Weights) -> bytes:
    """The weights as a compressed archive of arrays; equal weights give equal bytes."""
    arrays: dict[str, Any] = {
        "vectors.names": _packed(weights.vectors.index),
        "vectors.rows": np.round(weights.vectors.rows * 127 / _top(weights.vectors.rows)).astype(np.int8),
    }
    for name, linear in weights.linear.items():
        arrays[f"{name}.names"] = _packed(linear)
        arrays[f"{name}.weights"] = np.array(list(linear.values()), dtype=np.float16)
    for number, net in enumerate(weights.nets):
        arrays[f"net{number}.hidden"] = net.hidden.astype(np.float16)
        arrays[f"net{number}.out"] = net.out.astype(np.float16)
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


@cache
def load(path: Path) -> Weights:
    """The weights in a file that `dump` made; PluginError, naming the file, if it is none or lacks a part."""
    hint = "make it with `python -m digest.stance.train`"
    if path.is_file() and not is_zipfile(path):  # numpy would speak of pickles
        raise PluginError(f"weights {path}", "is no file of weights", hint)
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = dict(archive)
        if lacking := _lacking(arrays):
            raise PluginError(f"weights {path}", f"lacks {', '.join(lacking)}", hint)
        return _weights(arrays)
    except (OSError, EOFError, ValueError, TypeError, LookupError, BadZipFile, zlib.error) as error:
        raise PluginError(f"weights {path}", f"cannot be read: {error}", hint) from error


def _lacking(arrays: Mapping[str, Any]) -> list[str]:
    named = [f"{part}.{end}" for part in PARTS for end in ("names", "weights")]
    wanted = ["vectors.names", "vectors.rows", *named, "net0.hidden", "net0.out"]
    return [name for name in wanted if name not in arrays]


def _weights(arrays: Mapping[str, Any]) -> Weights:
    """ValueError if parts do not fit each other, as those of two files would not."""
    nets = [
        Net(hidden=arrays[f"net{number}.hidden"].astype(np.float32), out=arrays[f"net{number}.out"].astype(np.float32))
        for number in range(sum(name.endswith(".hidden") for name in arrays))
    ]
    rows = arrays["vectors.rows"]
    for net in nets:
        if (net.hidden.shape[0] - 1 - len(SOUNDS)) != POOLS * rows.shape[1] or len(net.out) - 1 != net.hidden.shape[1]:
            raise ValueError("its networks do not fit its word vectors")
    for part, outcomes in PARTS.items():
        if arrays[f"{part}.weights"].shape[1:] != (outcomes,):
            raise ValueError(f"{part}.weights has to have {outcomes} columns")
    return Weights(
        vectors=vectors(_unpacked(arrays["vectors.names"]), rows.astype(np.float32)),
        nets=tuple(nets),
        linear={part: _linear(arrays, f"{part}.weights") for part in PARTS},
    )


def vectors(names: list[str], rows: Floats) -> Vectors:
    """Vectors of length 1, as small whole numbers would hold them, and that of the unknown word, which is zero."""
    coarse = np.round(rows * 127 / _top(rows))
    rows = (coarse / np.maximum(np.linalg.norm(coarse, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    known = rows[: len(names)]
    unknown = np.zeros((1, rows.shape[1]), dtype=np.float32)
    return Vectors(index={name: number for number, name in enumerate(names)}, rows=np.vstack([known, unknown]))


def _top(rows: Floats) -> float:
    return float(np.abs(rows).max()) or 1.0


def _linear(arrays: Mapping[str, Any], name: str) -> Linear:
    names = _unpacked(arrays[name.removesuffix(".weights") + ".names"])
    return dict(zip(names, map(tuple, arrays[name].astype(float).tolist()), strict=True))


def _packed(names: Any) -> Any:
    return np.frombuffer("\n".join(names).encode(), dtype=np.uint8)


def _unpacked(packed: Any) -> list[str]:
    return bytes(packed).decode().split("\n") if packed.size else []

"""Word vectors out of running text: what words stand near, in few numbers (Levy and Goldberg, 2014)."""

from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.linalg import svds

from digest.stance._tokens import plain_tokens
from digest.stance._weights import Vectors, vectors

_WORDS, _OFTEN = 25_000, 8
_WINDOW = 4
_SIZE = 100
_RARE_BOOST = 0.75


def word_vectors(texts: Iterable[str]) -> Vectors:
    """Singular vectors of the positive pointwise mutual information of words and their neighbours."""
    counts: Counter[str] = Counter()
    parted = []
    for text in texts:
        parts = [part for part in plain_tokens(text) if part.isalnum() or "'" in part]
        parted.append(parts)
        counts.update(parts)
    common = sorted(counts, key=lambda word: (-counts[word], word))[:_WORDS]
    names = [word for word in common if counts[word] >= _OFTEN]
    index = {word: number for number, word in enumerate(names)}
    gap = [-1] * _WINDOW
    stream = np.concatenate([np.array([*(index.get(word, -1) for word in parts), *gap]) for parts in parted])
    surprise = _surprise(_neighbours(stream, len(names)))
    start = np.random.default_rng(0).normal(size=len(names))
    left, strengths, _ = svds(surprise, k=min(_SIZE, len(names) - 1), v0=start, tol=1e-3)
    found = left[:, ::-1] * np.sqrt(strengths[::-1])
    signs = np.sign(found[np.abs(found).argmax(axis=0), np.arange(found.shape[1])])
    return vectors(names, (found * signs).astype(np.float32))


def _neighbours(stream: NDArray[np.int64], size: int) -> csr_matrix:
    """How often two words stand within the window, nearer ones counting more; -1 is no word."""
    total = csr_matrix((size, size), dtype=np.float32)
    for distance in range(1, _WINDOW + 1):
        one, other = stream[:-distance], stream[distance:]
        both = (one >= 0) & (other >= 0)
        ones = np.full(int(both.sum()), 1 / distance, dtype=np.float32)
        found = coo_matrix((ones, (one[both], other[both])), shape=(size, size)).tocsr()
        total = total + found + found.T
    return total


def _surprise(pairs: csr_matrix) -> csr_matrix:
    cells = pairs.tocoo()
    often = np.asarray(pairs.sum(axis=1)).ravel()
    context = often**_RARE_BOOST
    values = np.log(cells.data * context.sum() / (often[cells.row] * context[cells.col]))
    kept = values > 0
    return csr_matrix((values[kept].astype(np.float32), (cells.row[kept], cells.col[kept])), shape=pairs.shape)

"""How common a word is in news at large: document frequencies that were counted beforehand.

Among five articles their own counts say nothing. The table is built by `python -m tests.quality.background`, where its
sources are named; its keys are the stems of `digest.text.words.terms`.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_TABLES = {"en": "background.tsv.gz"}
# A word of which nothing is known, in a language without a table, is taken to be in one article of a hundred.
UNKNOWN_SHARE = 0.01
UNKNOWN_WEIGHT = 40
WEIGHT = 1500  # more favours widely covered stories, less a week in which everything is about one matter
COMMON_SHARE = 0.1
LEAST_CAPITAL = 0.8  # of the occurrences inside a sentence; 0.5 did as well


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Counts of the documents that hold a term; `weight` says how many of our own articles they are worth.

    `names` says for each term how often (0 to 1) it is a name, as far as its capitals tell.
    """

    documents: int
    frequencies: Mapping[str, int]
    names: Mapping[str, float]
    weight: int

    def share(self, term: str) -> float:
        """Which part of all news articles has this term (0 to 1, never 0)."""
        if not self.documents:
            return UNKNOWN_SHARE
        return (self.frequencies.get(term, 0) + 0.5) / (self.documents + 1)

    def may_be_name(self, term: str) -> bool:
        """Is it a word that mostly has a capital, or one of which nothing is known?

        Not numbers, and not what is in every tenth article, as days of the week and presidents are.
        """
        return not term[0].isdigit() and self.names.get(term, 1.0) >= LEAST_CAPITAL and self.share(term) < COMMON_SHARE


@cache
def background(language: str) -> Background:
    """The table of a language; where there is none, a flat guess that the articles' own counts soon outweigh."""
    name = _TABLES.get(language[:2])
    if name is None:
        return Background(documents=0, frequencies={}, names={}, weight=UNKNOWN_WEIGHT)
    lines = gzip.decompress(files("digest.text").joinpath(name).read_bytes()).decode("utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    return Background(
        documents=int(rows[0][1]),
        frequencies={term: int(count) for term, count, _ in rows[1:]},
        names={term: int(tenths) / 10 for term, _, tenths in rows[1:]},
        weight=WEIGHT,
    )

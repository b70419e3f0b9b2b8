"""Which words comment uses and reports do not, learned from articles that their publishers filed as one or the other.

The file of articles has no label for this; the address, the title and the outlet's section say it. Reports are taken
from outlets that have both, or are wire services, so that no outlet's habits stand for comment.
"""

import re
from collections import Counter
from collections.abc import Iterable

import numpy as np

from digest.stance._article import words
from digest.stance._weights import Linear
from digest.stance.train.fit import logistic
from digest.stance.train.rows import Row

_COMMENT_PATH = re.compile(
    r"/(?:opinions?|commentary|columnists?|editorials?|op-ed|comment|commentisfree|perspectives?)[/-]", re.IGNORECASE
)
_COMMENT_TITLE = re.compile(r"\s*(?:opinion|editorial|column|commentary)\b ?:", re.IGNORECASE)
_COMMENT_OUTLET = re.compile(r"opinion|editorial|guest writer", re.IGNORECASE)
_REPORTS = frozenset(
    "Reuters|Associated Press|BBC News|NPR Online News|ABC News|CBS News|The Hill|USA TODAY|Fox Online News|Fox News|"
    "CNN (Web News)|The Guardian|New York Times - News|Washington Post|Wall Street Journal - News|Washington Times|"
    "Politico|Chicago Sun-Times|Christian Science Monitor|Al Jazeera".split("|")
)
# What stands around articles and not in them.
_FURNITURE = frozenset(
    "opinion opinions views expressed author com advertisement copyright cnn fox ap reuters editorial columnist column "
    "contributor contributors op ed permission image caption file contributed click newsletter".split()
)
_SHORTEST = 120  # words
_COMMON, _ARTICLES = 3000, 20  # words kept, and in how many articles each must be
_STRENGTH = 1.0


def comment(row: Row) -> bool | None:
    """Is the article comment (True) or a report (False)? None: its publisher does not say."""
    if (
        _COMMENT_PATH.search(row["url"] or "")
        or _COMMENT_TITLE.match(row["title"] or "")
        or _COMMENT_OUTLET.search(row["outlet"] or "")
    ):
        return True
    return False if row["outlet"] in _REPORTS else None


def tone_weights(rows: Iterable[Row]) -> Linear:
    """For each word how rare it is and how far it speaks for comment, as `digest.stance._article.tone` reads them."""
    known = [(words([row["text"]]), said) for row in rows if (said := comment(row)) is not None and _long(row)]
    spread = Counter(word for counts, _ in known for word in counts if word not in _FURNITURE)
    common = sorted(spread, key=lambda word: (-spread[word], word))[:_COMMON]
    rare = {
        word: float(np.log((1 + len(known)) / (1 + spread[word])) + 1) for word in common if spread[word] >= _ARTICLES
    }
    features = [_features(counts, rare) for counts, _ in known]
    answers = np.array([0 if said else 1 for _, said in known])
    found = logistic(features, answers, 2, strength=_STRENGTH, even=True)
    return {word: (rare[word], found[word][0]) for word in rare if word in found}


def _long(row: Row) -> bool:
    return len((row["text"] or "").split()) >= _SHORTEST


def _features(counts: Counter[str], rare: dict[str, float]) -> dict[str, float]:
    found = {word: (1 + float(np.log(count))) * rare[word] for word, count in counts.items() if word in rare}
    length = sum(value**2 for value in found.values()) ** 0.5 or 1.0
    return {"bias": 1.0, **{word: value / length for word, value in found.items()}}

"""How pleasant single English words sound, by a public list, and what negation does to them."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

_NEGATIONS = frozenset("not no never without cannot hardly barely neither nor nothing".split())
_REACH = 3  # words
_TURNED = -0.7  # "not good" is less bad than "bad"


@cache
def _valences() -> dict[str, float]:
    """Word -> -4 (bad) to 4 (good), from `valence.tsv`, whose head names its authors and licence."""
    lines = (files(__package__) / "valence.tsv").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {word: float(value) for word, value in pairs}


def negates(word: str) -> bool:
    """Is it a word such as "not"? `word` is lower case, with a straight apostrophe."""
    return word in _NEGATIONS or word.endswith("n't")


def valences(words: Sequence[str]) -> list[float]:
    """The valence of each of these lower-case words as it stands: turned after a negation, 0 where none is known."""
    known = _valences()
    found = [known.get(word, 0.0) for word in words]
    for number, value in enumerate(found):
        if value and any(map(negates, words[max(0, number - _REACH) : number])):
            found[number] = _TURNED * value
    return found

"""An outlet's own voice in a whole article: does it judge at all, and if so, which way?

Two questions, since they have different answers in the text. Whether it judges shows in how it is written: comment
argues with adverbs and turns, reports name days and sources. Which way shows in its cues, turned round where the target
is itself an objection: to agree with a criticism is to be for it.
"""

from collections import Counter
from collections.abc import Iterable
from math import log, sqrt

from digest.model import Voice
from digest.stance._cues import DOUBTS, PRAISES, QUOTED, own_cues
from digest.stance._objection import is_objection
from digest.stance._tokens import tokens
from digest.stance._weights import Features, Linear

_TAKING = (*DOUBTS, *PRAISES)
_SHORT = 40.0  # the length, as a vector, of a text of some 150 words; what is shorter shows little of how it is written
_REPORT = -2.0  # the tone of plain reports
_USUAL = 4.0  # cues in a hundred words; reports have as many


def words(passages: Iterable[str]) -> Counter[str]:
    """How often each word, other than names, is used outside of quotation marks."""
    found = (part for passage in passages for part in tokens(QUOTED.sub(" ", passage)))
    return Counter(part for part in found if _counts(part))


def _counts(part: str) -> bool:
    return part == "?" or part[0].islower()


def tone(counts: Counter[str], weights: Linear) -> float:
    """How much a text reads like comment: above 0 rather so. `weights`: how rare each word is, and what it weighs.

    What a text lacks to the length of `_SHORT` is taken to be a report.
    """
    found = [(1 + log(count), *weights[word]) for word, count in counts.items() if word in weights]
    length = sqrt(sum((often * rare) ** 2 for often, rare, _ in found))
    said = sum(often * rare * weight for often, rare, weight in found)
    return (said + _REPORT * max(_SHORT - length, 0.0)) / max(length, _SHORT)


def judging(voice: Voice, weights: Linear) -> Features:
    """Features of whether it judges."""
    text = voice.article.text
    passages = [span.of(text) for span in voice.spans]
    cues = [cue for span in voice.spans for cue in own_cues(text, span) if cue.group in _TAKING]
    length = sum(len(passage.split()) for passage in passages)
    return {
        "bias": 1.0,
        "tone": tone(words(passages), weights),
        "cues": max(100 * len(cues) / (length + 60) - _USUAL, 0.0),
        "title cues": float(len([cue for cue in own_cues(text, voice.article.title_span) if cue.group in _TAKING])),
    }


def siding(voice: Voice, target: str) -> Features:
    """Features of which way it judges, if it does: above 0 speaks for the target."""
    text = voice.article.text
    turn = -1.0 if is_objection(target) else 1.0
    return {
        "bias": 1.0,
        "objection": float(turn < 0),
        "balance": turn * _balance(cue.group for span in voice.spans for cue in own_cues(text, span)),
        "title balance": turn * _balance(cue.group for cue in own_cues(text, voice.article.title_span)),
    }


def _balance(groups: Iterable[str]) -> float:
    counts = Counter(groups)
    doubts, praises = sum(counts[name] for name in DOUBTS), sum(counts[name] for name in PRAISES)
    return (praises - doubts) / (doubts + praises + 3)

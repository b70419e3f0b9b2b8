"""What somebody says, in a passage of any length, towards anything.

No public set has such voices in stories, so nothing here is fitted: each group of cues weighs what it means.
"""

import re
from math import sqrt

import numpy as np

from digest.model import Voice
from digest.stance._cues import AGAINST, FOR, Cue, cues
from digest.stance._objection import is_alarm, is_objection
from digest.stance._weights import Chances, labelled, softmax
from digest.text.words import terms

# What the cues of a group mean: towards positive, towards skeptical, against neutral being zero.
_MEANING = {
    "oppose": (-0.4, 1.0),
    "support": (1.0, -0.3),
    "for": (0.7, -0.2),
    "doubt": (-0.3, 0.8),
    "criticism": (-0.3, 0.7),
    "against": (-0.4, 0.9),
    "setback": (-0.2, 0.5),
    "hype": (-0.2, 0.6),
    "unmask": (-0.2, 0.5),
    "inability": (-0.2, 0.4),
    "negated_praise": (-0.3, 0.4),
    "conditional_praise": (0.1, 0.1),
    "praise": (0.6, -0.2),
    "promise": (0.6, -0.2),
    "trust": (0.5, -0.1),
    "negated_doubt": (0.3, 0.0),
    "fear": (-0.2, 0.8),
    "worry": (-0.1, 0.1),
    "question": (-0.1, 0.3),
    "scare": (0.0, 0.2),
    "own": (0.2, 0.2),
}
_TOLD = ("setback", "inability")  # what may be no more than bad news
_FIRST_PERSON = ("oppose", "support")
_THIS = re.compile(
    r"\b(?:this|that|it|these|those)(?:['’]s|\s(?:is|was|are|were|would|will|feels|seems|looks|sounds))\b",
    re.IGNORECASE,
)
_ALARMED = (1.0, -0.2)  # worry, towards a target that calls something bad
_BALANCE = 1.5
_BIAS = (-0.7, -0.6)
_LENGTH = 60  # words; shorter passages say little


def meaning(group: str) -> tuple[float, float]:
    """How far a cue of the group speaks for a positive and for a skeptical stance."""
    return _MEANING.get(group, (0.0, 0.0))


def is_clear(voice: Voice, target: str) -> bool:
    """Is there enough to judge by? Without any cue the chances are what is usual.

    One word of praise, or one of blame among several sentences, may be about anything: it has to stand in a sentence
    about the target, or about "this", or in the first person.
    """
    said = _cues(voice)
    if not any(cue.group in _MEANING for cue in said):
        return False
    judging = [cue for cue in said if cue.group in (*AGAINST, *FOR) and cue.group not in _TOLD]
    if len(judging) != 1 or judging[0].group in _FIRST_PERSON:
        return True
    if len(voice.spans) == 1 and judging[0].group in AGAINST:
        return True
    language = voice.article.language
    (place,) = (span for span in voice.spans if span.start <= judging[0].span.start < span.end)
    sentence = place.of(voice.article.text)
    return bool(_THIS.search(sentence)) or not {*terms(sentence, language)}.isdisjoint(terms(target, language))


def _cues(voice: Voice) -> list[Cue]:
    """The cues of all that is said; bad news only beside what is more than that."""
    found = [cue for span in voice.spans for cue in cues(voice.article.text, span)]
    judges = any(cue.group in (*AGAINST, *FOR) and cue.group not in _TOLD for cue in found)
    return found if judges else [cue for cue in found if cue.group not in _TOLD]


def chances(voice: Voice, target: str) -> Chances:
    """The chances of the labels, by cues per hundred words, damped: the second of a kind says less than the first."""
    text = voice.article.text
    found = _cues(voice)
    length = sum(len(span.of(text).split()) for span in voice.spans)
    positive, skeptical = _BIAS
    for group in sorted({cue.group for cue in found}):
        rate = sqrt(100 * sum(cue.group == group for cue in found) / (length + _LENGTH))
        for_it, against = _ALARMED if group in ("worry", "fear") and is_alarm(target) else meaning(group)
        positive, skeptical = positive + rate * for_it, skeptical + rate * against
    balance = _BALANCE * _leaning(found)
    if is_objection(target):
        positive, skeptical, balance = skeptical, positive, -balance
    return labelled(softmax(np.array([positive + balance, skeptical - balance, 0.0])))


def _leaning(found: list[Cue]) -> float:
    """How far praise outweighs blame, -1 to 1; "don't" and "cannot" are in every other sentence, and lean nowhere."""
    groups = [cue.group for cue in found if cue.group != "inability"]
    doubts, praises = (sum(map(side.__contains__, groups)) for side in (AGAINST, FOR))
    return (praises - doubts) / (doubts + praises + 3)

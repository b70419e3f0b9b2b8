"""What somebody says, in a passage of any length, towards anything.

No public set has such voices in stories, so nothing here is fitted: each group of cues weighs what it means.
"""

import re
from math import sqrt

import numpy as np

from digest.model import Label, Span, Voice
from digest.stance._clauses import weighed
from digest.stance._cues import AGAINST, FOR, Cue
from digest.stance._objection import is_about_act, is_alarm, is_objection
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
_I = re.compile(r"\b(?:i|we)\b", re.IGNORECASE)
_FEARS = ("worry", "fear")
_WEAK = ("inability", "worry", "scare")  # in every other text
_LEANING = {*AGAINST, *FOR} - {"inability"}
_ALARMED = (1.0, -0.2)  # worry, towards a target that calls something bad
_BALANCE = 1.5
_BIAS = (-0.7, -0.6)
_LENGTH = 60  # words; shorter passages say little


def leans(cue: Cue, target: str, label: Label, *, turned: bool) -> float:
    """How far a cue shows a label, not neutral, rather than its opposite. What is in every other text shows nothing."""
    if cue.group in _WEAK and not (cue.group in _FEARS and is_alarm(target)):
        return 0.0
    positive, skeptical = _meaning(cue, target, turned=turned)
    return skeptical - positive if label == "skeptical" else positive - skeptical


def is_turned(voice: Voice, target: str, span: Span, cue: Cue) -> bool:
    """Does blame speak for the target in this sentence, as the target is an objection?

    Not where a speaker blames the objection itself; to deny blame is no praise of it, whatever it is about.
    """
    if not is_objection(target):
        return False
    if voice.speaker is None or cue.group == "negated_doubt":
        return True
    return not is_about_act(span.of(voice.article.text), target, voice.article.language)


def is_clear(voice: Voice, target: str) -> bool:
    """Is there enough to judge by? Without any cue the chances are what is usual.

    One word of praise, or one of blame among several sentences, may be about anything: it has to stand in a sentence
    about the target, or about "this", or in the first person.
    """
    said = [cue for _, cue, _ in _said(voice)]
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
    if _THIS.search(sentence) or _I.search(sentence):
        return True
    return not {*terms(sentence, language)}.isdisjoint(terms(target, language))


def _said(voice: Voice) -> list[tuple[Span, Cue, float]]:
    """The speaker's own cues, each with its sentence and what it counts for; bad news only beside what is more."""
    found = [(span, cue, weight) for span in voice.spans for cue, weight in weighed(voice.article.text, span)]
    judges = any(cue.group in (*AGAINST, *FOR) and cue.group not in _TOLD for _, cue, _ in found)
    return found if judges else [one for one in found if one[1].group not in _TOLD]


def chances(voice: Voice, target: str) -> Chances:
    """The chances of the labels, by cues per hundred words, damped: the second of a kind says less than the first."""
    length = sum(len(span.of(voice.article.text).split()) for span in voice.spans)
    positive, skeptical = _BIAS
    praises = doubts = 0.0
    kinds: dict[tuple[str, bool], tuple[Cue, float]] = {}
    for span, cue, weight in _said(voice):
        turned = is_turned(voice, target, span, cue)
        kinds[cue.group, turned] = cue, kinds.get((cue.group, turned), (cue, 0.0))[1] + weight
        if cue.group in _LEANING:
            praises += weight * ((cue.group in FOR) != turned)
            doubts += weight * ((cue.group in AGAINST) != turned)
    for (_, turned), (cue, weight) in sorted(kinds.items()):
        rate = sqrt(100 * weight / (length + _LENGTH))
        for_it, against = _meaning(cue, target, turned=turned)
        positive, skeptical = positive + rate * for_it, skeptical + rate * against
    balance = _BALANCE * (praises - doubts) / (praises + doubts + 3)
    return labelled(softmax(np.array([positive + balance, skeptical - balance, 0.0])))


def _meaning(cue: Cue, target: str, *, turned: bool) -> tuple[float, float]:
    """How far a cue speaks for a positive and for a skeptical stance."""
    if cue.group in _FEARS and is_alarm(target):
        return _ALARMED
    positive, skeptical = _MEANING.get(cue.group, (0.0, 0.0))
    return (skeptical, positive) if turned else (positive, skeptical)

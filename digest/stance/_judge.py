"""Which question is asked of a voice, and the chances of each answer."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from digest.model import LABELS, Label, Voice
from digest.stance import _article, _headline, _name, _speech
from digest.stance._weights import Chances, Features, Linear, Weights, labelled, softmax, total

Reading = Literal["name", "headline", "article", "speech"]
_JUDGES = 0.38  # as many of the labelled articles do; at this chance one is read as judging
_UNDECIDED = (0.38, 0.5)  # of those that judge, where nothing but what is usual says which way


def reading(voice: Voice, target: str) -> Reading:
    """A headline towards a claim, sentences about a name, an outlet's article, or a speaker's words."""
    return _asked(voice, target)[0]


def judge(voice: Voice, target: str, weights: Weights) -> tuple[Label, Chances, bool]:
    """The label that fits best, the chances of all, and whether the label is clear."""
    asked, places = _asked(voice, target)
    clear = True
    if asked == "article":
        return _of_article(voice, target, weights)
    if asked == "headline":
        found = _of_headline(voice, target, weights)
    elif asked == "name":
        found = _of_name(places, weights)
    else:
        found, clear = _speech.chances(voice, target), _speech.is_clear(voice, target)
    return max(LABELS, key=lambda label: found[label]), found, clear


def _asked(voice: Voice, target: str) -> tuple[Reading, Sequence[_name.Mention]]:
    """What is asked, and where the target is mentioned, if that is what matters."""
    if _headline.is_alone(voice, target):
        return "headline", ()
    if places := _name.mentions(voice, target):
        return "name", places
    return "article" if voice.speaker is None else "speech", ()


def _of_headline(voice: Voice, target: str, weights: Weights) -> Chances:
    found = labelled(softmax(total(_headline.sparse(voice, target), weights.linear["headline"], len(LABELS))))
    if _headline.is_claim(target):
        return found
    return {**found, "positive": 0.0, "neutral": found["positive"] + found["neutral"]}


def _of_name(places: Sequence[_name.Mention], weights: Weights) -> Chances:
    sounds = _name.sounding(places)
    rows = _name.dense(places, sounds, weights.vectors)
    by_words = softmax(total(_name.sparse(places, sounds), weights.linear["name"], len(LABELS)))
    by_nets = np.mean([softmax(net(rows)).mean(axis=0) for net in weights.nets], axis=0)
    return labelled((by_words + by_nets) / 2)


def _of_article(voice: Voice, target: str, weights: Weights) -> tuple[Label, Chances, bool]:
    """An article that judges more likely than most is given its side, if more than habit says which."""
    judges = _share(_article.judging(voice, weights.linear["tone"]), weights.linear["judging"])
    positive = _share(_article.siding(voice, target), weights.linear["siding"])
    found = labelled([judges * positive, judges * (1 - positive), 1 - judges])
    low, high = _UNDECIDED
    if judges < _JUDGES:
        return "neutral", found, True
    if low <= positive <= high:
        return "neutral", found, False
    return "positive" if positive > high else "skeptical", found, True


def _share(features: Features, weights: Linear) -> float:
    """The chance of "yes"."""
    return float(1 / (1 + np.exp(-total(features, weights, 1)[0])))

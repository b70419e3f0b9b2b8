"""A headline towards a claim: does it affirm it, deny it, or only pass it on?"""

import re
from itertools import pairwise

import numpy as np

from digest.model import Voice
from digest.stance._tokens import plain_tokens
from digest.stance._weights import Features

# A full sentence has an article, an auxiliary or a past tense with an object, which headlines save; of those one in
# four has one, too.
_CLAIM = re.compile(
    r"\b(?:was|were|is|are|will|has|had|did|have|been|would|could|can|may|might|does|(?:do|does|did|is|wo)n['’]t|an?|"
    r"his|her|their|its|said)\b|^(?:The|A|An|There)\b|"
    r"[a-z]{3}ed (?!(?:in|by|after|for|at|on|over|as|to|from|with|amid|and|during|near|off|out|of|up|down)\b)\w"
)
_STRENGTH = 2.0  # of the n-grams together, beside the groups of words

_GROUPS = {
    # it is passed on, not vouched for
    "hedge": (
        "reportedly allegedly alleged alleges may might could possibly perhaps rumor rumors rumour rumours rumored "
        "rumoured claim claims claimed claiming report reports reported say says said source sources unconfirmed "
        "apparently likely expected believed probably suggest suggests suspected feared fear fears hints hinted "
        "speculation purported purportedly purports seemingly appears potentially tipped predicts supposedly"
    ),
    # it is denied, or shown to be made up
    "denial": (
        "not no never fake fakes faked hoax hoaxes false falsely deny denies denied denying denial debunked debunk "
        "debunks debunking bogus untrue myth refute refutes refuted retracted retracts retract satire satirical isn't "
        "didn't wasn't won't doesn't don't aren't hasn't haven't can't couldn't dismiss dismisses dismissed dismissing "
        "reject rejects rejected wrong actually alive nope nobody sorry truth lie lies lied liar fabricated "
        "fabrication prank stunt staged disproved disputes disputed unlikely doubt doubts doubtful skeptical sceptical "
        "despite contrary erroneous misleading photoshopped made-up unfounded baseless"
    ),
    # somebody vouches for it
    "proof": "confirm confirms confirmed confirming official officially proof proves proven verified yes indeed admits",
}
_GROUP_OF = {word: name for name, words in _GROUPS.items() for word in words.split()}
_MARKS = {"?": "asks", '"': "quotes", "'": "quotes", ":": "colon"}


def is_claim(target: str) -> bool:
    """Is it a full sentence, which a headline can affirm?"""
    return bool(_CLAIM.search(target))


def is_alone(voice: Voice, target: str) -> bool:
    """Is it a title alone, and not the target itself?

    A headline that says the same as another headline reports the news and does not affirm it; only a claim, a full
    sentence, can be affirmed by a headline. Anything can be denied by one.
    """
    article = voice.article
    return voice.spans == (article.title_span,) and not article.sentences and target != article.title


def sparse(voice: Voice, target: str) -> Features:
    """The headline's n-grams, and how many words of each group it has that the claim has not."""
    said, claimed = plain_tokens(voice.spans[0].of(voice.article.text)), plain_tokens(target)
    grams = dict.fromkeys([*said, *(f"{one} {other}" for one, other in pairwise(said))], 1.0)
    scale = float(_STRENGTH / np.sqrt(max(len(grams), 1)))
    features = {"bias": 1.0, **dict.fromkeys(grams, scale)}
    for name in _GROUPS:
        count, known = _count(said, name), _count(claimed, name)
        features[f"#{name}"] = float(min(count, 2))
        features[f"#{name} in claim"] = float(min(known, 1))
        features[f"#{name} added"] = float(count > 0 and not known)
    features["#plain"] = float(not any(features[f"#{name}"] for name in ("hedge", "denial")))
    features["#asks at end"] = float(said[-1:] == ["?"])
    for part in said:
        if part in _MARKS:
            features["#" + _MARKS[part]] = 1.0
    return features


def _count(parts: list[str], group: str) -> int:
    return sum(_GROUP_OF.get(part) == group for part in parts)

"""What a stance is about has to be what happened, and not what somebody thinks of it."""

import re

from digest.model import Span
from digest.stance._cues import DOUBTS, PRAISES, cues

_LOUD = re.compile(  # praise and blame that only a headline is short enough for
    r"\b(?:at (?:long )?last|about time|deserv\w+|finally|long[- ](?:awaited|overdue)|"
    r"(?:nobody|no one|no-one|who) (?:asked for|wants?|wanted|needs?|needed)|what (?:were|are) they thinking|"
    r"thank goodness|enough is enough|good riddance|hooray|hurray|dream come true|nightmare|must (?:be|go|stop)|"
    r"should (?:be|never|not|have))\b|!$",
    re.IGNORECASE,
)
_WON = re.compile(r"w[io]n(?:s|ning)?", re.IGNORECASE)  # an election, a prize: that is news


def takes_sides(title: str) -> bool:
    """Does a headline doubt, criticize or praise? ("... draws skepticism": whoever is skeptical too would agree.)"""
    said = (cue for cue in cues(title, Span(0, len(title))) if cue.group in (*DOUBTS, *PRAISES))
    return bool(_LOUD.search(title)) or any(not _WON.fullmatch(cue.span.of(title)) for cue in said)

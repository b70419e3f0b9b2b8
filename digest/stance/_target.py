"""What a stance is about has to be what happened, and not what somebody thinks of it."""

from digest.model import Span
from digest.stance._cues import DOUBTS, PRAISES, cues


def takes_sides(title: str) -> bool:
    """Does a headline doubt, criticize or praise? ("... draws skepticism": whoever is skeptical too would agree.)"""
    return any(cue.group in (*DOUBTS, *PRAISES) for cue in cues(title, Span(0, len(title))))

"""What of a sentence its speaker says for himself, and how much of it he still means at its end."""

import re
from dataclasses import replace

from digest.model import Span
from digest.stance._cues import AGAINST, Cue, cues

_OTHERS = re.compile(  # what they say is not the speaker's, up to where he answers
    r"\b(?:(?:the|my|our|their|his|her|these|those|its) )?(?:critics|opponents|detractors|naysayers|skeptics|sceptics|"
    r"some(?: people)?|many(?: people)?|others|people|supporters|proponents|those who)"
    r"(?:\s(?!(?:and|but|who|of)\b)[\w’'-]+){0,2}?\s"
    r"(?:say|said|call|called|claim|claimed|argue|argued|think|thought|believe|believed|insist|complain|complained|"
    r"describe|warn|warned|fear|dismiss|see|told us|told me)\b"
    r"[^;.!?]*?(?=[;.!?]|,\s(?:but|yet|however|and|so|they|i|we)\b|\s(?:but|yet)\b|$)",
    re.IGNORECASE,
)
_TURN = re.compile(r"[,;–—]\s*(?:but(?! also\b)|yet|however)\b", re.IGNORECASE)
_ONCE = re.compile(r"\b(?:at first|initially|originally|used to|once|in the beginning)\b", re.IGNORECASE)
_ANSWER = re.compile(
    r"\b(?:they|those people)(?: are|['’]re| have been)(?: (?:all|just|simply|dead|so|quite))?\s$", re.IGNORECASE
)
_BEFORE_TURN = 0.5


def weighed(text: str, span: Span) -> tuple[tuple[Cue, float], ...]:
    """The cues of a sentence that are its speaker's own, with what each counts for.

    What "critics say" is theirs. What comes before ", but" is granted, and counts half; what held "at first", nothing.
    Who says that critics "are wrong" is on the other side.
    """
    others = [Span(*match.span()) for match in _OTHERS.finditer(text, *span)]
    turn = _TURN.search(text, *span)
    once = turn is not None and _ONCE.search(text, span.start, turn.start()) is not None
    found = []
    blamed = False  # by others
    for cue in cues(text, span):
        place = cue.span.start
        granted = turn is not None and place < turn.start()
        if any(start <= place < end for start, end in others):
            blamed = blamed or cue.group in AGAINST
            continue
        if granted and once:
            continue
        if blamed and _ANSWER.search(text, span.start, place):
            cue = replace(cue, group="support")
        found.append((cue, _BEFORE_TURN if granted else 1.0))
    return tuple(found)

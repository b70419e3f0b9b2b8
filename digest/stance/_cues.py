"""Where a passage has cues, and what those around them make of them.

After a negation a cue counts for `negated_praise` or `negated_doubt`; praise in a question ("Why be happy?") or in
scare quotes counts as negated, and under a condition ("could be better") for `conditional_praise`. Praise that only
makes an objection louder ("strongly opposed", "serious doubts") is no cue.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from digest.model import Span
from digest.stance._groups import EVENTS, GROUPS

DOUBTS = ("oppose", "doubt", "criticism", "setback", "hype", "unmask", "inability", "negated_praise")
PRAISES = ("support", "praise", "promise", "trust", "negated_doubt")
AGAINST = (*DOUBTS, "against")  # with the attitudes of whoever speaks
FOR = (*PRAISES, "for")
_TURN_GOOD = {*PRAISES, "for"}
_TURN_BAD = {"doubt", "criticism", "setback", "hype", "inability", "against"}
_LOUDER_THAN = {*AGAINST, "worry"} - {"unmask"}
_READ_AS = {"rave": "praise", "rebut": "negated_doubt"}

_CUES = re.compile(
    r"(?<![\w-])(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in GROUPS.items()) + r")(?![\w-])"
)
_NEGATION = re.compile(
    r"\b(?P<word>not(?! (?:only|just|merely)\b)|no(?! doubt\b)|never|nothing(?! (?:but|short of)\b)|nobody|hardly|"
    r"scarcely|barely|without(?! (?:a |any )?doubt\b)|"
    r"neither|nor|cannot|(?:is|are|was|were|do|does|did|wo|would|ca|could|should|has|have)n['’]t|less|least|"
    r"fails? to|anything but|far from|fix(?:es|ed|ing)?|solv(?:e|es|ed|ing)|prevents?|avoids?|excuses?|myths?)"
    r"(?:\s(?!(?:when|because|but|while|although|unless|since)\b)[\w’'\"“-]{1,15}){0,4}\s[\"“‘']?$",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:if|(?<!one )could|might|may|would)(?:\s[\w’'-]{1,15}){0,3}\s$", re.IGNORECASE)
_OPEN = re.compile(r"\b(?:whether|if)\b[^,;.:]{0,150}$", re.IGNORECASE)  # what follows is left open
_WISHED = re.compile(r"\b(?:would|could|might|may) (?:support|back|endorse|agree|favou?r|embrace)$", re.IGNORECASE)
_TAG = re.compile(  # asks for agreement
    r",\s(?:right|no|yes|correct|huh|eh|don['’]t you think|"
    r"(?:is|are|am|was|were|do|does|did|has|have|had|will|would|can|could|should|ca|wo)(?:n['’]t)? "
    r"(?:it|he|she|they|we|you|that|this|there|i))\?",
    re.IGNORECASE,
)
_NEGATION_REACH = 45  # characters: a negation and four short words
_SCARE = re.compile(r"[“\"‘](?:[\w’'-]{2,20}\s?){1,2}[”\"’](?!\w|\s(?:refers?|means?|stands?)\b)")
_CALLED = re.compile(  # what stands in quotation marks after these was really said
    r"\b(?:call\w*|describ\w+|label\w*|term\w*|dubb\w+|sa(?:id|ys?)|prais\w+|hail\w*|as|named|titled|entitled)"
    r"(?:\s[\w’'-]{1,15}){0,4}\s$",
    re.IGNORECASE,
)
_CLAIMED = re.compile(
    r"\b(?:so-called|supposed(?:ly)?|purported(?:ly)?|alleged(?:ly)?|self-(?:styled|proclaimed)|would-be|ostensibly)"
    r"(?:\s[\w’'-]{1,15}){0,2}\s[\"“‘']?$",
    re.IGNORECASE,
)
_LOUD = re.compile(r"great(?:er|est|ly)?|strong(?:er|est|ly)?|serious|remarkably|perfect(?:ly)?|good")
_EVENT = re.compile(rf"\s(?:[\w’'-]{{2,15}}\s){{0,2}}(?:{EVENTS})\b")
_OF_EVENT = re.compile(rf"\b(?:{EVENTS})\s(?:is|are|was|were|got|gets|turned)(?:\s(?:so|very|too|really|that))?\s$")
_BAD_EVENT = re.compile(r"terribl[ey]|awful|horrible|bad|worse|sad(?:ly)?|desperat\w+|cruel\w*|ugly|unfortunate\w*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One cue in a passage: its group and where it stands, in characters of the text given.

    `turned` is what makes it mean the opposite: the "not" before it, the question mark after it. `told`: it names an
    attitude, which may be somebody else's.
    """

    group: str
    span: Span
    turned: Span | None = None
    told: bool = False


@lru_cache(maxsize=8)
def _lower(text: str) -> str:
    """Lower case, character for character. Patterns that need not mind case are three times as fast."""
    found = text.lower()
    return found if len(found) == len(text) else "".join(one.lower() if len(one.lower()) == 1 else one for one in text)


@lru_cache(maxsize=1024)  # an article's sentences are asked for several times on end
def cues(text: str, span: Span) -> tuple[Cue, ...]:
    """The cues of the passage `span` of `text`, in order."""
    tag = _TAG.search(text, *span)
    asks = text[span.start : span.end].rstrip("\"'”’»)")[-1:] == "?" and not tag
    mark = Span(span.end - 1, span.end) if asks else None
    scare = [Span(*match.span()) for match in _SCARE.finditer(text, *span)]
    found = [Cue(group="scare", span=one) for one in scare]
    for match in _CUES.finditer(_lower(text), span.start, tag.start() if tag else span.end):
        cue = _cue(text, span, match, mark, scare)
        if cue:
            found.append(cue)
    if mark:
        found.append(Cue(group="question", span=mark))
    return tuple(sorted(found, key=lambda cue: (cue.span, cue.group)))


QUOTED = re.compile(r"“[^”]{1,400}”|\"[^\"]{1,400}\"|«[^»]{1,400}»|(?<!\w)[‘'][^’']{3,200}[’'](?!\w)")
_MARKS = ("scare", "question")


def own_cues(text: str, span: Span) -> tuple[Cue, ...]:
    """The cues of a passage that are its writer's: not those between quotation marks, which somebody else said, and no
    attitudes that he tells of.
    """
    quoted = [match.span() for match in QUOTED.finditer(text, *span)]
    return tuple(
        cue
        for cue in cues(text, span)
        if not cue.told and (cue.group in _MARKS or not any(start <= cue.span.start < end for start, end in quoted))
    )


def _cue(text: str, span: Span, match: re.Match[str], asked: Span | None, scare: list[Span]) -> Cue | None:
    written = str(match.lastgroup)
    place = Span(*match.span())
    if written in _READ_AS:
        return Cue(group=_READ_AS[written], span=place)
    if written == "void" or _is_loudness(match):
        return None
    if _pities(match):
        written = "setback"
    group, turned = _turned(text, span, place, written, asked, scare)
    return Cue(group=group, span=place, turned=turned, told=written in ("against", "for"))


def _turned(
    text: str, span: Span, place: Span, group: str, asked: Span | None, scare: list[Span]
) -> tuple[str, Span | None]:
    """The group that a cue counts for where it stands, and what turned it."""
    start = max(span.start, place.start - _NEGATION_REACH)
    before = text[start : place.start]
    negation = _NEGATION.search(before)
    word = negation and Span(start + negation.start("word"), start + negation.end("word"))
    if group in _TURN_GOOD:
        if asked or word:
            return "negated_praise", word or asked
        if _is_ironic(before, place, scare):
            return "negated_praise", None
        open_ = _CONDITION.search(before) or _OPEN.search(text, span.start, place.start)
        return ("conditional_praise" if open_ or _WISHED.search(place.of(text)) else group), None
    return ("negated_doubt", word) if group in _TURN_BAD and word else (group, None)


def _is_ironic(before: str, place: Span, scare: list[Span]) -> bool:
    """Is it praise that somebody else is said to give, wrongly?"""
    if _CLAIMED.search(before):
        return True
    quoted = next((one for one in scare if one.start < place.start and place.end < one.end), None)
    return quoted is not None and not _CALLED.search(before[: len(before) - (place.start - quoted.start)])


def _is_loudness(match: re.Match[str]) -> bool:
    """Does it only say how much? "Serious doubts", "strongly opposed"."""
    if not _LOUD.fullmatch(match.group()):
        return False
    after = _CUES.match(match.string, match.end() + 1)
    return after is not None and after.lastgroup in _LOUDER_THAN


def _pities(match: re.Match[str]) -> bool:
    """Is something that happened called bad? That blames nobody."""
    if not _BAD_EVENT.fullmatch(match.group()):
        return False
    before = match.string[max(0, match.start() - _NEGATION_REACH) : match.start()]
    return bool(_EVENT.match(match.string, match.end()) or _OF_EVENT.search(before))

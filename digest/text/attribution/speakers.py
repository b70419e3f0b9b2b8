"""Verbs of speech, and the speaker beside them."""

import re

from digest.model import Span
from digest.text.attribution.record import Attribution

_SPEECH = (
    "said|says|say|saying|told|tells|tell|telling|wrote|writes|writing|wonder(?:s|ed|ing)|concludes|continues|declares|responds|"
    "reveals|confirms|jokes|concedes|puts? it|retort(?:s|ed)|retaliated|mock(?:s|ed)|"
    "exclaim(?:s|ed)|went on|goes on|shot back|fired back|chimed in|interject(?:s|ed)|chant(?:s|ed|ing)|"
    "proclaim(?:s|ed|ing)|recount(?:s|ed|ing)|assur(?:es|ed)|boast(?:s|ed|ing)|yell(?:s|ed|ing)|"
    "scream(?:s|ed|ing)|e-?mailed|texted|affirms|emphasizes|maintains|announc(?:ed|es|ing)|argu(?:e|es|ed|ing)|"
    "repl(?:ied|ies|ying)|(?:add|ask|explain|insist|suggest|warn|assert|complain|contend|recall|reckon|predict|"
    "acknowledge|note|observe|emphasi[sz]e|lament|quip)(?:s|e?d|ing)?|"
    # past forms alone, where the bare form is mostly a noun or has another meaning
    "(?:claim|report|tweet|comment|confirm|remark|repeat|respond|reveal|counter|joke|caution|affirm|allege|declare|"
    "conclude|continue|describe|estimate|indicate|propose|state|urge|vow|promise|testifi|blogg|post|answer|stress|"
    "concede|reiterate|mention|disclose|imply|pledge|confess|point|pose)(?:e?d|ing)|suggesting|noting|observing|"
    "acknowledging|stating|admit(?:s|ted|ting)?|den(?:y|ies|ied|ying)|shout(?:ed|ing)|pointed out|points out|"
    "sagte|sagt|erklärte|meinte|betonte|déclare|a déclaré|a dit|explique|affirme|estime|dijo|afirmó|señaló|aseguró"
)
_ATTITUDE = (
    "thinks?|believes?|believed|knows|hopes|hoped|hoping|expects?|expected|wants|felt|"
    "doubts|doubted|feared|suspects?|worries|worried|seemed|showed|shows?|found|called|calls|calling|"
    "accus(?:es|ed|ing)|blam(?:es|ed|ing)|criticiz(?:es|ed|ing)|prais(?:es|ed|ing)|attacked|opposed|"
    "rejected|dismissed|defended|declined|refused|cit(?:es|ed|ing)|agree[sd]?|express(?:es|ed)|"
    "denounced|blasted|questioned|demanded"
)
CUE = re.compile(rf"\b(?:{_SPEECH})\b", re.IGNORECASE)
ANY_CUE = re.compile(rf"(?<!\bso[ -])\b(?:{_SPEECH}|{_ATTITUDE})\b")
ACCORDING = re.compile(r"\b(?:[Aa]ccording to|[Ss]elon|[Ll]aut|[Ss]egún)\s+")
# "In his view, ..." says who holds what follows.
OPINION = re.compile(
    r"\b[Ii]n (?P<who>his|her|their|[A-ZÀ-Þ][\w'’.-]{0,25}?(?: [A-ZÀ-Þ][\w'’.-]{0,25}?){0,3}(?=['’]))(?:['’]s?)? "
    r"(?P<cue>view|opinion|judge?ment|estimation|telling|words),? "
)
_HELD = re.compile(r"view|opinion|judge?ment|estimation|telling|words")
_PRONOUN = re.compile(r"(?:he|she|they|i|we|you|who|it|er|sie|il|elle)$", re.IGNORECASE)
_BOUNDARY = re.compile(
    r"[;:—–(\"”“«»]\s*|,\s+|\b(?:that|but|and|as|while|when|because|if|since|although|though|where|which|what|how|why|"
    r"than|whether|after|before|until|so|or)\s+",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:(?:^|\s)(?:has|have|had|also|later|then|once|often|never|always|still|even|just|now|is|was|are|were|be|been|"
    r"will|would|could|should|may|might|must|did|does|do|not|didn['’]t|doesn['’]t|don['’]t|"
    r"wouldn['’]t|previously|[a-z]{2,20}ly))$"
)
# "X did this, saying that" and "X did this and said that": the subject is that of the sentence.
_NO_SUBJECT = re.compile(r"(?:^|\s)(?:and|but|then|to|by|for|of|in|without|while|after|before|from|as)$", re.IGNORECASE)
_LEADING = re.compile(
    r"(?!(?:After|Also|Although|And|Another|As|Asked|At|Before|But|By|During|Earlier|For|From|His|Her|Hours|If|In|It|"
    r"Its|Later|Like|On|Outside|So|Speaking|Still|That|Their|Then|There|These|This|Those|Though|To|When|While|With|Yet)"
    r"\b)(?:The |the )?[A-ZÀ-Þ][\w'’.-]{1,25}(?: [A-ZÀ-Þ][\w'’.-]{0,25}){0,4}|\b(?:he|she|they|we)\b"
)
_INTRODUCTION = re.compile(r"(?:In|On|At|After|As|While|When|With|For|During|Despite|Asked) [^,]{1,120}, ")
_STOP_AFTER = re.compile(
    r"[,.;:!?()—–\"“”«»]|\s(?:in|on|at|during|to|after|when|that|as|with|by|for|from|about|last|this|while|"
    r"because|before|and|but|has|is|was|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
)
_ABBREVIATED = re.compile(r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Prof|St|Jr))$")
SUBJECT = 160  # characters within which a verb has its subject
_SPEAKER_WORDS = 14


def trim(text: str, start: int, end: int) -> Span:
    while start < end and (text[start].isspace() or text[start] in ",;:"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;:"):
        end -= 1
    return Span(start, end)


def subject(text: str, start: int, end: int) -> Span | None:
    """The noun phrase before a verb at `end`; an apposition (`X, the mayor, said`) is stepped over."""
    sentence, start = start, max(start, end - SUBJECT)
    head = text[start:end].rstrip()
    if text[end : end + 15].split(" ")[0].endswith("ing") or _NO_SUBJECT.search(head):
        return leading(text, sentence, end)
    for _ in range(4):
        head = _TRAILING.sub("", head).rstrip()
    if _NO_SUBJECT.search(head):
        return leading(text, sentence, end)
    if head.endswith(","):
        parts = head[:-1].split(",")
        head = ",".join(parts[:-1]) if len(parts) > 1 else parts[0]
    begin = 0
    for match in _BOUNDARY.finditer(head):
        if match.end() < len(head):
            begin = match.end()
    span = trim(text, start + begin, start + len(head))
    found = span.of(text).split()
    if not found or len(found) > _SPEAKER_WORDS:
        return None
    if _PRONOUN.match(found[-1]):
        return Span(span.end - len(found[-1]), span.end)
    return span


def leading(text: str, start: int, end: int) -> Span | None:
    """The first name or pronoun of a sentence, after any introduction that a comma ends."""
    introduced = _INTRODUCTION.match(text, start, end)
    if introduced:
        start = introduced.end()
    match = _LEADING.search(text, start, min(end, start + SUBJECT))
    return Span(*match.span()) if match else None


def object_(text: str, start: int, end: int) -> Span | None:
    """The noun phrase after a verb (`said X, the mayor`), up to the first stop or preposition."""
    end = min(end, start + SUBJECT)
    stop = end
    for match in _STOP_AFTER.finditer(text, start, end):
        if match.group() == "." and _ABBREVIATED.search(text, max(start, match.start() - 5), match.start()):
            continue
        stop = match.start()
        break
    span = trim(text, start, stop)
    return span if 0 < len(span.of(text).split()) <= _SPEAKER_WORDS else None


def is_speech(text: str, attribution: Attribution) -> bool:
    """Does somebody say something, rather than do or feel it ("rejected an appeal", "hopes for rain")?"""
    cue = attribution.cue
    return cue is not None and bool(
        CUE.match(text, *cue) or ACCORDING.match(text, cue.start) or _HELD.match(text, *cue)
    )

"""Direct speech: quotations, each with its speaker."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import replace

from digest.model import Span
from digest.text.attribution.names import NAME_WORD, NEXT_WORD
from digest.text.attribution.record import Attribution
from digest.text.attribution.speakers import ACCORDING, ANY_CUE, CUE, leading, object_, subject, trim
from digest.text.words import count_words

# The end of a sentence: a full stop that is not one of an abbreviation or an initial.
_END = re.compile(
    r"(?<!\b[A-Z])(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!Mrs)(?<!Sen)(?<!Rep)(?<!Gov)(?<!Gen)(?<!\bSt)(?<!Jr)[.!?]\s"
)
_INVERTED = re.compile(rf", (?:said|says|wrote|writes) {NAME_WORD}{NEXT_WORD}")
_LABEL = re.compile(rf"\s*({NAME_WORD}(?:{NEXT_WORD}){{0,3}}): $")
_VERB = re.compile(rf"\s?(?:[\w'’.-]{{1,25}} ){{1,4}}?{CUE.pattern}|\s?{CUE.pattern}", re.IGNORECASE)
# Words between marks: fewer are a term or scare quotes; if nobody says them, fewer may be a title.
_PHRASE, _ANYBODY = 4, 13
_REACH = 200  # characters within which a quotation has its cue


def direct(text: str, sentences: list[Span], quotes: list[Span], carried: Span | None) -> list[Attribution]:
    """One attribution per quotation; a quotation without a cue of its own goes on for the speaker before it."""
    found: list[Attribution] = []
    starts = [sentence.start for sentence in sentences]
    speaker = carried
    whole = Span(starts[0], sentences[-1].end) if sentences else None
    for number, quote in enumerate(quotes):
        sentence = sentences[max(0, bisect_right(starts, quote.start) - 1)] if sentences else quote
        floor = max(sentence.start, quotes[number - 1].end if number else 0)
        for stop in _END.finditer(text, max(floor, quote.start - _REACH), quote.start):
            floor = stop.end()  # the splitter may miss an end before a quotation
        ceiling = min(sentence.end, quotes[number + 1].start if number + 1 < len(quotes) else sentence.end)
        if text[floor : quote.start].strip(" ,—–-") and not _introduced(text, floor, quote.start):
            continue  # a few words of somebody inside indirect speech
        one = _quoted(text, quote, floor, _reach(text, quote, sentences, ceiling))
        goes_on = found and one and one.cue and one.cue == found[-1].cue  # `"...," said X, "..."`
        if found and (goes_on or (speaker and (one is None or one.speaker is None))):
            found[-1] = replace(found[-1], content=Span(found[-1].content.start, quote.end))
        elif one or quote == whole or _long(text, quote, _PHRASE if speaker else _ANYBODY):
            one = one or Attribution(content=quote, speaker=speaker, cue=None, direct=True)
            speaker = one.speaker or speaker
            found.append(one)
    return found


def _reach(text: str, quote: Span, sentences: list[Span], ceiling: int) -> int:
    """Where the words about a quotation may end: after a question, its verb stands in what looks like a sentence."""
    if ceiling > quote.end or text[quote.end - 2 : quote.end - 1] not in ("?", "!"):
        return ceiling
    number = bisect_left(sentences, quote.end, key=lambda sentence: sentence.start)
    nearby = number < len(sentences) and sentences[number].start - quote.end <= 1
    return sentences[number].end if nearby and _VERB.match(text, quote.end) else ceiling


def _introduced(text: str, start: int, end: int) -> bool:
    """Do the words before a quotation end in a cue, or in a comma or colon after one?"""
    match = _last_cue(text, max(start, end - _REACH), end) or ACCORDING.search(text, max(start, end - _REACH), end)
    between = text[match.end() : end] if match else ""
    stop = text[start:end].rstrip()[-1:]
    return stop == ":" or (match is not None and (stop == "," or not between.split()))


def _long(text: str, quote: Span, least: int) -> bool:
    return count_words(quote.of(text)) >= least


def _quoted(text: str, quote: Span, floor: int, ceiling: int) -> Attribution | None:
    after = _cue_after(text, quote.end, min(ceiling, quote.end + _REACH))
    before = _cue_before(text, max(floor, quote.start - _REACH), quote.start, not _long(text, quote, _PHRASE))
    if not (after or before) and text[floor : quote.start].endswith(": "):
        labelled = _LABEL.match(text, floor, quote.start)
        known = text[floor - 1 : floor] not in tuple("\"”'’»")  # whom the first quotation of a sentence is of
        speaker = Span(*labelled.span(1)) if labelled else leading(text, floor, quote.start) if known else None
        return Attribution(content=quote, speaker=speaker, cue=None, direct=True)
    # A stop inside the marks (`..." said X`) says that what follows belongs to them.
    first, second = (after, before) if not before or text[quote.end - 2 : quote.end - 1] == "," else (before, after)
    found = first or second
    return Attribution(content=quote, speaker=found[0], cue=found[1], direct=True) if found else None


def _cue_after(text: str, start: int, end: int) -> tuple[Span | None, Span] | None:
    according = ACCORDING.match(text, start + 1, end)
    if according:
        return object_(text, according.end(), end), Span(*trim(text, *according.span()))
    match = CUE.search(text, start, end)
    if match is None or _END.search(text, start, match.start()):
        return None
    inverted = not text[start : match.start()].strip(" ,–—") or _INVERTED.match(text, match.start() - 2)
    speaker = object_(text, match.end(), end) if inverted else subject(text, start, match.start())
    return speaker, Span(*match.span())


def _cue_before(text: str, start: int, end: int, phrase: bool = False) -> tuple[Span | None, Span] | None:
    according = ACCORDING.search(text, start, end)
    if according:
        return object_(text, according.end(), end), Span(*trim(text, *according.span()))
    match = _last_cue(text, start, end)
    if match is None or len(text[match.end() : end].split()) > 12:
        return None
    if phrase and not CUE.match(text, *match.span()):
        return None  # "he found “evidence”"
    return subject(text, start, match.start()), Span(*match.span())


def _last_cue(text: str, start: int, end: int) -> re.Match[str] | None:
    return max(ANY_CUE.finditer(text, start, end), key=lambda match: match.start(), default=None)


_BYLINE = re.compile(r"[—–-]{1,2}\s?(?=\w)")
_BYLINE_LIMIT = 120


def framed(
    text: str, paragraph: Span, found: list[Attribution], before: Span | None, after: Span | None
) -> list[Attribution]:
    """A paragraph that is one quotation has its speaker below (`— X`) or above (`X said:`) it, if not in it."""
    if len(found) != 1 or found[0].cue or found[0].content != paragraph:
        return found
    byline = _BYLINE.match(text, *after) if after and after.end - after.start <= _BYLINE_LIMIT else None
    if byline and after:
        return [replace(found[0], speaker=object_(text, byline.end(), after.end))]
    if before and text[before.end - 1] == ":":
        cue = _cue_before(text, max(before.start, before.end - _REACH), before.end)
        return [replace(found[0], speaker=cue[0], cue=cue[1])] if cue else found
    return found if found[0].speaker or _long(text, paragraph, _ANYBODY) else []

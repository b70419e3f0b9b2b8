"""Direct speech: quotations, each with its speaker."""

import re
from bisect import bisect_right
from dataclasses import replace

from digest.model import Span
from digest.text.attribution.record import Attribution
from digest.text.attribution.speakers import ACCORDING, ANY_CUE, CUE, object_, subject, trim
from digest.text.words import word_spans

_REACH = 200  # characters within which a quotation has its cue


def direct(text: str, sentences: list[Span], quotes: list[Span], carried: Span | None) -> list[Attribution]:
    """One attribution per quotation; a quotation without a cue of its own goes on for the speaker before it."""
    found: list[Attribution] = []
    starts = [sentence.start for sentence in sentences]
    speaker = carried
    for number, quote in enumerate(quotes):
        sentence = sentences[max(0, bisect_right(starts, quote.start) - 1)] if sentences else quote
        floor = max(sentence.start, quotes[number - 1].end if number else 0)
        ceiling = min(sentence.end, quotes[number + 1].start if number + 1 < len(quotes) else sentence.end)
        if text[floor : quote.start].strip(" ,—–-") and not _introduced(text, floor, quote.start):
            continue  # a few words of somebody inside indirect speech
        one = _quoted(text, quote, floor, ceiling)
        if found and speaker and (one is None or one.speaker is None):
            found[-1] = replace(found[-1], content=Span(found[-1].content.start, quote.end))
        elif one or speaker or _long(text, quote):
            one = one or Attribution(content=quote, speaker=speaker, cue=None, direct=True)
            speaker = one.speaker or speaker
            found.append(one)
    return found


def _introduced(text: str, start: int, end: int) -> bool:
    """Do the words before a quotation end in a cue, or in a comma or colon after one?"""
    match = _last_cue(text, max(start, end - _REACH), end) or ACCORDING.search(text, max(start, end - _REACH), end)
    between = text[match.end() : end] if match else ""
    stop = text[start:end].rstrip()[-1:]
    return stop == ":" or (match is not None and (stop == "," or len(between.split()) <= 1))


def _long(text: str, quote: Span) -> bool:
    """Fewer than six words between marks and nobody to say them: a title, a nickname or scare quotes."""
    return len(word_spans(quote.of(text))) >= 6


def _quoted(text: str, quote: Span, floor: int, ceiling: int) -> Attribution | None:
    after = _cue_after(text, quote.end, min(ceiling, quote.end + _REACH))
    before = _cue_before(text, max(floor, quote.start - _REACH), quote.start)
    # A stop inside the marks (`..." said X`) says that what follows belongs to them.
    first, second = (after, before) if not before or text[quote.end - 2 : quote.end - 1] == "," else (before, after)
    found = first or second
    return Attribution(content=quote, speaker=found[0], cue=found[1], direct=True) if found else None


def _cue_after(text: str, start: int, end: int) -> tuple[Span | None, Span] | None:
    match = CUE.search(text, start, end)
    if match is None or re.search(r"[.!?]\s", text[start : match.start()]):
        return None
    between = text[start : match.start()].strip(" ,–—")
    speaker = object_(text, match.end(), end) if not between else subject(text, start, match.start())
    return speaker, Span(*match.span())


def _cue_before(text: str, start: int, end: int) -> tuple[Span | None, Span] | None:
    according = ACCORDING.search(text, start, end)
    if according:
        return object_(text, according.end(), end), Span(*trim(text, *according.span()))
    match = _last_cue(text, start, end)
    if match is None or len(text[match.end() : end].split()) > 12:
        return None
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
    return found

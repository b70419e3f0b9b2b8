"""Indirect speech: what somebody says without quotation marks."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from digest.model import Span
from digest.text.attribution.record import Attribution
from digest.text.attribution.speakers import ACCORDING, ANY_CUE, OPINION, SUBJECT, object_, subject, trim

_TOLD = re.compile(r"(?:\s+[\w'’.&-]{1,30}){1,6}?\s+(?=that\b)")

# Verbs that say something beside a quotation, and mostly something else without one.
_DIRECT_ONLY = frozenset(
    {"continued", "continues", "went on", "goes on", "posed", "chants", "responding", "add", "adds"}
)


def indirect(text: str, sentences: list[Span], quotes: list[Span], taken: set[Span]) -> Iterator[Attribution]:
    """What verbs say that are not `taken` by a quotation."""
    starts = [quote.start for quote in quotes]
    for sentence in sentences:
        for match in ACCORDING.finditer(text, *sentence):
            yield from _accorded(text, sentence, Span(*match.span()))
        for match in OPINION.finditer(text, *sentence):
            held = trim(text, match.end(), _stop(text, sentence.end))
            yield Attribution(
                content=held, speaker=Span(*match.span("who")), cue=Span(*match.span("cue")), direct=False
            )
        for match in ANY_CUE.finditer(text, *sentence):
            number = bisect_right(starts, match.start()) - 1
            quoted = number >= 0 and match.start() < quotes[number].end
            if not quoted and match.group() not in _DIRECT_ONLY and Span(*match.span()) not in taken:
                yield from _reported(text, sentence, Span(*match.span()))


def _accorded(text: str, sentence: Span, cue: Span) -> Iterator[Attribution]:
    speaker = object_(text, cue.end, sentence.end)
    if speaker is None:
        return
    content = trim(text, sentence.start, cue.start)
    if content.start == content.end:
        content = trim(text, speaker.end, sentence.end)
    yield Attribution(content=content, speaker=speaker, cue=trim(text, *cue), direct=False)


def _reported(text: str, sentence: Span, cue: Span) -> Iterator[Attribution]:
    speaker = subject(text, sentence.start, cue.start)
    if speaker is None:
        return
    tail = trim(text, cue.end, sentence.end)
    before = trim(text, sentence.start, speaker.start)
    postposed = text[speaker.start - 2 : speaker.start].strip() == "," and _short(text, tail, 8)
    if postposed and not _short(text, before, 3):
        yield Attribution(content=before, speaker=speaker, cue=cue, direct=False)
        return
    told = cue.of(text)[:4] in ("told", "tell") and _TOLD.match(text, cue.end, min(tail.end, cue.end + SUBJECT))
    content = trim(text, told.end() if told else tail.start, _stop(text, tail.end))
    if not _short(text, content, 1):
        yield Attribution(content=content, speaker=speaker, cue=cue, direct=False)


def _short(text: str, span: Span, limit: int) -> bool:
    """At most `limit` words; looks at the first 200 characters only, however long a "sentence" is."""
    return len(text[span.start : min(span.end, span.start + 200)].split()) <= limit


def _stop(text: str, end: int) -> int:
    return end - 1 if text[end - 1 : end] == "." else end

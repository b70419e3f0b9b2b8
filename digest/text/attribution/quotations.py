"""Where quotations are, in all kinds of marks, and which sentences they run through."""

import re
from bisect import bisect_right

from digest.model import Span
from digest.text.sentences import sentence_spans

_MARK = re.compile("''|``|[\"“”„‟«»‘’']")
_CLOSERS = {
    '"': ('"', "”"), "“": ("”", '"'), "„": ("“", "”", '"'), "‟": ("”",), "«": ("»",), "»": ("«",), "''": ("''",),
    "``": ("''",), "‘": ("’",), "'": ("'",),
}  # fmt: skip
_SINGLE = "‘'"
_SINGLE_LIMIT = 600  # characters; an apostrophe that only looks like an opening mark must not swallow a paragraph


def quotations(text: str, paragraph: Span) -> list[Span]:
    """Quotations of a paragraph, marks included. One left open goes to the paragraph's end, as printers do it."""
    found: list[Span] = []
    mark, start = "", 0
    for match in _MARK.finditer(text, *paragraph):
        char, at = match.group(), match.start()
        if mark in _SINGLE and mark and at - start > _SINGLE_LIMIT:
            mark = ""
        if mark and char in _CLOSERS[mark] and _closes(text, match.end(), at, mark):
            found.append(Span(start, match.end()))
            mark = ""
        elif (not mark or mark in _SINGLE) and char in _CLOSERS and _opens(text, at, match.end(), char):
            mark, start = char, at
    if mark and mark not in _SINGLE and start == paragraph.start:
        found.append(Span(start, paragraph.end))
    return found


def _opens(text: str, start: int, end: int, mark: str) -> bool:
    after = text[end : end + 1]
    if mark in "«“„":
        return bool(after)
    before = text[start - 1 : start]
    return bool(after) and not after.isspace() and not before.isalnum() and before not in tuple(".,!?")


def _closes(text: str, end: int, start: int, mark: str) -> bool:
    """Single marks are apostrophes too: they close speech only after a stop, and never inside a word."""
    if mark in _SINGLE:
        return text[start - 1] in ",.?!…" and not text[end : end + 1].isalnum()
    return mark in "«»" or not text[start - 1].isspace() or not text[end : end + 1].isalnum()


def joined_sentences(text: str, paragraph: Span, quotes: list[Span], language: str) -> list[Span]:
    """Sentences, joined where a quotation runs over several of them or the next goes on in lower case."""
    merged: list[Span] = []
    starts = [quote.start for quote in quotes]
    for sentence in sentence_spans(text, language, paragraph):
        number = bisect_right(starts, sentence.start - 1) - 1
        inside = number >= 0 and sentence.start < quotes[number].end
        if merged and (inside or text[sentence.start].islower()):
            merged[-1] = Span(merged[-1].start, sentence.end)
        else:
            merged.append(sentence)
    return merged

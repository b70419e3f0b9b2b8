"""All attributions of a text: turns first, then quotations, then indirect speech."""

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache

from digest.model import Span
from digest.text.attribution.direct import direct, framed
from digest.text.attribution.indirect import indirect
from digest.text.attribution.interview import turns
from digest.text.attribution.names import KEPT
from digest.text.attribution.quotations import joined_sentences, quotations
from digest.text.attribution.record import Attribution
from digest.text.sentences import paragraph_spans


@lru_cache(maxsize=KEPT)
def attributions(text: str, language: str = "en") -> tuple[Attribution, ...]:
    """Every attribution of a clean text (paragraphs parted by line breaks), ordered by content; they may nest.

    Kept for a while: takes and sections ask for the same articles.
    """
    paragraphs = paragraph_spans(text)
    found = list(turns(text, paragraphs))
    taken = {turn.content.end for turn in found}
    last: Attribution | None = None
    carried = False  # the paragraph before ended inside a quotation: its speaker goes on
    for number, paragraph in enumerate(paragraphs):
        if paragraph.end in taken:
            continue
        quotes = quotations(text, paragraph)
        before = Span(*paragraphs[number - 1]) if number else None
        after = Span(*paragraphs[number + 1]) if number + 1 < len(paragraphs) else None
        sentences = joined_sentences(text, paragraph, quotes, language)
        carried = carried or (bool(quotes) and quotes[0] == paragraph)
        quoted = direct(text, sentences, quotes, last.speaker if carried and last else None)
        quoted = framed(text, paragraph, quoted, before, after)
        found += quoted
        found += indirect(text, sentences, quotes, {one.cue for one in quoted if one.cue})
        last, carried = (quoted[-1], quotes[-1].end == paragraph.end) if quoted else (None, False)
    return tuple(
        sorted(dict.fromkeys(_upgraded(found)), key=lambda one: (one.content, one.cue or Span(0, 0), one.direct))
    )


def _upgraded(found: list[Attribution]) -> Iterator[Attribution]:
    """Leave out indirect readings of what is a quotation as a whole."""
    quoted = sorted(one.content for one in found if one.direct)
    for one in found:
        number = bisect_right(quoted, Span(one.content.start + 1, 0)) - 1
        same = (
            number >= 0 and quoted[number].start >= one.content.start - 2 and quoted[number].end + 2 >= one.content.end
        )
        if one.direct or not same:
            yield one

"""What happened: the sentences of the summarizer."""

from collections.abc import Iterator
from dataclasses import dataclass

from digest.model import Point, Quote
from digest.sections._headings import fold
from digest.sections._reading import Reading
from digest.sections._weigh import hangs

_HANGS = 1.0  # what `hangs` says of a sentence that begins with "This", "Then" or "He"
_MOST = 40  # sentences: more points are not looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPoints:
    """The sentences of the summary, in the order in which they should be read."""

    def __call__(self, reading: Reading, limit: int) -> Iterator[Point]:
        return summaries(reading, limit)


def summaries(reading: Reading, limit: int) -> Iterator[Point]:
    """A summary of `limit` sentences, then what one of `_MOST` has besides: to make one is dear.

    Sentences that make no sense alone, and questions, come last.
    """
    seen, back = set(), []
    for length in dict.fromkeys([limit, max(limit, min(_MOST, len(reading.lines)))]):
        for quote in reading.summary(length):
            if quote in seen:
                continue
            seen.add(quote)
            if _stands_alone(reading, quote):
                yield Point(quotes=(quote,))
            else:
                back.append(Point(quotes=(quote,)))
    yield from back


def _stands_alone(reading: Reading, quote: Quote) -> bool:
    language = reading.articles[quote.article].language
    return not quote.text.rstrip("\"'”’)").endswith("?") and hangs(fold(quote.text), language) < _HANGS

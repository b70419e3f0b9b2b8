"""What happened: the sentences of the summarizer."""

from collections.abc import Iterator
from dataclasses import dataclass

from digest.model import Point
from digest.sections._reading import Reading

_MOST = 40  # sentences: more points are not looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPoints:
    """The sentences of the summary, in the order in which they should be read."""

    def __call__(self, reading: Reading, limit: int) -> Iterator[Point]:
        return summaries(reading, limit)


def summaries(reading: Reading, limit: int) -> Iterator[Point]:
    """A summary of `limit` sentences, then what one of `_MOST` has besides: to make one is dear."""
    seen = set()
    for length in dict.fromkeys([limit, max(limit, min(_MOST, len(reading.lines)))]):
        for quote in reading.summary(length):
            if quote not in seen:
                seen.add(quote)
                yield Point(quotes=(quote,))

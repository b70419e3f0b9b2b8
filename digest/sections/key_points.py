"""What happened: the sentences of the summarizer."""

from collections.abc import Iterator
from dataclasses import dataclass

from digest.model import Point
from digest.sections._reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPoints:
    """The sentences of the summary, in the order in which they should be read."""

    def __call__(self, reading: Reading, limit: int) -> Iterator[Point]:
        return summaries(reading, limit)


def summaries(reading: Reading, limit: int) -> Iterator[Point]:
    """A summary of `limit` sentences, then what longer ones have besides."""
    seen = set()
    every = len(reading.lines)
    while True:
        for quote in reading.summarize(reading.story, limit):
            if quote not in seen:
                seen.add(quote)
                yield Point(quotes=(quote,))
        if limit >= every:
            return
        limit = min(2 * limit, every)

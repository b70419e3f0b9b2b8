"""What comes next: what the sources say is planned, expected or due."""

from collections.abc import Iterator
from dataclasses import dataclass

from digest.model import Point
from digest.sections._cues import cues
from digest.sections._dates import is_ahead
from digest.sections._reading import Reading
from digest.sections._weigh import cued


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsNext:
    """Sentences that say what is planned, expected or due, and those with a date ahead of their article's."""

    def __call__(self, reading: Reading, limit: int) -> Iterator[Point] | None:
        return cued(reading, cues("whats-next"), _dated)


def _dated(reading: Reading, number: int) -> float:
    line = reading.lines[number]
    return 1.5 * is_ahead(reading.folded[number], reading.vocabularies[number], line.article)

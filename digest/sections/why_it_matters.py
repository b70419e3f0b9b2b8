"""Why it matters: what the sources say that it means, or leads to."""

from collections.abc import Iterator
from dataclasses import dataclass

from digest.model import Point
from digest.sections._cues import cues
from digest.sections._reading import Reading
from digest.sections._weigh import cued


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyItMatters:
    """Sentences that say what the story means or leads to, those under such a heading first."""

    def __call__(self, reading: Reading, limit: int) -> Iterator[Point] | None:
        return cued(reading, cues("why-it-matters"))

"""What remains unclear: what the sources say that nobody knows, or tells."""

from collections.abc import Iterator
from dataclasses import dataclass

from digest.model import Point
from digest.sections._cues import cues
from digest.sections._reading import Reading
from digest.sections._weigh import cued


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """Sentences that say what is not known, not decided or not told."""

    def __call__(self, reading: Reading, limit: int) -> Iterator[Point] | None:
        return cued(reading, cues("unclear"))

"""The story in one sentence."""

from collections.abc import Iterable
from dataclasses import dataclass

from digest.model import Point
from digest.sections._reading import Reading
from digest.sections.key_points import summaries


@dataclass(frozen=True, slots=True, kw_only=True)
class Tldr:
    """The sentence that the summarizer would keep if it could keep but one; others follow if that may not be quoted."""

    def __call__(self, reading: Reading, limit: int) -> Iterable[Point]:
        return summaries(reading, limit)

"""A story in, the sections of its brief out: what its sources say of each thing, and no more of any than may be quoted.

A section is a frozen dataclass in a module of this folder that bears its name; its fields are its options.
"""

from collections.abc import Iterable
from typing import Protocol

from digest.model import Point
from digest.sections._allowance import Allowance
from digest.sections._gauges import gauges
from digest.sections._reading import Line, Reading
from digest.sections._told import Wanted, told

__all__ = ["Allowance", "Finder", "Line", "Reading", "Wanted", "gauges", "told"]


class Finder(Protocol):
    """Finds what a story's sources say of one thing.

    The points come best first, and there may be more than `limit`, since not every one may be quoted. None, not an
    empty answer, says that it cannot be told, as in a language that the section does not know.
    """

    def __call__(self, reading: Reading, limit: int) -> Iterable[Point] | None: ...

"""A rendered issue in, out of the house.

A channel is a frozen dataclass in a module of this folder that bears its name; its fields are its options.
"""

from collections.abc import Sequence
from typing import Protocol

from digest.model import Artifact, Issue


class Channel(Protocol):
    """Takes a rendered issue out, and answers how many of its artifacts are new or changed there."""

    def __call__(self, issue: Issue, artifacts: Sequence[Artifact]) -> int: ...

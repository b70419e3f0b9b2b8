"""Articles in, stories out.

A clusterer is a frozen dataclass in a module of this folder that bears its name; its fields are its options.
"""

from collections.abc import Sequence
from typing import Protocol

from digest.model import Article, Story


class Clusterer(Protocol):
    """Partitions articles into stories: each article in exactly one, whatever the order they come in."""

    def __call__(self, articles: Sequence[Article]) -> tuple[Story, ...]: ...

"""A story in, quotes out.

A summarizer is a frozen dataclass in a module of this folder that bears its name; its fields are its options.
"""

from typing import Protocol

from digest.model import Quote, Story


class Summarizer(Protocol):
    """Picks at most `limit` quotable sentences of a story, in the order in which they should be read."""

    def __call__(self, story: Story, limit: int) -> tuple[Quote, ...]: ...

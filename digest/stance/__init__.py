"""A story in, its takes out: who speaks (`voices`), and what each thinks of the target (a stance model).

A stance model is a frozen dataclass in a module of this folder that bears its name; its fields are its options.
"""

from typing import Protocol

from digest.model import Take, Voice
from digest.stance._target import takes_sides
from digest.stance._voices import voices

__all__ = ["StanceModel", "takes_sides", "voices"]


class StanceModel(Protocol):
    """Judges one voice towards a target, and picks the sentences of that voice which show it."""

    def __call__(self, voice: Voice, target: str) -> Take: ...

"""One execution: what every part of it needs, and what it notes for its report."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from digest.app.report import Problem
from digest.config import Config
from digest.errors import DigestError
from digest.ingest.sandbox import Sandbox
from digest.store import Store


class Progress(Protocol):
    """Who is told how far a run has come."""

    def stage(self, name: str, edition: str) -> None:
        """A stage begins; `edition` is empty for what all editions share."""

    def step(self, name: str, done: int, total: int) -> None:
        """Within a stage: `done` of `total` items, `name` the last of them."""


@dataclass(kw_only=True)
class Run:
    """What a command hands to the parts of its work. `clock` gives seconds, of which only differences mean something;
    hostile bytes are read in `sandbox`.
    """

    config: Config
    store: Store
    now: datetime
    progress: Progress
    clock: Callable[[], float]
    sandbox: Sandbox
    problems: list[Problem] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    _stage: tuple[str, float] | None = None

    def begin(self, stage: str, edition: str = "") -> None:
        """Note the seconds of the stage that ends, and tell of the one that begins; "" for none."""
        moment = self.clock()
        if self._stage:
            name, began = self._stage
            self.seconds[name] = self.seconds.get(name, 0.0) + moment - began
        self._stage = (stage, moment) if stage else None
        if stage:
            self.progress.stage(stage, edition)

    def note(self, error: DigestError) -> None:
        """An item failed, and the run goes on."""
        self.problems.append(Problem.of(error))

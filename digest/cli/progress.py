"""How far a run has come, on stderr if that is a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from digest.app.run import Progress


class Silent:
    """Progress that nobody watches."""

    def stage(self, name: str, edition: str) -> None:
        return None

    def step(self, name: str, done: int, total: int) -> None:
        return None


class _Bar:
    """Progress on a terminal."""

    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self._task = bar.add_task("start", total=None, item="")

    def stage(self, name: str, edition: str) -> None:
        # Shown at once: a stage may be over before the display would next look.
        said = f"{edition} {name}".strip()
        self._bar.update(self._task, description=said, total=None, completed=0, item="", refresh=True)

    def step(self, name: str, done: int, total: int) -> None:
        self._bar.update(self._task, completed=done, total=total, item=name)


@contextmanager
def progress() -> "Iterator[Progress]":
    """A display on stderr if that is a terminal; else nothing."""
    if not sys.stderr.isatty():
        yield Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        TextColumn("{task.fields[item]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Bar(bar)

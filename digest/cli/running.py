"""What the commands that run have in common: what a run needs, and what it tells of its feeds."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import click

from digest.cli.progress import progress

if TYPE_CHECKING:
    from digest.app.report import Polled, Problem
    from digest.app.run import Run
    from digest.config import Config


@contextmanager
def a_run(config: "Config", store: str | None, now: datetime) -> "Iterator[Run]":
    """A run as of `now` with its store, which no other run has, its sandbox and its display, all closed in the end."""
    from digest.app.run import Run
    from digest.app.setup import one_at_a_time, open_store
    from digest.ingest.sandbox import Sandbox

    def wait(path: Path) -> None:
        click.echo(f"waiting for another run, which has {path}", err=True)

    with (
        one_at_a_time(config, store, wait),
        open_store(config, store) as opened,
        progress() as display,
        Sandbox() as sandbox,
    ):
        yield Run(config=config, store=opened, now=now, progress=display, clock=perf_counter, sandbox=sandbox)


def told(problems: "Sequence[Problem]", polled: "Polled") -> Iterator[str]:
    """What went wrong, and how the feeds fared, for people."""
    for problem in problems:
        yield f"warning: {problem}"
    idle = [(polled.waiting, "not due"), (polled.stopped, "stopped")]
    counts = f"{polled.tried} asked, {polled.unchanged} unchanged, {polled.failed} failed"
    others = "".join(f", {count} {what}" for count, what in idle if count)
    if polled.tried or others:
        yield f"feeds: {counts}{others}; {polled.entries} entries read, {polled.new} new"
    if polled.tried and polled.anonymous:
        yield "advice: set contact: in feeds.yaml to an address where publishers learn who asks for their feeds"

"""`digest feeds`."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.options import config_option, edition_option, editions, json_option, now_option, store_option, the_time
from digest.cli.running import a_run
from digest.text.normalize import counted, one_line

if TYPE_CHECKING:
    from digest.app.health import Health


@click.command()
@config_option
@store_option
@now_option("Tell")
@edition_option
@click.option("--rights", is_flag=True, help="Show licences, and what publishers allow on their pages.")
@json_option
def feeds(
    path: Path, store: str | None, now: datetime | None, wanted: tuple[str, ...], rights: bool, as_json: bool
) -> None:
    """Show how the feeds are: last success, failures, when each is asked next, and why then.

    With --rights, ask their sites what they allow (robots.txt, tdmrep.json, ai.txt), at most once a day, and show that.
    """
    from digest.app.health import health
    from digest.app.rights import rights as rights_of
    from digest.app.setup import read_config

    config = read_config(path)
    chosen = editions(config, wanted)
    with a_run(config, store, the_time(now)) as run:
        found = [*health(run.store, chosen, run.now)]
        shown = rights_of(run, [one.feed for one in found]) if rights else []
    if as_json:
        for one in shown or found:
            click.echo(json.dumps(one.as_json(), ensure_ascii=False))
    elif rights:
        _show(["outlet", "feed", "licences", "pages"], [right.row for right in shown])
    else:
        columns = ["outlet", "feed", "condition", "last success", "age", "failures", "next check", "why"]
        _show(columns, [_row(one) for one in found])
        click.echo(_total(found), err=True)


def _row(one: "Health") -> list[str]:
    return [
        one.feed.outlet,
        one.feed.url,
        one.condition,
        f"{one.state.ok:%Y-%m-%d %H:%M}" if one.state.ok else "never",
        _span(one.age) if one.age is not None else "",
        str(one.state.failures or ""),
        "never" if one.due is None else "now" if one.due <= one.now else f"in {_span(one.due - one.now)}",
        one.why,
    ]


def _span(length: timedelta) -> str:
    """A length of time as people say it: 5 min, 3 h, 12 days."""
    minutes = max(0, round(length.total_seconds() / 60))
    if minutes < 90:
        return f"{minutes} min"
    return f"{round(minutes / 60)} h" if minutes < 48 * 60 else f"{round(minutes / 1440)} days"


def _total(found: "Sequence[Health]") -> str:
    counts = {kind: sum(one.condition == kind for one in found) for kind in ("fine", "new", "failing", "stopped")}
    said = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    return f"{counted(len(found), 'feed')}: {said}" if found else "no feeds"


def _show(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal; elsewhere lines of columns parted by tabs, for other programs."""
    clean = [[one_line(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in (columns, *clean):
            click.echo("\t".join(row))
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in clean:
        table.add_row(*map(Text, row))
    Console().print(table)

"""`digest feeds`."""

import json
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from digest.cli.options import config_option, edition_option, json_option, now_option, store_option, the_time
from digest.cli.running import a_run
from digest.text.normalize import counted, one_line

if TYPE_CHECKING:
    from digest.app.health import Health

# Columns that share the room of a terminal, and in which parts.
_SHARES = {"outlet": 2, "feed": 3, "why": 4, "licences": 3, "pages": 4}
_WRAPPED = ("why", "pages")
_STYLES = {"fine": "green", "failing": "yellow", "stopped": "red"}


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
    from digest.app.setup import editions, open_store, read_config

    config = read_config(path)
    chosen, moment, shown = editions(config, wanted), the_time(now), []
    with open_store(config, store) as opened:
        found = [*health(opened, chosen, moment)]
    if rights:
        with a_run(config, store, moment) as run:
            shown = rights_of(run, [one.feed for one in found])
    if as_json:
        for one in shown or found:
            click.echo(json.dumps(one.as_json(), ensure_ascii=False))
    elif rights:
        _show(["outlet", "feed", "licences", "pages"], [right.row for right in shown])
    else:
        _show([*_row(found[0])] if found else [], [[*_row(one).values()] for one in found])
        click.echo(_total(found), err=True)


def _row(one: "Health") -> dict[str, str]:
    """The columns of the table; a terminal has no room for more than how long ago the last success was."""
    success = {"last success": f"{one.state.ok:%Y-%m-%d %H:%M}" if one.state.ok else "never"}
    return {
        "outlet": one.feed.outlet,
        "feed": one.feed.url,
        "state": one.condition,
        **(success if not sys.stdout.isatty() else {}),
        "age": _span(one.age) if one.age is not None else "never",
        "fails": str(one.state.failures or ""),
        "next": "never" if one.due is None else "now" if one.due <= one.now else f"in {_span(one.due - one.now)}",
        "why": one.why,
    }


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

    console = Console()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for column, width in _widths(columns, clean, console.width).items():
        table.add_column(column, width=width, no_wrap=column not in _WRAPPED, overflow="ellipsis")
    for row in clean:
        table.add_row(*(Text(_bare(cell), style=_STYLES.get(cell, "")) for cell in row))
    console.print(table)


def _widths(columns: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> dict[str, int]:
    """Columns of short words as wide as they are; the others share what is left, by their parts in it."""
    needed = {
        name: max(len(name), *(len(_bare(row[number])) for row in rows), 1) for number, name in enumerate(columns)
    }
    short = sum(width for name, width in needed.items() if name not in _SHARES)
    left = max(room - short - 2 * len(columns) - 1, 3 * len(_SHARES))  # each column has a margin
    whole = sum(share for name, share in _SHARES.items() if name in needed)
    return {
        name: min(width, left * _SHARES[name] // whole) if name in _SHARES else width for name, width in needed.items()
    }


def _bare(cell: str) -> str:
    """An address without what all have: a terminal is narrow."""
    return cell.removeprefix("https://").removeprefix("http://").removeprefix("www.")

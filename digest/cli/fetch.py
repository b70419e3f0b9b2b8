"""`digest fetch`."""

import json
from datetime import datetime
from pathlib import Path

import click

from digest.cli.options import config_option, edition_option, json_option, now_option, store_option, the_time
from digest.cli.running import a_run, told


@click.command()
@click.argument("urls", metavar="[URL]...", nargs=-1)
@config_option
@store_option
@now_option("Ask")
@edition_option
@click.option(
    "--all", "every", is_flag=True, help="Feeds that are not due, too; still conditionally and at their pace."
)
@json_option
def fetch(
    urls: tuple[str, ...],
    path: Path,
    store: str | None,
    now: datetime | None,
    wanted: tuple[str, ...],
    every: bool,
    as_json: bool,
) -> None:
    """Ask the feeds that are due and store what is new, without building an issue.

    With URLs, ask just these feeds of the file, even if they are not due or have been stopped.
    """
    from digest.app.fetch import fetch as ask
    from digest.app.setup import editions, read_config

    config = read_config(path)
    chosen = editions(config, wanted)
    with a_run(config, store, the_time(now)) as run:
        report = ask(run, chosen, every=every, named=urls)
    for line in told(report.problems, report.polled):
        click.echo(line, err=True)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))

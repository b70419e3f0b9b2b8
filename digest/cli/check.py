"""`digest check`."""

from pathlib import Path

import click

from digest.cli.options import config_option


@click.command()
@config_option
def check(path: Path) -> None:
    """Check feeds.yaml, and say what each edition would do."""
    from digest.app.check import describe
    from digest.app.setup import read_config

    for line in describe(read_config(path)):
        click.echo(line)

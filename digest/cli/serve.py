"""`digest serve`."""

import sys
from pathlib import Path

import click

from digest.cli.options import config_option, store_option, the_time
from digest.errors import ConfigError


@click.command()
@config_option
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("out"), show_default=True,
              help="Where the issues, archive and feeds are.")  # fmt: skip
@store_option
@click.option("--port", type=click.IntRange(0, 65535), help="The port to listen at, in place of the file's; 0 for any.")
@click.option("--host", help="The name or address to listen at, in place of the file's.")
def serve(path: Path, out: Path, store: str | None, port: int | None, host: str | None) -> None:
    """Serve what subscribers need (subscribe, confirm, choose, leave), and the issues and feeds beside it.

    The address that they reach it by is url: under web: in feeds.yaml. Ctrl-C ends it.
    """
    from digest.app.serve import Served
    from digest.app.setup import open_store, read_config
    from digest.web.public import serve_people
    from digest.web.serve import bound

    config = read_config(path)
    if config.web is None:
        hint = "add web: with url: and the public address, such as https://news.example.org"
        raise ConfigError(str(path), "does not say where this is reached", hint)
    where = host or config.web.host, config.web.port if port is None else port
    with open_store(config, store) as opened:
        served = Served(
            config=config,
            store=opened,
            store_url=store,
            out=out,
            clock=lambda: the_time(None),
            warn=lambda text: click.echo(f"warning: {text}", err=True),
        )
        with served.application(config.web) as application, bound(*where) as listening:
            at = f"[{where[0]}]" if ":" in where[0] else where[0]
            number = listening.getsockname()[1]
            click.echo(f"{config.web.url} is served at http://{at}:{number}/ (Ctrl-C ends it)", err=True)
            sys.stderr.flush()
            serve_people(application, listening)

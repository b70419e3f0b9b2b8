"""`digest preview`."""

import sys
from datetime import datetime
from pathlib import Path
from time import perf_counter

import click

from digest.cli.options import config_option, now_option, store_option, the_time

_PORT = 8700
_LOCAL = ("127.0.0.1", "::1", "localhost")


@click.command()
@config_option
@store_option
@now_option("If there is no issue yet, build one")
@click.option("--edition", metavar="ID", help="The edition, if there are several.")
@click.option("--issue", "issue_id", metavar="ID", help="Show this issue first, such as 2026-11-20; else the latest.")
@click.option("--port", type=click.IntRange(0, 65535), default=_PORT, show_default=True,
              help="The port to listen at; 0 for any that is free.")  # fmt: skip
@click.option("--host", default=_LOCAL[0], show_default=True, help="The name or address to listen at.")
def preview(
    path: Path,
    store: str | None,
    now: datetime | None,
    edition: str | None,
    issue_id: str | None,
    port: int,
    host: str,
) -> None:
    """Show an issue in every format on a local page, which follows the templates, feeds.yaml and editor.yaml.

    No feed is asked, and nothing is stored or written. Ctrl-C ends it.
    """
    from digest.app.preview import Look, Preview
    from digest.cli.progress import Silent
    from digest.ingest.sandbox import Sandbox
    from digest.web.serve import bound, serve
    from digest.web.watch import Watched

    look = Look(path=path, store=store, edition=edition, issue=issue_id, now=the_time(now))
    with Sandbox() as sandbox:
        shown = Preview(look, clock=perf_counter, progress=Silent(), sandbox=sandbox)
        with bound(host, port) as listening:
            at = f"[{host}]" if ":" in host else host
            click.echo(f"{shown.edition.title}: http://{at}:{listening.getsockname()[1]}/ (Ctrl-C ends it)", err=True)
            if host not in _LOCAL:
                click.echo("warning: others who can reach this address can read it, too", err=True)
            sys.stderr.flush()
            serve(shown, Watched(files=look.files, folders=look.folders), listening, host)

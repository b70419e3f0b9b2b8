"""The command line: arguments, exit codes, printing, and the only clock. A command is a module of this folder.

Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1 something failed that a person must look at,
2 the command or `feeds.yaml` is wrong. Feeds and files that fail are reported and do not change the exit code.
Heavy modules are imported inside commands, so that `--help` answers at once.
"""

import sys

import click

from digest import __version__
from digest.cli.add import add
from digest.cli.approve import approve
from digest.cli.backup import backup, restore
from digest.cli.bounces import bounces
from digest.cli.build import build
from digest.cli.check import check
from digest.cli.doctor import doctor
from digest.cli.explain import explain
from digest.cli.feeds import feeds
from digest.cli.fetch import fetch
from digest.cli.init import init
from digest.cli.opml import export_, import_
from digest.cli.preview import preview
from digest.cli.run import run
from digest.cli.schedule import schedule
from digest.cli.send import send
from digest.cli.serve import serve
from digest.cli.subscribers import subscribers
from digest.cli.verify import verify
from digest.errors import ConfigError, DigestError, PluginError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="digest")
def cli() -> None:
    """Many feeds in, one honest newsletter out: every sentence verbatim from a source."""


for command in (
    init,
    build,
    fetch,
    feeds,
    add,
    import_,
    export_,
    check,
    explain,
    preview,
    verify,
    send,
    run,
    schedule,
    approve,
    serve,
    subscribers,
    bounces,
    doctor,
    backup,
    restore,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line; errors that a person can act on are printed without a traceback."""
    try:
        cli.main(prog_name="digest", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except DigestError as error:
        click.echo(f"error: {error}", err=True)
        if error.hint:
            click.echo(f"next: {error.hint}", err=True)
        sys.exit(2 if isinstance(error, ConfigError | PluginError) else 1)

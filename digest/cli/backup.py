"""`digest backup` and `digest restore`."""

from pathlib import Path

import click

from digest.cli.options import config_option, store_option, the_time


@click.command()
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@config_option
@store_option
def backup(target: Path, path: Path, store: str | None) -> None:
    """Copy the store to FILE, whole and checked, while everything goes on.

    The secret and the journal beside the store are not in it: keep them, too, in another place.
    """
    from digest.app.backup import backup as take
    from digest.app.setup import read_config

    done = take(None if store else read_config(path), store, target)
    click.echo(f"{done.database}: {_size(done.size)}, checked", err=True)
    for other in done.beside:
        click.echo(f"not in it, and to be kept elsewhere: {other}", err=True)


@click.command()
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@config_option
@store_option
@click.option("--force", is_flag=True, help="Although there is a store: put the copy in its place.")
def restore(source: Path, path: Path, store: str | None, force: bool) -> None:
    """Bring the store back from a copy; what was mailed since, and who has left since, is not forgotten.

    That is in the journal beside the store (NAME.sent), which stays where it is.
    """
    from digest.app.backup import restore as bring
    from digest.app.setup import read_config

    done = bring(
        read_config(path),
        store,
        source,
        the_time(None),
        force=force,
        waiting=lambda lock: click.echo(f"waiting for another run to end ({lock})", err=True),
    )
    click.echo(f"{done.database}: {_size(done.size)}, from {source}", err=True)
    if not any(other.suffix == ".sent" for other in done.beside):
        click.echo(
            f"no journal at {done.database}.sent: bring it back, too, before you send, if there was one, or what was"
            " mailed since the copy goes out again",
            err=True,
        )


def _size(octets: int) -> str:
    return f"{octets / 1e6:,.1f} MB"

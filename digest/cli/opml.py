"""`digest import` and `digest export`: lists of feeds from and for other readers."""

from pathlib import Path

import click

from digest.cli.options import config_option, edition_option


@click.group("import")
def import_() -> None:
    """Take over feeds from another reader."""


@import_.command("opml")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@config_option
@click.option("--edition", "wanted", metavar="ID", help="The edition to add to; needed if there are several.")
@click.option("--write", is_flag=True, help="Add the feeds to the file, instead of printing the lines.")
def import_opml(file: Path, path: Path, wanted: str | None, write: bool) -> None:
    """Read an OPML file, and print what to add to feeds.yaml."""
    from digest.app.add import save_text
    from digest.app.opml import import_opml as read
    from digest.app.setup import read_config
    from digest.config.edit import as_yaml

    found = read(file, read_config(path), wanted)
    for line in found.lines:
        click.echo(line, err=True)
    if not found.additions:
        return
    if write:
        save_text(path, found.text)
        click.echo(f"added to {path}", err=True)
    else:
        click.echo(as_yaml(found.additions), nl=False)


@click.group("export")
def export_() -> None:
    """Hand feeds over to another reader."""


@export_.command("opml")
@config_option
@edition_option
def export_opml(path: Path, wanted: tuple[str, ...]) -> None:
    """Print the feeds as an OPML 2.0 file."""
    from digest.app.opml import export_opml as written
    from digest.app.setup import editions, read_config

    config = read_config(path)
    click.echo(written(config, editions(config, wanted)).decode(), nl=False)

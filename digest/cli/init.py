"""`digest init`."""

from pathlib import Path

import click

ALL = "all"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--templates", metavar="[FORMAT,...]", is_flag=False, flag_value=ALL, multiple=True,
              help="Copy the templates of these formats, or of all, to change them.")  # fmt: skip
def init(folder: Path, templates: tuple[str, ...]) -> None:
    """Write a commented feeds.yaml into FOLDER, and say what to do next.

    With --templates, copy the templates of all formats into FOLDER/templates, or those of the formats that are named:
    --templates email,site; with --templates locales, the catalogues of words that all of them say. A feeds.yaml that is
    there then stays as it is. Nothing is ever overwritten.
    """
    from digest.app.init import begin

    names = [name for given in templates for name in given.split(",") if name]
    formats = None if not templates else [] if ALL in names else names
    for path in begin(folder, formats):
        click.echo(path)
    steps = [
        ("digest add ADDRESS --write", "add the feeds of a site to feeds.yaml, or edit it"),
        ("digest check", "what it would do, and what is wrong with it"),
        ("digest build", "ask the feeds, and write an issue into out/"),
        ("digest preview", "see every format, and see it change as you change things"),
    ]
    if folder != Path():
        steps.insert(0, (f"cd {folder}", "the commands look for feeds.yaml where they are run"))
    click.echo("\nnext:", err=True)
    for command, does in steps:
        click.echo(f"  {command:28}{does}", err=True)

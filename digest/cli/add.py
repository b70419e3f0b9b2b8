"""`digest add`."""

from pathlib import Path

import click

from digest.cli.options import config_option, the_time


@click.command()
@click.argument("url")
@config_option
@click.option("--edition", "wanted", metavar="ID", help="The edition to add to; needed if there are several.")
@click.option("--outlet", metavar="NAME", help="The outlet's name, in place of the feed's title.")
@click.option("--guess", is_flag=True, help="Try the usual places, too, if the page names no feed.")
@click.option("--write", is_flag=True, help="Add the first feed that was found to the file.")
def add(url: str, path: Path, wanted: str | None, outlet: str | None, guess: bool, write: bool) -> None:
    """Find the feeds of an address, which may be a web page's, and print what to add to feeds.yaml.

    With --write, add it: every line and comment of the file stays as it is.
    """
    from digest.app.add import addition, describe, find, read_text, save_text
    from digest.app.setup import read_config, the_edition
    from digest.config.edit import as_yaml, with_feeds
    from digest.ingest.sandbox import Sandbox

    config = read_config(path)
    edition = the_edition(config, wanted)
    with Sandbox() as sandbox:
        search = find(
            url, guess=guess, contact=config.contact, network=config.network, caller=sandbox, now=the_time(None)
        )
    for line in describe(search):
        click.echo(line, err=True)
    additions = [addition(found, edition.language, outlet) for found in search.found]
    if not write:
        click.echo(as_yaml(additions), nl=False)
        return
    before = read_text(path)
    after = with_feeds(before, edition.id, additions[:1], str(path))
    if after == before:
        click.echo(f"{additions[0].url} is in {path} already", err=True)
        return
    save_text(path, after)
    click.echo(f"added {additions[0].outlet} to {edition.id} in {path}", err=True)

"""`digest verify`."""

from pathlib import Path

import click

from digest.cli.options import store_option
from digest.errors import VerifyError
from digest.text.normalize import counted


@click.command()
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path, exists=True))
@click.option("-c", "--config", "config_path", type=click.Path(path_type=Path), default=Path("feeds.yaml"),
              show_default=True, help="The file that names the store, unless --store does.")  # fmt: skip
@store_option
@click.option("--strict", is_flag=True, help="Fail if a file is not as it was built, though its quotes be verbatim.")
def verify(path: Path, config_path: Path, store: str | None, strict: bool) -> None:
    """Prove every quote in every artifact under PATH to be verbatim from a stored article."""
    from digest.app.setup import open_store, read_config, template_folders
    from digest.app.verify import usable_formats
    from digest.app.verify import verify as prove

    total = files = other = 0
    formats = usable_formats(template_folders(config_path.parent))
    with open_store(None if store else read_config(config_path), store, create=False) as opened:
        for proven in prove(path, opened, formats):
            note = "" if proven.as_built else "  (not as built: altered, or the templates have changed)"
            click.echo(f"{proven.quotes:6} {proven.path}{note}", err=True)
            total, files, other = total + proven.quotes, files + 1, other + (not proven.as_built)
    noted = f"; {other} not as built" if other else ""
    click.echo(f"{counted(total, 'quote')} in {counted(files, 'artifact')}, all verbatim{noted}")
    if strict and other:
        raise VerifyError(
            str(path), f"{counted(other, 'file')} not as built", "see above; `digest build` makes them again"
        )

"""Find and open what a command needs: the configuration, the formats, the store."""

from collections.abc import Sequence
from pathlib import Path

from digest.config import Config
from digest.config.load import load
from digest.errors import FormatError, StoreError
from digest.render.formats import Format, find_formats, load_format
from digest.render.frozen import FROZEN
from digest.store import Store

SQLITE = "sqlite:///"


def template_folders(folder: Path) -> list[Path]:
    """Where formats are looked for: beside `feeds.yaml`, then the copy in the package or, in a checkout, beside it."""
    package = Path(__file__).parent.parent
    packaged = package / "_templates"
    return [folder / "templates", packaged if packaged.is_dir() else package.parent / "templates"]


def read_config(path: Path) -> Config:
    """`feeds.yaml`, held against the formats and plug-ins that there are."""
    return load(path, find_formats(template_folders(path.parent)))


def load_formats(names: Sequence[str], folder: Path) -> list[Format]:
    """The formats of these names; FormatError if one is broken, or if two would write the same file."""
    found = find_formats(template_folders(folder))
    formats = [load_format(found[name]) for name in names]
    owners = {FROZEN: "every issue"}
    for format in formats:
        for recipe in format.recipes:
            if recipe.path in owners:
                reason = f"writes {recipe.path}, which is {owners[recipe.path]}'s"
                raise FormatError(str(format.folder), reason, "give it another path in its format.toml")
            owners[recipe.path] = format.name
    return formats


def open_store(config: Config | None, url: str | None = None, *, create: bool = True) -> Store:
    """The store at `url`, counted from here, or else the configured one, counted from the file's folder.

    Without `create` it is only read, and a file that is not there is a StoreError.
    """
    from digest.store.sql import SqlStore  # SQLAlchemy is heavy: only for commands that need the store

    if url is None:
        if config is None:
            raise StoreError("store", "is not named", "use --store URL, or -c PATH of a feeds.yaml")
        path = config.store.removeprefix(SQLITE)
        inside = path != config.store and path not in ("", ":memory:") and not path.startswith("file:")
        url = f"{SQLITE}{(config.folder / path).resolve()}" if inside else config.store
    file = Path(url.removeprefix(SQLITE).partition("?")[0])
    if not create and url.startswith(SQLITE) and not file.is_file():
        raise StoreError(str(file), "is not there", "name the store that `digest build` used, with --store or -c")
    return SqlStore(url, read_only=not create)

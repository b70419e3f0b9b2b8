"""Find and open what a command needs: the configuration, the formats, the store."""

from pathlib import Path

from digest.config import Config
from digest.config.load import load
from digest.errors import StoreError
from digest.render.formats import find_formats
from digest.store import Store


def template_folders(folder: Path) -> list[Path]:
    """Where formats are looked for: beside `feeds.yaml`, then the copy in the package or, in a checkout, beside it."""
    package = Path(__file__).parent.parent
    packaged = package / "_templates"
    return [folder / "templates", packaged if packaged.is_dir() else package.parent / "templates"]


def read_config(path: Path) -> Config:
    """`feeds.yaml`, held against the formats and plug-ins that there are."""
    return load(path, find_formats(template_folders(path.parent)))


def open_store(config: Config | None, url: str | None = None) -> Store:
    """The store at `url`, counted from here, or else the configured one, counted from the file's folder."""
    from digest.store.sql import SqlStore  # SQLAlchemy is heavy: only for commands that need the store

    if url is None:
        if config is None:
            raise StoreError("store", "is not named", "use --store URL, or -c PATH of a feeds.yaml")
        path = config.store.removeprefix("sqlite:///")
        inside = path != config.store and path not in ("", ":memory:") and not path.startswith("file:")
        url = f"sqlite:///{(config.folder / path).resolve()}" if inside else config.store
    return SqlStore(url)

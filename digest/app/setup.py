"""Find and open what a command needs: the configuration, the formats, the store."""

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from digest.config import Config, Decisions, Edition
from digest.config.editor import FILE, read_decisions
from digest.config.load import load
from digest.errors import ConfigError, FormatError, StoreError
from digest.plugins import hint
from digest.render.formats import LOCALES, Format, find_formats, load_format
from digest.render.frozen import FROZEN, MANIFEST
from digest.render.words import mistakes
from digest.store import Store
from digest.store.memory import MemoryStore

if TYPE_CHECKING:
    from digest.store.slots import Slots
    from digest.store.sql import SqlStore

if sys.platform != "win32":
    import fcntl

SQLITE = "sqlite:///"


def template_folders(folder: Path) -> list[Path]:
    """Where formats are looked for: beside `feeds.yaml`, then the copy in the package or, in a checkout, beside it."""
    package = Path(__file__).parent.parent
    packaged = package / "_templates"
    return [folder / "templates", packaged if packaged.is_dir() else package.parent / "templates"]


def locales(folder: Path) -> tuple[Path, ...]:
    """The folders with catalogues of words; the first that has a message wins."""
    return tuple(templates / LOCALES for templates in template_folders(folder))


def miswritten(languages: Iterable[str], folder: Path) -> list[FormatError]:
    """What is wrong with the catalogues of these languages, each mistake once."""
    found = {str(mistake): mistake for language in languages for mistake in mistakes(language, locales(folder))}
    return list(found.values())


def read_config(path: Path) -> Config:
    """`feeds.yaml`, held against the formats and plug-ins that there are."""
    return load(path, find_formats(template_folders(path.parent)))


def decisions(config: Config) -> Mapping[str, Decisions]:
    """What `editor.yaml` beside `feeds.yaml` says, by edition; ConfigError lists all that is wrong with it."""
    return read_decisions(config.folder / FILE, [edition.id for edition in config.editions])


def editions(config: Config, wanted: Collection[str]) -> list[Edition]:
    """The editions of these ids, or all; ConfigError names one that there is not."""
    known = [edition.id for edition in config.editions]
    for id in wanted:
        if id not in known:
            raise ConfigError(str(config.path), f"has no edition '{id}'", hint(id, known))
    return [edition for edition in config.editions if not wanted or edition.id in wanted]


def the_edition(config: Config, wanted: str | None) -> Edition:
    """The edition with the id `wanted`, or the only one that there is."""
    found = editions(config, [wanted] if wanted else [])
    if len(found) > 1:
        named = ", ".join(edition.id for edition in found)
        raise ConfigError(str(config.path), "has several editions", f"name one with --edition: {named}")
    return found[0]


def public_address(config: Config) -> str | None:
    """Where `digest serve` is reached from outside, if the file says so."""
    return config.web.url if config.web else None


def load_formats(names: Sequence[str], folder: Path) -> list[Format]:
    """The formats of these names; FormatError if one is broken, or if two would write the same file."""
    formats, broken = sound_formats(names, folder)
    for error in broken.values():
        raise error
    return formats


def sound_formats(names: Sequence[str], folder: Path) -> tuple[list[Format], dict[str, FormatError]]:
    """Those of the named formats that can be used, and what is wrong with each of the others, by name."""
    found = find_formats(template_folders(folder))
    sound: list[Format] = []
    broken: dict[str, FormatError] = {}
    kept = (name for file in (FROZEN, MANIFEST) for name in (file, f"{{issue}}/{file}"))
    owners = dict.fromkeys(kept, "every issue")
    for name in names:
        try:
            format = load_format(found[name], locales(folder))
            _refuse_taken(format, owners)
        except FormatError as error:
            broken[name] = error
        else:
            sound.append(format)
            owners |= {recipe.place: name for recipe in format.recipes}
    return sound, broken


def _refuse_taken(format: Format, owners: Mapping[str, str]) -> None:
    """FormatError if it writes a file that somebody else writes."""
    for recipe in format.recipes:
        if recipe.place in owners:
            reason = f"writes {recipe.path}, which is {owners[recipe.place]}'s"
            raise FormatError(str(format.folder), reason, "give it another path in its format.toml")


def open_store(config: Config | None, url: str | None = None, *, create: bool = True) -> "SqlStore":
    """The store at `url`, counted from here, or else the configured one, counted from the file's folder.

    Without `create` it is only read, and a file that is not there is a StoreError.
    """
    from digest.store.sql import SqlStore  # SQLAlchemy is heavy: only for commands that need the store

    url = _store_url(config, url)
    if not create and _is_to_come(url):
        raise StoreError(_file(url), "is not there", "name the store that `digest build` used, with --store or -c")
    return SqlStore(url, read_only=not create)


def look_at_store(config: Config, url: str | None = None) -> Store:
    """The store as it is, only to be read; an empty one where there is none yet."""
    if _is_to_come(_store_url(config, url)):
        return MemoryStore()
    return open_store(config, url, create=False)


@contextmanager
def slots_of(config: Config, url: str | None = None) -> "Iterator[Slots | None]":
    """The turns that the store knows of, only to be read; None where there is no store yet."""
    if _is_to_come(_store_url(config, url)):
        yield None
        return
    with open_store(config, url, create=False) as store:
        yield store.slots


@contextmanager
def one_at_a_time(config: Config, url: str | None, waiting: Callable[[Path], None]) -> Iterator[None]:
    """Wait until no other run has this store, which is told of if it takes a while, and keep others out until the end.

    Two runs at once would ask every feed twice. The lock is the system's, on a file beside the store: it is gone with
    its process, however that ends. Stores that are no files, and systems without such locks, are not locked.
    """
    file = sqlite_file(config, url)
    if file is None or sys.platform == "win32":
        yield
        return
    path = Path(f"{file}.lock")
    try:
        lock = path.open("wb")
    except OSError as error:
        raise StoreError(str(path), error.strerror or "cannot be written", "check the folder of the store") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting(path)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _file(url: str) -> str:
    """Of a store that is a file, its path; of another one, something that is none."""
    return url.removeprefix(SQLITE).partition("?")[0]


def _is_to_come(url: str) -> bool:
    """Is it a file that is not there yet?"""
    return url.startswith(SQLITE) and not Path(_file(url)).is_file()


def sqlite_file(config: Config | None, url: str | None) -> str | None:
    """The path of the store, if it is a file."""
    file = _file(_store_url(config, url))
    return None if "://" in file or file in ("", ":memory:") or file.startswith("file:") else file


def _store_url(config: Config | None, url: str | None) -> str:
    if url is not None:
        return url
    if config is None:
        raise StoreError("store", "is not named", "use --store URL, or -c PATH of a feeds.yaml")
    path = config.store.removeprefix(SQLITE)
    inside = path != config.store and path not in ("", ":memory:") and not path.startswith("file:")
    return f"{SQLITE}{(config.folder / path).resolve()}" if inside else config.store

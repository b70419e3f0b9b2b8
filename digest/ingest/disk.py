"""Seed files on disk in, bytes out."""

import glob
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from digest.errors import SeedError
from digest.ingest.files import SUFFIXES


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedFile:
    """A file that was found: `name` is relative to the folder searched, with forward slashes."""

    name: str
    data: bytes


def find(patterns: Iterable[str], folder: Path) -> Iterator[SeedFile | SeedError]:
    """The seed files that match, by pattern and name, each once; what cannot be read is an error in its place.

    A pattern with a wildcard takes only files that Digest can read; a file named outright is always tried.
    """
    seen: set[str] = set()
    for pattern in patterns:
        names = [Path(name).as_posix() for name in sorted(glob.glob(pattern, root_dir=folder, recursive=True))]
        wild = glob.has_magic(pattern)
        names = [name for name in names if not wild or name.lower().endswith(SUFFIXES)]
        if not names:
            yield SeedError(pattern, f"matches no file in {folder}", f"allowed: files ending in {', '.join(SUFFIXES)}")
        for name in names:
            if name not in seen:
                seen.add(name)
                yield _read(name, folder)


def _read(name: str, folder: Path) -> SeedFile | SeedError:
    try:
        return SeedFile(name=name, data=(folder / name).read_bytes())
    except OSError as error:
        return SeedError(name, error.strerror or "cannot be read")

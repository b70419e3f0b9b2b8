"""Seed files on disk in, bytes out."""

import glob
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from digest.errors import SeedError
from digest.ingest.seeds.files import MAX_SIZE, SUFFIXES, check_size


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
        names = [_name(name, folder) for name in sorted(glob.glob(pattern, root_dir=folder, recursive=True))]
        wild = glob.has_magic(pattern)
        names = [name for name in names if not wild or name.lower().endswith(SUFFIXES)]
        if not names:
            yield SeedError(pattern, f"matches no file in {folder}", f"allowed: files ending in {', '.join(SUFFIXES)}")
        for name in names:
            if name not in seen:
                seen.add(name)
                yield _read(name, folder)


def _name(found: str, folder: Path) -> str:
    """One spelling of a path for all ways to write it."""
    return Path(os.path.relpath(folder / found, folder)).as_posix()


def _read(name: str, folder: Path) -> SeedFile | SeedError:
    path = folder / name
    try:
        found = path.stat()
        # Asked before it is opened: a pipe would never end, and a disk image not fit into memory.
        if not stat.S_ISREG(found.st_mode):
            return SeedError(name, "is no regular file", "name files, or a pattern such as seeds/*.md")
        check_size(found.st_size, name)
        with path.open("rb") as file:
            return SeedFile(name=name, data=file.read(MAX_SIZE + 1))
    except SeedError as error:
        return error
    except OSError as error:
        return SeedError(name, error.strerror or "cannot be read")

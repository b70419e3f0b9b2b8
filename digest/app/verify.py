"""Prove artifacts on disk: every quote in every one of them, against the texts in the store."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from digest.errors import VerifyError
from digest.model import Artifact
from digest.render.frozen import thaw
from digest.render.proof import prove
from digest.store import Store

FROZEN = "issue.json"
_MEDIA_TYPES = {
    ".html": "text/html",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".eml": "message/rfc822",
    ".xml": "application/rss+xml",
    ".json": "application/json",
    ".css": "text/css",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """An artifact all of whose quotes are verbatim, and how many it has."""

    path: str
    quotes: int


def verify(root: Path, store: Store) -> Iterator[Proven]:
    """Prove all artifacts under `root`: an `out/` folder, an edition's folder, an issue's folder, or one file.

    Raises VerifyError at the first quote that is not verbatim, at files that cannot be read, and if there is nothing.
    """
    folders = _edition_folders(root)
    if not folders:
        raise VerifyError(str(root), f"no {FROZEN} in it, above it or below it", "name the folder that `build` wrote")
    for folder in folders:
        issues = [thaw(_read(path)) for path in sorted(folder.glob(f"*/{FROZEN}"))]
        texts = store.texts({article.sha256 for issue in issues for article in issue.articles})
        for path in _artifacts(folder, root):
            name = path.relative_to(folder).as_posix()
            artifact = Artifact(path=name, media_type=_media_type(path), content=_read(path))
            yield Proven(path=str(path), quotes=prove(artifact, issues, texts))


def _edition_folders(root: Path) -> list[Path]:
    """The editions' folders that `root` is, holds, or lies in."""
    below = {path.parent.parent for path in root.rglob(FROZEN)} if root.is_dir() else set()
    above = {folder.parent for folder in (root, *root.parents) if (folder / FROZEN).is_file()}
    beside = {root.parent} if root.is_file() and any(root.parent.glob(f"*/{FROZEN}")) else set()
    return sorted(below | above | beside)


def _artifacts(folder: Path, root: Path) -> list[Path]:
    """The files of an edition, as far as they are at or under `root`.

    Frozen issues come first: the others are held against them, and would be blamed for what is wrong in them.
    """
    every = (path for path in folder.rglob("*") if path.is_file())
    wanted = (path for path in every if path == root or root in path.parents)
    return sorted(wanted, key=lambda path: (path.name != FROZEN, path))


def _media_type(path: Path) -> str:
    if path.suffix not in _MEDIA_TYPES:
        hint = f"known endings: {', '.join(_MEDIA_TYPES)}; move the file out of the folder, or end it in one of these"
        raise VerifyError(str(path), "is of a kind from which quotes cannot be read back", hint)
    return _MEDIA_TYPES[path.suffix]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise VerifyError(str(path), error.strerror or "cannot be read") from error

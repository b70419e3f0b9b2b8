"""Files in a folder: for `out/`, for a web server's root, for a folder that something else picks up."""

import errno
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from digest.deliver._switch import alone, cleared, replaced, switched
from digest.errors import DigestError
from digest.model import Artifact, Issue

_HINT = "what was published before still stands; name another folder with --out, or mend this one"
# What a folder answers that can be written, but not beside it, or that cannot change its place with another one.
_FIXED = frozenset(
    (errno.EACCES, errno.EBUSY, errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM, errno.EROFS, errno.EXDEV)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Write each artifact to `path/EDITION/`, all of them at once: readers see the old files or the new ones.

    The folder is built anew beside the old one, and the two change places in one step. Where a system or a folder does
    not let them, each file is replaced by itself. A file that would not change is left alone, so that its time stays,
    and so is every file that is not Digest's. Nothing is written if an artifact would lie outside. A relative path
    counts from `feeds.yaml`.
    """

    path: Path

    def __call__(self, issue: Issue, artifacts: Sequence[Artifact]) -> int:
        root = (self.path / issue.edition).resolve()
        wanted = {_place(root, artifact): artifact.content for artifact in artifacts}
        try:
            root.parent.mkdir(parents=True, exist_ok=True)
            with alone(root.parent):
                cleared(root)
                changed = {place: content for place, content in wanted.items() if not _is_there(root / place, content)}
                if changed:
                    _publish(root, changed)
        except OSError as error:
            raise DigestError(error.filename or str(root), f"cannot be written: {error.strerror}", _HINT) from error
        return len(changed)


def _place(root: Path, artifact: Artifact) -> PurePath:
    """Where in `root` the artifact goes, wherever links in it lead."""
    path = root / artifact.path
    folder = path.parent.resolve()
    if not (folder / path.name).is_relative_to(root) or not path.resolve().is_relative_to(root):
        raise DigestError(artifact.path, "would be written outside of its folder")
    return folder.relative_to(root) / path.name


def _is_there(path: Path, content: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content


def _publish(root: Path, files: Mapping[PurePath, bytes]) -> None:
    try:
        switched(root, files)
    except OSError as error:
        cleared(root)
        if error.errno not in _FIXED or not root.is_dir():
            raise
        replaced(root, files)

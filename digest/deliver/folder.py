"""Files in a folder: for `out/`, for a web server's root, for a folder that something else picks up."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from digest.errors import DigestError
from digest.model import Artifact, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Write each artifact to `path/EDITION/`; readers see an old file or a new one, never half of one.

    A file that would not change is left alone, so that its time stays. Nothing is written if one of them would lie
    outside. A relative path counts from `feeds.yaml`.
    """

    path: Path

    def __call__(self, issue: Issue, artifacts: Sequence[Artifact]) -> int:
        root = self.path / issue.edition
        inside = root.resolve()
        for artifact in artifacts:
            if not (root / artifact.path).resolve().is_relative_to(inside):
                raise DigestError(artifact.path, "would be written outside of its folder")
        return sum(_write(root, artifact) for artifact in artifacts)


def _write(root: Path, artifact: Artifact) -> bool:
    """True if the file was not there as it should be."""
    path = root / artifact.path
    try:
        if path.is_file() and path.read_bytes() == artifact.content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f".{path.name}.half")
        try:
            half.write_bytes(artifact.content)
            os.replace(half, path)  # noqa: PTH105  (replaces what is there on every system)
        finally:
            half.unlink(missing_ok=True)
    except OSError as error:
        raise DigestError(str(path), f"cannot be written: {error.strerror}", "see --out") from error
    return True

"""The issue as a message in a Maildir: for a mail reader on this machine, or for a program that takes mail."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from digest.errors import DigestError
from digest.model import Artifact, Issue

_MAIL = "message/rfc822"


@dataclass(frozen=True, slots=True, kw_only=True)
class Maildir:
    """Put the issue's message into the Maildir `path`, once: not again while it is there, read or unread.

    For an edition that has the format `email`. https://cr.yp.to/proto/maildir.html
    """

    path: Path

    def __call__(self, issue: Issue, artifacts: Sequence[Artifact]) -> int:
        own = [one for one in artifacts if one.media_type == _MAIL and one.path.startswith(f"{issue.id}/")]
        if not own:
            raise DigestError("maildir", f"{issue.edition} {issue.id} has no message", "add the format email")
        try:
            for folder in ("tmp", "new", "cur"):
                (self.path / folder).mkdir(parents=True, exist_ok=True)
            return sum(_put(self.path, issue, artifact.content) for artifact in own)
        except OSError as error:
            hint = "check that the folder can be written"
            raise DigestError(str(self.path), f"cannot be written: {error.strerror}", hint) from error


def _put(path: Path, issue: Issue, content: bytes) -> bool:
    """True if it was not there. It is written aside and then moved, so that no reader sees half of it."""
    name = f"{int(issue.at.timestamp())}.{sha256(issue.edition.encode() + content).hexdigest()[:24]}.digest"
    if (path / "new" / name).exists() or any((path / "cur").glob(f"{name}*")):
        return False
    half = path / "tmp" / f"{name}.{os.getpid()}"
    try:
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(half, path / "new" / name)  # noqa: PTH105  (one step)
    finally:
        half.unlink(missing_ok=True)
    return True

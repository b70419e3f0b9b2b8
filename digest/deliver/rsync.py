"""A folder on another machine, brought up to date by rsync."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from digest.deliver._program import run
from digest.deliver.folder import Folder
from digest.model import Artifact, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Rsync:
    """Write the artifacts to `path/EDITION/`, as `folder` does, then copy that to `to/EDITION/`.

    `to` is rsync's: `host:folder`, `user@host:/srv/www`, a folder. Files change places there when all of them have
    arrived; nothing is deleted, unless `options` say so (`--delete`). SSH must get in without a question: with a key.
    """

    path: Path
    to: Annotated[str, Field(pattern=r"^[^-\s]\S*$")]
    options: Sequence[str] = ()
    timeout: Annotated[float, Field(gt=0, le=3600)] = 300.0

    @property
    def program(self) -> str:
        """What has to be installed."""
        return "rsync"

    def __call__(self, issue: Issue, artifacts: Sequence[Artifact]) -> int:
        changed = Folder(path=self.path)(issue, artifacts)
        target = f"{self.to.rstrip('/')}/{issue.edition}/"
        silent = {"RSYNC_RSH": "ssh -o BatchMode=yes"}
        # By checksum: two builds in one second may differ in nothing that rsync would look at otherwise.
        how = ["--recursive", "--links", "--times", "--checksum", "--delay-updates", *self.options]
        run(["rsync", *how, "--", f"{issue.edition}/", target], self.path.resolve(), self.timeout, silent)
        return changed

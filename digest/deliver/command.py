"""A program of yours, run when an issue is there: to copy it, to empty a cache, to tell somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from digest.deliver._program import run
from digest.deliver.folder import Folder
from digest.model import Artifact, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Write the artifacts to `path/EDITION/`, as `folder` does, then run `command` there: a list of arguments.

    It is run without a shell, and has DIGEST_EDITION, DIGEST_ISSUE and DIGEST_FOLDER in its environment. One that takes
    more than `timeout` seconds is ended. It runs at every build, since it may have failed before.
    """

    path: Path
    command: Annotated[Sequence[str], Field(min_length=1)]
    timeout: Annotated[float, Field(gt=0, le=3600)] = 300.0

    @property
    def program(self) -> str:
        """What has to be installed."""
        return self.command[0]

    def __call__(self, issue: Issue, artifacts: Sequence[Artifact]) -> int:
        changed = Folder(path=self.path)(issue, artifacts)
        folder = (self.path / issue.edition).resolve()
        told = {"DIGEST_EDITION": issue.edition, "DIGEST_ISSUE": issue.id, "DIGEST_FOLDER": str(folder)}
        run(self.command, folder, self.timeout, told)
        return changed

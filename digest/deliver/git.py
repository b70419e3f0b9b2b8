"""A branch that a host publishes as pages: each issue is a commit, pushed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from digest.deliver._program import run
from digest.deliver.folder import Folder
from digest.errors import DigestError
from digest.model import Artifact, Issue

_NAME = r"^[A-Za-z0-9_][A-Za-z0-9_./-]*$"
_AUTHOR = re.compile(r"([^<>\r\n]+) <([^<>\s]+)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """Write the artifacts to `path/EDITION/`, as `folder` does, commit what has changed there, and push it.

    `path` is a clone, or a worktree, that is used for nothing else and stands on `branch`: `git worktree add ../pages
    pages`. Nothing is ever forced: where somebody else has pushed, the push fails, and is tried again at the next
    build.
    `message` may have {title}, {number} and {issue} in it.
    """

    path: Path
    branch: Annotated[str, Field(pattern=_NAME)] = "pages"
    remote: Annotated[str, Field(pattern=_NAME)] = "origin"
    author: Annotated[str, Field(pattern=r"^[^<>\r\n]+ <[^<>\s]+>$")] = "Digest <digest@localhost>"
    message: str = "{title}, no. {number}"
    timeout: Annotated[float, Field(gt=0, le=3600)] = 300.0

    @property
    def program(self) -> str:
        """What has to be installed."""
        return "git"

    def __call__(self, issue: Issue, artifacts: Sequence[Artifact]) -> int:
        self._check()
        changed = Folder(path=self.path)(issue, artifacts)
        self._git("add", "--all", "--", issue.edition)
        if self._git("status", "--porcelain", "--untracked-files=no", "--", issue.edition).strip():
            self._commit(issue)
        self._git("push", "--quiet", self.remote, f"HEAD:refs/heads/{self.branch}")
        return changed

    def _check(self) -> None:
        hint = f"make one with: git worktree add {self.path} {self.branch}"
        if not (self.path / ".git").exists():
            raise DigestError(str(self.path), "is no clone or worktree of its own", hint)
        here = self._git("symbolic-ref", "--short", "--quiet", "HEAD").strip()
        if here != self.branch:
            raise DigestError(str(self.path), f"stands on branch {here} and not on {self.branch}", hint)

    def _commit(self, issue: Issue) -> None:
        said = self.message
        for place, value in (("title", issue.title), ("number", str(issue.number)), ("issue", issue.id)):
            said = said.replace(f"{{{place}}}", value)
        # Only what is under the edition is committed, whatever else somebody has put in the index.
        self._git("commit", "--quiet", f"--message={said}", "--", issue.edition, at=issue.at.isoformat())

    def _git(self, *arguments: str, at: str = "") -> str:
        found = _AUTHOR.fullmatch(self.author)
        name, address = found.groups() if found else ("Digest", "digest@localhost")
        who = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in
               (("NAME", name), ("EMAIL", address), *((("DATE", at),) if at else ()))}  # fmt: skip
        silent = {"GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": "ssh -o BatchMode=yes", "LC_ALL": "C"}
        return run(["git", *arguments], self.path.resolve(), self.timeout, {**silent, **who})

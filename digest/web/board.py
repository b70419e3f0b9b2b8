"""What a preview shows: the formats of an issue, side by side, and what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal["mail", "page", "source"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What went wrong, where (a file and a line, if there is one), and the next step."""

    place: str
    reason: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """One artifact; `kind` says how it is looked at, `path` is where it goes in the edition's folder."""

    path: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a format makes of the issue, or why it makes nothing."""

    format: str
    description: str
    panes: tuple[Pane, ...] = ()
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An issue that can be looked at."""

    id: str
    number: int
    stories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """An issue with its formats. `note` says in a line how the issue came about, `troubles` what is wrong with all of
    it and `warnings` with some of what it is made of; `issues` are those that there are, newest first.
    """

    edition: str
    title: str
    issue: str
    note: str
    issues: tuple[Listed, ...]
    sheets: tuple[Sheet, ...]
    troubles: tuple[Trouble, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An artifact as it would be written."""

    media_type: str
    content: bytes


class Source(Protocol):
    """Where a preview has it from. Both are called from several threads."""

    def board(self, issue: str | None) -> Board | None:
        """The issue of this id, or the newest; None if there is no such issue."""

    def file(self, issue: str, path: str) -> File | Trouble | None:
        """An artifact as of that issue; None if no format makes it."""

    def changed(self, names: Sequence[str]) -> None:
        """Files of these names have changed."""

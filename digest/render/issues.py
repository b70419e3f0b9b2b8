"""All issues of an edition, as one sequence: their gists are at hand, each is thawed when somebody looks at it."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import overload

from digest.model import Issue
from digest.render.gist import Gist
from digest.render.outline import Outline, outline

_AT_ONCE = 40  # issues in memory: a feed has twenty


class Issues(Sequence[Issue]):
    """Oldest first. `load` gives the issue of an id, whole."""

    def __init__(self, gists: Sequence[Gist], load: Callable[[str], Issue]) -> None:
        self._gists = gists
        self._source = load
        self._load = lru_cache(_AT_ONCE)(load)

    @property
    def gists(self) -> Sequence[Gist]:
        return self._gists

    def __len__(self) -> int:
        return len(self._gists)

    @overload
    def __getitem__(self, index: int) -> Issue: ...

    @overload
    def __getitem__(self, index: slice) -> "Issues": ...

    def __getitem__(self, index: "int | slice") -> "Issue | Issues":
        if isinstance(index, slice):
            return Issues(self._gists[index], self._source)
        return self._load(self._gists[index].issue.id)

    def having(self, issue: Issue, gist: Gist) -> "Issues":
        """With an issue that was just made, in place of an earlier build of it."""
        others = [one for one in self._gists if one.issue.id != issue.id]
        gists = sorted([*others, gist], key=lambda one: (one.issue.at, one.issue.number))
        return Issues(gists, lambda name: issue if name == issue.id else self._load(name))


def shorts(issues: Sequence[Issue]) -> Sequence[Issue]:
    """What is told where, and when: of issues that are not thawed, from their gists."""
    return [gist.issue for gist in issues.gists] if isinstance(issues, Issues) else issues


def outlines(issues: Sequence[Issue]) -> Sequence[Outline]:
    if isinstance(issues, Issues):
        return [gist.outline for gist in issues.gists]
    return [outline(issue) for issue in issues]

"""All issues of an edition, asked for its stories: each one that was ever told, in all its tellings.

A story that has become another one leads there, until an issue tells it again. What a story's page says depends on the
issues that tell it, or that it leads to, and on no other: it stays as it is while others come.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from digest.model import Issue, successors
from digest.render.issues import shorts
from digest.render.view import Edited, Shown, Telling, edited


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story in one issue."""

    issue: Edited
    telling: Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class Saga:
    """A story through all issues, newest first, under its newest title and language.

    `moved` is the story that it has become, or None. A story without tellings that has not moved is told no more: an
    issue that told it has been built again without it.
    """

    id: str
    title: str
    language: str
    tellings: tuple[Told, ...]
    moved: "Saga | None"


@dataclass(frozen=True, kw_only=True)
class Chronicle:
    """`issues` are all of an edition, oldest first; `locales` the folders with catalogues of words."""

    issues: Sequence[Issue]
    locales: tuple[Path, ...] = ()

    @cached_property
    def told(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of the issues that tell a story, newest first, by its id."""
        found: dict[str, dict[str, None]] = {}
        for issue in reversed(self._shorts):
            for brief in issue.briefs:
                found.setdefault(brief.story, {})[issue.id] = None
        return {story: tuple(ids) for story, ids in found.items()}

    @cached_property
    def moved(self) -> Mapping[str, str]:
        """Which story another one has become in the end, both by id."""
        return successors(self._shorts)

    @property
    def stories(self) -> frozenset[str]:
        """The ids of all that have, and always will have, a page."""
        return frozenset(self.told) | frozenset(self.moved)

    def touched(self, issues: Collection[Issue], before: "Chronicle") -> set[str]:
        """The stories that `issues` tell or move, those that have another fate than `before`, and those leading there.

        Of `issues` some may be gone, having been built again.
        """
        named = {id for issue in issues for brief in issue.briefs for id in (brief.story, *brief.merged)}
        named |= {id for id in before.stories | self.stories if self._fate(id) != before._fate(id)}
        return named | {id for id, end in self.moved.items() if end in named}

    def _fate(self, id: str) -> tuple[tuple[str, ...], str | None]:
        return self.told.get(id, ()), self.moved.get(id)

    def saga(self, id: str) -> Saga:
        """The story `id`; one that no issue knows is told no more."""
        end = self.moved.get(id)
        told = () if end else tuple(self._told(id, issue) for issue in self.told.get(id, ()))
        moved = self.saga(end) if end else None
        newest = told[0].telling if told else None
        title = newest.title if newest else moved.title if moved else ""
        language = newest.language if newest else self._shorts[-1].language
        return Saga(id=id, title=title, language=language, tellings=told, moved=moved)

    def home(self, id: str) -> Edited:
        """The issue under whose title a story's page stands: the newest that tells it, or what has become of it."""
        known = self.told.get(self.moved.get(id, id))
        return self._edited(known[0]) if known else edited(replace(self.issues[-1], briefs=()), {}, self.locales)

    def place(self, id: str) -> int:
        """The number of the newest issue that tells a story, or what has become of it; -1 if none does."""
        known = self.told.get(self.moved.get(id, id))
        return self._places[known[0]] if known else -1

    def sources(self, id: str) -> list[Issue]:
        """What a story's page is made of: the issues that tell it, without other stories.

        The page of one that is not told, having moved or gone, has names of an issue, and quotes of none.
        """
        end = self.moved.get(id)
        if end is None and id in self.told:
            return [_only(self._issue(issue), id) for issue in self.told[id]]
        issue = self._issue(self.told[end][0]) if end else self.issues[-1]
        return [replace(issue, briefs=())]

    def _issue(self, id: str) -> Issue:
        return self.issues[self._places[id]]

    def _told(self, id: str, issue: str) -> Told:
        shown = self._edited(issue)
        return Told(issue=shown, telling=next(story for story in shown.stories if story.id == id))

    def _edited(self, id: str) -> Edited:
        return self.shown.find(id)

    @cached_property
    def shown(self) -> Shown:
        """The issues for their readers."""
        return Shown(self.issues, self.locales)

    @cached_property
    def _shorts(self) -> Sequence[Issue]:
        return shorts(self.issues)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {issue.id: place for place, issue in enumerate(self._shorts)}


def _only(issue: Issue, story: str) -> Issue:
    briefs = tuple(brief for brief in issue.briefs if brief.story == story)
    cited = {id for brief in briefs for id in brief.articles}
    cited |= {quote.article for brief in briefs for quote in brief.quotes()}
    return replace(issue, briefs=briefs, articles=tuple(a for a in issue.articles if a.id in cited))

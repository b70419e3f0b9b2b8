"""An issue in every format of its edition, and what is wrong with those that are broken; nothing is written."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from digest.app.setup import sound_formats
from digest.errors import DigestError, FormatError
from digest.model import Artifact, Issue
from digest.render.chronicle import Chronicle
from digest.render.engine import render, render_stories
from digest.render.formats import MAIL, SHARED, Format, Recipe
from digest.render.frozen import FROZEN, frozen_artifact
from digest.web.board import Kind, Pane, Sheet, Trouble

_BESIDE = ("text/css", "text/javascript", "font/", "image/")  # media types of what pages show anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The sheets of an issue, and the artifacts that they show, by path."""

    issue: Issue
    issues: Sequence[Issue]
    formats: Sequence[Format]
    sheets: tuple[Sheet, ...]
    files: dict[str, Artifact]

    def file(self, path: str) -> Artifact | None:
        """One that is shown, or that a link leads to: of another issue, of any story. FormatError if it is broken."""
        if path not in self.files:
            self.files.update((artifact.path, artifact) for artifact in self._others(path))
        return self.files.get(path)

    def _others(self, path: str) -> list[Artifact]:
        number = next((n for n, one in enumerate(self.issues, 1) if path.startswith(f"{one.id}/")), 0)
        if number:
            inner = path.partition("/")[2]
            makers = [format for format in self.formats if any(r.path == inner for r in format.recipes)]
            frozen = [frozen_artifact(self.issues[number - 1])] if inner == FROZEN else []
            return frozen + [made for format in makers for made in render(format, self.issues[:number], ["issue"])]
        stories = [
            (format, id)
            for format in self.formats
            for recipe in format.recipes
            if recipe.scope == "story" and (id := recipe.id_at(path))
        ]
        told = [(format, _chronicle(format, self.issues), id) for format, id in stories]
        pages = (render_stories(format, chronicle, [id]) for format, chronicle, id in told if id in chronicle.stories)
        return [made for page in pages for made in page]


def make(issue: Issue, issues: Sequence[Issue], names: Collection[str], folder: Path) -> Made:
    """`issue` in the formats of these names; `issues` are all of its edition, oldest first."""
    sound, broken = sound_formats(list(names), folder)
    files: dict[str, Artifact] = {}
    sheets = {name: Sheet(format=name, description="", trouble=trouble(error)) for name, error in broken.items()}
    for format in sound:
        try:
            made = _artifacts(format, issue, issues)
        except FormatError as error:
            sheets[format.name] = Sheet(format=format.name, description=format.description, trouble=trouble(error))
            continue
        files |= {artifact.path: artifact for artifact in made}
        sheets[format.name] = Sheet(format=format.name, description=format.description, panes=_panes(format, made))
    return Made(
        issue=issue,
        issues=issues,
        formats=[format for format in sound if sheets[format.name].trouble is None],
        sheets=tuple(sheets[name] for name in names),
        files=files,
    )


def trouble(error: DigestError) -> Trouble:
    return Trouble(place=error.subject, reason=error.reason, hint=error.hint)


def _artifacts(format: Format, issue: Issue, issues: Sequence[Issue]) -> list[Artifact]:
    """Those of the issue, those of all that share it, and the foremost story's."""
    made = [*render(format, issues[: issues.index(issue) + 1], ["issue"]), *render(format, issues, SHARED)]
    return [*made, *render_stories(format, _chronicle(format, issues), [brief.story for brief in issue.briefs[:1]])]


def _chronicle(format: Format, issues: Sequence[Issue]) -> Chronicle:
    return Chronicle(issues=issues, locales=format.locales)


def _panes(format: Format, made: Sequence[Artifact]) -> tuple[Pane, ...]:
    """What is read, and what is to be looked at before sources; of topics and of outlets, the first page of each."""
    firsts = {_maker(format, one): one for one in reversed(made) if not one.media_type.startswith(_BESIDE)}
    panes = [Pane(path=one.path, kind=_kind(format, one)) for one in reversed(firsts.values())]
    return tuple(sorted(panes, key=lambda pane: pane.kind == "source"))


def _maker(format: Format, artifact: Artifact) -> str:
    """The path of the recipe of an artifact, which names it among all of the format."""
    return next((recipe.path for recipe in format.recipes if recipe.id_at(artifact.path)), artifact.path)


def _kind(format: Format, artifact: Artifact) -> Kind:
    if artifact.media_type != "text/html":
        return "source"
    return "mail" if any(_is_part(recipe, artifact) for recipe in format.recipes) else "page"


def _is_part(recipe: Recipe, artifact: Artifact) -> bool:
    return recipe.media_type == MAIL and artifact.path.partition("/")[2] in recipe.parts

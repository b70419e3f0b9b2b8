"""Render what an edition has to show, and nothing of which the last build has shown that it comes out the same.

What a build renders follows from its issues, its formats, the words of its languages and this program. So a build keeps
a hash of these beside its issue, with the hashes of all that it made: where both are as they were, the files are read
from the edition's folder instead.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from digest.app.manifest import format_hash, sha256, versions
from digest.errors import FormatError
from digest.model import Artifact, Issue
from digest.render.chronicle import Chronicle
from digest.render.engine import render, render_stories
from digest.render.formats import SHARED, Format
from digest.render.issues import Issues, shorts
from digest.render.view import Shown

_SOURCE = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What each format made, and what was wrong with those that are broken; `note` is for the next build, if whole."""

    artifacts: dict[Format, list[Artifact]]
    broken: dict[str, FormatError]
    note: bytes | None


@dataclass(frozen=True, kw_only=True)
class Rendering:
    """`issues` are all of an edition with the `issue` that was just made, `before` those that the store has, `folder`
    is where it was published, and `note` what the last build of the issue has kept for this one.
    """

    issue: Issue
    issues: Issues
    before: Issues
    formats: Sequence[Format]
    folder: Path
    note: bytes | None = None

    @cached_property
    def missing(self) -> list[str]:
        """Other issues whose folder is gone, since `out/` may be thrown away."""
        return [one.id for one in self._shorts if one.id != self.issue.id and not (self.folder / one.id).is_dir()]

    def made(self) -> Made:
        known = self._known()
        own: dict[Format, list[Artifact]] = {}
        artifacts: dict[Format, list[Artifact]] = {}
        broken: dict[str, FormatError] = {}
        for format in self.formats:
            try:
                own[format] = known.get(format.name) or self._of(format)
                artifacts[format] = own[format] + self._lost(format)
            except FormatError as error:
                broken[format.name] = error
        return Made(artifacts=artifacts, broken=broken, note=None if broken else self._noted(own))

    @cached_property
    def _now(self) -> Chronicle:
        return Chronicle(issues=self.issues, locales=self._locales)

    @cached_property
    def _locales(self) -> tuple[Path, ...]:
        return self.formats[0].locales if self.formats else ()

    @cached_property
    def _shorts(self) -> Sequence[Issue]:
        return shorts(self.issues)

    @cached_property
    def _touched(self) -> set[str]:
        """The stories that the issue tells, or told before."""
        before = Chronicle(issues=self.before)
        own = [issue for issue in (*self._shorts, *shorts(self.before)) if issue.id == self.issue.id]
        return self._now.touched(own, before)

    def _of(self, format: Format) -> list[Artifact]:
        """What the format makes of the issue, of its stories, and of all issues together."""
        made = rendered(format, self._now.shown, [self.issue.id])
        return [*made, *render_stories(format, self._now, self._touched)]

    def _lost(self, format: Format) -> list[Artifact]:
        """What it makes of other issues whose folder is gone, of their stories, and of other stories without a page."""
        pages = [recipe for recipe in format.recipes if recipe.scope == "story"]
        lost = self._now.touched([one for one in self._shorts if one.id in self.missing], self._now)
        lost |= {id for page in pages for id in self._now.stories if not (self.folder / page.path_of(id)).is_file()}
        others = issue_artifacts(format, self._now.shown, self.missing)
        return [*others, *render_stories(format, self._now, lost - self._touched)]

    @cached_property
    def _key(self) -> str:
        """A hash of all that decides what is rendered."""
        decides = [
            versions(),
            _source_hash(),
            [(format.name, format_hash(format)) for format in self.formats],
            [(gist.issue.id, gist.sha256) for gist in self.issues.gists],
        ]
        return sha256(json.dumps(decides).encode())

    def _known(self) -> dict[str, list[Artifact]]:
        """What the last build made, by format, if this one would make the same and all of it is there."""
        note = json.loads(self.note) if self.note else {}
        if note.get("key") != self._key:
            return {}
        found: dict[str, list[Artifact]] = {}
        for name, entries in note["made"].items():
            read = [self._read(path, media_type, hash) for path, media_type, hash in entries]
            found[name] = [artifact for artifact in read if artifact]
            if len(found[name]) < len(entries):
                return {}
        return found

    def _read(self, path: str, media_type: str, hash: str) -> Artifact | None:
        try:
            content = (self.folder / path).read_bytes()
        except OSError:
            return None
        return Artifact(path=path, media_type=media_type, content=content) if sha256(content) == hash else None

    def _noted(self, made: dict[Format, list[Artifact]]) -> bytes:
        entries = {
            format.name: [[one.path, one.media_type, sha256(one.content)] for one in artifacts]
            for format, artifacts in made.items()
        }
        return json.dumps({"key": self._key, "made": entries}, ensure_ascii=False).encode()


def rendered(format: Format, shown: Shown, wanted: Collection[str]) -> list[Artifact]:
    """What a format makes of the `wanted` issues, each as it was when it was the newest, and of all that share it.

    Raises FormatError if a template fails.
    """
    return [*issue_artifacts(format, shown, wanted), *render(format, shown, SHARED)]


def issue_artifacts(format: Format, shown: Shown, wanted: Collection[str]) -> list[Artifact]:
    """What a format makes of these issues alone."""
    made: list[Artifact] = []
    for number, issue in enumerate(shorts(shown.issues), 1):
        if issue.id in wanted:
            made += render(format, shown.until(number), ["issue"])
    return made


@cache
def _source_hash() -> str:
    """Of the program itself: while it is worked on, its version stays the same."""
    files = sorted(path for path in (_SOURCE / "render").rglob("*.py"))
    return sha256("".join(sha256(path.read_bytes()) for path in files).encode())

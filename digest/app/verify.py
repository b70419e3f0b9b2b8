"""Prove artifacts on disk: every quote in every one of them, against the issues and the texts in the store."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path

from digest.app.manifest import Hashed, Manifest, sha256
from digest.app.traced import changed, check_issue, check_texts
from digest.errors import FormatError, StoreError, VerifyError
from digest.model import Artifact, Issue
from digest.render.chronicle import Chronicle
from digest.render.engine import render, render_stories
from digest.render.formats import LOCALES, Format, Recipe, Scope, find_formats, load_format
from digest.render.frozen import FROZEN, MANIFEST, freeze, thaw
from digest.render.proof import prove
from digest.store import Store

_WORDLESS = frozenset(".avif .css .gif .ico .jpeg .jpg .otf .png .svg .ttf .webp .woff .woff2".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """An artifact all of whose quotes are verbatim, and how many it has.

    `as_built`: it is, byte for byte, what today's templates make of its issue. If not, somebody has altered it, or
    the templates have changed since.
    """

    path: str
    quotes: int
    as_built: bool


def usable_formats(folders: Sequence[Path]) -> list[Format]:
    """The formats that there are. One that is broken is passed over: any files that it made are refused by name."""
    found: list[Format] = []
    for folder in find_formats(folders).values():
        with suppress(FormatError):
            found.append(load_format(folder, tuple(folder / LOCALES for folder in folders)))
    return found


def verify(root: Path, store: Store, formats: Sequence[Format]) -> Iterator[Proven]:
    """Prove all artifacts under `root`: an `out/` folder, an edition's folder, an issue's folder, or one file.

    Raises VerifyError at the first words that are not verbatim, at an issue that is not the one in the store, at files
    that cannot be read or that no format makes, and if there is nothing.
    """
    base = root.resolve()
    folders = _edition_folders(base)
    if not folders:
        raise VerifyError(str(root), f"no {FROZEN} in it, above it or below it", "name the folder that `build` wrote")
    found = False
    for folder in folders:
        edition = Shelf.of(folder, store, formats)
        for path in _files(folder, base):
            quotes, as_built = edition.prove(path.relative_to(folder).as_posix())
            found = True
            yield Proven(path=str(root / path.relative_to(base)), quotes=quotes, as_built=as_built)
    if not found:
        raise VerifyError(str(root), "no artifact in it", "name a file that `build` wrote, or its folder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """An edition's folder beside what the store holds of the edition: its issues by id, oldest first.

    `rendered` keeps what formats made of them, and `manifests` what they were made of, as it is kept and as it is read,
    for the length of one run.
    """

    folder: Path
    edition: str
    store: Store
    frozen: Mapping[str, bytes]
    issues: Mapping[str, Issue]
    formats: Sequence[Format]
    chronicle: Chronicle
    rendered: dict[tuple[str, str], tuple[Artifact, ...]] = field(default_factory=dict)
    manifests: dict[str, tuple[bytes, Manifest] | None] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, store: Store, formats: Sequence[Format]) -> "Shelf":
        """Raises VerifyError for an `issue.json` that cannot be read, or if they are of several editions."""
        editions = {_thawed(path).edition for path in sorted(folder.glob(f"*/{FROZEN}"))}
        if len(editions) != 1:
            reason = f"holds issues of {', '.join(sorted(editions))}"
            raise VerifyError(str(folder), reason, "each edition has a folder of its own")
        (edition,) = editions
        pairs = [(thaw(data), data) for data in store.issues(edition)]
        return cls(
            folder=folder,
            edition=edition,
            store=store,
            frozen={issue.id: data for issue, data in pairs},
            issues={issue.id: issue for issue, _ in pairs},
            formats=formats,
            chronicle=Chronicle(issues=[issue for issue, _ in pairs], locales=formats[0].locales if formats else ()),
        )

    def prove(self, name: str) -> tuple[int, bool]:
        """How many quotes the file has, all of them proven, and is it as built? `name` is its path in the folder."""
        id, _, inner = name.partition("/")
        if inner == FROZEN:
            return self._prove_frozen(name, id), True
        if inner == MANIFEST:
            self._check_manifest(name, id)
            return 0, True
        made = self._maker("issue", inner) if id in self.frozen else None
        wanted = [id] if made else list(self.frozen)
        made = made or self._maker("edition", name)
        if made is None and (found := self._maker_of_one(name)):
            format, recipe, one = found
            if recipe.scope == "story":
                return self._prove_story(name, format, recipe, one)
            made = format, recipe
        if made is None:
            hint = "move it out of the folder, or name the feeds.yaml beside whose templates/ its format is, with -c"
            raise VerifyError(name, "no format makes it", hint)
        format, recipe = made
        artifact = Artifact(path=name, media_type=recipe.media_type, content=_read(self.folder / name))
        return self._prove(artifact, wanted, recipe), self._as_built(artifact, format, wanted[-1])

    def _as_built(self, artifact: Artifact, format: Format, id: str) -> bool:
        """An issue's own files never change, so that its manifest knows; what all issues share is rendered again."""
        found = self._manifest(id) if artifact.path.startswith(f"{id}/") else None
        if found is None:
            return artifact in self._rendered(format, id)
        return Hashed(name=artifact.path, sha256=sha256(artifact.content)) in found[1].artifacts

    def _manifest(self, id: str) -> tuple[bytes, Manifest] | None:
        if id not in self.manifests:
            kept = self.store.manifests(self.edition, [id]).get(id)
            self.manifests[id] = (kept, Manifest.read(kept)) if kept else None
        return self.manifests[id]

    def _maker(self, scope: Scope, path: str) -> tuple[Format, Recipe] | None:
        """The first format that makes such a file, and how."""
        makers = ((format, recipe) for format in self.formats for recipe in format.recipes)
        return next((one for one in makers if (one[1].scope, one[1].path) == (scope, path)), None)

    def _maker_of_one(self, path: str) -> tuple[Format, Recipe, str] | None:
        """The first format that makes such a file of a story, a topic or an outlet, how, and of which."""
        makers = ((format, recipe) for format in self.formats for recipe in format.recipes)
        return next(((format, recipe, id) for format, recipe in makers if (id := recipe.id_at(path))), None)

    def _prove_story(self, name: str, format: Format, recipe: Recipe, id: str) -> tuple[int, bool]:
        if not self.issues:
            hint = "name the store that it was built with, with --store or -c"
            raise VerifyError(name, f"the store has no issue of the edition {self.edition}", hint)
        artifact = Artifact(path=name, media_type=recipe.media_type, content=_read(self.folder / name))
        issues = self.chronicle.sources(id)
        quotes = prove(artifact, issues, self._texts(issues))
        as_built = False
        with suppress(FormatError):
            as_built = artifact in render_stories(format, self.chronicle, [id])
        return quotes, as_built

    def _rendered(self, format: Format, id: str) -> tuple[Artifact, ...]:
        """What the format makes of an issue, as it was when it was the newest; nothing if it no longer can."""
        key = (format.name, id)
        if key not in self.rendered:
            ids = list(self.issues)
            with suppress(FormatError):
                self.rendered[key] = render(format, [self.issues[known] for known in ids[: ids.index(id) + 1]])
        return self.rendered.get(key, ())

    def _prove_frozen(self, name: str, id: str) -> int:
        """First what it says, then whether it is what was built: the first tells more about what is wrong."""
        content = _read(self.folder / name)
        issue = _thawed(self.folder / name)
        if issue.id not in self.frozen:
            hint = "name the store that it was built with, with --store or -c"
            raise VerifyError(name, f"the store has no issue {issue.id} of the edition {self.edition}", hint)
        artifact = Artifact(path=name, media_type="application/json", content=content)
        quotes = prove(artifact, [issue], self._texts([issue]))
        kept = self.issues[issue.id]
        if issue.id != id or content not in (self.frozen[issue.id], freeze(kept)):
            where = f"issue {issue.id} is not what the store has: {_difference(issue, kept, id)}"
            raise VerifyError(name, where, f"delete the folder {id}; `digest build` writes it again")
        return quotes

    def _check_manifest(self, name: str, id: str) -> None:
        """It is the one in the store, the texts of its articles are there, and it tells of the issue beside it."""
        content, found = _read(self.folder / name), self._manifest(id)
        if found is None:
            hint = "name the store that it was built with, with --store or -c"
            raise VerifyError(name, f"the store has no manifest of an issue {id} of the edition {self.edition}", hint)
        kept, manifest = found
        if content != kept:
            hint = f"delete the folder {id}; `digest build` writes it again"
            raise VerifyError(name, f"is not what the store has: {changed(content, kept)}", hint)
        check_texts(name, manifest, self.store.texts({one.sha256 for one in manifest.inputs}))
        check_issue(name, manifest, self.issues[id], self.frozen[id])

    def _prove(self, artifact: Artifact, wanted: Sequence[str], recipe: Recipe) -> int:
        issues = [self.issues[id] for id in wanted]
        return prove(artifact, issues, self._texts(issues), quotes=recipe.quotes)

    def _texts(self, issues: Sequence[Issue]) -> Mapping[str, str]:
        return self.store.texts({article.sha256 for issue in issues for article in issue.articles})


def _difference(issue: Issue, kept: Issue, folder: str) -> str:
    if issue.id != folder:
        return f"it lies in the folder {folder}"
    names = [one.name for one in fields(Issue) if getattr(issue, one.name) != getattr(kept, one.name)]
    return f"its {', '.join(names)}" if names else "the same, written in another way"


def _edition_folders(base: Path) -> list[Path]:
    """The editions' folders that `base` is, holds, or lies in."""
    below = {path.parent.parent for path in base.rglob(FROZEN) if not _hidden(path.relative_to(base))}
    above = {folder for folder in base.parents if any(folder.glob(f"*/{FROZEN}"))}
    return sorted(below | above)


def _files(folder: Path, base: Path) -> list[Path]:
    """The files of an edition that may have words, as far as they are at or under `base`; hidden ones are nobody's.

    Frozen issues come first: what is wrong in them tells more than what follows from it.
    """
    every = (path for path in folder.rglob("*") if path.is_file() and not _hidden(path.relative_to(folder)))
    wanted = (path for path in every if path == base or base in path.parents)
    return sorted((p for p in wanted if p.suffix not in _WORDLESS), key=lambda path: (path.name != FROZEN, path))


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _thawed(path: Path) -> Issue:
    try:
        return thaw(_read(path))
    except StoreError as error:
        raise VerifyError(str(path), error.reason, error.hint) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise VerifyError(str(path), error.strerror or "cannot be read") from error

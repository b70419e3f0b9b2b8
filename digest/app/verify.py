"""Prove artifacts on disk: every quote in every one of them, against the issues and the texts in the store."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from digest.errors import FormatError, StoreError, VerifyError
from digest.model import Artifact, Issue
from digest.render.formats import Scope, find_formats, load_format
from digest.render.frozen import FROZEN, freeze, thaw
from digest.render.proof import prove
from digest.store import Store

MediaTypes = Mapping[tuple[Scope, str], str]
_WORDLESS = frozenset(".avif .css .gif .ico .jpeg .jpg .otf .png .svg .ttf .webp .woff .woff2".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """An artifact all of whose quotes are verbatim, and how many it has."""

    path: str
    quotes: int


def media_types(folders: Sequence[Path]) -> MediaTypes:
    """What each file is that a format makes, by the scope and the path in its `format.toml`.

    A format that is broken is passed over: it can have made nothing, or its files are refused by name.
    """
    found: dict[tuple[Scope, str], str] = {("issue", FROZEN): "application/json"}
    for folder in find_formats(folders).values():
        try:
            recipes = load_format(folder).recipes
        except FormatError:
            continue
        for recipe in recipes:
            found.setdefault((recipe.scope, recipe.path), recipe.media_type)
    return found


def verify(root: Path, store: Store, types: MediaTypes) -> Iterator[Proven]:
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
        edition = Shelf.of(folder, store)
        for path in _files(folder, base):
            quotes = edition.prove(path.relative_to(folder).as_posix(), types)
            found = True
            yield Proven(path=str(root / path.relative_to(base)), quotes=quotes)
    if not found:
        raise VerifyError(str(root), "no artifact in it", "name a file that `build` wrote, or its folder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """An edition's folder beside what the store holds of the edition: its frozen issues by id, oldest first."""

    folder: Path
    edition: str
    store: Store
    frozen: Mapping[str, bytes]

    @classmethod
    def of(cls, folder: Path, store: Store) -> "Shelf":
        """Raises VerifyError for an `issue.json` that cannot be read, or if they are of several editions."""
        editions = {_thawed(path).edition for path in sorted(folder.glob(f"*/{FROZEN}"))}
        if len(editions) != 1:
            reason = f"holds issues of {', '.join(sorted(editions))}"
            raise VerifyError(str(folder), reason, "each edition has a folder of its own")
        (edition,) = editions
        frozen = {thaw(data).id: data for data in store.issues(edition)}
        return cls(folder=folder, edition=edition, store=store, frozen=frozen)

    def prove(self, name: str, types: MediaTypes) -> int:
        """How many quotes the file has, all of them proven; `name` is its path in the folder."""
        id, _, inner = name.partition("/")
        if inner == FROZEN:
            return self._prove_frozen(name, id)
        media_type = types.get(("issue", inner)) if id in self.frozen else None
        wanted = [id] if media_type else list(self.frozen)
        media_type = media_type or types.get(("edition", name))
        if media_type is None:
            hint = "move it out of the folder, or name the feeds.yaml beside whose templates/ its format is, with -c"
            raise VerifyError(name, "no format makes it", hint)
        return self._prove(Artifact(path=name, media_type=media_type, content=_read(self.folder / name)), wanted)

    def _prove_frozen(self, name: str, id: str) -> int:
        """First what it says, then whether it is what was built: the first tells more about what is wrong."""
        content = _read(self.folder / name)
        issue = _thawed(self.folder / name)
        if issue.id not in self.frozen:
            hint = "name the store that it was built with, with --store or -c"
            raise VerifyError(name, f"the store has no issue {issue.id} of the edition {self.edition}", hint)
        artifact = Artifact(path=name, media_type="application/json", content=content)
        quotes = prove(artifact, [issue], self._texts([issue]))
        kept = self.frozen[issue.id]
        if issue.id != id or content not in (kept, freeze(thaw(kept))):
            where = f"issue {issue.id} is not what the store has: {_difference(issue, thaw(kept), id)}"
            raise VerifyError(name, where, f"delete the folder {id}; `digest build` writes it again")
        return quotes

    def _prove(self, artifact: Artifact, wanted: Sequence[str]) -> int:
        issues = [thaw(self.frozen[id]) for id in wanted]
        return prove(artifact, issues, self._texts(issues))

    def _texts(self, issues: Sequence[Issue]) -> Mapping[str, str]:
        return self.store.texts({article.sha256 for issue in issues for article in issue.articles})


def _difference(issue: Issue, kept: Issue, folder: str) -> str:
    if issue.id != folder:
        return f"it lies in the folder {folder}"
    names = [field.name for field in fields(Issue) if getattr(issue, field.name) != getattr(kept, field.name)]
    return f"its {', '.join(names)}" if names else "the same, written in another way"


def _edition_folders(base: Path) -> list[Path]:
    """The editions' folders that `base` is, holds, or lies in."""
    below = {path.parent.parent for path in base.rglob(FROZEN) if not _hidden(path.relative_to(base))}
    above = {folder.parent for folder in (base, *base.parents) if (folder / FROZEN).is_file()}
    beside = {base.parent} if base.is_file() and any(base.parent.glob(f"*/{FROZEN}")) else set()
    return sorted(below | above | beside)


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

"""What an issue was made of, with what, and what came out: `manifest.json`, described in docs/issue-json.md.

Enough, with the texts in the store, to make the issue again, byte for byte, and the same bytes for the same input.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Annotated, Any

import pydantic
from pydantic import AwareDatetime, Field, TypeAdapter

from digest import __version__
from digest.app.bounds import flaws
from digest.app.order import Order, Plugins
from digest.config import Decisions, Reference
from digest.errors import StoreError
from digest.model import Article, Artifact, Brief, Credit, Issue, Span, Stale
from digest.pipeline import Plan
from digest.render.formats import Format
from digest.render.frozen import FROZEN, MANIFEST, freeze, thaw

SCHEMA = 1
_PACKAGE = "digest-newsletter"
_LARGEST = 64 * 2**20  # bytes; a thousand articles make half a million
_HINT = "name one that Digest wrote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """An article as it was looked at, but for its text, which the store keeps under `sha256`.

    `sentences` are those that may be quoted: "49-77 79-120" are characters of the text.
    """

    id: str
    outlet: str
    url: str | None
    sha256: str
    seen: AwareDatetime
    published: AwareDatetime | None
    day_only: bool
    author: str | None
    language: str
    categories: tuple[str, ...]
    credit: Credit | None
    licence: str | None
    sentences: Annotated[str, Field(pattern=r"^([0-9]{1,9}-[0-9]{1,9}( [0-9]{1,9}-[0-9]{1,9})*)?$")]

    @classmethod
    def of(cls, article: Article) -> "Input":
        return cls(
            id=article.id,
            outlet=article.outlet,
            url=article.url,
            sha256=article.sha256,
            seen=article.seen,
            published=article.published,
            day_only=article.day_only,
            author=article.author,
            language=article.language,
            categories=article.categories,
            credit=article.credit,
            licence=article.licence,
            sentences=" ".join(f"{start}-{end}" for start, end in article.sentences),
        )

    def article(self, text: str) -> Article:
        """With its text, whose first line is its title. StoreError if the text is shorter than the sentences want."""
        pairs = (pair.split("-") for pair in self.sentences.split())
        spans = tuple(Span(int(start), int(end)) for start, end in pairs)
        if spans and spans[-1].end > len(text):
            raise StoreError(MANIFEST, f"inputs: the sentences of {self.id} go beyond its text", _HINT)
        return Article(
            id=self.id,
            outlet=self.outlet,
            title=text.partition("\n")[0],
            url=self.url,
            published=self.published,
            day_only=self.day_only,
            author=self.author,
            language=self.language,
            text=text,
            sentences=spans,
            seen=self.seen,
            categories=self.categories,
            credit=self.credit,
            licence=self.licence,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashed:
    """Another issue of the edition, or an artifact in its folder, by the SHA-256 of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """`versions` are those of Digest and of what it is built on. `files` are the SHA-256 of feeds.yaml and editor.yaml,
    which are not needed any more: `plan` and `plugins` have what they said. `formats` has one hash of each format's
    folder. `earlier` and `later` are the other issues of the edition, oldest first; `replaced` is what has to be known
    of an earlier build of this one. `artifacts` are the issue's own, those of the edition, and its stories' pages.
    """

    schema: int
    issue: str
    number: int
    at: AwareDatetime
    versions: Mapping[str, str]
    files: Mapping[str, str]
    formats: Mapping[str, str]
    plan: Plan
    plugins: Plugins
    stale: tuple[Stale, ...]
    earlier: tuple[Hashed, ...]
    later: tuple[Hashed, ...]
    replaced: dict[str, Any] | None
    inputs: tuple[Input, ...]
    artifacts: tuple[Hashed, ...]

    @classmethod
    def of(
        cls,
        order: Order,
        issue: Issue,
        *,
        frozen: Mapping[str, bytes],
        files: Mapping[str, str],
        formats: Sequence[Format],
        artifacts: Iterable[Artifact],
    ) -> "Manifest":
        """`frozen` are the other issues as the store has them; of `artifacts` those count that tell of this issue."""
        replaced = order.past.replaced
        own = paths(formats, issue)
        return cls(
            schema=SCHEMA,
            issue=issue.id,
            number=order.number,
            at=order.at,
            versions=versions(),
            files=files,
            formats={format.name: format_hash(format) for format in formats},
            plan=replace(order.plan, decisions=_placeless(order.plan.decisions)),
            plugins=order.plugins,
            stale=order.stale,
            earlier=tuple(Hashed(name=one.id, sha256=sha256(frozen[one.id])) for one in order.past.earlier),
            later=tuple(Hashed(name=one.id, sha256=sha256(frozen[one.id])) for one in order.later),
            replaced=json.loads(freeze(_outline(replaced))) if replaced else None,
            inputs=tuple(map(Input.of, order.articles)),
            artifacts=tuple(Hashed(name=one.path, sha256=sha256(one.content)) for one in artifacts if one.path in own),
        )

    @classmethod
    def read(cls, data: bytes) -> "Manifest":
        """StoreError if it is none, is of a schema that is not known here, or has a value that Digest never writes."""
        try:
            found = _adapter().validate_json(data)
        except pydantic.ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise StoreError(MANIFEST, f"cannot be read: {where}: {first['msg']}", _HINT) from None
        if found.schema != SCHEMA:
            hint = "it was written by a later version of Digest: update"
            raise StoreError(MANIFEST, f"schema {found.schema} is not known", hint)
        for flaw in flaws(found):
            raise StoreError(MANIFEST, flaw, _HINT)
        return found

    @classmethod
    def load(cls, path: Path) -> "Manifest":
        """That of a file; StoreError, too, if it cannot be opened, or is far too large for one."""
        try:
            with path.open("rb") as file:
                data = file.read(_LARGEST + 1)
        except OSError as error:
            raise StoreError(str(path), error.strerror or "cannot be read") from error
        if len(data) > _LARGEST:
            raise StoreError(str(path), f"has more than {_LARGEST // 2**20} MB", _HINT)
        return cls.read(data)

    def written(self) -> bytes:
        """UTF-8 JSON, indented by one space, keys in a fixed order."""
        data = _adapter().dump_python(self, mode="json")
        return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1).encode() + b"\n"

    def replaced_issue(self) -> Issue | None:
        """The earlier build of the issue, without what it said."""
        return thaw(json.dumps(self.replaced).encode()) if self.replaced else None

    def artifact(self) -> Artifact:
        return manifest_artifact(self.issue, self.written())


def manifest_artifact(issue: str, written: bytes) -> Artifact:
    return Artifact(path=f"{issue}/{MANIFEST}", media_type="application/json", content=written)


def settled(manifest: Manifest, known: bytes | None) -> Manifest:
    """The known manifest of an earlier build of the issue, if this one differs only in that it was not the first.

    So a build that changes nothing writes nothing. One that cannot be read, as another version wrote it, has changed.
    """
    old = None
    with suppress(StoreError):
        old = Manifest.read(known) if known else None
    return old if old and replace(manifest, replaced=old.replaced).written() == known else manifest


def paths(formats: Sequence[Format], issue: Issue) -> set[str]:
    """Where the artifacts go that tell of an issue: its own, those of the edition, and the pages of its stories."""
    stories = {id for brief in issue.briefs for id in (brief.story, *brief.merged)}
    found = {f"{issue.id}/{FROZEN}"}
    for recipe in (recipe for format in formats for recipe in format.recipes):
        if recipe.scope == "story":
            found |= {recipe.path_of(id) for id in stories}
        elif not recipe.mark:  # pages of topics and outlets go on changing
            found.add(f"{issue.id}/{recipe.path}" if recipe.scope == "issue" else recipe.path)
    return found


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def file_hashes(files: Iterable[Path]) -> dict[str, str]:
    """Of those that are there, by their names."""
    return {path.name: sha256(path.read_bytes()) for path in files if path.is_file()}


def format_hash(format: Format) -> str:
    """One hash of all files of a format's folder, and of the catalogues that have its words, with their names."""
    named = "".join(_named(format.folder))
    return sha256((named + "".join("".join(_named(folder)) for folder in format.locales)).encode())


def _named(folder: Path) -> Iterator[str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return (f"{path.relative_to(folder).as_posix()}\0{sha256(path.read_bytes())}\n" for path in files)


def versions() -> dict[str, str]:
    """Of Digest and of the packages that it asks for, as far as they are installed.

    Not Python's: a manifest is the same on all of them, as the issue is.
    """
    try:
        asked = requires(_PACKAGE) or []
    except PackageNotFoundError:
        asked = []
    names = sorted({re.split(r"[^\w.-]", line, maxsplit=1)[0].lower() for line in asked})
    return {"digest": __version__} | {name: found for name in names if (found := _version(name))}


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


@cache
def _adapter() -> TypeAdapter[Manifest]:
    return TypeAdapter(Manifest)


def _placeless(decisions: Decisions) -> Decisions:
    """Without the places in editor.yaml: they name a folder, and decide nothing."""

    def bare(references: Iterable[Reference]) -> tuple[Reference, ...]:
        return tuple(replace(reference, place="") for reference in references)

    return Decisions(
        pin=bare(decisions.pin),
        drop=bare(decisions.drop),
        merge=tuple(map(bare, decisions.merge)),
        split=tuple(map(bare, decisions.split)),
        stances=tuple(replace(one, article=replace(one.article, place="")) for one in decisions.stances),
    )


def _outline(issue: Issue) -> Issue:
    """Which articles an issue told and left out, in which stories: what a later build of it looks at."""
    return replace(issue, briefs=tuple(map(_outlined, issue.briefs)))


def _outlined(brief: Brief) -> Brief:
    return Brief(
        story=brief.story,
        title=brief.title,
        articles=brief.articles,
        new=brief.new,
        since=brief.since,
        sections=(),
        takes=(),
        merged=brief.merged,
    )

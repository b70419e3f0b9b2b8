"""The files that an edition was built into: which format made each, and what kind of page it is.

Nothing here knows a page by name: kinds come from each format's format.toml, so that new ones are found by themselves.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from digest.render.formats import Recipe, find_formats, load_format
from tests.replay import ROOT

HTML = "text/html"
FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A file of an edition's folder; `kind` is its format and the path that its format.toml gives."""

    edition: str
    path: str
    file: Path
    media_type: str
    kind: str
    mail: bool  # part of a message

    @property
    def name(self) -> str:
        return f"{self.edition}/{self.path}"

    def text(self) -> str:
        return self.file.read_text("utf-8")


def pages_in(edition: Path) -> tuple[Page, ...]:
    """Every file that a format makes, in order; `edition` is its folder."""
    return tuple(_pages(edition))


def _pages(edition: Path) -> Iterator[Page]:
    for file in sorted(edition.rglob("*")):
        path = file.relative_to(edition).as_posix()
        known = next((known for known in _kinds() if known.at.fullmatch(path)), None)
        if known and file.is_file():
            yield Page(
                edition=edition.name,
                path=path,
                file=file,
                media_type=known.media_type,
                kind=known.kind,
                mail=known.mail,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    at: re.Pattern[str]
    kind: str
    media_type: str
    mail: bool


@cache
def _kinds() -> tuple[_Kind, ...]:
    """What each format makes; what has a fixed path before what is found by a pattern."""
    kinds = [
        _Kind(
            at=_pattern(recipe), kind=f"{name}/{recipe.path}", media_type=recipe.media_type,
            mail=any(recipe.path in other.parts for other in format.recipes) or bool(recipe.parts),
        )
        for name, folder in find_formats([ROOT / "templates"]).items()
        for format in [load_format(folder)]
        for recipe in format.recipes
    ]  # fmt: skip
    return tuple(sorted(kinds, key=lambda kind: "[^/]" in kind.at.pattern))


def _pattern(recipe: Recipe) -> re.Pattern[str]:
    """An issue's artifacts lie in its folder; whatever stands in braces is a name."""
    parts = re.split(r"(\{\w+\})", recipe.path)
    path = "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in parts)
    return re.compile(("[^/]+/" if recipe.scope == "issue" else "") + path)


def formats() -> tuple[str, ...]:
    """The names of all formats."""
    return tuple(find_formats([ROOT / "templates"]))


def is_page(page: Page) -> bool:
    """A page of a site, as against the body of a message."""
    return page.media_type == HTML and not page.mail


def is_mail_body(page: Page) -> bool:
    return page.media_type == HTML and page.mail


def largest_of_each_kind(pages: Sequence[Page], at_most: int = 1) -> list[Page]:
    """Of each kind those with the most bytes: they show most of what a template can show."""
    by_kind: dict[str, list[Page]] = {}
    for page in pages:
        by_kind.setdefault(page.kind, []).append(page)
    return [page for same in by_kind.values() for page in sorted(same, key=lambda p: -p.file.stat().st_size)[:at_most]]

"""Issues and a format in, artifacts out."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from digest.errors import FormatError
from digest.model import Artifact, Issue
from digest.render.chronicle import Chronicle
from digest.render.formats import HTML, MAIL, SHARED, Format, Recipe, Scope, find_formats, load_format
from digest.render.issues import outlines
from digest.render.items import Kind, Series, Wall
from digest.render.mail import message, without_subscribers
from digest.render.outline import Archive, Shelf
from digest.render.templating import TEMPLATE_ERRORS, environment, format_error
from digest.render.view import Edited, Shown, Telling

__all__ = ["find_formats", "load_format", "render", "render_stories"]
_MANY = 24  # stories: a limit that these do not exceed is worth trying with all of them
_ISSUE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def render(
    format: Format,
    issues: Sequence[Issue] | Shown,
    scopes: Collection[Scope] = ("issue", *SHARED),
    *,
    subscribers: bool = False,
) -> tuple[Artifact, ...]:
    """The artifacts of these scopes of the last of `issues`, which are all issues of one edition, oldest first.

    The same issues give the same bytes. With `subscribers`, a message keeps what it says to them alone, for
    `mail.made_out` to fill in. Raises FormatError if a template fails.
    """
    shown = issues if isinstance(issues, Shown) else Shown(issues, format.locales)
    issue = shown.issues[-1]
    if not _ISSUE_ID.fullmatch(issue.id):
        raise FormatError(issue.id, "an issue's id names its folder, and this one cannot")
    made: dict[str, Artifact] = {}
    if "issue" in scopes:
        values = {"issue": _fitting(format, shown), "issues": shown}
        for recipe in (recipe for recipe in format.recipes if recipe.scope == "issue"):
            mail = recipe.media_type == MAIL
            content = _compose(shown[-1], issue, recipe, made) if mail else _fill(format, recipe, values)
            content = content if mail or subscribers or recipe.file else without_subscribers(content.decode()).encode()
            path = f"{issue.id}/{recipe.path}"
            made[recipe.path] = Artifact(path=path, media_type=recipe.media_type, content=content)
    return (*made.values(), *_shared(format, shown, [scope for scope in SHARED if scope in scopes]))


def _shared(format: Format, shown: Shown, scopes: Collection[Scope]) -> Iterable[Artifact]:
    """What all issues make together: artifacts of the edition, unless they are empty, of each topic and each outlet."""
    recipes = [recipe for recipe in format.recipes if recipe.scope in scopes]
    if not recipes:
        return
    archive = Archive(outlines=outlines(shown.issues)[::-1])
    values = {"issue": shown[-1], "issues": shown, "archive": archive}
    walls: dict[tuple[str, int | None], Wall] = {}
    shelves: Mapping[str, Sequence[Shelf | None]] = {"topic": archive.topics, "outlet": archive.outlets}
    for alike in _alike(recipes):
        recipe = alike[0]
        wall = walls.setdefault((recipe.item, recipe.limit), _wall(format, recipe, shown))
        for shelf in shelves.get(recipe.scope, [None]):
            own = {**values, recipe.scope: shelf} if shelf else values
            if recipe.items:
                yield from _feeds(format, alike, own, wall, shelf)
                continue
            made = _made(format, recipe, _path(recipe, shelf), own)
            if made.content.strip():  # an edition without an address has no map of its addresses
                yield made


def _alike(recipes: Sequence[Recipe]) -> Iterable[Sequence[Recipe]]:
    """Feeds of the same items together, whatever their media types; everything else alone."""
    groups: dict[object, list[Recipe]] = {}
    for recipe in recipes:
        key = (recipe.scope, recipe.items, recipe.item, recipe.limit) if recipe.items else recipe.path
        groups.setdefault(key, []).append(recipe)
    return groups.values()


def _path(recipe: Recipe, shelf: Shelf | None) -> str:
    return recipe.path_of(shelf.slug) if shelf else recipe.path


def _made(format: Format, recipe: Recipe, path: str, values: Mapping[str, object]) -> Artifact:
    return Artifact(path=path, media_type=recipe.media_type, content=_fill(format, recipe, values))


def _wall(format: Format, recipe: Recipe, shown: Shown) -> Wall:
    template = replace(recipe, media_type=HTML, template=recipe.item)

    def fill(issue: Edited, story: Telling | None) -> str:
        return _fill(format, template, {"issue": issue, "story": story, "home": shown[-1].home}).decode()

    return Wall(shown=shown, fill=fill, limit=recipe.limit)


def _feeds(
    format: Format, recipes: Sequence[Recipe], values: Mapping[str, Any], wall: Wall, shelf: Shelf | None
) -> Iterable[Artifact]:
    """All with the same items: as many of the newest as the limit lets into the largest of them, and one at least."""
    kind: Kind = recipes[0].items or "issues"
    items = wall.newest(kind, shelf)
    of = shelf.name if shelf else "" if kind == "stories" else None

    def made(recipe: Recipe, count: int) -> Artifact:
        path, slug = _path(recipe, shelf), shelf.slug if shelf else ""
        series = Series(issue=values["issue"], path=path, of=of, slug=slug, items=items[:count])
        return _made(format, recipe, path, {**values, "series": series})

    def is_too_large(artifact: Artifact) -> bool:
        return wall.limit is not None and len(artifact.content) > wall.limit

    whole = [made(recipe, len(items)) for recipe in recipes]
    large = [recipe for recipe, artifact in zip(recipes, whole, strict=True) if is_too_large(artifact)]
    if not large:
        return whole
    counts = range(1, len(items))
    fits = min(bisect_left(counts, True, key=lambda count: is_too_large(made(one, count))) for one in large)
    return [made(recipe, max(1, fits)) for recipe in recipes]


def render_stories(format: Format, chronicle: Chronicle, ids: Iterable[str]) -> tuple[Artifact, ...]:
    """The artifacts of these stories of an edition; none if the format makes none of stories.

    Raises FormatError if a template fails, or if an id cannot name a file.
    """
    recipes = [recipe for recipe in format.recipes if recipe.scope == "story"]
    if not recipes:
        return ()
    by_issue = sorted(sorted(set(ids)), key=chronicle.place)  # each issue is looked at once
    pages = (_page(format, recipe, chronicle, id) for id in by_issue for recipe in recipes)
    return tuple(sorted(pages, key=lambda page: page.path))


def _page(format: Format, recipe: Recipe, chronicle: Chronicle, id: str) -> Artifact:
    return _made(format, recipe, recipe.path_of(id), {"issue": chronicle.home(id), "story": chronicle.saga(id)})


def _fitting(format: Format, shown: Shown) -> Edited:
    """The newest issue with as many of its stories as all limits let in, and one at least."""
    limited = [(recipe, recipe.limit) for recipe in format.recipes if recipe.limit and recipe.scope == "issue"]

    def is_too_much(number: int) -> bool:
        values = {"issue": issue.first(number), "issues": shown}
        return any(len(_fill(format, recipe, values)) > limit for recipe, limit in limited)

    issue = shown[-1]
    count = len(issue.stories)
    for most in (min(_MANY, count), count) if limited else ():
        if is_too_much(most):
            return issue.first(max(1, bisect_left(range(1, most), True, key=is_too_much)))
    return issue


def _compose(shown: Edited, issue: Issue, recipe: Recipe, made: Mapping[str, Artifact]) -> bytes:
    text, html = (made[part].content.decode() for part in recipe.parts)
    return message(issue, text, html, shown.words)


def _fill(format: Format, recipe: Recipe, values: Mapping[str, Any]) -> bytes:
    """In the language of the `issue` among the values; a file is as it is."""
    if recipe.file:
        return (format.folder / recipe.file).read_bytes()
    said = values["issue"].words
    try:
        template = environment(format.folder, recipe.media_type, said).get_template(recipe.template)
        text = template.render(values)
    except TEMPLATE_ERRORS as error:
        raise format_error(error, format.folder, recipe.template) from error
    return (_inline(text) if recipe.inline_css else text).encode()


def _inline(html: str) -> str:
    """Styles moved to where mail programs read them. Nothing is fetched.

    The inliner would put @media rules first in the head, before the charset, so templates mark those to be kept.
    """
    from css_inline import CSSInliner

    return CSSInliner(load_remote_stylesheets=False, minify_css=True).inline(html)

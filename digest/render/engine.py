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
from digest.render.items import Kind, Series, Wall
from digest.render.mail import message, without_subscribers
from digest.render.outline import Archive, Shelf, outline
from digest.render.templating import TEMPLATE_ERRORS, environment, format_error
from digest.render.view import Edited, Shown, Telling

__all__ = ["find_formats", "load_format", "render", "render_stories"]
_ISSUE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def render(
    format: Format,
    issues: Sequence[Issue],
    scopes: Collection[Scope] = ("issue", *SHARED),
    *,
    subscribers: bool = False,
) -> tuple[Artifact, ...]:
    """The artifacts of these scopes of the last of `issues`, which are all issues of one edition, oldest first.

    The same issues give the same bytes. With `subscribers`, a message keeps what it says to them alone, for
    `mail.made_out` to fill in. Raises FormatError if a template fails.
    """
    issue = issues[-1]
    if not _ISSUE_ID.fullmatch(issue.id):
        raise FormatError(issue.id, "an issue's id names its folder, and this one cannot")
    shown = Shown(issues, format.locales)
    made: dict[str, Artifact] = {}
    if "issue" in scopes:
        values = {"issue": _fitting(format, shown), "issues": shown}
        for recipe in (recipe for recipe in format.recipes if recipe.scope == "issue"):
            mail = recipe.media_type == MAIL
            content = _compose(shown[-1], issue, recipe, made) if mail else _fill(format, recipe, values)
            content = content if mail or subscribers or recipe.file else without_subscribers(content.decode()).encode()
            path = f"{issue.id}/{recipe.path}"
            made[recipe.path] = Artifact(path=path, media_type=recipe.media_type, content=content)
    return (*made.values(), *_shared(format, shown, issues, [scope for scope in SHARED if scope in scopes]))


def _shared(format: Format, shown: Shown, issues: Sequence[Issue], scopes: Collection[Scope]) -> Iterable[Artifact]:
    """What all issues make together: artifacts of the edition, unless they are empty, of each topic and each outlet."""
    recipes = [recipe for recipe in format.recipes if recipe.scope in scopes]
    if not recipes:
        return
    archive = Archive(outlines=[outline(issue) for issue in reversed(issues)])
    values = {"issue": shown[-1], "issues": shown, "archive": archive}
    walls: dict[tuple[str, int | None], Wall] = {}
    for recipe in recipes:
        wall = walls.setdefault((recipe.item, recipe.limit), _wall(format, recipe, shown))
        shelves: Mapping[str, Sequence[Shelf | None]] = {"topic": archive.topics, "outlet": archive.outlets}
        for shelf in shelves.get(recipe.scope, [None]):
            path = recipe.path_of(shelf.slug) if shelf else recipe.path
            own = {**values, recipe.scope: shelf} if shelf else values
            is_feed = bool(recipe.items)
            made = _feed(format, recipe, path, own, wall, shelf) if is_feed else _made(format, recipe, path, own)
            if made.content.strip():  # an edition without an address has no map of its addresses
                yield made


def _made(format: Format, recipe: Recipe, path: str, values: Mapping[str, object]) -> Artifact:
    return Artifact(path=path, media_type=recipe.media_type, content=_fill(format, recipe, values))


def _wall(format: Format, recipe: Recipe, shown: Shown) -> Wall:
    template = replace(recipe, media_type=HTML, template=recipe.item)

    def fill(issue: Edited, story: Telling | None) -> str:
        return _fill(format, template, {"issue": issue, "story": story, "home": shown[-1].home}).decode()

    return Wall(shown=shown, fill=fill, limit=recipe.limit)


def _feed(
    format: Format, recipe: Recipe, path: str, values: Mapping[str, Any], wall: Wall, shelf: Shelf | None
) -> Artifact:
    """With as many of the newest items as the limit lets in, and one at least."""
    kind: Kind = recipe.items or "issues"
    items = wall.newest(kind, shelf)
    of = shelf.name if shelf else "" if kind == "stories" else None

    def made(count: int) -> Artifact:
        series = Series(issue=values["issue"], path=path, of=of, slug=shelf.slug if shelf else "", items=items[:count])
        return _made(format, recipe, path, {**values, "series": series})

    whole, limit = made(len(items)), recipe.limit
    if not limit or len(whole.content) <= limit:
        return whole
    counts = range(1, len(items))
    return made(max(1, bisect_left(counts, True, key=lambda count: len(made(count).content) > limit)))


def render_stories(format: Format, chronicle: Chronicle, ids: Iterable[str]) -> tuple[Artifact, ...]:
    """The artifacts of these stories of an edition; none if the format makes none of stories.

    Raises FormatError if a template fails, or if an id cannot name a file.
    """
    recipes = [recipe for recipe in format.recipes if recipe.scope == "story"]
    return tuple(_page(format, recipe, chronicle, id) for recipe in recipes for id in sorted(set(ids)))


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
    if not limited or not is_too_much(count):
        return issue
    return issue.first(max(1, bisect_left(range(1, count), True, key=is_too_much)))


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

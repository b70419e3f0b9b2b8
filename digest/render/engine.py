"""Issues and a format in, artifacts out."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from digest.errors import FormatError
from digest.model import Artifact, Issue
from digest.render.chronicle import Chronicle
from digest.render.formats import MAIL, SHARED, Format, Recipe, Scope, find_formats, load_format
from digest.render.mail import message, without_subscribers
from digest.render.outline import Archive, outline
from digest.render.templating import TEMPLATE_ERRORS, environment, format_error
from digest.render.view import Edited, Shown

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
            content = content if mail or subscribers else without_subscribers(content.decode()).encode()
            path = f"{issue.id}/{recipe.path}"
            made[recipe.path] = Artifact(path=path, media_type=recipe.media_type, content=content)
    return (*made.values(), *_shared(format, shown, issues, [scope for scope in SHARED if scope in scopes]))


def _shared(format: Format, shown: Shown, issues: Sequence[Issue], scopes: Collection[Scope]) -> Iterable[Artifact]:
    """What all issues make together: artifacts of the edition, of each topic and of each outlet."""
    recipes = [recipe for recipe in format.recipes if recipe.scope in scopes]
    if not recipes:
        return
    archive = Archive(outlines=[outline(issue) for issue in reversed(issues)])
    values = {"issue": shown[-1], "issues": shown, "archive": archive}
    for recipe in recipes:
        if recipe.scope == "edition":
            yield _made(format, recipe, recipe.path, values)
        for shelf in {"topic": archive.topics, "outlet": archive.outlets}.get(recipe.scope, ()):
            yield _made(format, recipe, recipe.path_of(shelf.slug), {**values, recipe.scope: shelf})


def _made(format: Format, recipe: Recipe, path: str, values: Mapping[str, object]) -> Artifact:
    return Artifact(path=path, media_type=recipe.media_type, content=_fill(format, recipe, values))


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
    limited = [(recipe, recipe.limit) for recipe in format.recipes if recipe.limit]

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
    """In the language of the `issue` among the values."""
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

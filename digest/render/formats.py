"""A format is a folder: `format.toml` says which artifacts it makes, templates beside it say how."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, cast, get_args

from digest.errors import FormatError
from digest.render.items import Kind
from digest.render.templating import TEMPLATE_ERRORS, environment, format_error

MANIFEST = "format.toml"
LOCALES = "locales"  # the folder beside formats that has catalogues of words
MAIL = "message/rfc822"
HTML = "text/html"
Scope = Literal["issue", "edition", "story", "topic", "outlet"]
SHARED: tuple[Scope, ...] = ("edition", "topic", "outlet")  # what all issues of an edition make together
STORY = "{story}"  # stands in the path of an artifact of a story for the story's id
_MARKS = {"story": STORY, "topic": "{topic}", "outlet": "{outlet}"}  # the same for all that have pages of their own
_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}"
_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one artifact is made: from a template, or, a message, out of `parts` made before it.

    `scope` says for what: each issue (`<issue id>/<path>`), the edition as a whole (`<path>`), or each story that the
    edition ever told, each of its topics, each outlet that it ever cited (`<path>`, in which `{story}`, `{topic}` or
    `{outlet}` stands for an id or a slug). If an artifact of an issue would have more than
    `limit` bytes, all that the format makes of that issue leaves out its last stories. A feed says what its `items`
    are and has a template that makes the HTML of an `item`; if it would have more than `limit` bytes, it has fewer. A
    `file` is copied as it is. One without `quotes` is not expected to have any; those that it has are proven all the
    same.
    """

    path: str
    media_type: str
    template: str = ""
    parts: tuple[str, ...] = ()
    scope: Scope = "issue"
    inline_css: bool = False
    limit: int | None = None
    items: Kind | None = None
    item: str = ""
    file: str = ""
    quotes: bool = True

    @property
    def place(self) -> str:
        """Where it goes in an edition's folder, with marks for ids."""
        return f"{{issue}}/{self.path}" if self.scope == "issue" else self.path

    @property
    def mark(self) -> str:
        """What stands in `path` for an id; empty if nothing does."""
        return _MARKS.get(self.scope, "")

    def path_of(self, id: str) -> str:
        """Where the artifact of a story, topic or outlet goes. Raises FormatError if its id cannot name a file."""
        if not re.fullmatch(_ID, id):
            raise FormatError(id, f"a {self.scope}'s id names its page, and this one cannot")
        return self.path.replace(self.mark, id)

    def id_at(self, path: str) -> str | None:
        """The id of the story, topic or outlet whose artifact goes to `path`, None if it is that of none."""
        head, _, tail = self.path.partition(self.mark) if self.mark else (self.path, "", "")
        found = re.fullmatch(f"{re.escape(head)}({_ID}){re.escape(tail)}", path) if self.mark else None
        return found and found.group(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format that has been read and found sound; `locales` are folders with catalogues of words, the best first."""

    name: str
    folder: Path
    description: str
    recipes: tuple[Recipe, ...]
    locales: tuple[Path, ...] = ()


def find_formats(folders: Sequence[Path]) -> dict[str, Path]:
    """Format folders by name, sorted; where two have one name, that of the earlier of `folders` counts."""
    found: dict[str, Path] = {}
    for folder in folders:
        for manifest in sorted(folder.glob(f"*/{MANIFEST}")):
            found.setdefault(manifest.parent.name, manifest.parent)
    return dict(sorted(found.items()))


def load_format(folder: Path, locales: tuple[Path, ...] = ()) -> Format:
    """Read and check a format's folder, its templates included.

    Raises FormatError, naming the file and, where it can, the line.
    """
    manifest = Manifest(path=folder / MANIFEST, text=_read(folder / MANIFEST))
    recipes = manifest.recipes()
    for recipe in recipes:
        if recipe.template:
            _compile(folder, recipe.media_type, recipe.template)
        if recipe.item:
            _compile(folder, HTML, recipe.item)
    return Format(name=folder.name, folder=folder, description=manifest.description(), recipes=recipes, locales=locales)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        hint = f"a format is a folder with a {MANIFEST}"
        raise FormatError(str(path), f"cannot be read: {error}", hint) from error


def _compile(folder: Path, media_type: str, template: str) -> None:
    try:
        environment(folder, media_type).get_template(template)
    except TEMPLATE_ERRORS as error:
        raise format_error(error, folder, template) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The text of a `format.toml`, and what it says."""

    path: Path
    text: str

    def recipes(self) -> tuple[Recipe, ...]:
        """One recipe an `[[artifact]]`, all of them checked."""
        tables = self._data().get("artifact")
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise self._error("needs at least one [[artifact]]", "artifact", None)
        made: list[Recipe] = []
        for number, table in enumerate(tables):
            recipe = self._recipe(table, number)
            if any(recipe.place == other.place for other in made):
                raise self._error(f"makes {recipe.path} twice", "path", number)
            self._check_template(recipe, number)
            self._check_parts(recipe, made, number)
            made.append(recipe)
        return tuple(made)

    def description(self) -> str:
        text = self._data().get("description", "")
        if not isinstance(text, str):
            raise self._error("description must be a text", "description", None)
        return text

    def _data(self) -> dict[str, Any]:
        try:
            data = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:  # its message ends in the line and the column
            raise FormatError(str(self.path), str(error)) from error
        for key in data:
            if key not in ("description", "artifact"):
                raise self._error(f"{key!r} is not a key of a format (description, artifact)", key, None)
        return data

    def _recipe(self, table: Mapping[str, Any], number: int) -> Recipe:
        known = {field.name: field for field in fields(Recipe)}
        for key, value in table.items():
            if key not in known:
                raise self._error(f"{key!r} is not a key of an artifact ({', '.join(known)})", key, number)
            if not _fits(key, value):
                raise self._error(f"{key} cannot be {value!r}", key, number)
        for key in ("path", "media_type"):
            if key not in table:
                raise self._error(f"an artifact has no {key}", "[[artifact]]", number)
        values = {key: tuple(value) if key == "parts" else value for key, value in table.items()}
        recipe = Recipe(**cast(dict[str, Any], values))
        marks = re.findall(r"\{\w+\}", recipe.path)
        in_folder = "/" in recipe.path.partition(recipe.mark)[0] if recipe.mark else True
        if marks == [recipe.mark][: bool(recipe.mark)] and in_folder:
            return recipe
        places = ", ".join(f"{mark} in the path of what has the scope {scope}" for scope, mark in _MARKS.items())
        raise self._error(f"{places}: each once, in a folder, and in no other path", "path", number)

    def _check_template(self, recipe: Recipe, number: int) -> None:
        if bool(recipe.template or recipe.file) == (recipe.media_type == MAIL) or (recipe.template and recipe.file):
            reason = f"a {MAIL} is made of parts, every other artifact from a template, or it is a file"
            raise self._error(reason, "template" if recipe.template else "media_type", number)
        for key, name in (("template", recipe.template), ("item", recipe.item), ("file", recipe.file)):
            if name and not (self.path.parent / name).is_file():
                raise self._error(f"there is no {key} {name} beside it", key, number)
        if recipe.inline_css and recipe.media_type != HTML:
            raise self._error("only text/html has CSS to inline", "inline_css", number)
        if recipe.limit and ((recipe.scope != "issue" and not recipe.items) or not recipe.template):
            raise self._error("only what a template makes of an issue, or of items, has a limit", "limit", number)
        self._check_items(recipe, number)

    def _check_items(self, recipe: Recipe, number: int) -> None:
        if bool(recipe.items) != bool(recipe.item):
            raise self._error("items go with the template of an item", "items" if recipe.items else "item", number)
        wanted = {"edition": get_args(Kind), "topic": ("stories",)}.get(recipe.scope, ())
        if recipe.items and recipe.items not in wanted:
            reason = "an edition has issues and stories as items, a topic has stories, and nothing else has items"
            raise self._error(reason, "items", number)
        if recipe.file and recipe.scope != "edition":
            raise self._error("a file is the edition's", "file", number)

    def _check_parts(self, recipe: Recipe, made: Sequence[Recipe], number: int) -> None:
        if recipe.media_type != MAIL:
            if recipe.parts:
                raise self._error(f"only a {MAIL} has parts", "parts", number)
            return
        known = {one.path: one.media_type for one in made if one.scope == "issue"}
        types = [known.get(part, "") for part in recipe.parts]
        if types != ["text/plain", "text/html"] or recipe.scope != "issue":
            raise self._error(
                "the parts are a text/plain and a text/html, both made before, of an issue", "parts", number
            )

    def _error(self, reason: str, key: str, number: int | None) -> FormatError:
        """`number` is that of the artifact's table, None for the head of the file."""
        line, table = 1, -1
        for index, text in enumerate(self.text.split("\n"), 1):
            table += text.startswith("[[artifact]]")
            if table == (-1 if number is None else number) and text.lstrip().startswith(key):
                line = index
                break
        return FormatError(f"{self.path}:{line}", reason)


def _fits(key: str, value: object) -> bool:
    if key in ("inline_css", "quotes"):
        return isinstance(value, bool)
    if key == "limit":
        return type(value) is int and value > 0
    if key == "parts":
        return isinstance(value, list) and all(isinstance(part, str) for part in value)
    if key == "items":
        return value in get_args(Kind)
    if key == "scope":
        return value in get_args(Scope)
    if key == "path" and isinstance(value, str):
        for mark in _MARKS.values():
            value = value.replace(mark, "x")
    pattern = _MEDIA_TYPE if key == "media_type" else _PATH
    return isinstance(value, str) and pattern.fullmatch(value) is not None

"""Say what is wrong with `feeds.yaml`: place, path, what was found, what is allowed, and the nearest valid key."""

from collections.abc import Iterator
from typing import Any

from digest import plugins
from digest.config.document import Document, Path
from digest.config.mail import SECRET
from digest.config.schema import FileSchema, keys, plugin
from digest.errors import PluginError
from digest.plugins import Choice


def unknown_names(document: Document, file: FileSchema, formats: list[str]) -> Iterator[str]:
    """Formats and plug-ins that do not exist or stand twice, options that they do not take, feeds in two places."""
    yield from _feed_problems(document, file)
    for name, edition in file.editions.items():
        path: Path = ("editions", name)
        for number, wanted in enumerate(edition.formats):
            if wanted not in formats:
                reason = f"no format '{wanted}'; {plugins.hint(wanted, formats)}"
                yield document.say((*path, "formats", number), reason)
            elif wanted in edition.formats[:number]:
                yield document.say((*path, "formats", number), f"found '{wanted}' twice; name each format once")
        for number, channel in enumerate(edition.channels):
            yield from _plugin_problems(document, (*path, "channels", number), plugin("channel", channel))
        for kind in ("clusterer", "summarizer", "stance"):
            yield from _plugin_problems(document, (*path, kind), plugin(kind, getattr(edition, kind)))
        for wanted in edition.brief:
            if wanted not in plugins.names("section"):
                reason = f"no section '{wanted}'; {plugins.hint(wanted, plugins.names('section'))}"
                yield document.say((*path, "brief", wanted), reason, key=True)


def _feed_problems(document: Document, file: FileSchema) -> Iterator[str]:
    """A feed stands once in an edition, and belongs to the same outlet in all of them."""
    owners: dict[str, str] = {}
    for name, edition in file.editions.items():
        seen: set[str] = set()
        for title, outlet in edition.outlets.items():
            for number, url in enumerate(feed.url for feed in outlet.feeds):
                where = ("editions", name, "outlets", title, "feeds", number)
                if url in seen:
                    yield document.say(where, f"found {url} twice in this edition; name each feed once")
                elif owners.setdefault(url, title) != title:
                    yield document.say(
                        where, f"found {url}, which is {owners[url]}'s above; use one name for an outlet"
                    )
                seen.add(url)


def _plugin_problems(document: Document, path: Path, choice: Choice) -> Iterator[str]:
    try:
        for problem in plugins.problems(choice):
            yield document.say((*path, problem.option), f"{problem.reason}; {problem.allowed}")
    except PluginError as error:
        yield document.say(path, f"found '{choice.name}'; {error.hint}")


_ALLOWED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "list_type": "a list, a line each, every line starting with '- '",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
}


def explain(document: Document, problem: Any) -> str:
    """One of pydantic's errors in our words: place, path, what was found, what is allowed."""
    path = tuple(part for part in problem["loc"] if part != "[key]")
    kind, found, context = problem["type"], problem["input"], problem.get("ctx", {})
    if kind == SECRET:
        return str(document.say(path, f"found something else than allowed: {context['allowed']}"))
    if kind == "extra_forbidden":
        allowed = _allowed_keys(path[:-1])
        return str(document.say(path, f"unknown key '{path[-1]}'; {plugins.hint(str(path[-1]), allowed)}", key=True))
    if kind == "missing":
        return str(document.say(path[:-1], f"key '{path[-1]}' is missing; it is required"))
    if kind == "too_short":
        return str(document.say(path, "found nothing; allowed: at least one edition"))
    if kind == "value_error":
        allowed_text = str(context["error"])
    elif kind in ("greater_than_equal", "less_than_equal"):
        limit = next(iter(context.values()))
        number = "a number" if isinstance(limit, float) else "a whole number"
        allowed_text = f"{number}, {'at least' if 'ge' in context else 'at most'} {limit:g}"
    elif kind == "literal_error":
        allowed_text = context["expected"].replace("'", "")
    else:
        allowed_text = what_is_allowed(problem)
    while path and path not in document.values and path not in document.keys:
        path = path[:-1]  # a short form, such as a feed's bare address, has no place for its parts
    return str(document.say(path, f"found {shown(found)}; allowed: {allowed_text}", key="[key]" in problem["loc"]))


def what_is_allowed(problem: Any) -> str:
    """What one of pydantic's errors about a type would have taken."""
    return _ALLOWED.get(problem["type"], str(problem["msg"]))


def _allowed_keys(path: tuple[Any, ...]) -> list[str]:
    """The keys of the mapping at `path`: the file, an edition, one of its outlets, one of its feeds ..."""
    named = {1: "ID", 3: "NAME"}  # mappings whose keys people choose
    parts = [named.get(number, part) for number, part in enumerate(path) if isinstance(part, str)]
    return keys()[".".join(parts)]


def shown(value: Any) -> str:
    """A value as a person wrote it, with its kind where that is the point."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"{str(value).lower()} (true or false)"
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, int | float):
        return f"{value} (a number)"
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else repr(value)

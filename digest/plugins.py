"""Find a plug-in by kind and name, and build it with its options.

Built-ins are found from their folder: `digest/summarize/coverage.py` holds the frozen dataclass `Coverage`, known as
`coverage`; a folder, or a module whose name begins with an underscore, is no plug-in. Other people's come by entry
point, in the group of their kind. Only the chosen one is imported. A plug-in's fields are its options. It may have a
method `check`, which raises PluginError where a file that an option names is broken; `digest check` calls it.
"""

import dataclasses
import difflib
import importlib
import os
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, get_type_hints

import pydantic

from digest.errors import PluginError

_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:\S.*")
PACKAGES = {
    "clusterer": "digest.cluster",
    "summarizer": "digest.summarize",
    "section": "digest.sections",
    "stance": "digest.stance",
    "channel": "digest.deliver",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A plug-in that somebody asked for: its kind, its name, and the options given, by name."""

    kind: str
    name: str
    options: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Secret:
    """Where an option's secret is: `env:NAME`, or `file:PATH`, counted from `folder`. It is read when it is needed."""

    reference: str
    folder: Path = Path()

    def __post_init__(self) -> None:
        if not (isinstance(self.reference, str) and _REFERENCE.fullmatch(self.reference)):
            raise ValueError("a secret is given as env:NAME or file:PATH, and never stands there itself")

    def read(self) -> str:
        kind, _, name = self.reference.partition(":")
        try:
            found = os.environ.get(name, "") if kind == "env" else (self.folder / name).read_text("utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "is not text"
            raise PluginError(
                self.reference, f"cannot be read: {reason}", "check the path and who may read it"
            ) from None
        if not found:
            raise PluginError(self.reference, "is empty", "set it, or refer to another one with env:NAME or file:PATH")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class BadOption:
    """An option that a plug-in refuses: its name, what is wrong, and what is allowed."""

    option: str
    reason: str
    allowed: str


def names(kind: str) -> list[str]:
    """All plug-ins of a kind, built-in and installed, without importing any."""
    return sorted({*_built_in(kind), *(point.name for point in _installed(kind))})


def find(kind: str, name: str) -> type[Any]:
    """The class of a plug-in; PluginError with the nearest name if there is none."""
    if name in _built_in(kind):
        module = name.replace("-", "_")
        found = getattr(importlib.import_module(f"{PACKAGES[kind]}.{module}"), _class_name(module))
    else:
        points = [point for point in _installed(kind) if point.name == name]
        if not points:
            raise PluginError(f"{kind} '{name}'", "no such plug-in", hint(name, names(kind)))
        found = points[0].load()
    if not (isinstance(found, type) and dataclasses.is_dataclass(found)):
        raise PluginError(f"{kind} '{name}'", "is not a dataclass", "a plug-in is a frozen dataclass with __call__")
    return found


def problems(choice: Choice) -> Iterator[BadOption]:
    """What a plug-in refuses among the options given: unknown names, wrong types, wrong values."""
    cls = find(choice.kind, choice.name)
    fields = [field.name for field in dataclasses.fields(cls)]
    known = {key: value for key, value in choice.options if key in fields}
    for key, _ in choice.options:
        if key not in fields:
            yield BadOption(option=key, reason=f"unknown option '{key}'", allowed=hint(key, fields))
    try:
        _validated(cls, known)
    except pydantic.ValidationError as error:
        for problem in error.errors():
            option = str(problem["loc"][0]) if problem["loc"] else choice.name
            missing = problem["type"] == "missing"
            reason = f"option '{option}' is missing" if missing else f"found {problem['input']!r}"
            yield BadOption(option=option, reason=reason, allowed="it is required" if missing else problem["msg"])
    except (TypeError, ValueError) as error:
        yield BadOption(option=choice.name, reason=str(error), allowed=", ".join(fields))


def complete(choice: Choice) -> Choice:
    """The choice with all options named: those that are not given as they are by default, if that is a plain value."""
    given = dict(choice.options)
    for field in dataclasses.fields(find(choice.kind, choice.name)):
        if isinstance(field.default, str | int | float | None):
            given.setdefault(field.name, field.default)
    return dataclasses.replace(choice, options=tuple(given.items()))


def build(choice: Choice, folder: Path = Path()) -> Any:
    """The plug-in, ready to be called; PluginError names the first option that it refuses.

    Options that are paths count from `folder`.
    """
    for problem in problems(choice):
        raise PluginError(f"{choice.kind} '{choice.name}'", f"{problem.option}: {problem.reason}", problem.allowed)
    return _validated(find(choice.kind, choice.name), dict(choice.options), folder)


def check(choice: Choice, folder: Path = Path()) -> None:
    """PluginError if it cannot be built, or says itself, in a method `check`, that a file which it needs is broken."""
    built = build(choice, folder)
    if callable(found := getattr(built, "check", None)):
        found()


def _validated(cls: type[Any], options: dict[str, Any], folder: Path = Path()) -> Any:
    """The plug-in with these options; pydantic refuses what does not fit the types and bounds of its fields."""
    types = get_type_hints(cls, include_extras=True)
    fields: dict[str, Any] = {
        field.name: (types[field.name], ... if field.default is dataclasses.MISSING else field.default)
        for field in dataclasses.fields(cls)
    }
    model = pydantic.create_model(cls.__name__, __config__=pydantic.ConfigDict(strict=True), **fields)
    given = {name: _placed(value, types.get(name), folder) for name, value in options.items()}
    checked = model.model_validate(given)
    return cls(**{name: getattr(checked, name) for name in fields})


def _placed(value: Any, kind: Any, folder: Path) -> Any:
    """What counts from the folder, told so."""
    if kind is Path and isinstance(value, str):
        return folder / value
    return Secret(value, folder) if kind in (Secret, Secret | None) and value is not None else value


def hint(found: str, allowed: list[str]) -> str:
    """'did you mean X? allowed: X, Y', for a name that is not among the allowed ones."""
    near = difflib.get_close_matches(found, allowed, n=1, cutoff=0.5)
    listed = "allowed: " + (", ".join(allowed) if allowed else "none")
    return f"did you mean '{near[0]}'? {listed}" if near else listed


def _built_in(kind: str) -> list[str]:
    folder = Path(__file__).parent / PACKAGES[kind].removeprefix("digest.")
    return [
        module.name.replace("_", "-")
        for module in pkgutil.iter_modules([str(folder)])
        if not module.ispkg and not module.name.startswith("_")
    ]


def _installed(kind: str) -> list[EntryPoint]:
    return sorted(entry_points(group=PACKAGES[kind]), key=lambda point: point.name)


def _class_name(module: str) -> str:
    return "".join(word.capitalize() for word in module.split("_"))

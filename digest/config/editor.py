"""Read `editor.yaml`, the small file beside `feeds.yaml` in which the editor decides about stories."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import pydantic
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from digest.config.document import Document
from digest.config.explain import shown, what_is_allowed
from digest.config.records import Correction, Decisions, Reference
from digest.errors import ConfigError
from digest.model import LABELS, Label
from digest.plugins import hint
from digest.text.urls import canonical

FILE = "editor.yaml"
_WHAT = "a story's id, or the id or the link of one of its articles"


def _none_yet(value: Any) -> Any:
    """A key with nothing after it, as in a file that is being written."""
    return [] if value is None else value


_Name = Annotated[str, Field(min_length=1, max_length=2_000)]
_Names = Annotated[list[_Name], BeforeValidator(_none_yet)]
_Merged = Annotated[list[Annotated[list[_Name], Field(min_length=2)]], BeforeValidator(_none_yet)]
_Split = Annotated[list[Annotated[list[_Name], Field(min_length=1)]], BeforeValidator(_none_yet)]


class CorrectionSchema(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    article: _Name
    speaker: _Name | None = None
    label: Label


class DecisionsSchema(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    pin: _Names = []
    drop: _Names = []
    merge: _Merged = []
    split: _Split = []
    stances: Annotated[list[CorrectionSchema], BeforeValidator(_none_yet)] = []


def read_decisions(path: Path, editions: Collection[str]) -> Mapping[str, Decisions]:
    """What is decided, by edition; nothing if there is no such file. ConfigError lists all that is wrong with it."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(str(path), error.strerror or "cannot be read") from None
    document = Document.read(data, str(path), texts=True)
    value = {} if document.value is None else document.value
    if not isinstance(value, dict):
        allowed = f"editions, each with {', '.join(DecisionsSchema.model_fields)}"
        raise ConfigError("", document.say((), f"found {shown(value)}; allowed: {allowed}"))
    problems: list[str] = []
    found = {name: _decisions(document, name, value[name] or {}, editions, problems) for name in value}
    if problems:
        raise ConfigError("", "\n".join(problems), f"correct {path}; nothing was built")
    return found


def _decisions(
    document: Document, edition: str, value: Any, editions: Collection[str], problems: list[str]
) -> Decisions:
    if edition not in editions:
        reason = f"no edition '{edition}'; {hint(edition, sorted(editions))}"
        problems.append(document.say((edition,), reason, key=True))
        return Decisions()
    try:
        schema = DecisionsSchema.model_validate(value)
    except pydantic.ValidationError as error:
        problems += [_explained(document, edition, problem) for problem in error.errors()]
        return Decisions()

    stances = tuple(_correction(document, edition, number, one) for number, one in enumerate(schema.stances))
    problems += _repeated(document, edition, stances)

    def names(key: str, texts: list[str], *inner: int) -> tuple[Reference, ...]:
        places = (document.place((edition, key, *inner, number)) for number in range(len(texts)))
        return tuple(Reference(name=text.strip(), place=place) for text, place in zip(texts, places, strict=True))

    return Decisions(
        pin=names("pin", schema.pin),
        drop=names("drop", schema.drop),
        merge=tuple(names("merge", group, number) for number, group in enumerate(schema.merge)),
        split=tuple(names("split", group, number) for number, group in enumerate(schema.split)),
        stances=stances,
    )


def _correction(document: Document, edition: str, number: int, one: CorrectionSchema) -> Correction:
    place = document.place((edition, "stances", number, "article"))
    return Correction(article=Reference(name=one.article.strip(), place=place), speaker=one.speaker, label=one.label)


def _repeated(document: Document, edition: str, stances: tuple[Correction, ...]) -> Iterator[str]:
    """What is wrong with a stance for a voice that has one: nobody could tell which is meant."""
    first: dict[tuple[str, str | None], Correction] = {}
    for number, one in enumerate(stances):
        name = one.article.name
        key = (canonical(name) if "://" in name else name, one.who)
        other = first.setdefault(key, one)
        if other is not one:
            says = "says the same as" if other.label == one.label else f"says {one.label}, and {other.label} stands at"
            reason = f"{says} {other.article.place} for the same voice; allowed: one stance of each voice"
            yield document.say((edition, "stances", number), reason)


def _explained(document: Document, edition: str, problem: Any) -> str:
    path = (edition, *problem["loc"])
    if problem["type"] == "extra_forbidden":
        known = CorrectionSchema if "stances" in path[:-1] else DecisionsSchema
        allowed = hint(str(path[-1]), list(known.model_fields))
        return document.say(path, f"unknown key '{path[-1]}'; {allowed}", key=True)
    if problem["type"] == "missing":
        return document.say(path[:-1], f"key '{path[-1]}' is missing; it is required")
    if problem["type"] == "literal_error":
        return document.say(path, f"found {shown(problem['input'])}; allowed: {', '.join(LABELS)}")
    if problem["type"] == "too_short":
        least = problem["ctx"]["min_length"]
        allowed = "two names or more" if least == 2 else "a list of names"
        return document.say(path, f"found {shown(problem['input'])} that is too short; allowed: {allowed}")
    allowed = _WHAT if problem["type"] == "string_type" else what_is_allowed(problem)
    if problem["type"] == "list_type" and len(path) == 3:
        allowed = "a list of names, such as [a1b2c3d4e5f60718, https://example.org/page]"
    return document.say(path, f"found {shown(problem['input'])}; allowed: {allowed}")

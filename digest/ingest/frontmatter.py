"""The head of a seed file in, what it says of its article out: a few lines of YAML between two `---`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any, NoReturn

from digest.errors import SeedError
from digest.ingest.dates import moment
from digest.text.normalize import one_line, shorten
from digest.text.urls import web_address

KEYS = ("outlet", "url", "title", "published", "author", "language")
_FENCED = re.compile(r"\A---[ \t]*\r?\n(?![ \t]*\r?\n)(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r"\A---[ \t]*\r?\n(?=[ \t]*[\w-]+[ \t]*:)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_LONGEST = 20_000  # characters; longer heads are no heads
_KINDS = {"int": "the number", "float": "the number", "null": "nothing", "timestamp": "the date"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What the head of a seed file gives; None where it is silent."""

    outlet: str | None = None
    url: str | None = None
    title: str | None = None
    published: datetime | None = None
    day_only: bool = False
    author: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class _Value:
    """A scalar as it was written, its kind ("str", "int", "timestamp" ...), and the line of its key, from 1."""

    text: str
    kind: str
    line: int


def split(text: str, name: str) -> tuple[FrontMatter, str]:
    """The front matter of seed file `name` and the text below it.

    SeedError names the file, the line, the key, what was found there and what is allowed.
    """
    match = _FENCED.match(text)
    if not match:
        if _FENCE.match(text):
            _refuse(name, 1, "front matter begins with --- and has no end", "close it with a line ---")
        return FrontMatter(), text
    if len(match[1]) > _LONGEST:
        _refuse(name, 1, f"front matter has {len(match[1])} characters", f"at most {_LONGEST} are allowed")
    values = _values(match[1], name)
    for key, value in values.items():
        if key not in KEYS:
            near = get_close_matches(key, KEYS, n=1, cutoff=0.5)
            _refuse(name, value.line, f"unknown key {one_line(key)!r}", _did_you_mean(near))
    return _front_matter(values, name), text[match.end() :]


def _did_you_mean(near: list[str]) -> str:
    allowed = f"allowed are {', '.join(KEYS)}"
    return f"did you mean {near[0]!r}? {allowed}" if near else allowed


def _front_matter(values: dict[str, _Value], name: str) -> FrontMatter:
    texts = {
        key: _text(key, values[key], name) if key in values else None
        for key in ("outlet", "title", "author", "language")
    }
    published, day_only = _published(values["published"], name) if "published" in values else (None, False)
    language = texts["language"]
    if language is not None and not _LANGUAGE.fullmatch(language):
        _wrong(name, "language", values["language"], "a language code such as en, de or pt-BR is allowed")
    return FrontMatter(
        outlet=texts["outlet"],
        url=_url(values["url"], name) if "url" in values else None,
        title=texts["title"],
        published=published,
        day_only=day_only,
        author=texts["author"],
        language=language,
    )


def _text(key: str, value: _Value, name: str) -> str:
    text = one_line(value.text)
    if value.kind != "str" or not text:
        _wrong(name, key, value, "a text is allowed; put it in quotes")
    return text


def _url(value: _Value, name: str) -> str:
    address = web_address(value.text) if value.kind == "str" else None
    if address is None:
        _wrong(name, "url", value, "an address that begins with http:// or https:// is allowed")
    return address


def _published(value: _Value, name: str) -> tuple[datetime, bool]:
    found = moment(value.text) if value.kind in ("str", "timestamp") else None
    if found is None:
        _wrong(name, "published", value, "a day such as 2026-05-10 or a time such as 2026-05-10T09:30+02:00 is allowed")
    return found


def _values(yaml: str, name: str) -> dict[str, _Value]:
    """The pairs of a flat YAML mapping. The events are read, so that nothing is built, expanded or nested."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.events import ScalarEvent

    values: dict[str, _Value] = {}
    try:
        events = _body(yaml, name)
        for key in events:
            line = key.start_mark.line + 2
            if not isinstance(key, ScalarEvent):
                _refuse(name, line, f"found {_kind(key)} where a key should be", f"allowed are {', '.join(KEYS)}")
            value = next(events)
            if key.value in values:
                _refuse(name, line, f"{one_line(key.value)} stands twice", "say it once")
            if not isinstance(value, ScalarEvent):
                _refuse(name, line, f"{one_line(key.value)}: found {_kind(value)}", "a single value is allowed")
            values[key.value] = _Value(text=value.value, kind=_scalar_kind(value), line=line)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        _refuse(name, (mark.line if mark else 0) + 2, f"front matter is no YAML: {error.problem or error.context}")
    except YAMLError as error:
        _refuse(name, 2, f"front matter is no YAML: {str(error).splitlines()[0]}")
    return values


def _body(yaml: str, name: str) -> Iterator[Any]:
    """The events between the braces of the one mapping that `yaml` should be."""
    from ruamel.yaml import YAML, events

    inside = False
    frame = (events.StreamStartEvent, events.StreamEndEvent, events.DocumentStartEvent, events.DocumentEndEvent)
    for event in YAML(typ="safe", pure=True).parse(yaml):
        if isinstance(event, frame):
            continue
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            _refuse(name, event.start_mark.line + 2, "has an anchor, an alias or a tag (& * !)", "write the value out")
        if not inside:
            if not isinstance(event, events.MappingStartEvent):
                reason = f"front matter is {_kind(event)}"
                _refuse(name, event.start_mark.line + 2, reason, "write lines such as `title: ...`")
            inside = True
        elif isinstance(event, events.MappingEndEvent):
            return
        else:
            yield event


def _scalar_kind(event: Any) -> str:
    """The kind of thing that YAML 1.2 takes a scalar for: only a plain one can be other than a text."""
    from ruamel.yaml import YAML
    from ruamel.yaml.nodes import ScalarNode

    if not event.implicit[0]:
        return "str"
    tag = YAML(typ="safe", pure=True).resolver.resolve(ScalarNode, event.value, event.implicit)
    return str(tag).rsplit(":", 1)[-1]


def _kind(event: Any) -> str:
    name = type(event).__name__
    return "a list" if name.startswith("Sequence") else "a mapping" if name.startswith("Mapping") else "a bare value"


def _wrong(name: str, key: str, value: _Value, allowed: str) -> NoReturn:
    shown = repr(shorten(one_line(value.text), 80)) if value.text else ""
    found = f"{_KINDS.get(value.kind, '')} {shown}".strip()
    _refuse(name, value.line, f"{key}: found {found}", allowed)


def _refuse(name: str, line: int, reason: str, hint: str = "") -> NoReturn:
    raise SeedError(f"{name}:{line}", reason, hint)

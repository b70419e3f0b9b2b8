"""The head of a seed file in, what it says of its article out: a few lines of YAML between two `---`."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from digest.config.document import Document, DocumentError
from digest.errors import SeedError
from digest.ingest.credit import source_name
from digest.ingest.dates import YEARS, moment
from digest.plugins import hint
from digest.text.normalize import one_line, shorten
from digest.text.urls import web_address

KEYS = ("outlet", "url", "title", "published", "author", "language", "source", "categories")
_KEYS = f"allowed: {', '.join(KEYS)}"
_FENCED = re.compile(r"\A---[ \t]*\r?\n(?![ \t]*\r?\n)(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_FENCE = re.compile(r"\A---[ \t]*\r?\n(?=[ \t]*[\w-]+[ \t]*:)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_LONGEST = 20_000  # characters; longer heads are no heads


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
    source: str | None = None
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    """A value, and the line of its key, from 1."""

    value: object
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
    try:
        # What is no UTF-8 arrives as surrogates (see `files`) and leaves as no UTF-8, for Document to refuse.
        document = Document.read(match[1].encode("utf-8", "surrogatepass"), name, first_line=2)
    except DocumentError as error:
        _refuse(name, error.line or 2, error.reason, error.hint or f"write lines such as `title: ...`; {_KEYS}")
    return _front_matter(_values(document), name), text[match.end() :]


def _values(document: Document) -> dict[str, _Value]:
    """The values of the flat mapping that front matter is."""
    found = document.value
    if not isinstance(found, dict):
        _refuse(document.name, 2, f"front matter is {_kind(found)}", "write lines such as `title: ...`")
    for key, value in found.items():
        line = document.keys[(key,)][0]
        if key not in KEYS:
            _refuse(document.name, line, f"unknown key {one_line(key)!r}", hint(key, list(KEYS)))
        if isinstance(value, dict) or (isinstance(value, list) and key != "categories"):
            _refuse(document.name, line, f"{key}: found {_kind(value)}", "a single value is allowed")
    return {key: _Value(value=value, line=document.keys[(key,)][0]) for key, value in found.items()}


def _front_matter(values: dict[str, _Value], name: str) -> FrontMatter:
    texts = {
        key: _text(key, values[key], name) if key in values else None
        for key in ("outlet", "title", "author", "language", "source")
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
        source=_source(texts["source"], values["source"], name) if texts["source"] else None,
        categories=_categories(values["categories"], name) if "categories" in values else (),
    )


def _text(key: str, value: _Value, name: str) -> str:
    text = one_line(value.value) if isinstance(value.value, str) else ""
    if not text:
        _wrong(name, key, value, "a text is allowed; put it in quotes")
    return text


def _source(text: str, value: _Value, name: str) -> str:
    if not source_name(text):
        _wrong(name, "source", value, "the name or the address of who published it first is allowed")
    return text


def _categories(value: _Value, name: str) -> tuple[str, ...]:
    """A list of texts, or one text with commas."""
    listed = value.value.split(",") if isinstance(value.value, str) else value.value
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        _wrong(name, "categories", value, "a list of texts is allowed, or a text with commas between them")
    return tuple(found for one in listed if (found := one_line(one)))


def _url(value: _Value, name: str) -> str:
    address = web_address(value.value) if isinstance(value.value, str) else None
    if address is None:
        _wrong(name, "url", value, "an address that begins with http:// or https:// is allowed")
    return address


def _published(value: _Value, name: str) -> tuple[datetime, bool]:
    found = moment(value.value) if isinstance(value.value, str) else None
    if found is None:
        allowed = "a day such as 2026-05-10 or a time such as 2026-05-10T09:30+02:00 is allowed"
        _wrong(name, "published", value, f"{allowed}, between the years {YEARS.start} and {YEARS.stop - 1}")
    return found


def _kind(value: object) -> str:
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else "a bare value"


def _wrong(name: str, key: str, value: _Value, allowed: str) -> NoReturn:
    shown = repr(shorten(one_line(str(value.value)), 80))
    if value.value is None:
        shown = "nothing"
    elif isinstance(value.value, bool):
        shown = str(value.value).lower()
    elif isinstance(value.value, int | float):
        shown = f"the number {shown}"
    _refuse(name, value.line, f"{key}: found {shown}", allowed)


def _refuse(name: str, line: int, reason: str, advice: str = "") -> NoReturn:
    raise SeedError(f"{name}:{line}", reason, advice)

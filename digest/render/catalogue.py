"""A gettext catalogue's text in, its messages and its mistakes out.

A mistake costs the message that it is in, and no other: whoever looks that one up gets the next best one. Readers of
such files pass over much in silence (a quote that is never closed, a message without its translation), so that each
line is looked at here before.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from digest.errors import FormatError

ENGLISH = "en"
_FIELD = re.compile(r"\{\w*\}")
_LINE = re.compile(r'(?:(msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?"(?:[^"\\]|\\.)*"')
_ENTRY = re.compile(r"(msgctxt )?msgid (msgstr |msgid_plural (msgstr\[\d\] )+)")
_HINT = "it is a gettext catalogue in UTF-8: msgid, then msgstr, each in double quotes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """`messages` are those that can be used, so many as `size`; `mistakes` say what is wrong with others, and where."""

    messages: NullTranslations
    size: int
    mistakes: tuple[FormatError, ...]


@dataclass(slots=True)
class _Entry:
    """One message, from `start` on; `wrong` is the first of its lines that cannot be read."""

    start: int
    keywords: str = ""
    wrong: int | None = None


@lru_cache(maxsize=16)
def locale(language: str) -> Any:
    """English without a country is written as in most of the world, the day first, and so is what nobody knows."""
    from babel import Locale, UnknownLocaleError

    for tag in ("en-GB" if language == ENGLISH else language, language.split("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en-GB", sep="-")


@lru_cache(maxsize=64)
def catalogue(path: Path, language: str) -> Catalogue | None:
    """What a file has, None if there is no such file."""
    from babel.messages.pofile import PoFileError, read_po

    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        return _unusable(path, f"cannot be read: {error}")
    mistakes = list(_blanked(lines, path))
    try:
        read = read_po(BytesIO("\n".join(lines).encode()), locale=locale(language), charset="utf-8", abort_invalid=True)
        mistakes += _weeded(read, path)
        return Catalogue(messages=_compiled(read), size=len(read), mistakes=tuple(mistakes))
    except (PoFileError, ValueError, LookupError) as error:  # its head is wrong: charset, plural forms
        return _unusable(path, str(error))


def _unusable(path: Path, reason: str) -> Catalogue:
    return Catalogue(messages=NullTranslations(), size=0, mistakes=(FormatError(str(path), reason, _HINT),))


def _blanked(lines: list[str], path: Path) -> Iterator[FormatError]:
    """Empty the lines of messages that are not written as they should be."""
    entries = _entries(lines)
    for entry, end in zip(entries, [*(one.start for one in entries[1:]), len(lines)], strict=True):
        if entry.wrong is not None:
            reason = f"cannot be read: {lines[entry.wrong].strip()[:60]!r}"
        elif not _ENTRY.fullmatch(entry.keywords):
            reason = f"a message that is {entry.keywords.strip() or 'nothing'}, and not msgid, msgstr"
        else:
            continue
        yield FormatError(f"{path}:{(entry.start if entry.wrong is None else entry.wrong) + 1}", reason, _HINT)
        lines[entry.start : end] = [""] * (end - entry.start)


def _entries(lines: Sequence[str]) -> list[_Entry]:
    entries: list[_Entry] = []
    for number, line in enumerate(map(str.strip, lines)):
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        begins = line.startswith(("msgid ", "msgctxt ")) and not (entries and entries[-1].keywords == "msgctxt ")
        if begins or not entries:
            entries.append(_Entry(number))
        if not found and entries[-1].wrong is None:
            entries[-1].wrong = number
        elif found and found[1]:
            entries[-1].keywords += f"{found[1]} "
    return entries


def _weeded(read: Any, path: Path) -> Iterator[FormatError]:
    """Take out what is not translated, and what would fail in the middle of a page: fields are filled in by name."""
    for message in [message for message in read if message.id]:
        ids, strings = ((one,) if isinstance(one, str) else tuple(one) for one in (message.id, message.string))
        wrong = _wrong(ids, strings) if any(strings) else ""
        if wrong:
            fields = " ".join(sorted(_FIELD.findall(ids[-1]))) or "none"
            yield FormatError(f"{path}:{message.lineno}", wrong, f"fields: {fields}")
        if wrong or not any(strings):
            read.delete(message.id, message.context)


def _wrong(ids: Sequence[str], strings: Sequence[str]) -> str:
    wanted = set(_FIELD.findall(ids[-1]))
    for string in strings:
        found = set(_FIELD.findall(string))
        if not string:
            return f"{ids[0]!r} lacks one of its forms"
        stray = any(brace in _FIELD.sub("", string) for brace in "{}")
        if stray or found - wanted or (wanted - found and len(ids) == 1):
            return f"{string!r} has other fields than {ids[-1]!r}"
    return ""


def _compiled(read: Any) -> GNUTranslations:
    from babel.messages.mofile import write_mo

    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return GNUTranslations(compiled)

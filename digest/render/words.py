"""What formats say in their own words, in the language of an edition: messages, counts and dates.

Messages are written in English where they are used; a catalogue, `templates/locales/LANGUAGE.po` (GNU gettext), has
them in another language. What a catalogue lacks stays English. Dates are CLDR's, so that no locale of a machine has a
say in them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from digest.errors import FormatError
from digest.render.kept import translated
from digest.text.normalize import plural

ENGLISH = "en"
_OUTER = frozenset('“”„"«»')
_FIELD = re.compile(r"\{\w*\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """`language` is that of the messages: English, where there is no catalogue for the one that was asked for."""

    language: str
    messages: NullTranslations

    def say(self, message: str, **values: object) -> str:
        """The message in this language, `{name}` replaced by the value of that name."""
        return self.find(message).format(**values)

    def find(self, message: str) -> str:
        """The message in this language, its fields as they are."""
        return self.messages.gettext(message) if message else ""  # the empty one is the head of the catalogue

    def count(self, number: int, noun: str) -> str:
        """1 outlet, 2 outlets."""
        one, many = f"{{n}} {noun}", f"{{n}} {plural(noun)}"
        return self.messages.ngettext(one, many, number).format(n=number)

    def kept(self, text: str) -> str:
        """A text that was frozen in English, with its names and numbers, as far as its words are known."""
        return translated(text, self.find, self.count)

    def marks(self, text: str) -> tuple[str, str]:
        """The quotation marks to put around `text`: inner ones, if it begins or ends with outer ones itself."""
        nested = text[:1] in _OUTER or text[-1:] in _OUTER
        opened, _, closed = self.find("‘{quote}’" if nested else "“{quote}”").partition("{quote}")
        return opened, closed

    def listed(self, names: Sequence[str]) -> str:
        """A, B and C."""
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {self.find('and')} {names[-1]}"

    def day(self, moment: date) -> str:
        """10 May 2026"""
        return self._date(moment, "long")

    def month(self, moment: date) -> str:
        """May 2026"""
        return self._date(moment, "LLLL y")

    def weekday(self, moment: date) -> str:
        """Sunday"""
        return self._date(moment, "EEEE")

    def moment(self, moment: datetime) -> str:
        """10 May 2026, 08:00, in the time zone that it carries"""
        return f"{self.day(moment)}, {moment.hour:02}:{moment.minute:02}"

    def _date(self, moment: date, shape: str) -> str:
        from babel.dates import format_date

        return format_date(moment, shape, locale=_locale(self.language))


@lru_cache(maxsize=16)
def words(language: str, folders: tuple[Path, ...] = ()) -> Words:
    """The words of a language tag ("pt-BR", else "pt"), from the first of `folders` that has them.

    Raises FormatError for a catalogue that cannot be read, or with a message that lacks a field, or has another one.
    """
    for name in dict.fromkeys((language, language.split("-")[0])):
        for folder in folders:
            path = folder / f"{name}.po"
            if path.is_file():
                return Words(language=name, messages=_read(path, name))
    is_english = language.split("-")[0].lower() == ENGLISH
    return Words(language=language if is_english else ENGLISH, messages=NullTranslations())


def _read(path: Path, language: str) -> NullTranslations:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    try:
        with path.open("rb") as file:
            catalogue = read_po(file, locale=_locale(language), abort_invalid=True)
    except PoFileError as error:
        raise FormatError(f"{path}:{error.lineno + 1}", str(error), "it is a gettext catalogue") from error
    except (OSError, ValueError) as error:
        raise FormatError(str(path), f"cannot be read: {error}", "it is a gettext catalogue in UTF-8") from error
    for message in catalogue:
        _check(message, path)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _check(message: Any, path: Path) -> None:
    """Fields are filled in by name: one too many would fail in the middle of a page."""
    if not message.id or not message.string:  # the head of the file, or not translated yet
        return
    ids, strings = ((value,) if isinstance(value, str) else tuple(value) for value in (message.id, message.string))
    wanted = set(_FIELD.findall(ids[-1]))
    for string in filter(None, strings):
        found = set(_FIELD.findall(string))
        if found - wanted or (wanted - found and len(ids) == 1) or string.count("{") != string.count("}"):
            reason = f"{string!r} has other fields than {ids[-1]!r}"
            raise FormatError(f"{path}:{message.lineno}", reason, f"fields: {' '.join(sorted(wanted)) or 'none'}")


@lru_cache(maxsize=16)
def _locale(language: str) -> Any:
    """English without a country is written as in most of the world: the day comes first."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse("en-GB" if language == ENGLISH else language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(language.split("-")[0]) if "-" in language else Locale.parse("en-GB", sep="-")

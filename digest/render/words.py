"""What formats say in their own words, in the language of an edition: messages, counts and dates.

Messages are written in English where they are used; a catalogue, `templates/locales/LANGUAGE.po` (GNU gettext), has
them in another language. What no catalogue has stays English. Dates are CLDR's, so that no locale of a machine has a
say in them.
"""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from gettext import NullTranslations
from pathlib import Path

from digest.errors import FormatError
from digest.render.catalogue import ENGLISH, Catalogue, catalogue, locale
from digest.render.kept import translated
from digest.text.normalize import plural

_OUTER = frozenset('“”„"«»')


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
        return translated(text, self.find, self.count, self.numeral)

    def marks(self, text: str) -> tuple[str, str]:
        """The quotation marks to put around `text`: inner ones, if it begins or ends with outer ones itself."""
        nested = text[:1] in _OUTER or text[-1:] in _OUTER
        opened, _, closed = self.find("‘{quote}’" if nested else "“{quote}”").partition("{quote}")
        return opened, closed

    def listed(self, names: Sequence[str]) -> str:
        """A, B and C."""
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {self.find('and')} {names[-1]}"

    def number(self, value: float, digits: int = 0, percent: bool = False) -> str:
        """1.5, or 1,5 in German; as a `percent`age 45%, or 45 %."""
        written = self.numeral(f"{100 * value if percent else value:.{digits}f}")
        return locale(self.language).percent_formats[None].pattern.replace("#,##0", written) if percent else written

    def numeral(self, value: float | str) -> str:
        """A number with as many digits as it has."""
        from babel.numbers import get_decimal_symbol

        return (value if isinstance(value, str) else f"{value:g}").replace(
            ".", get_decimal_symbol(locale(self.language))
        )

    def term(self, weight: float, value: float, digits: int, name: str) -> str:
        """0.5 × 0.25 (figures)"""
        return f"{self.numeral(weight)} × {self.number(value, digits)} ({name})"

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

        return format_date(moment, shape, locale=locale(self.language))


@lru_cache(maxsize=16)
def words(language: str, folders: tuple[Path, ...] = ()) -> Words:
    """The words of a language tag: each message from the first of `folders` that has it, of "pt-BR" before "pt".

    What none of them has, or has with a mistake, is said in English.
    """
    found = [(name, one.messages) for name, one in _catalogues(language, folders) if one.size]
    is_english = language.split("-")[0].lower() == ENGLISH
    if not found:
        return Words(language=language if is_english else ENGLISH, messages=NullTranslations())
    every = NullTranslations()
    for _, messages in found:
        every.add_fallback(copy(messages))  # which is told of the next one, and may be another's as well
    return Words(language=found[0][0], messages=every)


def mistakes(language: str, folders: tuple[Path, ...]) -> tuple[FormatError, ...]:
    """What is wrong with the catalogues of a language, with file and line; what they have beside it is used."""
    return tuple(mistake for _, one in _catalogues(language, folders) for mistake in one.mistakes)


def forget() -> None:
    """Catalogues may have changed: look at them again."""
    catalogue.cache_clear()
    words.cache_clear()


def _catalogues(language: str, folders: Sequence[Path]) -> Iterable[tuple[str, Catalogue]]:
    """The best first, each with the tag in its name."""
    for name in dict.fromkeys((language, language.split("-")[0])):
        for folder in folders:
            found = catalogue(folder / f"{name}.po", name)
            if found:
                yield name, found

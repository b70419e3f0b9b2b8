"""Words, stop words and stems."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

import Stemmer

from digest.model import Span
from digest.text.language import base

# A word: letters and digits, with inner apostrophes, hyphens and dots ("U.S.", "o'clock", "GPT-4", "3.5").
_WORD = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*")
# Scripts written without spaces are cut into overlapping pairs, as search engines do.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
UNSPACED_WORD = 2  # characters of a word there, on average
_COUNTED = re.compile(f"{_UNSPACED.pattern}{{1,{UNSPACED_WORD}}}|{_WORD.pattern}")
_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "eu": "basque", "fi": "finnish", "fr": "french", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "ga": "irish", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_STOP_LISTS = _SNOWBALL | {
    "cs": "czech", "he": "hebrew", "ja": "japanese", "pl": "polish", "sk": "slovak", "uk": "ukrainian", "zh": "chinese",
}  # fmt: skip

_WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
}


def word_spans(text: str) -> list[Span]:
    """Where the words of `text` are."""
    return [Span(*match.span()) for match in _WORD.finditer(text)]


def is_unspaced(char: str) -> bool:
    """Is it of a script that is written without spaces between words?"""
    return _UNSPACED.match(char) is not None


def word_matches(text: str) -> Iterator[re.Match[str]]:
    """The words of `text`, one after the other, where spans or a list of them would be too dear."""
    return _WORD.finditer(text)


def spellings(text: str) -> list[str]:
    """The words of `text` as they stand, whatever their script."""
    return _WORD.findall(text)


def count_words(text: str) -> int:
    """As a reader would count them; where none are told apart by spaces, `UNSPACED_WORD` characters are one."""
    return len((_WORD if text.isascii() else _COUNTED).findall(text))


def words(text: str) -> list[str]:
    """The words of `text` as they stand, unspaced scripts in overlapping pairs of characters."""
    every = spellings(text)
    if text.isascii() or not _UNSPACED.search(text):
        return every
    found: list[str] = []
    for word in every:
        if _UNSPACED.match(word) and len(word) > 2:
            found.extend(word[i : i + 2] for i in range(len(word) - 1))
        else:
            found.append(word)
    return found


@cache
def stop_words(language: str) -> frozenset[str]:
    """Stop words of a language, lower case, apostrophes straight; empty where no list is known.

    Read from sumy's data files, without importing sumy, which would bring nltk along.
    """
    name = _STOP_LISTS.get(base(language))
    path = files("sumy") / "data" / "stopwords" / f"{name}.txt"
    if name is None or not path.is_file():
        return frozenset()
    listed = path.read_text("utf-8").casefold().replace("’", "'").split("\n")
    return frozenset(word.strip() for word in listed if word.strip())


def weekdays(language: str) -> tuple[str, ...]:
    """The days of the week, Monday first; empty where they are not known."""
    return tuple(_WEEKDAYS.get(base(language), "").split())


@cache
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    name = _SNOWBALL.get(base(language))
    return Stemmer.Stemmer(name) if name in Stemmer.algorithms() else None


def has_stemmer(language: str) -> bool:
    """Do stems differ from words in this language, as far as we know?"""
    return _stemmer(language) is not None


@lru_cache(maxsize=200_000)
def stem(word: str, language: str) -> str:
    """The stem of a word (Snowball; the folded word itself where the language has no stemmer)."""
    folded = word.casefold().replace("’", "'").removesuffix("'s")
    stemmer = _stemmer(language)
    return stemmer.stemWord(folded) if stemmer else folded


def terms(text: str, language: str) -> list[str]:
    """Stems of the content words of `text` in order, repeats kept: what two texts are compared by."""
    return [found for word in words(text) if (found := term(word, language)) is not None]


@lru_cache(maxsize=200_000)
def term(word: str, language: str) -> str | None:
    """The stem of a content word; None for a stop word or a single letter."""
    if len(word) < 2 or word.casefold().replace("’", "'") in stop_words(language):
        return None
    return stem(word, language)

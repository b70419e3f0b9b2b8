"""Days that a sentence names, held against the day of its article."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from digest.model import Article, Span
from digest.text.language import base

_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_NUMBERS = {
    language: {name: number for number, name in enumerate(names.split(), 1)} for language, names in _MONTHS.items()
}
_AHEAD = 200  # days: a day without a year is no further ahead, but back in the year before
# "January 12, 2027", "12 January", "12. Januar 2027", "12 de enero de 2027"
_DAY = {
    language: re.compile(
        rf"\b(?:(?P<first>{'|'.join(names.split())}) (?P<after>\d{{1,2}})(?!\d)|"
        rf"(?P<before>\d{{1,2}})(?:st|nd|rd|th|er|\.)?(?: de| of)? (?P<last>{'|'.join(names.split())}))"
        r"(?:,? (?:de )?(?P<year>20\d\d))?\b"
    )
    for language, names in _MONTHS.items()
}


# Parts of a year, and how a day is written in running text: with capitals in English and German, where "may" and
# "march" are other words without.
_YEAR = r"(?:19|20)\d\d"
_PARTS = {
    "en": rf"(?:the )?(?:(?:first|second|third|fourth|last) (?:half|quarter)|beginning|start|middle|end) of {_YEAR}|"
    rf"(?:early|mid|late)[ -](?:in )?{_YEAR}|Q[1-4] {_YEAR}",
    "de": rf"(?:Anfang|Mitte|Ende) {_YEAR}|"
    rf"(?:erste|zweite|dritte|vierte)[nrs]? (?:Quartal|Halbjahr|(?:Jahresh|H)älfte)(?: von| des Jahres)? {_YEAR}",
    "fr": rf"(?:début|fin|mi-|milieu|courant) ?{_YEAR}|"
    rf"(?:premier|second|deuxième|troisième|quatrième|dernier) (?:semestre|trimestre)(?: de)? {_YEAR}",
    "es": rf"(?:principios|mediados|finales) de {_YEAR}|"
    rf"(?:primer|segundo|tercer|cuarto|último) (?:semestre|trimestre) del? {_YEAR}",
}
_DIGITS = re.compile(r"\d")


@cache
def _written(language: str) -> re.Pattern[str]:
    listed = _MONTHS[language].split()
    names = "|".join(name.capitalize() for name in listed) if language in ("en", "de") else "|".join(listed)
    if language == "en":
        names += r"|(?:Jan|Feb|Aug|Sept?|Oct|Nov|Dec)\."
    year = rf"(?:,? (?:de |del )?{_YEAR})"
    number = r"(?:[1-9]|[12]\d|3[01])"
    before = rf"(?:{names}) {number}(?:st|nd|rd|th)?(?![\d:%])(?!,\d){year}?"
    after = rf"{number}(?:st|nd|rd|th|er|\.)?(?: de| of)? (?:{names})(?!\w){year}?"
    return re.compile(rf"(?<![\w.,/-])(?:{before}|{after}|(?:{names}){year}|{_PARTS[language]})(?!\w)")


def written(text: str, language: str) -> Iterator[Span]:
    """Days of the calendar, months with a year, and parts of a year, as a text in `language` writes them."""
    known = base(language)
    if known in _MONTHS and _DIGITS.search(text):
        for match in _written(known).finditer(text):
            yield Span(*match.span())


def days(folded: str, vocabulary: frozenset[str], article: Article) -> Iterator[date]:
    """Those that are written with day and month; without a year, the nearest such day is meant."""
    language = base(article.language)
    if language not in _NUMBERS or not (_NUMBERS[language].keys() & vocabulary):
        return
    today = article.when.date()
    for match in _DAY[language].finditer(folded):
        month = _NUMBERS[language][match["first"] or match["last"]]
        day = int(match["after"] or match["before"])
        for year in [int(match["year"])] if match["year"] else [today.year, today.year + 1]:
            try:
                found = date(year, month, day)
            except ValueError:
                continue
            if match["year"] or -_AHEAD < (found - today).days < _AHEAD:
                yield found
                break


def is_ahead(folded: str, vocabulary: frozenset[str], article: Article) -> bool:
    """Does it name a day later than its article's? Only if that is known."""
    if not article.published:
        return False
    return any(day > article.when.date() for day in days(folded, vocabulary, article))

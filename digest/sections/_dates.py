"""Days that a sentence names, held against the day of its article."""

import re
from collections.abc import Iterator
from datetime import date

from digest.model import Article
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

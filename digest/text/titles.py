"""Headlines: how far one is from saying plainly what happened."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from digest.text.language import base
from digest.text.outlets import name_key
from digest.text.words import count_words, word_spans

_FEWEST, _MOST = 5, 14  # words of a clear headline
_SUFFIX = re.compile(r"\s[|–—-]\s([^|–—-]{2,40})$")
_SHOUTED = 0.7  # of the letters, in words of more than four
_GENERAL = re.compile(
    r"\?[\"”’»]?\s*$|(?:…|\.\.\.)\s*$|^\s*\d{1,2}\s+\w+\s+(?:that|things|ways|reasons|facts|tips)\b", re.I
)
_LIVE = re.compile(
    r"\b(?:live updates?|live ?blog|live ?ticker|as it happened|minute by minute|en direct|en directo)\b|^live\b", re.I
)


@dataclass(frozen=True, slots=True)
class _Flaws:
    """What is against a headline in a language; see `titles.toml`."""

    person: re.Pattern[str]
    teasing: re.Pattern[str]
    kind: re.Pattern[str]
    opening: re.Pattern[str]


@cache
def _flaws() -> Mapping[str, _Flaws]:
    table = tomllib.loads(files("digest.text").joinpath("titles.toml").read_text("utf-8"))
    return {
        language: _Flaws(**{name: re.compile(pattern) for name, pattern in found.items()})
        for language, found in table.items()
    }


def unclear(title: str, language: str, outlet: str = "") -> float:
    """0 for a headline that says what happened, more for each thing against it.

    A question, live coverage, the first or second person, teasing, a kind of text that is no news, capitals throughout
    (1 each); its outlet's name, an opening such as "How" or a quotation (0.5 each); fewer than 5 words (0.25 each),
    more than 14 (0.1 each).
    """
    folded = title.replace("’", "'").lower()
    found = float(bool(_GENERAL.search(title))) + bool(_LIVE.search(title)) + _shouts(title)
    if flaws := _flaws().get(base(language)):
        found += (
            bool(flaws.person.search(folded)) + bool(flaws.teasing.search(folded)) + bool(flaws.kind.search(folded))
        )
        found += 0.5 * bool(flaws.opening.match(folded))
    suffix = _SUFFIX.search(title)
    if suffix and outlet and name_key(suffix[1]) in name_key(outlet):
        found += 0.5
    count = count_words(title)
    return found + 0.25 * max(0, _FEWEST - count) + 0.1 * max(0, count - _MOST)


def _shouts(title: str) -> bool:
    """More than short words, which may be abbreviations, in capitals."""
    letters = "".join(span.of(title) for span in word_spans(title) if span.end - span.start > 4)
    return len(letters) > 5 and sum(char.isupper() for char in letters) > _SHOUTED * len(letters)

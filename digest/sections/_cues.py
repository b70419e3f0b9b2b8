"""Wording that gives away what a sentence is about: tables of cues, `wording/SECTION.toml`, a language at a time.

A table has a line for each cue, `word word: pattern`: the pattern is looked for, in small letters and from the start of
a word, only in sentences that have one of the words. So most sentences cost a look at a set. A name of `words` in
braces stands for its pattern. Patterns are bounded, so that the time is linear in the length of a sentence.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from digest.sections._wording import wording
from digest.text.language import base

Lexicon = Mapping[str, tuple[re.Pattern[str], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """How a language says something: `strong` cues suffice, `weak` ones do when there are two, `against` rules out.

    `heading` is how a heading says that what follows is about it.
    """

    strong: Lexicon
    weak: Lexicon
    against: Lexicon
    heading: re.Pattern[str]

    def strength(self, folded: str, vocabulary: frozenset[str]) -> int:
        """Two for each strong cue, one for each weak one, four at most; none where one speaks against it."""
        strong = sum(1 for _ in _hits(self.strong, folded, vocabulary))
        weak = sum(1 for _ in _hits(self.weak, folded, vocabulary))
        if not (strong or weak) or any(_hits(self.against, folded, vocabulary)):
            return 0
        return min(4, 2 * strong + weak)

    def rules_out(self, folded: str, vocabulary: frozenset[str]) -> bool:
        return any(_hits(self.against, folded, vocabulary))


@cache
def cues(section: str) -> Mapping[str, Cues]:
    """The cues of a section, by language."""
    return {language: _cues(found) for language, found in wording(section).items()}


def _cues(table: Mapping[str, Any]) -> Cues:
    words: Mapping[str, str] = table.get("words", {})
    strong, weak, against = (_lexicon(table.get(name, ""), words) for name in ("strong", "weak", "against"))
    return Cues(strong=strong, weak=weak, against=against, heading=re.compile(table["heading"]))


def for_language(table: Mapping[str, Cues], language: str) -> Cues | None:
    return table.get(base(language))


def _hits(lexicon: Lexicon, folded: str, vocabulary: frozenset[str]) -> Iterator[re.Pattern[str]]:
    """The patterns that are found, each once."""
    known = lexicon.keys() & vocabulary
    tried = dict.fromkeys(pattern for word in sorted(known) for pattern in lexicon[word]) if known else ()
    return (pattern for pattern in tried if pattern.search(folded))


def _lexicon(table: str, words: Mapping[str, str]) -> Lexicon:
    found: dict[str, tuple[re.Pattern[str], ...]] = {}
    for line in table.strip().splitlines():
        listed, pattern = line.strip().split(": ", 1)
        for name, meant in words.items():
            pattern = pattern.replace(f"{{{name}}}", meant)
        compiled = re.compile(rf"\b(?:{pattern})")
        for word in listed.split():
            found[word] = (*found.get(word, ()), compiled)
    return found

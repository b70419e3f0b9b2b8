"""Texts that issues keep in English (what was counted, labels, notes, reasons), in the language of an edition.

They are written by the stages that found them, long before anybody knows in which language they will be read, and are
taken apart here again: into counts ("2 outlets"), and into messages around names, figures and counts.
"""

import re
from collections.abc import Callable
from functools import cache

from digest.text.normalize import plural

NOUNS = tuple(
    "article,certainty word,copy,direct quote,headline,independent origin,named source,outlet,promotional word,"
    "sentence,superlative".split(",")
)
# What a field stands for is a text of the same kind, or a name; the first message that fits counts.
MESSAGES = (
    "{found}; {part} in {whole} would be very much",
    "{found}; {number} would be very many",
    "{found}; each doubling counts {number}",
    "{found}, taken as {number}",
    "{found}, weighing {number}",
    "{found}, {copies} not counted",
    "{found} in {sentences} and {headlines}",
    "{found} of {number} with a phrase that another outlet has, too",
    "{found} of {number} with a figure",
    "{found} in {sentences}",
    "{origins}, {outlets}",
    "{positive} positive, {skeptical} skeptical of {outlets}",
    "newest {age}",
    "first seen {age}",
    "{hours} h ago",
    "{days} days ago",
    "unanswered",
    "attributed to {one} and to {other}",
    "{speaker}, in differing words",
    "figures that differ: {figures}",
    "set by the editor",
    "no clear stance",
    "stance not judged for this language",
    "mixed: the other side has room, too",
    "its licence ({licence}) allows no commercial use",
    "its licence ({licence}) allows no derivatives",
    "its publisher reserves its texts ({how})",
    "this edition quotes nothing of its outlet",
    "this edition quotes nothing",
)
_COUNT = re.compile(r"(\d+) (\D+)")
_FIELD = re.compile(r"\\{(\w+)\\}")
_NUMERIC = frozenset({"number", "part", "whole", "positive", "skeptical", "hours", "days"})
# Fields that are texts of this kind themselves; whatever else stands in one is a name, and stays as it is.
_TEXTS = frozenset({"found", "copies", "sentences", "headlines", "origins", "outlets", "age"})


def translated(
    text: str, find: Callable[[str], str], count: Callable[[int, str], str], numeral: Callable[[str], str]
) -> str:
    """`text` by way of `find`, which knows messages, `count`, which knows nouns, and `numeral`, which writes figures.

    What is none of these stays as it is.
    """
    counted = _COUNT.fullmatch(text)
    noun = _nouns().get(counted[2]) if counted else None
    if counted and noun:
        return count(int(counted[1]), noun)
    for message, pattern in _patterns():
        fields = pattern.fullmatch(text)
        if fields and all(_is_text(value) for name, value in fields.groupdict().items() if name in _TEXTS):
            values = fields.groupdict()
            values |= {name: translated(values[name], find, count, numeral) for name in _TEXTS & values.keys()}
            values |= {name: numeral(values[name]) for name in _NUMERIC & values.keys()}
            return find(message).format(**values)
    return text


def _is_text(text: str) -> bool:
    """A label is "Smith, Jones" as well: only what is a text of this kind is taken apart."""
    counted = _COUNT.fullmatch(text)
    return bool(counted and counted[2] in _nouns()) or any(pattern.fullmatch(text) for _, pattern in _patterns())


@cache
def _nouns() -> dict[str, str]:
    """By themselves and by their plurals."""
    return {form: noun for noun in NOUNS for form in (noun, plural(noun))}


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    def group(field: re.Match[str]) -> str:
        return rf"(?P<{field[1]}>{r'[0-9.]+' if field[1] in _NUMERIC else '.+'})"

    return tuple((message, re.compile(_FIELD.sub(group, re.escape(message)))) for message in MESSAGES)

"""Which person a speaker is: by name, or by a pronoun after a name."""

import re
from collections.abc import Sequence

from digest.text.attribution.names import NAME, Names
from digest.text.attribution.record import Attribution

_PRONOUN = re.compile(r"(?:he|she|his|her|er|sie|il|elle)$", re.IGNORECASE)
# Names with one of these are a body's, not a person's.
_BODIES = frozenset(
    "academy administration agency army association authority bank board bureau center centre college commission "
    "company congress corp council court department federation force foundation fund government group guardian herald "
    "hospital house inc institute international journal league ltd mail media ministry museum national nations network "
    "news office organisation organization parliament party police post press republic school senate service society "
    "state states street team telegraph times tribune tv union united university week yorker".split()
)
_NEAR = 600  # characters from a pronoun back to the speaker that it stands for


def people(text: str, said: Sequence[Attribution], names: Names) -> tuple[str | None, ...]:
    """Who says each: the fullest name that the text has, which may be one word; None if no name is known.

    A pronoun stands for the speaker before it, if that one was named not far above, and nobody else since.
    """
    found: list[str | None] = [None] * len(said)
    last: str | None = None
    at = 0
    for speaker, number in sorted((one.speaker, number) for number, one in enumerate(said) if one.speaker):
        if is_pronoun(speaker.of(text)):
            near = speaker.start - at <= _NEAR
            found[number] = last if near and last and not _others(text, last, at, speaker.start) else None
        else:
            found[number] = names.form(speaker)
        name = found[number]
        if name and (" " not in name or is_person(name)):
            last, at = name, speaker.end
    return tuple(found)


def _others(text: str, name: str, start: int, end: int) -> bool:
    """Is somebody else named there, for whom a pronoun after it may stand as well?"""
    known = set(name.split())
    named = (match.group().split() for match in NAME.finditer(text, start, end))
    return any(is_person(" ".join(words)) and not known.intersection(words) for words in named)


def is_pronoun(speaker: str) -> bool:
    """Does it stand for a person who was named before?"""
    return bool(_PRONOUN.match(speaker))


def is_person(name: str) -> bool:
    """Two names at least, and none of them says that it is a body's: "World Health Organization"."""
    words = name.casefold().split()
    return len(words) > 1 and not _BODIES.intersection(words) and not (name.isupper() and len(words[-1]) <= 3)

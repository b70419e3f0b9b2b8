"""Lines of a plain text in, lines that are paragraphs out: undo the line breaks of programs that wrap at a width."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from digest.text.sentences import ends_sentence

_MOST_LINES = 20_000
_MOST_CHARACTERS = 500_000
_WIDEST_WRAP = 130  # characters; no program wraps wider
_NARROWEST_WRAP = 45
_RAGGED = 25  # characters by which wrapped lines fall short of the longest
_BULLETS = ("- ", "* ", "• ", "‣ ", "▪ ", "● ", "◦ ", "> ")


def beginning(text: str) -> str:
    """As much of a text as can be one article: more is left out of that anyway, or is an attack on who reads it."""
    text = text[:_MOST_CHARACTERS]
    lines = text.splitlines(keepends=True)
    return text if len(lines) <= _MOST_LINES else "".join(lines[:_MOST_LINES])


def unwrap(lines: Sequence[str]) -> list[str]:
    """`lines` with hard-wrapped paragraphs on one line each; empty lines stay, a text that is not wrapped is as it was.

    A break was made for width if the next line's first word would not have fitted. The width is the median of the
    lines that another follows, which no wrapped line can undercut by a word.
    """
    stripped = [line.strip() for line in lines]
    followed = [len(line) for line, after in pairwise(stripped) if line and after]
    if not _is_wrapped(stripped, followed):
        return stripped
    width = median(followed)
    joined: list[list[str]] = []
    for before, line in pairwise(["", *stripped]):
        if before and line and _broken_for_width(before, line, width):
            joined[-1].append(line)
        else:
            joined.append([line])
    return [" ".join(parts) for parts in joined]


def _is_wrapped(lines: list[str], followed: list[int]) -> bool:
    """Do the lines look like a program's: most that another follows nearly as long as the longest, and cut anywhere?"""
    longest = max(map(len, lines), default=0)
    if len(followed) < 2 or not _NARROWEST_WRAP <= longest <= _WIDEST_WRAP:
        return False
    inner = [line for line, after in pairwise(lines) if line and after]
    full = sum(length >= longest - _RAGGED for length in followed)
    return full * 3 >= len(followed) * 2 and sum(map(ends_sentence, inner)) * 2 < len(inner)


def _broken_for_width(before: str, line: str, width: float) -> bool:
    return not line.startswith(_BULLETS) and len(before) + 1 + len(line.split(None, 1)[0]) > width

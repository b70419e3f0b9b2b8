"""Make received text safe to store and to quote, changing nothing that a reader could see."""

import re
import unicodedata

# Bidirectional controls can make a quote read as something else, zero-width characters hide in names, and a soft
# hyphen breaks searches. Zero-width joiners stay: Indic scripts and emoji need them.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_HIDDEN = re.compile(
    f"{_INVISIBLE.pattern[:-1]}\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _visible(char: str) -> bool:
    """Controls, lone surrogates, private-use characters and non-characters have no place in a text.

    Unassigned ones stay: which they are depends on the version of Python.
    """
    code = ord(char)
    return (
        unicodedata.category(char) not in ("Cc", "Cs", "Co")
        and code & 0xFFFE != 0xFFFE
        and not 0xFDD0 <= code <= 0xFDEF
    )


def one_line(text: str) -> str:
    """`text` on one line: white space folded, invisible characters gone, everything else as it was."""
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    if not text.isprintable():
        text = "".join(char for char in text if char.isspace() or _visible(char))
    return " ".join(text.split())


def seen(text: str) -> str:
    """`text` without the characters that `one_line` drops, or XML forbids, its white space as it was."""
    return _HIDDEN.sub("", text) if _HIDDEN.search(text) else text


def storable(text: str) -> str:
    """`text` without lone surrogates and NULs, which no XML, no UTF-8 and no database takes."""
    if text.isascii() and "\0" not in text:
        return text
    return _UNSTORABLE.sub("", text)


def shorten(text: str, limit: int) -> str:
    """`text` cut at a word so that it has at most `limit` characters, the ellipsis included."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    if " " in head and not text[limit - 1].isspace():
        head = head.rsplit(" ", 1)[0]
    return head.rstrip(" ,;:–—-") + "…"


def counted(number: int, noun: str) -> str:
    """1 outlet, 2 outlets; 1 story, 2 stories; 1 day, 2 days."""
    return f"{number} {noun if number == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """outlets, stories, days."""
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else noun + "s"

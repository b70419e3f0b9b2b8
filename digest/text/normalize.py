"""Make received text safe to store and to quote, changing nothing that a reader could see."""

import re
import unicodedata

# Bidirectional controls can make a quote read as something else, zero-width characters hide in names, and a soft
# hyphen breaks searches. Zero-width joiners stay: Indic scripts and emoji need them.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_SPACE = re.compile(r"\s+")


def _printable(char: str) -> bool:
    """Controls, lone surrogates, private-use and unassigned characters have no place in a text."""
    return unicodedata.category(char) not in ("Cc", "Cs", "Co", "Cn")


def one_line(text: str) -> str:
    """`text` on one line: white space folded, invisible characters gone, everything else as it was."""
    text = _INVISIBLE.sub("", _SPACE.sub(" ", text))
    if not text.isprintable():
        text = "".join(char for char in text if char == " " or _printable(char))
    return text.strip()


def shorten(text: str, limit: int) -> str:
    """`text` cut at a word so that it has at most `limit` characters, the ellipsis included."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head else head).rstrip(" ,;:–—-") + "…"

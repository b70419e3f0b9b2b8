"""Links that open a page at a quote, by text fragments: https://wicg.github.io/scroll-to-text-fragment/.

A browser that does not know them, or a page whose words have changed, opens at the top.
"""

import unicodedata
from urllib.parse import quote

_DIRECTIVE = ":~:"
_WHOLE = 10  # words; what is longer is named by its first and its last ones
_EDGE = 5  # words at each end: fewer may stand elsewhere in the page, too
# The same in characters, which most words of most languages keep to: a script without spaces has a word a sentence.
_WHOLE_LENGTH = 100
_EDGE_LENGTH = 50
_LEAST = 8  # of those, at least: two clauses of a page may begin alike
_GUESSES = range(20, 14, -1)  # characters of the beginning, where no word is seen to end: one of these may be the end


def opened_at(url: str, *texts: str) -> str:
    """`url`, opening at the first of `texts`, which are words of its page; a browser marks all of them.

    A fragment that the address has is kept, as the browser goes there if it does not find the words. What is no page
    (mailto) is left as it is.
    """
    directives = [directive for text in texts if (directive := _directive(text))]
    if not url.startswith(("http://", "https://")) or not directives:
        return url
    page, mark, anchor = url.partition("#")
    return f"{page}#{anchor.partition(_DIRECTIVE)[0] if mark else ''}{_DIRECTIVE}{'&'.join(directives)}"


def _directive(text: str) -> str:
    """`text=start` or `text=start,end`, or several of the first; empty if there are no words.

    Marks around the words are left out: a page may have others there, and a match begins and ends at a word anyway.
    """
    words = _bare(" ".join(text.split())).split(" ")
    whole, start, end = (" ".join(part) for part in (words, words[:_EDGE], words[-_EDGE:]))
    if len(words) <= _WHOLE and len(whole) <= _WHOLE_LENGTH:
        return _named(whole)
    start, end = _cut(start), _cut(end[::-1])[::-1]
    guesses = dict.fromkeys(_named(whole[:length]) for length in _GUESSES)
    return _named(start, end) if start and end else "&".join(guesses)


def _named(*parts: str) -> str:
    found = [bare for part in parts if (bare := _bare(part))]
    return f"text={','.join(map(_encoded, found))}" if found else ""


def _cut(text: str) -> str:
    """As much of its beginning as an edge may have; empty if no word is seen to end there."""
    if len(text) <= _EDGE_LENGTH:
        return text
    return text[: max((at for at in range(_LEAST, _EDGE_LENGTH + 1) if _parts(text, at)), default=0)]


def _parts(text: str, at: int) -> bool:
    """Does a word surely end or begin there? At a space, or at a mark of a script without spaces, but for "３，０００".

    A browser finds no part of a word; where else words end in such a script its dictionary knows.
    """
    pair = text[at - 1 : at + 1]
    marks = (unicodedata.category(char)[0] == "P" and unicodedata.east_asian_width(char) in "WFH" for char in pair)
    return " " in pair or (any(marks) and not any(map(str.isdigit, pair)))


def _bare(text: str) -> str:
    """Without the punctuation and the signs before and after it."""
    inner = [number for number, char in enumerate(text) if unicodedata.category(char)[0] not in "PSZC"]
    return text[inner[0] : inner[-1] + 1] if inner else ""


def _encoded(text: str) -> str:
    """Comma, ampersand and hyphen part a directive, and the last one is none that URLs escape."""
    return quote(text, safe="", errors="replace").replace("-", "%2D")

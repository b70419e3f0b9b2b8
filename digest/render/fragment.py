"""Links that open a page at a quote, by text fragments: https://wicg.github.io/scroll-to-text-fragment/.

A browser that does not know them, or a page whose words have changed, opens at the top.
"""

import unicodedata
from urllib.parse import quote

_DIRECTIVE = ":~:"
_WHOLE = 10  # words; what is longer is named by its first and its last ones
_EDGE = 5  # words at each end: fewer may stand elsewhere in the page, too


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
    """`text=start` or `text=start,end`; empty if there are no words.

    Marks around the words are left out: a page may have others there, and a match begins and ends at a word anyway.
    """
    words = text.split()
    parts = [words] if len(words) <= _WHOLE else [words[:_EDGE], words[-_EDGE:]]
    found = [bare for part in parts if (bare := _bare(" ".join(part)))]
    return f"text={','.join(map(_encoded, found))}" if found else ""


def _bare(text: str) -> str:
    """Without the punctuation and the signs before and after it."""
    inner = [number for number, char in enumerate(text) if unicodedata.category(char)[0] not in "PSZC"]
    return text[inner[0] : inner[-1] + 1] if inner else ""


def _encoded(text: str) -> str:
    """Comma, ampersand and hyphen part a directive, and the last one is none that URLs escape."""
    return quote(text, safe="", errors="replace").replace("-", "%2D")

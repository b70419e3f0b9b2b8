"""Bytes of a text in, the text out."""

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f]")
_MOST_CONTROLS = 0.02  # share of characters; more of them and it is no text


def decode(data: bytes, declared: str = "") -> str:
    """`data` as its byte order mark says, else as UTF-8, else as `declared`, else as windows-1252.

    Bytes that make no sense so become U+FFFD; a byte order mark is not part of the text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_usable(declared), "replace")


def decode_page(data: bytes) -> str:
    """The text of an HTML page, whose head may declare the encoding (WHATWG HTML, 13.2.3.2)."""
    match = _DECLARED.search(data, 0, 4096)
    return decode(data, match[1].decode("ascii", "replace") if match else "")


def is_binary(text: str) -> bool:
    """Is a decoded text none: more control characters than a slip would explain?"""
    return len(_CONTROLS.findall(text)) > _MOST_CONTROLS * len(text)


def _usable(declared: str) -> str:
    """The text encoding meant by a name: Latin 1 and ASCII mean windows-1252 (WHATWG Encoding, 4.2)."""
    try:
        name = codecs.lookup(declared).name
        b"<".decode(name, "replace")  # refuses codecs that are no text encodings, such as "hex"
    except (LookupError, ValueError, UnicodeError):
        return "cp1252"
    return "cp1252" if name in ("iso8859-1", "ascii") or name.startswith(("utf-16", "utf-32")) else name

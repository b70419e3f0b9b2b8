"""What a licence is called, and what it keeps to others, as far as its name or its address tells."""

import re

_ELEMENTS = "by|nc|nd|sa"
# As in /licenses/by-nc-sa/4.0/, CC BY-NC 4.0, by-nd; "NC" alone is also a state of the USA.
_CODE = re.compile(
    rf"(?:/licenses/|\bcc[ _-]|\bby[_-])((?:{_ELEMENTS})(?:[ _-](?:{_ELEMENTS}))*)(?![a-z])", re.IGNORECASE
)
_ADDRESS = re.compile(
    rf"https?://(?:www\.)?creativecommons\.org/licenses/((?:{_ELEMENTS})(?:-(?:{_ELEMENTS}))*)/(\d\.\d)\S*",
    re.IGNORECASE,
)
_FREE = re.compile(r"https?://(?:www\.)?creativecommons\.org/publicdomain/zero/1\.0\S*", re.IGNORECASE)
_NO_BUSINESS = re.compile(r"\bnon[ -]?commercial", re.IGNORECASE)
_NOTICE = re.compile(r"\s*(?:all rights reserved|copyright|\(c\)|©)", re.IGNORECASE)
_LEAVE = re.compile(r"licen[cs]e|\bcc\b|creative ?commons|public domain|permission|permitted|https?://", re.IGNORECASE)
_NO_CHANGES = re.compile(r"\bno[ -]?deriv", re.IGNORECASE)


def called(licence: str) -> str:
    """Its name, if it is given by an address of Creative Commons; else as it is given."""
    if found := _ADDRESS.fullmatch(licence.strip()):
        return f"CC {found[1].upper()} {found[2]}"
    return "CC0 1.0" if _FREE.fullmatch(licence.strip()) else licence


def is_notice(licence: str) -> bool:
    """Does it only say whose the text is? That says nothing about what may be done with it."""
    return bool(_NOTICE.match(licence)) and not _LEAVE.search(licence) and forbids(licence) is None


def forbids(licence: str) -> str | None:
    """What it does not allow to those who make money: any commercial use (NC), or derivatives (ND); None if nothing."""
    elements = {part.lower() for code in _CODE.findall(licence) for part in re.split("[ _-]", code)}
    if "nc" in elements or _NO_BUSINESS.search(licence):
        return "commercial use"
    if "nd" in elements or _NO_CHANGES.search(licence):
        return "derivatives"
    return None

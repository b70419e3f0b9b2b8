"""What feedparser makes of single elements, and of several that say the same."""

import re
from contextlib import suppress
from datetime import datetime
from typing import Any

from digest.ingest.feeds.bytes import check_categories
from digest.ingest.feeds.dates import plausible, usual_moment
from digest.ingest.feeds.names import Unclear
from digest.ingest.feeds.told import Line, Told

Element = Any  # lxml has no types
NO_LINE = Line("", True)

_XML = "{http://www.w3.org/XML/1998/namespace}"
_PLAIN_TYPES = frozenset(("text", "plain", "text/plain"))
_HTML_TYPES = frozenset(("html", "text/html"))
# The characters that windows-1252 has in the place of controls.
_C1 = re.compile("[\x80-\x9f]")
_CP1252 = {code: char for code in range(128, 160) if (char := bytes([code]).decode("cp1252", "ignore"))}


class Draft:
    """What has been read of an entry, or of the feed itself, None where nothing has.

    `titled` says that no other title counts, `sourced` that there was a source with elements, which may have had one.
    `content` has texts and whether each is plain. What stands deeper than `title_depth` or `summary_depth` says, in
    elements of Media RSS, does not count.
    """

    __slots__ = (
        "author", "categories", "content", "enclosed", "id", "images", "licence_links", "licences", "link", "own_image",
        "published", "rights", "source", "source_url", "sourced", "summary", "summary_depth", "thumbnails", "title",
        "title_depth", "titled", "updated",
    )  # fmt: skip

    def __init__(self) -> None:
        self.id: str | None = None
        self.link: str | None = None
        self.title: Line | None = None
        self.title_depth = 0
        self.titled = self.sourced = False
        self.summary: str | None = None
        self.summary_depth: int | None = None
        self.content: list[tuple[str, bool]] = []
        self.published: datetime | None = None
        self.updated: datetime | None = None
        self.author: str | None = None
        self.categories: list[list[str | None]] = []
        self.thumbnails: list[str] = []
        self.images: list[str] = []
        self.enclosed: list[str] = []
        self.own_image: str | None = None
        self.licences: list[str] = []
        self.licence_links: list[str] = []
        self.rights = self.source = NO_LINE
        self.source_url = ""

    def told(self, is_atom: bool) -> Told:
        summary = self.summary or ""
        return Told(
            id=self.id or "",
            link=self.link or "",
            title=self.title or NO_LINE,
            texts=[*(text for text, is_plain in self.content if is_atom or not is_plain or not summary), summary],
            published=self.published or self.updated,
            author=self.author or "",
            categories=[label or term or "" for term, _, label in self.categories],
            images=[*self.thumbnails, *self.images, *self.enclosed, *([self.own_image] if self.own_image else [])],
            licences=[*self.licences, *self.licence_links],
            rights=self.rights,
            source=self.source,
            source_url=self.source_url,
        )

    def add_category(self, term: str | None, scheme: str | None, label: str | None) -> None:
        category = [term, scheme, label]
        if any(category) and category not in self.categories:
            check_categories(len(self.categories))
            self.categories.append(category)

    def name_category(self, name: str) -> None:
        """The text of a category names the last one that has none."""
        if name and self.categories and not self.categories[-1][0]:
            self.categories[-1][0] = name
        else:
            self.add_category(name, None, None)


def attributes(element: Element) -> dict[str, str]:
    """By their names in lower case; what is written in any case is in lower case, too."""
    found = dict(element.items())
    names = "".join(found)
    if found and not (names.islower() and "{" not in names):
        found = _in_lower_case(found)
    if "type" in found:
        found["type"] = found["type"].lower()
    if "rel" in found:
        found["rel"] = found["rel"].lower()
    return found


def _in_lower_case(given: dict[str, str]) -> dict[str, str]:
    own = {name: value for name, value in given.items() if not name.startswith(_XML)}
    found = {name.lower(): value for name, value in own.items()}
    if len(found) < len(own) or any("{" in name for name in found):
        raise Unclear
    return found


def stripped(element: Element) -> str:
    """The text of an element that has no others in it."""
    if len(element):
        raise Unclear
    text: str | None = element.text
    return text.strip() if text else ""


def said(element: Element) -> str:
    """The same, mended."""
    if len(element):
        raise Unclear
    text: str | None = element.text
    if not text:
        return ""
    return text.strip() if text.isascii() else mended(text.strip())


def mended(text: str) -> str:
    """`text` as it was before somebody took UTF-8 for Latin 1, or windows-1252 for that."""
    if text.isascii():
        return text
    with suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(_CP1252) if _C1.search(text) else text


def typed(element: Element, kind: str, is_atom: bool) -> Line:
    """The text of an element that says of which type it is, or is of type `kind`."""
    if element.attrib:
        given = attributes(element)
        kind = given.get("type", kind)
        if "mode" in given:
            raise Unclear
    text = said(element)
    if kind in _PLAIN_TYPES:
        return Line(text, not is_atom and _looks_like_html(text))
    if kind in _HTML_TYPES:
        return Line(text, True)
    raise Unclear


def dated(element: Element) -> datetime | None:
    """The moment that an element names in a usual form."""
    text = said(element)
    found = usual_moment(text) if text else None
    if text and found is None:
        raise Unclear
    return plausible(found)


def person(element: Element, names: list[str]) -> str:
    """The name and the address of an author whose elements have `names`."""
    parts = {name: stripped(child) for child, name in zip(element, names, strict=True)}
    if any(part and not part.isspace() for part in (element.text, *(child.tail for child in element))):
        raise Unclear
    name, email = parts.get("name"), parts.get("email")
    return f"{name} ({email})" if name and email else name or email or ""


def _looks_like_html(text: str) -> bool:
    if "</" not in text and not ("&" in text and ";" in text):
        return False
    from feedparser.mixin import _FeedParserMixin

    return bool(_FeedParserMixin.looks_like_html(text))

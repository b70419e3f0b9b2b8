"""OPML 2.0 (http://opml.org/spec2.opml) in, subscriptions out, and back."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from digest.errors import DigestError
from digest.ingest.decode import decode
from digest.ingest.extract import plain_title
from digest.text.normalize import one_line, shorten
from digest.text.urls import web_address

LARGEST = 10_000_000  # bytes
DEEPEST = 20  # outlines within outlines
MOST = 10_000  # feeds
_LONGEST_NAME = 120  # characters
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})""")
_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>")
_DTD = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# Addresses are often exported with bare ampersands. No entity can be declared, so that only these five are any.
_BARE_AMPERSAND = re.compile(r"&(?!(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);)")
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


class OpmlError(DigestError):
    """A file that is no OPML, or more of it than Digest reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A feed as a reader's list names it; `folders` are the names of what it lies in, outermost first."""

    outlet: str
    url: str
    language: str | None = None
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriptions:
    """What an OPML file lists: its feeds, each once, in its order, and a line for each that cannot be one."""

    feeds: tuple[Subscription, ...]
    problems: tuple[str, ...]


def read_opml(data: bytes, name: str) -> Subscriptions:
    """The feeds that `data` lists; `name` is the file's, for messages. OpmlError if it is none, or too much."""
    text = _text(data, name)
    found: dict[str, Subscription] = {}
    problems: list[str] = []
    for outline in _outlines(text.encode(), name):
        url = web_address(outline.url)
        if len(found) + len(problems) == MOST and url not in found:
            raise OpmlError(f"{name}:{outline.line}", f"lists more than {MOST:,} feeds", "split it into several files")
        if url is None or "@" in url.split("/")[2]:
            shown = shorten(one_line(outline.url), 100)
            reason = "is no http:// or https:// address without a user name; it is left out"
            problems.append(f"{name}:{outline.line}: '{shown}' {reason}")
        else:
            outlet = outline.name or url.split("/")[2].removeprefix("www.")
            feed = Subscription(outlet=outlet, url=url, language=outline.language, folders=outline.folders)
            found.setdefault(url, feed)
    return Subscriptions(feeds=tuple(found.values()), problems=tuple(problems))


def write_opml(title: str, feeds: Iterable[Subscription]) -> bytes:
    """An OPML 2.0 file of `feeds`: their folders in the order in which they are first met, names on one line."""
    from lxml import etree

    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _fit(title)
    folders: dict[tuple[str, ...], Any] = {(): etree.SubElement(root, "body")}
    for feed in feeds:
        for depth in range(1, len(feed.folders) + 1):
            path = feed.folders[:depth]
            if path not in folders:
                folders[path] = etree.SubElement(folders[path[:-1]], "outline", text=_fit(path[-1]))
        name = _fit(feed.outlet)
        outline = etree.SubElement(folders[feed.folders], "outline", type="rss", text=name, title=name)
        outline.set("xmlUrl", _fit(feed.url))
        if feed.language:
            outline.set("language", _fit(feed.language))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _text(data: bytes, name: str) -> str:
    """The file as XML that a parser may see: no declarations, no entities but XML's own, no characters that it has not.

    An attack with entities or another file needs a declaration, and lists of feeds have none.
    """
    if len(data) > LARGEST:
        raise OpmlError(name, f"is larger than {LARGEST // 1_000_000} MB", "split it into several files")
    declared = _DECLARED.match(data)
    text = decode(data, declared[1].decode("ascii") if declared else "")
    dtd = _DTD.search(text)
    if dtd:
        line = text.count("\n", 0, dtd.start()) + 1
        raise OpmlError(f"{name}:{line}", "has a document type declaration (<!DOCTYPE)", "take it out of the file")
    bare = _DECLARATION.sub(lambda match: "\n" * match[0].count("\n"), text, count=1)
    return _BARE_AMPERSAND.sub("&amp;", _UNFIT.sub("\ufffd", bare))


@dataclass(frozen=True, slots=True)
class _Outline:
    line: int
    name: str
    url: str
    language: str | None
    folders: tuple[str, ...]


def _outlines(data: bytes, name: str) -> Iterator[_Outline]:
    """The outlines that name a feed, as the parser comes to them."""
    from lxml import etree

    events = etree.iterparse(
        BytesIO(data),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    path: list[str] = []
    try:
        for event, element in events:
            if event == "end":
                path.pop()
                _forget(element)
                continue
            if not path and str(element.tag).lower() != "opml":
                raise OpmlError(name, f"is no OPML, but <{shorten(str(element.tag), 40)}>", "export the list as OPML")
            given = {key.lower(): value for key, value in element.attrib.items()}
            path.append(_name(given) if str(element.tag).lower() == "outline" else "")
            if len(path) > DEEPEST + 2:  # <opml><body> are no outlines
                raise OpmlError(f"{name}:{element.sourceline}", f"is nested deeper than {DEEPEST} outlines")
            url = _address(given)
            if url:
                yield _Outline(element.sourceline, path[-1], url, given.get("language"), _folders(path, given))
    except etree.XMLSyntaxError as error:
        reason = f"is no OPML: {shorten(one_line(str(error)), 150)}"
        raise OpmlError(name, reason, "export the list again, as OPML") from None


def _forget(element: Any) -> None:
    """Take what has been read out of the tree, so that a file of millions of elements holds one at a time."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _address(given: dict[str, str]) -> str:
    """Where a feed is, if the outline is one; some programs call it `url`."""
    is_feed = given.get("type", "").lower() in ("rss", "atom", "feed")
    url = (given.get("xmlurl") or (given.get("url", "") if is_feed else "")).strip()
    bare = url.removeprefix("feed:")  # feed:https://... and feed://... are what some readers write
    return bare if bare == url or not bare.startswith("//") else f"http:{bare}"


def _name(given: dict[str, str]) -> str:
    written = given.get("title", "").strip() or given.get("text", "")
    return shorten(plain_title(written, is_html=True), _LONGEST_NAME)


def _folders(path: list[str], given: dict[str, str]) -> tuple[str, ...]:
    """The outlines around a feed, or else its first category, which is a path."""
    around = tuple(name for name in path[:-1] if name)
    category = given.get("category", "").split(",")[0]
    return around or tuple(cleaned for part in category.split("/") if (cleaned := one_line(part)))


def _fit(text: str) -> str:
    return one_line(_UNFIT.sub("", text))

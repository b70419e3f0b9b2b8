"""What is wrong with a feed, by its specification, a line each; nothing if it is right.

RSS 2.0: https://www.rssboard.org/rss-specification and its profile, https://www.rssboard.org/rss-profile.
Atom 1.0: RFC 4287, sections in brackets. Both: no relative address and nothing that runs, in no item.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlsplit

from lxml import etree, html

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
SECTION = re.compile(r"[A-Za-z]+/[\w.+-]+")
BANNED = "//script|//style|//iframe|//form|//object|//embed|//base|//meta|//link|//svg|//math|//input|//frame"
RSS_CHANNEL = {
    "title", "link", "description", "language", "copyright", "managingEditor", "webMaster", "pubDate", "lastBuildDate",
    "category", "generator", "docs", "cloud", "ttl", "image", "rating", "textInput", "skipHours", "skipDays", "item",
}  # fmt: skip
RSS_ITEM = {"title", "link", "description", "author", "category", "comments", "enclosure", "guid", "pubDate", "source"}
FEED_ONCE = {"generator", "icon", "id", "logo", "rights", "subtitle", "title", "updated"}
ENTRY_ONCE = {"content", "id", "published", "rights", "source", "summary", "title", "updated"}
ATOM_TEXT = {"title", "subtitle", "summary", "rights", "content"}
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
Node = etree._Element


def faults(data: bytes, media_type: str, address: str) -> list[str]:
    """Those of a feed that is published at `address`."""
    if b"<!DOCTYPE" in data.split(b"<title", 1)[0]:
        return ["it has a document type"]
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    checks: dict[str, Callable[[Node, str], Iterator[str]]] = {
        "application/rss+xml": _rss,
        "application/atom+xml": _atom,
    }
    return list(checks[media_type](root, address))


# --- RSS 2.0 ------------------------------------------------------------------------------------------------------


def _rss(root: Node, address: str) -> Iterator[str]:
    channels = root.findall("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or len(channels) != 1:
        yield "it is not an rss of version 2.0 with one channel"
        return
    channel = channels[0]
    yield from _children(channel, RSS_CHANNEL, ("title", "link", "description"), but=("category", "item"))
    yield from _absolute("channel link", channel.findtext("link"))
    for name in ("pubDate", "lastBuildDate"):
        yield from _rfc822(f"channel {name}", channel.findtext(name))
    itself = [link.get("href") for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if itself != [address]:
        yield f"atom:link rel=self is {itself}, not {address}"
    guids: list[str | None] = []
    for item in channel.findall("item"):
        guids.append(item.findtext("guid"))
        yield from _item(item)
    if len(set(guids)) != len(guids):
        yield "two items have one guid"


def _item(item: Node) -> Iterator[str]:
    name = f"item {item.findtext('title') or item.findtext('guid')}"
    for fault in _children(
        item, RSS_ITEM, ("title", "link", "guid", "description", "pubDate"), but=("category", "enclosure")
    ):
        yield f"{name}: {fault}"
    guid = item.find("guid")
    if guid is not None and guid.get("isPermaLink", "true") == "true":
        yield from _absolute(f"{name}: guid, which says that it is an address,", guid.text)
    yield from _absolute(f"{name}: link", item.findtext("link"))
    yield from _rfc822(f"{name}: pubDate", item.findtext("pubDate"))
    if (source := item.find("source")) is not None:
        yield from _absolute(f"{name}: source", source.get("url"))
    for source in item.findall("enclosure"):
        if not {"url", "length", "type"} <= set(source.keys()):
            yield f"{name}: an enclosure without url, length or type"
    for element in (*item.findall(CONTENT), *item.findall("description")):
        yield from _html(f"{name}: {etree.QName(element).localname}", element.text or "")


def _children(parent: Node, known: set[str], wanted: tuple[str, ...], but: tuple[str, ...]) -> Iterator[str]:
    names = [element.tag for element in parent.iterchildren("*") if not element.tag.startswith("{")]
    yield from (f"<{name}> is no element of a {parent.tag}" for name in sorted(set(names) - known))
    yield from (f"it has no <{name}>, or an empty one" for name in wanted if not (parent.findtext(name) or "").strip())
    yield from (f"it has <{name}> twice" for name in sorted(set(names) - set(but)) if names.count(name) > 1)


def _rfc822(name: str, text: str | None) -> Iterator[str]:
    """RFC 822 with a year of four digits, and the right day of the week."""
    if text is None:
        return
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        yield f"{name}: {text} is no date of RFC 822"
        return
    if moment.tzinfo is None or format_datetime(moment) != text.replace("GMT", "+0000"):
        yield f"{name}: {text} is not written as {format_datetime(moment)}"


# --- Atom 1.0 -----------------------------------------------------------------------------------------------------


def _atom(root: Node, address: str) -> Iterator[str]:
    if root.tag != f"{ATOM}feed":
        yield "it is not an Atom feed"
        return
    yield from _construct(root, FEED_ONCE, "feed")
    if _links(root, "self") != [address]:
        yield f"link rel=self is {_links(root, 'self')}, not {address} (4.1.1)"
    entries = root.findall(f"{ATOM}entry")
    authored = root.find(f"{ATOM}author") is not None
    keys = [(entry.findtext(f"{ATOM}id"), entry.findtext(f"{ATOM}updated")) for entry in entries]
    if len({key for key, _ in keys}) != len(keys):
        yield "two entries have one id (4.1.1)"
    own = root.findtext(f"{ATOM}updated")
    moments = [_moment(text) for text in (own, *(updated for _, updated in keys)) if text and _is_moment(text)]
    if moments and moments[0] < max(moments):
        yield "an entry is newer than the feed"
    for entry in entries:
        name = f"entry {entry.findtext(f'{ATOM}title')}"
        yield from _construct(entry, ENTRY_ONCE, name)
        if not authored and entry.find(f"{ATOM}author") is None and entry.find(f"{ATOM}source/{ATOM}author") is None:
            yield f"{name}: nobody is its author (4.1.2)"
        if not _links(entry, "alternate") and entry.find(f"{ATOM}content") is None:
            yield f"{name}: neither content nor an alternate link (4.1.2)"


def _construct(parent: Node, once: set[str], name: str) -> Iterator[str]:
    """What a feed and an entry have in common."""
    names = [etree.QName(element).localname for element in parent.iterchildren(f"{ATOM}*")]
    yield from (f"{name}: {wanted} is missing (4.1)" for wanted in ("id", "title", "updated") if wanted not in names)
    yield from (f"{name}: {one} stands twice (4.1)" for one in sorted(once) if names.count(one) > 1)
    for element in parent.iterchildren(f"{ATOM}*"):
        kind = etree.QName(element).localname
        if kind in ("updated", "published") and not _is_moment(element.text or ""):
            yield f"{name}: {kind} {element.text} is no date of RFC 3339 (3.3)"
        if kind in ("id", "icon", "logo"):
            yield from _iri(f"{name}: {kind}", element.text or "")
        if kind == "link":
            yield from _absolute(f"{name}: link", element.get("href"))
        if kind in ("author", "contributor") and not (element.findtext(f"{ATOM}name") or "").strip():
            yield f"{name}: an {kind} without a name (3.2.1)"
        if kind == "category" and not element.get("term"):
            yield f"{name}: a category without a term (4.2.2.1)"
        if kind in ATOM_TEXT:
            yield from _text(f"{name}: {kind}", element, kind)
    alternates = [
        (link.get("type"), link.get("hreflang"))
        for link in parent.findall(f"{ATOM}link")
        if link.get("rel", "alternate") == "alternate"
    ]
    if len(set(alternates)) != len(alternates):
        yield f"{name}: two alternate links of one type and language (4.1.1)"


def _text(name: str, element: Node, kind: str) -> Iterator[str]:
    of = element.get("type", "text")
    if of == "html":
        yield from _html(name, element.text or "")
    elif of not in ("text", "xhtml") and not (kind == "content" and SECTION.fullmatch(of)):
        yield f"{name}: has the type {of} (3.1.1)"
    if of in ("text", "html") and len(element):
        yield f"{name}: has elements in it (3.1.1)"


def _links(parent: Node, rel: str) -> list[str | None]:
    return [link.get("href") for link in parent.findall(f"{ATOM}link") if link.get("rel", "alternate") == rel]


def _iri(name: str, text: str) -> Iterator[str]:
    if not urlsplit(text.strip()).scheme or text != text.strip():
        yield f"{name}: {text!r} is no IRI (4.2.6)"


def _is_moment(text: str) -> bool:
    return RFC3339.fullmatch(text) is not None and _moment(text).tzinfo is not None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


# --- both ---------------------------------------------------------------------------------------------------------


def _absolute(name: str, link: str | None) -> Iterator[str]:
    if link is None or not urlsplit(link).scheme or not urlsplit(link).netloc:
        yield f"{name}: {link!r} is no whole address"


def _html(name: str, source: str) -> Iterator[str]:
    """Nothing that a reader would have to take out, and no address that only works on our own pages."""
    if not source.strip():
        return
    fragment = html.document_fromstring(f"<div>{source}</div>")
    yield from (f"{name}: <{element.tag}>" for element in fragment.xpath(BANNED))
    for element in fragment.iter("*"):
        for attribute, value in element.attrib.items():
            if attribute.startswith("on") or attribute == "style":
                yield f"{name}: {attribute}={value}"
            if attribute in ("href", "src") and urlsplit(value).scheme not in ("http", "https", "mailto"):
                yield f"{name}: {attribute}={value}"

"""Feeds held against their standards: RSS 2.0 as the RSS Advisory Board profiles it, Atom (RFC 4287), JSON Feed 1.1.

Each checker yields what is wrong, in words; a feed without faults yields nothing.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator
from lxml import etree, html

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SCHEMA = Path(__file__).parent / "data" / "jsonfeed.schema.json"
LIMIT = 250_000  # bytes: JSON Feed calls 100 KB ideal and 250 KB fine
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
_RFC822 = re.compile(
    rf"({'|'.join(_DAYS)}), (\d\d) ({'|'.join(_MONTHS)}) (\d{{4}}) (\d\d):(\d\d):(\d\d) ([+-]\d{{4}}|GMT)"
)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[\w.~!$&'()*+,;=:@/?%-]+")
_CHANNEL = set(
    "title link description language copyright managingEditor webMaster pubDate lastBuildDate category generator docs "
    "cloud ttl image rating textInput skipHours skipDays".split()
)
_ITEM = set("title link description author category comments enclosure guid pubDate source".split())
_ONCE_ATOM = (
    "id",
    "title",
    "updated",
    "generator",
    "icon",
    "logo",
    "rights",
    "subtitle",
    "published",
    "summary",
    "content",
)
_FORBIDDEN = (
    "script style iframe object embed form input button svg math meta base link noscript template frame applet".split()
)
_ADDRESSES = ("href", "src", "cite", "action", "poster", "data")


def check(media_type: str, content: bytes, now: datetime, url: str | None = None) -> list[str]:
    """All faults of a feed; `url` is where it will be, None if nobody knows."""
    rules = {"application/rss+xml": rss, "application/atom+xml": atom, "application/feed+json": json_feed}
    size = [f"has {len(content)} bytes"] if len(content) > LIMIT else []
    return [*size, *rules[media_type](content, now, url)]


def tree(content: bytes) -> Any:
    """Well-formed by a parser that repairs nothing, without a document type."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, recover=False))
    assert not root.getroottree().docinfo.doctype
    return root


def rss(content: bytes, now: datetime, url: str | None) -> Iterator[str]:
    root = tree(content)
    if (root.tag, root.get("version")) != ("rss", "2.0") or [child.tag for child in root] != ["channel"]:
        yield "is no rss 2.0 with one channel"
        return
    (channel,) = root
    yield from _children(channel, _CHANNEL | {"item"}, several={"item", "category"})
    for name in ("title", "link", "description"):
        if not (channel.findtext(name) or "").strip():
            yield f"channel has no {name}"
    if not _absolute(channel.findtext("link")):
        yield "channel has a link that is no absolute address"
    if not _LANGUAGE.fullmatch(channel.findtext("language") or ""):
        yield "channel has no language"
    yield from _self(channel, url, "application/rss+xml")
    yield from _image(channel)
    yield from _rfc822(channel.findtext("lastBuildDate"), now)
    guids = [item.findtext("guid") for item in channel.iter("item")]
    yield from _unique("guid", guids)
    for item in channel.iter("item"):
        yield from (f"{item.findtext('guid')}: {fault}" for fault in _item(item, now))


def _item(item: Any, now: datetime) -> Iterator[str]:
    yield from _children(item, _ITEM, several={"category"})
    for name in ("title", "description", "pubDate", "guid"):
        if not (item.findtext(name) or "").strip():
            yield f"has no {name}"
    guid = item.find("guid")
    if guid is not None and guid.get("isPermaLink") != "false" and any(_address("guid", guid.text)):
        yield "guid is no URL, and is not said to be none"
    for link in item.iterfind("link"):
        yield from _address("link", link.text)
    for source in item.iterfind("source"):
        yield from _address("source", source.get("url"))
        if not (source.text or "").strip():
            yield "source has no name"
    yield from _rfc822(item.findtext("pubDate"), now)
    yield from _markup(item.findtext("description") or "")
    if len(item.findall(CONTENT)) != 1:
        yield "has no content, or more than one"
    yield from _markup(item.findtext(CONTENT) or "")


def _children(element: Any, known: set[str], several: set[str]) -> Iterator[str]:
    counts = Counter(child.tag for child in element if isinstance(child.tag, str))
    for tag, count in counts.items():
        if not tag.startswith("{") and tag not in known:
            yield f"<{tag}> is no element of {element.tag}"
        if count > 1 and tag not in several and not tag.startswith("{"):
            yield f"<{tag}> stands {count} times in {element.tag}"


def _image(channel: Any) -> Iterator[str]:
    for image in channel.iterfind("image"):
        for name in ("url", "link"):
            yield from _address(f"image {name}", image.findtext(name))
        if (image.findtext("title"), image.findtext("link")) != (channel.findtext("title"), channel.findtext("link")):
            yield "image has another title or link than its channel"


def _self(parent: Any, url: str | None, media_type: str) -> Iterator[str]:
    found = [link for link in parent.iterfind(f"{ATOM}link") if link.get("rel") == "self"]
    if [link.get("href") for link in found] != ([url] if url else []):
        yield f"rel=self is {[link.get('href') for link in found]}, not {url}"
    if any(link.get("type") != media_type for link in found):
        yield "rel=self has another type"
    for link in parent.iterfind(f"{ATOM}link"):
        yield from _address(f"link {link.get('rel')}", link.get("href"))


def _rfc822(text: str | None, now: datetime) -> Iterator[str]:
    found = _RFC822.fullmatch(text or "")
    if not found:
        yield f"{text!r} is no date of RFC 822 with a year of four digits"
        return
    moment = parsedate_to_datetime(found.group())
    if _DAYS[moment.weekday()] != found.group(1):
        yield f"{text!r} has a wrong day of the week"
    if moment.astimezone(UTC) > now:
        yield f"{text!r} is in the future"


def _rfc3339(text: str | None, now: datetime) -> Iterator[str]:
    if not _RFC3339.fullmatch(text or ""):
        yield f"{text!r} is no date of RFC 3339"
    elif datetime.fromisoformat(str(text)) > now:
        yield f"{text!r} is in the future"


def atom(content: bytes, now: datetime, url: str | None) -> Iterator[str]:
    root = tree(content)
    if root.tag != f"{ATOM}feed":
        yield "is no feed of Atom"
        return
    yield from _constructs(root, now)
    yield from _self(root, url, "application/atom+xml")
    ids = [root.findtext(f"{ATOM}id"), *(entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry"))]
    yield from _unique("id", ids)
    authors = root.findall(f"{ATOM}author")
    for entry in root.iter(f"{ATOM}entry"):
        name = entry.findtext(f"{ATOM}id")
        yield from (f"{name}: {fault}" for fault in _constructs(entry, now))
        if not authors and not entry.findall(f"{ATOM}author"):
            yield f"{name}: has no author"
        body = entry.find(f"{ATOM}content")
        if body is None or body.get("type") != "html":
            yield f"{name}: has no content of HTML"
        else:
            yield from (f"{name}: {fault}" for fault in _markup(body.text or ""))
        updated = [entry.findtext(f"{ATOM}updated"), root.findtext(f"{ATOM}updated")]
        if None not in updated and datetime.fromisoformat(str(updated[0])) > datetime.fromisoformat(str(updated[1])):
            yield f"{name}: was updated after its feed"


def _constructs(element: Any, now: datetime) -> Iterator[str]:
    """What RFC 4287 asks of a feed and of an entry alike (sections 3 and 4)."""
    counts = Counter(child.tag for child in element if isinstance(child.tag, str))
    for name in ("id", "title", "updated"):
        if counts[ATOM + name] != 1:
            yield f"has {counts[ATOM + name]} {name}"
    yield from (f"has {name} more than once" for name in _ONCE_ATOM if counts[ATOM + name] > 1)
    for child in element:
        if child.tag in (ATOM + "updated", ATOM + "published"):
            yield from _rfc3339(child.text, now)
        is_text = child.tag in (ATOM + "title", ATOM + "subtitle", ATOM + "summary", ATOM + "rights")
        if is_text and (len(child) or child.get("type", "text") not in ("text", "html")):
            yield f"{child.tag} is no text"
        if child.tag in (ATOM + "icon", ATOM + "logo"):
            yield from _address("icon", child.text)
        if child.tag == ATOM + "author" and not (child.findtext(ATOM + "name") or "").strip():
            yield "an author has no name"
        if child.tag == ATOM + "category" and not child.get("term"):
            yield "a category has no term"
        if child.get(LANG) and not _LANGUAGE.fullmatch(child.get(LANG)):
            yield f"{child.get(LANG)!r} is no language"
    yield from _links(element)
    if not _absolute(element.findtext(f"{ATOM}id")):
        yield "its id is no IRI"


def _links(element: Any) -> Iterator[str]:
    links = element.findall(f"{ATOM}link")
    alternates = [
        (link.get("type"), link.get("hreflang")) for link in links if link.get("rel", "alternate") == "alternate"
    ]
    if len(set(alternates)) < len(alternates):
        yield "has two alternates of one kind"
    for link in links:
        yield from _address(f"link {link.get('rel')}", link.get("href"))


@cache
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))


def json_feed(content: bytes, now: datetime, url: str | None) -> Iterator[str]:
    feed = json.loads(content.decode("utf-8"))
    faults = [f"{error.json_path}: {error.message[:120]}" for error in schema().iter_errors(feed)]
    yield from faults
    if faults:
        return
    if feed.get("feed_url") != url:
        yield f"feed_url is {feed.get('feed_url')}, not {url}"
    yield from _unique("id", [item["id"] for item in feed["items"]])
    for item in feed["items"]:
        yield from _rfc3339(item.get("date_published"), now)
        yield from _markup(item.get("content_html", ""))
    for name, value in _strings(feed):
        if name in ("url", "external_url", "home_page_url", "feed_url", "icon", "favicon", "avatar"):
            yield from _address(name, value)


def _strings(value: Any) -> Iterator[tuple[str, str]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        if isinstance(inner, str):
            yield str(key), inner
        else:
            yield from _strings(inner)


def _markup(text: str) -> Iterator[str]:
    """HTML for readers who trust nobody: no active elements or attributes, no address that is not absolute."""
    if not text.strip():
        return
    for element in html.fragment_fromstring(text, create_parent="div").iter("*"):
        if element.tag in _FORBIDDEN:
            yield f"<{element.tag}> in its HTML"
        for name, value in element.attrib.items():
            if name.startswith("on") or name in ("style", "srcset", "formaction", "srcdoc", "id", "class"):
                yield f"{name}= in its HTML"
            if name in _ADDRESSES:
                yield from _address(name, value)


def _address(name: str, url: str | None) -> Iterator[str]:
    if not url or not re.fullmatch(r"(https?://[^\s/]+(/\S*)?|mailto:\S+@\S+)", url):
        yield f"{name}: {url!r} is no absolute address of the web"


def _absolute(iri: str | None) -> bool:
    if iri and iri.startswith("tag:"):
        return bool(_TAG.fullmatch(iri))
    return bool(iri and urlsplit(iri).scheme and " " not in iri)


def _unique(name: str, values: Iterable[str | None]) -> Iterator[str]:
    yield from (f"{name} {value} stands {count} times" for value, count in Counter(values).items() if count > 1)

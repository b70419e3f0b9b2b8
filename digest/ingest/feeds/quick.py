"""A regular feed's bytes in, what it tells out: feedparser's answer, in a fraction of its time.

Regular is what nearly all feeds are: well formed, RSS or Atom 1.0, texts without elements in them, dates as the
standards have them. Of others nothing is said, and feedparser decides: where several elements say one thing, which of
them counts is its knowledge. It stands here, and in `draft`, as far as real feeds need it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urljoin

from digest.ingest.feeds.bytes import MAX_ENTRIES, check_entries
from digest.ingest.feeds.draft import NO_LINE, Draft, Element, attributes, dated, mended, person, said, stripped, typed
from digest.ingest.feeds.names import KEPT, SPECIAL, Names, Unclear
from digest.ingest.feeds.told import Heard, Line, Told, is_picture
from digest.text.urls import absolute

_ATOM = "http://www.w3.org/2005/atom"
_OLD = frozenset(("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/"))
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_BASE = re.compile(rb"base\s*=")
_BEFORE_NAME = frozenset((b":", b" ", b"\t", b"\n", b"\r"))
_WEB = re.compile(r"https?://[^\s/]+(?:/\S*)?")
_LINK_TYPES = frozenset(("html", "text/html", "xhtml", "application/xhtml+xml"))
_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+-.]*://)/+")
_SEMICOLON = re.compile(r"&([A-Za-z0-9_]+);")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_IN_SOURCE = _words("author category contributor email icon id link logo name rights subtitle title updated uri url")
_IN_PERSON = _words("email homepage itunes_email itunes_name name uri url")
_IN_IMAGE = _words("description height link title url width")
_IN_TEXTINPUT = _words("description link name title")
_IN_CATEGORY = _words("itunes_category")


def quick(data: bytes) -> Heard | None:
    """What a document in UTF-8 (see `as_utf_8`) tells, or None if that is for feedparser to say.

    Refused, if it lists too many entries, or one has too many categories. Nothing is fetched; no entity is declared.
    """
    if b"<!DOCTYPE" in data:
        return None
    root = _tree(data)
    if root is None:
        return None
    with suppress(Unclear):
        return _Feed(root, data).heard()
    return None


def _tree(data: bytes) -> Element | None:
    from lxml import etree

    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None


class _Feed:
    """One document, read in the order of its elements, as feedparser does."""

    def __init__(self, root: Element, data: bytes) -> None:
        self._root = root
        self._names = Names(data)
        self._kind = _kind(self._names.of(root.tag), root, self._names.uris)
        self._is_atom = self._kind == "feed"
        self._base = _base(root, data)
        self._whole = self._now = Draft()
        self._told: list[Told] = []
        self._pictured = False  # of many sizes of a picture the first that has an address will do
        self._has_content = False  # feedparser forgets it at the end of an entry only
        self._said = {"ttl": "", "sy_updateperiod": "", "sy_updatefrequency": ""}
        self._feed_actions: dict[str, _Bound] = {}
        self._entry_actions: dict[str, _Bound] = {}
        self._media_actions: dict[str, _Bound] = {}

    def heard(self) -> Heard:
        for holder in self._holders():
            if len(holder) > MAX_ENTRIES:
                check_entries(sum(self._names.of(child.tag) in ("item", "entry") for child in holder))
            self._walk(holder, 0, _IN_FEED, self._feed_actions)
        if not self._told and self._kind == "rdf_rdf":
            raise Unclear
        whole = self._whole
        return Heard(
            entries=self._told,
            title=whole.title or NO_LINE,
            link=whole.link or "",
            licences=[*whole.licences, *whole.licence_links],
            rights=whole.rights,
            ttl=self._said["ttl"],
            update_period=self._said["sy_updateperiod"],
            update_frequency=self._said["sy_updatefrequency"],
        )

    def _holders(self) -> list[Element]:
        """The elements that hold what a feed says; one that holds entries comes after the others."""
        if self._is_atom:
            return [self._root]
        inside = [self._names.of(child.tag) for child in self._root]
        channels = [child for child, name in zip(self._root, inside, strict=True) if name == "channel"]
        if len(channels) != 1 or any(not name.startswith("{") for name in channels[0].attrib):
            raise Unclear
        if self._kind == "rss" and len(inside) == 1:
            return channels
        if (
            self._kind == "rss"
            or inside[0] != "channel"
            or not set(inside) <= {"channel", "item", "image", "textinput"}
        ):
            raise Unclear
        return [*channels, self._root]

    def _walk(self, holder: Element, depth: int, table: Mapping[str, "_Action"], known: dict[str, "_Bound"]) -> None:
        for child in holder:
            action = known.get(child.tag)
            if action is None:
                action = known[child.tag] = self._action(child.tag, table)
            action(child, depth)

    def _action(self, tag: str, table: Mapping[str, "_Action"]) -> "_Bound":
        name = self._names.of(tag)
        if name in table:
            return partial(table[name], self)
        if name in SPECIAL or name in KEPT:
            raise Unclear
        return self._unknown

    def _within(self, element: Element) -> Iterable[str]:
        return (self._names.of(child.tag) for child in element.iterdescendants())

    # What may be anywhere and says nothing that is asked for.

    def _unknown(self, element: Element, depth: int) -> None:
        if len(element) and any(name in SPECIAL or name in KEPT for name in self._within(element)):
            raise Unclear

    def _nothing(self, element: Element, depth: int) -> None:
        if len(element):
            raise Unclear

    def _any_date(self, element: Element, depth: int) -> None:
        dated(element)

    def _only(self, element: Element, allowed: frozenset[str]) -> None:
        if len(element) and not allowed.issuperset(self._within(element)):
            raise Unclear

    def _person(self, element: Element, depth: int) -> None:
        self._only(element, _IN_PERSON)

    def _any_category(self, element: Element, depth: int) -> None:
        self._only(element, _IN_CATEGORY)

    # What a feed says of itself.

    def _image(self, element: Element, depth: int) -> None:
        self._only(element, _IN_IMAGE)

    def _textinput(self, element: Element, depth: int) -> None:
        self._only(element, _IN_TEXTINPUT)

    def _channel(self, element: Element, depth: int) -> None:
        """Of RDF; it has been read."""

    def _feed_title(self, element: Element, depth: int) -> None:
        if self._whole.title is not None:
            raise Unclear
        self._whole.title = typed(element, "text", self._is_atom)

    def _feed_summary(self, element: Element, depth: int) -> None:
        stripped(element)
        self._has_content = self._has_content or self._whole.summary is not None
        self._whole.summary = ""

    def _feed_description(self, element: Element, depth: int) -> None:
        stripped(element)
        self._has_content = self._has_content or self._whole.summary is not None

    def _say(self, element: Element, depth: int) -> None:
        text = said(element)
        self._said[self._names.of(element.tag)] = "" if element.attrib else text

    def _entry(self, element: Element, depth: int) -> None:
        self._now, self._pictured = Draft(), False
        if element.attrib:
            if not {_XML_LANG, f"{_RDF}about"}.issuperset(element.attrib):
                raise Unclear
            self._now.id = element.get(f"{_RDF}about") or None
        self._walk(element, 0, _IN_ENTRY, self._entry_actions)
        self._told.append(self._now.told(self._is_atom))
        self._now, self._has_content = self._whole, False

    # What an entry says, and some of it a feed.

    def _title(self, element: Element, depth: int) -> None:
        line = typed(element, "text", self._is_atom)
        if not self._now.titled:
            self._now.title, self._now.title_depth, self._now.titled = line, 0, bool(line.text)

    def _media_title(self, element: Element, depth: int) -> None:
        """feedparser takes its type for that of the title even where it does not take its words."""
        line, now = typed(element, "text", self._is_atom), self._now
        if now.titled:
            return
        if now.sourced:
            raise Unclear
        if now.title is None or depth <= now.title_depth:
            now.title, now.title_depth = line, depth
        else:
            now.title = Line(now.title.text, line.is_html)

    def _source(self, element: Element, depth: int) -> None:
        self._only(element, _IN_SOURCE)
        for child in element.iterdescendants():
            if self._names.of(child.tag) == "updated":
                dated(child)
        now = self._now
        now.titled, now.sourced = False, now.sourced or len(element) > 0
        now.source = self._source_title(element) if len(element) else Line(said(element), True)
        now.source_url = attributes(element).get("url", "") if element.attrib else ""

    def _source_title(self, element: Element) -> Line:
        """Of a source with elements in it; words between them would be its title instead."""
        if any(words and not words.isspace() for words in (element.text, *(child.tail for child in element))):
            raise Unclear
        titles = [child for child in element.iterdescendants() if self._names.of(child.tag) == "title"]
        if len(titles) > 1 or any(title.getparent() is not element for title in titles):
            raise Unclear
        return typed(titles[0], "text", self._is_atom) if titles else NO_LINE

    def _description(self, element: Element, depth: int) -> None:
        self._summarized(element, depth, "html")

    def _summary(self, element: Element, depth: int) -> None:
        self._summarized(element, depth, "text")

    def _summarized(self, element: Element, depth: int, kind: str) -> None:
        if self._now.summary is not None and not self._has_content:
            self._content(element, depth)
        else:
            line = typed(element, kind, self._is_atom)
            if self._now.summary_depth is None or depth <= self._now.summary_depth:
                self._now.summary, self._now.summary_depth = line.text, depth

    def _content(self, element: Element, depth: int, kind: str = "text") -> None:
        line = typed(element, kind, self._is_atom)
        self._has_content = True
        self._now.content.append((line.text, not line.is_html))
        if self._now.summary is None:
            self._now.summary = line.text

    def _encoded(self, element: Element, depth: int) -> None:
        self._content(element, depth, "html")

    def _link(self, element: Element, depth: int) -> None:
        given = attributes(element) if element.attrib else {}
        if "url" in given or "uri" in given or (given and "href" not in given):
            raise Unclear
        if "href" not in given:
            self._written_link(element)
            return
        stripped(element)
        url, rel = self._resolved(given["href"]), given.get("rel", "alternate")
        kind = given.get("type", "application/atom+xml" if rel == "self" else "text/html")
        if rel == "license" and url:
            self._now.licence_links.append(url)
        elif rel == "enclosure" and is_picture("", kind, url):
            self._now.enclosed.append(url)
        elif rel == "alternate" and kind in _LINK_TYPES:
            self._now.link = url

    def _written_link(self, element: Element) -> None:
        """feedparser mends ampersands here, which were references once."""
        url = self._written_address(element)
        if "&" in url:
            url = _SEMICOLON.sub(r"&\1", url if self._now is self._whole else url.replace("&amp;", "&"))
        self._now.link = url

    def _guid(self, element: Element, depth: int) -> None:
        is_link = not element.attrib or _is_permalink(element)
        guid = self._written_address(element) if is_link else said(element)
        self._now.id = guid
        if is_link and self._now.link is None:
            self._now.link = guid

    def _written_address(self, element: Element) -> str:
        url = stripped(element)
        if self._base or ":///" in url:
            url = self._resolved(url) if url else ""
        return url if url.isascii() else mended(url)

    def _resolved(self, url: str) -> str:
        if ":///" in url:
            url = _SLASHES.sub(r"\1", url)
        try:
            return urljoin(self._base, url) if self._base else url
        except ValueError:
            return ""

    def _published(self, element: Element, depth: int) -> None:
        self._now.published = dated(element)

    def _updated(self, element: Element, depth: int) -> None:
        self._now.updated = dated(element)

    def _author(self, element: Element, depth: int) -> None:
        if not len(element):
            self._now.author = said(element)
            return
        names = [self._names.of(child.tag) for child in element]
        if self._now.author is not None or not _IN_PERSON.issuperset(names):
            raise Unclear
        self._now.author = person(element, names)

    def _category(self, element: Element, depth: int) -> None:
        if element.attrib:
            given = attributes(element)
            self._now.add_category(given.get("term"), given.get("scheme", given.get("domain")), given.get("label"))
        self._now.name_category(said(element))

    def _keywords(self, element: Element, depth: int) -> None:
        if element.attrib:
            raise Unclear
        for word in said(element).split(","):
            self._now.add_category(word.strip(), None, None)

    def _group(self, element: Element, depth: int) -> None:
        self._walk(element, depth + 1, _IN_MEDIA, self._media_actions)

    def _media(self, element: Element, depth: int) -> None:
        if not self._pictured:
            given = attributes(element)
            url = given.get("url", "")
            if is_picture(given.get("medium", ""), given.get("type", ""), url):
                self._now.images.append(url)
                self._pictured = absolute(url) is not None
        if len(element):
            self._group(element, depth)

    def _thumbnail(self, element: Element, depth: int) -> None:
        given = attributes(element)
        if "url" not in given or len(element):
            raise Unclear
        self._now.thumbnails.append(given["url"])

    def _enclosure(self, element: Element, depth: int) -> None:
        given = attributes(element)
        if len(element) or "uri" in given or "href" in given:
            raise Unclear
        url = given.get("url", "")
        if is_picture("", given.get("type", ""), url):
            self._now.enclosed.append(url)

    def _own_image(self, element: Element, depth: int) -> None:
        given = attributes(element)
        self._nothing(element, depth)
        self._now.own_image = given.get("href") or given.get("url") or self._now.own_image

    def _licence(self, element: Element, depth: int) -> None:
        if url := said(element):
            self._now.licences.append(url)

    def _cc_licence(self, element: Element, depth: int) -> None:
        self._nothing(element, depth)
        if url := element.get(f"{_RDF}resource"):
            self._now.licences.append(url)

    def _rights(self, element: Element, depth: int) -> None:
        self._now.rights = typed(element, "text", self._is_atom)


_Action = Callable[[_Feed, Any, int], None]
_Bound = Callable[[Any, int], None]


def _table(*rows: tuple[str, _Action]) -> dict[str, _Action]:
    return {name: action for names, action in rows for name in names.split()}


_ANYWHERE = _table(
    ("admin_errorreportsto admin_generatoragent cloud dc_contributor dc_language dc_publisher", _Feed._nothing),
    ("feedburner_browserfriendly generator info itunes_block itunes_explicit itunes_subtitle language", _Feed._nothing),
    (
        "media_credit media_license media_player media_rating media_restriction subtitle tagline webmaster",
        _Feed._nothing,
    ),
    ("created dcterms_created expirationdate", _Feed._any_date),
    ("contributor", _Feed._person),
    ("link", _Feed._link),
    ("guid id", _Feed._guid),
    ("copyright dc_rights rights", _Feed._rights),
    ("creativecommons_license", _Feed._licence),
    ("cc_license", _Feed._cc_licence),
)
_IN_FEED = _ANYWHERE | _table(
    ("author dc_author dc_creator itunes_author itunes_owner managingeditor", _Feed._person),
    ("category dc_subject itunes_category keywords media_category", _Feed._any_category),
    ("enclosure itunes_image itunes_keywords media_content media_keywords media_thumbnail", _Feed._nothing),
    ("dc_date dcterms_issued dcterms_modified issued lastbuilddate modified", _Feed._any_date),
    ("pubdate published updated", _Feed._any_date),
    ("dc_description description media_description", _Feed._feed_description),
    ("itunes_summary summary", _Feed._feed_summary),
    ("dc_title media_title title", _Feed._feed_title),
    ("entry item", _Feed._entry),
    ("channel", _Feed._channel),
    ("image", _Feed._image),
    ("textinput", _Feed._textinput),
    ("items", _Feed._unknown),
    ("sy_updatefrequency sy_updateperiod ttl", _Feed._say),
)
_IN_ENTRY = _ANYWHERE | _table(
    ("author dc_author dc_creator itunes_author", _Feed._author),
    ("category dc_subject keywords media_category", _Feed._category),
    ("itunes_keywords media_keywords", _Feed._keywords),
    ("content", _Feed._content),
    ("content_encoded fullitem", _Feed._encoded),
    ("dc_description description media_description", _Feed._description),
    ("itunes_summary summary", _Feed._summary),
    ("dc_title title", _Feed._title),
    ("media_title", _Feed._media_title),
    ("dcterms_issued issued pubdate published", _Feed._published),
    ("dc_date dcterms_modified lastbuilddate modified updated", _Feed._updated),
    ("enclosure", _Feed._enclosure),
    ("image", _Feed._nothing),
    ("itunes_image", _Feed._own_image),
    ("media_content", _Feed._media),
    ("media_group", _Feed._group),
    ("media_thumbnail", _Feed._thumbnail),
    ("source", _Feed._source),
)

_IN_MEDIA = {name: action for name, action in _IN_ENTRY.items() if name.startswith("media_")}


def _kind(name: str, root: Element, uris: frozenset[str]) -> str:
    """rss, feed or rdf_rdf; which of them it takes for Atom depends on the namespaces that it meets first."""
    declared = {uri.lower() for uri in uris}
    is_atom = name == "feed" and root.tag.lower() == f"{{{_ATOM}}}feed" and not declared & _OLD
    if name == "rss" or is_atom or (name == "rdf_rdf" and _ATOM not in declared):
        return name
    raise Unclear


def _is_permalink(element: Element) -> bool:
    as_usual = element.keys() == ["isPermaLink"]
    given = element.get("isPermaLink") if as_usual else attributes(element).get("ispermalink", "true")
    return bool(given == "true")


def _base(root: Element, data: bytes) -> str:
    """The address that others are relative to, if the document names one, and does so once."""
    lowered = data.lower()
    named = sum(lowered[match.start() - 1 : match.start()] in _BEFORE_NAME for match in _BASE.finditer(lowered))
    if not named:
        return ""
    base = str(root.get(_XML_BASE, ""))
    if named > 1 or not _WEB.fullmatch(base):
        raise Unclear
    return urljoin(base, base)

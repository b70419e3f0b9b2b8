"""Artifacts read back: what does one claim, and what stands beside it? Each format's escaping is undone by parsers.

Where a quote begins and ends is fixed for each media type, for every format there will ever be (docs/formats.md):
HTML marks it up, Markdown quotes the block, plain text indents it by four spaces.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import Message
from html import unescape
from typing import Any

from digest.errors import StoreError, VerifyError
from digest.model import Artifact
from digest.render.frozen import thaw
from digest.render.markup import read_html, read_markdown
from digest.render.reading import MARK, Claim, Reading, bare
from digest.text.normalize import one_line

MAIL = "message/rfc822"
_INDENT = "    "
_WORDLESS = ("image/", "font/", "text/css")
_ATOM = "{http://www.w3.org/2005/Atom}"
_HTML = ("{http://purl.org/rss/1.0/modules/content/}encoded", "description")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")  # parsers stop at them, or pass them over, each in its own way
# What parsers, Python's own for messages among them, raise on files that nobody has foreseen.
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OverflowError)


def quotes_in(artifact: Artifact) -> tuple[Claim, ...]:
    """Every quote that `artifact` claims, in order; VerifyError as `read` says."""
    return tuple(claim for _, reading in read(artifact) for claim in reading.claims)


def read(artifact: Artifact) -> tuple[tuple[str, Reading], ...]:
    """What can be read in an artifact, with its name: once, or for a message each of its bodies; nothing of a picture.

    Raises VerifyError if it cannot be read, or has a media type from which nobody knows how to read quotes.
    """
    return tuple((part.path, _read(part)) for part in _parts(artifact) if not part.media_type.startswith(_WORDLESS))


def _read(artifact: Artifact) -> Reading:
    reader = _READERS.get(artifact.media_type)
    if reader is None:
        raise VerifyError(artifact.path, f"quotes cannot be read back from {artifact.media_type}")
    try:
        text = artifact.content.decode()
        if _CONTROLS.search(text):
            raise ValueError("it has control characters")
        return reader(text)
    except (*_BROKEN, StoreError) as error:
        raise VerifyError(artifact.path, f"cannot be read back: {error}") from error


def _parts(artifact: Artifact) -> tuple[Artifact, ...]:
    """The bodies of a message, in UTF-8, the subject with the plain one; of anything else the artifact itself."""
    if artifact.media_type != MAIL:
        return (artifact,)
    try:
        mail = message_from_bytes(artifact.content, policy=policy.default)
        return tuple(_bodies(mail, artifact.path))
    except _BROKEN as error:
        raise VerifyError(artifact.path, f"cannot be read back: {error}") from error


def _bodies(mail: Message, path: str) -> Iterator[Artifact]:
    for part in mail.walk():
        if part.is_multipart():
            continue
        media_type = part.get_content_type()
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            raise TypeError(f"its {media_type} has no content")
        if media_type.startswith("text/"):
            content = content.decode(part.get_content_charset("utf-8")).encode()
        if media_type == "text/plain":
            content = f"{mail.get('Subject', '')}\n\n".encode() + content
        yield Artifact(path=f"{path} ({media_type})", media_type=media_type, content=content)


def _from_text(text: str) -> Reading:
    """Paragraphs in which every line is indented by four spaces are quotes."""
    claims: list[Claim] = []
    rest: list[str] = []
    for quoted, lines in _paragraphs(text):
        if quoted:
            claims.append(Claim(text=bare(" ".join(line.strip() for line in lines))))
        rest.append(MARK if quoted else one_line(" ".join(lines)))
    return Reading(claims=tuple(claims), rest="\n".join(rest))


def _paragraphs(text: str) -> Iterator[tuple[bool, list[str]]]:
    """Neighbouring lines that are indented, or are not, with the answer which of the two."""
    lines: list[str] = []
    quoted = False
    for line in [*text.replace("\r\n", "\n").split("\n"), ""]:
        indented = line.startswith(_INDENT)
        if lines and (indented != quoted or not line.strip()):
            yield quoted, lines
            lines = []
        if line.strip():
            lines, quoted = [*lines, line], indented


def _from_feed(text: str) -> Reading:
    """RSS 2.0, Atom (RFC 4287) and other XML, such as a sitemap: the quotes are in what holds HTML."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.LxmlError as error:
        raise ValueError(str(error)) from error
    if root.getroottree().docinfo.doctype:  # it may bring entities, words that stand somewhere else
        raise ValueError("it has a document type")
    return Reading.joined(_from_element(element) for element in root.iter("*"))


def _from_element(element: Any) -> Reading:
    own = "".join(element.xpath("text()"))
    if element.tag.startswith(_ATOM) and element.get("type") == "xhtml":
        raise ValueError("XHTML in Atom cannot be read back, HTML can")
    if element.tag in _HTML or (element.tag.startswith(_ATOM) and element.get("type") == "html"):
        reading = read_html(own)
        # Many descriptions are plain text, in which "<" is only a sign.
        return reading if reading.claims or element.tag != "description" else _plain(own, reading)
    return _plain(own) if element.tag == f"{_ATOM}summary" else _beside(own)


def _beside(text: str) -> Reading:
    """Words that are no place for quotes; some readers show entities in them as HTML would."""
    return Reading(rest=one_line(unescape(text)))


def _plain(text: str, html: Reading | None = None) -> Reading:
    """Plain text of a feed, or what is meant to be, read as `html`, with what stands in a quote's place there."""
    reading = _from_text(unescape(text) if html else text)
    return replace(reading, credits=html.credits if html else (), rest=unescape(reading.rest))


def _from_json_feed(text: str) -> Reading:
    """JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/."""
    feed = json.loads(text)
    return Reading.joined([_beside(str(feed.get("title", ""))), *(_from_item(item) for item in feed["items"])])


def _from_item(item: dict[str, Any]) -> Reading:
    return Reading.joined(
        [
            _beside(str(item.get("title", ""))),
            _plain(item.get("summary", "")),
            read_html(item.get("content_html", "")),
            _from_text(item.get("content_text", "")),
        ]
    )


def _from_json(text: str) -> Reading:
    quotes = (quote for brief in thaw(text.encode()).briefs for quote in brief.quotes())
    return Reading(claims=tuple(Claim(text=q.text, article=q.article, start=q.start, end=q.end) for q in quotes))


_READERS: dict[str, Callable[[str], Reading]] = {
    "text/html": read_html,
    "text/markdown": read_markdown,
    "text/plain": _from_text,
    "application/rss+xml": _from_feed,
    "application/atom+xml": _from_feed,
    "application/xml": _from_feed,
    "application/feed+json": _from_json_feed,
    "application/json": _from_json,
}

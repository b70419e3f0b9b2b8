"""Artifacts read back: which quotes does one claim? Each format's escaping is undone here, by parsers.

Where a quote begins and ends is fixed for each media type, for every format there will ever be (docs/formats.md):
HTML marks it up, Markdown quotes the block, plain text indents it by four spaces.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from digest.errors import StoreError, VerifyError
from digest.model import Artifact
from digest.render.frozen import thaw

_OPEN, _CLOSE = "“", "”"
_INDENT = "    "
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_WORDLESS = ("image/", "font/", "text/css")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Words that an artifact gives as a quote, with article and offsets where the artifact tells them."""

    text: str
    article: str | None = None
    start: int | None = None
    end: int | None = None


def quotes_in(artifact: Artifact) -> tuple[Claim, ...]:
    """Every quote that `artifact` claims, in order.

    Raises VerifyError if it cannot be read, or has a media type from which nobody knows how to read quotes.
    """
    if is_wordless(artifact):
        return ()
    reader = _READERS.get(artifact.media_type)
    if reader is None:
        raise VerifyError(artifact.path, f"quotes cannot be read back from {artifact.media_type}")
    try:
        return tuple(reader(artifact.content))
    except (ValueError, SyntaxError, StoreError) as error:  # lxml's errors are SyntaxErrors
        raise VerifyError(artifact.path, f"cannot be read back: {error}") from error


def is_wordless(artifact: Artifact) -> bool:
    """Can it have no quotes at all, being a picture or a style sheet?"""
    return artifact.media_type.startswith(_WORDLESS)


def parts_of(artifact: Artifact) -> tuple[Artifact, ...]:
    """The bodies of a message as artifacts of their own; of anything else the artifact itself."""
    if artifact.media_type != "message/rfc822":
        return (artifact,)
    return tuple(
        Artifact(
            path=f"{artifact.path} ({part.get_content_type()})",
            media_type=part.get_content_type(),
            content=part.get_content().encode(),
        )
        for part in _bodies(artifact.content)
    )


def _bodies(content: bytes) -> Iterable[EmailMessage]:
    mail = message_from_bytes(content, policy=policy.default)
    return (part for part in mail.walk() if isinstance(part, EmailMessage) and not part.is_multipart())


def _from_html(content: bytes) -> Iterable[Claim]:
    """Any element with `data-quote`, and any `q` or `blockquote` even without: nothing else may look like a quote."""
    from lxml import html

    if not content.strip():
        return
    root = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8"))
    for element in root.iter("*"):
        key = element.get("data-quote")
        if key is not None:
            yield _keyed(element.text_content(), key)
        elif element.tag in ("q", "blockquote") and not element.xpath(".//*[@data-quote]"):
            yield Claim(text=element.text_content())


def _keyed(text: str, key: str) -> Claim:
    article, _, span = key.rpartition(":")
    start, _, end = span.partition("-")
    return Claim(text=text, article=article, start=int(start), end=int(end))


def _from_rss(content: bytes) -> Iterable[Claim]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    for encoded in etree.fromstring(content, parser).iter(_CONTENT):
        yield from _from_html((encoded.text or "").encode())


def _from_markdown(content: bytes) -> Iterable[Claim]:
    """Paragraphs of blockquotes, but for those that begin with a dash: they say who is quoted."""
    from markdown_it import MarkdownIt

    depth = 0
    for token in MarkdownIt("commonmark", {"html": False}).parse(content.decode()):
        if token.type.startswith("blockquote"):
            depth += token.nesting
        elif token.type == "inline" and depth:
            text = "".join(" " if part.type == "softbreak" else part.content for part in token.children or ())
            if not text.startswith("—"):
                yield Claim(text=_bare(text))


def _from_text(content: bytes) -> Iterable[Claim]:
    """Paragraphs in which every line is indented by four spaces."""
    paragraph: list[str] = []
    for line in [*content.decode().replace("\r\n", "\n").split("\n"), ""]:
        if line.startswith(_INDENT):
            paragraph.append(line.strip())
        elif paragraph:
            yield Claim(text=_bare(" ".join(paragraph)))
            paragraph = []


def _bare(text: str) -> str:
    """Without its quotation marks, if it has both; with them it will equal no quote."""
    return text[1:-1] if text.startswith(_OPEN) and text.endswith(_CLOSE) else text


def _from_json(content: bytes) -> Iterable[Claim]:
    for brief in thaw(content).briefs:
        for quote in brief.quotes():
            yield Claim(text=quote.text, article=quote.article, start=quote.start, end=quote.end)


def _from_mail(content: bytes) -> Iterable[Claim]:
    for part in parts_of(Artifact(path="", media_type="message/rfc822", content=content)):
        yield from quotes_in(part)


_READERS: dict[str, Callable[[bytes], Iterable[Claim]]] = {
    "text/html": _from_html,
    "application/rss+xml": _from_rss,
    "text/markdown": _from_markdown,
    "text/plain": _from_text,
    "message/rfc822": _from_mail,
    "application/json": _from_json,
}

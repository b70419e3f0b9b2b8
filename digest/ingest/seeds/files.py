"""A seed file's bytes in, an article out. Pure: whoever calls has read the file."""

import codecs
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from typing import Any

from digest.errors import SeedError
from digest.ingest.article import compose
from digest.ingest.clean import clean, left_out
from digest.ingest.credit import credited
from digest.ingest.decode import decode, decode_page, is_binary
from digest.ingest.extract import fragment_paragraphs, page_lines, page_paragraphs
from digest.ingest.lines import beginning, unwrap
from digest.ingest.seeds.frontmatter import FrontMatter, split
from digest.ingest.seeds.head import read_head
from digest.ingest.seeds.letter import read_letter
from digest.model import Article, short_hash

MAX_SIZE = 5_000_000  # bytes
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
# What may begin or end emphasis, links, code or tags. A paragraph with more of them is left as it is: the parser's work
# grows with their square.
_MARKS = re.compile(r"[\[\]*_`~<&\\!]")
_MOST_MARKS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a file says by itself, before front matter and arguments have their say; `lines` still have page chrome.

    `around` are lines of it that are not among `lines`; `link` is the host of the page that it is a copy of.
    """

    lines: tuple[str, ...]
    title: str = ""
    outlet: str | None = None
    author: str | None = None
    published: datetime | None = None
    day_only: bool = False
    url: str | None = None
    around: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    link: str | None = None


def read_seed(data: bytes, name: str, *, outlet: str | None, language: str, seen: datetime) -> Article:
    """The article in seed file `name` (its path relative to the configuration, with forward slashes).

    Front matter goes before `outlet` and `language`, and these before what the file says by itself (a page its site,
    an e-mail its sender); where nobody names the outlet it is the file name's stem. Raises SeedError for a file that
    cannot be read or has no text.
    """
    path = PurePosixPath(name)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise SeedError(name, f"has the unknown ending {path.suffix!r}", f"allowed are {', '.join(_READERS)}")
    _check(data, name)
    front, draft = reader(data, name)
    cleaned = clean(draft.lines, front.title or draft.title)
    named = front.outlet or outlet or draft.outlet or path.stem
    published, day_only = _published(front, draft, cleaned.day)
    title = cleaned.title
    if not title and not cleaned.paragraphs:
        raise SeedError(name, "has no text", "a seed file is a headline and paragraphs")
    return compose(
        id=short_hash("file", name),
        outlet=named,
        title=title,
        paragraphs=cleaned.paragraphs,
        url=front.url or draft.url,
        published=published,
        day_only=day_only,
        author=front.author or (draft.author if draft.author != named else None),
        language=front.language or language,
        seen=seen,
        categories=front.categories or draft.categories,
        credit=credited(
            stated=front.source,
            around=(*cleaned.around, *draft.around),
            link=draft.link,
            author=front.author or draft.author,
            paragraphs=cleaned.paragraphs,
        ),
    )


def check_size(size: int, name: str) -> None:
    """SeedError if a seed file of `size` bytes is too large to be an article; whoever reads files asks before."""
    if size > MAX_SIZE:
        raise SeedError(name, f"has {size:,} bytes", f"at most {MAX_SIZE:,} are read; cut it into articles")


def _check(data: bytes, name: str) -> None:
    check_size(len(data), name)
    if not data.strip():
        raise SeedError(name, "is empty", "write an article into it, or remove it")
    if is_binary(decode(data)):
        raise SeedError(name, "is no text but binary data", "save it as plain text in UTF-8")


def _published(front: FrontMatter, draft: Draft, day: date | None) -> tuple[datetime | None, bool]:
    """The first known of: front matter, the file's own data, a line at the head of the text."""
    if front.published:
        return front.published, front.day_only
    if draft.published:
        return draft.published, draft.day_only
    return (datetime(day.year, day.month, day.day, tzinfo=UTC), True) if day else (None, False)


def _text(data: bytes, name: str) -> tuple[FrontMatter, Draft]:
    front, body = split(decode(data), name)
    return front, Draft(lines=tuple(unwrap(beginning(body).splitlines())))


def _markdown(data: bytes, name: str) -> tuple[FrontMatter, Draft]:
    front, body = split(decode(data), name)
    return front, Draft(lines=_blocks(_markdown_paragraphs(beginning(body))))


def _page(data: bytes, name: str) -> tuple[FrontMatter, Draft]:
    front, page = split(decode_page(data), name)
    head = read_head(page)
    paragraphs = page_paragraphs(page.encode("utf-8", "replace"))
    return front, Draft(
        lines=_blocks(paragraphs),
        around=left_out(page_lines(page), paragraphs),
        categories=head.categories,
        link=head.copied_from,
        title=head.title,
        outlet=head.site,
        author=head.author,
        published=head.published,
        day_only=head.day_only,
        url=head.url,
    )


def _letter(data: bytes, name: str) -> tuple[FrontMatter, Draft]:
    # Only so do bytes that are no UTF-8 survive: the parts of a letter have encodings of their own.
    text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")
    front, body = split(text, name)
    letter = read_letter(body.lstrip("\r\n").encode("utf-8", "surrogateescape"))
    return front, Draft(
        lines=letter.lines, title=letter.subject, outlet=letter.sender, author=letter.sender, published=letter.date
    )


_READERS: dict[str, Callable[[bytes, str], tuple[FrontMatter, Draft]]] = {
    ".txt": _text,
    ".md": _markdown,
    ".html": _page,
    ".eml": _letter,
}


SUFFIXES = tuple(_READERS)


def _blocks(paragraphs: Iterable[str]) -> tuple[str, ...]:
    """`paragraphs` with an empty line after each: every one is a block of its own."""
    return tuple(line for paragraph in paragraphs for line in (paragraph, ""))


def _markdown_paragraphs(text: str) -> list[str]:
    """The paragraphs of CommonMark: headings and list items apart, markers and code blocks gone.

    Of raw HTML the tags are dropped, scripts and styles whole; the words between are text.
    """
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    # With HTML known as such it can be dropped. Nothing is rendered here: tokens are read, text comes out.
    parser = MarkdownIt("js-default", {"html": True}).disable("inline")
    known: dict[str, Any] = {}  # the links that the text defines
    paragraphs: list[str] = []
    for token in parser.parse(text, known):
        if token.type == "html_block":
            paragraphs += fragment_paragraphs(token.content)
        elif token.type == "inline" and len(_MARKS.findall(token.content)) > _MOST_MARKS:
            paragraphs.append(token.content)
        elif token.type == "inline":
            children: list[Token] = []
            parser.inline.parse(token.content, parser, known, children)
            paragraphs.append(_inline(children))
    return paragraphs


def _inline(tokens: Iterable[object]) -> str:
    parts: list[str] = []
    dropped = ""  # the element whose content is no text, while inside of it
    for token in tokens:
        kind, content = getattr(token, "type", ""), getattr(token, "content", "")
        if kind == "html_inline":
            tag = _TAG.match(content)
            name = tag[2].lower() if tag else ""
            if name == "br":
                parts.append(" ")
            if name in ("script", "style") and dropped in ("", name):
                dropped = "" if tag and tag[1] else name
        elif dropped:
            continue
        elif kind in ("text", "code_inline", "text_special"):
            parts.append(content)
        elif kind in ("softbreak", "hardbreak"):
            parts.append(" ")
    return re.sub(r" {2,}", " ", "".join(parts))

"""HTML and Markdown read back. Markdown is turned into HTML first, so that what is true of one is true of both."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from digest.render.reading import DASHES, MARK, PAIRS, Claim, Reading, bare
from digest.text.normalize import one_line
from digest.text.words import words

_SILENT = ("script", "style")
_READ_ALOUD = ("alt", "aria-label", "content", "title")  # attributes that people get to read
_INLINE = frozenset(
    "a abbr b bdi bdo cite code data dfn em font i kbd mark q s samp small span strong sub sup time u var wbr".split()
)
_DEPTH = 500  # of blocks in blocks; markdown-it passes over what lies deeper
_FRONT = re.compile(r"---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)
_LINE_BREAKS = re.compile(r"[\t\n\f\r]+")
_QUOTED = re.compile(rf"[{''.join(PAIRS)}\"\s]*{MARK}[{''.join(PAIRS)}\"\s]*")


def read_html(html: str) -> Reading:
    """Any element with `data-quote` is a quote, and any `q` or `blockquote` even without it.

    Raises ValueError if it cannot be parsed to its end.
    """
    if not html.strip():
        return Reading()
    page = _Page()
    rest = page.text(_parse(html))
    return Reading(
        claims=tuple(page.claims),
        credits=tuple(page.credits),
        rest="\n".join(one_line(line) for line in (*rest.split("\n"), *page.aside)),
    )


def read_markdown(text: str) -> Reading:
    """Blocks of blockquotes are quotes, but for those that begin with a dash: they say who is quoted.

    What front matter says, in YAML, is read as words beside them.
    """
    from markdown_it import MarkdownIt

    front = _FRONT.match(text)
    reading = read_html(MarkdownIt("commonmark", {"maxNesting": _DEPTH}).render(text[front.end() if front else 0 :]))
    return Reading.joined([_front_matter(front[1]), reading]) if front else reading


def _front_matter(source: str) -> Reading:
    """Raises ValueError if it is no YAML of plain values: parsers would differ about what it says."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        found = YAML(typ="safe", pure=True).load(source)
    except YAMLError as error:
        raise ValueError(f"its front matter is no YAML: {error}") from error
    return Reading(rest="\n".join(one_line(str(value)) for value in _values(found)))


def _values(node: object) -> Iterator[object]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield name
            yield from _values(value)
    elif isinstance(node, list):
        for value in node:
            yield from _values(value)
    else:
        yield node


def _parse(source: str) -> Any:
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8")
    try:
        root = html.document_fromstring(source.encode(), parser=parser)
    except etree.LxmlError as error:
        raise ValueError(str(error)) from error
    fatal = parser.error_log.filter_from_fatals()
    if fatal:  # the parser repairs what it can, and drops the rest of the page without a word
        raise ValueError(fatal[0].message)
    return root


@dataclass(slots=True, kw_only=True)
class _Page:
    """A page while it is read."""

    claims: list[Claim] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)

    def text(self, element: Any) -> str:
        """What stands in an element, its blocks on lines of their own, its quotes blanked and noted."""
        self.aside += [_LINE_BREAKS.sub(" ", element.get(name)) for name in _READ_ALOUD if element.get(name)]
        if element.tag in _SILENT:
            return ""
        before, key = len(self.claims), element.get("data-quote")
        if key is not None:
            self.claims.append(_keyed(element.text_content(), key))
        inner = _LINE_BREAKS.sub(" ", element.text or "")
        for child in element:
            inner += self.text(child) if isinstance(child.tag, str) else ""  # comments have no tag
            inner += _LINE_BREAKS.sub(" ", child.tail or "")
        if key is None and element.tag in ("q", "blockquote"):
            self._quoted(inner, alone=len(self.claims) == before, dashes=DASHES if element.tag == "blockquote" else ())
        elif key is None:
            return inner if element.tag in _INLINE else f"\n{inner}\n"
        return MARK if element.tag in _INLINE else f"\n{MARK}\n"

    def _quoted(self, inner: str, *, alone: bool, dashes: tuple[str, ...]) -> None:
        """A `q` or `blockquote` without a key: a quote itself if there is none in it, or else a frame of quotes."""
        for line in inner.split("\n"):
            block = _QUOTED.sub(" ", line).strip()
            if block and alone and not block.startswith(dashes):
                self.claims.append(Claim(text=bare(block)))
            elif words(block):
                self.credits.append(block)


def _keyed(text: str, key: str) -> Claim:
    article, _, span = key.rpartition(":")
    start, _, end = span.partition("-")
    return Claim(text=text, article=article, start=int(start), end=int(end))

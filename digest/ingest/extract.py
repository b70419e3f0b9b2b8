"""HTML in, paragraphs of plain text out: of a feed's entry, and of a whole web page. Pure, and safe on hostile HTML."""

import html as entities
import logging
import re
from itertools import islice
from typing import Any

from digest.ingest.chrome import FEED_TAIL_INLINE, LINK_LIST, is_feed_tail
from digest.ingest.clean import left_out, without_chrome
from digest.ingest.decode import decode_page
from digest.ingest.lines import beginning, unwrap
from digest.text.normalize import one_line
from digest.text.sentences import ends_sentence

# trafilatura logs what it cannot read; here that is an empty result, and nobody's stderr.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())

MAX_FRAGMENT = 1_000_000  # characters; longer entries are cut
_MOST_TAGS = 30_000  # of an entry; with as many it is a table or an attack
MAX_PAGE = 3_000_000  # characters; longer pages are cut
_MOST_PAGE_TAGS = 40_000  # twice as many as the largest of a thousand pages of news had
_MAX_DEPTH = 200  # open elements; the sanitizer needs time in proportion to length times depth
_BLOCK_NAMES = (
    "address article aside blockquote caption center dd details div dl dt fieldset footer h1 h2 h3 h4 h5 h6 header hr "
    "li main ol p pre section summary table tbody td tfoot th thead tr ul"
)
_DROPPED_NAMES = (
    "applet audio button canvas datalist embed figcaption form frameset head iframe map math nav noscript object "
    "option script select style svg template textarea title video"
)
_VOID_NAMES = "area base br col embed hr img input link meta param source track wbr"
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_DROPPED = frozenset(_DROPPED_NAMES.split())
_VOID = frozenset(_VOID_NAMES.split())
# Elements that the next of their kind closes, so that authors leave their end tags out.
_SELF_CLOSING = frozenset(("p", "li", "dd", "dt", "tr", "td", "th", "tbody", "thead", "tfoot", "option"))
_CAPTION_CLASS = "wp-caption-text"  # the figure caption of older WordPress themes is a plain paragraph
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_CLEAN_TAG = re.compile(r'<(/?)([a-z0-9]+)(?: class="([a-z-]*)")?>')
_MARKUP = re.compile(r"<[a-zA-Z/!?]")
_LONG_LINE = 50  # characters: a line broken here or later was broken for width, not for sense


def fragment_paragraphs(html: str) -> tuple[str, ...]:
    """An entry's HTML, or plain text, as paragraphs of plain text without the feed's own last words.

    Headings, list items and table cells are paragraphs; captions, scripts, forms and frames are dropped. Whatever the
    input, the result holds no markup that was not text before, and the work is linear in its length.
    """
    return fragment(html)[0]


def fragment(html: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The paragraphs of an entry's HTML, or plain text, and its lines that are none: what the feed says around them."""
    html = html[:MAX_FRAGMENT]
    found = _html_paragraphs(html) if _MARKUP.search(html) else unwrap(beginning(entities.unescape(html)).splitlines())
    lines = [line for line in map(one_line, found) if line]
    kept = _without_tail(lines)
    return kept, left_out(lines, kept)


def plain_title(text: str, is_html: bool) -> str:
    """A title on one line: as it is, or with markup dropped and entities decoded once if `is_html`."""
    if is_html and ("<" in text or "&" in text):
        text = entities.unescape(_sanitize(text[:MAX_FRAGMENT], frozenset()))
    return one_line(text)


def page_paragraphs(data: bytes) -> tuple[str, ...]:
    """The main text of a whole web page as paragraphs, without comments; of a page too small to tell, all its text.

    Found by trafilatura (Barbaresi 2021, https://aclanthology.org/2021.acl-demo.15).
    """
    from trafilatura.core import bare_extraction
    from trafilatura.settings import Document

    text = _with_fewer_tags(decode_page(data)[:MAX_PAGE])
    # Any date parameter keeps trafilatura from asking the clock for a default; we read no dates with it.
    page = bare_extraction(
        text,
        include_comments=False,
        include_tables=True,
        date_extraction_params={"extensive_search": False},
    )
    paragraphs = _tree_paragraphs(page.body) if isinstance(page, Document) else []
    found = [line for line in map(one_line, paragraphs) if line]
    return tuple(without_chrome(found)) or fragment_paragraphs(text)


def page_lines(page: str) -> list[str]:
    """All lines of a web page, whatever they are."""
    lines = map(one_line, _html_paragraphs(_with_fewer_tags(page[:MAX_PAGE])[:MAX_FRAGMENT]))
    return [line for line in lines if line]


def _with_fewer_tags(page: str) -> str:
    """`page` up to where it has more tags than any but a hostile one."""
    if page.count("<") <= _MOST_PAGE_TAGS:
        return page
    return page[: next(islice(re.finditer("<", page), _MOST_PAGE_TAGS, None)).start()]


def _sanitize(html: str, tags: frozenset[str]) -> str:
    """`html` with `tags` only, without attributes and comments: the one door through which markup comes in."""
    import nh3

    return nh3.clean(
        _shallow(html),
        tags=set(tags),
        clean_content_tags=set(_DROPPED),
        attributes={},
        allowed_classes={"p": {_CAPTION_CLASS}} if "p" in tags else {},
        link_rel=None,
    )


def _shallow(html: str) -> str:
    """`html` up to where it has more elements, or more within each other, than anything but an attack."""
    depth: dict[str, int] = {}
    total = 0
    for count, match in enumerate(_TAG.finditer(html)):
        if count == _MOST_TAGS:
            return html[: match.start()]
        name = match.group(2).lower()
        foreign = depth.get("svg", 0) + depth.get("math", 0) > 0
        if name in _VOID or (name in _SELF_CLOSING and not foreign):
            continue
        step = 1 if not match.group(1) else -1 if depth.get(name, 0) else 0
        depth[name] = depth.get(name, 0) + step
        total += step
        if total > _MAX_DEPTH:
            return html[: match.start()]
    return html


class _Collector:
    """Gathers text into paragraphs; a single line break parts them only where it was meant to."""

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self._lines: list[list[str]] = [[]]

    def text(self, text: str) -> None:
        self._lines[-1].append(text)

    def line_break(self) -> None:
        self._lines.append([])

    def part(self) -> None:
        current: list[str] = []
        length = 0  # of `current` so far: the work has to stay linear in the number of lines
        for line in (one_line("".join(pieces)) for pieces in self._lines):
            if current and (not line or _is_break(current[-1], length, line)):
                self._close(current)
                current, length = [], 0
            if line:
                current.append(line)
                length += len(line) + 1
        self._close(current)
        self._lines = [[]]

    def _close(self, lines: list[str]) -> None:
        if lines:
            self.paragraphs.append(" ".join(lines))


def _is_break(before: str, length: int, after: str) -> bool:
    """Does a paragraph of `length` characters (a space for each line's end) that ends in line `before` end there?"""
    if ends_sentence(before):
        return True
    return length <= _LONG_LINE and not after[0].islower()


def _html_paragraphs(html: str) -> list[str]:
    clean = _sanitize(html, _BLOCKS | {"br"})
    collector = _Collector()
    position, in_caption = 0, False
    for match in _CLEAN_TAG.finditer(clean):
        if not in_caption:
            collector.text(entities.unescape(clean[position : match.start()]))
        position = match.end()
        closing, name, css_class = match.groups()
        if name == "br":
            collector.line_break()
            continue
        collector.part()
        in_caption = (css_class == _CAPTION_CLASS) or (in_caption and not (closing and name == "p"))
    collector.text(entities.unescape(clean[position:]))
    collector.part()
    return collector.paragraphs


def _tree_paragraphs(body: Any) -> list[str]:
    """The paragraphs of trafilatura's own tree, in which `lb` is a line break and hi, ref, del and code run along."""
    from lxml import etree

    collector = _Collector()
    for event, element in etree.iterwalk(body, events=("start", "end")):
        inline = element.tag in ("hi", "ref", "del", "code", "lb", "graphic")
        if not inline:
            collector.part()
        if element.tag == "lb" and event == "start":
            collector.line_break()
        collector.text((element.text if event == "start" else element.tail) or "")
    collector.part()
    return collector.paragraphs


def _without_tail(paragraphs: list[str]) -> tuple[str, ...]:
    """`paragraphs` without the feed's own words around them: "The post X appeared first on Y.", "Read more"."""
    cut = [FEED_TAIL_INLINE.sub("", line) for line in paragraphs]
    kept = [line for line in without_chrome(cut) if not LINK_LIST.match(line)]
    while kept and is_feed_tail(kept[-1]):
        kept.pop()
    return tuple(kept)

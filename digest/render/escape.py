"""Untrusted text made safe for each language that Digest writes, and the links it is willing to show."""

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from unicodedata import bidirectional
from urllib.parse import urlsplit

from markupsafe import Markup

from digest.text.normalize import one_line, seen

WIDTH = 78  # columns of plain text, as RFC 5322 section 2.1.1 wants them
_SCHEMES = ("http", "https")
# Before its own ten marks Markdown has always known a backslash; before others some readers (Python-Markdown, kramdown)
# would show it. Those become entities, which nobody takes for markup: of HTML, tables, strikethrough, math, emoji, bare
# links, attributes, and of what Jekyll (Liquid) and Hugo (shortcodes) look for before they look at the Markdown.
_MARKDOWN = re.compile(r"(?P<own>[\\`*_\[\]>#])|[<~|{}]|&(?=#?\w+;)|\$(?=\$)|(?<=\$)\$|:(?=//|\w+:)|(?<=www)\.")
_NO_PART = re.compile(r'["<>^`{|}\[\]]')  # what RFC 3986 has no place for, after the host
_LIST_NUMBER = re.compile(r"(\d{1,9})([.)])")
_IN_DESTINATION = re.compile(r"[\\()<>{}]")
_IN_YAML = re.compile(r"[<\[\]{}]|&(?=#?\w+;)")
_ISOLATE, _ISOLATED = "\u2068", "\u2069"
_ISOLATES = re.compile(f"([{_ISOLATE}{_ISOLATED}])")


def safe_link(url: str | None) -> str | None:
    """`url` if it may be shown as a link: http or https with a host and no user, or a mailto; else None.

    Whatever a browser might repair (spaces, controls, backslashes, invisible characters) is not a link. Characters
    that no URL may have, and many have, are percent-encoded: all browsers ask for such a page in this way.
    """
    if not url or "\\" in url or " " in url or one_line(url) != url:
        return None
    try:
        parts = urlsplit(url)
        if parts.scheme == "mailto":
            return url if "@" in parts.path else None
        if parts.scheme not in _SCHEMES or not parts.hostname or "@" in parts.netloc:
            return None
        host, path = url[: url.index(parts.netloc) + len(parts.netloc)], url.partition(parts.netloc)[2]
        return host + _NO_PART.sub(lambda match: f"%{ord(match.group()):02X}", path)
    except ValueError:  # "http://[" and the like
        return None


def _written(text: str) -> Markup:
    """Marked as being in the language of the artifact already: templates escape it no further."""
    return Markup(text)  # noqa: S704  # only what the functions below have escaped gets here


def as_text(value: object) -> Markup:
    """Plain text on one line."""
    return _written(one_line(str(value)))


def isolated(value: str, right_to_left: bool) -> str:
    """`value` on one line; if it has letters that run against the line, in isolates: no mail program knows <bdi>.

    See https://unicode.org/reports/tr9/#Explicit_Directional_Isolates.
    """
    line = one_line(value)
    against = ("L",) if right_to_left else ("R", "AL")
    has_any = not line.isascii() or right_to_left
    return f"{_ISOLATE}{line}{_ISOLATED}" if has_any and any(bidirectional(c) in against for c in line) else line


def as_paragraph(value: object, first: str = "", rest: str = "") -> Markup:
    """Plain text wrapped at 78 columns, `first` before its first line and `rest` before the others.

    Long words stay whole, so that joining the lines by spaces gives the same text back. Isolates stay, in pairs.
    """
    lines = textwrap.wrap(
        _with_isolates(str(value)),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return _written("\n".join(lines))


def as_json(value: object) -> Markup:
    """A JSON value; texts are on one line each, but for what other filters have made already."""
    return _written(json.dumps(_tidy(value), ensure_ascii=False, allow_nan=False))


def _tidy(value: object) -> object:
    if isinstance(value, Mapping):
        return {one_line(str(key)): _tidy(one) for key, one in value.items()}
    if isinstance(value, str):
        return value if isinstance(value, Markup) else one_line(value)
    return [_tidy(one) for one in value] if isinstance(value, Sequence) else value


def seen_isolated(text: str) -> str:
    """As `seen`, but isolates stay if each is closed before the next one opens."""
    if _ISOLATE not in text or "".join(_ISOLATES.findall(text)).replace(_ISOLATE + _ISOLATED, ""):
        return seen(text)
    return "".join(piece if piece in (_ISOLATE, _ISOLATED) else seen(piece) for piece in _ISOLATES.split(text))


def _with_isolates(text: str) -> str:
    """`text` on one line, with its isolates if each is closed before the next one opens."""
    if "".join(_ISOLATES.findall(text)).replace(_ISOLATE + _ISOLATED, "") or _ISOLATE not in text:
        return one_line(text)
    pieces = (
        piece if piece in (_ISOLATE, _ISOLATED) else one_line(f"|{piece}|")[1:-1] for piece in _ISOLATES.split(text)
    )
    return "".join(pieces).strip()


def as_markdown(value: object) -> Markup:
    """Text that Markdown shows as it is, wherever on a line it stands: CommonMark, and what blogs are made with."""
    line = _MARKDOWN.sub(_escaped, one_line(str(value)))
    if line.startswith(("-", "+")):  # lists and rules
        return _written("\\" + line)
    if line.startswith(("=", ":")):  # underlines of headings, definitions
        return _written(f"&#{ord(line[0])};{line[1:]}")
    return _written(_LIST_NUMBER.sub(r"\1\\\2", line, count=1) if _LIST_NUMBER.match(line) else line)


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match[0]}" if match["own"] else f"&#{ord(match[0])};"


def as_yaml(value: object) -> Markup:
    """A double-quoted scalar of YAML 1.1 and 1.2 on one line, which says nothing but `value`.

    In it is no HTML and no link either, for readers of Markdown that do not know of front matter.
    """
    written = json.dumps(one_line(str(value)), ensure_ascii=False)
    return _written(_IN_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", written))


def as_markdown_url(url: str) -> Markup:
    """A link's destination for `[text](destination)`."""
    quoted = _IN_DESTINATION.sub(lambda match: f"%{ord(match.group()):02X}", url)
    return _written(re.sub(r"&(?=#?\w+;)", r"\&", quoted))

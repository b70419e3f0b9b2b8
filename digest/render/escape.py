"""Untrusted text made safe for each language that Digest writes, and the links it is willing to show."""

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from markupsafe import Markup

from digest.text.normalize import one_line

WIDTH = 78  # columns of plain text, as RFC 5322 section 2.1.1 wants them
_SCHEMES = ("http", "https")
_MARKDOWN = re.compile(r"[\\`*_\[\]<>~|#]|&(?=#?\w+;)")
_LIST_NUMBER = re.compile(r"(\d{1,9})([.)])")
_IN_DESTINATION = re.compile(r"[\\()<>]")


def safe_link(url: str | None) -> str | None:
    """`url` if it may be shown as a link: http or https with a host and no user, or a mailto; else None.

    Whatever a browser might repair (spaces, controls, backslashes, invisible characters) is not a link.
    """
    if not url or "\\" in url or " " in url or one_line(url) != url:
        return None
    try:
        parts = urlsplit(url)
        if parts.scheme == "mailto":
            return url if "@" in parts.path else None
        return url if parts.scheme in _SCHEMES and parts.hostname and "@" not in parts.netloc else None
    except ValueError:  # "http://[" and the like
        return None


def _written(text: str) -> Markup:
    """Marked as being in the language of the artifact already: templates escape it no further."""
    return Markup(text)  # noqa: S704  # only what the functions below have escaped gets here


def as_text(value: object) -> Markup:
    """Plain text on one line."""
    return _written(one_line(str(value)))


def as_paragraph(value: object, first: str = "", rest: str = "") -> Markup:
    """Plain text wrapped at 78 columns, `first` before its first line and `rest` before the others.

    Long words stay whole, so that joining the lines by spaces gives the same text back.
    """
    lines = textwrap.wrap(
        one_line(str(value)),
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


def as_markdown(value: object) -> Markup:
    """Text that CommonMark shows as it is, wherever on a line it stands."""
    line = _MARKDOWN.sub(r"\\\g<0>", one_line(str(value)))
    if line.startswith(("-", "+", "=")):  # lists, rules and underlines of headings
        return _written("\\" + line)
    return _written(_LIST_NUMBER.sub(r"\1\\\2", line, count=1) if _LIST_NUMBER.match(line) else line)


def as_markdown_url(url: str) -> Markup:
    """A link's destination for `[text](destination)`."""
    quoted = _IN_DESTINATION.sub(lambda match: f"%{ord(match.group()):02X}", url)
    return _written(re.sub(r"&(?=#?\w+;)", r"\&", quoted))

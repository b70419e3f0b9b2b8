"""Untrusted text made safe for each language that Digest writes, and the links it is willing to show."""

import re
import textwrap
from urllib.parse import urlsplit

from markupsafe import Markup

from digest.text.normalize import one_line

WIDTH = 78  # columns of plain text, as RFC 5322 section 2.1.1 wants them
_SCHEMES = ("http", "https")
_NO_PART = re.compile(r'["<>^`{|}\[\]]')  # what RFC 3986 has no place for, after the host
_MARKDOWN = re.compile(r"[\\`*_\[\]<>~|#]|&(?=#?\w+;)")
_LIST_NUMBER = re.compile(r"(\d{1,9})([.)])")
_IN_DESTINATION = re.compile(r"[\\()<>]")


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

"""Jinja the way Digest uses it: sandboxed, strict, and escaping by the language that is being written.

In HTML and XML every value is escaped. In any other media type nothing is escaped by itself, so that a value which has
not gone through a filter of that language (`text`, `paragraph`, `markdown`, `markdown_url`, `tojson`) is an error.
"""

import base64
import hashlib
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from traceback import extract_tb
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from digest.errors import FormatError
from digest.render import dates
from digest.render.catalogue import ENGLISH
from digest.render.charts import coverage, mix
from digest.render.cited import Said
from digest.render.escape import (
    as_json,
    as_markdown,
    as_markdown_url,
    as_paragraph,
    as_text,
    as_yaml,
    isolated,
    seen_isolated,
)
from digest.render.mail import for_subscribers
from digest.render.nutshell import nutshell
from digest.render.outline import slug
from digest.render.takes import shares
from digest.render.view import direction
from digest.render.words import Words, words
from digest.text.normalize import one_line, shorten

_ISOLATE = Markup("\u2068{}\u2069")
_REFERENCES = {0x2068: "&#8296;", 0x2069: "&#8297;"}
# What a template can do wrong; anything else is a bug of ours and goes up.
TEMPLATE_ERRORS = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError)


def is_markup(media_type: str) -> bool:
    """Is it HTML or XML?"""
    return media_type in ("text/html", "text/xml", "application/xml") or media_type.endswith("+xml")


def csp_hash(style: str) -> str:
    """The source expression that lets an inline style through a Content-Security-Policy (CSP 3, section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, which asks of every attribute whether it leads out: half of the time that a page takes.

    The values of a record that have no underscore before their name never do, so they are not asked about. Whatever is
    then done with a value is.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        if hasattr(type(obj), "__dataclass_fields__") and not attribute.startswith("_"):
            try:
                return getattr(obj, attribute)
            except AttributeError:
                return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


@lru_cache(maxsize=64)
def environment(folder: Path, media_type: str, said: Words | None = None) -> ImmutableSandboxedEnvironment:
    """Templates of one format's folder, for artifacts of one media type, with words of one language (else English).

    Kept, since compiling takes longer than rendering; Jinja reads a template again when its file has changed.
    """
    escaping, said = is_markup(media_type), said or words(ENGLISH)
    jinja = _Sandbox(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=escaping,
        finalize=_tidy if escaping else _written,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    jinja.filters.update(_FILTERS, **_spoken(said, escaping))
    if not escaping:
        jinja.filters["tojson"] = as_json
    jinja.globals["_"] = partial(_say if escaping else _plain, said)
    jinja.globals["for_subscribers"] = for_subscribers
    return jinja


def _spoken(said: Words, escaping: bool) -> dict[str, Callable[..., Any]]:
    """The filters whose results hang on the language."""
    return {
        "counted": lambda number, noun: _isolated(said, escaping, said.count(number, noun)),
        "day": said.day,
        "isolated": partial(_isolated, said, escaping),
        "marks": lambda quote: said.marks(quote.text),
        "moment": said.moment,
        "month": said.month,
        "number": said.number,
        "weekday": said.weekday,
    }


def _isolated(said: Words, escaping: bool, value: str) -> str:
    line = isolated(value, direction(said.language) == "rtl")
    return _referred(escape(line)) if escaping else line


def _referred(markup: Markup) -> Markup:
    """Isolates of our own as references, since what feeds send is shown without any."""
    return Markup(markup.translate(_REFERENCES))  # noqa: S704  # it was


def _say(said: Words, message: str, **values: object) -> Markup:
    """A message, which may hold markup of its own, with its values escaped."""
    found = {name: _tidy(value) for name, value in values.items()}
    if not _is_astray(said, message):
        return Markup(said.find(message)).format(**found)  # noqa: S704
    apart = {name: _ISOLATE.format(value) for name, value in found.items()}
    return _referred(_ISOLATE.format(Markup(message).format(**apart)))  # noqa: S704


def _plain(said: Words, message: str, **values: object) -> str:
    text = said.say(message, **values)
    return f"\u2068{text}\u2069" if _is_astray(said, message) else text


def _is_astray(said: Words, message: str) -> bool:
    """Is it English for want of a translation, in a page that runs the other way?"""
    return direction(said.language) == "rtl" and said.find(message) == message


def _tidy(value: Any) -> Any:
    """A value about to be escaped: on one line, without characters that XML forbids or that nobody can see."""
    if value is None:
        raise TypeError("a value printed here is None")
    if isinstance(value, Markup):  # joined with what was no markup, it holds values that did not come by here
        return Markup(seen_isolated(value))  # noqa: S704  # it was
    return one_line(value) if isinstance(value, str) else value


def _marked(quote: Said, tag: str) -> Markup:
    """The text of a quote, escaped, with the words that decided on a stance in elements named `tag`."""
    opened, closed = Markup(f"<{tag}>"), Markup(f"</{tag}>")  # noqa: S704  # a template's own word
    pieces = ((opened + escape(text) + closed) if decided else escape(text) for text, decided in quote.pieces)
    return Markup("").join(pieces)


def _cdata(html: str) -> Markup:
    """HTML as a CDATA section of XML, which reads better, and is shorter, than with all its signs escaped."""
    return Markup("<![CDATA[{}]]>").format(Markup(html.replace("]]>", "]]]]><![CDATA[>")))  # noqa: S704


def _written(value: Any) -> Any:
    if isinstance(value, Markup | int | Undefined):
        return value
    raise TypeError(f"{str(value)[:40]!r} is printed without a filter such as text or markdown")


def format_error(error: Exception, folder: Path, template: str) -> FormatError:
    """What went wrong in a template, with the file and the line."""
    path, line = folder / template, None
    if isinstance(error, TemplateSyntaxError):
        path, line = Path(error.filename or path), error.lineno
    else:
        frames = [frame for frame in extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(folder)]
        if frames:  # Jinja rewrites tracebacks so that they name template lines
            path, line = Path(frames[-1].filename), frames[-1].lineno
    reason = str(error) or type(error).__name__
    return FormatError(f"{path}:{line}" if line else str(path), reason)


_FILTERS = {  # those that are the same in every language
    "cdata": _cdata,
    "coverage": coverage,
    "csp_hash": csp_hash,
    "direction": direction,
    "iso": dates.iso,
    "markdown": as_markdown,
    "markdown_url": as_markdown_url,
    "marked": _marked,
    "mix": mix,
    "nutshell": nutshell,
    "paragraph": as_paragraph,
    "rfc822": dates.rfc822,
    "shares": shares,
    "shorten": shorten,
    "slug": slug,
    "text": as_text,
    "yaml": as_yaml,
}

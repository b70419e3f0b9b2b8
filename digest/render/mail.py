"""An issue as one e-mail message (RFC 5322, RFC 2046 section 5.1.4), and that message made out to one subscriber.

What differs from one subscriber to the next stands in a block of each part of the message, and nowhere else. A template
marks it with `{% call for_subscribers() %} ... {% endcall %}`, on lines of its own. In it may stand

| place | for |
|---|---|
| `https://unsubscribe.invalid/` | the address that unsubscribes this reader |
| `https://preferences.invalid/` | the address where this reader changes what comes |
| `reader@subscriber.invalid` | the reader's own address |

So a message is made once, and `made_out` fills the places of each copy without touching the rest of it. Files on disk
are for everybody: `without_subscribers` takes the blocks out.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.quoprimime import body_encode
from email.utils import format_datetime, parseaddr
from html import escape
from quopri import decodestring

from markupsafe import Markup

from digest.errors import FormatError
from digest.model import Issue
from digest.render.words import Words
from digest.text.normalize import one_line, shorten

HEADER_LIMIT = 76  # characters, decoded; one word of that length still fits a line of 78
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]+")  # without quoted or national parts
_ADDRESS_LIMIT = 254  # characters (RFC 5321 section 4.5.3.1, erratum 1690)
UNSUBSCRIBE = "https://unsubscribe.invalid/"
PREFERENCES = "https://preferences.invalid/"
READER = "reader@subscriber.invalid"
# Nobody sees these characters, and none that a feed sends gets as far as a template's output.
_BEGIN, _END = "\u2063\u2062", "\u2062\u2063"
_BLOCK = re.compile(f"{_BEGIN}\n(.*?){_END}\n", re.DOTALL)
_ENCODED = re.compile(rb"=E2=81=A3=E2=81=A2\r\n(.*?)=E2=81=A2=E2=81=A3\r\n", re.DOTALL)
_HEADERS = ["From", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"]
_QUOTED_LINE = 76  # characters of quoted-printable (RFC 2045 section 6.7)
_POLICY = policy.SMTP.clone(max_line_length=_QUOTED_LINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """To whom a message is made out; `unsubscribe` and `preferences` are https addresses of this reader's alone."""

    address: str
    unsubscribe: str
    preferences: str


def message(issue: Issue, text: str, html: str, words: Words) -> bytes:
    """The issue as multipart/alternative, the text first; lines end in CRLF and have at most 78 octets.

    Whoever sends it adds To, and the headers of a list. Message-ID and boundary follow from the issue's id.
    Raises FormatError if the sender is no address, or if a header would be read back as another one.
    """
    key = hashlib.sha256(f"{issue.edition}\0{issue.id}".encode()).hexdigest()[:32]
    sender = _sender(issue)
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = sender
    mail["Subject"] = header_text(subject(issue, words))
    mail["Date"] = format_datetime(issue.at)
    mail["Message-ID"] = f"<{key}@{sender.domain}>"
    mail["MIME-Version"] = "1.0"
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{key}")
    for part in mail.iter_parts():
        del part["MIME-Version"]  # add_alternative repeats it in the parts, where it means nothing
    data = mail.as_bytes()
    _check(data, issue)
    return data


def subject(issue: Issue, words: Words) -> str:
    """The top story's headline; the edition's title and the issue's number if there is none, or before one in capitals.

    Filters take a subject without a small letter for spam (SpamAssassin: SUBJ_ALL_CAPS), and headlines are not ours to
    change.
    """
    named = words.say("{title}, no. {number}", title=issue.title, number=issue.number)
    if not issue.briefs:
        return named
    headline = issue.briefs[0].title
    return f"{named}: {headline}" if headline.isupper() and " " in headline else headline


def header_text(text: str) -> str:
    """Untrusted text for a header: one short line, and nothing in it that reads as an encoded word.

    Before 3.11.10 and 3.12.5 Python decodes those when a header is set, and a line break hidden in one begins a new
    header (CVE-2024-6923).
    """
    return shorten(one_line(text).replace("=?", "= ?"), HEADER_LIMIT)


def for_subscribers(caller: Callable[[], str]) -> Markup:
    """What a template says to subscribers alone, marked."""
    return Markup(f"{_BEGIN}\n{caller()}{_END}\n")  # noqa: S704  # the template has escaped it


def without_subscribers(text: str) -> str:
    """The part of a message for everybody: without what is said to subscribers alone."""
    return _BLOCK.sub("", text)


def made_out(data: bytes, reader: Reader) -> bytes:
    """A message made out to one reader: its blocks filled, all other bytes as they were, no line longer.

    Headers are not its business. Whoever adds them had better write List-Unsubscribe on one line: the library that
    writes messages folds an address of more than 76 characters in its middle.
    """
    return _ENCODED.sub(lambda block: _filled(block, reader), data)


def _filled(block: re.Match[bytes], reader: Reader) -> bytes:
    before = block.string[: block.start()]
    in_html = before.rfind(b"\r\nContent-Type: text/html") > before.rfind(b"\r\nContent-Type: text/plain")
    text = decodestring(block[1]).decode()
    values = {UNSUBSCRIBE: reader.unsubscribe, PREFERENCES: reader.preferences, READER: reader.address}
    for place, value in values.items():
        text = text.replace(place, escape(one_line(value)) if in_html else one_line(value))
    lines = text.replace("\r\n", "\n").encode().decode("latin-1")  # it encodes the characters that bytes would be
    return body_encode(lines, _QUOTED_LINE, "\r\n").encode()


def _sender(issue: Issue) -> Address:
    name, spec = parseaddr(issue.sender or "digest@localhost")
    if not _ADDRESS.fullmatch(spec) or len(spec) > _ADDRESS_LIMIT or "=?" in spec:
        raise FormatError(str(issue.sender), "is not an address to send from", "Weekly <news@example.org>")
    return Address(header_text(name or issue.title), addr_spec=spec)


def _check(data: bytes, issue: Issue) -> None:
    found = message_from_bytes(data, policy=policy.SMTP)
    if sorted(found.keys()) != sorted(_HEADERS) or found.defects:
        raise FormatError(issue.id, f"its message reads back with the headers {', '.join(found.keys())}")


def in_pieces(data: bytes) -> tuple[tuple[bytes, ...], Callable[[Reader], tuple[bytes, ...]]]:
    """A message in the pieces that all readers get, and what stands between them for one reader: as `made_out` has it.

    Thousands of copies are made so: of each only the lines with a place in them are written anew.
    """
    common: list[bytes] = []
    blocks: list[_Lines] = []
    end = 0
    for block in _ENCODED.finditer(data):
        common.append(data[end : block.start()])
        blocks.append(_Lines.of(block))
        end = block.end()
    return (*common, data[end:]), lambda reader: tuple(lines.filled(reader) for lines in blocks)


@dataclass(frozen=True, slots=True)
class _Lines:
    """A block for subscribers: lines as they are written, but as text where there is a place to fill."""

    lines: tuple[bytes | str, ...]
    in_html: bool

    @classmethod
    def of(cls, block: re.Match[bytes]) -> "_Lines":
        before = block.string[: block.start()]
        in_html = before.rfind(b"\r\nContent-Type: text/html") > before.rfind(b"\r\nContent-Type: text/plain")
        text = decodestring(block[1]).decode().replace("\r\n", "\n")
        lines = (line + "\n" for line in text.split("\n")[:-1])
        return cls(tuple(line if any(p in line for p in _PLACES) else _quoted(line) for line in lines), in_html)

    def filled(self, reader: Reader) -> bytes:
        values = dict(zip(_PLACES, (reader.unsubscribe, reader.preferences, reader.address), strict=True))
        if self.in_html:
            values = {place: escape(value) for place, value in values.items()}
        return b"".join(line if isinstance(line, bytes) else _quoted(_put(line, values)) for line in self.lines)


_PLACES = (UNSUBSCRIBE, PREFERENCES, READER)


def _put(line: str, values: Mapping[str, str]) -> str:
    for place, value in values.items():
        line = line.replace(place, one_line(value))
    return line


def _quoted(line: str) -> bytes:
    return body_encode(line.encode().decode("latin-1"), _QUOTED_LINE, "\r\n").encode()

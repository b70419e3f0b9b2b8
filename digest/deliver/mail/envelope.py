"""One issue's message and one subscriber in, the bytes for the mail server out (RFC 5322, RFC 2369, RFC 2919, RFC 8058).

The message is rendered once; what differs is put in front of it. Headers are written here and not by the library, which
breaks the address in a List-Unsubscribe of more than 76 characters. So every head is read back before it goes.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.parser import BytesHeaderParser
from email.utils import format_datetime, parseaddr

from digest.errors import DigestError
from digest.mailing import domain_of

LINE = 998  # octets (RFC 5322 section 2.1.1)
_KEPT = ("From", "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
_ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058 section 3.1
_LOCAL = re.compile(r"[^\s\x00-\x20\x7f\"(),:;<>@\[\]\\]{1,64}")
_DOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
_PARSER = BytesHeaderParser()
_FOLD = re.compile(r"\r?\n(?=[ \t])")


class Undeliverable(DigestError):
    """Nothing can be sent to this subscriber; the others are not concerned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """What one subscriber follows. `unsubscribe` and `preferences` are https addresses, `leave` is a mailto one.

    All may be empty.
    """

    unsubscribe: str = ""
    leave: str = ""
    preferences: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """To whom: `address` as the subscriber wrote it. `id` is the subscriber's; `sender` is where bounces go."""

    id: str
    address: str
    sender: str
    links: Links


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is handed to a mail server. `utf8`: it goes only through one that takes addresses in UTF-8 (RFC 6531)."""

    sender: str
    recipient: str
    id: str
    data: bytes
    utf8: bool


# The body made out to one subscriber.
Fill = Callable[[Addressee], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The message of one issue: the headers that all copies have in common, and how the body is made out."""

    issue: str
    list_id: str
    domain: str
    kept: tuple[tuple[str, bytes], ...]
    fill: Fill


def letter(message: bytes, edition: str, issue: str, fill: Fill | None = None) -> Letter:
    """A rendered message, read; DigestError if it is none. Without `fill` everybody gets the same body."""
    read = message_from_bytes(message, policy=policy.SMTP)
    parts = [part.get_content_type() for part in read.walk()]
    if read.defects or parts != ["multipart/alternative", "text/plain", "text/html"]:
        raise DigestError(f"{edition} {issue}", f"its message is made of {', '.join(parts)}", "build the issue again")
    head, _, body = message.partition(b"\r\n\r\n")
    kept = tuple((name, value) for name, value in _headers(head) if name in _KEPT)
    domain = domain_of(parseaddr(str(read["From"]))[1])
    whose = f"{edition}.{domain}"
    return Letter(issue=f"{edition}/{issue}", list_id=whose, domain=domain, kept=kept, fill=fill or (lambda _: body))


def envelope(letter: Letter, to: Addressee, secret: bytes, at: datetime) -> Envelope:
    """The message made out to one subscriber, dated `at`; Undeliverable if it cannot be."""
    recipient, utf8 = mailbox(to.address)
    own = [
        ("Date", format_datetime(at)),
        ("To", recipient),
        ("Message-ID", message_id(letter, to.id, secret)),
        ("List-ID", f"<{letter.list_id}>"),
        *_unsubscribe(to.links),
        ("Auto-Submitted", "auto-generated"),
        ("Precedence", "bulk"),
    ]
    head = b"".join(f"{name}: {value}\r\n".encode() for name, value in own)
    head += b"".join(name.encode() + b": " + value + b"\r\n" for name, value in letter.kept)
    body = letter.fill(to)
    _check_head(head, own, letter)
    _check_lines(head, body)
    return Envelope(sender=to.sender, recipient=recipient, id=to.id, data=head + b"\r\n" + body, utf8=utf8)


def mailbox(address: str) -> tuple[str, bool]:
    """An address as a mail server takes it, its domain in ASCII, and whether it needs SMTPUTF8."""
    local, _, _ = address.strip().rpartition("@")
    domain = domain_of(address)
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain) or len(local) + len(domain) > 253:
        raise Undeliverable("a subscriber", "has an address that no mail can go to", "correct or remove it")
    return f"{local}@{domain}", not local.isascii()


def message_id(letter: Letter, subscriber: str, secret: bytes) -> str:
    """The same for the same issue and subscriber, however often it is tried; it tells nothing of either."""
    said = f"message\0{letter.issue}\0{subscriber}".encode()
    return f"<{hmac.new(secret, said, hashlib.sha256).hexdigest()[:40]}@{letter.domain}>"


def _unsubscribe(links: Links) -> list[tuple[str, str]]:
    """One click is only for an https address; a mail address may stand after it."""
    ways = [f"<{way}>" for way in (links.unsubscribe, links.leave) if way]
    if not ways:
        return []
    header = [("List-Unsubscribe", ",\r\n ".join(ways))]
    return [*header, ("List-Unsubscribe-Post", _ONE_CLICK)] if links.unsubscribe.startswith("https:") else header


def _headers(head: bytes) -> list[tuple[str, bytes]]:
    """Names and values as they are written, folds included."""
    unfolded = re.split(rb"\r\n(?![ \t])", head)
    pairs = (line.partition(b":") for line in unfolded if line)
    return [(name.decode("ascii"), value.lstrip(b" ")) for name, _, value in pairs]


def _check_head(head: bytes, own: list[tuple[str, str]], letter: Letter) -> None:
    """Read back, it has the headers that it was given, each once, and no other."""
    read = _PARSER.parsebytes(head)
    expected = [*own, *((name, value.decode()) for name, value in letter.kept)]
    found = [(name, str(value)) for name, value in read.raw_items()]
    if read.defects or [name for name, _ in found] != [name for name, _ in expected]:
        raise Undeliverable("a message", f"reads back with the headers {', '.join(name for name, _ in found)}")
    for (name, value), (_, given) in zip(found, expected, strict=True):
        if name in _ADDRESSED and _FOLD.sub("", value.encode("utf-8", "surrogateescape").decode()) != _FOLD.sub("", given):
            raise Undeliverable("a message", f"reads back with another {name}")


_ADDRESSED = ("To", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "Date")


def _check_lines(head: bytes, body: bytes) -> None:
    """CRLF alone ends a line, and none is longer than a mail server takes."""
    for part in (head, body):
        ends = part.count(b"\r\n")
        if part.count(b"\n") != ends or part.count(b"\r") != ends or b"\0" in part:
            raise Undeliverable("a message", "has a line end of another kind than CRLF")
        if max(map(len, part.split(b"\r\n"))) > LINE:
            raise Undeliverable("a message", f"has a line of more than {LINE} octets")

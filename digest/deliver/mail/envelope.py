"""One issue's message and one subscriber in, bytes for the mail server out (RFC 5322, RFC 2369, RFC 2919, RFC 8058).

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
from functools import lru_cache
from itertools import zip_longest

from digest.errors import DigestError
from digest.mailing import domain_of

LINE = 998  # octets (RFC 5322 section 2.1.1)
_KEPT = ("From", "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
_ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058 section 3.1
_LOCAL = re.compile(r"[^\s\x00-\x20\x7f\"(),:;<>@\[\]\\]{1,64}")
_DOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
_EXACT = {"Date", "To", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post"}
_PARSER = BytesHeaderParser()
_FOLD = re.compile(r"\r?\n(?=[ \t])")


class UndeliverableError(DigestError):
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
    """What is handed to a mail server. `name` is the same for every copy of it, and as good as no other's.

    `utf8`: it goes only through a server that takes addresses in UTF-8 (RFC 6531).
    """

    sender: str
    recipient: str
    name: str
    data: bytes
    utf8: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What all copies have in common, in pieces of whole lines, and what `own` says of one subscriber between them."""

    common: tuple[bytes, ...]
    own: Callable[[Addressee], tuple[bytes, ...]]

    def of(self, to: Addressee) -> bytes:
        own = self.own(to)
        _check_lines(*own)
        pairs = zip_longest(self.common, own, fillvalue=b"")
        return b"".join(piece for pair in pairs for piece in pair)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The message of one issue: the headers that all copies have in common, and the body."""

    issue: str
    list_id: str
    domain: str
    kept: tuple[tuple[str, bytes], ...]
    body: Body


def letter(message: bytes, edition: str, issue: str, body: Body | None = None) -> Letter:
    """A rendered message, read; DigestError if it is none. Without a `body` of its own everybody gets the message's."""
    read = message_from_bytes(message, policy=policy.SMTP)
    parts = [part.get_content_type() for part in read.walk()]
    if read.defects or parts != ["multipart/alternative", "text/plain", "text/html"]:
        raise DigestError(f"{edition} {issue}", f"its message is made of {', '.join(parts)}", "build the issue again")
    head, _, rest = message.partition(b"\r\n\r\n")
    body = body or Body(common=(rest,), own=lambda _: ())
    _check_lines(*body.common)
    kept = tuple((name, value) for name, value in _headers(head) if name in _KEPT)
    domain = domain_of(parseaddr(str(read["From"]))[1])
    whose = f"{edition}.{domain}"
    return Letter(issue=f"{edition}/{issue}", list_id=whose, domain=domain, kept=kept, body=body)


def envelope(letter: Letter, to: Addressee, secret: bytes, at: datetime) -> Envelope:
    """The message made out to one subscriber, dated `at`; UndeliverableError if it cannot be."""
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
    _check_head(head, own, letter)
    _check_lines(head)
    data = head + b"\r\n" + letter.body.of(to)
    name = _token(letter, to.id, secret)
    return Envelope(sender=to.sender, recipient=recipient, name=name, data=data, utf8=utf8)


def mailbox(address: str) -> tuple[str, bool]:
    """An address as a mail server takes it, its domain in ASCII, and whether it needs SMTPUTF8."""
    local, _, domain = address.strip().rpartition("@")
    domain = _in_dns(domain)
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain) or len(local) + len(domain) > 253:
        raise UndeliverableError("a subscriber", "has an address that no mail can go to", "correct or remove it")
    return f"{local}@{domain}", not local.isascii()


@lru_cache(maxsize=4096)
def _in_dns(domain: str) -> str:
    return domain_of(f"@{domain}")


def message_id(letter: Letter, subscriber: str, secret: bytes) -> str:
    """The same for the same issue and subscriber, however often it is tried; it tells nothing of either."""
    return f"<{_token(letter, subscriber, secret)}@{letter.domain}>"


def _token(letter: Letter, subscriber: str, secret: bytes) -> str:
    said = f"message\0{letter.issue}\0{subscriber}".encode()
    return hmac.new(secret, said, hashlib.sha256).hexdigest()[:40]


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
        raise UndeliverableError("a message", f"reads back with the headers {', '.join(name for name, _ in found)}")
    for (name, value), (_, given) in zip(found, expected, strict=True):
        if name in _EXACT and _unfolded(value.encode("utf-8", "surrogateescape").decode()) != _unfolded(given):
            raise UndeliverableError("a message", f"reads back with another {name}")


def _unfolded(value: str) -> str:
    return _FOLD.sub("", value)


def _check_lines(*pieces: bytes) -> None:
    """Whole lines, ended by CRLF alone, and none longer than a mail server takes."""
    for piece in pieces:
        lines = piece.split(b"\r\n")
        if lines[-1] or piece.count(b"\n") != len(lines) - 1 or piece.count(b"\r") != len(lines) - 1:
            raise UndeliverableError("a message", "has a line that does not end in CRLF")
        if max(map(len, lines)) > LINE or b"\0" in piece:
            raise UndeliverableError("a message", f"has a line of more than {LINE} octets, or with an octet 0")

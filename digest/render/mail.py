"""An issue as one e-mail message (RFC 5322, RFC 2046 section 5.1.4)."""

import hashlib
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from digest.errors import FormatError
from digest.model import Issue
from digest.render.words import Words
from digest.text.normalize import one_line, shorten

HEADER_LIMIT = 76  # characters, decoded; one word of that length still fits a line of 78
_HEADERS = ["From", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"]


def message(issue: Issue, text: str, html: str, words: Words) -> bytes:
    """The issue as multipart/alternative, the text first; lines end in CRLF and have at most 78 octets.

    Whoever sends it adds To, and the headers of a list. Message-ID and boundary follow from the issue's id.
    Raises FormatError if the sender is no address, or if a header would be read back as another one.
    """
    key = hashlib.sha256(f"{issue.edition}\0{issue.id}".encode()).hexdigest()[:32]
    sender = _sender(issue)
    mail = EmailMessage(policy=policy.SMTP)
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
    """The top story's headline; the edition's title and the issue's number if there is none."""
    if issue.briefs:
        return issue.briefs[0].title
    return words.say("{title}, no. {number}", title=issue.title, number=issue.number)


def header_text(text: str) -> str:
    """Untrusted text for a header: one short line, and nothing in it that reads as an encoded word.

    Before 3.11.10 and 3.12.5 Python decodes those when a header is set, and a line break hidden in one begins a new
    header (CVE-2024-6923).
    """
    return shorten(one_line(text).replace("=?", "= ?"), HEADER_LIMIT)


def _sender(issue: Issue) -> Address:
    name, spec = parseaddr(issue.sender or "digest@localhost")
    try:
        return Address(header_text(name or issue.title), addr_spec=spec)
    except ValueError as error:  # the errors of email.errors are ValueErrors too
        raise FormatError(str(issue.sender), f"is not an address to send from: {error}") from error


def _check(data: bytes, issue: Issue) -> None:
    found = message_from_bytes(data, policy=policy.SMTP)
    if sorted(found.keys()) != sorted(_HEADERS) or found.defects:
        raise FormatError(issue.id, f"its message reads back with the headers {', '.join(found.keys())}")

"""A saved e-mail's bytes in, its subject, sender, date and text out."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime

from digest.ingest.dates import in_utc
from digest.ingest.decode import decode
from digest.ingest.extract import fragment_paragraphs
from digest.ingest.lines import beginning, unwrap
from digest.text.normalize import one_line

# What the header parser of the standard library raises on headers that no mail program would write.
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OverflowError)
_MOST_PARTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An e-mail: `sender` is a display name, `lines` its text, blocks parted by empty lines."""

    subject: str
    sender: str | None
    date: datetime | None
    lines: tuple[str, ...]


def read_letter(data: bytes) -> Letter:
    """The e-mail in `data` (RFC 5322, MIME); whatever is broken in it is left out."""
    message = message_from_bytes(data, policy=policy.default)
    sender = one_line(parseaddr(_header(message, "From"))[0])
    return Letter(
        subject=one_line(_header(message, "Subject")),
        sender=sender or None,
        date=_date(_header(message, "Date")),
        lines=_lines(message),
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message[name] or "")
    except _BROKEN:
        return ""


def _date(text: str) -> datetime | None:
    try:
        return in_utc(parsedate_to_datetime(text))
    except _BROKEN:
        return None


def _lines(message: EmailMessage) -> tuple[str, ...]:
    """The plain text of a message, else its HTML: of the first part that has any."""
    parts = [part for part, _ in zip(message.walk(), range(_MOST_PARTS), strict=False) if not _is_attached(part)]
    for wanted in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == wanted and (text := _content(part)).strip():
                if wanted == "text/plain":
                    return tuple(unwrap(beginning(text).splitlines()))
                return tuple(line for paragraph in fragment_paragraphs(text) for line in (paragraph, ""))
    return ()


def _is_attached(part: EmailMessage) -> bool:
    try:
        return part.is_multipart() or part.get_content_disposition() == "attachment"
    except _BROKEN:
        return True


def _content(part: EmailMessage) -> str:
    try:
        payload = part.get_payload(decode=True)
        charset = part.get_content_charset() or ""
    except _BROKEN:
        return ""
    return decode(payload, charset) if isinstance(payload, bytes) else ""

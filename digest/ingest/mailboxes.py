"""Where mail comes in: a Maildir, a mailbox by IMAP. Messages one by one, with what says that one is done.

A message is marked when the reader asks for the next one, and not before: what breaks on the way is there again.
"""

import imaplib
import os
import re
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from digest.errors import DigestError

LIMIT = 1_000_000  # octets of a message that are read: what matters stands before its attachments
_TIMEOUT = 60.0  # seconds
_PORT = 993


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A message, and where it lies, for whoever reports of it."""

    place: str
    data: bytes


class MailboxError(DigestError):
    """A mailbox cannot be read."""


def maildir(folder: Path) -> Iterator[Arrived]:
    """What is new in a Maildir; it moves to `cur`, as read."""
    if not (folder / "new").is_dir():
        raise MailboxError(str(folder), "is no Maildir", "name a folder that has the folders new and cur")
    (folder / "cur").mkdir(exist_ok=True)
    for name in sorted(entry.name for entry in (folder / "new").iterdir()):
        path = folder / "new" / name
        try:
            if path.is_symlink() or not path.is_file():
                continue
            with path.open("rb") as file:
                data = file.read(LIMIT)
        except FileNotFoundError:
            continue  # somebody else reads it, too
        except OSError as error:
            raise MailboxError(str(path), error.strerror or "cannot be read", "check who may read it") from None
        yield Arrived(place=str(path), data=data)
        with suppress(FileNotFoundError):
            os.rename(path, folder / "cur" / f"{name.partition(':')[0]}:2,S")  # noqa: PTH104  (one step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """`imaps://USER@HOST[:PORT]/FOLDER`, and its password."""

    host: str
    port: int
    user: str
    folder: str
    password: str

    def __repr__(self) -> str:
        return f"Account({self.user}@{self.host}:{self.port}/{self.folder})"


def account(url: str, password: str) -> Account:
    """An address of a mailbox, read; MailboxError if it is none, or has a password in it."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORT
    except ValueError:
        raise MailboxError("imap", "is no address of a mailbox", _FORM) from None
    if parts.password is not None:
        raise MailboxError("imap", "has a password in its address", "name it with --password env:NAME or file:PATH")
    if parts.scheme != "imaps" or not parts.hostname or not parts.username:
        raise MailboxError("imap", "is no address of a mailbox", _FORM)
    folder = unquote(parts.path.strip("/")) or "INBOX"
    user = unquote(parts.username)
    if not all(text.isprintable() and not set(text) & {'"', "\\"} for text in (folder, user)):
        raise MailboxError("imap", "has a quotation mark, a backslash or a control character in it", _FORM)
    return Account(host=parts.hostname, port=port, user=user, folder=folder, password=password)


_FORM = "write it like imaps://bounce%40example.org@imap.example.org/INBOX"


def imap(to: Account, context: ssl.SSLContext | None = None) -> Iterator[Arrived]:
    """The unread messages of a mailbox, over TLS that is verified; each is marked as read."""
    place = f"{to.host}:{to.port}/{to.folder}"
    try:
        with imaplib.IMAP4_SSL(
            to.host, to.port, ssl_context=context or ssl.create_default_context(), timeout=_TIMEOUT
        ) as server:
            _log_in(server, to)
            _must(server.select(f'"{to.folder}"'), place)
            for uid in _must(server.uid("SEARCH", "UNSEEN"), place)[0].split():
                found = _must(server.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{LIMIT}>)"), place)
                data = next((part[1] for part in found if isinstance(part, tuple)), None)
                if data is None:
                    continue  # gone since the search
                yield Arrived(place=f"{place};uid={uid.decode()}", data=data)
                _must(server.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)"), place)
    except ssl.SSLCertVerificationError as error:
        reason = f"has a certificate that cannot be trusted: {error.verify_message}"
        raise MailboxError(place, reason, "the host must be the name in its certificate") from None
    except (OSError, imaplib.IMAP4.error) as error:
        reason = re.sub(r"[^ -~]", " ", str(error))[:200] or type(error).__name__
        raise MailboxError(
            place, f"cannot be read: {reason}", "check host, port and folder; then run it again"
        ) from None


def _log_in(server: imaplib.IMAP4_SSL, to: Account) -> None:
    try:
        server.login(to.user, to.password)
    except imaplib.IMAP4.error:  # its text may have what was said, and that is a secret
        raise MailboxError(f"{to.host}:{to.port}", "does not let us log in", "check the user and --password") from None


def _must(answer: tuple[str, list[Any]], place: str) -> list[Any]:
    kind, data = answer
    if kind != "OK":
        raise MailboxError(place, "is refused by its server", "check the name of the folder")
    return data

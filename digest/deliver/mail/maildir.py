"""Messages as files in a Maildir, for machines without a mail server: each is whole or not there."""

import os
from pathlib import Path

from digest.deliver.mail.envelope import Envelope
from digest.deliver.mail.link import DroppedError
from digest.deliver.mail.replies import Reply
from digest.errors import MailError

FOLDER = "Maildir"  # in the folder for artifacts, of all that has no mail server to go to


class MaildirLink:
    """See `Link`. A message's name follows from its issue and subscriber, so that one is never there twice."""

    utf8 = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            for one in _ours(folder):
                one.mkdir(0o700, parents=True, exist_ok=True)
            for name in ("tmp", "new", "cur"):
                (folder / name).mkdir(exist_ok=True)
                (folder / name).chmod(0o700)
        except OSError as error:
            hint = "check the disk, and who may write there"
            raise MailError(str(folder), f"cannot be written: {error.strerror}", hint) from error

    def offer(self, envelope: Envelope) -> None:
        return None

    def answers(self) -> Reply | None:
        return None

    def data(self) -> Reply | None:
        return None

    def body(self, envelope: Envelope) -> None:
        half = self.folder / "tmp" / f"{envelope.name}.eml"
        try:
            half.unlink(missing_ok=True)
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(f"Return-Path: <{envelope.sender}>\r\n".encode() + envelope.data)
                file.flush()
                os.fsync(file.fileno())
            half.rename(self.folder / "new" / half.name)
        except OSError as error:
            raise DroppedError("data", f"{self.folder} cannot be written: {error.strerror}") from error

    def outcome(self) -> Reply:
        return Reply(step="message", code=250, text="written")

    def reset(self) -> None:
        return None

    def close(self) -> None:
        return None


def _ours(folder: Path) -> list[Path]:
    """The folders that hold nothing but mail, the outermost first: this one, and what is between it and `out/`."""
    names = [one.name for one in folder.parents]
    above = names.index(FOLDER) + 1 if FOLDER in names else 0
    return [*reversed(folder.parents[:above]), folder]

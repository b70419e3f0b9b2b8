"""Messages as files in a Maildir, for machines without a mail server: each is whole or not there."""

import os
from pathlib import Path

from digest.deliver.mail.envelope import Envelope
from digest.deliver.mail.link import DroppedError
from digest.deliver.mail.replies import Reply
from digest.errors import MailError


class MaildirLink:
    """See `Link`. A message's name follows from its issue and subscriber, so that one is never there twice."""

    utf8 = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            for name in ("tmp", "new", "cur"):
                (folder / name).mkdir(parents=True, exist_ok=True)
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
            with half.open("wb") as file:
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

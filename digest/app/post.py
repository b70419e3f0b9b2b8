"""The way out for messages: through the mail server, or into a folder where there is none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from digest.app.secrets import secret_value
from digest.config import Config
from digest.deliver.mail.envelope import Envelope
from digest.deliver.mail.link import DroppedError, Link
from digest.deliver.mail.maildir import MaildirLink
from digest.deliver.mail.replies import Reply
from digest.deliver.mail.smtp import Server
from digest.errors import MailError
from digest.mailing import domain_of

if TYPE_CHECKING:
    from digest.deliver.mail.dkim import Identity


class RefusedError(MailError):
    """The server is there, and does not take this message: for good, or for now. What it says may have the address."""

    def __init__(self, said: Reply) -> None:
        super().__init__("mail server", f"answers {said.code} {said.shown()}", "see what it says")
        self.for_good = said.code >= 500


@dataclass(frozen=True, kw_only=True)
class Postbox:
    """Where messages of a kind go. `folder` is for those that no server takes."""

    config: Config
    folder: Path
    warn: Callable[[str], None]

    @contextmanager
    def hand_over(self, sender: str) -> "Iterator[Callable[[Envelope], None]]":
        """A way out for single messages, which are signed, until the end of the block.

        MailError if there is none, or if it takes a message not.
        """
        try:
            link = self.connect(sender)()
        except DroppedError as error:
            raise _unreachable(error) from None
        try:
            yield lambda envelope: hand_over(link, self._signed(envelope))
        finally:
            link.close()

    def connect(self, sender: str) -> Callable[[], Link]:
        """How a link is made for what this address sends."""
        mail = self.config.mail
        if not mail:
            return lambda: MaildirLink(self.folder)
        password = secret_value(self.config.folder, mail.password, warn=self.warn) if mail.password else None
        return Server(mail=mail, password=password, hello=mail.hello or domain_of(sender)).connect

    def identity(self) -> "Identity | None":
        """Who signs, if anybody does."""
        said = self.config.mail.dkim if self.config.mail else None
        if not said:
            return None
        from digest.deliver.mail.dkim import Identity  # heavy, and only for those who sign

        key = secret_value(self.config.folder, said.key, warn=self.warn).encode()
        return Identity(domain=said.domain, selector=said.selector, key=key)

    def _signed(self, envelope: Envelope) -> Envelope:
        identity = self.identity()
        if not identity:
            return envelope
        from digest.deliver.mail.dkim import signature

        return replace(envelope, data=signature(envelope.data, identity) + envelope.data)


def hand_over(link: Link, message: Envelope) -> None:
    """One message, outside of any mailing."""
    try:
        link.offer(message)
        answered = link.answers() or link.data()
        if not answered:
            link.body(message)
            answered = link.outcome()
    except DroppedError as error:
        raise _unreachable(error) from None
    if answered.code >= 300:
        raise RefusedError(answered)


def _unreachable(error: DroppedError) -> MailError:
    return MailError("mail server", error.reason, "check host: and port: under mail:")

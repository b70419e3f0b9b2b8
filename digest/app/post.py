"""Single messages, outside of any mailing: through the mail server, or into a folder where there is none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from digest.app.secrets import secret_value
from digest.config import Config
from digest.deliver.mail.envelope import Envelope
from digest.deliver.mail.link import DroppedError, Link
from digest.deliver.mail.maildir import MaildirLink
from digest.deliver.mail.smtp import Server
from digest.errors import MailError
from digest.mailing import domain_of


class RefusedError(MailError):
    """The server is there, and does not take this message: for good, or for now. What it says may have the address."""

    def __init__(self, code: int) -> None:
        super().__init__("mail server", f"answers {code}", "it is tried again later")
        self.for_good = code >= 500


@dataclass(frozen=True, kw_only=True)
class Post:
    """Where messages of this kind go. `folder` is for those that no server takes."""

    config: Config
    folder: Path
    warn: Callable[[str], None]

    @contextmanager
    def hand_over(self, sender: str) -> "Iterator[Callable[[Envelope], None]]":
        """A way out, until the end of the block; MailError if there is none, or if it takes a message not."""
        link = self._link(sender)
        try:
            yield lambda envelope: _hand_over(link, self._signed(envelope))
        finally:
            link.close()

    def _link(self, sender: str) -> Link:
        mail = self.config.mail
        if not mail:
            return MaildirLink(self.folder)
        password = secret_value(self.config.folder, mail.password, warn=self.warn) if mail.password else None
        try:
            return Server(mail=mail, password=password, hello=mail.hello or domain_of(sender)).connect()
        except DroppedError as error:
            raise MailError("mail server", error.reason, "check host: and port: under mail:") from None

    def _signed(self, envelope: Envelope) -> Envelope:
        said = self.config.mail.dkim if self.config.mail else None
        if not said:
            return envelope
        from dataclasses import replace

        from digest.deliver.mail.dkim import Identity, signature  # heavy, and only for those who sign

        key = secret_value(self.config.folder, said.key, warn=self.warn).encode()
        identity = Identity(domain=said.domain, selector=said.selector, key=key)
        return replace(envelope, data=signature(envelope.data, identity) + envelope.data)


def _hand_over(link: Link, message: Envelope) -> None:
    try:
        link.offer(message)
        refused = link.answers() or link.data()
        if not refused:
            link.body(message)
            refused = link.outcome()
    except DroppedError as error:
        raise MailError("mail server", error.reason, "check host: and port: under mail:") from None
    if refused.code >= 300:
        raise RefusedError(refused.code)

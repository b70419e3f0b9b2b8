"""A way to hand over messages, one after the other: `smtp` and `maildir` are such."""

from typing import Protocol

from digest.deliver.mail.envelope import Envelope
from digest.deliver.mail.replies import Reply, Step
from digest.errors import DigestError


class DroppedError(DigestError):
    """The connection broke at this step; `slow` if that was because the server did not answer in time."""

    def __init__(self, step: Step, reason: str, *, slow: bool = False) -> None:
        super().__init__("mail server", reason)
        self.step = step
        self.slow = slow


class Link(Protocol):
    """The steps of one message. Each may raise DroppedError, after which the link is of no use any more.

    What breaks before `body` has been written has not arrived; what breaks in `outcome` may have.
    """

    utf8: bool

    def offer(self, envelope: Envelope) -> None:
        """Name sender and recipient, without waiting for the answer."""

    def answers(self) -> Reply | None:
        """The refusal of one of them, if there is one."""

    def data(self) -> Reply | None:
        """Ask to begin; the refusal, if there is one."""

    def body(self, envelope: Envelope) -> None:
        """Write the message and its end."""

    def outcome(self) -> Reply:
        """What the server says to the message."""

    def reset(self) -> None:
        """Take back what was offered."""

    def close(self) -> None:
        """Part in a friendly way, if that is possible."""

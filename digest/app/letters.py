"""What one issue's mail says to each of its subscribers: the message, and the links that are theirs alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.utils import parseaddr

from digest.app.setup import load_formats
from digest.config import Config, Edition
from digest.deliver.mail.envelope import Addressee, Body, Letter, Links, letter
from digest.errors import StoryError
from digest.model import Issue
from digest.plugins import hint
from digest.render.chosen import chosen
from digest.render.engine import render
from digest.render.formats import MAIL
from digest.render.frozen import thaw
from digest.render.mail import UNSUBSCRIBE, Reader, in_pieces
from digest.store import Store
from digest.tokens import signed

FORMAT = "email"


def the_issue(store: Store, edition: Edition, wanted: str | None) -> tuple[Issue, ...]:
    """The issues of an edition up to the one that is `wanted`, or to the newest."""
    issues = tuple(thaw(data) for data in store.issues(edition.id))
    ids = [issue.id for issue in issues]
    if not issues:
        raise StoryError(edition.id, "has no issue yet", f"make one with `digest build --edition {edition.id}`")
    if wanted is not None and wanted not in ids:
        raise StoryError(edition.id, f"has no issue '{wanted}'", hint(wanted, ids))
    return issues[: ids.index(wanted) + 1] if wanted else issues


def message_of(config: Config, upto: Sequence[Issue]) -> bytes:
    """The message of the last of these issues, with the places for subscribers."""
    (format,) = load_formats([FORMAT], config.folder)
    artifacts = render(format, upto, ["issue"], subscribers=True)
    return next(artifact.content for artifact in artifacts if artifact.media_type == MAIL)


def versions_of(config: Config, upto: Sequence[Issue], choices: Sequence[str]) -> dict[str, bytes | None]:
    """The message as each choice of topics (a list in JSON) has it, made once for each; None where nothing is left."""
    found: dict[str, bytes | None] = {}
    for choice in choices:
        part = chosen(upto[-1], json.loads(choice))
        found[choice] = message_of(config, [*upto[:-1], part]) if part else None
    return found


def the_letter(message: bytes, edition: str, issue: str) -> Letter:
    """A kept message, ready to be made out."""
    common, own = in_pieces(message.partition(b"\r\n\r\n")[2])

    def filled(to: Addressee) -> tuple[bytes, ...]:
        unsubscribe = to.links.unsubscribe or to.links.leave or UNSUBSCRIBE
        reader = Reader(address=to.address, unsubscribe=unsubscribe, preferences=to.links.preferences or unsubscribe)
        return own(reader)

    return letter(message, edition, issue, Body(common=common, own=filled))


def sender_of(message: bytes) -> str:
    """The address that a message is from."""
    return parseaddr(str(message_from_bytes(message, policy=policy.SMTP)["From"]))[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressing:
    """How subscribers are addressed. `web` is the public address of `digest serve`, `bounces` a mailbox of ours.

    The newest of the secrets signs.
    """

    web: str | None
    bounces: str | None
    sender: str
    secrets: Sequence[bytes]

    def of(self, id: str, address: str) -> Addressee:
        links = Links(
            unsubscribe=self._web("unsubscribe", id),
            leave=self._mailto(id),
            preferences=self._web("preferences", id),
        )
        bounce = self._bounces(signed(self.secrets[0], "bounce", id)) if self.bounces else self.sender
        return Addressee(id=id, address=address, sender=bounce, links=links)

    def _web(self, purpose: str, id: str) -> str:
        if not self.web:
            return ""
        token = signed(self.secrets[0], "unsubscribe" if purpose == "unsubscribe" else "preferences", id)
        return f"{self.web.rstrip('/')}/{purpose}/{token}"

    def _mailto(self, id: str) -> str:
        if not self.bounces:
            return ""
        return f"mailto:{self._bounces(signed(self.secrets[0], 'unsubscribe', id))}?subject=unsubscribe"

    def _bounces(self, token: str) -> str:
        local, _, domain = (self.bounces or "").partition("@")
        return f"{local}+{token}@{domain}"

"""What a mail server's reply means for a delivery (RFC 5321 section 4.2, RFC 3463)."""

import re
from dataclasses import dataclass
from typing import Literal

Step = Literal["connect", "hello", "tls", "auth", "sender", "recipient", "data", "message"]
# sent      the server has taken it
# later     try it again later
# hold      the server wants less mail to this domain: leave the domain alone for a while
# failed    it does not go to this subscriber; the address may be fine
# full      the mailbox takes nothing now; it is there
# bounced   there is no such mailbox, and there will be none
# refused   we are refused, not the subscriber: a policy, or the sender's reputation
# stop      nothing more will go through this server as it is set up
Fate = Literal["sent", "later", "hold", "failed", "full", "bounced", "refused", "stop"]

_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})(?!\d)")
_LENGTH = 300  # of a reply that is kept
_LOOKED_AT = 4 * _LENGTH
_ADDRESS = re.compile(r"""(?:"[^"]*"|[^\s<>()\[\],;:"']+)@(?:\[[^\]\s]*\]|[^\s<>()\[\],;:"']+)""")
_THROTTLED = (421, 454)
_LOGIN = (530, 534, 535, 538)
_GONE = ("5.1.1", "5.1.10", "5.2.1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the server said at one step."""

    step: Step
    code: int
    text: str

    @property
    def enhanced(self) -> str:
        """Its enhanced status code, such as "5.1.1", or nothing."""
        found = _ENHANCED.match(self.text)
        return ".".join(str(int(part)) for part in found.groups()) if found else ""

    def shown(self) -> str:
        """On one line, without what could speak to a terminal, and without addresses: it is kept and reported."""
        plain = " ".join("".join(c if c.isprintable() else " " for c in self.text).split())
        return _ADDRESS.sub("(address)", plain[:_LOOKED_AT])[:_LENGTH]


def fate(reply: Reply) -> Fate:
    """What the reply means for the delivery that it answers."""
    code, enhanced = reply.code, reply.enhanced
    if 200 <= code < 300:
        return "sent" if reply.step == "message" else "later"
    if code in _THROTTLED or (400 <= code < 500 and enhanced.startswith("4.7.")):
        return "hold"
    if not 500 <= code < 600:
        return "later"
    if code in _LOGIN or reply.step in ("connect", "hello", "tls", "auth"):
        return "stop"
    if enhanced.startswith("5.7.") or reply.step == "sender":
        return "refused"
    if enhanced in _GONE:
        return "bounced"
    return "full" if enhanced == "5.2.2" else "failed"

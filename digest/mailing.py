"""The records of what goes out to people: subscribers, deliveries, slots. Frozen, with tuples and aware UTC datetimes.

An address is known by its `key`, a keyed hash: logs, ledgers and the list of those who must not be written to have that
alone, so that they can be kept when the address itself has to go.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Membership = Literal["pending", "active", "left", "bounced", "complained"]
MEMBERSHIPS: tuple[Membership, ...] = ("pending", "active", "left", "bounced", "complained")
Suppressed = Literal["left", "bounced", "complained", "erased", "removed"]
SUPPRESSED: tuple[Suppressed, ...] = ("left", "bounced", "complained", "erased", "removed")
State = Literal["pending", "sending", "sent", "failed", "skipped", "uncertain"]
STATES: tuple[State, ...] = ("pending", "sending", "sent", "failed", "skipped", "uncertain")
SlotState = Literal["running", "done", "skipped", "failed"]
Verdict = Literal["draft", "approved", "rejected"]


def normal_address(address: str) -> str:
    """How an address is compared: the domain in lower case and in ASCII; the local part in lower case, too.

    RFC 5321 lets local parts differ in capitals, but nobody's do; mailing somebody twice would be worse.
    """
    local, _, domain = address.strip().rpartition("@")
    return f"{local.casefold()}@{domain_of(address)}" if domain else address.strip().casefold()


def domain_of(address: str) -> str:
    """The domain in lower case, as DNS has it (IDNA)."""
    domain = address.strip().rpartition("@")[2].rstrip(".").lower()
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain


def address_key(secret: bytes, address: str) -> str:
    """What an address is known by: an HMAC-SHA256 of its normal form, 32 hex digits."""
    return hmac.new(secret, b"address\0" + normal_address(address).encode(), hashlib.sha256).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What somebody agreed to: when, from where (a hash of the truncated network address), and which text was shown.

    `form` is "import" for those who were brought in from a file by the operator, who answers for their consent.
    """

    at: datetime
    form: str
    text: str
    network: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Somebody who gets, got or may get an edition. `id` is random; it stays when everything else changes.

    `language` and `topics` are what was chosen; None and empty stand for all that the edition has. `asked` counts the
    confirmation mails, `asked_at` is when the last one went. `bounces` are soft ones in a row.
    """

    id: str
    edition: str
    address: str
    key: str
    state: Membership
    created: datetime
    language: str | None = None
    topics: tuple[str, ...] = ()
    confirmed: datetime | None = None
    ended: datetime | None = None
    consent: Consent | None = None
    asked: int = 0
    asked_at: datetime | None = None
    bounces: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a form has taken: somebody may want an edition. Only the owner of the mailbox knows, who is asked."""

    id: str
    edition: str
    address: str
    key: str
    at: datetime
    consent: Consent
    language: str | None = None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Something that may happen `most` times in a stretch of time, such as "2026-11-20T14"."""

    name: str
    stretch: str
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """An address that must not be written to: by an edition, or by any if `edition` is empty."""

    key: str
    edition: str
    reason: Suppressed
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One issue on its way to one subscriber: a row of the ledger, unique for the two.

    `address` is empty where the subscriber is gone; `domain` stays. It is `due` at that time or later, if it is
    pending; `code` and `reply` are the server's last answer, `attempts` how often one was tried. `topics` names the
    version of the message that they get, which is the whole one if it is empty.
    """

    edition: str
    issue: str
    subscriber: str
    key: str
    address: str
    state: State
    at: datetime
    domain: str = ""
    topics: str = ""
    due: datetime | None = None
    attempts: int = 0
    code: int | None = None
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an attempt at a delivery. `due` is when it is tried again, if it is pending.

    `bounced`: there is no such mailbox, and its address must not be written to again; `soft`: it is there, but takes
    nothing now.
    """

    delivery: Delivery
    state: State
    at: datetime
    due: datetime | None = None
    code: int | None = None
    reply: str = ""
    bounced: bool = False
    soft: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How the deliveries of an issue stand. Together they are all recipients, at every moment."""

    recipients: int
    pending: int
    sending: int
    sent: int
    failed: int
    skipped: int
    uncertain: int

    @property
    def open(self) -> int:
        return self.pending + self.sending


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """An issue that goes out by mail: `message` is the rendered one, kept so that everybody gets the same bytes.

    `deadline` is when retries end. `paused` says why nothing goes out, if so.
    """

    edition: str
    issue: str
    message: bytes
    opened: datetime
    deadline: datetime
    closed: datetime | None = None
    paused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One turn of an edition's schedule, such as "2026-W47": it runs once, whoever finds it due, and whenever."""

    edition: str
    id: str
    due: datetime
    state: SlotState
    started: datetime
    finished: datetime | None = None
    issue: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """An issue that waits for its editor. If `until` passes without a decision, it goes out."""

    edition: str
    issue: str
    verdict: Verdict
    asked: datetime
    until: datetime | None = None
    decided: datetime | None = None

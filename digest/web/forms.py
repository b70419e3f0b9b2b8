"""What people fill in: read, checked, and told from what programs send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

from digest.text.addresses import mail_address
from digest.tokens import opened, signed
from digest.web.people import Offer

VERSION = "subscribe-1"  # of the form and what it says; to be raised when either changes
CONSENT = "Send me {title} by e-mail. I can leave at any time, with one click."
TRAP = "website"  # a field that people do not see
PROBLEMS = (
    NO_ADDRESS := "This is no e-mail address that we can write to.",
    TOO_OLD := "This page was open for a long time. Please send it once more.",
    TOO_QUICK := "That was very quick. Please send it once more.",
)
_FIELDS = 40
_QUICKEST = timedelta(seconds=2)  # for somebody who types an address
_LONGEST = timedelta(hours=24)  # that a form may lie open


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form that was sent. `problem` is a message for the person, or empty; `trapped`: no person sent it."""

    address: str
    language: str | None
    topics: tuple[str, ...]
    problem: str
    trapped: bool


def fields(body: bytes) -> dict[str, list[str]]:
    """application/x-www-form-urlencoded; nothing, if it is something else."""
    try:
        return parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:  # of which UnicodeDecodeError is one
        return {}


def stamp(secret: bytes, now: datetime) -> str:
    """Says when a form was handed out."""
    return signed(secret, "form", format(int(now.timestamp()), "x"), now + _LONGEST)


def subscription(
    given: Mapping[str, Sequence[str]], offer: Offer, languages: Sequence[str], secrets: Sequence[bytes], now: datetime
) -> Filled:
    """What somebody sends to subscribe. Nothing here depends on who is subscribed."""
    written = _one(given, "address")
    address = mail_address(written)
    began = opened(secrets, "form", _one(given, "stamp"), now)
    problem = ""
    if address is None:
        problem = NO_ADDRESS
    elif began is None:
        problem = TOO_OLD
    elif now - datetime.fromtimestamp(int(began, 16), UTC) < _QUICKEST:
        problem = TOO_QUICK
    return Filled(
        address=address or written[:254],
        language=language_of(given, languages),
        topics=topics_of(given, offer.topics),
        problem=problem,
        trapped=bool(_one(given, TRAP)),
    )


def topics_of(given: Mapping[str, Sequence[str]], topics: Sequence[str]) -> tuple[str, ...]:
    """Those that were chosen, in the edition's order. Empty for all of them; and for none, which nobody wants."""
    chosen = tuple(topic for topic in topics if topic in given.get("topic", ()))
    return () if len(chosen) == len(topics) else chosen


def language_of(given: Mapping[str, Sequence[str]], languages: Sequence[str]) -> str | None:
    wanted = _one(given, "language")
    return wanted if wanted in languages else None


def _one(given: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(given.get(name, ())), "")

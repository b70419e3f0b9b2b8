"""Answer those who ask for an edition by mail, one after the other, for as long as the pages are served."""

import hashlib
import hmac
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr

from digest.app.post import Postbox, RefusedError
from digest.config import Config, Edition
from digest.deliver.mail.envelope import Envelope, UndeliverableError, mailbox
from digest.errors import DigestError
from digest.store.subscribers import Answering, Subscribers, asked_mark
from digest.text.normalize import one_line
from digest.tokens import signed
from digest.web.app import CONFIRM_WITHIN
from digest.web.letters import note
from digest.web.people import Offer, Says

_AGAIN = timedelta(minutes=5)  # after which a mail that did not go is tried again
_LOOK = 30.0  # seconds after which it looks for what another process has left
_HOUSEKEEPING = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Those who ask, and how they are written to. The oldest of the secrets names messages, the newest signs."""

    config: Config
    people: Subscribers
    offers: Mapping[str, Offer]
    words: Mapping[str, Says]
    web: str
    secrets: tuple[bytes, ...]
    post: Postbox
    clock: Callable[[], datetime]
    warn: Callable[[str], None]

    def all(self) -> int:
        """Answer all that is to be answered now; returns how many mails that took."""
        done = 0
        while answering := self.people.answer(self.clock()):
            try:
                self._mail(answering)
            except UndeliverableError:
                self.people.answered(answering.ask)
            except RefusedError as error:
                if error.for_good:
                    self.people.answered(answering.ask)
                else:
                    self.people.postpone(answering.ask, self.clock() + _AGAIN)
            except DigestError as error:
                self.warn(f"a message to a subscriber waits: {error}")
                self.people.postpone(answering.ask, self.clock() + _AGAIN)
                return done
            else:
                self.people.answered(answering.ask)
                done += 1
        return done

    def _mail(self, answering: Answering) -> None:
        subscriber = answering.subscriber
        edition = next((one for one in self.config.editions if one.id == subscriber.edition), None)
        offer = self.offers.get(subscriber.edition)
        if edition is None or offer is None:
            return  # it is gone from feeds.yaml
        made = self._message(answering, edition, offer)
        with self.post.hand_over(made.sender) as hand_over:
            hand_over(made)

    def _message(self, answering: Answering, edition: Edition, offer: Offer) -> Envelope:
        one, now = answering.subscriber, self.clock()
        words = self.words.get(one.language or "") or self.words["en"]
        said = note(answering.kind, offer, words, self._link(answering, now))
        recipient, utf8 = mailbox(one.address)
        name, sender = parseaddr(edition.sender or "digest@localhost")
        token = hmac.new(self.secrets[-1], b"ask\0" + answering.ask.encode(), hashlib.sha256).hexdigest()[:40]
        message = EmailMessage(policy=SMTP)
        message["From"] = formataddr((_plain(name or offer.title), sender))
        message["Subject"] = _plain(said.subject)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{token}@{sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(said.text, cte="quoted-printable")
        data = f"To: {recipient}\r\n".encode() + message.as_bytes()
        return Envelope(sender=self._bounces(one.id, sender), recipient=recipient, name=token, data=data, utf8=utf8)

    def _link(self, answering: Answering, now: datetime) -> str:
        one = answering.subscriber
        if answering.kind == "already":
            return f"{self.web}/preferences/{signed(self.secrets[0], 'preferences', one.id)}"
        subject = f"{one.id}-{asked_mark(one)}"
        return f"{self.web}/confirm/{signed(self.secrets[0], 'confirm', subject, now + CONFIRM_WITHIN)}"

    def _bounces(self, id: str, sender: str) -> str:
        box = self.config.mail.bounces if self.config.mail else None
        local, _, domain = (box or "").partition("@")
        return f"{local}+{signed(self.secrets[0], 'bounce', id)}@{domain}" if box else sender


def _plain(text: str) -> str:
    """Nothing in a header that reads as an encoded word (CVE-2024-6923)."""
    return one_line(text).replace("=?", "= ?")


class Answerer:
    """A thread that answers. `asked` wakes it, for `pause` seconds later: work beside the page that is being answered
    would slow that down, and for some addresses more than for others.
    """

    def __init__(self, answers: Answers, pause: float) -> None:
        self._answers = answers
        self._pause = pause
        self._end = threading.Event()
        self._wake = threading.Event()
        self._stop = False
        self._thread = threading.Thread(target=self._run, name="answers", daemon=True)

    def asked(self) -> None:
        self._wake.set()

    @contextmanager
    def working(self) -> Iterator[None]:
        """It answers until the end of the block, and finishes what it is at."""
        self._thread.start()
        try:
            yield
        finally:
            self._stop = True
            self._end.set()
            self._wake.set()
            self._thread.join()

    def _run(self) -> None:
        kept = self._answers.clock() - _HOUSEKEEPING
        while not self._stop:
            self._wake.clear()
            try:
                self._answers.all()
                if self._answers.clock() - kept >= _HOUSEKEEPING:
                    kept = self._answers.clock()
                    self._answers.people.expire(kept)
            except Exception as error:  # noqa: BLE001  # nothing is lost, and it looks again; people wait for others' mail
                self._answers.warn(str(error) if isinstance(error, DigestError) else type(error).__name__)
            self._wake.wait(_LOOK)
            self._end.wait(self._pause)

"""Send an issue to the subscribers of its edition: through a mail server, or into a folder where there is none."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from digest.app.letters import Addressing, message_of, sender_of, the_issue, the_letter, versions_of
from digest.app.mailed import Mailed
from digest.app.post import Postbox, hand_over
from digest.app.run import Progress
from digest.app.secrets import secrets
from digest.config import Config, Edition
from digest.deliver.mail.envelope import Envelope, Letter, UndeliverableError, envelope
from digest.deliver.mail.maildir import FOLDER, MaildirLink
from digest.deliver.mail.pace import Pace
from digest.deliver.mail.queue import Made, Post, Queue, Time
from digest.deliver.mail.sender import Sender
from digest.errors import ConfigError
from digest.mailing import Delivery, Mailing, Outcome

if TYPE_CHECKING:
    from digest.deliver.mail.dkim import Signer
    from digest.store.sql import SqlStore

_GIVE_UP = timedelta(hours=48)


@dataclass(frozen=True, kw_only=True)
class Send:
    """What sending needs. `web` is the public address where subscribers unsubscribe; `warn` hears of what is not wrong
    enough to stop. After `patience` seconds without anybody to write to it ends, and leaves the rest to a later run.
    """

    config: Config
    store: "SqlStore"
    store_url: str | None
    out: Path
    web: str | None
    time: Time
    progress: Progress
    warn: Callable[[str], None]
    stopping: Callable[[], bool] = lambda: False
    patience: float = inf

    def issue(
        self, edition: Edition, wanted: str | None, *, resume: bool = False, resend_uncertain: bool = False
    ) -> Mailed:
        """Open the mailing of an issue, if it is not, and send it to all who have not had it."""
        ledger, now = self.store.ledger, self.time.clock()
        issue, mailing, opened = self._mailing(edition, wanted, now)
        mailed = Mailed(edition=edition.id, issue=issue, at=now)
        if ledger.mailing(edition.id, issue) is None:  # there is nobody to write to, and nothing was opened
            return mailed.over(ledger.counts(edition.id, issue), mailing, now)
        with ledger.turn(edition.id, issue, now) as turn:
            if turn is None:
                return mailed.running(ledger.counts(edition.id, issue))
            if resume and (mailing.paused or ledger.counts(edition.id, issue).open):
                ledger.resume(edition.id, issue, now, now + self._give_up)
                mailing = ledger.mailing(edition.id, issue) or mailing
            if not opened:
                ledger.admit(mailing, now, self._versions(edition, issue))
                mailing = ledger.mailing(edition.id, issue) or mailing
            if resend_uncertain or (self.config.mail and self.config.mail.resend):
                ledger.resend_uncertain(edition.id, issue, now)
            counts = ledger.counts(edition.id, issue)
            if counts.open and not mailing.paused:
                self._run(edition, mailing, turn, counts.open)
            again = turn.next_due()
        counts = ledger.counts(edition.id, issue)
        if not mailing.closed or counts.open:
            ledger.close(edition.id, issue, self.time.clock())
        after = ledger.mailing(edition.id, issue) or mailing
        return mailed.over(counts, after, self.time.clock(), again)

    def deliveries(self, mailed: Mailed) -> Iterator[Delivery]:
        """All deliveries of a mailing, for its report."""
        return self.store.ledger.deliveries(mailed.edition, mailed.issue)

    def test(self, edition: Edition, wanted: str | None, address: str) -> Path | None:
        """One message to one address, past the ledger; the folder that it is in, if there is no mail server."""
        upto = the_issue(self.store, edition, wanted)
        issue, message = upto[-1].id, message_of(self.config, upto)
        addressing = self._addressing(edition, message)
        letter = the_letter(message, edition.id, issue)
        made = envelope(letter, addressing.of("test", address), addressing.secrets[-1], self.time.clock())
        folder = self.out / FOLDER / edition.id / "test"
        with self._postbox(folder).hand_over(sender_of(message)) as hand_it_over:
            hand_it_over(made)
        return None if self.config.mail else folder

    def dry_run(self, edition: Edition, wanted: str | None, folder: Path) -> int:
        """Every subscriber's message into a folder, past the ledger; returns how many."""
        upto = the_issue(self.store, edition, wanted)
        issue, message = upto[-1].id, message_of(self.config, upto)
        addressing = self._addressing(edition, message)
        made = versions_of(self.config, upto, self.store.ledger.choices(edition.id))
        letters = {choice: the_letter(one, edition.id, issue) if one else None for choice, one in made.items()}
        whole = the_letter(message, edition.id, issue)
        link, count = MaildirLink(folder), 0
        for id, address, choice in self.store.ledger.recipients(edition.id):
            letter = letters.get(choice, whole)
            if letter is None:
                continue
            try:
                own = envelope(letter, addressing.of(id, address), addressing.secrets[-1], self.time.clock())
                hand_over(link, own)
                count += 1
            except UndeliverableError as error:
                self.warn(f"{error.subject} {error.reason}: {id}")
        return count

    def _mailing(self, edition: Edition, wanted: str | None, now: datetime) -> tuple[str, Mailing, bool]:
        """The mailing of an issue, with the message as it was when the mailing was opened; was it opened now?

        Without anybody to write to none is opened, so that the issue may still be built again.
        """
        upto = the_issue(self.store, edition, wanted)
        issue = upto[-1].id
        known = self.store.ledger.mailing(edition.id, issue)
        if known:
            return issue, known, False
        self._may_send(edition)
        self._heed_review(edition, issue)
        message = message_of(self.config, upto)
        the_letter(message, edition.id, issue)
        mailing = Mailing(edition=edition.id, issue=issue, message=message, opened=now, deadline=now + self._give_up)
        nobody = next(self.store.ledger.recipients(edition.id), None) is None
        opened = not nobody and self.store.ledger.open(mailing, self._versions(edition, issue))
        return issue, self.store.ledger.mailing(edition.id, issue) or mailing, opened

    def _versions(self, edition: Edition, issue: str) -> Mapping[str, bytes | None]:
        """What those get who have chosen topics, by their choice."""
        choices = self.store.ledger.choices(edition.id)
        return versions_of(self.config, the_issue(self.store, edition, issue), choices) if choices else {}

    def _may_send(self, edition: Edition) -> None:
        """Mail says who sends it, where to write back to, and how to be left alone: refused without, or warned of."""
        wanting = []
        if not edition.sender:
            wanting.append((f"edition {edition.id}", "has no sender:", "set sender: Name <news@example.org>"))
        if not edition.address:
            hint = "set address: to where readers can write to you, by post or otherwise"
            wanting.append((f"edition {edition.id}", "has no address:", hint))
        if not self.web and not (self.config.mail and self.config.mail.bounces):
            wanting.append((str(self.config.path), "gives subscribers no way to leave", "set url: under web:"))
        if wanting and self.config.mail:
            raise ConfigError(*wanting[0])
        for subject, reason, hint in wanting:
            self.warn(f"{subject} {reason}, which mail to others must have ({hint})")

    def _heed_review(self, edition: Edition, issue: str) -> None:
        """Who asks for an issue by hand gets it, and is told of what was not waited for."""
        review = self.store.slots.review(edition.id, issue)
        if edition.timing.review and (review is None or review.verdict != "approved"):
            self.warn(f"{edition.id} {issue} goes out without an editor's word, although it says review: required")

    @property
    def _give_up(self) -> timedelta:
        return self.config.mail.give_up if self.config.mail else _GIVE_UP

    def _run(self, edition: Edition, mailing: Mailing, post: Post, total: int) -> None:
        mail = self.config.mail
        addressing = self._addressing(edition, mailing.message)
        messages = {"": mailing.message, **self.store.ledger.versions(edition.id, mailing.issue)}
        letters = {topics: the_letter(message, edition.id, mailing.issue) for topics, message in messages.items()}
        connections = mail.connections if mail else 1
        postbox = self._postbox(self.out / FOLDER / edition.id / mailing.issue)
        with _signing(postbox) as signer:
            queue = Queue(
                post,
                Pace(mail.rate if mail else None, mail.per_domain if mail else None),
                self.time,
                _maker(letters, addressing, self.time, signer),
                at_once=max(1, connections // 2),
                ahead=signer.ahead if signer else 2,
            )
            sender = Sender(
                post=post,
                queue=queue,
                time=self.time,
                connect=postbox.connect(sender_of(mailing.message)),
                connections=connections,
                per_connection=mail.per_connection if mail else 1_000_000,
                deadline=mailing.deadline,
                resend=bool(mail and mail.resend),
                stopping=self.stopping,
                told=_teller(self.progress, edition.id, total),
                patience=self.patience,
            )
            sender.run()
        if sender.paused:
            self.store.ledger.pause(edition.id, mailing.issue, sender.paused)

    def _addressing(self, edition: Edition, message: bytes) -> Addressing:
        return Addressing(
            web=self.web,
            bounces=self.config.mail.bounces if self.config.mail else None,
            sender=sender_of(message),
            secrets=secrets(self.config, self.store_url, warn=self.warn),
        )

    def _postbox(self, folder: Path) -> Postbox:
        return Postbox(config=self.config, folder=folder, warn=self.warn)


@contextmanager
def _signing(postbox: Postbox) -> "Iterator[Signer | None]":
    identity = postbox.identity()
    if not identity:
        yield None
        return
    from digest.deliver.mail.dkim import Signer  # heavy, and only for those who sign

    with Signer(identity) as signer:
        yield signer


def _maker(
    letters: Mapping[str, Letter], addressing: Addressing, time: Time, signer: "Signer | None"
) -> Callable[[Delivery], Made]:
    """How a delivery's message is made out, and signed."""

    def make(delivery: Delivery) -> Made:
        try:
            to = addressing.of(delivery.subscriber, delivery.address)
            made = envelope(letters[delivery.topics], to, addressing.secrets[-1], time.clock())
        except UndeliverableError as error:
            return _Unmade(error)
        return signer.sign(made) if signer else _Done(made)

    return make


@dataclass(frozen=True, slots=True)
class _Done:
    envelope: Envelope

    def result(self) -> Envelope:
        return self.envelope


@dataclass(frozen=True, slots=True)
class _Unmade:
    error: UndeliverableError

    def result(self) -> Envelope:
        raise self.error


def _teller(progress: Progress, edition: str, total: int) -> Callable[[Outcome], None]:
    done = 0
    progress.stage("send", edition)

    def tell(outcome: Outcome) -> None:
        nonlocal done
        done += outcome.state != "pending"
        progress.step("", done, total)

    return tell

"""Send a mailing: each connection takes who is next, and writes down what came of it.

The order of steps is what the promise rests on (see `digest.store.ledger`). While the server considers sender and
recipient, the outcome of the message before and the claim of this one are committed, together; its message begins when
that and the journal's line are written. While the server takes it in, the next ones are made out.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from threading import Lock, Thread

from digest.deliver.mail.breaker import Breaker
from digest.deliver.mail.envelope import Envelope, UndeliverableError
from digest.deliver.mail.link import DroppedError, Link
from digest.deliver.mail.queue import Job, Post, Queue, Time
from digest.deliver.mail.replies import Reply, fate
from digest.deliver.mail.retries import next_try
from digest.errors import DigestError, MailError
from digest.mailing import Outcome

_PAUSES = (5.0, 30.0, 120.0, 300.0)  # seconds before a server that has gone is tried again
_DROPS = 5  # in a row
_HEARTBEAT = 5.0  # seconds of waiting
_LONGEST = 60.0  # seconds of waiting at once
POLICY = "policy: "  # what the reply of those begins with whom a server refused because of us


@dataclass(kw_only=True)
class Sender:
    """One run over a mailing. `connect` makes a link; `stopping` is asked before each message; `told` hears outcomes.

    `paused` says afterwards why it stopped by itself, if it did; it also ends when nobody is next for longer than
    `patience`, in seconds. With `resend`, what may have arrived is tried again.
    """

    post: Post
    queue: Queue
    time: Time
    connect: Callable[[], Link]
    connections: int
    per_connection: int
    deadline: datetime
    resend: bool
    stopping: Callable[[], bool]
    told: Callable[[Outcome], None]
    patience: float = inf
    breaker: Breaker = field(default_factory=Breaker)
    paused: str | None = None
    _failure: BaseException | None = None
    _drops: int = 0
    _alive: int = 0
    _met: bool = False
    _lock: Lock = field(default_factory=Lock)

    def run(self) -> None:
        """Until all have an outcome, or it has to stop; errors of the server as it is set up, and of the ledger."""
        hands = [_Hand(self) for _ in range(self.connections)]
        self._alive = len(hands)
        if len(hands) == 1:
            hands[0].work()
        else:
            threads = [Thread(target=hand.work, name="connection") for hand in hands]
            for thread in threads:
                thread.start()
            for thread in threads:
                while thread.is_alive():
                    thread.join(0.2)  # so that signals are heard
        with suppress(DigestError):  # what stays planned may be reported as uncertain, if the power fails, too
            self.queue.close()
        if self._failure:
            raise self._failure

    @property
    def over(self) -> bool:
        return bool(self._failure or self.paused or self.stopping())

    def failed(self, error: BaseException) -> None:
        with self._lock:
            self._failure = self._failure or error

    def leave(self) -> bool:
        """A connection cannot be had: its hand may go if another one is at work."""
        with self._lock:
            if self._alive > 1 and self._met:
                self._alive -= 1
                return True
            return False

    def met(self) -> None:
        self._met = True

    @property
    def knows_server(self) -> bool:
        return self._met

    def note(self, said: Reply) -> None:
        with self._lock:
            self._drops = 0
            self.paused = self.breaker.note(fate(said)) or self.paused

    def note_drop(self, reason: str) -> None:
        with self._lock:
            self._drops += 1
            self.paused = self.breaker.note("later") or self.paused
            if self._drops >= _DROPS and not self._failure:
                hint = "nobody is lost: run the command again when it works"
                self._failure = MailError("mail server", f"hangs up again and again: {reason}", hint)


class _Hand:
    """One connection's work."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._time = sender.time
        self._post = sender.post
        self._queue = sender.queue
        self._link: Link | None = None
        self._count = 0
        self._before: Outcome | None = None  # of the last message, not yet committed

    def work(self) -> None:
        for step in (self._work, self._settle):  # what the last message came to is known, whatever ends the work
            try:
                step()
            except BaseException as error:  # noqa: BLE001  (raised again by the sender, when all hands are done)
                self._sender.failed(error)
        self._hang_up()

    def _work(self) -> None:
        while not self._sender.over:
            job = self._queue.next()
            if isinstance(job, Job):
                self._link = self._linked(job)
                if not self._link:
                    return
                self._one(self._link, job)
            elif self._before:
                self._settle()  # and ask again: it may be next
            elif job is None or job > self._sender.patience:
                return
            else:
                if job > _HEARTBEAT:
                    self._post.commit(None, None, self._time.clock())  # so that nobody takes us for dead
                self._time.wait(min(job, _LONGEST))

    def _one(self, link: Link, job: Job) -> None:
        """Send one message; its outcome is committed together with the next claim."""
        try:
            envelope = job.made.result()
            if envelope.utf8 and not link.utf8:
                raise UndeliverableError(
                    "a subscriber", "has an address in UTF-8, which this mail server does not take"
                )
        except UndeliverableError as error:
            self._unmade(job, error)
            return
        broken: DroppedError | None = None
        try:
            link.offer(envelope)
        except DroppedError as error:
            broken = error
        claimed = self._post.commit(self._before, job.delivery, self._time.clock())
        self._before = None
        if not claimed:
            self._queue.done(job, went=False)
            self._take_back(link, broken)
            return
        self._before = outcome = self._dropped(job, broken) if broken else self._delivered(link, envelope, job)
        self._queue.done(job, went=outcome.state == "sent")
        self._sender.told(outcome)

    def _delivered(self, link: Link, envelope: Envelope, job: Job) -> Outcome:
        try:
            refused = link.answers()
            if not refused:
                self._wait_for_disk(job)
                refused = link.data()
            if refused:
                return self._judged(job, refused)
            self._post.begin(job.delivery, self._time.clock())
            link.body(envelope)
        except DroppedError as error:
            return self._dropped(job, error)
        self._stock()
        try:
            return self._judged(job, link.outcome())
        except DroppedError as error:
            return self._unknown(job, error)

    def _stock(self) -> None:
        """Make out the next ones while the server answers. If that fails, this answer counts none the less."""
        try:
            self._queue.stock()
        except DigestError as error:
            self._sender.failed(error)

    def _wait_for_disk(self, job: Job) -> None:
        if not job.planned.done():
            self._queue.slow()
        job.planned.result()

    def _unmade(self, job: Job, error: UndeliverableError) -> None:
        claimed = self._post.commit(self._before, job.delivery, self._time.clock())
        self._before = None
        self._queue.done(job, went=False)
        if claimed:
            self._before = Outcome(
                delivery=job.delivery, state="failed", at=self._time.clock(), reply=f"unsupported: {error.reason}"
            )
            self._sender.told(self._before)

    def _judged(self, job: Job, reply: Reply) -> Outcome:
        """What the server's reply makes of the delivery."""
        self._sender.note(reply)
        if reply.code == 421:
            self._hang_up()
        kind, given, now = fate(reply), job.delivery, self._time.clock()
        if kind == "sent":
            return Outcome(delivery=given, state="sent", at=now, code=reply.code, reply=reply.shown())
        if kind == "stop":
            error = MailError("mail server", f"answers {reply.code} {reply.shown()}", "check user: and password:")
            self._sender.failed(error)
            return Outcome(delivery=given, state="pending", at=now, due=now, code=reply.code, reply=reply.shown())
        if kind in ("later", "hold"):
            if kind == "hold":
                self._queue.hold(given.domain)
            return self._again(job, reply.shown(), reply.code)
        return Outcome(
            delivery=given,
            state="failed",
            at=now,
            code=reply.code,
            reply=(POLICY if kind == "refused" else "") + reply.shown(),
            bounced=kind == "bounced",
            soft=kind == "full",
        )

    def _dropped(self, job: Job, error: DroppedError) -> Outcome:
        """The connection broke before the end of the message: it has not arrived."""
        self._lost(error)
        if error.slow:
            self._queue.hold(job.delivery.domain)  # so that others do not wait behind it
        elif not job.delivery.attempts:
            now = self._time.clock()
            return Outcome(delivery=job.delivery, state="pending", at=now, due=now, reply=error.reason)
        return self._again(job, error.reason, None)

    def _unknown(self, job: Job, error: DroppedError) -> Outcome:
        """It broke after the end of the message and before the answer: nobody knows (RFC 1047)."""
        self._lost(error)
        if error.slow:
            self._queue.hold(job.delivery.domain)
        if self._sender.resend:
            return self._again(job, f"may have arrived: {error.reason}", None)
        reply = f"may have arrived: no answer to the message ({error.reason})"
        return Outcome(delivery=job.delivery, state="uncertain", at=self._time.clock(), reply=reply)

    def _again(self, job: Job, reply: str, code: int | None) -> Outcome:
        given, now = job.delivery, self._time.clock()
        due = next_try(given.attempts + 1, now, self._sender.deadline, given.key)
        if due is None:
            return Outcome(delivery=given, state="failed", at=now, code=code, reply=f"given up: {reply}")
        return Outcome(delivery=given, state="pending", at=now, due=due, code=code, reply=reply)

    def _linked(self, job: Job) -> Link | None:
        """A link for the next message; None if this hand is not needed without one."""
        if self._link and self._count >= self._sender.per_connection:
            self._hang_up()
        if self._link:
            self._count += 1
            return self._link
        for pause in (*_PAUSES, None):
            try:
                link = self._sender.connect()
            except DroppedError as error:
                self._settle()
                if self._sender.leave():
                    self._queue.give_back(job)
                    return None
                if pause is None or not self._sender.knows_server or self._sender.over:
                    self._queue.give_back(job)
                    hint = "check host: and port: under mail:; nobody is lost, run the command again when it answers"
                    raise MailError("mail server", error.reason, hint) from None
                self._time.wait(pause)
            else:
                self._sender.met()
                self._count = 1
                return link
        return None

    def _take_back(self, link: Link, broken: DroppedError | None) -> None:
        try:
            if broken:
                raise broken
            link.reset()
        except DroppedError as error:
            self._lost(error)

    def _settle(self) -> None:
        """Commit the last outcome, with no next claim to go with it."""
        if self._before:
            self._post.commit(self._before, None, self._time.clock())
            self._before = None

    def _lost(self, error: DroppedError) -> None:
        self._sender.note_drop(error.reason)
        self._hang_up()

    def _hang_up(self) -> None:
        if self._link:
            with suppress(DigestError):
                self._link.close()
            self._link = None

"""Who is next: what is due in the ledger, as far as the pace allows, one after the other for every connection."""

from collections import Counter, deque
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from threading import RLock
from typing import Protocol

from digest.deliver.mail.envelope import Envelope
from digest.deliver.mail.pace import Pace
from digest.mailing import Delivery, Outcome

_PORTION = 500  # deliveries read from the ledger at once
_MOST = 32  # in line
_DRY = 1.0  # seconds after which a ledger that had nothing is asked again
_LEAST, _SOON = 0.001, 0.05  # seconds to wait


class Post(Protocol):
    """What sending needs of the ledger: see `digest.store.turn`."""

    def due(self, now: datetime, besides: Collection[str], limit: int) -> Sequence[Delivery]: ...

    def next_due(self) -> datetime | None: ...

    def plan(self, deliveries: Sequence[Delivery]) -> "Future[None]": ...

    def release(self, deliveries: Sequence[Delivery], now: datetime) -> None: ...

    def begin(self, delivery: Delivery, now: datetime) -> None: ...

    def commit(self, outcome: Outcome | None, claim: Delivery | None, now: datetime) -> bool:
        """With neither, it only says that we are still here."""


class Made(Protocol):
    """An envelope that is made, or being made elsewhere."""

    def result(self) -> Envelope: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A delivery that is next: `planned` is when it may begin. UndeliverableError from `made` concerns it alone."""

    delivery: Delivery
    planned: "Future[None]"
    made: Made


@dataclass(slots=True)
class Time:
    """`clock` for what is written down, `ticks` for what is waited for, in seconds: it never goes back."""

    clock: Callable[[], datetime]
    ticks: Callable[[], float]
    wait: Callable[[float], None]


class Queue:
    """Used by all connections. Domains take turns, and each keeps its order.

    A few are in line: taken, planned in the journal, and made out, so that nobody waits for the disk; the slower it is,
    the more. To one domain `at_once` are on their way at most, so that a slow one does not take every connection.
    """

    def __init__(
        self, post: Post, pace: Pace, time: Time, make: Callable[[Delivery], Made], *, at_once: int, ahead: int = 2
    ) -> None:
        self._post = post
        self._pace = pace
        self._time = time
        self._make = make
        self._at_once = at_once
        self._ahead = ahead
        self._waiting: dict[str, deque[Delivery]] = {}
        self._line: deque[Job] = deque()
        self._out: set[str] = set()
        self._under_way: Counter[str] = Counter()
        self._dry = float("-inf")
        self._lock = RLock()

    def next(self) -> Job | float | None:
        """What to send now; or how many seconds to wait before asking again; or None if all have an outcome."""
        with self._lock:
            job = self._pop()
            if not job:
                self.stock()
                job = self._pop()
            return job or self._later()

    def stock(self) -> None:
        """Get more in line, if there is less than half of what there should be."""
        with self._lock:
            if len(self._line) > self._ahead // 2:
                return
            new: list[Delivery] = []
            while len(self._line) + len(new) < self._ahead and (taken := self._take()):
                new.append(taken)
            if new:
                planned = self._post.plan(new)
                self._line.extend(
                    Job(delivery=delivery, planned=planned, made=self._make(delivery)) for delivery in new
                )

    def slow(self) -> None:
        """The disk was waited for."""
        with self._lock:
            self._ahead = min(2 * self._ahead, max(_MOST, self._ahead))

    def done(self, job: Job, *, went: bool) -> None:
        """It has an outcome, or is not sent; `went` if the server has taken it."""
        with self._lock:
            self._out.discard(job.delivery.subscriber)
            self._under_way[job.delivery.domain] -= 1
            if went:
                self._pace.went(job.delivery.domain)

    def give_back(self, job: Job) -> None:
        """Somebody else is to send it."""
        with self._lock:
            self._under_way[job.delivery.domain] -= 1
            self._line.appendleft(job)

    def hold(self, domain: str) -> None:
        """The domain wants less mail: those of it that are in line go back."""
        with self._lock:
            self._pace.hold(domain, self._time.ticks())
            back = [job.delivery for job in self._line if job.delivery.domain == domain]
            if back:
                self._line = deque(job for job in self._line if job.delivery.domain != domain)
                self._waiting.setdefault(domain, deque()).extendleft(reversed(back))
                self._out -= {delivery.subscriber for delivery in back}
                self._post.release(back, self._time.clock())

    def close(self) -> None:
        """Nothing more is sent; what is in line stays where it is in the ledger."""
        with self._lock:
            self._post.release([job.delivery for job in self._line], self._time.clock())
            self._line.clear()

    def _pop(self) -> Job | None:
        for job in self._line:
            if self._under_way[job.delivery.domain] < self._at_once:
                self._line.remove(job)
                self._under_way[job.delivery.domain] += 1
                return job
        return None

    def _take(self) -> Delivery | None:
        ticks = self._time.ticks()
        if self._pace.wait(ticks):
            return None
        taken = self._ready(ticks)
        if not taken and ticks >= self._dry:
            taken = self._ready(ticks) if self._fill(ticks) else None
        if taken:
            self._pace.take(taken.domain, ticks)
            self._out.add(taken.subscriber)
        return taken

    def _ready(self, ticks: float) -> Delivery | None:
        for domain, some in self._waiting.items():
            if self._pace.wait_for(domain, ticks) <= 0:
                taken = some.popleft()
                del self._waiting[domain]
                if some:
                    self._waiting[domain] = some  # the others first
                return taken
        return None

    def _fill(self, ticks: float) -> bool:
        """Read more from the ledger, of domains that nobody is waiting for yet."""
        found = self._post.due(self._time.clock(), self._waiting, _PORTION + len(self._out))
        new = [delivery for delivery in found if delivery.subscriber not in self._out]
        for delivery in new:
            self._waiting.setdefault(delivery.domain, deque()).append(delivery)
        if not new:
            self._dry = ticks + _DRY
        return bool(new)

    def _later(self) -> float | None:
        """Seconds until something may have changed."""
        ticks = self._time.ticks()
        waits = [self._pace.wait_for(domain, ticks) for domain in self._waiting]
        due = self._post.next_due() if not waits else None
        if due:
            waits.append(max((due - self._time.clock()).total_seconds(), self._dry - ticks))
        if self._out:
            waits.append(_SOON)
        return max(min(waits), self._pace.wait(ticks), _LEAST) if waits else None

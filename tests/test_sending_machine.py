"""Subscribing, leaving, mailing, crashing and trying again, in any order: the mailboxes are as a simple model has them."""

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from digest.deliver.mail.envelope import Addressee, Body, Links, envelope, letter
from digest.deliver.mail.link import DroppedError
from digest.deliver.mail.pace import Pace
from digest.deliver.mail.queue import Queue
from digest.deliver.mail.replies import Reply
from digest.deliver.mail.sender import Sender
from digest.mailing import Delivery, Mailing, Outcome
from digest.store.sql import SqlStore
from tests.mailing import EDITION, Clock, Place, subscribe
from tests.test_envelope import MESSAGE

SECRET = b"s" * 32
NAMES = st.sampled_from([f"r{number}" for number in range(6)])
# What the server does with a message, or when the process dies.
EVENTS = st.sampled_from(
    ["taken", "taken", "taken", "451", "550", "dropped before", "dropped after", "killed before", "killed after"]
)


class _KilledError(BaseException):
    """The process is gone: nothing that would have come after happens."""


class _Server:
    """A mail server in memory, which is a link to itself. It does what the events say, one a message."""

    utf8 = True

    def __init__(self, boxes: Counter[tuple[str, str]], issue: str, events: list[str]) -> None:
        self.boxes, self.issue, self.events = boxes, issue, events
        self.recipient, self.event = "", "taken"
        self.unknown: set[str] = set()

    def offer(self, envelope: "object") -> None:
        self.recipient = envelope.recipient.partition("@")[0]  # type: ignore[attr-defined]
        self.event = self.events.pop(0) if self.events else "taken"

    def answers(self) -> Reply | None:
        if self.event == "dropped before":
            raise DroppedError("recipient", "gone")
        if self.event in ("451", "550"):
            return Reply(step="recipient", code=int(self.event), text="no")
        return None

    def data(self) -> None:
        if self.event == "killed before":
            raise _KilledError

    def body(self, envelope: object) -> None:
        self.boxes[self.issue, self.recipient] += 1

    def outcome(self) -> Reply:
        if self.event in ("dropped after", "killed after"):
            self.unknown.add(self.recipient)
            raise DroppedError("message", "gone") if self.event == "dropped after" else _KilledError
        return Reply(step="message", code=250, text="ok")

    def reset(self) -> None:
        return None

    def close(self) -> None:
        return None


class Mailings(RuleBasedStateMachine):
    """The model: who is subscribed, who was subscribed when an issue was opened, and who ended in doubt or refused."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.made = Place(Path(self._folder.name))
        self.url = f"sqlite:///{self.made.database}"
        self.store = SqlStore(self.url)
        self.clock = Clock()
        self.boxes: Counter[tuple[str, str]] = Counter()
        self.members: set[str] = set()
        self.open: dict[str, set[str]] = {}
        self.left: set[str] = set()
        self.excused: dict[str, set[str]] = {}
        self.number = 0

    @rule(name=NAMES)
    def subscribe(self, name: str) -> None:
        if name in self.left:
            self.made.sql("UPDATE subscribers SET state = 'active' WHERE id = ?", f"id{name}")
            self.left.discard(name)
        elif name not in self.members:
            subscribe(self.made, [f"{name}@example.com"])
        self.members.add(name)

    @precondition(lambda self: self.members)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.members)))
        self.members.discard(name)
        self.left.add(name)
        self.made.sql("UPDATE subscribers SET state = 'left' WHERE id = ?", f"id{name}")

    @rule(events=st.lists(EVENTS, max_size=8))
    def new_issue(self, events: list[str]) -> None:
        self.number += 1
        issue = f"2026-{self.number:03}"
        at, far = self.clock.at, self.clock.at.replace(year=2027)
        self.store.ledger.open(Mailing(edition=EDITION, issue=issue, message=MESSAGE, opened=at, deadline=far))
        for earlier, waiting in self.open.items():
            self.excused[earlier] |= waiting  # nobody gets last week's issue after this week's
        self.open = {issue: set(self.members)}
        self.excused[issue] = set()
        self._send(issue, events)

    @precondition(lambda self: self.open)
    @rule(events=st.lists(EVENTS, max_size=8))
    def send_again(self, events: list[str]) -> None:
        (issue,) = self.open
        self._send(issue, events)

    @rule()
    def start_anew(self) -> None:
        self.store.__exit__(None, None, None)
        self.store = SqlStore(self.url)

    def _send(self, issue: str, events: list[str]) -> None:
        server, before = _Server(self.boxes, issue, list(events)), Counter(self.boxes)
        time, said = self.clock.time(), letter(MESSAGE, EDITION, issue, Body(common=(BODY,), own=lambda _: ()))
        try:
            with self.store.ledger.turn(EDITION, issue, self.clock.at) as turn:
                assert turn is not None

                def make(one: Delivery) -> "_Made":
                    to = Addressee(id=one.subscriber, address=one.address, sender="b@example.org", links=Links())
                    return _Made(envelope(said, to, SECRET, self.clock.at))

                Sender(
                    post=turn,
                    queue=Queue(turn, Pace(None, None), time, make, at_once=1),
                    time=time,
                    connect=lambda: server,
                    connections=1,
                    per_connection=100,
                    deadline=self.clock.at.replace(year=2027),
                    resend=False,
                    stopping=lambda: False,
                    told=self._told(issue),
                ).run()
        except _KilledError:
            self.start_anew()
            if server.event == "killed after":
                self.excused[issue].add(server.recipient)
                self.open[issue].discard(server.recipient)
        written_to = {name for _, name in self.boxes - before}
        assert not written_to & self.left

    def _told(self, issue: str) -> "object":
        def tell(outcome: Outcome) -> None:
            if outcome.state in ("sent", "failed", "uncertain"):
                name = outcome.delivery.subscriber.removeprefix("id")
                self.open[issue].discard(name)
                if outcome.state != "sent":
                    self.excused[issue].add(name)

        return tell

    @invariant()
    def nobody_got_it_twice(self) -> None:
        assert all(count == 1 for count in self.boxes.values())

    @invariant()
    def the_ledger_adds_up(self) -> None:
        for issue in self.excused:
            self.store.ledger.counts(EDITION, issue)

    def teardown(self) -> None:
        """Everything is sent to its end: nobody is missing who has not left, and is not excused."""
        for issue in self.open:
            for _ in range(3):
                self._send(issue, [])
            missing = {name for name in self.members if name in self.open[issue]}
            got = {name for where, name in self.boxes if where == issue}
            rows = dict(self.made.sql("SELECT subscriber, state FROM deliveries WHERE issue = ?", issue))
            skipped = {name for name in missing if rows.get(f"id{name}") == "skipped"}
            assert missing - skipped <= got, (missing, got, rows)
        self.nobody_got_it_twice()
        self.the_ledger_adds_up()
        self.store.__exit__(None, None, None)
        self._folder.cleanup()


BODY = MESSAGE.partition(b"\r\n\r\n")[2]


class _Made:
    def __init__(self, made: "object") -> None:
        self.made = made

    def result(self) -> "object":
        return self.made


TestMailings = Mailings.TestCase
TestMailings.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)

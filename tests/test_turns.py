"""Turns of editions: taken once, made up once, held for an editor, skipped by rule; whatever the clock or a kill does."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time as real_time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import urlopen

import dkim
import pytest
from click.testing import CliRunner

from digest.app.run import Run
from digest.app.send import Send
from digest.app.service import Service, keep_looking
from digest.app.setup import open_store
from digest.app.turns import Taken
from digest.app.vitals import healthz
from digest.cli import cli
from digest.config import Config, Edition
from digest.deliver.mail.queue import Time
from digest.errors import MailError, StoreError
from digest.ingest.sandbox import Sandbox
from digest.mailing import Mailing, Slot
from digest.store.slots import Slots
from tests.mailing import EDITION, EDITION_SAYS, SECRET, Place, Quiet, new_key, subscribe
from tests.mailsink import Sink, raw_sink

FRIDAY = datetime(2026, 11, 20, 6, 0, 30, tzinfo=UTC)  # 07:00 in Berlin
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SEED = "---\noutlet: {outlet}\ntitle: {title}\n---\nThe harbour of {place} opened to ships on Monday, after two years of work.\n"


class KilledError(BaseException):
    """The process ends here."""


@dataclass
class Desk:
    """An installation with one weekly edition, a clock that is set by hand, and all that was said."""

    folder: Path
    now: datetime = FRIDAY
    said: list[str] = field(default_factory=list)
    told: list[Taken] = field(default_factory=list)
    waited: float = 0.0
    sandbox: Sandbox | None = None
    stop: bool = False

    def configure(self, mail: dict[str, object] | None = None, **edition: object) -> "Desk":
        weekly = {
            **EDITION_SAYS, "timezone": "Europe/Berlin", "schedule": "Fri 07:00", "files": ["seeds/*"],
            "formats": ["markdown"], "window": "1 day", "jitter": 0, **edition,
        }  # fmt: skip
        says: dict[str, object] = {"editions": {EDITION: weekly}}
        (self.folder / "feeds.yaml").write_text(json.dumps(says | ({"mail": mail} if mail else {})))
        return self

    def seed(self, name: str, place: str = "Larn") -> None:
        (self.folder / "seeds").mkdir(exist_ok=True)
        text = SEED.format(outlet=name.title(), title=f"{place} harbour opens to ships", place=place)
        (self.folder / "seeds" / f"{name}.md").write_text(text)

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def service(self) -> Service:
        def wait(seconds: float) -> None:
            self.now += timedelta(seconds=seconds)
            self.waited += seconds

        return Service(
            path=self.folder / "feeds.yaml",
            store_url=None,
            out=self.out,
            time=Time(clock=lambda: self.now, ticks=lambda: self.now.timestamp(), wait=wait),
            run=self.run,
            progress=Quiet(),
            say=self.said.append,
            tell=self.told.append,
            stopping=lambda: self.stop,
        )

    @contextmanager
    def run(self, config: Config, now: datetime) -> Iterator[Run]:
        self.sandbox = self.sandbox or Sandbox()
        with open_store(config) as store:
            yield Run(config=config, store=store, now=now, progress=Quiet(), clock=lambda: 0.0, sandbox=self.sandbox)

    def look(self, now: datetime | None = None) -> bool:
        """One look of a process that has just been started."""
        self.now = now or self.now
        return self.service().look()

    @property
    def turns(self) -> list[tuple[str, str]]:
        return [(taken.slot, taken.state) for taken in self.told]

    def slots(self) -> dict[str, Slot]:
        with open_store(self.service().config) as store:
            return {slot.id: slot for slot in store.slots.of(EDITION)}

    def issues(self) -> list[str]:
        with open_store(self.service().config) as store:
            return [json.loads(data)["id"] for data in store.issues(EDITION)]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path, sandbox: Sandbox) -> Desk:
    made = Desk(tmp_path, sandbox=sandbox).configure()
    (tmp_path / "digest.db.secret").write_text(SECRET)
    (tmp_path / "digest.db.secret").chmod(0o600)
    made.seed("courier")
    made.seed("gazette")
    return made


def test_a_turn_is_taken_at_its_time_and_once(desk: Desk) -> None:
    desk.look(FRIDAY - HOUR)
    assert (desk.turns, desk.issues()) == ([], [])
    for minutes in range(4):
        desk.look(FRIDAY + timedelta(minutes=minutes))
    assert desk.turns == [("2026-W47", "done")]
    assert desk.issues() == ["2026-11-20"]
    assert (desk.out / EDITION / "2026-11-20" / "issue.json").is_file()


def test_a_machine_that_slept_makes_up_once_within_the_window(desk: Desk) -> None:
    desk.look(FRIDAY - DAY)
    desk.look(FRIDAY + 23 * HOUR)
    desk.look(FRIDAY + 23 * HOUR + timedelta(minutes=1))
    assert desk.turns == [("2026-W47", "done")]


def test_stopped_on_thursday_started_on_sunday_it_is_skipped_and_noted_unless_the_window_is_wider(desk: Desk) -> None:
    sunday = FRIDAY + 2 * DAY
    desk.look(FRIDAY - 7 * DAY)
    desk.look(sunday)
    assert desk.turns == [("2026-W46", "done")]
    assert (desk.slots()["2026-W47"].state, desk.slots()["2026-W47"].note) == (
        "skipped",
        "missed by more than 24 hours",
    )
    assert any("2026-W47: missed" in line for line in desk.said)
    desk.configure(make_up="3 days")
    desk.seed("herald", "Ostby")
    desk.look(sunday + 7 * DAY)
    assert desk.turns[1:] == [("2026-W48", "done")]


def test_five_weeks_away_make_one_issue_and_no_burst(desk: Desk) -> None:
    desk.look(FRIDAY - 35 * DAY)
    for minutes in range(3):
        desk.look(FRIDAY + timedelta(minutes=minutes))
    assert [slot for slot, _ in desk.turns] == ["2026-W42", "2026-W47"]
    assert [slot.state for slot in desk.slots().values()] == ["done", *["skipped"] * 4, desk.told[-1].state]


@pytest.mark.parametrize("back", [2 * HOUR, 3 * DAY])
def test_a_clock_that_is_set_back_sends_nothing_again(desk: Desk, back: timedelta) -> None:
    subscribed(desk, ["ann@example.net"])
    desk.look()
    for hours in range(0, 80, 10):
        desk.look(FRIDAY - back + hours * HOUR)
    assert desk.turns == [("2026-W47", "done")]
    assert len(mailed(desk)) == 1


@pytest.mark.parametrize(
    ("wrong", "taken", "passed"),
    [
        (datetime(2027, 3, 19, 6, 0, 30, tzinfo=UTC), "2027-W11", "2026-W47"),
        (datetime(2099, 3, 20, 6, 0, 30, tzinfo=UTC), "2099-W12", "2098-W52"),
    ],
)
def test_a_store_with_turns_of_the_future_goes_on(desk: Desk, wrong: datetime, taken: str, passed: str) -> None:
    """A clock was wrong for a while, brought out an issue, and passed over the turns before."""
    desk.look(FRIDAY - 7 * DAY)
    desk.seed("herald", "Ostby")
    desk.look(wrong)
    assert desk.slots()[passed].state == "skipped"
    desk.seed("post", "Vik")
    desk.look(FRIDAY)
    desk.look(FRIDAY + HOUR)
    assert [slot for slot, _ in desk.turns] == ["2026-W46", taken, "2026-W47"]
    assert [slot.state for slot in desk.slots().values()][2:] == ["done"]


def test_two_processes_take_a_turn_once(desk: Desk) -> None:
    with open_store(desk.service().config) as store, store.slots.alone() as alone:
        assert alone
        desk.look()
        assert desk.turns == []
    desk.look()
    assert desk.turns == [("2026-W47", "done")]


def test_without_a_lock_a_row_is_taken_by_one_until_its_lease_ends(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two machines with one database."""
    turn = desk.service().config.editions[0].timing.schedule.next(FRIDAY - HOUR)  # type: ignore[union-attr]
    with open_store(desk.service().config) as store:
        here, there = store.slots, Slots(store.database)
        there._holder = "elsewhere|1"
        first = there.take(EDITION, turn, FRIDAY)
        assert first
        assert here.take(EDITION, turn, FRIDAY + timedelta(minutes=179)) is None
        again = here.take(EDITION, turn, FRIDAY + timedelta(minutes=181))
        assert again
        assert again.started == first.started
        here.finish(again, "done", FRIDAY + 4 * HOUR)
        assert there.take(EDITION, turn, FRIDAY + 9 * HOUR) is None


def subscribed(desk: Desk, addresses: list[str]) -> None:
    with open_store(desk.service().config):
        pass
    subscribe(Place(desk.folder), addresses)


def mailed(desk: Desk) -> list[Path]:
    return sorted((desk.out / "Maildir" / EDITION).glob("*/new/*"))


def steps() -> list[str]:
    """Methods, each of which the process is killed before and after."""
    return ["take", "built", "renew", "finish"]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", steps())
def test_killed_at_any_step_it_goes_on_and_each_gets_one(
    desk: Desk, step: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribed(desk, ["ann@example.net", "bob@example.net"])
    real, dead = getattr(Slots, step), []

    def dying(self: Slots, *arguments: Any, **named: Any) -> Any:
        if dead:
            return real(self, *arguments, **named)
        dead.append(step)
        if after:
            real(self, *arguments, **named)
        raise KilledError

    monkeypatch.setattr(Slots, step, dying)
    with pytest.raises(KilledError):
        desk.look()
    desk.look(FRIDAY + 18 * HOUR)  # it is Saturday in Berlin: the issue is Friday's all the same, if it was begun
    desk.look(FRIDAY + 19 * HOUR)
    begun = (step, after) != ("take", False)
    assert desk.issues() == ["2026-11-20" if begun else "2026-11-21"]
    assert len(mailed(desk)) == 2
    assert desk.slots()["2026-W47"].state == "done"
    assert len(desk.told) == (0 if (step, after) == ("finish", True) else 1)


def test_what_fails_is_tried_again_and_given_up_after_the_window(desk: Desk) -> None:
    desk.configure(formats=["markdown"])
    desk.out.write_text("a file where the folder should be")
    assert not desk.look()
    assert not desk.look(FRIDAY + 11 * timedelta(minutes=1))
    assert [state for _, state in desk.turns] == ["later", "later"]
    desk.look(FRIDAY + 12 * timedelta(minutes=1))
    assert len(desk.turns) == 2
    assert "cannot be written" in desk.slots()["2026-W47"].note
    desk.out.unlink()
    assert desk.look(FRIDAY + HOUR)
    assert desk.turns[2:] == [("2026-W47", "done")]


def test_what_fails_for_longer_than_the_window_is_failed(desk: Desk) -> None:
    desk.out.write_text("a file where the folder should be")
    desk.look()
    assert not desk.look(FRIDAY + 25 * HOUR)
    assert desk.turns[-1] == ("2026-W47", "failed")
    with open_store(desk.service().config) as store:
        assert healthz(desk.service().config, store.slots, desk.now)["status"] == "late"


@pytest.mark.parametrize(
    ("edition", "note"),
    [
        ({"skip": {"stories": 5}}, "1 story, fewer than 5"),
        ({"exclude": {"words": ["harbour"]}}, "0 stories, fewer than 1"),
        ({"outlets": {"Dead Radio": {"feeds": ["http://127.0.0.1:9/feed.xml"]}}}, "every feed fails"),
    ],
)
def test_an_issue_that_is_not_worth_it_is_skipped_and_says_why(desk: Desk, edition: dict[str, Any], note: str) -> None:
    desk.configure(**edition)
    text = (desk.folder / "feeds.yaml").read_text()
    (desk.folder / "feeds.yaml").write_text(
        json.dumps({**json.loads(text), "network": {"allow": ["127.0.0.1"], "gap": 0}})
    )
    assert desk.look()
    assert desk.turns == [("2026-W47", "skipped")]
    assert desk.slots()["2026-W47"].note == desk.told[0].note == note
    assert desk.issues() == []
    assert not (desk.out / EDITION).exists()
    desk.configure(skip={"stories": 0, "stale": False})
    desk.look(FRIDAY + 7 * DAY)
    assert desk.turns[1:] == [("2026-W48", "done")]


def test_a_draft_waits_and_is_nowhere_until_it_is_approved(desk: Desk) -> None:
    desk.configure(review="required", editor="Ed <ed@example.org>")
    subscribed(desk, ["ann@example.net"])
    desk.look()
    assert desk.turns == [("2026-W47", "held")]
    assert desk.issues() == []
    assert not (desk.out / EDITION).exists()
    (letter,) = mailed(desk)
    assert "digest approve weekly/2026-11-20" in letter.read_text()
    draft = desk.out / ".drafts" / EDITION / "2026-11-20" / "issue.json"
    seen = draft.read_bytes()
    desk.seed("herald", "Larn")  # what comes in later does not change what the editor saw
    desk.look(FRIDAY + HOUR)
    assert len(desk.turns) == 1
    done = approve(desk, "weekly/2026-11-20")
    assert done.exit_code == 0, done.output
    assert desk.issues() == ["2026-11-20"]
    assert (desk.out / EDITION / "2026-11-20" / "issue.json").read_bytes() == seen
    assert not draft.exists()
    assert len(mailed(desk)) == 2
    verify = CliRunner().invoke(cli, ["verify", str(desk.out), "-c", str(desk.folder / "feeds.yaml")])
    assert verify.exit_code == 0, verify.output
    again = approve(desk, "weekly/2026-11-20")
    assert (again.exit_code, again.stderr) == (0, "weekly/2026-11-20 went out already\n")
    desk.look(FRIDAY + 2 * HOUR)
    assert len(mailed(desk)) == 2
    assert approve(desk, "weekly/2026-11-21").exit_code == 1


def test_the_turn_of_a_draft_whose_mail_fails_goes_on_until_the_mail_is_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is running, not done; tried again after ten minutes, and told of once each time."""

    def failing(*_: object, **__: object) -> None:
        raise MailError("mail server", "cannot be reached", "see to it")

    desk.configure(review="required", review_hours=2)
    subscribed(desk, ["ann@example.net"])
    desk.look()
    monkeypatch.setattr(Send, "issue", failing)
    for minutes in range(120, 131):
        desk.look(FRIDAY + timedelta(minutes=minutes))
    assert desk.turns == [("2026-W47", "held"), *[("2026-W47", "later")] * 2]
    assert sum("cannot be reached" in line for line in desk.said) == 2
    assert desk.slots()["2026-W47"].state == "running"
    assert approve(desk, "weekly/2026-11-20").exit_code == 1, "it is tried at once, and fails"
    monkeypatch.undo()
    desk.look(FRIDAY + 30 * HOUR)
    assert desk.turns[3:] == [("2026-W47", "done")]
    assert desk.slots()["2026-W47"].state == "done"
    assert len(mailed(desk)) == 1


def approve(desk: Desk, *arguments: str) -> Any:
    where = ["-c", str(desk.folder / "feeds.yaml"), "--out", str(desk.out)]
    return CliRunner().invoke(cli, ["approve", *arguments, *where])


def test_the_editors_mail_is_signed_and_a_server_that_is_away_is_a_warning(desk: Desk) -> None:
    sink, keys = Sink(), new_key(desk.folder)
    signing = {"domain": "example.org", "selector": "s1", "key": "file:key.pem"}
    with raw_sink(sink):
        mail: dict[str, object] = {"host": "127.0.0.1", "port": sink.port, "security": "none", "dkim": signing}
        desk.configure(mail, review="required", editor="Ed <ed@example.org>").look()
    assert sink.recipients == ["ed@example.org"]
    assert dkim.verify(sink.taken[0].data, dnsfunc=lambda name, **_: keys)
    desk.seed("herald", "Ostby")
    desk.look(FRIDAY + 7 * DAY)
    (warning,) = [line for line in desk.said if "the editor could not be told" in line]
    assert "check host: and port: under mail:" in warning
    assert desk.turns[-1] == ("2026-W48", "held")


def test_mail_that_cannot_go_on_keeps_no_other_waiting(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def failing(_: Send, edition: Edition, issue: str) -> None:
        tried.append(issue)
        raise MailError(f"mail of {issue}", "cannot be reached", "see to it")

    with open_store(desk.service().config) as store:
        for issue in ("2026-11-06", "2026-11-13"):
            store.ledger.open(Mailing(edition=EDITION, issue=issue, message=b"", opened=FRIDAY, deadline=FRIDAY))
    monkeypatch.setattr(Send, "issue", failing)
    assert not desk.look(FRIDAY - HOUR)
    assert tried == ["2026-11-06", "2026-11-13"]
    assert [issue for issue in tried if any(f"mail of {issue}" in line for line in desk.said)] == tried


def test_a_run_at_work_is_named_where_one_is(desk: Desk) -> None:
    desk.configure(review="required")
    desk.look()
    with open_store(desk.service().config) as store, store.slots.alone() as alone:
        assert alone
        said = approve(desk, "weekly/2026-11-20")
    assert (said.exit_code, desk.issues()) == (0, [])
    assert said.stderr == "weekly/2026-11-20 is approved; the `digest run` that is at work brings it out\n"


def test_by_hand_an_issue_goes_out_without_an_editor_and_both_commands_say_so(desk: Desk) -> None:
    """But not of one that was approved."""
    desk.configure(review="required")
    subscribed(desk, ["ann@example.net"])
    desk.look()
    assert approve(desk, "weekly/2026-11-20").exit_code == 0
    assert not any("review: required" in line for line in desk.said)
    where = ["-c", str(desk.folder / "feeds.yaml"), "--out", str(desk.out)]
    (desk.folder / "seeds" / "courier.md").unlink()
    desk.seed("herald", "Ostby")
    built = CliRunner().invoke(cli, ["build", *where, "--now", (FRIDAY + DAY).isoformat()])
    assert (
        "warning: weekly: says review: required, which `digest build` does not wait for (the issue is out"
        in built.stderr
    )
    sent = CliRunner().invoke(cli, ["send", *where])
    assert "warning: weekly 2026-11-21 goes out without an editor's word" in sent.stderr


def test_a_rejected_draft_does_not_go_out_and_its_stories_are_free(desk: Desk) -> None:
    desk.configure(review="required", review_hours=2, window="14 days")
    desk.look()
    assert approve(desk, "weekly/2026-11-20", "--reject").exit_code == 0
    assert approve(desk, "weekly/2026-11-20").exit_code == 1
    desk.look(FRIDAY + 3 * HOUR)
    assert desk.issues() == []
    desk.configure()
    desk.look(FRIDAY + 7 * DAY)
    assert desk.issues() == ["2026-11-27"]


def test_a_draft_goes_out_by_itself_when_the_time_for_review_is_over(desk: Desk) -> None:
    desk.configure(review="required", review_hours=2)
    desk.look()
    desk.look(FRIDAY + 2 * HOUR - timedelta(minutes=1))
    assert desk.issues() == []
    desk.look(FRIDAY + 2 * HOUR)
    desk.look(FRIDAY + 3 * HOUR)
    assert desk.turns == [("2026-W47", "held"), ("2026-W47", "done")]
    assert desk.issues() == ["2026-11-20"]


def test_a_draft_that_nobody_approves_gives_way_to_the_next(desk: Desk) -> None:
    desk.configure(review="required", window="14 days")
    desk.look()
    desk.look(FRIDAY + 7 * DAY)
    with open_store(desk.service().config) as store:
        assert [review.issue for review in store.slots.held(EDITION)] == ["2026-11-27"]
    assert approve(desk, "weekly/2026-11-20").exit_code == 1


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", ["hold", "decide", "released"])
def test_a_draft_survives_a_kill_at_any_step(
    desk: Desk, step: str, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.configure(review="required", review_hours=2)
    subscribed(desk, ["ann@example.net"])
    real, dead = getattr(Slots, step), []

    def dying(self: Slots, *arguments: Any) -> Any:
        if not dead:
            dead.append(real(self, *arguments) if after else None)
            raise KilledError
        return real(self, *arguments)

    monkeypatch.setattr(Slots, step, dying)
    for minutes in (0, 1, 120, 121, 122, 260):
        with suppress(KilledError):
            desk.look(FRIDAY + timedelta(minutes=minutes))
    assert dead
    assert desk.issues() == ["2026-11-20"]
    assert len(mailed(desk)) == 1


def test_mail_begins_some_minutes_after_the_hour_always_the_same(tmp_path: Path, desk: Desk) -> None:
    sink = Sink()
    with raw_sink(sink):
        says: dict[str, object] = {
            "host": "127.0.0.1",
            "port": sink.port,
            "security": "none",
            "bounces": "bounce@example.org",
        }
        desk.configure(mail=says, jitter=10)
        subscribed(desk, ["ann@example.net"])
        desk.look(FRIDAY - timedelta(seconds=30))
    assert sink.recipients == ["ann@example.net"]
    assert 120 <= desk.waited <= 601
    again = Desk(tmp_path, sandbox=desk.sandbox)
    shutil.rmtree(desk.out)
    (tmp_path / "digest.db").unlink()
    with raw_sink(sink):
        desk.configure(mail=says | {"port": sink.port}, jitter=10)
        subscribed(again, ["ann@example.net"])
        again.look(FRIDAY - timedelta(seconds=30))
    assert again.waited == desk.waited


def test_mail_that_could_not_be_delivered_is_tried_again_at_a_later_look(desk: Desk) -> None:
    said = ["451 4.7.1 come back later"]
    sink = Sink(lambda step, recipient: said.pop() if step == "recipient" and said else None)
    with raw_sink(sink):
        says: dict[str, object] = {
            "host": "127.0.0.1",
            "port": sink.port,
            "security": "none",
            "bounces": "bounce@example.org",
        }
        desk.configure(mail=says)
        subscribed(desk, ["ann@example.net"])
        desk.look()
        assert sink.recipients == []
        for hours in range(1, 4):
            desk.look(FRIDAY + hours * HOUR)
    assert sink.recipients == ["ann@example.net"]
    assert len(desk.turns) == 1


def test_mail_is_tried_again_until_its_deadline_though_its_turn_is_done(desk: Desk) -> None:
    tries = []
    sink = Sink(lambda step, recipient: tries.append(recipient) or "451 4.3.0 later" if step == "recipient" else None)
    with raw_sink(sink):
        desk.configure(
            mail={"host": "127.0.0.1", "port": sink.port, "security": "none", "bounces": "bounce@example.org"}
        )
        subscribed(desk, ["ann@example.net"])
        for hours in (0, 1, 3, 6, 12, 24):
            desk.look(FRIDAY + hours * HOUR)
            assert len(tries) > hours // 6
        with open_store(desk.service().config) as store:
            (issue,) = store.ledger.unfinished("weekly")
            desk.look(FRIDAY + 50 * HOUR)
            assert store.ledger.unfinished("weekly") == ()
            assert store.ledger.counts("weekly", issue).failed == 1
    assert len(desk.turns) == 1


def test_one_edition_that_fails_leaves_the_others_alone(desk: Desk) -> None:
    says = json.loads((desk.folder / "feeds.yaml").read_text())
    broken = says["editions"][EDITION] | {"formats": ["broken"]}
    (desk.folder / "templates" / "broken").mkdir(parents=True)
    recipe = '[[artifacts]]\ntemplate = "x.j2"\npath = "{issue}/x.txt"\nmedia_type = "text/plain"\n'
    (desk.folder / "templates" / "broken" / "format.toml").write_text(recipe)
    (desk.folder / "templates" / "broken" / "x.j2").write_text("{{ issue.nothing.at.all }}")
    says["editions"] = {"broken": broken, **says["editions"]}
    (desk.folder / "feeds.yaml").write_text(json.dumps(says))
    assert not desk.look()
    assert [(taken.edition, taken.state) for taken in desk.told] == [("broken", "later"), (EDITION, "done")]


def test_feeds_yaml_may_be_edited_while_it_runs_and_a_bad_one_is_left(desk: Desk) -> None:
    service = desk.service()
    text = (desk.folder / "feeds.yaml").read_text()
    (desk.folder / "feeds.yaml").write_text("editions: {weekly: {titel: x}}")
    service.look()
    assert desk.turns == [("2026-W47", "done")]
    assert any("cannot be used" in line and "titel" in line for line in desk.said)
    (desk.folder / "feeds.yaml").write_text(text.replace("Fri 07:00", "Sat 07:00"))
    desk.seed("herald", "Ostby")
    desk.now += DAY
    service.look()
    assert len(desk.turns) == 1, "the same week"
    desk.now += 7 * DAY
    service.look()
    assert [slot for slot, _ in desk.turns] == ["2026-W47", "2026-W48"]


def test_health_knows_each_stage_and_names_nobody(desk: Desk) -> None:
    subscribed(desk, ["ann@example.net"])
    desk.look()
    config = desk.service().config
    with open_store(config) as store:
        good = healthz(config, store.slots, desk.now + HOUR)
        late = healthz(config, store.slots, desk.now + 7 * DAY + 2 * HOUR)
    assert good["status"] == "ok"
    assert {"run", "send", "turn"} <= set(good["stages"])
    assert (late["status"], late["editions"][0]["overdue"]) == ("late", "2026-W48")
    assert "ann" not in json.dumps(good) + "".join(desk.said) + json.dumps(desk.told[0].as_json())


def test_old_turns_are_forgotten_but_never_the_newest(desk: Desk) -> None:
    for weeks in (0, 1, 70):
        desk.look(FRIDAY + weeks * 7 * DAY)
    assert "2026-W47" in desk.slots(), "a clock that has jumped may be wrong"
    desk.look(FRIDAY + 491 * DAY)
    assert min(desk.slots().values(), key=lambda slot: slot.due).due > desk.now - 401 * DAY
    assert "2026-W47" not in desk.slots()


def test_a_full_disk_is_said_and_nothing_is_lost(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the database says it."""

    def full(*_: object) -> None:
        raise StoreError("digest.db", "database or disk is full", "free some space")

    monkeypatch.setattr(Slots, "built", full)
    assert not desk.look()
    assert "database or disk is full" in desk.told[0].note
    monkeypatch.undo()
    assert desk.look(FRIDAY + HOUR)
    assert desk.turns[-1] == ("2026-W47", "done")


@dataclass
class Looked:
    """A service whose next turn is always some seconds away, and which only counts looks."""

    away: timedelta
    looks: int = 0

    def look(self) -> bool:
        self.looks += 1
        return True

    def coming(self) -> datetime | None:
        return datetime.now(UTC) + self.away

    def stopping(self) -> bool:
        return False

    def say(self, text: str) -> None:
        assert text.startswith("next: ")

    @property
    def time(self) -> Time:
        return Time(clock=lambda: datetime.now(UTC), ticks=real_time.monotonic, wait=real_time.sleep)


@pytest.mark.parametrize(("away", "faster"), [(timedelta(seconds=0.5), 1), (DAY, 200)], ids=["turn", "minutes"])
def test_it_looks_at_each_turn_and_after_a_minute_whatever_the_clock_says(away: timedelta, faster: int) -> None:
    """The second one's minutes pass 200 times faster than the clock by which APScheduler waits, as if that stood still."""
    looked, end = Looked(away), real_time.monotonic() + 10

    def wait(seconds: float) -> bool:
        real_time.sleep(0.1)
        return looked.looks >= 3 or real_time.monotonic() > end

    assert keep_looking(looked, wait, lambda: real_time.monotonic() * faster)  # type: ignore[arg-type]
    assert looked.looks >= 3


def test_the_service_ends_well_when_it_is_asked_to(desk: Desk) -> None:
    """A real process and a real SIGTERM."""
    desk.configure(schedule="daily 00:00", timezone="UTC", make_up="24 hours")
    command = [sys.executable, "-m", "digest", "run", "-c", str(desk.folder / "feeds.yaml"), "--out", str(desk.out)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout
        line = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        began = real_time.monotonic()
        _, said = process.communicate(timeout=40)
    assert line["state"] == "done"
    assert process.returncode == 0, said
    lines = said.splitlines()
    assert (lines[0].endswith(" running: weekly"), lines[-1].endswith(" stopped")) == (True, True)
    assert next(" done" in line for line in lines if " next: " in line or " done" in line), "not before today's turn"
    assert real_time.monotonic() - began < 30


def test_it_serves_beside_and_tells_a_monitor(desk: Desk) -> None:
    """A real process, asked over HTTP; the monitor's address is a secret, and in no line that is written."""
    asked: list[str] = []

    class Monitor(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return None

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    desk.configure(schedule="daily 00:00", timezone="UTC")
    says = json.loads((desk.folder / "feeds.yaml").read_text())
    says |= {"ping": "env:PING", "web": {"url": f"http://127.0.0.1:{port}", "host": "127.0.0.1", "port": port}}
    (desk.folder / "feeds.yaml").write_text(json.dumps(says))
    with HTTPServer(("127.0.0.1", 0), Monitor) as monitor:
        Thread(target=monitor.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{monitor.server_port}/canary-9f3"
        command = [sys.executable, "-m", "digest", "run", "--serve", "-c", str(desk.folder / "feeds.yaml")]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "PING": address}
        with subprocess.Popen(
            [*command, "--out", str(desk.out)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        ) as process:
            assert process.stdout
            process.stdout.readline()
            health: dict[str, Any] = {}
            end = real_time.monotonic() + 20
            while "run" not in health.get("stages", {}) and real_time.monotonic() < end:
                with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
                    health = json.load(answer)
                real_time.sleep(0.1)
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=40)
        monitor.shutdown()
    assert (health["status"], health["editions"][0]["last"]["state"]) == ("ok", "done")
    assert asked == ["/canary-9f3"]
    assert process.returncode == 0, said
    assert "canary" not in said


def started(desk: Desk) -> subprocess.Popen[str]:
    """`digest run --once` in a process of its own, on Friday at seven."""
    where = ["-c", str(desk.folder / "feeds.yaml"), "--out", str(desk.out), "--now", FRIDAY.isoformat()]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    command = [sys.executable, "-m", "digest", "run", "--once", *where]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def test_two_real_processes_at_once_take_a_turn_once(desk: Desk) -> None:
    subscribed(desk, ["ann@example.net", "bob@example.net"])
    processes = [started(desk) for _ in range(2)]
    said = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    assert len("".join(out for out, _ in said).splitlines()) == 1
    assert len(mailed(desk)) == 2


@pytest.mark.parametrize("delay", [0.0, 0.3])
def test_a_real_kill_in_the_middle_leaves_nobody_out_and_writes_to_nobody_twice(desk: Desk, delay: float) -> None:
    subscribed(desk, ["ann@example.net", "bob@example.net"])
    with started(desk) as process:
        end = real_time.monotonic() + 30
        while not desk.slots() and process.poll() is None and real_time.monotonic() < end:
            real_time.sleep(0.01)
        real_time.sleep(delay)
        process.kill()
    desk.look(FRIDAY + HOUR)
    assert desk.issues() == ["2026-11-20"]
    assert desk.slots()["2026-W47"].state == "done"
    assert len(mailed(desk)) == len({path.name for path in mailed(desk)}) == 2

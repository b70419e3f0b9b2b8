"""`digest send` against mail servers on loopback that behave well, badly, or not at all."""

import itertools
import json
import re
import shutil
import ssl
import subprocess
import time as real_time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from threading import Timer
from typing import Any

import dkim
import pytest
from click.testing import CliRunner, Result

from digest.app.mailed import as_csv
from digest.app.setup import the_edition
from digest.cli import cli
from digest.deliver.mail.dkim import SIGNED
from digest.deliver.mail.queue import Time
from digest.errors import ConfigError, MailError, StoreError
from digest.mailing import Delivery
from tests.mailing import EDITION, ISSUE, Clock, Place, new_key, place, send, sending, subscribe
from tests.mailsink import DROP, Sink, raw_sink

OPENSSL = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the keys")


@contextmanager
def installed(folder: Path, sink: Sink, count: int = 3, domains: int = 1, **mail: Any) -> Iterator[Place]:
    """An installation that mails to this server."""
    with raw_sink(sink):
        says = {"host": "127.0.0.1", "port": sink.port, "security": "none", "bounces": "bounce@example.org"} | mail
        yield place(folder, says, count, domains)


def once(step: str, said: str | float, who: str = "") -> Any:
    """A script that says this at the step the first time, to that recipient."""
    left = [said]

    def script(at: str, recipient: str) -> str | float | None:
        return left.pop() if left and at == step and recipient.startswith(who) else None

    return script


def always(step: str, said: str, who: str) -> Any:
    return lambda at, recipient: said if at == step and recipient.startswith(who) else None


def test_everybody_gets_it_once_however_often_it_is_run(tmp_path: Path) -> None:
    sink = Sink()
    with installed(tmp_path, sink, count=5) as made:
        first, second = send(made), send(made)
        third = send(made, resume=True)
    assert sorted(sink.recipients) == [f"r{n}@d0.example" for n in range(5)]
    assert first == second or first.counts == second.counts == third.counts
    assert first.counts.sent == first.counts.recipients == 5
    assert first.finished
    assert all(re.fullmatch(r"bounce\+idr\d\.0\.[a-z2-7]{32}@example\.org", taken.sender) for taken in sink.taken)


def test_who_subscribes_after_a_mailing_was_opened_gets_it_too(tmp_path: Path) -> None:
    """Nobody had subscribed at first; and nobody gets it for having subscribed after the next one was opened."""
    sink = Sink()
    with installed(tmp_path, sink, count=0) as made:
        assert send(made).counts.recipients == 0
        subscribe(made, ["early@d0.example"])
        assert send(made).counts.sent == 1
        subscribe(made, ["late@d0.example"])
        assert send(made).counts.sent == send(made).counts.sent == 2
        made.sql(
            "INSERT INTO mailings SELECT edition, 'next', message, '2099-01-01T00:00:00.000000+00:00', deadline, NULL, NULL FROM mailings"
        )
        subscribe(made, ["later@d0.example"])
        assert send(made).counts.recipients == 2
    assert sink.recipients == ["early@d0.example", "late@d0.example"]


def test_an_issue_that_was_mailed_is_not_built_again(tmp_path: Path) -> None:
    """What is on the site is what was sent."""
    sink = Sink()
    with installed(tmp_path, sink, count=1) as made:
        send(made)
    frozen = made.sql("SELECT frozen FROM issues")
    options = ["-c", str(made.config), "--out", str(tmp_path / "out"), "--offline", "--now", f"{ISSUE}T20:00+00:00"]
    done = CliRunner().invoke(cli, ["build", *options])
    assert done.exit_code == 1
    assert "has been mailed, and is not built again" in done.output
    assert made.sql("SELECT frozen FROM issues") == frozen


def test_each_has_his_own_link_in_header_and_body_and_no_place_is_left_open(tmp_path: Path) -> None:
    sink = Sink()
    with installed(tmp_path, sink, count=2) as made:
        send(made)
    links = []
    for taken in sink.taken:
        message: Any = message_from_bytes(taken.data, policy=policy.SMTP)
        (link,) = re.findall(r"<(https://news\.example\.org/unsubscribe/[^>]+)>", message["List-Unsubscribe"])
        for part in message.iter_parts():
            assert link in part.get_content()
            assert taken.recipient in part.get_content()
            assert ".invalid" not in part.get_content()
        links.append(link)
    assert len(set(links)) == 2


@pytest.mark.parametrize("step", ["sender", "recipient", "data", "message"])
def test_only_what_breaks_after_the_message_is_uncertain(step: str, tmp_path: Path) -> None:
    sink = Sink(once(step, DROP, "" if step == "sender" else "r1"))
    with installed(tmp_path, sink) as made:
        mailed = send(made)
        again = send(made)
    lost = ["r1@d0.example"] if step == "message" else []
    assert mailed.counts.uncertain == len(lost)
    assert sorted([*sink.recipients, *lost]) == ["r0@d0.example", "r1@d0.example", "r2@d0.example"]
    assert again.counts == mailed.counts


def test_what_breaks_in_the_middle_of_the_message_is_not_uncertain(tmp_path: Path) -> None:
    """A message that is longer than what the system takes in advance: its end is never written."""
    sink = Sink(always("recipient", "451 later", "r"))
    with installed(tmp_path, sink, count=1) as made:
        send(made, patience=1)
        made.sql(
            "UPDATE mailings SET message = replace(message, '</html>', ?)", ("x" * 70 + "\r\n") * 200_000 + "</html>"
        )
        sink.script = once("body", DROP)
        assert send(made).counts.sent == 1
    assert len(sink.taken) == 1


@pytest.mark.parametrize("step", ["connect", "hello"])
@pytest.mark.parametrize("said", [DROP, "421 busy"])
def test_a_server_that_is_gone_for_a_while_costs_nobody(step: str, said: str, tmp_path: Path) -> None:
    seen = []

    def second(at: str, _: str) -> str | None:
        seen.append(at)
        return said if at == step and seen.count(at) == 2 else None

    sink = Sink(second)
    with installed(tmp_path, sink, per_connection=1) as made:
        mailed = send(made)
    assert mailed.counts.sent == len(sink.taken) == 3


def test_a_drop_after_the_answer_is_no_drop(tmp_path: Path) -> None:
    """The message was taken, and the connection gone before the next one: both arrive, once."""
    sink = Sink()
    hung = []

    def hang_up(at: str, _: str) -> str | None:
        if at == "sender" and len(sink.taken) == 1 and not hung:
            hung.append(at)
            return DROP
        return None

    sink.script = hang_up
    with installed(tmp_path, sink) as made:
        assert send(made).counts.sent == 3
    assert len(sink.taken) == 3


def test_a_server_that_cannot_be_reached_is_named_with_the_next_step(tmp_path: Path) -> None:
    with installed(tmp_path, Sink(always("connect", DROP, ""))) as made:
        with pytest.raises(MailError) as refused:
            send(made)
        assert "host:" in refused.value.hint
        assert made.states() == {"pending": 3}


def test_what_was_taken_is_sent_though_the_next_connection_is_refused(tmp_path: Path) -> None:
    """The answer to the last message is known; that there is no server any more does not make it uncertain."""
    connected = itertools.count()

    def script(at: str, who: str) -> str | None:
        return "554 5.3.2 closed" if at == "connect" and next(connected) else None

    sink = Sink(script)
    with installed(tmp_path, sink, per_connection=1) as made:
        with pytest.raises(MailError):
            send(made)
        assert made.states() == {"sent": 1, "pending": 2}
        assert [line.split()[0] for line in (made.folder / "digest.db.sent").read_text().splitlines()].count(
            "sent"
        ) == 1
    assert len(sink.taken) == 1


def test_what_was_taken_is_sent_though_the_next_ones_cannot_be_planned(tmp_path: Path) -> None:
    """The disk fills up while the server takes a message in: its answer is heard, and counts."""
    sink = Sink()
    with installed(tmp_path, sink, count=9) as made, sending(made) as run:
        planned, calls = run.store.journal.planned, itertools.count()

        def full(edition: str, issue: str, keys: Sequence[str]) -> "Future[None]":
            if next(calls):
                raise StoreError("journal", "no space left", "make some")
            return planned(edition, issue, keys)

        run.store.journal.planned = full  # type: ignore[method-assign]
        with pytest.raises(StoreError, match="no space left"):
            run.issue(the_edition(run.config, None), None)
        assert made.states() == {"sent": len(sink.taken), "pending": 9 - len(sink.taken)}
    assert sink.taken


def test_a_server_that_always_hangs_up_is_given_up_and_nobody_is_lost(tmp_path: Path) -> None:
    with installed(tmp_path, Sink(always("recipient", DROP, "r")), count=20) as made:
        with pytest.raises(MailError, match="again and again"):
            send(made)
        assert made.states() == {"pending": 20}


def test_silence_of_one_domain_does_not_stall_another(tmp_path: Path) -> None:
    """The server is silent for whoever is at d0; with real time, and a limit of a second."""
    sink = Sink(lambda at, who: 5.0 if at == "recipient" and who.endswith("d0.example") else None)
    with installed(tmp_path, sink, count=8, domains=2, timeout=1) as made:
        began = real_time.monotonic()
        clock = Time(clock=lambda: datetime.now(UTC), ticks=real_time.monotonic, wait=real_time.sleep)
        mailed = send(made, clock, patience=5)
    assert real_time.monotonic() - began < 10
    assert mailed.counts.sent == 4
    assert mailed.counts.pending == 4


def test_silence_after_the_message_is_uncertain(tmp_path: Path) -> None:
    with installed(tmp_path, Sink(once("message", 4.0, "r1")), timeout=1) as made:
        mailed = send(made)
    assert (mailed.counts.sent, mailed.counts.uncertain) == (2, 1)


def test_what_is_refused_for_now_is_tried_again_at_the_right_times(tmp_path: Path) -> None:
    clock, tries = Clock(), []

    def thrice(at: str, who: str) -> str | None:
        if at == "recipient" and who.startswith("r1"):
            tries.append(clock.at)
            return "451 4.3.0 later" if len(tries) <= 3 else None
        return None

    sink = Sink(thrice)
    with installed(tmp_path, sink) as made:
        mailed = send(made, clock.time())
    assert sorted(sink.recipients) == ["r0@d0.example", "r1@d0.example", "r2@d0.example"]
    assert mailed.counts.sent == 3
    gaps = [(later - earlier) / timedelta(minutes=1) for earlier, later in itertools.pairwise(tries)]
    assert gaps == [pytest.approx(5, rel=0.15), pytest.approx(15, rel=0.12), pytest.approx(30, rel=0.12)]


def test_what_is_refused_for_ever_is_given_up_at_the_deadline_and_not_suppressed(tmp_path: Path) -> None:
    clock = Clock()
    began = clock.at
    with installed(tmp_path, Sink(always("recipient", "451 4.3.0 later", "r1"))) as made:
        mailed = send(made, clock.time())
        assert (mailed.counts.sent, mailed.counts.failed) == (2, 1)
        assert made.sql("SELECT reply FROM deliveries WHERE state = 'failed'") == [("given up: 4.3.0 later",)]
        assert not made.sql("SELECT * FROM suppressions")
    assert timedelta(hours=36) < clock.at - began <= timedelta(hours=48)


def test_a_short_patience_leaves_whoever_is_refused_for_now_to_a_later_run(tmp_path: Path) -> None:
    """It ends soon, says when to come back, and a run from then on goes on."""
    clock = Clock()
    began = clock.at
    sink = Sink(once("recipient", "451 4.3.0 later", "r1"))
    with installed(tmp_path, sink) as made:
        mailed = send(made, clock.time(), patience=120)
        assert clock.at - began <= timedelta(minutes=2)
        assert (mailed.counts.sent, mailed.counts.pending, mailed.finished) == (2, 1, False)
        assert mailed.again
        assert timedelta(minutes=4) < mailed.again - began < timedelta(minutes=6)
        clock.at = mailed.again
        assert send(made, clock.time(), patience=120).counts.sent == 3
    assert len(sink.taken) == 3


def command(made: Place, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["send", "-c", str(made.config), "--out", str(made.folder / "out"), *arguments])


def test_the_command_does_not_stay_for_one_who_is_refused_for_now(tmp_path: Path) -> None:
    sink = Sink(once("recipient", "451 4.3.0 later", "r1"))
    with installed(tmp_path, sink) as made:
        configured(made, web={"url": "https://news.example.org"})
        done = command(made)
    assert done.exit_code == 0
    assert re.search(r"1 pending\nnot all is done yet: next try \d\d:\d\d: run `digest send` again", done.stderr)


@pytest.mark.parametrize("table", ["missing/report.csv", "feeds.yaml/report.csv"])
def test_a_report_that_cannot_be_written_is_said_before_the_first_message(table: str, tmp_path: Path) -> None:
    sink = Sink()
    with installed(tmp_path, sink) as made:
        configured(made, web={"url": "https://news.example.org"})
        done = command(made, "--csv", str(tmp_path / table))
        assert done.exit_code == 2
        assert "--csv" in done.stderr
        assert "Traceback" not in done.output
        assert not sink.taken
        assert command(made, "--csv", str(tmp_path / "report.csv")).exit_code == 0
    assert (tmp_path / "report.csv").read_text().count("sent") == 3
    assert (tmp_path / "report.csv").stat().st_mode & 0o777 == 0o600


def configured(made: Place, **fields: object) -> None:
    made.config.write_text(json.dumps(json.loads(made.config.read_text()) | fields))


def test_whoever_waits_for_hours_keeps_his_lease(tmp_path: Path) -> None:
    clock = Clock()
    leases: list[tuple[datetime, datetime]] = []
    with installed(tmp_path, Sink(always("recipient", "451 4.3.0 later", "r1"))) as made:

        def wait(seconds: float) -> None:
            clock.wait(seconds)
            lease = str(made.sql("SELECT lease FROM tallies")[0][0])
            leases.append((clock.at, datetime.fromisoformat(lease)))

        time = clock.time()
        time.wait = wait
        send(made, time)
    assert len(leases) > 100
    assert all(lease > at for at, lease in leases)


def test_somebody_waits_no_longer_than_until_the_next_issue(tmp_path: Path) -> None:
    with installed(tmp_path, Sink(always("recipient", "451 later", "r1"))) as made:
        assert send(made, patience=1).counts.pending == 1
        frozen = made.sql("SELECT frozen, manifest FROM issues")[0][0]
        later = json.loads(str(frozen)) | {"id": "2026-11-27", "number": 2, "at": "2026-11-27T09:00:00+00:00"}
        at = "2026-11-27T09:00:00.000000+00:00"
        made.sql(
            "INSERT INTO issues VALUES (?, ?, 2, ?, ?, NULL, NULL, NULL)", EDITION, "2026-11-27", at, json.dumps(later)
        )
        send(made, patience=1)
        reply = made.sql("SELECT state, reply FROM deliveries WHERE issue = ? AND subscriber = 'idr1'", ISSUE)
    assert reply == [("failed", "not delivered before the next issue, 2026-11-27")]


def test_a_mailbox_that_is_not_there_is_never_written_to_again(tmp_path: Path) -> None:
    with installed(tmp_path, Sink(always("recipient", "550 5.1.1 nobody", "r1"))) as made:
        assert send(made).counts.failed == 1
        assert made.sql("SELECT edition, reason FROM suppressions") == [("", "bounced")]
        assert made.sql("SELECT state FROM subscribers WHERE id = 'idr1'") == [("bounced",)]
        assert "suppressed * " in (tmp_path / "digest.db.sent").read_text()


@pytest.mark.parametrize(("reply", "bounces"), [("552 5.2.2 full", 1), ("550 nobody", 0)])
def test_other_refusals_suppress_nobody(reply: str, bounces: int, tmp_path: Path) -> None:
    with installed(tmp_path, Sink(always("recipient", reply, "r1"))) as made:
        assert send(made).counts.failed == 1
        assert not made.sql("SELECT * FROM suppressions")
        assert made.sql("SELECT state, bounces FROM subscribers WHERE id = 'idr1'") == [("active", bounces)]


def test_a_domain_that_wants_less_is_served_later_and_others_at_once(tmp_path: Path) -> None:
    clock = Clock()
    began, times, taken = clock.at, {}, []

    def after_ten(at: str, who: str) -> str | None:
        if at != "recipient":
            return None
        if who.endswith("d0.example"):
            taken.append(who)
            if len(taken) == 11:
                return "421 4.7.0 too many"
        times[who] = clock.at
        return None

    sink = Sink(after_ten)
    with installed(tmp_path, sink, count=40, domains=2) as made:
        mailed = send(made, clock.time())
    assert mailed.counts.sent == len(set(sink.recipients)) == len(sink.recipients) == 40
    late = {who for who, at in times.items() if at > began + timedelta(seconds=30)}
    assert len(late) == 10
    assert all(who.endswith("d0.example") for who in late)


def test_a_mailing_that_goes_badly_stops_and_goes_on_when_told(tmp_path: Path) -> None:
    bad = {f"r{number}@" for number in range(0, 100, 10)}
    sink = Sink(lambda at, who: "550 no" if at == "recipient" and who.partition("@")[0] + "@" in bad else None)
    with installed(tmp_path, sink, count=100) as made:
        mailed = send(made)
        assert mailed.paused
        assert "for good" in mailed.paused
        assert 49 <= mailed.counts.sent + mailed.counts.failed < 60
        assert send(made).paused
        assert len(sink.taken) < 60
        bad.clear()
        assert send(made, resume=True).finished
    assert len(sink.recipients) == len(set(sink.recipients)) == mailed.counts.sent + mailed.counts.pending


def test_whom_a_policy_refused_gets_another_try_when_it_goes_on(tmp_path: Path) -> None:
    said = ["550 5.7.1 who are you?"]
    sink = Sink(lambda at, _: said[0] if at == "message" and said else None)
    with installed(tmp_path, sink, count=5) as made:
        mailed = send(made)
        assert (mailed.counts.failed, bool(mailed.paused)) == (3, True)
        said.clear()
        assert send(made, resume=True).counts.sent == 5
        assert not made.sql("SELECT * FROM suppressions")


def test_nobody_who_leaves_meanwhile_is_written_to(tmp_path: Path) -> None:
    """200 recipients at 5 a second; one of the last leaves when half of them have it."""
    clock, sink = Clock(), Sink()
    with installed(tmp_path, sink, count=200, rate="5 per second") as made:
        began = clock.at

        def leave(at: str, _: str) -> None:
            if at == "message" and len(sink.taken) == 100:
                made.sql("UPDATE subscribers SET state = 'left' WHERE id = 'idr99'")
                key = made.sql("SELECT key FROM subscribers WHERE id = 'idr98'")[0][0]
                made.sql("INSERT INTO suppressions VALUES (?, '', 'complained', 'x')", key)

        sink.script = leave
        mailed = send(made, clock.time())
    assert (mailed.counts.sent, mailed.counts.skipped) == (198, 2)
    assert not {"r98@d0.example", "r99@d0.example"} & set(sink.recipients)
    assert (clock.at - began) / timedelta(seconds=1) == pytest.approx(200 / 5, rel=0.05)


def test_a_domain_gets_no_more_than_its_rate(tmp_path: Path) -> None:
    clock = Clock()
    began = clock.at
    with installed(tmp_path, Sink(), count=30, domains=3, per_domain="60 per minute") as made:
        assert send(made, clock.time()).counts.sent == 30
    assert 9 <= (clock.at - began) / timedelta(seconds=1) <= 12


def test_connections_are_renewed(tmp_path: Path) -> None:
    sink = Sink()
    with installed(tmp_path, sink, count=10, per_connection=4) as made:
        send(made)
    assert sink.connections == 3


def test_several_connections_share_the_work(tmp_path: Path) -> None:
    sink = Sink(lambda at, _: real_time.sleep(0.01) if at == "message" else None)
    with installed(tmp_path, sink, count=60, domains=7, connections=4) as made:
        clock = Time(clock=lambda: datetime.now(UTC), ticks=real_time.monotonic, wait=real_time.sleep)
        assert send(made, clock).counts.sent == 60
    assert sink.connections == 4
    assert len(set(sink.recipients)) == len(sink.recipients) == 60


def test_sender_and_recipient_go_in_one_packet_where_the_server_likes_that(tmp_path: Path) -> None:
    sink = Sink(once("recipient", "550 no", "r1"), extensions=("PIPELINING",))
    with installed(tmp_path, sink) as made:
        assert send(made).counts.sent == 2


@pytest.mark.parametrize("extensions", [(), ("SMTPUTF8",)])
def test_a_local_part_in_utf8_goes_only_where_that_is_taken(extensions: tuple[str, ...], tmp_path: Path) -> None:
    sink = Sink(extensions=extensions)
    with installed(tmp_path, sink, count=1) as made:
        subscribe(made, ["jörg@exämple.org"])
        mailed = send(made)
        assert (mailed.counts.sent, mailed.counts.failed) == ((2, 0) if extensions else (1, 1))
        if extensions:
            assert "jörg@xn--exmple-cua.org" in sink.recipients
        else:
            assert made.sql("SELECT reply FROM deliveries WHERE state = 'failed'")[0][0].startswith("unsupported")  # type: ignore[attr-defined]


def test_one_bad_address_of_many_stops_nobody_else(tmp_path: Path) -> None:
    sink = Sink()
    with installed(tmp_path, sink, count=30) as made:
        made.sql("UPDATE subscribers SET address = ? WHERE id = 'idr7'", "x\r\nRCPT TO:<victim@example.org>")
        mailed = send(made)
    assert (mailed.counts.sent, mailed.counts.failed) == (29, 1)
    assert not any("victim" in line for line in sink.said)


def test_the_message_stays_as_it_was_when_the_mailing_began(tmp_path: Path) -> None:
    sink = Sink(once("recipient", "451 later", "r1"))
    with installed(tmp_path, sink, count=2) as made:
        send(made, patience=1)
        made.sql("UPDATE issues SET frozen = replace(frozen, 'Harbour', 'Hangar')")
        send(made)
    bodies = {taken.data.partition(b"--=_")[2].replace(b"idr0", b"idr1") for taken in sink.taken}
    (one, two) = (re.sub(rb"(?s)You get this because.*?\r\n--", b"", body) for body in sorted(bodies))
    assert b"Hangar" not in one + two
    assert len(sink.taken) == 2


def test_what_may_have_arrived_is_sent_again_only_if_asked_and_under_the_same_id(tmp_path: Path) -> None:
    """The server takes the message and hangs up before it says so."""
    sink = Sink()
    drops = []

    def taken_and_gone(at: str, who: str) -> str | None:
        if at == "message" and who.startswith("r1") and not drops:
            drops.append(who)
            return DROP
        return None

    sink.script = taken_and_gone
    with installed(tmp_path, sink) as made:
        assert send(made).counts.uncertain == 1
        assert send(made).counts.uncertain == 1
        mailed = send(made, resend_uncertain=True)
    assert mailed.counts.sent == 3
    ids = [taken.id for taken in sink.taken]
    assert len(ids) == len(set(ids)) == 3


def test_a_policy_of_sending_again_needs_no_asking(tmp_path: Path) -> None:
    sink = Sink(once("message", DROP, "r1"))
    with installed(tmp_path, sink, on_uncertain="resend") as made:
        assert send(made).counts.sent == 3


def test_a_test_and_a_dry_run_write_nothing_down(tmp_path: Path) -> None:
    sink = Sink()
    with installed(tmp_path, sink) as made:
        with sending(made) as run:
            edition = the_edition(run.config, None)
            run.test(edition, None, "me@example.org")
            assert run.dry_run(edition, None, tmp_path / "dry") == 3
        assert sink.recipients == ["me@example.org"]
        assert len(list((tmp_path / "dry" / "new").iterdir())) == 3
        assert not made.sql("SELECT * FROM mailings")
        assert not made.sql("SELECT * FROM deliveries")
        assert not (tmp_path / "digest.db.sent").exists()


def test_a_test_goes_to_an_address_that_can_be_written_to(tmp_path: Path) -> None:
    sink = Sink()
    with installed(tmp_path, sink) as made:
        refused = CliRunner().invoke(cli, ["send", "-c", str(made.config), "--test", "me@example"])
    assert str(refused.exception).startswith("--test: is no address that can be written to")
    assert sink.recipients == []


def test_without_a_mail_server_it_goes_to_a_folder_once(tmp_path: Path) -> None:
    made, warnings = place(tmp_path, None, 3), []
    for _ in range(2):
        assert send(made, warn=warnings.append, web=None).counts.sent == 3
    files = list((tmp_path / "out" / "Maildir" / EDITION / ISSUE / "new").iterdir())
    assert len(files) == 3
    assert any("no way to leave" in warning for warning in warnings)
    folders = (files[0].parent, *list(files[0].parents)[1:4])
    assert [(path.name, path.stat().st_mode & 0o777) for path in folders] == [
        (name, 0o700) for name in ("new", ISSUE, EDITION, "Maildir")
    ]
    assert {path.stat().st_mode & 0o777 for path in (*files, made.database)} == {0o600}


@pytest.mark.parametrize(("left_out", "named"), [("sender", "sender:"), ("address", "address:")])
def test_mail_without_a_sender_or_an_address_to_write_back_to_is_refused(
    left_out: str, named: str, tmp_path: Path
) -> None:
    with installed(tmp_path, Sink()) as made:
        config = json.loads(made.config.read_text())
        del config["editions"][EDITION][left_out]
        made.config.write_text(json.dumps(config))
        with pytest.raises(ConfigError, match=named) as refused:
            send(made)
        assert f"set {named}" in refused.value.hint
        assert not made.sql("SELECT * FROM deliveries")


def test_mail_that_nobody_could_leave_is_refused(tmp_path: Path) -> None:
    with installed(tmp_path, Sink(), bounces=None) as made, pytest.raises(ConfigError, match="leave"):
        send(made, web=None)


def test_the_reports_add_up_and_tell_no_formula_to_a_spreadsheet(tmp_path: Path) -> None:
    with (
        installed(tmp_path, Sink(always("recipient", "550 =no <r1@d0.example>", "r1"))) as made,
        sending(made) as run,
    ):
        mailed = run.issue(the_edition(run.config, None), None)
        report = mailed.as_json(run.deliveries(mailed))
        lines = list(as_csv(run.deliveries(mailed)))
    kinds = ("sent", "failed", "skipped", "uncertain", "pending", "sending")
    assert report["recipients"] == sum(report[kind] for kind in kinds) == 3
    assert [one["subscriber"] for one in report["unsettled"]] == ["idr1"]
    assert len(lines) == 4
    assert "'=no" in "".join(lines)
    assert "@" not in json.dumps(report)
    assert "=no <(address)>" in json.dumps(report)


def test_a_formula_as_an_address_is_made_plain() -> None:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    one = Delivery(edition="w", issue="1", subscriber="-1", key="k", address="=cmd()@x", state="sent", at=now)
    assert list(as_csv([one]))[1].startswith("'-1,'=cmd()@x,sent")


# --- TLS, passwords, signatures -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two certificates that sign themselves: good.pem for 127.0.0.1, other.pem for another name."""
    folder = tmp_path_factory.mktemp("certificates")
    for name, alternative in (("good", "IP:127.0.0.1"), ("other", "DNS:other.example")):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext",
             f"subjectAltName={alternative}", "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"],
            check=True, capture_output=True,
        )  # fmt: skip
    return folder


def context(certificates: Path, name: str) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(certificates / f"{name}.pem", certificates / f"{name}.key")
    return made


LOGIN = {"security": "starttls", "user": "weekly", "password": "file:pw"}


@OPENSSL
def test_a_password_travels_in_tls_and_nowhere_else(
    certificates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "good.pem"))
    sink = Sink(extensions=("STARTTLS", "AUTH PLAIN"), context=context(certificates, "good"))
    with installed(tmp_path, sink, **LOGIN) as made:
        (tmp_path / "pw").write_text("canary-7731\n")
        assert send(made).counts.sent == 3
    said = [line.split(" ")[0] for line in sink.said]
    assert said.index("STARTTLS") < said.index("AUTH")
    texts = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != "pw"]
    assert not any(b"canary-7731" in text for text in texts)


@OPENSSL
@pytest.mark.parametrize("trusted", ["good", "other"])
def test_a_certificate_of_another_name_or_authority_is_refused(
    trusted: str, certificates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / f"{trusted}.pem"))
    sink = Sink(extensions=("STARTTLS", "AUTH PLAIN"), context=context(certificates, "other"))
    with installed(tmp_path, sink, **LOGIN) as made:
        (tmp_path / "pw").write_text("canary-7731")
        with pytest.raises(MailError, match="certificate"):
            send(made)
    assert not any(line.startswith(("AUTH", "MAIL")) for line in sink.said)


def test_a_server_without_starttls_gets_neither_password_nor_mail(tmp_path: Path) -> None:
    sink = Sink(extensions=("AUTH PLAIN",))
    with installed(tmp_path, sink, **LOGIN) as made:
        (tmp_path / "pw").write_text("canary-7731")
        with pytest.raises(MailError, match="STARTTLS") as refused:
            send(made)
        assert "canary" not in str(refused.value) + refused.value.hint
    assert not any(line.startswith(("AUTH", "MAIL")) for line in sink.said)


@OPENSSL
def test_a_wrong_password_stops_it_without_telling_it(
    certificates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "good.pem"))
    script = always("auth", "535 5.7.8 wrong", "")
    sink = Sink(script, extensions=("STARTTLS", "AUTH PLAIN"), context=context(certificates, "good"))
    with installed(tmp_path, sink, **LOGIN) as made:
        (tmp_path / "pw").write_text("canary-7731")
        result = CliRunner().invoke(cli, ["send", "-c", str(made.config)])
        assert isinstance(result.exception, MailError)
        assert "canary" not in result.output + repr(result.exception) + result.exception.hint
        assert made.states() == {"pending": 3}


@OPENSSL
def test_signatures_hold_when_a_header_is_folded_anew_and_break_when_it_is_changed(tmp_path: Path) -> None:
    record = new_key(tmp_path)
    asked: list[bytes] = []

    def zone(name: bytes, **_: object) -> bytes:
        asked.append(name)
        return record

    sink = Sink()
    signing = {"domain": "example.org", "selector": "s1", "key": "file:key.pem"}
    with installed(tmp_path, sink, count=4, dkim=signing) as made:
        assert send(made).counts.sent == 4
    for taken in sink.taken:
        assert dkim.verify(taken.data, dnsfunc=zone)
    data = sink.taken[0].data
    assert set(asked) == {b"s1._domainkey.example.org."}
    signed = re.sub(rb"\s+", b"", data.partition(b" h=")[2].partition(b";")[0]).split(b":")
    assert {name.lower().encode() for name in SIGNED} <= {name.lower() for name in signed}
    refolded = data.replace(b"List-Unsubscribe: <", b"List-Unsubscribe:\r\n\t<")
    assert refolded != data
    assert dkim.verify(refolded, dnsfunc=zone)
    for was, becomes in (
        (b"List-Unsubscribe: <https://n", b"List-Unsubscribe: <https://m"),
        (b"Subject: ", b"Subject: x"),
    ):
        assert data.replace(was, becomes) != data
        assert not dkim.verify(data.replace(was, becomes), dnsfunc=zone)
    assert not dkim.verify(data.replace(b"To: ", b"From: evil@example.com\r\nTo: ", 1), dnsfunc=zone)


def test_a_key_that_is_none_is_refused_before_anything_is_sent(tmp_path: Path) -> None:
    sink = Sink()
    signing = {"domain": "example.org", "selector": "s1", "key": "file:key.pem"}
    with installed(tmp_path, sink, dkim=signing) as made:
        (tmp_path / "key.pem").write_text("canary-7731")
        with pytest.raises(ConfigError) as refused:
            send(made)
        assert "canary" not in str(refused.value)
    assert not sink.said


def test_when_asked_to_end_it_finishes_the_message_in_flight(tmp_path: Path) -> None:
    stopped: list[bool] = []
    sink = Sink(lambda at, _: real_time.sleep(0.5) if at == "message" else None)
    with installed(tmp_path, sink, count=10) as made:
        timer = Timer(0.7, lambda: stopped.append(True))
        timer.start()
        mailed = send(made, stopping=lambda: bool(stopped))
        timer.join()
        assert mailed.counts.sent == len(sink.taken) < 10
        assert mailed.counts.uncertain == mailed.counts.sending == 0
        assert send(made).counts.sent == 10
    assert len(set(sink.recipients)) == len(sink.recipients) == 10

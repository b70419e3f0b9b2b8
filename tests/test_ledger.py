"""The ledger and its journal: every recipient has one row, whatever is interrupted or restored."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.errors import StoreError
from digest.mailing import Delivery, Mailing, Outcome, State, Suppressed
from digest.store.sql import SqlStore
from digest.store.turn import Turn
from tests.mailing import EDITION, Place, place

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
ISSUE = "2026-11-20"


@pytest.fixture
def made(tmp_path: Path) -> Place:
    return place(tmp_path, None, 4)


@pytest.fixture
def store(made: Place) -> Iterator[SqlStore]:
    with opened(made) as store:
        yield store


def opened(made: Place) -> SqlStore:
    return SqlStore(f"sqlite:///{made.database}")


def mailing(issue: str = ISSUE) -> Mailing:
    return Mailing(edition=EDITION, issue=issue, message=b"x", opened=NOW, deadline=NOW + timedelta(hours=48))


def state(store: SqlStore) -> dict[str, str]:
    return {one.subscriber: one.state for one in store.ledger.deliveries(EDITION, ISSUE)}


def attempt(turn: Turn, one: Delivery, outcome: State | None) -> bool:
    """One message, up to and with its outcome; None is a crash before that."""
    turn.plan([one]).result()
    if not turn.commit(None, one, NOW):
        return False
    turn.begin(one, NOW)
    if outcome:
        turn.commit(Outcome(delivery=one, state=outcome, at=NOW, due=NOW if outcome == "pending" else None), None, NOW)
    return True


def test_all_recipients_are_written_down_at_once_and_once(store: SqlStore) -> None:
    assert store.ledger.open(mailing())
    assert not store.ledger.open(mailing())
    assert state(store) == {f"idr{n}": "pending" for n in range(4)}
    assert store.ledger.counts(EDITION, ISSUE).recipients == 4


def test_whoever_must_not_be_written_to_is_no_recipient(made: Place, store: SqlStore) -> None:
    key = made.sql("SELECT key FROM subscribers WHERE id = 'idr1'")[0][0]
    made.sql("INSERT INTO suppressions VALUES (?, '', 'bounced', 'x')", key)
    made.sql("UPDATE subscribers SET state = 'pending' WHERE id = 'idr2'")
    store.ledger.open(mailing())
    assert set(state(store)) == {"idr0", "idr3"}


def test_a_second_writer_cannot_add_a_recipient_twice(made: Place, store: SqlStore) -> None:
    store.ledger.open(mailing())
    with pytest.raises(sqlite3.IntegrityError):
        made.sql("INSERT INTO deliveries SELECT edition, issue, 'other', key, domain, topics, state, at, due, 0, NULL, ''"
                 " FROM deliveries WHERE subscriber = 'idr1'")  # fmt: skip


def test_what_was_being_sent_when_it_was_killed_is_uncertain_and_not_sent_again(store: SqlStore) -> None:
    store.ledger.open(mailing())
    with store.ledger.turn(EDITION, ISSUE, NOW) as turn:
        assert turn
        first, second, *_ = turn.due(NOW, [], 9)
        attempt(turn, first, "sent")
        attempt(turn, second, None)
    with store.ledger.turn(EDITION, ISSUE, NOW) as turn:
        assert turn
        assert [one.subscriber for one in turn.due(NOW, [], 9)] == ["idr2", "idr3"]
    counts = store.ledger.counts(EDITION, ISSUE)
    assert (counts.sent, counts.uncertain, counts.pending) == (1, 1, 2)
    assert store.ledger.resend_uncertain(EDITION, ISSUE, NOW) == 1
    assert store.ledger.counts(EDITION, ISSUE).pending == 3


def test_what_was_claimed_and_never_began_is_still_to_be_sent(store: SqlStore) -> None:
    """The journal knows that its message had not begun, as long as the system has not been started anew."""
    store.ledger.open(mailing())
    with store.ledger.turn(EDITION, ISSUE, NOW) as turn:
        assert turn
        one = turn.due(NOW, [], 1)[0]
        turn.plan([one]).result()
        assert turn.commit(None, one, NOW)
    with store.ledger.turn(EDITION, ISSUE, NOW):
        assert store.ledger.counts(EDITION, ISSUE).pending == 4


def test_after_a_power_failure_whatever_was_planned_may_have_gone(made: Place, store: SqlStore) -> None:
    """The database may have lost its last commits, and the journal its last lines; those planned are on the disk."""
    store.ledger.open(mailing())
    with store.ledger.turn(EDITION, ISSUE, NOW) as turn:
        assert turn
        turn.plan(turn.due(NOW, [], 2)).result()
    journal = made.folder / "digest.db.sent"
    journal.write_text(journal.read_text().replace(store.journal.boot, "00000000"))
    with store.ledger.turn(EDITION, ISSUE, NOW):
        counts = store.ledger.counts(EDITION, ISSUE)
    assert (counts.uncertain, counts.pending) == (2, 2)


def test_an_outcome_that_reached_the_journal_alone_counts(made: Place, store: SqlStore) -> None:
    store.ledger.open(mailing())
    with store.ledger.turn(EDITION, ISSUE, NOW) as turn:
        assert turn
        one = turn.due(NOW, [], 1)[0]
        attempt(turn, one, None)
        store.journal.outcome(EDITION, ISSUE, one.key, "sent", NOW)
    with store.ledger.turn(EDITION, ISSUE, NOW):
        assert store.ledger.counts(EDITION, ISSUE).sent == 1


def test_a_torn_line_of_the_journal_spoils_no_other(made: Place, store: SqlStore) -> None:
    store.ledger.open(mailing())
    journal = made.folder / "digest.db.sent"
    with store.ledger.turn(EDITION, ISSUE, NOW) as turn:
        assert turn
        first, second, *_ = turn.due(NOW, [], 2)
        turn.plan([first]).result()
        with journal.open("a") as file:
            file.write(f"sent {EDITION} {ISSUE} {second.key[:20]}")
        attempt(turn, first, "sent")
    _, _, lines = store.journal.lines({})
    assert [(line.word, line.key) for line in lines if line.word == "sent"] == [("sent", first.key)]


def test_nobody_who_has_left_is_claimed(made: Place, store: SqlStore) -> None:
    store.ledger.open(mailing())
    with store.ledger.turn(EDITION, ISSUE, NOW) as turn:
        assert turn
        found = {one.subscriber: one for one in turn.due(NOW, [], 9)}
        made.sql("UPDATE subscribers SET state = 'left' WHERE id = 'idr1'")
        made.sql("DELETE FROM subscribers WHERE id = 'idr2'")
        assert not attempt(turn, found["idr1"], "sent")
        assert not attempt(turn, found["idr2"], "sent")
        assert attempt(turn, found["idr0"], "sent")
    gone = found["idr2"].key  # all that is left of whoever is no subscriber any more
    assert state(store) == {"idr0": "sent", "idr1": "skipped", gone: "skipped", "idr3": "pending"}


def test_who_is_erased_during_a_mailing_gets_nothing_more_and_leaves_no_name(made: Place, store: SqlStore) -> None:
    """One is still to be written to, one on the way, one to be tried again: all are counted, and none is named."""
    keys = {str(id): str(key) for id, key in made.sql("SELECT id, key FROM subscribers")}
    store.ledger.open(mailing())
    with store.ledger.turn(EDITION, ISSUE, NOW) as turn:
        assert turn
        waiting, sent, again, other = turn.due(NOW, [], 9)
        for one in (sent, again):
            turn.plan([one]).result()
            assert turn.commit(None, one, NOW)
            turn.begin(one, NOW)
        for one in (waiting, sent, again):
            store.subscribers.erase(one.key, NOW)
        store.ledger.counts(EDITION, ISSUE)
        assert not turn.commit(None, waiting, NOW)
        turn.commit(Outcome(delivery=sent, state="sent", at=NOW, reply="queued"), None, NOW)
        turn.commit(Outcome(delivery=again, state="pending", at=NOW, due=NOW, reply="later"), None, NOW)
    counts = store.ledger.counts(EDITION, ISSUE)
    assert (counts.sent, counts.skipped, counts.pending) == (1, 2, 1)
    rows = made.sql("SELECT subscriber, domain, reply FROM deliveries WHERE subscriber <> ?", other.subscriber)
    assert sorted(rows) == sorted((keys[one.subscriber], "", "") for one in (waiting, sent, again))


def test_only_one_may_send_and_the_dead_are_replaced(made: Place, store: SqlStore) -> None:
    store.ledger.open(mailing())
    with store.ledger.turn(EDITION, ISSUE, NOW) as turn, opened(made) as second:
        assert turn
        with second.ledger.turn(EDITION, ISSUE, NOW) as other:
            assert other is None
    made.sql("UPDATE tallies SET holder = ?, lease = '2099'", f"{os.uname().nodename}|1|x")
    with store.ledger.turn(EDITION, ISSUE, NOW) as turn:
        assert turn, "it was on this machine, and the system's lock is free: it is dead"
    made.sql("UPDATE tallies SET holder = 'elsewhere|1|x', lease = '2099'")
    with store.ledger.turn(EDITION, ISSUE, NOW) as turn:
        assert turn is None, "another machine may still be at it"
    made.sql("UPDATE tallies SET lease = '2026-11-20T09:00:00.000000+00:00'")
    with store.ledger.turn(EDITION, ISSUE, NOW) as turn:
        assert turn, "its lease has run out"
    assert not list(made.folder.glob("*.lock"))


def test_whoever_has_lost_his_turn_writes_nothing_more(made: Place, store: SqlStore) -> None:
    store.ledger.open(mailing())
    with store.ledger.turn(EDITION, ISSUE, NOW) as turn:
        assert turn
        one = turn.due(NOW, [], 1)[0]
        made.sql("UPDATE tallies SET holder = 'somebody'")
        with pytest.raises(StoreError, match="another process"):
            turn.commit(None, one, NOW)
    assert state(store)["idr0"] == "pending"


def test_a_ledger_that_does_not_add_up_stops_the_mailing(made: Place, store: SqlStore) -> None:
    store.ledger.open(mailing())
    with pytest.raises(sqlite3.IntegrityError):
        made.sql("UPDATE tallies SET sent = sent + 1")
    made.sql("UPDATE deliveries SET state = 'sent' WHERE subscriber = 'idr0'")
    with pytest.raises(StoreError, match="does not add up"), store.ledger.turn(EDITION, ISSUE, NOW):
        pass


def test_a_mailing_is_closed_when_nothing_is_open(store: SqlStore) -> None:
    store.ledger.open(mailing())
    assert not store.ledger.close(EDITION, ISSUE, NOW)
    with store.ledger.turn(EDITION, ISSUE, NOW) as turn:
        assert turn
        for one in turn.due(NOW, [], 9):
            attempt(turn, one, "failed")
    assert store.ledger.close(EDITION, ISSUE, NOW)
    assert not store.ledger.unfinished(EDITION)


# --- yesterday's database comes back ----------------------------------------------------------------------------------


def restored(made: Place, copy: Path) -> None:
    for path in made.folder.glob("digest.db-*"):
        path.unlink()
    shutil.copy(copy, made.database)


@pytest.mark.parametrize("when", ["before the mailing", "in the middle of it"])
def test_nobody_who_had_it_gets_it_again_from_a_restored_copy(when: str, made: Place, tmp_path: Path) -> None:
    copy = tmp_path / "yesterday"
    with opened(made) as store:
        if when == "before the mailing":
            made.sql("VACUUM INTO ?", str(copy))
        store.ledger.open(mailing())
        with store.ledger.turn(EDITION, ISSUE, NOW) as turn:
            assert turn
            first, second, third, fourth = turn.due(NOW, [], 9)
            attempt(turn, first, "sent")
            if when != "before the mailing":
                made.sql("VACUUM INTO ?", str(copy))
            attempt(turn, second, "sent")
            attempt(turn, third, None)
    restored(made, copy)
    for _ in range(2):
        with opened(made) as store:
            store.ledger.open(mailing())
            with store.ledger.turn(EDITION, ISSUE, NOW) as turn:
                assert turn
                assert [one.subscriber for one in turn.due(NOW, [], 9)] == [fourth.subscriber]
            counts = store.ledger.counts(EDITION, ISSUE)
            assert (counts.sent, counts.uncertain, counts.pending, counts.recipients) == (2, 1, 1, 4)


def test_whoever_has_left_or_was_erased_since_stays_so_in_a_restored_copy(made: Place, tmp_path: Path) -> None:
    copy = tmp_path / "yesterday"
    keys = {str(id): str(key) for id, key in made.sql("SELECT id, key FROM subscribers")}
    with opened(made) as store:
        made.sql("VACUUM INTO ?", str(copy))
        store.journal.suppressed(EDITION, keys["idr0"], "left", NOW)
        store.journal.suppressed("", keys["idr1"], "erased", NOW)
        store.journal.suppressed(EDITION, keys["idr2"], "left", NOW)
        store.journal.cleared(EDITION, keys["idr2"], NOW)
    restored(made, copy)
    with opened(made) as store:
        store.ledger.open(mailing())
        with store.ledger.turn(EDITION, ISSUE, NOW) as turn:
            assert turn
            sent = [one.subscriber for one in turn.due(NOW, [], 9) if attempt(turn, one, "sent")]
    assert sorted(sent) == ["idr2", "idr3"]
    assert made.sql("SELECT state FROM subscribers WHERE id = 'idr0'") == [("left",)]
    assert not made.sql("SELECT * FROM subscribers WHERE id = 'idr1'")
    assert "@" not in (made.folder / "digest.db.sent").read_text()


@pytest.mark.parametrize("reason", ["erased", "removed", "complained", "bounced"])
def test_a_yes_to_one_edition_leaves_the_others_ended_in_a_restored_copy(
    reason: Suppressed, made: Place, tmp_path: Path
) -> None:
    """Somebody in two editions has gone from all, and has confirmed one of them again; then yesterday comes back."""
    copy = tmp_path / "yesterday"
    key = str(made.sql("SELECT key FROM subscribers WHERE id = 'idr0'")[0][0])
    both = "INSERT INTO subscribers SELECT 'other', 'other', address, key, domain, {rest} FROM subscribers {where}"
    rest = "state, created, language, topics, confirmed, ended, consent, asked, asked_at, bounces"
    made.sql(both.format(rest=rest, where="WHERE id = 'idr0'"))
    with opened(made) as store:
        made.sql("VACUUM INTO ?", str(copy))
        store.journal.suppressed("", key, reason, NOW)
        store.journal.cleared("", key, NOW)
        store.journal.cleared(EDITION, key, NOW)
    restored(made, copy)
    with opened(made) as store:
        store.ledger.settle(NOW)
        states = {one.edition: one.state for one in store.subscribers.named(key)}
        assert states[EDITION] == "active"
        assert states.get("other") != "active"
        assert [id for id, *_ in store.ledger.recipients(EDITION)] == ["idr0", "idr1", "idr2", "idr3"]


def test_the_journal_leaves_a_mailing_alone_that_another_process_sends(made: Place, store: SqlStore) -> None:
    """And reads it again the next time."""
    store.ledger.open(mailing())
    made.sql("INSERT INTO tallies VALUES ('daily', '1', 0, 0, 0, 0, 0, 0, 0, 'elsewhere|1|x', '2099')")
    key = "0" * 32
    store.journal.begun("daily", "1", key, NOW)
    with store.ledger.turn(EDITION, ISSUE, NOW):
        assert not made.sql("SELECT * FROM deliveries WHERE edition = 'daily'")
    made.sql("UPDATE tallies SET holder = NULL, lease = NULL WHERE edition = 'daily'")
    with store.ledger.turn(EDITION, ISSUE, NOW):
        assert made.sql("SELECT state FROM deliveries WHERE edition = 'daily'") == [("uncertain",)]

"""What a server's reply means, when a delivery is tried again, how fast mail goes, and when it stops by itself."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import Rate
from digest.deliver.mail.breaker import Breaker
from digest.deliver.mail.pace import Pace
from digest.deliver.mail.replies import Fate, Reply, Step, fate
from digest.deliver.mail.retries import held, next_try

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("step", "code", "text", "expected"),
    [
        ("message", 250, "2.0.0 queued", "sent"),
        ("recipient", 550, "5.1.1 no such user", "bounced"),
        ("recipient", 550, "5.1.10 null MX", "bounced"),
        ("recipient", 550, "5.2.1 disabled", "bounced"),
        ("message", 550, "5.1.1 no such user", "bounced"),
        ("recipient", 550, "no such user", "failed"),
        ("recipient", 553, "5.1.3 bad syntax", "failed"),
        ("recipient", 550, "5.1.2 no such host", "failed"),
        ("recipient", 552, "5.2.2 mailbox full", "full"),
        ("message", 552, "too big", "failed"),
        ("recipient", 550, "5.7.1 we do not like you", "refused"),
        ("message", 554, "5.7.26 unauthenticated", "refused"),
        ("message", 550, "5.7.515 access denied", "refused"),
        ("sender", 550, "no", "refused"),
        ("recipient", 451, "4.3.0 try again", "later"),
        ("recipient", 450, "greylisted", "later"),
        ("recipient", 452, "4.2.2 full", "later"),
        ("recipient", 450, "4.7.1 too many", "hold"),
        ("message", 421, "4.7.28 rate", "hold"),
        ("recipient", 421, "busy", "hold"),
        ("message", 454, "Throttling failure", "hold"),
        ("auth", 535, "5.7.8 wrong", "stop"),
        ("sender", 530, "5.7.0 log in first", "stop"),
        ("connect", 554, "no service", "stop"),
        ("data", 354, "odd place", "later"),
        ("message", -1, "", "later"),
    ],
)
def test_each_reply_has_its_meaning(step: Step, code: int, text: str, expected: Fate) -> None:
    assert fate(Reply(step=step, code=code, text=text)) == expected


def test_a_longer_status_code_is_not_taken_for_a_shorter_one() -> None:
    """5.1.1 suppresses an address; 5.1.17 does not."""
    assert fate(Reply(step="recipient", code=550, text="5.1.17 x")) == "failed"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("5.1.1 <Ada.Lovelace+x@d0.example>: unknown", "5.1.1 <(address)>: unknown"),
        ("bounce+r0=d0.example@example.org is full; r0@d0.example", "(address) is full; (address)"),
        ('no "ada lovelace"@d0.example here', "no (address) here"),
        ("grüße@bücher.example, r@[192.0.2.1]", "(address), (address)"),
        ("x" * 290 + " ada@d0.example", "x" * 290 + " (address)"),
        ("4.7.1 try again at 15:00", "4.7.1 try again at 15:00"),
    ],
)
def test_a_kept_reply_names_nobody(said: str, kept: str) -> None:
    assert Reply(step="recipient", code=550, text=said).shown() == kept[:300]


def test_a_kept_reply_cannot_speak_to_a_terminal() -> None:
    assert Reply(step="message", code=550, text="no\x1b[31m\r\nway " + "x" * 900).shown().startswith("no [31m way xx")
    assert len(Reply(step="message", code=550, text="x" * 900).shown()) == 300


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 5), (2, 15), (3, 30), (4, 60), (5, 120), (6, 240), (7, 480), (9, 480)]
)
def test_retries_come_further_and_further_apart(attempts: int, minutes: int) -> None:
    due = next_try(attempts, NOW, NOW + timedelta(days=9), "k")
    assert due is not None
    assert 0.9 <= (due - NOW) / timedelta(minutes=minutes) <= 1.1


def test_those_who_failed_together_do_not_come_back_together() -> None:
    far = NOW + timedelta(days=9)
    assert len({next_try(1, NOW, far, f"key{number}") for number in range(20)}) == 20
    assert next_try(1, NOW, far, "a") == next_try(1, NOW, far, "a")


def test_there_is_no_try_after_the_deadline() -> None:
    assert next_try(7, NOW, NOW + timedelta(hours=2), "k") is None


@given(st.integers(1, 50), st.sampled_from([1.0, 60.0, 3600.0]), st.lists(st.floats(0, 10), max_size=60))
def test_no_stretch_of_time_has_more_than_the_rate(count: int, seconds: float, naps: list[float]) -> None:
    pace, now, went = Pace(Rate(count=count, seconds=seconds), None), 100.0, []
    for nap in naps:
        now += nap
        now += pace.wait(now)
        pace.take("d", now)
        went.append(now)
    gaps = [later - earlier for earlier, later in itertools.pairwise(went)]
    assert all(gap >= seconds / count - 1e-6 for gap in gaps)


def test_a_domain_that_wants_less_is_left_alone_and_others_are_not() -> None:
    pace = Pace(None, Rate(count=60, seconds=60.0))
    pace.hold("a", 0.0)
    assert pace.wait_for("a", 0.0) >= 50
    assert pace.wait_for("b", 0.0) == 0
    first = pace.wait_for("a", 0.0)
    pace.hold("a", first)
    assert pace.wait_for("a", first) > first
    pace.went("a")
    pace.hold("a", 10_000.0)
    assert pace.wait_for("a", 10_000.0) == pytest.approx(first)


def test_holds_grow_to_an_hour() -> None:
    assert timedelta(seconds=50) < held(1, "d") < timedelta(seconds=70)
    assert timedelta(minutes=50) < held(99, "d") < timedelta(minutes=70)


def _after(*fates: Fate) -> list[str | None]:
    breaker = Breaker()
    return [breaker.note(one) for one in fates]


def test_a_mailing_of_which_a_tenth_is_refused_stops_after_fifty() -> None:
    said = _after(*(["failed"] + ["sent"] * 9) * 6)  # type: ignore[list-item]
    assert not any(said[:49])
    assert "5 of 50" in str(said[49])


def test_one_bad_address_of_fifty_stops_nothing() -> None:
    assert not any(_after("bounced", *["sent"] * 60))  # type: ignore[list-item]


def test_a_twentieth_for_the_time_being_stops_it_and_domains_that_want_less_do_not() -> None:
    assert any(_after(*["later"] * 4, *["sent"] * 50))  # type: ignore[list-item]
    assert not any(_after(*["hold"] * 20, *["sent"] * 50))  # type: ignore[list-item]


def test_three_refusals_in_a_row_stop_it_at_once() -> None:
    assert _after("refused", "refused", "refused")[-1]
    assert not any(_after("refused", "refused", "sent", "refused"))

"""When a feed is asked again, and where: tables of what servers and feeds say, and a month of a fake clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.ingest.web import pace
from digest.ingest.web.answer import Answer, Hop
from digest.model import About, FeedState

URL = "https://example.org/feed"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
WITH_ETAG = {"ETag": '"1"'}


def answer(status: int = 200, *, body: bytes = b"feed", hops: tuple[Hop, ...] = (), **headers: str) -> Answer:
    """In names of `headers` an underscore stands for a hyphen."""
    pairs = tuple((name.lower().replace("_", "-"), value) for name, value in headers.items())
    return Answer(status=status, reason="", url=URL, hops=hops, headers=pairs, body=body)


def fresh(now: datetime, about: About | None = None, **headers: str) -> FeedState:
    """The state after a first 200."""
    state = pace.answered(FeedState(url=URL), URL, answer(**headers), now)
    return pace.rescheduled(state, about) if about else state


def waits(state: FeedState) -> timedelta:
    assert state.due
    assert state.tried
    return state.due - state.tried


def near(actual: timedelta, least: timedelta) -> bool:
    """`least`, with jitter: up to a tenth, and 10 minutes at most."""
    return least <= actual <= least + min(least / 10, timedelta(minutes=10))


@pytest.mark.parametrize(
    ("headers", "period", "least", "why"),
    [
        ({}, 0, DAY - MINUTE, "once a day, as nothing tells an old answer from a new one"),
        ({"ETag": '"1"'}, 0, HOUR, "once an hour"),
        ({"Last_Modified": "x"}, 0, HOUR, "once an hour"),
        ({**WITH_ETAG, "Cache_Control": "max-age=43200"}, 0, 12 * HOUR, "max-age of 12 hours"),
        ({**WITH_ETAG, "Cache_Control": 'public, MAX-AGE = "7200"'}, 0, 2 * HOUR, "max-age of 2 hours"),
        ({**WITH_ETAG, "Cache_Control": "max-age=600"}, 0, HOUR, "once an hour"),
        ({**WITH_ETAG, "Cache_Control": "max-age=31536000"}, 0, 7 * DAY, "max-age of 7 days"),
        ({**WITH_ETAG, "Cache_Control": "max-age=" + "9" * 500}, 0, 7 * DAY, "max-age of 7 days"),
        ({**WITH_ETAG, "Cache_Control": "max-age=-5"}, 0, HOUR, "once an hour"),
        ({**WITH_ETAG, "Cache_Control": "max-age=0"}, 0, HOUR, "once an hour"),
        ({**WITH_ETAG, "Cache_Control": "s-maxage=43200"}, 0, HOUR, "once an hour"),
        ({**WITH_ETAG, "Cache_Control": "no-cache, max-age=43200"}, 0, HOUR, "once an hour"),
        ({**WITH_ETAG, "Cache_Control": "max-age=43200, no-store"}, 0, HOUR, "once an hour"),
        (
            {"Cache_Control": "max-age=43200"},
            0,
            DAY - MINUTE,
            "once a day, as nothing tells an old answer from a new one",
        ),
        (
            {**WITH_ETAG, "Date": "Fri, 20 Nov 2026 03:00:00 GMT", "Expires": "Fri, 20 Nov 2026 09:00:00 GMT"},
            0,
            6 * HOUR,
            "Expires in 6 hours",
        ),
        ({**WITH_ETAG, "Expires": "Fri, 20 Nov 2026 12:00:00 GMT"}, 0, 3 * HOUR, "Expires in 3 hours"),
        (
            {**WITH_ETAG, "Expires": "Fri, 20 Nov 2026 12:00:00 GMT", "Cache_Control": "max-age=60"},
            0,
            HOUR,
            "once an hour",
        ),
        ({**WITH_ETAG, "Expires": "Fri, 20 Nov 2099 12:00:00 GMT"}, 0, 7 * DAY, "Expires in 7 days"),
        ({**WITH_ETAG, "Expires": "0"}, 0, HOUR, "once an hour"),
        ({**WITH_ETAG, "Expires": "-1"}, 0, HOUR, "once an hour"),
        ({**WITH_ETAG, "Expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0, HOUR, "once an hour"),
        (WITH_ETAG, 2 * 3600, 2 * HOUR, "asked for every 2 hours at most"),
        (WITH_ETAG, 1800, HOUR, "once an hour"),
        (WITH_ETAG, 90 * 60, 1.5 * HOUR, "asked for every 90 minutes at most"),
        (WITH_ETAG, 365 * 86400, 7 * DAY, "asked for every 7 days at most"),
        (WITH_ETAG, -5, HOUR, "once an hour"),
        ({**WITH_ETAG, "Cache_Control": "max-age=7200"}, 10800, 3 * HOUR, "asked for every 3 hours at most"),
        ({**WITH_ETAG, "Cache_Control": "max-age=10800"}, 7200, 3 * HOUR, "max-age of 3 hours"),
    ],
)
def test_after_a_success_the_longest_of_all_bounds_counts(
    now: datetime, headers: dict[str, str], period: int, least: timedelta, why: str
) -> None:
    state = fresh(now, About(period=period), **headers)
    assert near(waits(state), least)
    assert state.why == why
    assert (state.tried, state.ok, state.failures, state.failure) == (now, now, 0, None)


@pytest.mark.parametrize("status", [404, 429, 500, 503, None])
def test_failures_in_a_row_back_off_from_an_hour_to_a_day(now: datetime, status: int | None) -> None:
    state = fresh(now, **WITH_ETAG)
    for least in (1, 2, 4, 8, 16, 24, 24, 24):
        state = pace.failed(state, now, "HTTP", status=status)
        assert least * HOUR <= waits(state) <= least * HOUR * 1.1
    assert state.failures == 8
    assert (state.etag, state.ok, state.failure, state.stopped) == ('"1"', now, "HTTP", None)
    assert pace.answered(state, URL, answer(**WITH_ETAG), now).failures == 0


def test_why_it_waits_is_said_in_words(now: datetime) -> None:
    said = []
    state = FeedState(url=URL)
    for _ in range(11):
        state = pace.failed(state, now, "x")
        said.append(state.why)
    assert said[0] == "first failure"
    assert said[2] == "third failure in a row"
    assert said[9] == "tenth failure in a row"
    assert said[10] == "failure 11 in a row"


@pytest.mark.parametrize("status", [401, 403])
def test_who_is_turned_away_waits_four_hours_at_least(now: datetime, status: int) -> None:
    state = FeedState(url=URL)
    for least in (4, 4, 4, 8, 16, 24, 24):
        state = pace.failed(state, now, "HTTP", status=status)
        assert least * HOUR <= waits(state) <= least * HOUR * 1.1
        if least == 4 and state.failures < 3:
            assert state.why == f"turned away with HTTP {status}"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 120 ", 120),
        ("0", None),
        ("-120", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("١٢٠", None),
        ("9" * 5000, 31 * 86400),
        ("2678401", 31 * 86400),
        ("Fri, 20 Nov 2026 10:00:00 GMT", 3600),
        ("Friday, 20-Nov-26 10:00:00 GMT", 3600),
        ("Fri, 20 Nov 2026 08:00:00 GMT", None),
        ("Fri, 20 Nov 9999 08:00:00 GMT", 31 * 86400),
        ("Fri, 20 Nov 2026 25:00:00 GMT", None),
        ("Fri, 99 Nov 2026 10:00:00 +9999", None),
        ("2026-11-20T10:00:00Z", None),
    ],
)
def test_retry_after_is_understood_and_capped(now: datetime, value: str, seconds: int | None) -> None:
    wait = pace.retry_after(answer(503, Retry_After=value), now)
    assert (wait and wait.total_seconds()) == seconds


def test_a_date_of_retry_after_is_read_by_the_servers_own_clock(now: datetime) -> None:
    slow = answer(503, Date="Fri, 20 Nov 2026 05:00:00 GMT", Retry_After="Fri, 20 Nov 2026 05:30:00 GMT")
    assert pace.retry_after(slow, now) == timedelta(minutes=30)


@given(st.text(max_size=60) | st.from_regex(r"\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ [+\w]+", fullmatch=True))
def test_no_header_breaks_anything(value: str) -> None:
    now = datetime(2026, 11, 20, 9, tzinfo=UTC)
    got = answer(Retry_After=value, Expires=value, Date=value, Cache_Control=value, ETag=value, Last_Modified=value)
    wait = pace.retry_after(got, now)
    assert wait is None or timedelta(0) < wait <= timedelta(days=31)
    state = pace.answered(FeedState(url=URL), URL, got, now)
    assert HOUR <= waits(state) <= 8 * DAY


def test_retry_after_is_a_lower_bound_of_the_back_off(now: datetime) -> None:
    state = pace.failed(FeedState(url=URL), now, "HTTP 429", status=429, wait=2 * HOUR)
    assert 2 * HOUR <= waits(state) <= 2.2 * HOUR
    assert state.why == "Retry-After of 2 hours"
    for _ in range(3):
        state = pace.failed(state, now, "HTTP 429", status=429, wait=2 * HOUR)
    assert waits(state) >= 8 * HOUR  # never sooner than without


def test_gone_is_gone(now: datetime) -> None:
    state = pace.failed(fresh(now), now, "HTTP 410 Gone", status=410)
    assert state.stopped == "gone for good (HTTP 410)"
    assert not pace.is_due(state, now + 1000 * DAY)
    # Until somebody asks for it by hand, and it is there.
    assert pace.answered(state, URL, answer(), now).stopped is None
    assert pace.failed(state, now, "x").stopped


def test_a_daily_run_finds_a_feed_without_validators_due(now: datetime) -> None:
    """Also if it starts some seconds earlier in the minute than it did the day before."""
    assert pace.is_due(fresh(now), now + DAY - timedelta(seconds=50))
    assert not pace.is_due(fresh(now), now + timedelta(hours=23))


@pytest.mark.parametrize(("failures", "status"), [(0, 404), (0, 410), (pace.MISSES - 1, None)])
def test_a_feed_that_fails_where_it_moved_to_is_looked_for_where_it_was(
    now: datetime, failures: int, status: int | None
) -> None:
    moved = replace(fresh(now), address="https://new.example/feed", failures=failures)
    lost = pace.failed(moved, now, "no", status=status)
    assert (lost.address, lost.stopped) == (None, None)
    assert pace.failed(moved, now, "no", status=403).address == (None if failures else "https://new.example/feed")


def test_a_month_of_silence_stops_a_feed_and_a_month_of_a_machine_that_was_off_does_not(now: datetime) -> None:
    state = fresh(now, **WITH_ETAG)
    moment = now
    while not state.stopped:
        assert state.due
        moment = state.due
        state = pace.failed(state, moment, "no network")
    assert 30 * DAY <= moment - now <= 32 * DAY
    assert state.stopped == "no answer for 30 days"
    slept = fresh(now, **WITH_ETAG)
    for hour in range(9):
        slept = pace.failed(slept, now + 90 * DAY + hour * HOUR, "no network")
    assert slept.stopped is None


def test_a_feed_that_never_answered_is_stopped_after_a_month_too(now: datetime) -> None:
    state = FeedState(url=URL)
    moment = now
    while not state.stopped:
        state = pace.failed(state, moment, "host not found")
        assert state.due
        moment = state.due
    assert 29 * DAY <= moment - now <= 36 * DAY


def test_a_feed_whose_server_wants_to_be_left_alone_has_not_failed_itself(now: datetime) -> None:
    before = fresh(now - DAY, **WITH_ETAG)
    state = pace.held(before, now + 5 * HOUR, now)
    assert (state.due, state.failures, state.tried) == (now + 5 * HOUR, 0, now - DAY)
    assert state.why == state.failure == "its server asked to be left alone"
    assert pace.held(before, now + timedelta(minutes=1), now).due == now + HOUR


def test_it_is_due_when_it_is_due(now: datetime) -> None:
    state = FeedState(url=URL)
    assert pace.is_due(state, now)
    assert pace.is_due(replace(state, due=now), now)
    assert not pace.is_due(replace(state, due=now + timedelta(seconds=1)), now)
    assert not pace.is_due(replace(state, stopped="gone"), now)


def test_a_clock_that_was_wrong_holds_nobody_up(now: datetime) -> None:
    assert pace.is_due(replace(fresh(now, **WITH_ETAG), tried=now + DAY), now)
    future = now.replace(year=2099)
    state = fresh(future, **WITH_ETAG)
    assert pace.is_due(state, now)
    assert pace.is_due(pace.held(FeedState(url=URL), future, future), now)
    moved = replace(state, moved_to="https://b.example/", moved=future, moves=2)
    assert pace.answered(moved, URL, answer(hops=hops("301 https://b.example/")), now).moves == 1


def test_starting_ten_times_in_an_hour_makes_one_request(now: datetime) -> None:
    state, requests = FeedState(url=URL), 0
    for start in range(10):
        moment = now + start * timedelta(minutes=6)
        if pace.is_due(state, moment):
            requests += 1
            state = pace.answered(state, URL, answer(**WITH_ETAG), moment)
    assert requests == 1


def test_jitter_comes_from_the_feed_and_not_from_chance(now: datetime) -> None:
    one = [pace.answered(FeedState(url=f"{URL}{n}"), URL, answer(**WITH_ETAG), now).due for n in range(20)]
    again = [pace.answered(FeedState(url=f"{URL}{n}"), URL, answer(**WITH_ETAG), now).due for n in range(20)]
    assert one == again
    assert len(set(one)) == 20
    failing = [pace.failed(FeedState(url=f"{URL}{n}"), now, "x").due for n in range(20)]
    assert len(set(failing)) == 20


@pytest.mark.parametrize(
    ("hours", "days", "expected"),
    [
        ((), (), "Fri 10"),
        ((10, 11), (), "Fri 12"),
        (tuple(range(9, 24)), (), "Sat 00"),
        ((), (4,), "Sat 00"),
        ((), (4, 5, 6), "Mon 00"),
        ((0, 1), (4,), "Sat 02"),
        ((9, 11), (5,), "Fri 10"),
        (tuple(range(24)), (), "Fri 10"),
        ((), tuple(range(7)), "Fri 10"),
        ((99, -1), (9,), "Fri 10"),
    ],
)
def test_quiet_hours_and_days_are_kept(
    now: datetime, hours: tuple[int, ...], days: tuple[int, ...], expected: str
) -> None:
    """Asked on Friday at nine; a feed that is never to be asked is asked all the same."""
    about = About(quiet_hours=hours, quiet_days=days)
    state = fresh(now, about, **WITH_ETAG)
    assert state.due
    assert f"{state.due:%a %H}" == expected
    assert (state.why == "once an hour") == (expected == "Fri 10")
    assert state.about == about
    assert pace.rescheduled(state, about) == state
    failing = pace.failed(replace(state, failures=0), now, "x")
    assert failing.due
    assert f"{failing.due:%a %H}" == expected


def test_what_a_feed_said_before_counts_only_until_it_says_something_else(now: datetime) -> None:
    wishes = About(period=6 * 3600)
    before = fresh(now, wishes, **WITH_ETAG)
    same = pace.answered(before, URL, answer(**WITH_ETAG), now + DAY)
    assert near(waits(same), 6 * HOUR)
    other = pace.answered(before, URL, answer(body=b"other", **WITH_ETAG), now + DAY)
    assert near(waits(pace.rescheduled(other, About())), HOUR)
    assert pace.rescheduled(FeedState(url=URL), wishes) == FeedState(url=URL, about=wishes)


def test_both_validators_are_replaced_by_a_200_and_kept_by_a_304_that_has_none(now: datetime) -> None:
    first = fresh(now, ETag='W/"a b"', Last_Modified="garbage 123")
    assert (first.etag, first.last_modified) == ('W/"a b"', "garbage 123")
    assert pace.conditions(first) == {"If-None-Match": 'W/"a b"', "If-Modified-Since": "garbage 123"}
    same_bytes = pace.answered(first, URL, answer(ETag='"2"'), now)
    assert (same_bytes.etag, same_bytes.last_modified) == ('"2"', None)
    assert same_bytes.body_sha256 == first.body_sha256
    unchanged = pace.answered(first, URL, answer(304, body=b"", ETag='"3"'), now)
    assert (unchanged.etag, unchanged.last_modified) == ('"3"', "garbage 123")
    assert unchanged.body_sha256 == first.body_sha256
    neither = pace.answered(first, URL, answer(304, body=b""), now)
    assert (neither.etag, neither.last_modified) == (first.etag, first.last_modified)
    # One that cannot be sent back as it came is none.
    odd = pace.answered(first, URL, answer(304, body=b"", ETag='"\udce9"', Last_Modified="\x01"), now)
    assert pace.conditions(odd) == {}


def hops(text: str) -> tuple[Hop, ...]:
    """Written as `301 address, 302 address`."""
    pairs = [step.split() for step in text.split(",")] if text else []
    return tuple(Hop(status=int(status), url=url) for status, url in pairs)


@pytest.mark.parametrize(
    ("chain", "address"),
    [
        ("301 https://b.example/", "https://b.example/"),
        ("308 https://b.example/", "https://b.example/"),
        ("301 https://b.example/, 308 https://c.example/", "https://c.example/"),
        ("301 https://b.example/, 302 https://c.example/", "https://b.example/"),
        ("301 https://b.example/, 307 https://c.example/, 301 https://d.example/", "https://b.example/"),
        ("302 https://b.example/", None),
        ("303 https://b.example/", None),
        ("307 https://b.example/", None),
        ("302 https://b.example/, 301 https://c.example/", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [200, 304])
def test_three_days_of_the_same_permanent_redirect_move_a_feed(
    now: datetime, chain: str, address: str | None, status: int
) -> None:
    state = FeedState(url=URL, body_sha256="x")
    for day in range(3):
        assert state.address is None
        state = pace.answered(state, URL, answer(status, hops=hops(chain)), now + day * DAY)
    assert state.address == address
    assert (state.moved_to, state.moved, state.moves) == (None, None, 0)


def test_sightings_count_once_a_day_and_start_anew_at_anything_else(now: datetime) -> None:
    b, c = hops("301 https://b.example/"), hops("301 https://c.example/")

    def moves(*seen: tuple[float, tuple[Hop, ...]]) -> list[int]:
        state, counts = FeedState(url=URL), []
        for day, chain in seen:
            state = pace.answered(state, URL, answer(hops=chain), now + day * DAY)
            counts.append(3 if state.address else state.moves)
        return counts

    assert moves((0, b), (0.1, b), (0.2, b), (0.5, b)) == [1, 1, 1, 1]
    assert moves((0, b), (0.7, b), (1.7, b)) == [1, 2, 3]  # 9 o'clock, and 1:48 the next day
    assert moves((0, b), (1, b), (2, c), (3, b)) == [1, 2, 1, 1]
    assert moves((0, b), (1, b), (2, ()), (3, b)) == [1, 2, 0, 1]
    assert moves((0, b), (9, b), (20, b)) == [1, 2, 3]


def test_a_failure_is_no_sighting_and_forgets_none(now: datetime) -> None:
    state = pace.answered(FeedState(url=URL), URL, answer(hops=hops("301 https://b.example/")), now)
    failed = pace.failed(state, now + DAY, "HTTP 500", status=500)
    assert (failed.moved_to, failed.moved, failed.moves) == ("https://b.example/", now, 1)


def test_a_feed_that_moves_back_lives_at_its_own_url_again(now: datetime) -> None:
    state = FeedState(url=URL, address="https://b.example/")
    for day in range(3):
        assert state.address
        state = pace.answered(state, URL, answer(hops=hops(f"301 {URL}")), now + day * DAY)
    assert state.address is None

"""When editions are due: what people write, every zone's clocks, and turns that were missed."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from digest.schedule import Schedule, due, parse

ZONES = (
    "UTC", "Europe/Berlin", "Europe/London", "Europe/Lisbon", "Europe/Moscow", "America/New_York", "America/Sao_Paulo",
    "America/St_Johns", "America/Caracas", "America/Santiago", "Africa/Casablanca", "Africa/Cairo", "Asia/Kolkata",
    "Asia/Tehran", "Asia/Pyongyang", "Asia/Gaza", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Apia",
    "Pacific/Chatham",
)  # fmt: skip
DAY = timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def dues(said: str, zone: str, after: str, until: str) -> dict[str, str]:
    """Turns by id, with when they are due, in UTC."""
    turns = parse(said, zone).turns(utc(after), utc(until))
    return {turn.id: turn.due.strftime("%Y-%m-%dT%H:%M") for turn in turns}


@pytest.mark.parametrize(
    ("said", "turns"),
    [
        ("Fri 07:00", {"2026-W47": "2026-11-20T06:00"}),
        ("friday 7:00", {"2026-W47": "2026-11-20T06:00"}),
        ("Mon,Thu 07:00", {"2026-W47-mon": "2026-11-16T06:00", "2026-W47-thu": "2026-11-19T06:00"}),
        ("Sat-Mon 23:30", {"2026-W47-mon": "2026-11-16T22:30", "2026-W47-sat": "2026-11-21T22:30", "2026-W47-sun": "2026-11-22T22:30"}),
        ("20th 08:00", {"2026-11": "2026-11-20T07:00"}),
        ("0 7 * * 0", {"2026-W47": "2026-11-22T06:00"}),
        ("0 7 * * 7", {"2026-W47": "2026-11-22T06:00"}),
        ("0 7 * * 1", {"2026-W47": "2026-11-16T06:00"}),
        ("0 7 * * tue-thu/2", {"2026-W47-tue": "2026-11-17T06:00", "2026-W47-thu": "2026-11-19T06:00"}),
        ("5 7 17 * fri", {"2026-11-17": "2026-11-17T06:05", "2026-11-20": "2026-11-20T06:05"}),
        ("0 7 17 nov *", {"2026-11": "2026-11-17T06:00"}),
        ("0 7 17 12 *", {}),
    ],
)  # fmt: skip
def test_what_people_write_means_what_they_expect(said: str, turns: dict[str, str]) -> None:
    """In the week from Monday 16 November 2026, in Berlin; cron's weekdays are cron's."""
    assert dues(said, "Europe/Berlin", "2026-11-15T23:00", "2026-11-22T23:00") == turns


def test_the_last_day_of_a_month_is_its_last() -> None:
    found = dues("last 08:00", "UTC", "2028-01-01", "2028-05-01")
    assert found == {f"2028-0{n}": f"2028-0{n}-{day}T08:00" for n, day in ((1, 31), (2, 29), (3, 31), (4, 30))}


@pytest.mark.parametrize(
    "said", ["", "Fri", "Fri 25:00", "Fri 7", "Fry 07:00", "frid.ay 07:00", "0th 07:00", "30th 07:00", "1st,Fri 07:00", "0 7,8 * * *", "*/5 * * * *",
             "0 7 * * 8", "0 7 31 2 *", "0 7 * 13 *", "0 7 5-2 * *", "0 7 */0 * *", "@weekly", "daily 07:00 sharp"],
)  # fmt: skip
def test_what_is_no_schedule_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match=r"such as|a field|numbers from|a day that"):
        parse(said, "UTC")


@pytest.mark.parametrize(
    ("said", "rest"), [("Fri 07:00 Europe/Berlin", "Fri 07:00"), ("0 7 * * 5 UTC", r"0 7 \* \* 5")]
)
def test_a_schedule_with_a_zone_says_where_the_zone_goes(said: str, rest: str) -> None:
    with pytest.raises(ValueError, match=rf"^{rest}, and {said.split()[-1]} under timezone: of the edition$"):
        parse(said, "UTC")


def test_an_hour_that_clocks_leave_out_is_made_good_at_its_end_and_one_that_comes_twice_counts_once() -> None:
    assert dues("daily 02:30", "Europe/Berlin", "2026-03-28T03:00", "2026-03-30T03:00") == {
        "2026-03-29": "2026-03-29T01:00",  # clocks show 03:00
        "2026-03-30": "2026-03-30T00:30",
    }
    assert dues("Sun 02:30", "Europe/Berlin", "2026-10-20", "2026-10-26") == {"2026-W43": "2026-10-25T00:30"}


def test_half_an_hour_and_a_whole_day_that_clocks_leave_out() -> None:
    assert dues("Sun 02:15", "Australia/Lord_Howe", "2026-10-01", "2026-10-04T12:00") == {
        "2026-W40": "2026-10-03T15:30"
    }
    # Samoa had no Friday, 30 December 2011: the week keeps its issue, the day has none.
    assert dues("Fri 07:00", "Pacific/Apia", "2011-12-29", "2011-12-31T12:00") == {"2011-W52": "2011-12-30T10:00"}
    assert list(dues("daily 07:00", "Pacific/Apia", "2011-12-29", "2011-12-31T12:00")) == ["2011-12-29", "2011-12-31"]


@pytest.mark.parametrize("zone", ZONES)
def test_ten_years_have_one_turn_a_day_at_the_first_moment_that_clocks_show_its_time(zone: str) -> None:
    """Against a walk through ten years by quarters of an hour, which knows nothing of gaps and overlaps."""
    schedule, tz = parse("daily 02:30", zone), ZoneInfo(zone)
    start, end = utc("2009-01-01"), utc("2019-01-01")
    expected, moment, reached = {}, start, start.astimezone(tz).date()
    while moment < end:
        local = moment.astimezone(tz)
        if local.date() > reached and (local.hour, local.minute) >= (2, 30):
            expected[local.date().isoformat()] = moment
            reached = local.date()
        # The quarters in between are looked at where something may happen: by night.
        moment += timedelta(minutes=15) if local.hour < 4 or local.hour == 23 else timedelta(hours=1)
    found = [(turn.id, turn.due) for turn in schedule.turns(start + DAY, end)]
    assert len(dict(found)) == len(found) > 3600
    assert dict(found) == {id: due for id, due in expected.items() if start + DAY < due <= end}
    assert [due for _, due in found] == sorted({due for _, due in found})


def walk(schedule: Schedule, looks: Iterator[datetime], make_up: timedelta) -> tuple[list[str], list[str]]:
    """What a process does that looks at these moments: the turns that it takes, and those that it passes over."""
    known: dict[str, datetime] = {}
    taken, passed = [], []
    for now in looks:
        found = due(schedule, now, make_up, known)
        for turn, _ in found.missed:
            passed.append(turn.id)
            known[turn.id] = turn.due
        if found.turn:
            taken.append(found.turn.id)
            known[found.turn.id] = found.turn.due
    return taken, passed


@pytest.mark.parametrize("zone", ZONES)
def test_ten_years_of_weeks_run_once_each_though_clocks_are_set_back_and_machines_sleep(zone: str) -> None:
    schedule, random = parse("Fri 02:30", zone), Random(zone)

    def looks() -> Iterator[datetime]:
        now = utc("2009-01-01")
        while now < utc("2019-01-01"):
            yield now
            now += timedelta(hours=random.choice([1, 2, 5, 11, 23, -2]))

    taken, passed = walk(schedule, looks(), DAY)
    assert taken == [turn.id for turn in schedule.turns(utc("2009-01-01"), utc("2018-12-28T18:00"))]
    assert len(taken) == len(set(taken)) >= 521
    assert passed == []


def test_stopped_on_thursday_and_started_on_saturday_it_is_made_up_once_on_sunday_it_is_too_late() -> None:
    schedule = parse("Fri 07:00", "Europe/Berlin")
    before = [utc("2026-11-13T06:01"), utc("2026-11-19T12:00")]
    for back, taken, passed in (
        ("2026-11-21T05:59", ["2026-W46", "2026-W47"], []),
        ("2026-11-22T09:00", ["2026-W46"], ["2026-W47"]),
    ):
        assert walk(schedule, iter([*before, utc(back), utc(back) + timedelta(hours=1)]), DAY) == (taken, passed)


def test_five_weeks_away_make_no_burst() -> None:
    schedule = parse("Fri 07:00", "UTC")
    looks = [utc("2026-10-09T07:00"), *(utc("2026-11-13T08:00") + timedelta(minutes=n) for n in range(90))]
    taken, passed = walk(schedule, iter(looks), DAY)
    assert taken == ["2026-W41", "2026-W46"]
    assert passed == ["2026-W42", "2026-W43", "2026-W44", "2026-W45"]


def test_what_was_due_before_anybody_looked_is_no_miss() -> None:
    found = due(parse("daily 07:00", "UTC"), utc("2026-11-20T08:00"), 3 * DAY, {})
    assert found.turn
    assert found.turn.id == "2026-11-20"
    assert not found.missed


def test_yesterdays_is_not_made_up_just_before_todays() -> None:
    """They would be the same issue, and nobody would get the second."""
    known = {"2026-11-18": utc("2026-11-18T07:00")}
    early = due(parse("daily 07:00", "UTC"), utc("2026-11-20T06:00"), DAY, known)
    assert early.turn is None
    assert [turn.id for turn, _ in early.missed] == ["2026-11-19"]
    evening = due(parse("daily 07:00", "UTC"), utc("2026-11-19T22:00"), DAY, known)
    assert evening.turn
    assert evening.turn.id == "2026-11-19"


def test_a_turn_of_2099_holds_nothing_up() -> None:
    known = {"2099-W12": utc("2099-03-20T07:00"), "2026-W46": utc("2026-11-13T07:00")}
    found = due(parse("Fri 07:00", "UTC"), utc("2026-11-20T07:00"), DAY, known)
    assert found.turn
    assert (found.turn.id, found.missed) == ("2026-W47", ())


def test_moving_an_edition_within_its_week_gives_no_second_issue_that_week() -> None:
    before, after = parse("Thu 07:00", "UTC"), parse("Fri 07:00", "UTC")
    first = before.next(utc("2026-11-18"))
    assert due(after, utc("2026-11-20T07:00"), DAY, {first.id: first.due}).turn is None


def test_the_next_turn_of_every_schedule_is_found() -> None:
    said = [
        f"{minute} {hour} {day} {month} *"
        for minute, hour, day, month in itertools.product((0, 59), (0, 23), (1, 29), (2, 12))
    ]
    assert parse("0 7 29 2 *", "UTC").next(utc("2097-01-01")).due == utc("2104-02-29T07:00")
    assert all(parse(one, "America/Sao_Paulo").next(utc("2026-11-20")).due > utc("2026-11-20") for one in said)

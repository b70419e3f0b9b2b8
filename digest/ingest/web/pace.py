"""When a feed is asked again, and where: every decision about it, made of what its server and the feed itself say.

A lower bound is the longest of several; the jitter that is added comes from a hash, so that the same feed in the same
state is always due at the same moment. RFC 9110 and 9111 say what the headers mean.
"""

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from digest.ingest.web.answer import Answer, Hop
from digest.model import About, FeedState, short_hash
from digest.text.normalize import one_line, shorten

HOUR = 3600
DAY = 24 * HOUR
LONGEST_FRESH = 7 * DAY  # what a feed or a cache may ask for: a year's max-age is a mistake
LONGEST_WAIT = 31 * DAY  # what Retry-After may ask for
LONGEST_SILENCE = timedelta(days=30)  # without an answer, after which a feed is given up
GIVE_UP_AFTER = 10  # failures in a row at least: a month of a machine that was off is no month of silence
_DAILY = DAY - 60  # so that a run at the same minute every day finds the feed due
MISSES = 3  # in a row at the place to which a feed moved, after which it is looked for where it was
SIGHTINGS = 3  # of a permanent redirect, on different days, before it is believed
_TURNED_AWAY = 4 * HOUR  # after 401 and 403
_GAP = 10 * 60  # seconds of jitter at most after a success
_FURTHEST = timedelta(days=45)  # no date that was set by a right clock is further ahead
_LONGEST_REASON = 200  # characters
# aiohttp reads header bytes that are no UTF-8 as lone surrogates; asked to send those it drops them, and it refuses to
# send controls.
_UNSENDABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?([0-9]+)', re.IGNORECASE | re.ASCII)
_NOT_FRESH = re.compile(r"(?:^|[,\s])no-(?:store|cache)(?:$|[,\s=])", re.IGNORECASE)
_NTH = (
    "first failure",
    *(f"{nth} failure in a row" for nth in "second third fourth fifth sixth seventh eighth ninth tenth".split()),
)


class Bound(NamedTuple):
    """Not before so many seconds have passed, and why; to the second if `exact`, else with some jitter."""

    seconds: float
    why: str
    exact: bool = False


def is_due(state: FeedState, now: datetime) -> bool:
    """Is it time to ask? A date that only a wrong clock can have set holds nobody up."""
    if state.stopped:
        return False
    wrong_clock = (state.tried is not None and state.tried > now) or (
        state.due is not None and state.due - now > _FURTHEST
    )
    return state.due is None or state.due <= now or wrong_clock


def answered(state: FeedState, feed_url: str, answer: Answer, now: datetime) -> FeedState:
    """What to remember after a 200 or a 304: both validators, the hash of the body, where it lives, when it is due.

    A new body may change what the feed says of itself: see `rescheduled`.
    """
    same = answer.status == 304
    etag, modified = answer.header("etag"), answer.header("last-modified")
    digest = state.body_sha256 if same else hashlib.sha256(answer.body).hexdigest()
    known = replace(
        _moved(state, feed_url, answer.hops, now),
        # A 304 may bring new validators; where it brings none, the old ones hold. A 200 replaces both.
        etag=state.etag if same and etag is None else _validator(etag),
        last_modified=state.last_modified if same and modified is None else _validator(modified),
        body_sha256=digest,
        tried=now,
        ok=now,
        failure=None,
        failures=0,
        failing=None,
        unread=state.unread if digest == state.body_sha256 else None,
        stopped=None,
    )
    bounds = [_least(known), _lifetime(answer, now)]
    about = state.about if digest == state.body_sha256 else About()
    return _due(known, bounds, about, now)


def rescheduled(state: FeedState, about: About) -> FeedState:
    """`state` of a feed that was answered, now that it is read and says `about` itself how often it may be asked."""
    if state.tried is None or state.due is None:
        return replace(state, about=about)
    kept = replace(state, about=about)
    asked = _period(about)
    later = state.tried + timedelta(seconds=asked.seconds + _jitter(kept, asked.seconds))
    due, why = (later, asked.why) if later > state.due else (state.due, state.why or "")
    return _outside(kept, about, due, why)


def failed(
    state: FeedState, now: datetime, reason: str, *, status: int | None = None, wait: timedelta | None = None
) -> FeedState:
    """What to remember after a failure: all that was known, why, and a due date that moves away with each in a row.

    `status` is that of the answer, if there was one; `wait` what it asked for (see `retry_after`). 410 stops the feed
    for good; so does silence: at least `GIVE_UP_AFTER` failures in a row over 30 days, since the last good answer or,
    if there never was one, the first failure. A feed that is lost where it moved to is looked for where it was.
    """
    count = state.failures + 1
    failure = shorten(one_line(reason), _LONGEST_REASON)
    lost = state.address is not None and (status in (404, 410) or count >= MISSES)
    known = replace(
        state,
        tried=now,
        failure=failure,
        failures=count,
        failing=state.failing or now,
        address=None if lost else state.address,
    )
    nth = _NTH[count - 1] if count <= len(_NTH) else f"failure {count} in a row"
    bounds = [Bound(min(DAY, HOUR * 2 ** min(count - 1, 10)), nth)]
    if status in (401, 403):
        bounds.append(Bound(_TURNED_AWAY, f"turned away with HTTP {status}"))
    if wait:
        bounds.append(Bound(wait.total_seconds(), f"Retry-After of {_span(wait.total_seconds())}"))
    return replace(_due(known, bounds, state.about, now), stopped=_stopped(known, now, None if lost else status))


def unreadable(state: FeedState, before: FeedState, now: datetime, reason: str) -> FeedState:
    """What to remember after an answer that gave `state`, if its body could not be read: a failure after `before`.

    Its validators hold nevertheless: the body is not asked for again until it changes, and stays a failure until then.
    """
    kept = replace(before, etag=state.etag, last_modified=state.last_modified, body_sha256=state.body_sha256)
    return replace(failed(kept, now, reason), unread=reason)


def held(state: FeedState, until: datetime, now: datetime) -> FeedState:
    """What to remember of a feed that was not asked, because its server wants to be left alone `until` then."""
    asked = "its server asked to be left alone"
    return replace(state, failure=asked, due=max(until, now + timedelta(seconds=HOUR)), why=asked)


def retry_after(answer: Answer, now: datetime) -> timedelta | None:
    """How long the answer asks to be left alone: seconds, or a date by its own clock; None for garbage and the past."""
    value = (answer.header("retry-after") or "").strip()
    seconds = float(value[:12]) if value.isascii() and value.isdecimal() else _until(value, answer, now)
    return timedelta(seconds=min(seconds, LONGEST_WAIT)) if seconds > 0 else None


def conditions(state: FeedState) -> dict[str, str]:
    """The validators as headers, byte for byte as they were received."""
    known = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in known.items() if value is not None}


def _validator(value: str | None) -> str | None:
    """A validator that can be sent back as it came; another would make the server answer about something else."""
    return None if value is None or _UNSENDABLE.search(value) else value


def _stopped(state: FeedState, now: datetime, status: int | None) -> str | None:
    if status == 410:
        return "gone for good (HTTP 410)"
    since = state.ok or state.failing or now
    if now - since >= LONGEST_SILENCE and state.failures >= GIVE_UP_AFTER:
        return f"no answer for {LONGEST_SILENCE.days} days"
    return state.stopped


def _moved(state: FeedState, feed_url: str, hops: tuple[Hop, ...], now: datetime) -> FeedState:
    """`state` with one more sighting of a permanent redirect, at most one a day, or with none if there was none.

    Only the permanent hops at the start count: behind a temporary one nothing is promised.
    """
    target = None
    for hop in hops:
        if hop.status not in (301, 308):
            break
        target = hop.url
    if target is None:
        return replace(state, moved_to=None, moved=None, moves=0)
    known = state.moved_to == target and state.moved is not None and state.moved <= now
    if known and state.moved and state.moved.astimezone(UTC).date() == now.astimezone(UTC).date():
        return state
    moves = state.moves + 1 if known else 1
    if moves < SIGHTINGS:
        return replace(state, moved_to=target, moved=now, moves=moves)
    return replace(state, address=None if target == feed_url else target, moved_to=None, moved=None, moves=0)


def _least(state: FeedState) -> Bound:
    if state.etag is None and state.last_modified is None:
        return Bound(_DAILY, "once a day, as nothing tells an old answer from a new one", exact=True)
    return Bound(HOUR, "once an hour")


def _lifetime(answer: Answer, now: datetime) -> Bound:
    """How long a cache would keep the answer (RFC 9111 §4.2.1), counted from when it was asked for."""
    control = ", ".join(value for name, value in answer.headers if name == "cache-control")
    if _NOT_FRESH.search(control):
        return Bound(0, "")
    found = _MAX_AGE.search(control)
    if found:
        seconds = min(float(found[1][:12]), LONGEST_FRESH)
        return Bound(seconds, f"max-age of {_span(seconds)}")
    seconds = min(_until(answer.header("expires") or "", answer, now), LONGEST_FRESH)
    return Bound(seconds, f"Expires in {_span(seconds)}")


def _period(about: About) -> Bound:
    seconds = min(max(about.period, 0), LONGEST_FRESH)
    return Bound(seconds, f"asked for every {_span(seconds)} at most")


def _until(value: str, answer: Answer, now: datetime) -> float:
    """Seconds from the Date of an answer (else from `now`) to an HTTP-date in it; 0 for what is none."""
    date = _date(value)
    return (date - (_date(answer.header("date") or "") or now)).total_seconds() if date else 0.0


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _due(state: FeedState, bounds: list[Bound], about: About, now: datetime) -> FeedState:
    """`state`, due after the longest of the `bounds` and of what the feed asks for, outside its quiet times."""
    longest = max([*bounds, _period(about)], key=lambda bound: bound.seconds)
    jitter = 0 if longest.exact else _jitter(state, longest.seconds)
    return _outside(state, about, now + timedelta(seconds=longest.seconds + jitter), longest.why)


def _jitter(state: FeedState, seconds: float) -> float:
    """Up to a tenth of `seconds`: after a success 10 minutes at most, so that a daily run finds a daily feed."""
    asked = state.tried.isoformat() if state.tried else ""
    share = int(short_hash(state.url, str(state.failures) if state.failures else asked)[:8], 16) / 2**32
    return share * (seconds / 10 if state.failures else min(seconds / 10, _GAP))


def _outside(state: FeedState, about: About, due: datetime, why: str) -> FeedState:
    """`state`, due at the first moment from `due` on that is not among the hours and days that the feed calls quiet."""
    hours, days = set(about.quiet_hours), set(about.quiet_days)
    if hours >= set(range(24)) or days >= set(range(7)):
        return replace(state, due=due, why=why)  # it could never be asked: a mistake
    moment = due.astimezone(UTC)
    while moment.hour in hours or moment.weekday() in days:
        moment += timedelta(hours=1)  # the same minute: the jitter stays
    return replace(state, due=moment, why=why if moment == due else f"{why}, and not in its quiet hours")


def _span(seconds: float) -> str:
    """12 hours, 30 minutes, 2 days: near enough for people."""
    for size, noun in ((DAY, "days"), (HOUR, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{round(seconds / size)} {noun}"
    return f"{round(seconds)} seconds"

"""What came of asking for a feed: a record between those who ask and those who read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from digest.ingest.web import pace
from digest.model import Feed, FeedState

Outcome = Literal["new", "unchanged", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of one request: `body` is there only for "new"; `state` is what to remember.

    After reading a new body, `pace.rescheduled(state, about)` is what to remember, or else see `unreadable`.
    """

    feed: Feed
    outcome: Outcome
    body: bytes
    content_type: str
    state: FeedState


def failed(
    feed: Feed,
    state: FeedState,
    now: datetime,
    reason: str,
    *,
    status: int | None = None,
    wait: timedelta | None = None,
) -> Fetched:
    """A failure, of the request or of what came of it: what was known before, in `state`, is kept.

    A `reason` may hold a server's own words, which end on a terminal: it is put on one clean line. For `status` and
    `wait` see `pace.failed`.
    """
    kept = pace.failed(state, now, reason, status=status, wait=wait)
    return Fetched(feed=feed, outcome="failed", body=b"", content_type="", state=kept)


def unreadable(feed: Feed, state: FeedState, before: FeedState, now: datetime, reason: str) -> Fetched:
    """An answer that gave `state`, and whose body could not be read: see `pace.unreadable`."""
    kept = pace.unreadable(state, before, now, reason)
    return Fetched(feed=feed, outcome="failed", body=b"", content_type="", state=kept)

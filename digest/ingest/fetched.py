"""What came of asking for a feed: a record between those who ask and those who read."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from digest.model import Feed, FeedState
from digest.text.normalize import one_line, shorten

Outcome = Literal["new", "unchanged", "failed"]
_LONGEST_REASON = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of one request: `body` is there only for "new"; `state` is what to remember."""

    feed: Feed
    outcome: Outcome
    body: bytes
    content_type: str
    state: FeedState


def failed(feed: Feed, state: FeedState, now: datetime, reason: str) -> Fetched:
    """A failure, of the request or of what came of it; what was known before is kept.

    A `reason` may hold a server's own words, which end on a terminal: it is put on one clean line.
    """
    kept = replace(state, tried=now, failure=shorten(one_line(reason), _LONGEST_REASON))
    return Fetched(feed=feed, outcome="failed", body=b"", content_type="", state=kept)

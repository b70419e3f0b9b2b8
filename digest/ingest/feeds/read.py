"""What a request brought in, what is to be stored out: the feed's new state, and its new and changed entries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from digest.ingest.feeds.entries import news
from digest.ingest.feeds.parse import Parsed
from digest.ingest.web import pace
from digest.ingest.web.fetched import Fetched, Outcome
from digest.model import FeedState, Filed, Known

DORMANT = 30  # days without an answer, after which a feed is met anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The feed's new state, how many entries it has now, and those that were not known, or not like this."""

    state: FeedState
    outcome: Outcome
    entries: int = 0
    filed: tuple[Filed, ...] = ()


def reading(
    fetched: Fetched, parsed: Parsed | None, before: FeedState, known: Mapping[str, Known], now: datetime
) -> Reading:
    """What to keep of one request; `parsed` is there if it brought a body that is a feed."""
    if parsed is None:
        return Reading(state=fetched.state, outcome=fetched.outcome)
    met = before.ok is not None and (now - before.ok).days < DORMANT
    return Reading(
        state=pace.rescheduled(fetched.state, parsed.about),
        outcome="new",
        entries=len(parsed.entries),
        filed=news(parsed.entries, known, now, met=met),
    )

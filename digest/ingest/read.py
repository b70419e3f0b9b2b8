"""What a request brought in, what is to be stored out: new and changed entries with their articles."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from digest.errors import FeedError
from digest.ingest.entries import news
from digest.ingest.fetched import Fetched, Outcome, failed
from digest.ingest.parse import parse
from digest.model import Article, Entry, FeedState


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The feed's new state, how many entries it has now, and those that were not known, or not like this."""

    state: FeedState
    outcome: Outcome
    entries: int
    pairs: tuple[tuple[Entry, Article], ...]


def changed(fetched: Fetched, before: FeedState, known: Mapping[str, Entry], now: datetime) -> Kept:
    """Parse what is new. A body that is no feed counts as a failure, and what was known of the feed is kept."""
    if fetched.outcome != "new":
        return Kept(state=fetched.state, outcome=fetched.outcome, entries=0, pairs=())
    try:
        found = parse(fetched.body, fetched.feed, fetched.content_type)
    except FeedError as error:
        fetched = failed(fetched.feed, before, now, error.reason)
        return Kept(state=fetched.state, outcome="failed", entries=0, pairs=())
    return Kept(state=fetched.state, outcome="new", entries=len(found), pairs=news(found, known, now))


def unreadable(fetched: Fetched, before: FeedState, now: datetime, error: Exception) -> Kept:
    """A body that set off an error which nobody foresaw: a failure like any other, and worth a report."""
    reason = f"could not be read ({type(error).__name__}: {error}); please report this feed to the project"
    return Kept(state=failed(fetched.feed, before, now, reason).state, outcome="failed", entries=0, pairs=())

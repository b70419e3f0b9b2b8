"""How the feeds are: for each, what is remembered of it, and when it will be asked next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from digest.config import Edition
from digest.ingest.web import pace
from digest.model import Feed, FeedState
from digest.store import Store

Condition = Literal["new", "fine", "failing", "stopped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """A feed with its state as of `now`."""

    feed: Feed
    state: FeedState
    now: datetime

    @property
    def condition(self) -> Condition:
        if self.state.stopped:
            return "stopped"
        if self.state.failure:
            return "failing"
        return "fine" if self.state.ok else "new"

    @property
    def age(self) -> timedelta | None:
        """How long ago the feed last gave what it should."""
        return self.now - self.state.ok if self.state.ok else None

    @property
    def due(self) -> datetime | None:
        """When it will be asked next: now, later, or (None) not at all."""
        if self.state.stopped:
            return None
        return self.now if pace.is_due(self.state, self.now) else self.state.due

    @property
    def why(self) -> str:
        """The reason for its condition and its next check, in words for people."""
        state = self.state
        waits = self.due is not None and self.due > self.now
        counted = bool(state.failure and state.why and "failure" in state.why)  # which `failures` says, too
        moved = f"moved for good to {state.address}" if state.address else None
        said = [state.stopped, state.failure, state.why if waits and not counted else None, moved]
        return "; ".join(dict.fromkeys(part for part in said if part))

    def as_json(self) -> dict[str, Any]:
        state = self.state
        return {
            "outlet": self.feed.outlet,
            "url": self.feed.url,
            "title": state.about.title,
            "condition": self.condition,
            "last_success": _iso(state.ok),
            "last_request": _iso(state.tried),
            "failures": state.failures,
            "failure": state.failure,
            "next_check": _iso(self.due),
            "why": self.why,
            "address": state.address,
        }


def health(store: Store, editions: Sequence[Edition], now: datetime) -> Iterator[Health]:
    """The feeds of the editions, each once, in the order of the file."""
    feeds = {feed.url: feed for edition in editions for feed in edition.feeds}
    states = store.feed_states(feeds)
    for url, feed in feeds.items():
        yield Health(feed=feed, state=states.get(url, FeedState(url=url)), now=now)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None

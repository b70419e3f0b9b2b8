"""Feeds in, bytes out: the only module of this stage that touches the network."""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from digest import __version__
from digest.model import Feed, FeedState

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession

AT_ONCE = 8  # requests in flight over all hosts
TIMEOUT = 30.0  # seconds for a whole request, by the wall clock
BODY_LIMIT = 10_000_000  # bytes after decompression

Outcome = Literal["new", "unchanged", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of one request: `body` is there only for "new"; `state` is what to remember."""

    feed: Feed
    outcome: Outcome
    body: bytes
    content_type: str
    state: FeedState


def fetch(
    feeds: Sequence[Feed],
    states: Mapping[str, FeedState],
    *,
    now: datetime,
    contact: str | None,
    done: Callable[[Fetched], None] = lambda fetched: None,
) -> tuple[Fetched, ...]:
    """Ask for every feed once, conditionally where validators are known; a failure is an outcome, not an exception.

    `done` is told of each as it arrives; the result is in the order of `feeds`.
    """
    return asyncio.run(_fetch_all(feeds, states, now, contact, done))


async def _fetch_all(
    feeds: Sequence[Feed],
    states: Mapping[str, FeedState],
    now: datetime,
    contact: str | None,
    done: Callable[[Fetched], None],
) -> tuple[Fetched, ...]:
    import aiohttp  # a quarter of a second: only when there is something to fetch

    places = asyncio.Semaphore(AT_ONCE)
    hosts: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def one(session: "ClientSession", feed: Feed) -> Fetched:
        state = states.get(feed.url, FeedState(url=feed.url))
        async with hosts[urlsplit(feed.url).netloc], places:
            fetched = await _fetch_one(session, feed, state, now)
        done(fetched)
        return fetched

    async with aiohttp.ClientSession(
        headers={"User-Agent": user_agent(contact), "Accept-Encoding": "gzip, deflate"},
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=TIMEOUT, connect=10),
        connector=aiohttp.TCPConnector(limit=AT_ONCE, limit_per_host=1),
    ) as session:
        return tuple(await asyncio.gather(*(one(session, feed) for feed in feeds)))


def user_agent(contact: str | None) -> str:
    """Who is asking, and where publishers can complain."""
    return f"Digest/{__version__} (+{contact})" if contact else f"Digest/{__version__}"


async def _fetch_one(session: "ClientSession", feed: Feed, state: FeedState, now: datetime) -> Fetched:
    import aiohttp

    try:
        async with session.get(feed.url, headers=_conditions(state), max_redirects=5) as response:
            return await _read(response, feed, state, now)
    except TimeoutError:
        return failed(feed, state, now, f"no answer within {TIMEOUT:.0f} s")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return failed(feed, state, now, str(error) or type(error).__name__)


def _conditions(state: FeedState) -> dict[str, str]:
    """The validators, as they were received."""
    known = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in known.items() if value is not None}


async def _read(response: "ClientResponse", feed: Feed, state: FeedState, now: datetime) -> Fetched:
    if response.status not in (200, 304):
        return failed(feed, state, now, f"HTTP {response.status} {response.reason or ''}".rstrip())
    if response.status == 304:
        # A 304 may bring new validators; where it brings none, the old ones hold.
        etag = response.headers.get("ETag", state.etag)
        modified = response.headers.get("Last-Modified", state.last_modified)
        known = replace(state, etag=etag, last_modified=modified, tried=now, ok=now, failure=None)
        return Fetched(feed=feed, outcome="unchanged", body=b"", content_type="", state=known)
    body = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        body += chunk
        if len(body) > BODY_LIMIT:
            return failed(feed, state, now, f"is larger than {BODY_LIMIT // 1_000_000} MB")
    digest = hashlib.sha256(body).hexdigest()
    answered = replace(
        state,
        etag=response.headers.get("ETag"),
        last_modified=response.headers.get("Last-Modified"),
        body_sha256=digest,
        tried=now,
        ok=now,
        failure=None,
    )
    outcome: Outcome = "unchanged" if digest == state.body_sha256 else "new"
    content_type = response.headers.get("Content-Type", "")
    return Fetched(feed=feed, outcome=outcome, body=bytes(body), content_type=content_type, state=answered)


def failed(feed: Feed, state: FeedState, now: datetime, reason: str) -> Fetched:
    """A failure, of the request or of what came of it; what was known before is kept."""
    kept = replace(state, tried=now, failure=reason)
    return Fetched(feed=feed, outcome="failed", body=b"", content_type="", state=kept)

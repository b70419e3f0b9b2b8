"""Feeds in, bytes out: the only module of this stage that touches the network."""

import asyncio
import errno
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from digest import __version__
from digest.ingest.fetched import Fetched, Outcome, failed
from digest.model import Feed, FeedState

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession

REDIRECTS = 5  # that are followed
AT_ONCE = 8  # requests in flight over all hosts
TIMEOUT = 30.0  # seconds for a whole request, by the wall clock
BODY_LIMIT = 10_000_000  # bytes after decompression
# aiohttp reads header bytes that are no UTF-8 as lone surrogates; asked to send those it drops them, and it refuses to
# send controls.
_UNSENDABLE = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")


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
        async with session.get(feed.url, headers=_conditions(state), max_redirects=REDIRECTS) as response:
            return await _read(response, feed, state, now)
    except TimeoutError:
        return failed(feed, state, now, f"no answer within {TIMEOUT:.0f} s")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return failed(feed, state, now, _reason(error))


def _reason(error: Exception) -> str:
    """Why there was no answer, in words for people where it is one of the usual reasons."""
    import aiohttp

    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"host not found: {error.host}"
    if isinstance(error, aiohttp.ClientSSLError):
        return f"no secure connection: {error}"
    if isinstance(error, aiohttp.ClientConnectorError):
        known = {errno.ECONNREFUSED: "connection refused", errno.ENETUNREACH: "no network"}
        return known.get(error.os_error.errno or 0, str(error))
    if isinstance(error, aiohttp.TooManyRedirects):
        return f"redirects more than {REDIRECTS} times"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "hung up without an answer"
    return str(error) or type(error).__name__


def _conditions(state: FeedState) -> dict[str, str]:
    """The validators, byte for byte as they were received."""
    known = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in known.items() if value is not None}


def _validator(response: "ClientResponse", name: str) -> str | None:
    """A validator that can be sent back as it came; another would make the server answer about something else."""
    value = response.headers.get(name)
    return None if value is None or _UNSENDABLE.search(value) else value


async def _read(response: "ClientResponse", feed: Feed, state: FeedState, now: datetime) -> Fetched:
    if response.status not in (200, 304):
        return failed(feed, state, now, f"HTTP {response.status} {response.reason or ''}".rstrip())
    if response.status == 304:
        # A 304 may bring new validators; where it brings none, the old ones hold.
        etag = _validator(response, "ETag") if "ETag" in response.headers else state.etag
        modified = _validator(response, "Last-Modified") if "Last-Modified" in response.headers else state.last_modified
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
        etag=_validator(response, "ETag"),
        last_modified=_validator(response, "Last-Modified"),
        body_sha256=digest,
        tried=now,
        ok=now,
        failure=None,
    )
    outcome: Outcome = "unchanged" if digest == state.body_sha256 else "new"
    content_type = response.headers.get("Content-Type", "")
    return Fetched(feed=feed, outcome=outcome, body=bytes(body), content_type=content_type, state=answered)

"""Addresses of pages in, their bytes out, where nothing speaks against reading them: see `rights`.

I/O, through the client alone. What a page says is read elsewhere, in the sandbox.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from digest.ingest.decode import decode
from digest.ingest.web.answer import Answer, NoAnswer
from digest.ingest.web.rights import LARGEST, PRODUCT, is_fresh, may_ask, origin_of, page_verdict, reserved_by
from digest.model import Site
from digest.text.normalize import one_line, storable

LARGEST_PAGE = 5_000_000  # bytes
LONGEST_DELAY = 60.0  # seconds between two requests that a site may want; with more, its pages are left alone
_HTML = ("text/html", "application/xhtml+xml")


class Getter(Protocol):
    """What asks web servers: `digest.ingest.web.client.Client`."""

    async def get(self, url: str, *, headers: Mapping[str, str] = ..., limit: int = ...) -> Answer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A web page as it came; `address` is where it was in the end."""

    url: str
    address: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAway:
    """A page that its site does not want read, and why; nothing of it is kept."""

    url: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A page that could be read for all that its site says, and was not, and why."""

    url: str
    why: str


class Sites:
    """What sites wish, read when it is first needed and a day later again.

    `known` is what is remembered of them, by origin; `changed` is what there is to remember after that.
    """

    def __init__(self, client: Getter, known: Mapping[str, Site], now: datetime) -> None:
        self._client = client
        self._known = dict(known)
        self._reading: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._asking: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._last: dict[str, float] = {}
        self.now = now
        self.changed: dict[str, Site] = {}

    async def of(self, origin: str) -> Site:
        """The site at `origin`; whoever asks for it while it is read waits for that."""
        async with self._reading[origin]:
            site = self._known.get(origin, Site(origin=origin))
            if not is_fresh(site, self.now):
                async with self.turn(origin, 0):
                    site = await read_site(self._client, site, self.now)
                self._keep(site)
            return self._known[origin]

    def reserve(self, origin: str, by: str) -> None:
        """Remember that a page of the site is reserved, and by what."""
        self._keep(replace(self._known.get(origin, Site(origin=origin)), reserved=by, reserved_at=self.now))

    @asynccontextmanager
    async def turn(self, origin: str, delay: float) -> AsyncIterator[None]:
        """Wait until nobody else asks the site for something, and the last request was `delay` seconds ago."""
        clock = asyncio.get_running_loop().time
        async with self._asking[origin]:
            await asyncio.sleep(self._last.get(origin, float("-inf")) + delay - clock())
            try:
                yield
            finally:
                self._last[origin] = clock()

    def _keep(self, site: Site) -> None:
        self._known[site.origin] = self.changed[site.origin] = site


async def read_site(client: Getter, site: Site, now: datetime) -> Site:
    """`site` with its wishes as they are now: robots.txt and, where that lets us ask, tdmrep.json and ai.txt."""
    robots = unreadable = tdmrep = ai = None
    try:
        answer = await client.get(site.origin + "/robots.txt")
        if answer.status // 100 == 2:
            robots = _text(answer.body)
        elif answer.status // 100 != 4 or answer.status == 429:  # a busy server has rules that it could not tell
            unreadable = f"HTTP {answer.status}"
    except NoAnswer as error:
        unreadable = str(error)
    if not unreadable and may_ask(robots, site.origin + "/"):
        tdmrep = await _file(client, site.origin + "/.well-known/tdmrep.json", robots)
        ai = await _file(client, site.origin + "/ai.txt", robots)
    return replace(site, read=now, robots=robots, tdmrep=tdmrep, ai=ai, unreadable=unreadable)


async def read_page(client: Getter, url: str, sites: Sites) -> Page | KeptAway | Unread:
    """The page at `url`. It is not asked for if its site does not want that.

    Where it redirects to, the wishes of that place count too, and a page that says itself that it is reserved is thrown
    away.
    """
    try:
        site = await sites.of(origin_of(url))
        verdict = page_verdict(site, url, PRODUCT, sites.now)
        delay = verdict.crawl_delay or 0.0
        if not verdict.allowed:
            return KeptAway(url=url, why=verdict.why)
        if delay > LONGEST_DELAY:
            return KeptAway(url=url, why=f"robots.txt wants {delay:g} s between requests, longer than a run waits")
        async with sites.turn(site.origin, delay):
            answer = await client.get(url, headers={"Accept": ", ".join(_HTML)}, limit=LARGEST_PAGE)
        return await _judged(answer, url, sites)
    except (NoAnswer, ValueError) as error:  # ValueError: the address is none
        return Unread(url=url, why=one_line(str(error)))


async def _judged(answer: Answer, url: str, sites: Sites) -> Page | KeptAway | Unread:
    """An answer as a page, if it is one, and one that may be read."""
    origin = origin_of(answer.url)
    if answer.hops:
        verdict = page_verdict(await sites.of(origin), answer.url, PRODUCT, sites.now)
        if not verdict.allowed:
            return KeptAway(url=url, why=f"leads to {answer.url}: {verdict.why}")
    media = (answer.header("content-type") or "").partition(";")[0].strip().lower()
    if answer.status != 200:
        return Unread(url=url, why=one_line(f"HTTP {answer.status} {answer.reason}"))
    if media not in _HTML:
        return Unread(url=url, why=f"is no web page, but {one_line(media) or 'of no type'}")
    reserved = reserved_by(answer.headers, answer.body)
    if reserved:
        sites.reserve(origin, reserved)
        return KeptAway(url=url, why=f"is reserved by {reserved}")
    return Page(url=url, address=answer.url, body=answer.body)


async def _file(client: Getter, url: str, robots: str | None) -> str | None:
    """A small text file, or None: to TDMRep and to ai.txt, one that cannot be read says nothing."""
    try:
        answer = await client.get(url) if may_ask(robots, url) else None
    except NoAnswer:
        return None
    return _text(answer.body) if answer and answer.status == 200 else None


def _text(body: bytes) -> str:
    """The text of a file; of a large one, the whole lines that begin it (RFC 9309 §2.5)."""
    cut = body if len(body) <= LARGEST else body[:LARGEST].rpartition(b"\n")[0]
    return storable(decode(cut))

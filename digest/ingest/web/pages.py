"""Addresses of pages in, their bytes out, where nothing speaks against reading them: see `rights`.

I/O, through the client alone. What a page says is read elsewhere, in the sandbox.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from digest.ingest.decode import decode
from digest.ingest.web.answer import Answer, NoAnswer, Unreached
from digest.ingest.web.rights import LARGEST, PRODUCT, Verdict, is_fresh, may_ask, origin_of, page_verdict, reserved_by
from digest.model import Site
from digest.text.normalize import one_line, storable

LARGEST_PAGE = 5_000_000  # bytes
LONGEST_DELAY = 10.0  # seconds between two requests that a site may want; with more, its pages are left alone
_HTML = ("text/html", "application/xhtml+xml")


class Getter(Protocol):
    """What asks web servers: `digest.ingest.web.client.Client`."""

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] = ...,
        limit: int = ...,
        admit: Callable[[str], Awaitable[None]] | None = ...,
    ) -> Answer: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A web page as it came."""

    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAway:
    """A page that its site does not want read, and why; nothing of it is kept, if it was `asked` for at all."""

    why: str
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A page that could be read for all that its site says, and was not, and why; `again`: it may be another time."""

    why: str
    again: bool


class Sites:
    """What sites wish, read when it is first needed and a day later again.

    `known` is what is remembered of them, by origin; `changed` is what there is to remember after that, and `down`
    why some could not be reached in this run: nobody waits for one twice.
    """

    def __init__(self, client: Getter, known: Mapping[str, Site], now: datetime) -> None:
        self._client = client
        self._known = dict(known)
        self._reading: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._asking: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._last: dict[str, float] = {}
        self.now = now
        self.changed: dict[str, Site] = {}
        self.down: dict[str, str] = {}

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
    """The page at `url`. It is not asked for if its site does not want that, nor is what it redirects to.

    A page that says itself that it is reserved is thrown away.
    """
    try:
        site = await sites.of(origin_of(url))
        delay = (await _verdict(sites, url)).crawl_delay or 0.0
        async with sites.turn(site.origin, delay):
            await _verdict(sites, url)  # again: the page before this one may have reserved its site
            if site.origin in sites.down:
                return Unread(why=sites.down[site.origin], again=True)
            answer = await client.get(
                url, headers={"Accept": ", ".join(_HTML)}, limit=LARGEST_PAGE, admit=lambda hop: _admit(sites, hop)
            )
        return _judged(answer, sites)
    except _Kept as error:
        return KeptAway(why=str(error), asked=error.asked)
    except Unreached as error:
        why = sites.down.setdefault(origin_of(url), one_line(str(error)))
        return Unread(why=why, again=True)
    except (NoAnswer, ValueError) as error:  # ValueError: the address is none
        return Unread(why=one_line(str(error)), again=False)


class _Kept(Exception):  # noqa: N818  (what it is, not an error)
    """A page is kept away from us; `asked`: after something was asked for."""

    def __init__(self, why: str, *, asked: bool) -> None:
        super().__init__(why)
        self.asked = asked


async def _verdict(sites: Sites, url: str) -> Verdict:
    """The verdict on a page that may be asked for; _Kept if it may not."""
    verdict = judged(await sites.of(origin_of(url)), url, sites.now)
    if not verdict.allowed:
        raise _Kept(verdict.why, asked=False)
    return verdict


def judged(site: Site, url: str, now: datetime) -> Verdict:
    """The verdict on a page of `site`, as it holds for a run that has other things to do than to wait."""
    verdict = page_verdict(site, url, PRODUCT, now)
    delay = verdict.crawl_delay or 0.0
    if verdict.allowed and delay > LONGEST_DELAY:
        why = f"robots.txt wants {delay:g} s between requests, longer than a run waits"
        return replace(verdict, allowed=False, why=why)
    return verdict


async def _admit(sites: Sites, url: str) -> None:
    """Where a page redirects to, the wishes of that place count too."""
    try:
        await _verdict(sites, url)
    except _Kept as error:
        raise _Kept(f"leads to {url}: {error}", asked=True) from None


def _judged(answer: Answer, sites: Sites) -> Page | KeptAway | Unread:
    """An answer as a page, if it is one, and one that may be read."""
    media = (answer.header("content-type") or "").partition(";")[0].strip().lower()
    if answer.status != 200:
        busy = answer.status == 429 or answer.status >= 500
        return Unread(why=one_line(f"HTTP {answer.status} {answer.reason}"), again=busy)
    if media not in _HTML:
        return Unread(why=f"is no web page, but {one_line(media) or 'of no type'}", again=False)
    reserved = reserved_by(answer.headers, answer.body)
    if reserved:
        sites.reserve(origin_of(answer.url), reserved)
        return KeptAway(why=f"is reserved by {reserved}", asked=True)
    return Page(body=answer.body)


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

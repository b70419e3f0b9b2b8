"""Asks web servers: politely (one at a time, with pauses), patiently only within limits, and only where it may.

It knows nothing of feeds. What a server says is an `Answer`, whatever its status; that it says nothing fit to be one is
`NoAnswer`. Importing this module imports aiohttp, which takes a quarter of a second.
"""

import asyncio
import errno
import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from ssl import SSLContext
from types import TracebackType
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from digest import __version__
from digest.ingest.web.answer import BODY_LIMIT, Answer, Held, Hop, NoAnswer, Unpacker, Unreached, encoding_of
from digest.ingest.web.guard import Guard, Names, Refused, Target
from digest.ingest.web.pace import LONGEST_WAIT, retry_after

REDIRECTS = 5  # that are followed
_REDIRECTED = (301, 302, 303, 307, 308)
_STRAGGLERS = 2  # slow requests that may go on beside each place, so that they hold up nobody
_HEADERS = 100
_HEADER_SIZE = 10_000  # bytes, so that all of them have a megabyte at most
_PERSONAL = frozenset({"authorization", "cookie", "proxy-authorization"})  # never passed on to another origin
_ABSOLUTE = re.compile("[A-Za-z][A-Za-z0-9+.-]*:")
_QUOTED = re.compile(r":?\s*b['\"]")  # where aiohttp begins to quote the server's bytes
_KNOWN_ERRORS = {
    errno.ECONNREFUSED: "connection refused",
    errno.ENETUNREACH: "no network",
    errno.EHOSTUNREACH: "no way to the host",
    errno.ECONNRESET: "hung up",
}


Admit = Callable[[str], Awaitable[None]]


def user_agent(contact: str | None) -> str:
    """Who is asking, and where publishers can complain."""
    return f"Digest/{__version__} (+{contact})" if contact else f"Digest/{__version__}"


class Client:
    """An asynchronous context manager; see `get`.

    `gap` is the least number of seconds between the end of a request and the start of the next to a host, `at_once` the
    number of requests in flight. One that takes longer than `slow` seconds goes on beside them. `connect` and `total`
    are deadlines in seconds by the wall clock, `total` for all hops together, without the time spent waiting its turn.
    `held` tells, by origin, until when a server wants to be left alone. `room` is waited for before each request: the
    caller may still be busy with earlier answers. `tls` and `resolver` replace the system's.
    """

    def __init__(
        self,
        *,
        contact: str | None,
        now: datetime,
        allow: Sequence[str] = (),
        gap: float = 1.0,
        at_once: int = 8,
        held: Mapping[str, datetime] = {},
        connect: float = 10.0,
        total: float = 30.0,
        slow: float = 3.0,
        room: Callable[[], Awaitable[object]] | None = None,
        tls: SSLContext | None = None,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._guard = Guard(allow)
        self._agent = user_agent(contact)
        self._start = now
        self._gap = gap
        self._connect = connect
        self._total = total
        self._room = room
        self._tls = tls
        self._resolver = resolver
        self._places = _Places(at_once, slow)
        self._gates: dict[str, _Gate] = {}
        # A date further ahead was set by a wrong clock.
        self._held = {origin: until for origin, until in held.items() if until - now <= timedelta(seconds=LONGEST_WAIT)}

    async def __aenter__(self) -> "Client":
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()
        self._names = self._resolver or Names(self._places.most)
        self._guarded = self._session(guarded=True)
        self._open = self._session(guarded=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._guarded.close()
        await self._open.close()
        await self._names.close()

    @property
    def holds(self) -> Mapping[str, datetime]:
        """Who wants to be left alone until when, by origin: to be handed to the next client as `held`."""
        return dict(self._held)

    async def get(
        self, url: str, *, headers: Mapping[str, str] = {}, limit: int = BODY_LIMIT, admit: Admit | None = None
    ) -> Answer:
        """The answer to one GET, after at most `REDIRECTS` redirects; `limit` bytes of body, packed or unpacked.

        Each hop is checked, waits its turn at its host and is asked exactly once, if `admit`, which is told where a
        redirect leads, does not raise. NoAnswer for all that goes wrong.
        """
        hops: list[Hop] = []
        left = self._total
        target = self._check(url)
        seen = {target.url}
        while True:
            async with self._turn(target):
                began = self._loop.time()
                answer = await self._ask(target, headers, tuple(hops), limit, left)
                left -= self._loop.time() - began
                self._hold(target, answer)
            if answer.status not in _REDIRECTED:
                return answer
            onward = self._onward(target, answer)
            if onward.url in seen:
                raise NoAnswer("redirects in a circle")
            if len(hops) == REDIRECTS:
                raise NoAnswer(f"redirects more than {REDIRECTS} times")
            if onward.origin != target.origin:
                headers = {name: value for name, value in headers.items() if name.lower() not in _PERSONAL}
            if admit:
                await admit(onward.url)
            seen.add(onward.url)
            hops.append(Hop(status=answer.status, url=onward.url))
            target = onward

    def _session(self, *, guarded: bool) -> aiohttp.ClientSession:
        # One connection a request: what is dialled is checked each time, and no request has to be repeated because a
        # connection that was kept had died.
        connector = aiohttp.TCPConnector(
            limit=0,
            force_close=True,
            ssl=self._tls if self._tls else True,
            resolver=self._names,
            use_dns_cache=False,
            socket_factory=self._guard.socket if guarded else None,
        )
        return aiohttp.ClientSession(
            connector=connector,
            connector_owner=True,
            headers={"User-Agent": self._agent, "Accept-Encoding": "gzip, deflate"},
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, connect=self._connect),
            trust_env=False,
            auto_decompress=False,
            middlewares=(_once,),
            max_line_size=_HEADER_SIZE,
            max_field_size=_HEADER_SIZE,
            max_headers=_HEADERS,
        )

    def _check(self, url: str) -> Target:
        try:
            return self._guard.check(url)
        except Refused as error:
            raise NoAnswer(error.text) from error

    @asynccontextmanager
    async def _turn(self, target: Target) -> AsyncIterator[None]:
        """Its turn at the host, then a place among all; only the turn is held while waiting, so nothing can lock up."""
        gate = self._gates.get(target.gate) or self._gates.setdefault(target.gate, _Gate())
        async with gate.lock:
            self._refuse_held(target)
            wait = gate.opens - self._loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            if self._room:
                await self._room()
            try:
                async with self._places.place():
                    yield
            finally:
                gate.opens = self._loop.time() + self._gap

    def _moment(self) -> datetime:
        return self._start + timedelta(seconds=self._loop.time() - self._began)

    def _refuse_held(self, target: Target) -> None:
        # A host is asked as one, whichever of the two schemes it is asked by.
        asked = [self._held[origin] for origin in (target.origin, target.twin) if origin in self._held]
        until = max(asked, default=None)
        if until and until > self._moment():
            raise Held(until)

    def _hold(self, target: Target, answer: Answer) -> None:
        if answer.status in (429, 503):
            moment = self._moment()
            wait = retry_after(answer, moment)
            if wait:
                self._held[target.origin] = moment + wait

    async def _ask(
        self, target: Target, headers: Mapping[str, str], hops: tuple[Hop, ...], limit: int, left: float
    ) -> Answer:
        session = self._open if target.trusted else self._guarded
        url = URL(target.url, encoded=True)
        try:
            async with (
                asyncio.timeout(left),
                session.get(url, headers=headers, allow_redirects=False) as response,
            ):
                return await _read(response, target.url, hops, limit)
        except aiohttp.ConnectionTimeoutError as error:
            raise Unreached(f"no connection within {self._connect:g} s") from error
        except TimeoutError as error:
            raise Unreached(f"no answer within {self._total:g} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Unreached(_reason(error)) from error

    def _onward(self, target: Target, answer: Answer) -> Target:
        """Where a redirect leads."""
        location = (answer.header("location") or "").strip()
        if not location:
            raise NoAnswer(f"redirects (HTTP {answer.status}) without saying where")
        try:
            # `urljoin` would make something of http:///path too.
            url = location if _ABSOLUTE.match(location) else urljoin(target.url, location)
            onward = self._guard.check(url.replace(" ", "%20"))
        except ValueError:
            raise NoAnswer(f"redirects to what is no address: {location}") from None
        except Refused as error:
            raise NoAnswer(f"redirects to where no request goes; {error.text}") from error
        if target.scheme == "https" and onward.scheme == "http":
            raise NoAnswer(f"redirects from https to http, which is not safe: {onward.url}")
        return onward


class _Gate:
    """Of one host: who holds `lock` asks, from the loop's time `opens` on."""

    __slots__ = ("lock", "opens")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.opens = 0.0


class _Places:
    """Room for so many requests. One that takes longer than `slow` seconds gives its place back and goes on.

    Only so many stragglers at a time may do that; another keeps its place until one of them has ended. So there are
    never more than `most` in flight.
    """

    def __init__(self, at_once: int, slow: float) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._spare = at_once * _STRAGGLERS
        self.most = at_once + self._spare
        self._slow = slow
        self._waiting: deque[Callable[[], None]] = deque()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        await self._free.acquire()
        moved = False

        def move() -> None:
            nonlocal moved
            if self._spare:
                self._spare -= 1
                moved = True
                self._free.release()
            else:
                self._waiting.append(move)

        alarm = asyncio.get_running_loop().call_later(self._slow, move)
        try:
            yield
        finally:
            alarm.cancel()
            if not moved:
                if move in self._waiting:
                    self._waiting.remove(move)
                self._free.release()
            else:
                self._spare += 1
                if self._waiting:
                    self._waiting.popleft()()


async def _once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """aiohttp asks again when a server hangs up without an answer. A server that is in trouble is not asked twice."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientError("hung up without an answer") from error


async def _read(response: aiohttp.ClientResponse, url: str, hops: tuple[Hop, ...], limit: int) -> Answer:
    headers = tuple((name.lower(), value) for name, value in response.headers.items())
    body = b""
    if 200 <= response.status < 300:
        unpacker = Unpacker(encoding_of(headers), limit)
        async for chunk in response.content.iter_any():
            unpacker.feed(chunk)
        body = unpacker.done()
    return Answer(status=response.status, reason=response.reason or "", url=url, hops=hops, headers=headers, body=body)


def _reason(error: Exception) -> str:
    """Why there was no answer, in words for people where it is one of the usual reasons."""
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return f"host not found: {error.host}"
    if isinstance(error, aiohttp.ClientSSLError):
        return f"no secure connection: {_fault_of_tls(error)}"
    if isinstance(error, aiohttp.ClientConnectorError):
        if isinstance(error.os_error, Refused):
            return error.os_error.text
        return _KNOWN_ERRORS.get(error.os_error.errno or 0) or f"no connection: {error.os_error}"
    if isinstance(error, aiohttp.ClientPayloadError | aiohttp.ClientOSError):
        return "broke off in the middle"
    if isinstance(error, aiohttp.ClientResponseError):
        return f"does not speak HTTP as it should: {_QUOTED.split(error.message)[0]}"
    return str(error) or type(error).__name__


def _fault_of_tls(error: aiohttp.ClientSSLError) -> str:
    """In the words of OpenSSL, such as "self-signed certificate", without the line of its source."""
    cause = getattr(error, "certificate_error", None) or error.os_error
    return str(getattr(cause, "verify_message", None) or getattr(cause, "reason", None) or cause)

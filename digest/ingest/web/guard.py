"""Where requests may go: an address is checked before it is asked for, and again, as numbers, when it is dialled.

Names are judged by the very address that the socket is made for, so an answer of DNS that changes between two look-ups
("rebinding") gains nothing.
"""

import asyncio
import re
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from digest.text.hosts import Address, allowed, is_name, is_public, literal

PORTS = {"http": 80, "https": 443}
HINT = "(allow: in feeds.yaml lets local hosts in)"
_BAD = re.compile("[\x00-\x20\x7f-\x9f]")
_AS_IT_IS = "!#$%&'()*+,-./:;=?@[]_~"  # what `quote` leaves alone: an address goes out as it came in


class Refused(OSError):  # noqa: N818  (the word that people read)
    """Where no request goes: `subject` and why. str() is the reason alone.

    Of several addresses of a host aiohappyeyeballs reports the first error only if all read the same.
    """

    def __init__(self, subject: str, reason: str) -> None:
        super().__init__(reason)
        self.subject = subject
        self.reason = reason

    @property
    def text(self) -> str:
        return f"refused: {self.subject} {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A checked address: `url` as it goes out (ASCII, no fragment), its `origin` without a default port, and `gate`,
    its host, with the port if that is neither 80 nor 443. `twin` is the origin of the other scheme on the same host, or
    the same again if the port is another one. `trusted` ones are dialled wherever they lead.
    """

    url: str
    scheme: str
    origin: str
    twin: str
    gate: str
    trusted: bool


class Guard:
    """Lets in what is public and what is on the allow-list (see `digest.text.hosts.allowed`; ValueError)."""

    def __init__(self, allow: Iterable[str] = ()) -> None:
        entries = [allowed(text) for text in allow]
        self._hosts = {(entry.host, entry.port) for entry in entries if entry.host}
        self._networks = tuple(entry.network for entry in entries if entry.network)

    def check(self, url: str) -> Target:
        """What a request to `url` is; Refused for another scheme, port or host than those that are let in."""
        if _BAD.search(url):
            raise Refused("the address", "has spaces or controls in it")
        try:
            parts = urlsplit(url)
            host, port = _host(parts.hostname or ""), parts.port
        except ValueError:
            raise Refused("the address", "is not one of the web") from None
        if parts.scheme not in PORTS:
            raise Refused(f"{parts.scheme or 'no scheme'}:", "is neither http nor https")
        if "@" in parts.netloc:
            raise Refused("the address", "has a user name in it")
        port = PORTS[parts.scheme] if port is None else port
        trusted = self._admit(host, port)
        shown = f"[{host}]" if ":" in host else host
        origin = f"{parts.scheme}://{shown}" + ("" if port == PORTS[parts.scheme] else f":{port}")
        query = "?" + parts.query if parts.query or url.partition("#")[0].endswith("?") else ""
        rest = quote(((parts.path or "/") + query).encode("utf-8", "surrogateescape"), safe=_AS_IT_IS)
        usual = port == PORTS[parts.scheme]
        other = "http" if parts.scheme == "https" else "https"
        return Target(
            url=origin + rest,
            scheme=parts.scheme,
            origin=origin,
            twin=f"{other}://{shown}" if usual else origin,
            gate=shown.removesuffix(".") + ("" if port in PORTS.values() else f":{port}"),
            trusted=trusted,
        )

    def _admit(self, host: str, port: int) -> bool:
        """May `host` be asked at `port`? True if it is on the list itself, and so may lead anywhere."""
        address = literal(host)
        if not (address or is_name(host)):
            raise Refused(host or "the address", "is no host")
        bare = host.removesuffix(".")
        if (bare, port) in self._hosts or (bare, None) in self._hosts:
            return True
        if address and self._within(address):
            return False
        if address and not is_public(address):
            raise Refused(host, f"is not a public address {HINT}")
        if port not in PORTS.values():
            raise Refused(f"port {port}", f"is neither 80 nor 443 {HINT}")
        return False

    def _within(self, address: Address) -> bool:
        return any(address in network for network in self._networks)

    def socket(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for the address that is about to be dialled: aiohttp's `socket_factory`."""
        family, kind, proto, _, dialled = info
        host = str(dialled[0])
        address = ip_address(host.partition("%")[0])
        if not (is_public(address) or self._within(address)):
            raise Refused(host, f"is not a public address {HINT}")
        return socket.socket(family=family, type=kind, proto=proto)


class Names(AbstractResolver):
    """The system's look-up of names, with a thread for each request that may be in flight.

    In the few threads that the event loop has, dead names, which take long, would hold up the living ones.
    """

    def __init__(self, threads: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Addresses as numbers; OSError where there are none."""
        look_up = partial(
            socket.getaddrinfo, host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        return [
            ResolveResult(
                hostname=host, host=str(at[0]), port=int(at[1]), family=kind, proto=proto, flags=socket.AI_NUMERICHOST
            )
            for kind, _, proto, _, at in found
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _host(host: str) -> str:
    """As it is looked up: in lower case, IDNA for what is not ASCII, an address in its one proper spelling."""
    encoded = host if host.isascii() else URL.build(scheme="http", host=host).raw_host or ""
    address = literal(encoded)
    return str(address) if address else encoded

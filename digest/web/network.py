"""Where a request comes from, as far as that can be known, and its network without what tells people apart."""

import hashlib
import hmac
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
_FOUR, _SIX = 24, 64  # bits that are looked at


def client(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The nearest address that no proxy of ours has: X-Forwarded-For is read from its end, and only as far as it is
    written by those.
    """
    hops = [hop.strip() for hop in forwarded.split(",")] if forwarded else []
    known = peer
    while hops and _is_in(known, trusted):
        known = hops.pop()
    return known if _read(known) else peer


def network(address: str) -> str:
    """Its /24, or its /64; "unknown" for what is no address."""
    read = _read(address)
    if read is None:
        return "unknown"
    return str(ip_network(f"{read}/{_FOUR if isinstance(read, IPv4Address) else _SIX}", strict=False))


def network_key(secret: bytes, address: str) -> str:
    """What its network is known by: an HMAC-SHA256 of it, 16 hex digits."""
    return hmac.new(secret, b"network\0" + network(address).encode(), hashlib.sha256).hexdigest()[:16]


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    read = _read(address)
    return read is not None and any(read.version == one.version and read in one for one in networks)


def _read(address: str) -> IPv4Address | IPv6Address | None:
    try:
        read = ip_address(address.strip().removeprefix("[").removesuffix("]").partition("%")[0])
    except ValueError:
        return None
    return (read.ipv4_mapped or read) if isinstance(read, IPv6Address) else read

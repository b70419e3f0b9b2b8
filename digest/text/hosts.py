"""Hosts and addresses: which are public, and what an allow-list may name. Nothing is looked up."""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

ALLOWED = "a host name, an address or a network, such as intranet, intranet:8080, 127.0.0.1, [::1]:8080 or 10.0.0.0/8"

# The IANA special-purpose registries (RFC 6890), multicast and what is reserved: spelled out, because what `ipaddress`
# calls private or global depends on the version of Python.
_SPECIAL_4 = tuple(
    map(
        IPv4Network,
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24"
        " 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24"
        " 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4".split(),
    )
)
# Only this is global unicast (RFC 4291), so that mapped addresses, NAT64, fc00::/7, fe80::/10 and ff00::/8 are out.
# Within it are protocols (Teredo, ORCHID, benchmarks), documentation, 6to4 and AS112.
_UNICAST_6 = IPv6Network("2000::/3")
_SPECIAL_6 = tuple(map(IPv6Network, "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20".split()))

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_ENTRY = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]+)(?::([0-9]{1,5}))?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """An entry of an allow-list: a `host` (a name in lower case, or an address) or a `network`; `port` None is any."""

    host: str | None = None
    network: Network | None = None
    port: int | None = None


def is_public(address: Address) -> bool:
    """Is it one that the internet at large leads to?"""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_4)
    return address in _UNICAST_6 and not any(address in network for network in _SPECIAL_6)


def literal(host: str) -> Address | None:
    """The address that `host` is, without brackets and in its one proper spelling; None for a name."""
    if "%" in host or not (":" in host or host[-1:].isdigit()):  # the latter only because it is quick
        return None
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_name(host: str) -> bool:
    """Could DNS know it? In lower case and ASCII.

    A name never ends in a number: resolvers take 2130706433, 0x7f.1 and 127.1 for addresses, and WHATWG's URL
    standard, "ends in a number", does so too.
    """
    labels = host.removesuffix(".").split(".")
    fits = len(host) <= 253 and all(_LABEL.fullmatch(label) for label in labels)
    return fits and not _NUMBER.fullmatch(labels[-1])


def allowed(text: str) -> Allowed:
    """An entry of an allow-list; ValueError says what may be one."""
    entry = text.lower()
    address = literal(entry)
    if address:
        return Allowed(host=str(address))
    try:
        return Allowed(network=ip_network(entry)) if "/" in entry else _host_and_port(entry)
    except ValueError as error:
        raise ValueError(ALLOWED) from error


def _host_and_port(entry: str) -> Allowed:
    match = _ENTRY.fullmatch(entry)
    if not match:
        raise ValueError(entry)
    host, port = match[1].strip("[]"), int(match[2] or 0)
    address = literal(host)
    if not (address or (host == match[1] and is_name(host))) or (match[2] and not 0 < port < 65536):
        raise ValueError(entry)
    return Allowed(host=str(address or host.removesuffix(".")), port=port or None)


def allow_entry(text: str) -> bool:
    """May an allow-list have it? See `ALLOWED`."""
    try:
        allowed(text)
    except ValueError:
        return False
    return True

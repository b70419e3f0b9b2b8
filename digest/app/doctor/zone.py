"""DNS, asked or read from a file (RFC 1035 section 5)."""

import ipaddress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

import dns.exception
import dns.rdatatype
import dns.resolver
import dns.reversename
import dns.zonefile

from digest.errors import DigestError

_PATIENCE = 5.0  # seconds for an answer


class UnansweredError(DigestError):
    """DNS did not say whether there is such a record."""


class Names(Protocol):
    """Records of a kind (TXT, A, AAAA, MX, PTR) of a name, as text, in order; none if there are none."""

    def records(self, name: str, kind: str) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Zone:
    """Records from a file; names count from the root unless it has an $ORIGIN."""

    known: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Zone":
        try:
            sets = dns.zonefile.read_rrsets(path.read_text("utf-8"), default_ttl=3600, origin=".", rdclass=None)
        except OSError as error:
            raise DigestError(str(path), error.strerror or "cannot be read", "check the path") from None
        except (dns.exception.DNSException, ValueError) as error:
            raise DigestError(str(path), f"is no zone: {error}", "write it as RFC 1035 section 5 says") from None
        named = ((one.name.to_text(omit_final_dot=True).lower(), one) for one in sets)
        return cls({(name, dns.rdatatype.to_text(one.rdtype)): _texts(one) for name, one in named})

    def records(self, name: str, kind: str) -> tuple[str, ...]:
        return self.known.get((name.rstrip(".").lower(), kind), ())


class Live:
    """The system's resolver; every question is asked once."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None) -> None:
        self._resolver = resolver
        self.records = cache(self._records)

    def _records(self, name: str, kind: str) -> tuple[str, ...]:
        try:
            resolver = self._resolver or dns.resolver.get_default_resolver()
            return _texts(resolver.resolve(name, kind, lifetime=_PATIENCE, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError) as error:  # no resolver is configured, too
            reason = f"is not known: DNS does not answer ({type(error).__name__})"
            raise UnansweredError(f"{name} {kind}", reason, "check the network, or say --offline") from None


def _texts(records: object) -> tuple[str, ...]:
    """Strings of a TXT record are one text; names have no dot at their end."""
    said = []
    for record in records:  # type: ignore[attr-defined]
        strings = getattr(record, "strings", None)
        text = b"".join(strings).decode("utf-8", "replace") if strings else record.to_text()
        said.append(text if strings else text.rstrip("."))
    return tuple(sorted(said))


def reverse(address: str) -> str:
    """The name under which DNS has what an address is called."""
    return dns.reversename.from_address(str(ipaddress.ip_address(address))).to_text(omit_final_dot=True)

"""Messages signed with DKIM (RFC 6376), by several processes, ahead of the connection that sends them.

A signature takes longer than a message takes on the wire, and a process of Python makes one at a time.
"""

import logging
import os
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Self

import dkim

from digest.deliver.mail.envelope import Envelope
from digest.errors import ConfigError

# RFC 8058 demands the two of List-Unsubscribe; From stands twice, so that no second one can be added (section 8.15).
SIGNED = (
    "From", "From", "To", "Subject", "Date", "Message-ID", "List-ID", "List-Unsubscribe", "List-Unsubscribe-Post",
    "MIME-Version", "Content-Type", "Auto-Submitted", "Precedence",
)  # fmt: skip
_HEADERS = [name.lower().encode() for name in SIGNED]
PROCESSES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who signs: the domain, and which of its keys. `key` is the private one, in PEM, and is not shown."""

    domain: str
    selector: str
    key: bytes

    def __repr__(self) -> str:
        return f"Identity({self.selector}._domainkey.{self.domain})"


def signature(data: bytes, identity: Identity) -> bytes:
    """The DKIM-Signature of a message, as a header; ConfigError if the key is none."""
    try:
        made = dkim.sign(
            data,
            identity.selector.encode(),
            identity.domain.encode(),
            identity.key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=_HEADERS,
            logger=_logger,
        )
    except (dkim.DKIMException, ValueError, TypeError) as error:
        named = f"{identity.selector}._domainkey.{identity.domain}"
        raise ConfigError(f"mail.dkim ({named})", f"cannot sign: {type(error).__name__}", _HINT) from None
    return bytes(made)


_HINT = "key: must refer to an RSA key in PEM, such as `openssl genrsa -traditional 2048` makes"


class Signer:
    """Processes that sign; to be closed. `ahead` is how many messages keep them all busy."""

    def __init__(self, identity: Identity, processes: int = 0) -> None:
        signature(b"From: a@example.org\r\n\r\n", identity)  # a key that is none is told at once
        processes = processes or PROCESSES
        self.ahead = 3 * processes
        # Not forked: this process has threads, and they would be copied in the middle of what they do.
        self._pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (identity,))

    def sign(self, envelope: Envelope) -> "Signed":
        return Signed(envelope=envelope, signature=self._pool.submit(_sign, envelope.data))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A message and its signature, which is being made."""

    envelope: Envelope
    signature: "Future[bytes]"

    def result(self) -> Envelope:
        return replace(self.envelope, data=self.signature.result() + self.envelope.data)


_identity: Identity  # of a signing process


def _begin(identity: Identity) -> None:
    global _identity
    _identity = identity


def _sign(data: bytes) -> bytes:
    return signature(data, _identity)

"""A request to a program elsewhere that wants to know of each issue."""

import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import ip_address
from queue import Empty, SimpleQueue
from threading import Thread
from time import sleep
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field

from digest import __version__
from digest.errors import DigestError
from digest.model import Artifact, Issue
from digest.plugins import Secret
from digest.text.hosts import is_public

_PORTS = {"https": 443, "http": 80}
_AGAIN = (408, 425, 429)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """POST to `url` what the issue is, and which files it has, as JSON.

    With a `secret` (`env:NAME` or `file:PATH`) the header X-Digest-Signature has `sha256=` and the HMAC-SHA256 of the
    body, in hex. X-Digest-Delivery is the same for the same body, so that a receiver knows what it has had. The request
    goes to a public address by https; `local` allows http and addresses of the own network. No redirect is followed. It
    has `timeout` seconds, and is made `retries` times again, after `wait` seconds and then twice as long each time.
    """

    url: Annotated[str, Field(pattern=r"^https?://\S+$")]
    secret: Secret | None = None
    local: bool = False
    timeout: Annotated[float, Field(gt=0, le=60)] = 10.0
    retries: Annotated[int, Field(ge=0, le=5)] = 2
    wait: Annotated[float, Field(ge=0, le=60)] = 1.0

    def __call__(self, issue: Issue, artifacts: Sequence[Artifact]) -> int:
        body = json.dumps(_told(issue, artifacts), ensure_ascii=False, sort_keys=True).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"Digest/{__version__}",
            "X-Digest-Delivery": hashlib.sha256(body).hexdigest()[:32],
        }
        if self.secret:
            signature = hmac.new(self.secret.read().encode(), body, hashlib.sha256).hexdigest()
            headers["X-Digest-Signature"] = f"sha256={signature}"
        where = _Where.of(self.url, local=self.local)
        for attempt in range(self.retries + 1):
            sleep(self.wait * 2 ** (attempt - 1) if attempt else 0)
            again, failure = self._post(where, body, headers)
            if not failure:
                return len(artifacts)
            if not again:
                break
        raise DigestError(
            where.shown, f"was not told of {issue.edition} {issue.id}: {failure}", "it is told at the next build"
        )

    def _post(self, where: "_Where", body: bytes, headers: dict[str, str]) -> tuple[bool, str]:
        """May it be tried again, and what went wrong, if anything.

        In a thread of its own, which may be left alone: a server that drips outlives every limit of a socket.
        """
        answers: SimpleQueue[tuple[bool, str]] = SimpleQueue()
        Thread(target=lambda: answers.put(_request(where, body, headers, self.timeout)), daemon=True).start()
        try:
            return answers.get(timeout=self.timeout)
        except Empty:
            return True, f"no answer in {self.timeout:g} seconds"


def _told(issue: Issue, artifacts: Sequence[Artifact]) -> dict[str, Any]:
    return {
        "event": "issue",
        "edition": issue.edition,
        "issue": issue.id,
        "number": issue.number,
        "title": issue.title,
        "language": issue.language,
        "at": issue.at.isoformat(),
        "url": issue.url,
        "stories": [brief.title for brief in issue.briefs],
        "files": [
            {
                "path": artifact.path,
                "type": artifact.media_type,
                "bytes": len(artifact.content),
                "sha256": hashlib.sha256(artifact.content).hexdigest(),
            }
            for artifact in artifacts
        ],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Where:
    """An address that may be asked: its path may have a secret in it and is not shown."""

    scheme: str
    host: str
    port: int
    target: str
    local: bool

    @classmethod
    def of(cls, url: str, *, local: bool) -> "_Where":
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").encode("idna").decode(), parts.port
        except (ValueError, UnicodeError):
            raise DigestError(
                "webhook", "its url is no address of the web", "write it like https://example.org/hook"
            ) from None
        if not host or "@" in parts.netloc or not url.isascii() or not url.isprintable():
            raise DigestError(
                "webhook", "its url is no plain address", "leave out user names and characters beyond ASCII"
            )
        if parts.scheme != "https" and not local:
            raise DigestError(host, "would be told in clear", "use https, or set local: true for a host of your own")
        port = port or _PORTS[parts.scheme]
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(scheme=parts.scheme, host=host, port=port, target=target, local=local)

    @property
    def shown(self) -> str:
        return f"webhook {self.host}:{self.port}"


class _Connection(HTTPConnection):
    """To an address that was looked at before it is dialled: what DNS says the next time does not matter."""

    def __init__(self, where: _Where, timeout: float) -> None:
        super().__init__(where.host, where.port, timeout=timeout)
        self._where = where

    def connect(self) -> None:
        where, failure = self._where, OSError("has no address")
        for family, kind, proto, _, address in socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM):
            if not where.local and not is_public(ip_address(str(address[0]).partition("%")[0])):
                failure = PermissionError("is not a public address (local: true lets it in)")
                continue
            plain = socket.socket(family, kind, proto)
            try:
                plain.settimeout(self.timeout)
                plain.connect(address)
                secure = where.scheme == "https"
                context = ssl.create_default_context() if secure else None
                self.sock = context.wrap_socket(plain, server_hostname=where.host) if context else plain
                return
            except OSError as error:
                plain.close()
                failure = error
        raise failure


def _request(where: _Where, body: bytes, headers: dict[str, str], timeout: float) -> tuple[bool, str]:
    connection = _Connection(where, timeout)
    try:
        connection.request("POST", where.target, body, headers)
        status = connection.getresponse().status
    except (PermissionError, ssl.SSLCertVerificationError) as error:
        return False, getattr(error, "verify_message", None) or str(error)
    except (OSError, HTTPException, ValueError) as error:
        return True, str(error) or type(error).__name__
    finally:
        connection.close()
    return status in _AGAIN or status >= 500, "" if 200 <= status < 300 else f"it answered {status}"

"""What only the network can tell: certificates, and whether the clock is right."""

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from time import monotonic
from urllib.parse import urlsplit

from digest.app.doctor.finding import Finding, must, note, ok
from digest.config import Config, Mail

_TIMEOUT = 10.0  # seconds
_SOON = 14  # days
_OFF = 60  # seconds that a clock may be off


def certificates(mail: Mail | None, web: str | None, now: datetime) -> Iterator[Finding]:
    """Of the mail server, and of the public address."""
    if mail and mail.security != "none":
        yield _certificate(f"{mail.host}:{mail.port}", lambda: _of_mail(mail), now)
    parts = urlsplit(web or "")
    if parts.scheme == "https" and parts.hostname:
        host, port = parts.hostname, parts.port or 443
        yield _certificate(f"{host}:{port}", lambda: _of_web(host, port), now)


def _certificate(subject: str, ask: Callable[[], datetime], now: datetime) -> Finding:
    try:
        ends = ask()
    except ssl.SSLCertVerificationError as error:
        text, hint = f"cannot be trusted: {error.verify_message}", "renew it; the host must be the name in it"
    except (OSError, smtplib.SMTPException, ValueError) as error:
        text, hint = f"could not be looked at: {error}", "check host, port and network"
    else:
        days = (ends - now).days
        if days >= _SOON:
            return ok("certificates", subject, f"good for {days} days")
        text, hint = f"ends in {days} days, on {ends:%Y-%m-%d}", "renew it, and see why that was not done by itself"
    return must("certificates", subject, text, hint)


def _of_mail(mail: Mail) -> datetime:
    context = ssl.create_default_context()
    if mail.security == "tls":
        with smtplib.SMTP_SSL(mail.host, mail.port, timeout=_TIMEOUT, context=context) as server:
            return _end(server.sock)
    with smtplib.SMTP(mail.host, mail.port, timeout=_TIMEOUT) as server:
        server.starttls(context=context)
        return _end(server.sock)


def _of_web(host: str, port: int) -> datetime:
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), timeout=_TIMEOUT) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        return _end(secure)


def _end(connection: object) -> datetime:
    found = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
    if not found:
        raise ValueError("there is no certificate")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(found["notAfter"])), UTC)


def clock(config: Config, now: datetime) -> Iterator[Finding]:
    """Held against what the server of the first feed says: mail with a wrong date is taken for spam."""
    feed = next((feed for edition in config.editions for feed in edition.feeds), None)
    if feed is None:
        yield note("clock", "clock", "there is no feed whose server could be asked")
        return
    host = urlsplit(feed.url).netloc
    try:
        theirs, waited = _date(feed.url)
    except (OSError, HTTPException, ValueError, TypeError) as error:
        yield note("clock", "clock", f"{host} could not be asked: {error}")
        return
    off = abs((theirs - now).total_seconds())
    if off > _OFF + waited:
        text, hint = f"is {off:,.0f} seconds off what {host} says", "turn on time synchronisation"
        yield must("clock", "clock", text, hint)
    else:
        yield ok("clock", "clock", f"as {host} has it")


def _date(url: str) -> tuple[datetime, float]:
    """What a server takes for the time, and how many seconds it took to say so."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_TIMEOUT)
    began = monotonic()
    try:
        connection.request("HEAD", "/")
        said = connection.getresponse().getheader("Date")
    finally:
        connection.close()
    return parsedate_to_datetime(said or "").astimezone(UTC), monotonic() - began

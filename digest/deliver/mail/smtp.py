"""SMTP to one mail server (RFC 5321), over TLS that is verified, with a time limit on every step."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass

from digest.config import Mail
from digest.deliver.mail.envelope import Envelope
from digest.deliver.mail.link import DroppedError
from digest.deliver.mail.replies import Reply, Step, fate
from digest.errors import DigestError, MailError

_CONNECT = 30.0  # seconds (RFC 5321 section 4.5.3.2 has five minutes for most steps, and ten for the end of a message)
_END = 2  # times the limit of other steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A mail server to connect to. `hello` is how we introduce ourselves."""

    mail: Mail
    password: str | None
    hello: str

    def __repr__(self) -> str:
        return f"Server({self.mail.host}:{self.mail.port})"

    def connect(self) -> "Smtp":
        """A link that is ready for messages. DroppedError if it may work later, MailError if not as it is set up."""
        mail, context = self.mail, ssl.create_default_context()
        limit = min(_CONNECT, mail.timeout)
        smtp: smtplib.SMTP | None = None
        try:
            if mail.security == "tls":
                smtp = smtplib.SMTP_SSL(mail.host, mail.port, self.hello, timeout=limit, context=context)
            else:
                smtp = smtplib.SMTP(mail.host, mail.port, self.hello, limit)
            self._begin(smtp, context)
            return Smtp(smtp, mail)
        except BaseException as error:
            if smtp:
                smtp.close()
            if isinstance(error, ssl.SSLCertVerificationError):
                reason = f"has a certificate that cannot be trusted: {error.verify_message}"
                raise self._refuses(reason, _CERTIFICATE) from None
            if isinstance(error, smtplib.SMTPConnectError):
                raise self._refused("connect", error.smtp_code, error.smtp_error) from None
            if isinstance(error, OSError | smtplib.SMTPException):
                raise DroppedError("connect", f"{mail.host}:{mail.port}: {_reason(error)}") from None
            raise

    def _begin(self, smtp: smtplib.SMTP, context: ssl.SSLContext) -> None:
        mail = self.mail
        if smtp.sock:
            smtp.sock.settimeout(mail.timeout)
        self._must("hello", *smtp.ehlo())
        if mail.security == "starttls":
            if not smtp.has_extn("starttls"):
                raise self._refuses("offers no STARTTLS", "set security: tls, or ask who runs it for the right port")
            self._must("tls", *smtp.starttls(context=context))
            self._must("hello", *smtp.ehlo())
        if mail.user and self.password:
            self._log_in(smtp, mail.user, self.password)

    def _log_in(self, smtp: smtplib.SMTP, user: str, password: str) -> None:
        if not isinstance(smtp.sock, ssl.SSLSocket):
            raise self._refuses("would see the password in clear", "set security: starttls or tls")
        try:
            smtp.login(user, password)
        except smtplib.SMTPNotSupportedError:
            raise self._refuses("takes no password", "leave user: and password: out, or use another port") from None
        except smtplib.SMTPAuthenticationError as error:
            raise self._refused("auth", error.smtp_code, error.smtp_error) from None
        except smtplib.SMTPException:  # its text may have what was said, and that is a secret
            raise self._refuses("does not let us log in", "check user: and password:") from None

    def _must(self, step: Step, code: int, said: bytes | str) -> None:
        if not 200 <= code < 300:
            raise self._refused(step, code, said)

    def _refused(self, step: Step, code: int, said: bytes | str) -> DigestError:
        reply = Reply(step=step, code=code, text=_text(said))
        if fate(reply) == "stop":
            hint = "check user: and password:" if step == "auth" else "ask who runs the mail server"
            return self._refuses(f"answers {code} {reply.shown()}", hint)
        return DroppedError(step, f"{self.mail.host}:{self.mail.port}: answers {code} {reply.shown()}")

    def _refuses(self, reason: str, hint: str) -> MailError:
        return MailError(f"mail server {self.mail.host}:{self.mail.port}", reason, hint)


_SLOW = "no answer in time"
_CERTIFICATE = "host: must be the name in its certificate; for a private authority, set SSL_CERT_FILE"


class Smtp:
    """A connection on which messages go out: see `Link`."""

    def __init__(self, smtp: smtplib.SMTP, mail: Mail) -> None:
        self.utf8 = bool(smtp.has_extn("smtputf8"))
        self._smtp = smtp
        self._timeout = mail.timeout
        self._together = bool(smtp.has_extn("pipelining"))  # RFC 2920
        self._recipient = ""

    def offer(self, envelope: Envelope) -> None:
        options = " SMTPUTF8" if envelope.utf8 else ""
        self._recipient = f"RCPT TO:<{envelope.recipient}>"
        said = f"MAIL FROM:<{envelope.sender}>{options}"
        self._write("sender", f"{said}\r\n{self._recipient}\r\n" if self._together else f"{said}\r\n")

    def answers(self) -> Reply | None:
        sender = self._reply("sender")
        if not self._together:
            if sender.code >= 300:
                return self._taken_back(sender)
            self._write("recipient", f"{self._recipient}\r\n")
        recipient = self._reply("recipient")
        refused = next((reply for reply in (sender, recipient) if not 200 <= reply.code < 300), None)
        return self._taken_back(refused) if refused else None

    def data(self) -> Reply | None:
        self._write("data", "DATA\r\n")
        reply = self._reply("data")
        return None if reply.code == 354 else self._taken_back(reply)

    def body(self, envelope: Envelope) -> None:
        self._write("data", stuffed(envelope.data))

    def outcome(self) -> Reply:
        self._limit(self._timeout * _END)
        reply = self._reply("message")
        self._limit(self._timeout)
        return reply

    def reset(self) -> None:
        self.answers()
        self._take_back()

    def close(self) -> None:
        try:
            self._limit(5.0)
            self._smtp.quit()
        except (OSError, smtplib.SMTPException):
            self._smtp.close()

    def _taken_back(self, refused: Reply) -> Reply:
        """After a refusal the transaction is taken back; 421 says that the server hangs up itself."""
        if refused.code == 421:
            self._smtp.close()
        else:
            with suppress(DroppedError):  # the next message will see that
                self._take_back()
        return refused

    def _take_back(self) -> None:
        self._write("sender", "RSET\r\n")
        self._reply("sender")

    def _limit(self, seconds: float) -> None:
        if self._smtp.sock:
            self._smtp.sock.settimeout(seconds)

    def _write(self, step: Step, data: str | bytes) -> None:
        try:
            self._smtp.send(data.encode() if isinstance(data, str) else data)
        except (OSError, smtplib.SMTPException) as error:
            raise _dropped(step, error) from None

    def _reply(self, step: Step) -> Reply:
        try:
            code, text = self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise _dropped(step, error) from None
        return Reply(step=step, code=code, text=_text(text))


def stuffed(data: bytes) -> bytes:
    """A message as it travels (RFC 5321 section 4.5.2), with its end."""
    if data.startswith(b"."):
        data = b"." + data
    return data.replace(b"\r\n.", b"\r\n..") + (b".\r\n" if data.endswith(b"\r\n") else b"\r\n.\r\n")


def _text(said: bytes | str) -> str:
    return said if isinstance(said, str) else said.decode("utf-8", "replace")


def _dropped(step: Step, error: Exception) -> DroppedError:
    reason = _reason(error)
    return DroppedError(step, reason, slow=reason == _SLOW)


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return _SLOW
    return str(getattr(error, "strerror", None) or error) or "the connection broke"

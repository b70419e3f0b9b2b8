"""The shape of `mail:` in `feeds.yaml`, and what it says. Secrets are references there: `env:NAME` or `file:PATH`."""

import re
from datetime import timedelta
from ipaddress import ip_address
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WrapValidator, model_validator
from pydantic_core import PydanticCustomError

from digest.config.records import Dkim, Mail, Rate

_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:\S.*")
_RATE = re.compile(r"([1-9][0-9]{0,5}) per (second|minute|hour)")
_SPAN = re.compile(r"([1-9][0-9]{0,2}) (minute|hour|day)s?")
_HOST = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_-]+)*\.?|\[?[0-9A-Fa-f:.]+\]?"
)
_ADDRESS = re.compile(r"[A-Za-z0-9_-]{1,12}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_SECONDS = {"second": 1.0, "minute": 60.0, "hour": 3600.0}
SECRET = "kept-secret"  # noqa: S105  # the type of an error whose input must not be shown
PORTS = {"starttls": 587, "tls": 465, "none": 25}


def _as(pattern: re.Pattern[str], allowed: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(allowed)
        return value

    return AfterValidator(check)


def _referred(value: Any, _: Any) -> str:
    """A reference to a secret. What is none may be the secret itself: it must not come back in the refusal."""
    if isinstance(value, str) and _REFERENCE.fullmatch(value):
        return value
    allowed = "env:NAME or file:PATH, which say where the secret is; the secret itself may not stand here"
    raise PydanticCustomError(SECRET, "{allowed}", {"allowed": allowed})


Secret = Annotated[str, WrapValidator(_referred)]
_RateText = Annotated[str, _as(_RATE, "a number and a time, such as 5 per second, 60 per minute or 500 per hour")]
_SpanText = Annotated[str, _as(_SPAN, "a number and a unit, such as 48 hours, 2 days or 30 minutes")]
_BounceAddress = Annotated[str, _as(_ADDRESS, "such as bounce@example.org, with 12 letters at most before the @")]
_HostName = Annotated[str, _as(_HOST, "the name or the address of a mail server, such as smtp.example.org")]
_Line = Annotated[str, AfterValidator(lambda value: value if value.strip() and value.isprintable() else _no_line())]


def _no_line() -> str:
    raise ValueError("text on one line")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class DkimSchema(_Strict):
    domain: _HostName
    selector: _HostName
    key: Secret


class MailSchema(_Strict):
    host: _HostName
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: _Line | None = None
    password: Secret | None = None
    hello: _HostName | None = None
    timeout: float = Field(default=300, ge=1, le=3600)
    rate: _RateText | None = None
    per_domain: _RateText | None = None
    connections: int = Field(default=1, ge=1, le=20)
    per_connection: int = Field(default=100, ge=1, le=100_000)
    on_uncertain: Literal["skip", "resend"] = "skip"
    give_up: _SpanText = "48 hours"
    bounces: _BounceAddress | None = None
    dkim: DkimSchema | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.security == "none" and not _loopback(self.host):
            raise ValueError("security: starttls or tls; none is for a server on this machine only (127.0.0.1)")
        if bool(self.user) != bool(self.password):
            raise ValueError("user: and password: together, or neither")
        if self.user and self.security == "none":
            raise ValueError("security: starttls or tls with user: and password:, which never travel in clear")
        return self


def _loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.rstrip(".").lower() == "localhost"


def mail_of(said: MailSchema) -> Mail:
    number, unit = said.give_up.split(" ")
    return Mail(
        host=said.host.strip("[]"),
        port=said.port or PORTS[said.security],
        security=said.security,
        user=said.user,
        password=said.password,
        hello=said.hello,
        timeout=said.timeout,
        rate=_rate(said.rate),
        per_domain=_rate(said.per_domain),
        connections=said.connections,
        per_connection=said.per_connection,
        resend=said.on_uncertain == "resend",
        give_up=timedelta(**{unit.rstrip("s") + "s": int(number)}),
        bounces=said.bounces,
        dkim=Dkim(domain=said.dkim.domain, selector=said.dkim.selector, key=said.dkim.key) if said.dkim else None,
    )


def _rate(said: str | None) -> Rate | None:
    found = _RATE.fullmatch(said) if said else None
    return Rate(count=int(found[1]), seconds=_SECONDS[found[2]]) if found else None

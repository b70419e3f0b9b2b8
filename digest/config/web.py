"""The shape of `web:` in `feeds.yaml`: where `digest serve` is reached, and by whom it lets itself be told more."""

import re
from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from digest.config.records import Web

_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,300}")


def _root(value: str) -> str:
    """The address of a host, to which paths can be added."""
    try:
        parts = urlsplit(value)
        plain = value.isascii() and value.isprintable() and " " not in value and "@" not in parts.netloc
        fits = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        plain = fits = False
    if not plain or not fits or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("the public address of a host, without a path, such as https://news.example.org")
    return value


def _network(value: str) -> str:
    try:
        ip_network(value)
    except ValueError:
        raise ValueError("an address or a network, such as 127.0.0.1 or 10.0.0.0/8") from None
    return value


def _gone(value: str) -> str:
    if not _PATH.fullmatch(value) or ".." in value:
        raise ValueError("a path in out/, such as weekly/2026-11-20/ or weekly/stories/3f0e9c81a7d2b654.html")
    return value


class WebSchema(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    url: Annotated[str, AfterValidator(_root)]
    host: str = Field(default="127.0.0.1", pattern=r"^[A-Za-z0-9.:-]{1,253}$")
    port: int = Field(default=8600, ge=1, le=65535)
    trusted_proxies: list[Annotated[str, AfterValidator(_network)]] = []
    gone: list[Annotated[str, AfterValidator(_gone)]] = []


def web_of(said: WebSchema) -> Web:
    """What the file says."""
    return Web(
        url=said.url.rstrip("/"),
        host=said.host,
        port=said.port,
        trusted_proxies=tuple(said.trusted_proxies),
        gone=tuple(said.gone),
    )

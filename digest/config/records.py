"""What `feeds.yaml` says, checked and frozen."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from digest.model import Feed
from digest.plugins import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A publisher of an edition, with its feeds and its seed files (globs, relative to `feeds.yaml`)."""

    name: str
    feeds: tuple[Feed, ...]
    files: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A configured series of issues. `files` are seed files whose outlet is not configured."""

    id: str
    title: str
    language: str
    timezone: str
    window: timedelta
    url: str | None
    sender: str | None
    outlets: tuple[Outlet, ...]
    files: tuple[str, ...]
    stories: int
    sentences: int
    formats: tuple[str, ...]
    channels: tuple[Choice, ...]
    clusterer: Choice
    summarizer: Choice
    stance: Choice

    @property
    def feeds(self) -> tuple[Feed, ...]:
        return tuple(feed for outlet in self.outlets for feed in outlet.feeds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """How the network is used: hosts that may be local, seconds between two requests to a host, requests at once."""

    allow: tuple[str, ...]
    gap: float
    at_once: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """`feeds.yaml`, checked. `store` is a database URL; relative paths in it count from the file's folder.

    `contact` is an address where publishers learn who is asking.
    """

    path: Path
    store: str
    contact: str | None
    network: Network
    editions: tuple[Edition, ...]

    @property
    def folder(self) -> Path:
        return self.path.parent

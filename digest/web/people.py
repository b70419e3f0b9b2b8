"""Who can be subscribed to what, and what can be done about it: what the pages for subscribers need of others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from digest.mailing import Ask, Limit, Subscriber


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An edition that people can subscribe to. `language` is its own."""

    edition: str
    title: str
    language: str
    topics: tuple[str, ...]
    address: str | None


class Says(Protocol):
    """The words of a language."""

    @property
    def language(self) -> str: ...

    def say(self, message: str, **values: object) -> str: ...


class People(Protocol):
    """Those who subscribe: see `digest.store.subscribers`. Called from several threads."""

    def take(self, ask: Ask, limits: Sequence[Limit]) -> bool: ...

    def of(self, id: str) -> Subscriber | None: ...

    def confirm(self, id: str, asked: str, now: datetime) -> Subscriber | None: ...

    def leave(self, id: str, now: datetime) -> Subscriber | None: ...

    def choose(self, id: str, language: str | None, topics: Sequence[str]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the pages are made of. `words` are by language, English among them.

    `asked` is told when there is something to answer; `about` gives all that is known of a subscriber; `erase` forgets
    one; `health` says how things are, and raises if they are bad.
    """

    offers: Mapping[str, Offer]
    words: Mapping[str, Says]
    people: People
    secrets: Sequence[bytes]
    clock: Callable[[], datetime]
    asked: Callable[[], None]
    about: Callable[[Subscriber], dict[str, Any]]
    erase: Callable[[Subscriber], None]
    health: Callable[[], dict[str, Any]]

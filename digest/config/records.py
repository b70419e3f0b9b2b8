"""What `feeds.yaml` says, checked and frozen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from digest.model import Article, Feed, Label
from digest.plugins import Choice
from digest.schedule import Schedule
from digest.text.licences import called, forbids
from digest.text.people import folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A publisher of an edition, with its feeds and its seed files (globs, relative to `feeds.yaml`).

    `weight` is how much its voice counts when stories are ranked.
    """

    name: str
    feeds: tuple[Feed, ...]
    files: tuple[str, ...]
    language: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What an article is about: it has one of the words, of its feed's categories, or of the outlets.

    In `words`, `*` stands for the rest of a word. Nothing is told apart by capitals.
    """

    words: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.categories or self.outlets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A part of an issue: a heading, what stands under it (all that is left, if the rule is empty), and how much."""

    name: str
    rule: Rule = Rule()
    stories: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each term counts when stories are ranked: see `digest.edit.rank`."""

    origins: float = 3.0
    size: float = 1.0
    recency: float = 1.0
    spread: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoting:
    """How much of an outlet a story may quote, in sentences and in words, headlines aside; None is without limit."""

    sentences: int | None = 2
    words: int | None = 60

    @property
    def nothing(self) -> bool:
        return 0 in (self.sentences, self.words)

    def allows(self, other: "Quoting") -> bool:
        """Does it allow all that the other one does?"""
        pairs = ((self.sentences, other.sentences), (self.words, other.words))
        return all(own is None or (limit is not None and own >= limit) for own, limit in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """How much may be quoted: `default`, but of some outlets, by name, another amount.

    `reserved` are the articles, by id, whose publisher is known to reserve text and data mining, each with what says
    so; what the edition says of an outlet goes before, if it allows no less than `default`. A `commercial` edition
    quotes nothing whose licence forbids it.
    """

    default: Quoting = Quoting()
    outlets: tuple[tuple[str, Quoting], ...] = ()
    commercial: bool = False
    reserved: Mapping[str, str] = field(default_factory=dict)

    def of(self, article: Article) -> Quoting:
        if self.against(article):
            return Quoting(sentences=0, words=0)
        return dict(self.outlets).get(article.outlet, self.default)

    def against(self, article: Article) -> str | None:
        """Why nothing but its headline may be shown, in words, if that is so."""
        own = dict(self.outlets).get(article.outlet)
        forbidden = forbids(article.licence) if self.commercial and article.licence else None
        if article.licence and forbidden:
            return f"its licence ({called(article.licence)}) allows no {forbidden}"
        if own is not None and own.nothing:
            return "this edition quotes nothing of its outlet"
        if article.id in self.reserved and not (own and own.allows(self.default)):
            return f"its publisher reserves its texts ({self.reserved[article.id]})"
        return "this edition quotes nothing" if own is None and self.default.nothing else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which stories an issue tells, under which headings, and in which order.

    `include` None lets everything in; what `exclude` matches stays out. `outlets` are weights of outlets other than 1.
    """

    topics: tuple[Topic, ...] = ()
    include: Rule | None = None
    exclude: Rule | None = None
    min_outlets: int = 1
    weights: Weights = Weights()
    outlets: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """How the editor names a story: `name` is its id, or the id or the link of one of its articles.

    `place` is where that stands: file, line and column.
    """

    name: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A stance that the editor sets right: of the outlet of an article, or of a `speaker` in it, by his name there."""

    article: Reference
    speaker: str | None
    label: Label

    @property
    def who(self) -> str | None:
        """The speaker, however his apostrophes and capitals are written."""
        return self.speaker and folded(self.speaker)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What the editor has decided about an edition's stories, in `editor.yaml`.

    `pin` come first, in this order; `drop` are not told; each group in `merge` is one story; the articles of each group
    in `split` are a story of their own; `stances` win over the model's.
    """

    pin: tuple[Reference, ...] = ()
    drop: tuple[Reference, ...] = ()
    merge: tuple[tuple[Reference, ...], ...] = ()
    split: tuple[tuple[Reference, ...], ...] = ()
    stances: tuple[Correction, ...] = ()

    def references(self) -> Iterator[Reference]:
        yield from (*self.pin, *self.drop, *(correction.article for correction in self.stances))
        for group in (*self.merge, *self.split):
            yield from group


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """Which issues `digest run` does not bring out: of fewer `stories`; with nothing new; if every feed fails."""

    stories: int = 1
    unchanged: bool = True
    stale: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewing:
    """An editor looks at each issue before it goes out. After `wait`, it does so without; never, if that is None."""

    wait: timedelta | None
    editor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When an edition is due. A turn that was missed is made up within `make_up`; mail begins up to `jitter` later."""

    schedule: Schedule | None = None
    make_up: timedelta = timedelta(hours=24)
    jitter: timedelta = timedelta(minutes=5)
    skip: Skip = Skip()
    review: Reviewing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A configured series of issues. `files` are seed files whose outlet is not configured.

    `sections` are those of a story, in order, each with how many points it may have.
    """

    id: str
    title: str
    language: str
    timezone: str
    window: timedelta
    url: str | None
    sender: str | None
    hub: str | None
    licence: str | None
    address: str | None
    outlets: tuple[Outlet, ...]
    files: tuple[str, ...]
    stories: int
    sections: tuple[tuple[Choice, int], ...]
    rights: Rights
    selection: Selection
    formats: tuple[str, ...]
    channels: tuple[Choice, ...]
    clusterer: Choice
    summarizer: Choice
    stance: Choice
    timing: Timing = Timing()

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
class Rate:
    """So many in so many seconds."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Dkim:
    """How mail is signed; `key` refers to the private key."""

    domain: str
    selector: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """The mail server, and how it is used. `password` refers to the secret; `timeout` is in seconds, for each step.

    `resend`: what may have arrived is sent again. `bounces` is where those come back to, with a token after a plus.
    """

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str | None = None
    password: str | None = None
    hello: str | None = None
    timeout: float = 300.0
    rate: Rate | None = None
    per_domain: Rate | None = None
    connections: int = 1
    per_connection: int = 100
    resend: bool = False
    give_up: timedelta = timedelta(hours=48)
    bounces: str | None = None
    dkim: Dkim | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """How `digest serve` is reached: `url` from outside, `host` and `port` here.

    `trusted_proxies` are addresses or networks whose word is taken for where a request comes from; `gone` are paths of
    pages that were taken away for good.
    """

    url: str
    host: str
    port: int
    trusted_proxies: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """`feeds.yaml`, checked. `store` is a database URL; relative paths in it count from the file's folder.

    `contact` is an address where publishers learn who is asking. Without `mail`, mail goes to a folder.
    `ping` refers to an address that is told of every turn that went well.
    """

    path: Path
    store: str
    contact: str | None
    network: Network
    editions: tuple[Edition, ...]
    mail: Mail | None = None
    ping: str | None = None
    web: Web | None = None

    @property
    def folder(self) -> Path:
        return self.path.parent

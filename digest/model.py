"""The records that travel through the pipeline: frozen, with tuples and aware UTC datetimes.

Feed -> Entry -> Article -> Story -> Brief -> Issue -> Artifact; a state of a thing is a record of its own, so that a
half-made thing cannot pass for a finished one.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

Label = Literal["positive", "skeptical", "neutral"]
LABELS: tuple[Label, ...] = ("positive", "skeptical", "neutral")
EDITOR = "the editor"  # by whom a stance is that no model found


def short_hash(*parts: str) -> str:
    """A 16-digit id for a thing that is known by `parts`; no part may contain a NUL."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def is_news(published: datetime | None, seen: datetime, since: datetime, until: datetime) -> bool:
    """Does what was published and first seen then belong to the news of a window, which has its end, not its start?

    What is dated counts by that; what is not, or is dated more than a day ahead (a mistake, or a calendar), by when it
    was first seen. What is dated up to a day ahead is left for a later window.
    """
    ahead = published - until if published else timedelta(days=2)
    if timedelta(0) < ahead <= timedelta(days=1):
        return False
    moment = published if published and ahead <= timedelta(0) else seen
    return since < moment <= until


class Span(NamedTuple):
    """A stretch of a text: characters `start` up to, not including, `end`."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A URL that is polled, and what is known of it without asking: whose it is, in which language.

    With `pages`, the page of an entry that is not whole is asked for its full text.
    """

    url: str
    outlet: str
    language: str
    pages: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a feed says of itself: its name, the licence of its texts, and how often it wants to be asked.

    `period` is the least number of seconds between two requests; `quiet_hours` (0-23) and `quiet_days` (0 is Monday)
    are those in UTC in which nothing new will come.
    """

    title: str = ""
    licence: str | None = None
    period: int = 0
    quiet_hours: tuple[int, ...] = ()
    quiet_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between runs.

    `etag` and `last_modified` are the validators as received, character for character. `tried` is the last request,
    `ok` the last one that was answered with entries or "unchanged"; `failure` is why the last one failed, if it did,
    `failures` how many did in a row, and `failing` when the first of these was. `unread` is why the body that the
    validators stand for could not be read, if so. It is not asked again before `due`, for the reason in `why`; if
    `stopped` says why, it is not asked at all. `address` is where it lives, if not at `url`, once permanent redirects
    to there were met on enough days: `moves` of them so far, to `moved_to`, the last at `moved`.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    tried: datetime | None = None
    ok: datetime | None = None
    failure: str | None = None
    failures: int = 0
    failing: datetime | None = None
    unread: str | None = None
    due: datetime | None = None
    why: str | None = None
    stopped: str | None = None
    address: str | None = None
    moved_to: str | None = None
    moved: datetime | None = None
    moves: int = 0
    about: About = About()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is remembered of a web server (`origin`: scheme, host and port, such as "https://example.org").

    `held_until`: it asked to be left alone until then (Retry-After). `read` is when its machine-readable wishes were
    read: `robots` (robots.txt), `tdmrep` (/.well-known/tdmrep.json) and `ai` (ai.txt), None where there is none or,
    with `unreadable` saying why, where it could not be read. `reserved` names what on one of its pages, seen at
    `reserved_at`, reserved them.
    """

    origin: str
    held_until: datetime | None = None
    read: datetime | None = None
    robots: str | None = None
    tdmrep: str | None = None
    ai: str | None = None
    unreadable: str | None = None
    reserved: str | None = None
    reserved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a feed says about one thing, as received; `html` is hostile until it has been extracted.

    `image` is the address of its picture; `licence` the one it names, else its feed's. `source` is the name, or else
    the host, of the other feed that it says it comes from.
    """

    feed: str
    outlet: str
    guid: str
    url: str | None
    title: str
    html: str
    published: datetime | None
    author: str | None
    language: str
    categories: tuple[str, ...] = ()
    image: str | None = None
    licence: str | None = None
    source: str | None = None

    @property
    def sha256(self) -> str:
        """Of all that the feed says of it but its guid: some feeds give all their entries new ones.

        An entry without a source has the hash that it had before sources were read.
        """
        said = (self.outlet, self.url, self.title, self.html, self.published, self.author, self.language)
        last = (self.source,) if self.source else ()
        return hashlib.sha256(repr((*said, self.categories, self.image, self.licence, *last)).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """An entry as it is kept: the id of its article, when it was first seen, and how often it has changed since.

    `article` is None for an entry that is older than Digest's acquaintance with its feed: it is known, and no issue
    tells it. `page` has the paragraphs of its page, parted by empty lines; it is empty if the page gave none, and None
    if it has not been asked for.
    """

    entry: Entry
    article: str | None
    seen: datetime
    changes: int = 0
    page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a filed entry is recognized by, without its text: see `Filed` and `Entry.sha256`."""

    guid: str
    sha256: str
    article: str | None
    published: datetime | None
    seen: datetime
    changes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Whom an article names as its source outside of its text: `name` as it is written there.

    `how`: by a line of the page ("Source: X", "Curated from X"), by a link (canonical, or its feed's source element),
    or by a wire service's mark.
    """

    name: str
    how: Literal["line", "link", "wire"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An entry or a seed file with its extracted text.

    `text` is clean: the title, an empty line, then paragraphs parted by empty lines, no other line breaks. Every
    quote of Digest is a slice of it. `sentences` are the spans that may be quoted (whole sentences, no headings, no
    labels), in order and without overlap; the title is not among them.
    `published` with `day_only` means that the source names a day and no time. `seen` is when Digest first met it.
    `categories` are what its feed files it under. `credit` says whom it names as the source of its news, if it does;
    `licence` is the one that its feed names for it.
    """

    id: str
    outlet: str
    title: str
    url: str | None
    published: datetime | None
    day_only: bool
    author: str | None
    language: str
    text: str
    sentences: tuple[Span, ...]
    seen: datetime
    categories: tuple[str, ...] = ()
    credit: Credit | None = None
    licence: str | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def when(self) -> datetime:
        """The best known time of the article, never later than Digest met it."""
        return min(self.published, self.seen) if self.published else self.seen

    def within(self, since: datetime, until: datetime) -> bool:
        """Does it belong to the news of a window?"""
        return is_news(self.published, self.seen, since, until)

    @property
    def title_span(self) -> Span:
        return Span(0, len(self.title))

    @property
    def body(self) -> str:
        """The text without its title; offsets in it are not offsets in `text`."""
        return self.text[len(self.title) :].lstrip("\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words copied verbatim from one article: `text == article.text[start:end]`.

    `speaker` is who says them, under the fullest name that the article has; None if it is the outlet, or unknown.
    """

    text: str
    article: str
    start: int
    end: int
    speaker: str | None = None

    @classmethod
    def cut(cls, article: Article, span: Span, speaker: str | None = None) -> "Quote":
        text = span.of(article.text)
        return cls(text=text, article=article.id, start=span.start, end=span.end, speaker=speaker)

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """Why an article is in its story: the article of it that is `nearest`, and how alike the two are, 0 to 1.

    `likeness` is the cosine of their weighted words; 1 is for the same text only.
    """

    article: str
    nearest: str
    likeness: float

    @property
    def said(self) -> str:
        """Two digits, cut: 1.00 is for texts that are the same."""
        return f"{int(round(self.likeness * 100, 6)) / 100:.2f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The articles about one event, oldest first; `title` is one of their own titles.

    `ties` has one for each article that has another beside it, in the order of `articles`, as far as the clusterer
    tells.
    """

    id: str
    title: str
    articles: tuple[Article, ...]
    ties: tuple[Tie, ...] = ()

    @property
    def outlets(self) -> tuple[str, ...]:
        return tuple(sorted({article.outlet for article in self.articles}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Somebody who is heard in a story and not yet judged: an outlet (`speaker` None) or a speaker it quotes.

    `spans` is what this voice says, in `article.text`.
    """

    article: Article
    speaker: str | None
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """A label towards a target, how sure it is (0 to 1), and which model says so."""

    label: Label
    score: float
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """A voice's angle on a story: quotes as evidence, and a stance towards `target` (None: the model abstains).

    `cues` are the words that decided, and what turns them ("not"): spans of the article's text, each inside a quote of
    `evidence`; what a stance model makes has those of an outlet's headline, too, which may have to stand for it.
    `mixed`: a clearly opposite voice has real room beside it. `note` says why there is no stance, or no clear one; else
    empty.
    """

    outlet: str
    speaker: str | None
    article: str
    target: str
    stance: Stance | None
    evidence: tuple[Quote, ...]
    cues: tuple[Span, ...] = ()
    mixed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing that a section says: a quote, or several that belong together, such as a question and its answer.

    `label` says in a few words what they are, if that has to be said: a figure of theirs, "unanswered". `day` is when
    it was, where that matters.
    """

    quotes: tuple[Quote, ...]
    label: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A named part of a brief. Without points no source says anything, unless some are held back.

    `held` are the articles that say more on it than may be quoted.
    """

    name: str
    points: tuple[Point, ...]
    held: tuple[str, ...] = ()

    @property
    def quotes(self) -> tuple[Quote, ...]:
        return tuple(quote for point in self.points for quote in point.quotes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """An article as an issue cites it: all but its text, which stays in the store under `sha256`.

    `words` is the length of its text, 0 if nobody counted. `reserved` says why nothing but its headline may be shown,
    if that is so.
    """

    id: str
    outlet: str
    title: str
    url: str | None
    published: datetime | None
    day_only: bool
    author: str | None
    language: str
    sha256: str
    licence: str | None = None
    words: int = 0
    reserved: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an article has its news from: `name` is an outlet's, a wire service's, or its own outlet's (`how` "own").

    `how` says who tells: "line", "link" and "wire" as in `Credit`, "text" a sentence of the article, `evidence`;
    "reprint" a text that is nearly the same and came earlier.
    """

    article: str
    name: str
    how: Literal["own", "line", "link", "wire", "text", "reprint"]
    evidence: Quote | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Who in a story speaks for himself. `origins` has one for each article, in the story's order.

    `reprints` are groups of article ids with nearly the same text, each group one voice; the first, which came first,
    stands for it.
    """

    origins: tuple[Origin, ...] = ()
    reprints: tuple[tuple[str, ...], ...] = ()

    def independent(self, outlets: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """The origins by name, each with the outlets that have it; `outlets` are those of articles, by id.

        An outlet is one voice at most: its own if any of its articles is, else the first that it names.
        """
        voices: dict[str, Origin] = {}
        for origin in self.origins:
            outlet = outlets[origin.article]
            if outlet not in voices or (origin.how == "own" and voices[outlet].how != "own"):
                voices[outlet] = origin
        found: dict[str, tuple[str, ...]] = {}
        for outlet, origin in voices.items():
            found[origin.name] = (*found.get(origin.name, ()), outlet)
        return dict(sorted(found.items()))

    @property
    def copies(self) -> frozenset[str]:
        """The articles whose text another one of the story had first."""
        return frozenset(id for group in self.reprints for id in group[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why the articles of a story are together: names and terms that they share, as they write them, and their ties."""

    names: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One term of a story's rank: `weight` times `value`; `said` is what was counted, in words."""

    name: str
    weight: float
    value: float
    said: str

    @property
    def points(self) -> float:
        return self.weight * self.value


def points(reasons: Iterable[Reason]) -> float:
    """What a story's terms add up to."""
    return round(sum(reason.points for reason in reasons), 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """How much of something a story has, 0 to 10: ten times the sum of `reasons`, whose weights add up to 1.

    The value of each is between 0 and 1.
    """

    name: str
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> float:
        return round(10 * points(self.reasons), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Another story of the edition, by its id, under the title that it had when this one was told."""

    story: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What one issue says about one story.

    `articles` and `new` are article ids; `new` are those that no earlier issue of the edition had. `since` is the id
    of the last issue with this story, None if it is the first time; `merged` are the ids of other stories of earlier
    issues that have become this one. `topic` is the part of the issue in which it stands, None if it has no parts.
    `rank` are the terms whose sum puts it where it is, unless it is `pinned` by the editor. `related` are
    other stories, of this issue or of earlier ones, nearest first.
    """

    story: str
    title: str
    articles: tuple[str, ...]
    new: tuple[str, ...]
    since: str | None
    sections: tuple[Section, ...]
    takes: tuple[Take, ...]
    merged: tuple[str, ...] = ()
    topic: str | None = None
    pinned: bool = False
    why: Why = Why()
    lineage: Lineage = Lineage()
    rank: tuple[Reason, ...] = ()
    gauges: tuple[Gauge, ...] = ()
    related: tuple[Related, ...] = ()

    def quotes(self) -> Iterable[Quote]:
        for section in self.sections:
            yield from section.quotes
        for take in self.takes:
            yield from take.evidence
        for origin in self.lineage.origins:
            if origin.evidence:
                yield origin.evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A story that an issue does not tell, and why. It is found by `articles`: its first one, all if it was dropped.

    `points` are its rank, None if others were so far ahead that it was not worked out.
    """

    story: str
    articles: tuple[str, ...]
    reason: str
    points: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """An outlet whose feed failed, so that it is served from what was stored at `since` (None: never fetched)."""

    outlet: str
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One dated, numbered run of an edition, with all that rendering needs and no article text.

    `topics` are the names of its parts, in order, empty if it has none; its briefs stand in that order, those of none
    last. `more` stories were left out for want of room; `left` are the foremost of all that were left out. `sender` and
    `address` tell readers who writes to them, and where they can write back, by post or otherwise. `hub` is where its
    feeds are announced (WebSub), `licence` that of its own words; quotes and headlines are others'.
    `formats` are those that it was made in, so that a page of one can name the files of another.
    """

    edition: str
    id: str
    number: int
    title: str
    language: str
    timezone: str
    url: str | None
    sender: str | None
    at: datetime
    window: tuple[datetime, datetime]
    articles: tuple[Citation, ...]
    briefs: tuple[Brief, ...]
    more: int
    stale: tuple[Stale, ...]
    topics: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()
    hub: str | None = None
    licence: str | None = None
    address: str | None = None
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One rendered file: `path` relative to the edition's folder, with forward slashes."""

    path: str
    media_type: str
    content: bytes


def successors(issues: Iterable[Issue]) -> dict[str, str]:
    """For each story that has become another one: which one in the end, both by id. `issues` are oldest first.

    Each move leads to a story that its issue tells, and being told ends a story's own move: so no way is a circle.
    """
    steps: dict[str, str] = {}
    for issue in issues:
        steps |= {old: brief.story for brief in issue.briefs for old in brief.merged}
        for brief in issue.briefs:
            steps.pop(brief.story, None)

    def end(id: str) -> str:
        while id in steps:
            id = steps[id]
        return id

    return {old: end(old) for old in steps}

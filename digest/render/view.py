"""An issue as its readers see it: what every format says, so that all of them say the same.

Templates get these records. Links in them are safe to show, times are in the issue's time zone, and every quote knows
the article it comes from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from digest.model import LABELS, Brief, Citation, Issue, Quote, Take
from digest.render import dates
from digest.render.escape import safe_link
from digest.text.normalize import counted

MANY = 3  # more takes than this are many: a format may fold them
UNJUDGED = "not judged"
_RIGHT_TO_LEFT = ("ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi")


def direction(language: str) -> str:
    """`rtl` or `ltr`, for `dir` in HTML."""
    return "rtl" if language.split("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """An article in a list: `url` is None if it has no public link, `day` is in words, `when` None if unknown."""

    id: str
    outlet: str
    title: str
    url: str | None
    day: str
    when: date | None
    author: str | None
    language: str
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A quote with the article it was copied from; `key` is ARTICLE:START-END."""

    text: str
    key: str
    article: Cited


@dataclass(frozen=True, slots=True, kw_only=True)
class Angle:
    """A take: `who` is the outlet, or "speaker, in outlet"; `target` is None if the story's takes share one."""

    who: str
    outlet: str
    speaker: str | None
    target: str | None
    article: Cited
    evidence: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Camp:
    """The takes with one label."""

    label: str
    takes: tuple[Angle, ...]

    @property
    def many(self) -> bool:
        return len(self.takes) > MANY


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section of a story: its name and its quotes."""

    name: str
    quotes: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A brief; `target` is what its takes are about, None if that is the headline itself or differs between them."""

    id: str
    title: str
    language: str
    meta: tuple[str, ...]
    continuing: bool
    target: str | None
    sections: tuple[Part, ...]
    camps: tuple[Camp, ...]
    articles: tuple[Cited, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """An issue; `home` is the public address of its edition with a final slash, None if it has none."""

    edition: str
    id: str
    number: int
    title: str
    language: str
    timezone: str
    home: str | None
    at: datetime
    start: datetime
    end: datetime
    stories: tuple[Telling, ...]
    more: int
    stale: tuple[str, ...]
    judges: tuple[str, ...]


def edited(issue: Issue, earlier: Mapping[str, Issue]) -> Edited:
    """`issue` for its readers; `earlier` issues by id tell since when a story goes on."""
    zone = ZoneInfo(issue.timezone)
    home = safe_link(issue.url)
    judges = {take.stance.by for brief in issue.briefs for take in brief.takes if take.stance}
    return Edited(
        edition=issue.edition,
        id=issue.id,
        number=issue.number,
        title=issue.title,
        language=issue.language,
        timezone=issue.timezone,
        home=home and home.rstrip("/") + "/",
        at=issue.at.astimezone(zone),
        start=issue.window[0].astimezone(zone),
        end=issue.window[1].astimezone(zone),
        stories=tuple(_telling(brief, issue, earlier, zone) for brief in issue.briefs),
        more=issue.more,
        stale=tuple(_stale(issue, zone)),
        judges=tuple(sorted(judges)),
    )


def _stale(issue: Issue, zone: ZoneInfo) -> Iterable[str]:
    """A line for the outlets of which nothing was stored, and one for each day from which others are served."""
    groups: dict[date | None, list[str]] = {}
    for stale in issue.stale:
        groups.setdefault(stale.since and stale.since.astimezone(zone).date(), []).append(stale.outlet)
    for day, outlets in groups.items():
        named = outlets[0] if len(outlets) == 1 else f"{', '.join(outlets[:-1])} and {outlets[-1]}"
        one = len(outlets) == 1
        if day is None:
            yield f"{named} could not be reached, and nothing of {'it' if one else 'them'} was stored."
        else:
            served = f"{'it is' if one else 'they are'} served from what was stored on {dates.day(day)}"
            yield f"{named} could not be reached; {served}."


def _telling(brief: Brief, issue: Issue, earlier: Mapping[str, Issue], zone: ZoneInfo) -> Telling:
    cited = {citation.id: _cited(citation, brief, zone) for citation in issue.articles}
    articles = tuple(cited[id] for id in brief.articles)
    targets = {take.target for take in brief.takes}
    shared = brief.takes[0].target if len(targets) == 1 else None
    own = [article.language for article in articles if article.title == brief.title]
    return Telling(
        id=brief.story,
        title=brief.title,
        language=own[0] if own else issue.language,
        meta=(
            counted(len({article.outlet for article in articles}), "outlet"),
            counted(len(articles), "article"),
            _status(brief, earlier, zone),
        ),
        continuing=brief.since is not None,
        target=None if shared == brief.title else shared,
        sections=tuple(
            Part(name=section.name, quotes=_said(section.quotes, cited)) for section in brief.sections if section.quotes
        ),
        camps=tuple(_camps(brief.takes, cited, show_target=len(targets) > 1)),
        articles=articles,
    )


def _status(brief: Brief, earlier: Mapping[str, Issue], zone: ZoneInfo) -> str:
    if brief.since is None:
        return "new"
    before = earlier.get(brief.since)
    since = f" since {dates.day(before.at.astimezone(zone))}" if before else ""
    return f"continuing{since}: {counted(len(brief.new), 'new article')}"


def _cited(citation: Citation, brief: Brief, zone: ZoneInfo) -> Cited:
    when: date | None = citation.published
    if citation.published:  # a day without a time is the publisher's day: it does not move with the time zone
        when = citation.published.date() if citation.day_only else citation.published.astimezone(zone)
    return Cited(
        id=citation.id,
        outlet=citation.outlet,
        title=citation.title,
        url=safe_link(citation.url),
        day=dates.day(when) if when else "date unknown",
        when=when,
        author=citation.author,
        language=citation.language,
        new=citation.id in brief.new,
    )


def _said(quotes: Iterable[Quote], cited: Mapping[str, Cited]) -> tuple[Said, ...]:
    return tuple(
        Said(text=quote.text, key=f"{quote.article}:{quote.start}-{quote.end}", article=cited[quote.article])
        for quote in quotes
    )


def _camps(takes: Sequence[Take], cited: Mapping[str, Cited], *, show_target: bool) -> Iterable[Camp]:
    for label in (*LABELS, None):
        chosen = tuple(
            Angle(
                who=f"{take.speaker}, in {take.outlet}" if take.speaker else take.outlet,
                outlet=take.outlet,
                speaker=take.speaker,
                target=take.target if show_target else None,
                article=cited[take.article],
                evidence=_said(take.evidence, cited),
            )
            for take in takes
            if (take.stance.label if take.stance else None) == label
        )
        if chosen:
            yield Camp(label=label or UNJUDGED, takes=chosen)

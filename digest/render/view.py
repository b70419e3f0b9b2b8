"""An issue as its readers see it: what every format says, so that all of them say the same.

Templates get these records. Links in them are safe to show, times are in the issue's time zone, and every quote knows
the article it comes from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import overload
from zoneinfo import ZoneInfo

from digest.model import Brief, Issue, Reason, points
from digest.render import dates
from digest.render.cited import Cited, cited_in, folded
from digest.render.escape import safe_link
from digest.render.parts import Elsewhere, Meter, Part, elsewhere, meters, parts, rules, silent
from digest.render.takes import Camp, Spread, camps, spread
from digest.text.normalize import counted
from digest.text.words import count_words

NO_TOPIC = "Other stories"
_PACE = 230  # words a minute: an adult's, silently, of plain English (Brysbaert 2019: 238)
_SHARED = 6  # names, and terms, of those that a story's articles share: the first are the best
_RIGHT_TO_LEFT = ("ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi")


def direction(language: str) -> str:
    """`rtl` or `ltr`, for `dir` in HTML."""
    return "rtl" if language.split("-")[0].lower() in _RIGHT_TO_LEFT else "ltr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A brief, the `number`th of its issue.

    `target` is what its takes are about, None if that is the headline itself or differs between them. `elsewhere` are
    sections that are left to the sources, `silent` the headings of those on which no source says anything; `related`
    are ids and titles of other stories. `articles` are all of them, `listed` those without the copies that others
    stand for. `together` and `standing` say in a line why they are together and why the story stands where it does;
    they are empty if nobody knows.
    """

    id: str
    number: int
    title: str
    language: str
    meta: tuple[str, ...]
    continuing: bool
    pinned: bool
    target: str | None
    sections: tuple[Part, ...]
    elsewhere: tuple[Elsewhere, ...]
    silent: tuple[str, ...]
    meters: tuple[Meter, ...]
    related: tuple[tuple[str, str], ...]
    camps: tuple[Camp, ...]
    spread: Spread | None
    articles: tuple[Cited, ...]
    listed: tuple[Cited, ...]
    together: str
    standing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A part of an issue, with its stories."""

    name: str
    stories: tuple[Telling, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """An issue; `home` is the public address of its edition with a final slash, None if it has none.

    `stories` are all of them, but for the last `beyond` where there was no room; `topics` are its parts with the same
    stories, empty if it has none. `rules` say how the gauges of stories are worked out.
    """

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
    topics: tuple[Topic, ...]
    more: int
    stale: tuple[str, ...]
    judges: tuple[str, ...]
    rules: tuple[str, ...]
    beyond: int = 0

    def first(self, number: int) -> "Edited":
        """With the first `number` of its stories only."""
        kept = self.stories[:number]
        topics = (replace(one, stories=tuple(story for story in one.stories if story in kept)) for one in self.topics)
        beyond = self.beyond + len(self.stories) - len(kept)
        return replace(self, stories=kept, topics=tuple(one for one in topics if one.stories), beyond=beyond)


class Shown(Sequence[Edited]):
    """Issues of one edition, oldest first, for their readers: each is made when a template looks at it."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        self._issues = issues
        self._made: dict[int, Edited] = {}

    @cached_property
    def _by_id(self) -> Mapping[str, Issue]:
        return {issue.id: issue for issue in self._issues}

    def __len__(self) -> int:
        return len(self._issues)

    @overload
    def __getitem__(self, index: int) -> Edited: ...

    @overload
    def __getitem__(self, index: slice) -> list[Edited]: ...

    def __getitem__(self, index: int | slice) -> Edited | list[Edited]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = range(len(self))[index]
        if number not in self._made:
            self._made[number] = edited(self._issues[number], self._by_id)
        return self._made[number]


def edited(issue: Issue, earlier: Mapping[str, Issue]) -> Edited:
    """`issue` for its readers; `earlier` issues by id tell since when a story goes on."""
    zone = ZoneInfo(issue.timezone)
    home = safe_link(issue.url)
    judges = {take.stance.by for brief in issue.briefs for take in brief.takes if take.stance}
    stories = tuple(_telling(brief, issue, number, earlier, zone) for number, brief in enumerate(issue.briefs, 1))
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
        stories=stories,
        topics=tuple(_topics(issue, stories)) if issue.topics else (),
        more=issue.more,
        stale=tuple(_stale(issue, zone)),
        judges=tuple(sorted(judges)),
        rules=rules(issue.briefs),
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


def _topics(issue: Issue, stories: Sequence[Telling]) -> Iterable[Topic]:
    """Stories as they stand, under the name of their topic; one without stories is not there.

    None if no story has a topic: then the others would be other than nothing.
    """
    pairs = zip(issue.briefs, stories, strict=True)
    if all(brief.topic is None for brief in issue.briefs):
        return
    for name, group in groupby(pairs, key=lambda pair: pair[0].topic):
        yield Topic(name=NO_TOPIC if name is None else name, stories=tuple(story for _, story in group))


def _telling(brief: Brief, issue: Issue, number: int, earlier: Mapping[str, Issue], zone: ZoneInfo) -> Telling:
    cited = cited_in(brief, issue, zone)
    articles = tuple(cited[id] for id in brief.articles)
    targets = {take.target for take in brief.takes}
    shared = brief.takes[0].target if len(targets) == 1 else None
    own = [article.language for article in articles if article.title == brief.title]
    return Telling(
        id=brief.story,
        number=number,
        title=brief.title,
        language=own[0] if own else issue.language,
        meta=(*_meta(brief, articles), _status(brief, earlier, zone)),
        continuing=brief.since is not None,
        pinned=brief.pinned,
        target=None if shared == brief.title else shared,
        sections=parts(brief, cited),
        elsewhere=elsewhere(brief, cited),
        silent=silent(brief),
        meters=meters(brief),
        related=tuple((related.story, related.title) for related in brief.related),
        camps=camps(brief.takes, cited),
        spread=spread(brief.takes),
        articles=articles,
        listed=folded(brief, cited),
        together="; ".join(", ".join(shared[:_SHARED]) for shared in (brief.why.names, brief.why.terms) if shared),
        standing=_standing(brief.rank),
    )


def _meta(brief: Brief, articles: Sequence[Cited]) -> Iterable[str]:
    """Who tells, how many of them independently, and how many articles; of a single outlet, which."""
    outlets = list(dict.fromkeys(article.outlet for article in articles))
    origins = brief.lineage.independent({article.id: article.outlet for article in articles})
    if len(outlets) == 1:
        foreign = [name for name in origins if name != outlets[0]]
        yield outlets[0] + (f", source: {', '.join(foreign)}" if len(foreign) == len(origins) == 1 else "")
    else:
        independent = f", {counted(len(origins), 'independent origin')}" if origins else ""
        yield counted(len(outlets), "outlet") + independent
    if len(articles) > 1:
        yield counted(len(articles), "article")
    at_source = sum(article.words for article in folded(brief, {article.id: article for article in articles}))
    told = sum(count_words(quote.text) for quote in brief.quotes())
    if at_source and told:
        yield f"{_minutes(told)} here, {_minutes(at_source)} at the sources"
    if brief.pinned:
        yield "put first by the editor"


def _minutes(words: int) -> str:
    return f"{max(1, round(words / _PACE))} min"


def _standing(rank: Sequence[Reason]) -> str:
    """The sum that ranked a story, term by term."""
    terms = (f"{reason.weight:g} × {reason.value:.3f} ({reason.name}: {reason.said})" for reason in rank)
    return f"{points(rank):.2f} = {' + '.join(terms)}" if rank else ""


def _status(brief: Brief, earlier: Mapping[str, Issue], zone: ZoneInfo) -> str:
    if brief.since is None:
        return "new"
    before = earlier.get(brief.since)
    since = f" since {dates.day(before.at.astimezone(zone))}" if before else ""
    return f"continuing: {counted(len(brief.new), 'new article')}{since}"

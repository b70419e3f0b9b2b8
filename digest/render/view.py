"""An issue as its readers see it: what every format says, so that all of them say the same.

Templates get these records. Links in them are safe to show, times are in the issue's time zone, and every quote knows
the article it comes from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.utils import parseaddr
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import overload
from zoneinfo import ZoneInfo

from digest.model import Brief, Citation, Issue, Reason, points
from digest.render.cited import Cited, cited_in, folded
from digest.render.escape import safe_link
from digest.render.issues import shorts
from digest.render.outline import slug
from digest.render.parts import Elsewhere, Meter, Part, elsewhere, meters, parts, rules, silent
from digest.render.takes import Camp, Spread, camps, spread
from digest.render.words import Words, words
from digest.text.licences import called
from digest.text.words import count_words

NO_TOPIC = "Other stories"
_STALE = {  # is it a single outlet, of which nothing was stored?
    (True, True): "{outlets} could not be reached, and nothing of it was stored.",
    (False, True): "{outlets} could not be reached, and nothing of them was stored.",
    (True, False): "{outlets} could not be reached; it is served from what was stored on {day}.",
    (False, False): "{outlets} could not be reached; they are served from what was stored on {day}.",
}
_PACE = 230  # words a minute: an adult's, silently, of plain English (Brysbaert 2019: 238)
_AT_ONCE = 40  # issues in memory: a feed has twenty
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
    """A part of an issue, with its stories; `slug` names the page of what the whole edition tells of it.

    `slug` is empty for the stories of no topic.
    """

    name: str
    slug: str
    stories: tuple[Telling, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """An issue; `home` is the public address of its edition with a final slash, None if it has none.

    `stories` are all of them, but for the last `beyond` where there was no room; `topics` are its parts with the same
    stories, empty if it has none. `rules` say how the gauges of stories are worked out. `words` are those of the
    interface, in a language that may be another one than that of the issue. `sender` is who sends it, in words, and
    `address` where readers can write to. `hub` is as in an `Issue`; `licence` is called by its name, `licence_url` is
    its address, if that is what is known. `contact` is a mailto link of its sender, and `formats` are those that it was
    made in.
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
    words: Words
    contact: str | None
    formats: tuple[str, ...]
    sender: str | None
    address: str | None
    hub: str | None = None
    licence: str | None = None
    licence_url: str | None = None
    beyond: int = 0

    def first(self, number: int) -> "Edited":
        """With the first `number` of its stories only."""
        kept = self.stories[:number]
        topics = (replace(one, stories=tuple(story for story in one.stories if story in kept)) for one in self.topics)
        beyond = self.beyond + len(self.stories) - len(kept)
        return replace(self, stories=kept, topics=tuple(one for one in topics if one.stories), beyond=beyond)


class Shown(Sequence[Edited]):
    """Issues of one edition, oldest first, for their readers: each is made when a template looks at it.

    `locales` are the folders with catalogues of words.
    """

    def __init__(self, issues: Sequence[Issue], locales: tuple[Path, ...] = ()) -> None:
        self.issues = issues
        self._locales = locales
        self._shorts = shorts(issues)
        self._made: dict[str, Edited] = {}

    def until(self, number: int) -> "Shown":
        """The first `number` of them."""
        some = Shown(self.issues[:number], self._locales)
        some._made = self._made
        return some

    @cached_property
    def _by_id(self) -> Mapping[str, Issue]:
        return {issue.id: issue for issue in self._shorts}

    def find(self, id: str) -> Edited:
        """The issue of this id, which is one of them."""
        return self[self._places[id]]

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {issue.id: place for place, issue in enumerate(self._shorts)}

    def __len__(self) -> int:
        return len(self._shorts)

    @overload
    def __getitem__(self, index: int) -> Edited: ...

    @overload
    def __getitem__(self, index: slice) -> list[Edited]: ...

    def __getitem__(self, index: int | slice) -> Edited | list[Edited]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = range(len(self))[index]
        id = self._shorts[number].id
        if id not in self._made:
            while len(self._made) >= _AT_ONCE:
                del self._made[next(iter(self._made))]
            self._made[id] = edited(self.issues[number], self._by_id, self._locales)
        return self._made[id]


def edited(issue: Issue, earlier: Mapping[str, Issue], locales: tuple[Path, ...] = ()) -> Edited:
    """`issue` for its readers; `earlier` issues by id tell since when a story goes on."""
    own = words(issue.language, locales)
    zone = ZoneInfo(issue.timezone)
    home = safe_link(issue.url)
    judges = {take.stance.by for brief in issue.briefs for take in brief.takes if take.stance}
    citations = {citation.id: citation for citation in issue.articles}
    stories = tuple(
        _telling(brief, issue, citations, number, earlier, own) for number, brief in enumerate(issue.briefs, 1)
    )
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
        topics=tuple(_topics(issue, stories, own)) if issue.topics else (),
        more=issue.more,
        stale=tuple(_stale(issue, own)),
        judges=tuple(sorted(judges)),
        rules=rules(issue.briefs, own),
        words=own,
        sender=_mailbox(issue.sender) if issue.sender else None,
        address=issue.address,
        hub=issue.hub,
        licence=called(issue.licence) if issue.licence else None,
        licence_url=safe_link(issue.licence),
        contact=safe_link(f"mailto:{parseaddr(issue.sender)[1]}") if issue.sender else None,
        formats=issue.formats,
    )


def _mailbox(sender: str) -> str:
    """Name and address, without the brackets that would be markup somewhere."""
    return ", ".join(filter(None, parseaddr(sender)))


def _stale(issue: Issue, words: Words) -> Iterable[str]:
    """A line for the outlets of which nothing was stored, and one for each day from which others are served."""
    zone = ZoneInfo(issue.timezone)
    groups: dict[date | None, list[str]] = {}
    for stale in issue.stale:
        groups.setdefault(stale.since and stale.since.astimezone(zone).date(), []).append(stale.outlet)
    for day, outlets in groups.items():
        values = {"outlets": words.listed(outlets), "day": words.day(day) if day else ""}
        yield words.say(_STALE[len(outlets) == 1, day is None], **values)


def _topics(issue: Issue, stories: Sequence[Telling], words: Words) -> Iterable[Topic]:
    """Stories as they stand, under the name of their topic; one without stories is not there.

    None if no story has a topic: then the others would be other than nothing.
    """
    pairs = zip(issue.briefs, stories, strict=True)
    if all(brief.topic is None for brief in issue.briefs):
        return
    for name, group in groupby(pairs, key=lambda pair: pair[0].topic):
        shown = words.find(NO_TOPIC) if name is None else name
        yield Topic(name=shown, slug=slug(name) if name else "", stories=tuple(story for _, story in group))


def _telling(
    brief: Brief,
    issue: Issue,
    citations: Mapping[str, Citation],
    number: int,
    earlier: Mapping[str, Issue],
    words: Words,
) -> Telling:
    cited = cited_in(brief, citations, ZoneInfo(issue.timezone), words)
    articles = tuple(cited[id] for id in brief.articles)
    targets = {take.target for take in brief.takes}
    shared = brief.takes[0].target if len(targets) == 1 else None
    own = [article.language for article in articles if article.title == brief.title]
    return Telling(
        id=brief.story,
        number=number,
        title=brief.title,
        language=own[0] if own else issue.language,
        meta=(*_meta(brief, articles, words), _status(brief, earlier, ZoneInfo(issue.timezone), words)),
        continuing=brief.since is not None,
        pinned=brief.pinned,
        target=None if shared == brief.title else shared,
        sections=parts(brief, cited, words),
        elsewhere=elsewhere(brief, cited, words),
        silent=silent(brief, words),
        meters=meters(brief, words),
        related=tuple((related.story, related.title) for related in brief.related),
        camps=camps(brief.takes, cited, words),
        spread=spread(brief.takes, words),
        articles=articles,
        listed=folded(brief, cited),
        together="; ".join(", ".join(shared[:_SHARED]) for shared in (brief.why.names, brief.why.terms) if shared),
        standing=_standing(brief.rank, words),
    )


def _meta(brief: Brief, articles: Sequence[Cited], words: Words) -> Iterable[str]:
    """Who tells, how many of them independently, and how many articles; of a single outlet, which."""
    outlets = list(dict.fromkeys(article.outlet for article in articles))
    origins = brief.lineage.independent({article.id: article.outlet for article in articles})
    if len(outlets) == 1:
        foreign = [name for name in origins if name != outlets[0]]
        source = words.say(", source: {name}", name=foreign[0]) if len(foreign) == len(origins) == 1 else ""
        yield outlets[0] + source
    else:
        independent = ", " + words.count(len(origins), "independent origin") if origins else ""
        yield words.count(len(outlets), "outlet") + independent
    if len(articles) > 1:
        yield words.count(len(articles), "article")
    at_source = sum(article.words for article in folded(brief, {article.id: article for article in articles}))
    told = sum(count_words(quote.text) for quote in brief.quotes())
    if at_source and told:
        yield words.say("{here} min here, {there} min at the sources", here=_minutes(told), there=_minutes(at_source))
    if brief.pinned:
        yield words.find("put first by the editor")


def _minutes(words: int) -> int:
    return max(1, round(words / _PACE))


def _standing(rank: Sequence[Reason], words: Words) -> str:
    """The sum that ranked a story, term by term."""
    terms = (
        words.term(reason.weight, reason.value, 3, f"{words.find(reason.name)}: {words.kept(reason.said)}")
        for reason in rank
    )
    return f"{words.number(points(rank), 2)} = {' + '.join(terms)}" if rank else ""


def _status(brief: Brief, earlier: Mapping[str, Issue], zone: ZoneInfo, words: Words) -> str:
    if brief.since is None:
        return words.find("new")
    before = earlier.get(brief.since)
    articles = words.count(len(brief.new), "new article")
    if before is None:
        return words.say("continuing: {articles}", articles=articles)
    return words.say("continuing: {articles} since {day}", articles=articles, day=words.day(before.at.astimezone(zone)))

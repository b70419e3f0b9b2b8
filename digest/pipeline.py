"""Articles in, an issue out: the pure middle. It knows the stage protocols and no plug-in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from digest.cluster import Clusterer
from digest.config import Decisions, Rights, Selection
from digest.edit.continuity import Continued, continued
from digest.edit.editor import Register, arranged, corrected, corrections
from digest.edit.headline import headline
from digest.edit.rank import Ranked, Scale
from digest.edit.related import related
from digest.edit.select import Choice, Chosen, choose
from digest.edit.topics import matches
from digest.edit.why import why
from digest.lineage import lineage
from digest.model import Article, Brief, Citation, Issue, Label, Lineage, Stale, Story
from digest.sections import Allowance, Reading, Wanted, gauges, told
from digest.stance import StanceModel, takes_sides, voices
from digest.summarize import Summarizer
from digest.text.words import count_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an edition asks of an issue, and what its editor decided. `stories` is an upper limit.

    A manifest of an earlier version has no `formats`.
    """

    edition: str
    title: str
    language: str
    timezone: str
    url: str | None
    sender: str | None
    window: timedelta
    stories: int
    rights: Rights
    selection: Selection
    decisions: Decisions
    hub: str | None = None
    licence: str | None = None
    address: str | None = None
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The plug-ins that do the work."""

    cluster: Clusterer
    summarize: Summarizer
    sections: tuple[Wanted, ...]
    stance: StanceModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The edition's issues before the one that is made, oldest first, and an earlier build of that one, if any."""

    earlier: tuple[Issue, ...] = ()
    replaced: Issue | None = None

    @property
    def all(self) -> tuple[Issue, ...]:
        return (*self.earlier, self.replaced) if self.replaced else self.earlier


Timer = Callable[[str], None]


def issue_id(at: datetime, timezone: str) -> str:
    """An edition has one issue a day: its date where its readers are."""
    return at.astimezone(ZoneInfo(timezone)).date().isoformat()


def make_issue(
    articles: Sequence[Article],
    *,
    plan: Plan,
    stages: Stages,
    at: datetime,
    number: int,
    past: Past,
    stale: Sequence[Stale] = (),
    begin: Timer = lambda stage: None,
) -> Issue:
    """The issue of `at`; `begin` is told of each stage.

    `articles` may hold some that earlier issues had: they tie the new ones to their stories, and a story without any
    new article stays out.
    """
    begin("cluster")
    stories = clustered(articles, plan=plan, cluster=stages.cluster, past=past)
    begin("judge")
    choice = _chosen(stories, plan, stages.stance, at, past)
    begin("summarize")
    alone = [_brief(one, stories, plan, stages, past.earlier) for one in choice.chosen]
    near = related(alone, past.earlier, plan.language)
    briefs = tuple(replace(brief, related=found) for brief, found in zip(alone, near, strict=True))
    return Issue(
        edition=plan.edition,
        id=issue_id(at, plan.timezone),
        number=number,
        title=plan.title,
        language=plan.language,
        timezone=plan.timezone,
        url=plan.url,
        sender=plan.sender,
        address=plan.address,
        at=at,
        window=(at - plan.window, at),
        articles=tuple(_cite(article, plan.rights) for one in choice.chosen for article in one.ranked.whole.articles),
        briefs=briefs,
        more=choice.more,
        stale=tuple(stale),
        topics=tuple(topic.name for topic in plan.selection.topics),
        left=choice.left,
        hub=plan.hub,
        licence=plan.licence,
        formats=plan.formats,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustered:
    """All stories under their lasting ids, by id, the ids of those that the editor pinned or dropped, and the stances
    that he set, by article and speaker.
    """

    stories: dict[str, Continued]
    pinned: tuple[str, ...]
    dropped: tuple[str, ...]
    stances: Mapping[tuple[str, str | None], Label]


def clustered(articles: Sequence[Article], *, plan: Plan, cluster: Clusterer, past: Past) -> Clustered:
    """Stories of all articles that are not excluded, as the editor arranged them."""
    excluded = plan.selection.exclude
    wanted = [article for article in articles if not (excluded and matches(article, excluded))]
    register = Register.of(articles, past.all)
    stories = arranged(cluster(wanted), plan.decisions, register)
    lasting = continued(stories, past.earlier, past.replaced)
    ids = dict(zip((story.id for story in stories), (one.story.id for one in lasting), strict=True))
    pinned = [register.meant([one], stories)[:1] for one in plan.decisions.pin]
    dropped = [register.meant([one], stories) for one in plan.decisions.drop]
    return Clustered(
        stories={one.story.id: one for one in lasting},
        pinned=tuple(dict.fromkeys(ids[story.id] for found in pinned for story in found)),
        dropped=tuple(dict.fromkeys(ids[story.id] for found in dropped for story in found)),
        stances=corrections(plan.decisions, register),
    )


def _chosen(found: Clustered, plan: Plan, stance: StanceModel, at: datetime, past: Past) -> Choice:
    known = frozenset(article.id for issue in past.earlier for article in issue.articles)
    pairs = [(one.story, _news(one.story, known)) for one in found.stories.values()]

    def measure(whole: Story, news: Story) -> Ranked:
        origins = lineage(whole.articles)
        target = _target(news)
        heard = voices(_originals(news, origins))
        takes = tuple(corrected(stance(voice, target), found.stances) for voice in heard)
        return Ranked(whole=whole, news=news, lineage=origins, takes=takes, reasons=scale.reasons(news, origins, takes))

    rules = plan.selection
    scale = Scale(weights=rules.weights, outlets=dict(rules.outlets), at=at, window=plan.window)
    return choose(
        [(whole, news) for whole, news in pairs if _has_news(whole, news)],
        limit=plan.stories,
        rules=rules,
        scale=scale,
        measure=measure,
        pinned=found.pinned,
        dropped=found.dropped,
    )


def _target(news: Story) -> str:
    """What happened, in the words of the clearest headline that takes no side, if there is one."""
    return headline([article for article in news.articles if not takes_sides(article.title)] or news.articles)


def _has_news(whole: Story, news: Story) -> bool:
    """Not if all that came is copies of what was told."""
    if not news.articles or len(news.articles) == len(whole.articles):
        return bool(news.articles)
    return bool(_originals(news, lineage(whole.articles)).articles)


def _originals(news: Story, origins: Lineage) -> Story:
    """Without copies: they are no voices of their own."""
    return replace(news, articles=tuple(article for article in news.articles if article.id not in origins.copies))


def _brief(one: Chosen, found: Clustered, plan: Plan, stages: Stages, earlier: Sequence[Issue]) -> Brief:
    whole, news = one.ranked.whole, one.ranked.news
    originals = _originals(news, one.ranked.lineage)
    reading = Reading(story=originals, whole=whole, summarize=stages.summarize)
    allowance = Allowance(reading.articles, plan.rights.of)
    sections, takes = told(reading, stages.sections, one.ranked.takes, allowance)
    return Brief(
        story=whole.id,
        title=news.title,
        articles=tuple(article.id for article in whole.articles),
        new=tuple(article.id for article in news.articles),
        since=_last_issue(whole.id, earlier),
        sections=sections,
        takes=takes,
        merged=found.stories[whole.id].merged,
        topic=one.topic,
        pinned=one.pinned,
        why=why(whole),
        lineage=_quotable(one.ranked.lineage, allowance),
        rank=one.ranked.reasons,
        gauges=gauges(reading, one.ranked.lineage),
    )


def _quotable(lineage: Lineage, allowance: Allowance) -> Lineage:
    """With the evidence that may be quoted, once all else is."""
    origins = (
        origin if origin.evidence and allowance.take([origin.evidence]) else replace(origin, evidence=None)
        for origin in lineage.origins
    )
    return replace(lineage, origins=tuple(origins))


def _news(story: Story, known: frozenset[str]) -> Story:
    """What an issue tells of a story: the articles that no earlier issue had, and the clearest of their titles."""
    articles = tuple(article for article in story.articles if article.id not in known)
    return replace(story, title=headline(articles) if articles else story.title, articles=articles)


def _last_issue(story: str, earlier: Sequence[Issue]) -> str | None:
    return next((issue.id for issue in reversed(earlier) if any(brief.story == story for brief in issue.briefs)), None)


def _cite(article: Article, rights: Rights) -> Citation:
    return Citation(
        id=article.id,
        outlet=article.outlet,
        title=article.title,
        url=article.url,
        published=article.published,
        day_only=article.day_only,
        author=article.author,
        language=article.language,
        sha256=article.sha256,
        licence=article.licence,
        words=count_words(article.text),
        reserved=rights.against(article),
    )

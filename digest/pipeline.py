"""Articles in, an issue out: the pure middle. It knows the stage protocols and a story's voices, no plug-in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from digest.cluster import Clusterer
from digest.model import Article, Brief, Citation, Issue, Section, Stale, Story, short_hash
from digest.stance import StanceModel, voices
from digest.summarize import Summarizer


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an edition asks of an issue. `stories` and `sentences` are upper limits."""

    edition: str
    title: str
    language: str
    timezone: str
    url: str | None
    sender: str | None
    window: timedelta
    stories: int
    sentences: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The plug-ins that do the work."""

    cluster: Clusterer
    summarize: Summarizer
    stance: StanceModel


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
    earlier: Sequence[Issue],
    stale: Sequence[Stale] = (),
    begin: Timer = lambda stage: None,
) -> Issue:
    """The issue of `at`. `earlier` are the edition's issues before it, oldest first; `begin` is told of each stage.

    `articles` may hold some that earlier issues had: they tie the new ones to their stories, and a story without any
    new article stays out.
    """
    known = frozenset(article.id for issue in earlier for article in issue.articles)
    begin("cluster")
    stories = [story for story in stages.cluster(articles) if _news(story, known).articles]
    ranked = rank(continued(stories, earlier), known)
    shown = ranked[: plan.stories]
    news = [_news(story, known) for story in shown]
    begin("summarize")
    summaries = [Section(name="summary", quotes=stages.summarize(story, plan.sentences)) for story in news]
    begin("judge")
    takes = [tuple(stages.stance(voice, story.title) for voice in voices(story)) for story in news]
    return Issue(
        edition=plan.edition,
        id=issue_id(at, plan.timezone),
        number=number,
        title=plan.title,
        language=plan.language,
        timezone=plan.timezone,
        url=plan.url,
        sender=plan.sender,
        at=at,
        window=(at - plan.window, at),
        articles=tuple(_cite(article) for story in shown for article in story.articles),
        briefs=tuple(
            Brief(
                story=story.id,
                title=new.title,
                articles=tuple(article.id for article in story.articles),
                new=tuple(article.id for article in new.articles),
                since=_last_issue(story.id, earlier),
                sections=(summary,),
                takes=judged,
            )
            for story, new, summary, judged in zip(shown, news, summaries, takes, strict=True)
        ),
        more=len(ranked) - len(shown),
        stale=tuple(stale),
    )


def continued(stories: Sequence[Story], earlier: Sequence[Issue]) -> list[Story]:
    """Stories under the ids that they had in earlier issues, if they share articles with a story there.

    The largest overlap decides; an id goes to one story only. Every other story keeps the id of its clustering, unless
    that has been given away before, as when a story falls in two.
    """
    before = {id: brief.story for issue in earlier for brief in issue.briefs for id in brief.articles}
    wishes = sorted(
        (-sum(before.get(article.id) == known for article in story.articles), known, story.id)
        for story in stories
        for known in {before[article.id] for article in story.articles if article.id in before}
    )
    given: dict[str, str] = {}
    for _, known, story_id in wishes:
        if story_id not in given and known not in given.values():
            given[story_id] = known
    taken = set(before.values())
    return [replace(story, id=given.get(story.id) or _fresh(story, taken, before)) for story in stories]


def _fresh(story: Story, taken: set[str], before: Mapping[str, str]) -> str:
    """The story's own id, or one made of its first article that no story had before."""
    new = next((article.id for article in story.articles if article.id not in before), "")
    return story.id if story.id not in taken else short_hash("story", story.id, new)


def rank(stories: Sequence[Story], known: frozenset[str]) -> list[Story]:
    """By their news: most outlets, then most articles, then the newest first; by id where that is all the same."""

    def weight(story: Story) -> tuple[int, int, float, str]:
        news = _news(story, known)
        newest = max(article.when for article in news.articles)
        return (-len(news.outlets), -len(news.articles), -newest.timestamp(), story.id)

    return sorted(stories, key=weight)


def _news(story: Story, known: frozenset[str]) -> Story:
    """The part of a story that an issue tells: the articles that no earlier issue had, and a title of theirs."""
    articles = tuple(article for article in story.articles if article.id not in known)
    titles = [article.title for article in articles]
    title = story.title if story.title in titles or not titles else titles[-1]
    return replace(story, title=title, articles=articles)


def _last_issue(story: str, earlier: Sequence[Issue]) -> str | None:
    return next((issue.id for issue in reversed(earlier) if any(brief.story == story for brief in issue.briefs)), None)


def _cite(article: Article) -> Citation:
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
    )

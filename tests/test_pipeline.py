"""The pure middle, with stages that a test can see through."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from digest.config import Decisions, Rights, Selection
from digest.edit.continuity import continued
from digest.model import Article, Issue, Quote, Stance, Story, Take, Voice
from digest.pipeline import Past, Plan, Stages, issue_id, make_issue
from digest.sections import Wanted
from digest.sections.key_points import KeyPoints
from tests.conftest import NOW, make_article

PLAN = Plan(
    edition="weekly", title="Weekly", language="en", timezone="UTC", url=None, sender=None, window=timedelta(days=7),
    stories=10, rights=Rights(), selection=Selection(), decisions=Decisions(),
)  # fmt: skip


@dataclass(frozen=True)
class ByFirstWord:
    """Articles whose titles begin alike are a story."""

    def __call__(self, articles: Sequence[Article]) -> tuple[Story, ...]:
        found: dict[str, list[Article]] = {}
        for article in sorted(articles, key=lambda article: article.id):
            found.setdefault(article.title.split()[0], []).append(article)
        return tuple(Story(id=f"s-{key}", title=group[0].title, articles=tuple(group)) for key, group in found.items())


@dataclass(frozen=True)
class FirstSentences:
    def __call__(self, story: Story, limit: int) -> tuple[Quote, ...]:
        return tuple(Quote.cut(a, a.sentences[0]) for a in story.articles if a.sentences)[:limit]


@dataclass(frozen=True)
class AlwaysNeutral:
    def __call__(self, voice: Voice, target: str) -> Take:
        return Take(
            outlet=voice.article.outlet,
            speaker=voice.speaker,
            article=voice.article.id,
            target=target,
            stance=Stance(label="neutral", score=1.0, by="test"),
            evidence=(Quote.cut(voice.article, voice.spans[0]),),
        )


SECTIONS = (Wanted(name="key-points", limit=2, find=KeyPoints()),)
STAGES = Stages(cluster=ByFirstWord(), summarize=FirstSentences(), sections=SECTIONS, stance=AlwaysNeutral())


def one(id: str, title: str, **fields: object) -> Article:
    return make_article(id=id, outlet=id, title=title, body=f"Body of {id} is here.", **fields)


def build(articles: list[Article], at: datetime = NOW, earlier: Sequence[Issue] = (), plan: Plan = PLAN) -> Issue:
    return make_issue(
        articles, plan=plan, stages=STAGES, at=at, number=len(earlier) + 1, past=Past(earlier=tuple(earlier))
    )


def test_an_issue_says_what_its_stories_are_made_of() -> None:
    issue = build([one("a", "Harbour opens"), one("b", "Harbour open?"), one("c", "Buses run")])
    assert [brief.title for brief in issue.briefs] == ["Harbour opens", "Buses run"]
    harbour = issue.briefs[0]
    assert (harbour.articles, harbour.new, harbour.since) == (("a", "b"), ("a", "b"), None)
    assert [quote.text for quote in harbour.sections[0].quotes] == ["Body of a is here.", "Body of b is here."]
    assert [(take.outlet, take.target) for take in harbour.takes] == [("a", "Harbour opens"), ("b", "Harbour opens")]
    assert {article.id for article in issue.articles} == {"a", "b", "c"}
    assert (issue.id, issue.number, issue.window) == ("2026-11-20", 1, (NOW - timedelta(days=7), NOW))


def test_more_outlets_come_first_and_the_limit_is_said() -> None:
    articles = [one("a", "Alone today"), one("b", "Harbour opens"), one("c", "Harbour open?"), one("d", "Third")]
    issue = build(articles, plan=replace(PLAN, stories=2))
    assert issue.briefs[0].title == "Harbour opens"
    assert (len(issue.briefs), issue.more) == (2, 1)


def test_a_later_issue_tells_only_what_is_new() -> None:
    first = build([one("a", "Harbour opens"), one("b", "Buses run")])
    week = NOW + timedelta(days=7)
    articles = [one("a", "Harbour opens"), one("b", "Buses run"), one("c", "Harbour busy"), one("d", "Chips")]
    second = build(articles, week, [first])
    harbour = next(brief for brief in second.briefs if brief.since)
    assert {brief.title for brief in second.briefs} == {"Harbour busy", "Chips"}
    assert (harbour.articles, harbour.new, harbour.since) == (("a", "c"), ("c",), first.id)
    assert harbour.story in {brief.story for brief in first.briefs if brief.title == "Harbour opens"}
    assert {quote.article for quote in harbour.quotes()} == {"c"}
    assert {take.target for take in harbour.takes} == {"Harbour busy"}


def test_a_story_ranks_by_its_news_not_by_what_was_told_before() -> None:
    first = build([one("a", "Harbour opens"), one("b", "Harbour cost"), one("c", "Harbour ships")])
    week = NOW + timedelta(days=7)
    old = [one("a", "Harbour opens"), one("b", "Harbour cost"), one("c", "Harbour ships")]
    second = build([*old, one("d", "Harbour busy"), one("e", "Chips"), one("f", "Chips again")], week, [first])
    assert [brief.title.split()[0] for brief in second.briefs] == ["Chips", "Harbour"]


def test_a_story_that_falls_in_two_gives_its_id_to_one_half_only() -> None:
    """The clusterer names a story after its first article, which may be in either half."""
    first = build([one("a", "Harbour opens"), one("b", "Harbour cost"), one("c", "Harbour ships")])
    known = first.briefs[0].story
    halves = [
        Story(id=known, title="x", articles=(one("a", "x"), one("n", "x"))),
        Story(id="other", title="y", articles=(one("b", "y"), one("c", "y"), one("m", "y"))),
    ]
    ids = [one.story.id for one in continued(halves, [first])]
    assert ids[1] == known
    assert len(set(ids)) == 2


def test_nothing_new_makes_an_empty_issue() -> None:
    first = build([one("a", "Harbour opens")])
    assert build([one("a", "Harbour opens")], NOW + timedelta(days=7), [first]).briefs == ()


def test_a_story_keeps_its_id_when_it_splits_and_no_two_stories_share_one() -> None:
    first = build([one("a", "Harbour opens"), one("b", "Harbour cost"), one("c", "Harbour ships")])
    known = first.briefs[0].story
    halves = [
        Story(id="x", title="x", articles=(one("a", "x"),)),
        Story(id="y", title="y", articles=(one("b", "y"), one("c", "y"))),
    ]
    assert [one.story.id for one in continued(halves, [first])] == ["x", known]


def test_an_issue_is_named_after_its_date_where_its_readers_are() -> None:
    late = datetime.fromisoformat("2026-11-20T23:30:00+00:00")
    assert issue_id(late, "UTC") == "2026-11-20"
    assert issue_id(late, "Pacific/Auckland") == "2026-11-21"


COPIED = "The harbour of Larn opened to ships on Monday after two years of work, and nobody was there to see it but the captain."


def test_a_copy_of_what_was_told_is_no_news() -> None:
    told = replace(one("a", "Harbour opens"), text=f"Harbour opens\n\n{COPIED}")
    copy = replace(one("b", "Harbour copied"), text=f"Harbour copied\n\n{COPIED}")
    first = build([told])
    assert build([told, copy], NOW + timedelta(days=7), [first]).briefs == ()
    (brief,) = build([told, copy, one("c", "Harbour busy")], NOW + timedelta(days=7), [first]).briefs
    assert brief.new == ("b", "c")
    assert {take.article for take in brief.takes} == {"c"}
    assert {quote.article for quote in brief.sections[0].quotes} == {"c"}


def test_copies_make_one_take_and_count_once() -> None:
    texts = [replace(one(id, f"Harbour {id}"), text=f"Harbour {id}\n\n{COPIED}") for id in "abcd"]
    (brief,) = build([*texts, one("e", "Harbour busy")]).briefs
    assert [take.outlet for take in brief.takes] == ["a", "e"]
    (size,) = [reason for reason in brief.rank if reason.name == "size"]
    assert size.said == "5 articles, 3 copies not counted"
    assert size.value == round(1.58496, 4)


def test_a_stance_is_asked_about_what_happened_and_not_about_what_somebody_thinks_of_it() -> None:
    """Even where the clearest headline takes a side; if all do, it is that one."""
    sided, plain = one("a", "Harbour lease is a brilliant deal"), one("b", "Harbour lease is signed by the city")
    assert {take.target for take in build([sided, plain]).briefs[0].takes} == {plain.title}
    assert {take.target for take in build([sided]).briefs[0].takes} == {sided.title}


def test_a_brief_has_gauges_and_related_stories() -> None:
    """Of this issue, and of earlier ones."""
    first = build(
        [one("a", "Harbour lease of Varnholm signed"), one("b", "Ferries of Varnholm wait for the harbour lease")]
    )
    harbour, ferries = first.briefs
    assert [gauge.name for gauge in harbour.gauges] == ["hype", "substance"]
    assert [found.story for found in harbour.related] == [ferries.story]
    later = build([one("c", "Cranes of Varnholm need a harbour lease")], NOW + timedelta(days=7), [first])
    assert {found.title for found in later.briefs[0].related} == {harbour.title, ferries.title}

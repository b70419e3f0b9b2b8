"""Which stories an issue tells: ranks that add up, headings with quotas, rules that let in and keep out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.app.setup import read_config
from digest.config import Rule, Selection, Topic, Weights
from digest.edit.rank import Ranked, Ranking, Scale
from digest.edit.select import choose
from digest.edit.topics import is_about, matches, topic_of
from digest.model import Article, Issue, Label, Lineage, Origin, Stance, Story, Take, points
from digest.pipeline import Past, make_issue
from tests.conftest import NOW, make_article
from tests.test_pipeline import PLAN, STAGES

WEEK = timedelta(days=7)
SCALE = Scale(weights=Weights(), outlets={}, at=NOW, window=WEEK)


def made(id: str, title: str, body: str = "Nothing else.", hours: float = 0, **fields: object) -> Article:
    return make_article(
        id=id, title=title, body=body, **{"outlet": id, "published": NOW - timedelta(hours=hours), **fields}
    )


def story(*articles: Article) -> Story:
    return Story(id=f"s-{articles[0].id}", title=articles[0].title, articles=articles)


def own(articles: Sequence[Article]) -> Lineage:
    return Lineage(origins=tuple(Origin(article=a.id, name=a.outlet, how="own") for a in articles))


def take(outlet: str, label: Label | None, speaker: str | None = None) -> Take:
    stance = Stance(label=label, score=1.0, by="test") if label else None
    return Take(outlet=outlet, speaker=speaker, article=outlet, target="t", stance=stance, evidence=())


def issue(articles: list[Article], rules: Selection, stories: int = 10) -> Issue:
    plan = replace(PLAN, selection=rules, stories=stories)
    return make_issue(articles, plan=plan, stages=STAGES, at=NOW, number=1, past=Past())


def titles(found: Issue) -> list[str]:
    return [brief.title for brief in found.briefs]


def test_the_terms_of_a_rank_are_those_of_the_formula() -> None:
    news = story(made("a", "x"), made("b", "x", hours=84), made("c", "x", hours=84))
    takes = [take("a", "positive"), take("b", "skeptical"), take("c", "neutral"), take("c", "skeptical", "A. Speaker")]
    reasons = {reason.name: (reason.value, reason.said) for reason in SCALE.reasons(news, own(news.articles), takes)}
    assert reasons == {
        "origins": (2.0, "3 independent origins, 3 outlets"),
        "size": (2.0, "3 articles"),
        "recency": (1.0, "newest 0 h ago"),
        "spread": (round(4 / 9, 4), "1 positive, 1 skeptical of 3 outlets"),
    }
    assert points(SCALE.reasons(news, own(news.articles), takes)) == pytest.approx(3 * 2 + 2 + 1 + 4 / 9, abs=1e-4)


def test_half_of_the_window_halves_the_recency() -> None:
    news = story(made("a", "x", hours=84))
    (recency,) = [reason for reason in SCALE.reasons(news, own(news.articles), []) if reason.name == "recency"]
    assert recency.value == 0.5


def test_outlets_that_only_repeat_another_count_once_and_a_heavy_outlet_counts_more() -> None:
    news = story(made("a", "x"), made("b", "x"), made("c", "x"))
    origins = Lineage(
        origins=tuple(Origin(article=id, name=name, how="line") for id, name in zip("abc", "aac", strict=True))
    )
    scale = replace(SCALE, outlets={"b": 6.0})
    assert (
        scale.reasons(news, origins, [])[0].value == 3.0
    )  # log2(1 + 6 + 1): b is the heavier of the two with origin a
    assert SCALE.reasons(news, origins, [])[0].value == round(1.58496, 4)
    assert scale.reasons(news, origins, [])[0].said == "2 independent origins, 3 outlets, weighing 7"


@given(
    st.lists(
        st.tuples(
            st.integers(1, 4),
            st.integers(0, 200),
            st.lists(st.sampled_from(["positive", "skeptical", "neutral"]), min_size=4, max_size=4),
        ),
        max_size=8,
    ),
    st.integers(0, 8),
)
def test_the_foremost_come_first_although_few_are_read(told: list[tuple[int, int, list[Label]]], wanted: int) -> None:
    """What is worked out only when it is needed gives the order that reading everything gives."""
    stories = [
        (story(*(made(f"{number}-{part}", "x", hours=hours) for part in range(size))), labels)
        for number, (size, hours, labels) in enumerate(told)
    ]
    of = {one.id: labels for one, labels in stories}

    def measure(whole: Story, news: Story) -> Ranked:
        takes = tuple(take(a.outlet, label) for a, label in zip(news.articles, of[whole.id], strict=False))
        origins = own(news.articles)
        return Ranked(whole=whole, news=news, lineage=origins, takes=takes, reasons=SCALE.reasons(news, origins, takes))

    every = [measure(one, one) for one, _ in stories]
    order = sorted(
        every, key=lambda r: (-points(r.reasons), -max(a.when for a in r.news.articles).timestamp(), r.whole.id)
    )
    ranking = Ranking([(one, one) for one, _ in stories], SCALE, measure)
    found = [ranked.whole.id for _ in range(wanted) if (ranked := ranking.take())]
    assert found == [ranked.whole.id for ranked in order[: len(found)]]
    for one in every:
        assert SCALE.bound(one.news) >= points(one.reasons)


def test_weights_change_the_order() -> None:
    wide = [made("a", "Wide one", hours=100), made("b", "Wide two", hours=100)]
    fresh = [made("c", "Fresh")]
    assert titles(issue([*wide, *fresh], Selection()))[0] == "Wide one"
    assert titles(issue([*wide, *fresh], Selection(weights=Weights(origins=0, size=0, recency=1))))[0] == "Fresh"
    assert titles(issue([*wide, *fresh], Selection(outlets=(("c", 50.0),))))[0] == "Fresh"


CHIPS = [made("a", "Chip plant opens"), made("b", "Chip plant costs"), made("c", "Semiconductors fall")]
TOPICS = (
    Topic(name="Chips", rule=Rule(words=("chip", "semiconduct*")), stories=1),
    Topic(name="City", rule=Rule(categories=("City Life",))),
)


def with_categories(article: Article, *names: str) -> Article:
    return replace(article, categories=names)


def test_stories_stand_under_their_headings_in_the_order_of_the_file_those_of_none_last() -> None:
    articles = [
        *CHIPS,
        *(with_categories(a, "city  LIFE") for a in (made("d", "Buses run"), made("e", "Trams stop"))),
        made("f", "Rain"),
    ]
    found = issue(articles, Selection(topics=TOPICS))
    assert [(brief.topic, brief.title.split()[0]) for brief in found.briefs] == [
        ("Chips", "Chip"), ("City", "Buses"), ("City", "Trams"), (None, "Rain"),
    ]  # fmt: skip
    assert found.topics == ("Chips", "City")
    (left,) = found.left
    assert (left.articles, left.reason) == (("c",), "no room in Chips")
    assert found.more == 1


def test_a_story_whose_heading_is_full_is_not_worked_out() -> None:
    """With a quota of one, a thousand stories on chips need not be judged."""
    worked_out: list[str] = []

    def measure(whole: Story, news: Story) -> Ranked:
        worked_out.append(whole.id)
        origins = own(news.articles)
        return Ranked(whole=whole, news=news, lineage=origins, takes=(), reasons=SCALE.reasons(news, origins, []))

    stories = [story(made(f"c{n}", "Chip news", hours=n)) for n in range(30)] + [story(made("r", "Rain", hours=99))]
    choice = choose(
        [(one, one) for one in stories], limit=10, rules=Selection(topics=TOPICS), scale=SCALE, measure=measure
    )
    assert [one.topic for one in choice.chosen] == ["Chips", None]
    assert len(worked_out) == 2
    assert choice.more == 29


def test_pinned_stories_for_which_there_is_no_room_are_counted() -> None:
    pairs = [(one, one) for one in (story(made(id, "x")) for id in "abc")]

    def measure(whole: Story, news: Story) -> Ranked:
        origins = own(news.articles)
        return Ranked(whole=whole, news=news, lineage=origins, takes=(), reasons=SCALE.reasons(news, origins, []))

    choice = choose(pairs, limit=1, rules=Selection(), scale=SCALE, measure=measure, pinned=("s-c", "s-b"))
    assert [one.ranked.whole.id for one in choice.chosen] == ["s-c"]
    assert (choice.more, len(choice.left)) == (2, 2)


def test_a_heading_without_a_rule_takes_what_is_left() -> None:
    found = issue([*CHIPS, made("f", "Rain")], Selection(topics=(Topic(name="Else"), *TOPICS)))
    assert [(brief.topic, brief.title.split()[0]) for brief in found.briefs] == [("Else", "Rain"), ("Chips", "Chip")]


def test_what_is_excluded_stays_out_article_by_article() -> None:
    found = issue([*CHIPS, made("f", "Chip plant sponsored by us")], Selection(exclude=Rule(words=("sponsored by",))))
    assert "f" not in {article.id for article in found.articles}
    assert {"a", "b", "c"} == {article.id for article in found.articles}


def test_only_what_is_included_comes_in_and_the_issue_names_what_did_not() -> None:
    found = issue([*CHIPS, made("f", "Rain")], Selection(include=Rule(words=("chip",), outlets=("C",))))
    assert titles(found) == ["Chip plant opens", "Semiconductors fall"]
    assert [(left.articles, left.reason) for left in found.left] == [(("f",), "not about what is wanted (include)")]
    assert found.more == 0


def test_min_outlets_counts_outlets_not_articles() -> None:
    articles = [
        made("a", "Chip one", outlet="A"),
        made("b", "Chip two", outlet="A"),
        made("c", "Rain one", outlet="B"),
        made("d", "Rain two", outlet="C"),
    ]
    found = issue(articles, Selection(min_outlets=2))
    assert titles(found) == ["Rain one"]
    assert found.left[0].reason == "fewer than 2 outlets (min_outlets)"


@pytest.mark.parametrize(
    ("words", "title", "body", "expected"),
    [
        (("chip",), "CHIP makers", "", True),
        (("chip",), "Chips fall", "", False),
        (("chip*",), "Chips fall", "", True),
        (("*chip",), "A microchip", "", True),
        (("chip",), "Other", "One chip.", False),
        (("chip",), "Other", "One chip. Another chip.", True),
        (("chip", "plant"), "Other", "One chip in a plant.", True),
        (("new york",), "In New\tYork today", "", True),
        (("c++",), "Why C++ stays", "", True),
        (("gpt-4",), "GPT-4 and us", "", True),
        (("芯片",), "新芯片工厂开业", "", True),
        (("Straße",), "Neue STRASSE", "", False),
        (("(",), "A (strange) title", "", False),
        (("a.b",), "axb", "", False),
    ],
)  # fmt: skip
def test_words_are_whole_words_unless_a_star_says_otherwise(
    words: tuple[str, ...], title: str, body: str, expected: bool
) -> None:
    assert matches(made("a", title, body or "Nothing."), Rule(words=words)) is expected


def test_a_story_is_about_something_if_half_of_its_articles_are() -> None:
    chip, rain = made("a", "Chip"), made("b", "Rain")
    rule = Rule(words=("chip",))
    assert is_about(story(chip, rain), rule)
    assert not is_about(story(chip, rain, made("c", "Rain")), rule)
    assert topic_of(story(rain), (Topic(name="Chips", rule=rule),)) is None


def test_the_order_of_the_articles_makes_no_difference() -> None:
    articles = [*CHIPS, made("f", "Rain"), made("g", "Rain again", hours=3)]
    rules = Selection(topics=TOPICS)
    assert len({repr(issue(list(order), rules)) for order in permutations(articles)}) == 1


def test_an_outlet_is_one_voice_at_most_however_many_it_credits() -> None:
    articles = tuple(made(str(n), "x", outlet="Solo") for n in range(4))
    origins = Lineage(origins=tuple(Origin(article=str(n), name=f"Wire {n}", how="line") for n in range(4)))
    news = story(*articles)
    reason = SCALE.reasons(news, origins, [])[0]
    assert (reason.value, reason.said) == (1.0, "1 independent origin, 1 outlet")
    assert SCALE.bound(news) >= points(SCALE.reasons(news, origins, []))


def test_an_article_without_a_date_is_not_taken_for_fresh() -> None:
    old = made("a", "x", hours=84)
    undated = replace(made("b", "x"), published=None)
    ahead = replace(made("c", "x"), published=NOW + timedelta(days=900))
    recency = SCALE.reasons(story(old, undated, ahead), own([old, undated, ahead]), [])[2]
    assert (recency.value, recency.said) == (0.5, "newest 4 days ago")
    assert SCALE.reasons(story(undated), own([undated]), [])[2].said == "first seen 0 h ago"


def test_an_empty_rule_lets_everything_in(tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_text("editions: {w: {title: W, include: {words: []}, exclude: {}}}", "utf-8")
    assert read_config(path).editions[0].selection == Selection()

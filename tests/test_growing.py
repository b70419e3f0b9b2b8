"""Growing: stories to which articles are added are those of all articles at once, and the rest stays as it is."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.cluster._candidates import Candidates, Spread
from digest.cluster._nodes import age, nodes, seen, sizes
from digest.cluster._pairs import Pairs, pairs
from digest.cluster._partition import GONE, Linking
from digest.cluster._stories import in_order, stories
from digest.cluster._vectors import Flags
from digest.cluster.linkage import Linkage
from digest.model import Article, Story, Tie
from tests.bench.clustering import generated
from tests.test_cluster import BUDGET, FERRY, OTHER_FERRY, article, batches

EVER = 1e9  # slack of what is never begun anew


def at_once(start: Sequence[Article], more: Sequence[Article]) -> tuple[Story, ...]:
    """The stories of all, in one go, weighed by what is usual among the first."""
    first = seen(nodes(sorted(start, key=age)))
    made = nodes(sorted([*start, *more], key=age))
    profiles = seen(made, first.customs)
    found = pairs(profiles, [Candidates(profiles, Spread.over(first).reaching(profiles.vocabulary))])
    linking = Linking(ranks=np.arange(len(made)), sizes=sizes(made), threshold=0.5, leniency=0.08)
    everything = np.ones(len(made), dtype=np.bool_)
    labels = linking.partition(found, np.full(len(made), GONE), everything)
    return in_order([story for _, story in stories(made, found, labels, linking.ranks, linking.sizes, everything)])


@settings(max_examples=150, deadline=None)
@given(batches(most=14, dated=True), st.data())
def test_added_articles_make_the_stories_of_all_at_once_in_whatever_order_they_come(
    articles: list[Article], data: st.DataObject
) -> None:
    """Given what was usual at the start, neither batches nor their order count, be the new ones older or twins."""
    begun = data.draw(st.integers(min_value=0, max_value=len(articles)))
    growing = Linkage().growing(articles[:begun], slack=EVER if begun else 0)
    come = list(data.draw(st.permutations(articles[begun:])))
    while come:
        size = data.draw(st.integers(min_value=1, max_value=len(come)))
        growing.add(come[:size])
        come = come[size:]
    expected = at_once(articles[:begun], articles[begun:]) if begun else Linkage()(articles)
    assert growing.stories() == expected


@pytest.mark.parametrize("every", [7, 40])
def test_a_collection_of_hundreds_grows_as_if_it_had_come_at_once(every: int) -> None:
    """Stories are reshaped where a new article brings two of them together, and where it takes one's member away."""
    articles = [made for made, _ in generated(900)]
    articles = [replace(made, text=made.text[:220]) for made in articles]  # scant, so that much is in doubt
    more = articles[::every]
    start = [made for made in articles if made not in more]
    growing = Linkage().growing(start, slack=EVER)
    for part in range(3):
        growing.add(more[part::3])
    assert growing.stories() == at_once(start, more)


def test_after_a_tenth_more_all_is_begun_anew() -> None:
    """From then on stories are those of a clusterer that sees all for the first time."""
    articles = [made for made, _ in generated(130)]
    growing = Linkage().growing(articles[:100])
    growing.add(articles[100:110])
    assert growing.stories() == at_once(articles[:100], articles[100:110])
    growing.add(articles[110:111])
    assert growing.stories() == Linkage()(articles[:111])
    growing.add(articles[111:])
    assert growing.stories() == Linkage()(articles)


def test_stories_that_nothing_new_touches_are_not_made_again() -> None:
    """The very same record comes back; the story that a new article joins is another."""
    growing = Linkage().growing([*FERRY[:2], *OTHER_FERRY, *BUDGET], slack=EVER)
    before = growing.stories()
    growing.add(FERRY[2:])
    after = {story.id: story for story in growing.stories()}
    assert [after[story.id] is story for story in before] == [FERRY[0] not in story.articles for story in before]
    assert set(after[before[0].id].articles) == set(FERRY)


def test_growing_may_start_with_nothing_and_be_given_nothing() -> None:
    """No articles are no stories, then as ever."""
    growing = Linkage().growing()
    growing.add([])
    assert growing.stories() == ()
    growing.add(FERRY)
    growing.add([])
    assert growing.stories() == Linkage()(FERRY)


def test_a_term_that_was_not_there_at_the_start_brings_new_articles_together() -> None:
    """Two new articles about something unheard of are one story."""
    growing = Linkage().growing(FERRY + OTHER_FERRY, slack=EVER)
    growing.add(BUDGET)
    assert frozenset(BUDGET) in {frozenset(story.articles) for story in growing.stories()}


@settings(max_examples=100, deadline=None)
@given(batches(most=14))
def test_every_article_that_has_company_is_tied_once_to_another_of_its_story(articles: list[Article]) -> None:
    """One tie each, in the story's order, to another member, more or less alike; none for an article alone."""
    for story in Linkage()(articles):
        members = [part.id for part in story.articles]
        assert [tie.article for tie in story.ties] == (members if len(members) > 1 else [])
        for tie in story.ties:
            assert tie.nearest in members
            assert tie.nearest != tie.article
            assert 0 < tie.likeness <= 1


def test_an_article_is_tied_to_the_one_with_which_it_has_the_highest_score() -> None:
    """What is said of the two is the cosine of their words."""
    (story,) = Linkage(threshold=0.1)(FERRY)
    profiles = seen(nodes(FERRY))
    made = pairs(profiles)
    ends = [frozenset((FERRY[one].id, FERRY[other].id)) for one, other in zip(made.one, made.other, strict=True)]
    scores = dict(zip(ends, made.score.tolist(), strict=True))
    cosines = dict(zip(ends, made.alike.tolist(), strict=True))
    for tie in story.ties:
        pair = frozenset((tie.article, tie.nearest))
        assert scores[pair] == max(score for other, score in scores.items() if tie.article in other)
        assert tie.likeness == cosines[pair] / 10_000
        assert 0.1 < tie.likeness < 1


def test_twins_are_tied_to_each_other() -> None:
    """Copies of one text are as alike as can be, whatever else is in the story."""
    copies = [article(f"copy-{n}", FERRY[0].title, FERRY[0].body, hours=n) for n in range(3)]
    (story,) = Linkage()([*copies, FERRY[1]])
    assert story.ties[:3] == (
        Tie(article="copy-0", nearest="copy-1", likeness=1.0),
        Tie(article="copy-1", nearest="copy-0", likeness=1.0),
        Tie(article="copy-2", nearest="copy-0", likeness=1.0),
    )
    assert story.ties[3].nearest == "copy-0"


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, Pairs]:
    """Nodes and scores between some of them, with many equals."""
    count = draw(st.integers(min_value=1, max_value=9))
    scores = st.sampled_from([0, 0, 0, 300_000, 450_000, 500_000, 550_000, 700_000, 900_000])
    drawn = [(one, other, draw(scores)) for one, other in product(range(count), repeat=2) if one < other]
    columns = np.array([pair for pair in drawn if pair[2]], dtype=np.int64).reshape(-1, 3).T
    return count, Pairs(one=columns[0], other=columns[1], score=columns[2], alike=columns[2] * 0)


@pytest.mark.parametrize("seed", [15654, 22945, 23063, 32511])
def test_equals_are_settled_alike_whatever_else_there_is(seed: int) -> None:
    """Rare cases of many equal scores, in which the outcome hung on how many strangers a group had pairs with."""
    chance = np.random.default_rng(seed)
    count = int(chance.integers(4, 14))
    one, other = np.triu_indices(count, 1)
    scores = [0, 0, 300_000, 500_000, 600_000, 700_000][: 3 + int(chance.integers(1, 4))]
    score = chance.choice(np.array(scores), len(one))
    found = Pairs(one=one, other=other, score=score, alike=score * 0).of(score > 0)
    late, ranks = chance.random(count) < chance.choice([0.1, 0.3]), chance.permutation(count)
    few = np.ones(count, dtype=np.int64) if chance.random() < 0.5 else chance.integers(1, 3, count)
    assert_grows(Linking(ranks=ranks, sizes=few, threshold=0.5, leniency=0.08), found, late)


@settings(max_examples=300, deadline=None)
@given(graphs(), st.data())
def test_linking_what_is_touched_is_linking_all(graph: tuple[int, Pairs], data: st.DataObject) -> None:
    """Whichever nodes come last, or get a copy, and whatever the sizes and equal scores."""
    count, found = graph
    flags = st.lists(st.booleans(), min_size=count, max_size=count)
    few = st.lists(st.integers(min_value=1, max_value=3), min_size=count, max_size=count)
    late, ranks = np.array(data.draw(flags)), np.array(data.draw(st.permutations(range(count))))
    assert_grows(Linking(ranks=ranks, sizes=np.array(data.draw(few)), threshold=0.5, leniency=0.08), found, late)


def assert_grows(linking: Linking, found: Pairs, late: Flags) -> None:
    """A partition of what is early, to which the late is added, is that of all."""
    none = np.full(len(late), GONE)
    early = found.of(~late[found.one] & ~late[found.other])
    before = replace(linking, sizes=np.where(late, 0, linking.sizes)).partition(early, none, ~late)
    expected = linking.partition(found, none, np.ones(len(late), dtype=np.bool_))
    assert linking.partition(found, before, late).tolist() == expected.tolist()

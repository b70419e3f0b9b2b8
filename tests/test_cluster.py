"""Clustering: one partition whatever the order, one story for one event, two for two that look alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.cluster._candidates import Candidates
from digest.cluster._furniture import furniture, without_furniture
from digest.cluster._nodes import nodes, seen
from digest.cluster._pairs import _weekdays, pairs
from digest.cluster._vectors import profiles
from digest.cluster.linkage import Linkage
from digest.ingest.article import compose
from digest.model import Article, Story, short_hash
from digest.text.background import background

NOON = datetime(2031, 3, 14, 12, tzinfo=UTC)


def article(
    id: str, title: str, *body: str, outlet: str = "", language: str = "en", hours: float | None = 0
) -> Article:
    """An article that was published `hours` after noon, or without a date."""
    return compose(
        id=id,
        outlet=outlet or f"Outlet {id}",
        title=title,
        paragraphs=body,
        url=None,
        published=None if hours is None else NOON + timedelta(hours=hours),
        day_only=False,
        author=None,
        language=language,
        seen=NOON + timedelta(days=30),
    )


FERRY = [
    article(
        "ferry-1",
        "Ferry runs aground off Marrow Island with 212 on board",
        "A ferry with 212 people on board ran aground off Marrow Island on Friday morning after its rudder failed. "
        "Coastguard boats took the passengers of the Sea Lark to the port of Tolvan. Nobody was badly hurt.",
    ),
    article(
        "ferry-2",
        "Passengers rescued as Sea Lark hits rocks near Tolvan",
        "All passengers have been brought ashore in Tolvan after the ferry Sea Lark struck rocks at Marrow Island, "
        "the coastguard said. The captain reported a broken rudder shortly before.",
        hours=3,
    ),
    article(
        "ferry-3",
        "Coastguard blames rudder for Sea Lark grounding",
        "A broken rudder drove the Sea Lark onto the rocks of Marrow Island, coastguard investigators in Tolvan said. "
        "The 212 people on the ferry were rescued by boats.",
        hours=20,
    ),
]
OTHER_FERRY = [
    article(
        "other-1",
        "Ferry fire in Brackwater harbour leaves two crew in hospital",
        "A fire in the engine room of the ferry Queen Isolde injured two of her crew in Brackwater harbour on Friday. "
        "Firefighters needed four hours to put it out. There were no passengers on board.",
        hours=1,
    ),
    article(
        "other-2",
        "Two hurt as Queen Isolde burns at Brackwater quay",
        "Two sailors were taken to hospital when the Queen Isolde caught fire at the quay in Brackwater. "
        "The blaze began in the ferry's engine room, firefighters said.",
        hours=5,
    ),
]
BUDGET = [
    article(
        "budget-1",
        "Ostrava council passes budget with cuts to libraries",
        "The city council of Ostrava passed its budget on Friday night. Three of eleven libraries will close.",
        hours=2,
    ),
    article(
        "budget-2",
        "Three Ostrava libraries to close after budget vote",
        "Three libraries will close in Ostrava: the council voted for the budget of mayor Hana Dvorska late on Friday.",
        hours=4,
    ),
]


def ids(stories: tuple[Story, ...]) -> set[frozenset[str]]:
    return {frozenset(part.id for part in story.articles) for story in stories}


def group(articles: list[Article]) -> frozenset[str]:
    return frozenset(part.id for part in articles)


def test_no_articles_make_no_stories() -> None:
    """Nothing in, nothing out."""
    assert Linkage()([]) == ()


def test_a_single_article_is_a_story() -> None:
    """A story may have one article, whose title it bears."""
    (story,) = Linkage()(FERRY[:1])
    assert story.articles == (FERRY[0],)
    assert story.title == FERRY[0].title
    assert story.id == short_hash("story", "ferry-1")


def test_one_event_in_differing_words_is_one_story_and_look_alikes_stay_apart() -> None:
    """Two ferry accidents of one day are two stories, however each is worded."""
    assert ids(Linkage()(FERRY + OTHER_FERRY + BUDGET)) == {group(FERRY), group(OTHER_FERRY), group(BUDGET)}


def test_two_articles_alone_suffice() -> None:
    """The background table knows which words are rare where two articles cannot tell."""
    assert ids(Linkage()(FERRY[:2])) == {group(FERRY[:2])}
    assert len(Linkage()([FERRY[0], OTHER_FERRY[0]])) == 2


FLOODS = [
    article("ild-1", "Flood in Karsk kills three", "Three people died when the river Ild burst its banks in Karsk after two days of rain, mayor Jon Vale said on Monday. Soldiers brought 200 residents to a school."),
    article("ild-2", "Three dead after river bursts its banks in Karsk", "After heavy rain the Ild flooded the old town of Karsk. Mayor Jon Vale confirmed three deaths, and said that 200 people had been brought away.", hours=1),
    article("sorn-1", "Flood in Brenn kills five", "Five people died when the river Sorn burst its banks in Brenn after a night of rain, governor Una Holt said on Monday. Volunteers brought 400 residents to a church."),
    article("sorn-2", "Five dead after river floods Brenn", "After heavy rain the Sorn flooded the centre of Brenn. Governor Una Holt confirmed five deaths, and said that 400 people had been brought away.", hours=1),
]  # fmt: skip


def test_two_events_of_one_kind_on_one_day_are_told_apart_by_who_and_where() -> None:
    """Alike in every word but the names."""
    assert ids(Linkage()(FLOODS)) == {group(FLOODS[:2]), group(FLOODS[2:])}


def test_headlines_alone_suffice() -> None:
    """Entries without any text are told apart by their titles."""
    bare = [article(part.id, part.title) for part in [*FERRY[1:], *BUDGET]]
    assert ids(Linkage()(bare)) == {group(FERRY[1:]), group(BUDGET)}


QUAKE = "A quake shook the valley of Marrow on {day}. It cracked walls in the town of Tolvan and hurt nobody, the mayor said."


@pytest.mark.parametrize(
    ("language", "monday", "thursday"), [("en", "Monday", "Thursday"), ("de", "Montag", "Donnerstag")]
)
def test_turns_of_one_affair_are_told_apart_by_the_day_of_the_week_that_they_name(
    language: str, monday: str, thursday: str
) -> None:
    """On different days, two quakes; where both look back at the same day, one. On one day that tells nothing."""
    texts = [QUAKE.format(day=day) for day in (monday, monday, thursday, f"{thursday}, not {monday}", "time")]
    told = [replace(article(str(n), f"Quake {n}", text), language=language) for n, text in enumerate(texts)]
    made = seen(nodes(told))
    assert made.weekday.tolist() == [0, 0, 3, 3, -1]
    others = np.arange(1, 5)
    said = _weekdays(made, np.zeros(4, dtype=np.int64), others, np.full(4, 3.0))
    assert (np.sign(said) == [1, -1, 0, 0]).all()
    assert (np.sign(_weekdays(made, np.zeros(4, dtype=np.int64), others, np.zeros(4))) == [0, -1, 0, 0]).all()


def test_an_article_without_a_date_is_taken_to_be_of_the_day_of_the_one_most_like_it() -> None:
    """So that it does not tie two turns of one affair together."""
    made = seen(nodes([article("old", FERRY[0].title, FERRY[0].body, hours=0), *BUDGET,
                       article("none", FERRY[1].title, FERRY[1].body, hours=None)]))  # fmt: skip
    assert np.isnan(made.day[-1])
    pairs(made)
    assert made.day[-1] == made.day[0]
    alone = seen(nodes([article("none", "Lift stops", hours=None), *BUDGET]))
    pairs(alone)
    assert np.isnan(alone.day[0])


def test_the_same_matter_a_month_later_is_another_story() -> None:
    """Two reports of a quake are one story on one day; a month apart they are two."""

    def quakes(hours: float) -> list[Article]:
        return [
            article(
                "quake-1",
                "Light quake rattles Tolvan before noon",
                "Windows shook and a chimney fell in Tolvan when a quake of magnitude four struck the coast on Friday.",
            ),
            article(
                "quake-2",
                "Brackwater trembles for ten seconds",
                "People in Brackwater ran out of shops and schools when the earth moved. "
                "The quake began under the coast near Tolvan, said the observatory.",
                hours=hours,
            ),
        ]

    assert len(Linkage()(quakes(4))) == 1
    assert len(Linkage()(quakes(24 * 30))) == 2


def test_an_undated_article_joins_its_story() -> None:
    """No date is no evidence against an article."""
    undated = article(FERRY[1].id, FERRY[1].title, FERRY[1].body, hours=None)
    assert ids(Linkage()([FERRY[0], undated])) == {group(FERRY[:2])}


def test_one_headline_over_different_texts_keeps_both_articles() -> None:
    """Articles are never dropped as doubles: a headline can be copied, the text is what readers get."""
    copies = [FERRY[0], article("copy", FERRY[0].title, *[part.body for part in FERRY[1:]], hours=9)]
    (story,) = Linkage()(copies)
    assert story.articles == tuple(copies)


def test_a_story_is_in_order_and_named_after_its_most_central_article() -> None:
    """Oldest first, ids from the oldest; the title is that of the one that shares most with the rest."""
    (story,) = Linkage(threshold=0.1)([*reversed(FERRY)])
    assert [part.id for part in story.articles] == ["ferry-1", "ferry-2", "ferry-3"]
    assert story.id == short_hash("story", "ferry-1")
    assert story.title == FERRY[2].title


def test_other_languages_need_no_table() -> None:
    """German articles are compared by their own counts."""
    words = [
        ("Fähre läuft vor Marrow auf Grund", "Die Fähre Seelerche ist mit gebrochenem Ruder vor Marrow gestrandet."),
        ("Seelerche vor Marrow gestrandet", "Die Küstenwache rettete vor Marrow alle Fahrgäste der Fähre Seelerche."),
        ("Stadtrat von Ostrau schließt Büchereien", "In Ostrau werden drei Büchereien geschlossen, sagt der Stadtrat."),
        ("Drei Büchereien in Ostrau vor dem Aus", "Der Stadtrat beschloss den Haushalt: drei Büchereien schließen."),
    ]
    german = [article(f"de-{n}", title, body, language="de") for n, (title, body) in enumerate(words)]
    assert ids(Linkage()(german)) == {group(german[:2]), group(german[2:])}


def test_unspaced_scripts_are_compared_too() -> None:
    """Japanese headlines without a single space fall into two stories."""
    titles = [
        "鳥羽沖でフェリー座礁、乗客全員救助",
        "フェリー座礁の乗客救助、鳥羽沖",
        "市議会が図書館三館の閉鎖を決定",
        "図書館三館閉鎖へ、市議会が可決",
    ]
    japanese = [article(f"ja-{n}", title, language="ja") for n, title in enumerate(titles)]
    assert ids(Linkage()(japanese)) == {group(japanese[:2]), group(japanese[2:])}


def test_the_threshold_decides() -> None:
    """At 1 nothing is sure enough; the default finds stories."""
    articles = FERRY + OTHER_FERRY
    assert len(Linkage(threshold=1.0, leniency=0.0)(articles)) == len(articles)
    assert len(Linkage()(articles)) == 2
    assert Linkage()(articles) == Linkage(threshold=0.5, leniency=0.08)(articles)


def test_what_an_outlet_prints_under_everything_makes_no_story() -> None:
    """Three reports on three matters do not become one by the same long call to subscribe."""
    plea = "Follow Harbour Eight News for award-winning reporting and subscribe to the Harbour Eight channel tonight."
    matters = [
        ("Beekeepers of Tolvan win a medal", "Beekeepers brought home gold."),
        ("Night buses return to Brackwater", "Buses run until three again."),
        ("Chess champion Ilse Roth retires", "Roth is done with tournaments."),
    ]
    reports = [
        article(f"h-{n}", f"{title} | Harbour Eight News", body, plea, outlet="Harbour Eight")
        for n, (title, body) in enumerate(matters)
    ]
    assert len(Linkage()(reports)) == 3
    assert list(without_furniture(reports, furniture(reports))) == matters


def test_versions_of_one_report_are_not_furniture() -> None:
    """Where an outlet has written much else, a title or text that it repeats twice still counts."""
    versions = [article(f"v-{n}", "Dike breaks near Tolvan", "A dike broke.", outlet="Gazette") for n in range(2)]
    assert list(without_furniture(versions, furniture(versions))) == [("Dike breaks near Tolvan", "A dike broke.")] * 2


def test_the_background_knows_common_words_from_rare_ones_and_names_from_others() -> None:
    """The shipped table ranks words as a reader would."""
    english = background("en")
    assert english.share("presid") > english.share("ferri") > english.share("tolvan") > 0
    assert english.may_be_name("london")
    assert [word for word in ("librari", "212", "friday") if english.may_be_name(word)] == []
    assert english.may_be_name("tolvan"), "what is not in the table may be a name"


PLACES = st.sampled_from(["Tolvan", "Brackwater", "Ostrava", "Marrow"])
THINGS = st.sampled_from(["ferry", "budget", "library", "storm", "election", "rudder", "hospital"])
TITLES = st.lists(st.one_of(PLACES, THINGS), min_size=0, max_size=5).map(" ".join)


HOURS = st.integers(min_value=0, max_value=200)


@st.composite
def batches(draw: st.DrawFn, most: int = 8, *, dated: bool = False) -> list[Article]:
    count = draw(st.integers(min_value=0, max_value=most))
    return [
        article(
            f"id-{n}",
            draw(TITLES),
            draw(TITLES),
            outlet=draw(st.sampled_from(["Gazette", "Courier", "Herald"])),
            hours=draw(HOURS if dated else st.one_of(st.none(), HOURS)),
            language=draw(st.sampled_from(["en", "de", "xx"])),
        )
        for n in range(count)
    ]


@settings(max_examples=60, deadline=None)
@given(batches(), st.randoms(use_true_random=False))
def test_stories_partition_the_articles_and_ignore_their_order(articles: list[Article], random: st.DataObject) -> None:
    """Each article is in exactly one story, and the answer to any order is the same."""
    stories = Linkage()(articles)
    assert sorted(part.id for story in stories for part in story.articles) == sorted(part.id for part in articles)
    shuffled = list(articles)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert Linkage()(shuffled) == stories


@settings(max_examples=40, deadline=None)
@given(batches())
def test_every_story_is_sound(articles: list[Article]) -> None:
    """Oldest first, its id from the first, its title from one of its own; the earliest story comes first."""
    stories = Linkage()(articles)
    for story in stories:
        assert list(story.articles) == sorted(story.articles, key=lambda part: (part.when, part.id))
        assert story.id == short_hash("story", story.articles[0].id)
        assert story.title in [part.title for part in story.articles]
    assert [story.articles[0].when for story in stories] == sorted(story.articles[0].when for story in stories)


def test_every_order_of_a_real_batch_gives_the_same_stories() -> None:
    """Equal scores are settled by id and not by position."""
    expected = Linkage()(FERRY + OTHER_FERRY)
    assert all(Linkage()(list(order)) == expected for order in permutations(FERRY + OTHER_FERRY))


def test_what_everything_is_about_makes_no_story() -> None:
    """In a week in which every article names one matter, each is still a story of its own."""
    matters = [
        ("museum lends its paintings to schools", "Curators carried forty landscapes across the river by barge."),
        ("bakers sell bread by bicycle", "Rye loaves are gone by eight, says the guild's chairwoman."),
        ("zoo lets penguins roam the halls", "Keepers filmed the birds between the aquariums."),
        ("stadium becomes a drive-in cinema", "Tickets for Saturday's western were gone in an hour."),
        ("airport parks jets on its runway", "Eighty planes stand nose to tail, their engines wrapped in foil."),
        ("choir rehearses on balconies", "Sopranos face the courtyard; the basses had to be moved."),
        ("prison prints protective masks", "Inmates run four printers in two shifts."),
        ("farmers look for asparagus pickers", "Students may earn credits in the fields."),
        ("judges hold trials by video", "A burglar was sentenced in his kitchen."),
        ("chess league moves online", "Two grandmasters were caught with an engine."),
        ("libraries open a hatch", "Readers ring a bell and wait at the railing."),
        ("ferry line cuts night crossings", "Lorry drivers will sleep at the terminal."),
    ]
    week = [article(f"week-{n}", f"Vexavirus: {title}", body) for n, (title, body) in enumerate(matters)]
    assert len(Linkage()(week)) == len(week)


def test_two_languages_are_less_alike_than_one() -> None:
    """Names and loan words in common bring two reports together in one language more than across two."""

    def score(*languages: str) -> int:
        titles = ["Ferry Sea Lark aground", "Sea Lark ferry refloated"]
        articles = [article(f"t-{n}", titles[n], language=language) for n, language in enumerate(languages)]
        return int(pairs(profiles(articles, titles)).score[0])

    assert score("xx", "yy") < score("xx", "xx")


def generated(count: int) -> list[Article]:
    """Headlines of five words out of five thousand, by forty outlets, over five days."""
    words = ["".join(parts) for parts in product("bdfgklmnprstvz", "aeiou", "bdfgklmnprstvz", "aeiou", "n")]
    titles = [" ".join(words[(n * n * (k + 3) + 17 * k + n) % len(words)] for k in range(5)) for n in range(count)]
    return [article(f"g-{n:04}", title, outlet=f"Outlet {n % 40}", hours=n % 120) for n, title in enumerate(titles)]


def test_the_number_of_workers_changes_nothing() -> None:
    """Blocks of pairs are scored side by side, and put together in their order."""
    articles = generated(8400)
    made = profiles(articles, [part.outlet for part in articles])
    assert len(Candidates(made).blocks()) > 1
    alone, many = pairs(made, workers=1), pairs(made, workers=5)
    assert (alone.one.tolist(), alone.other.tolist(), alone.score.tolist()) == (
        many.one.tolist(),
        many.other.tolist(),
        many.score.tolist(),
    )


def test_thousands_of_entries_with_one_title_are_few_pairs_and_one_story() -> None:
    """Copies of one day are compared once, whoever printed them, so that a feed gone mad costs nothing."""
    copies = [article(f"c-{n:04}", FERRY[0].title, outlet=f"Outlet {n % 7}", hours=n / 500) for n in range(2500)]
    (story,) = Linkage()(copies)
    assert [part.id for part in story.articles] == [part.id for part in copies]


def test_large_inputs_keep_a_bounded_number_of_pairs() -> None:
    """Among thousands of look-alikes each article keeps its best few hundred neighbours."""
    titles = [f"Ferry Sea Lark runs aground off Marrow Island {n}" for n in range(3000)]
    articles = [article(f"l-{n:04}", title) for n, title in enumerate(titles)]
    assert len(pairs(profiles(articles, titles)).one) <= 3000 * 2 * 500

"""Who in a story speaks for himself: reprints are one voice, and each article has an origin."""

import random
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.ingest.seeds.files import read_seed
from digest.lineage import lineage
from digest.model import Article, Credit, Lineage, Origin
from tests.conftest import NOW, make_article

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
WIRE = """The ferry to Sandholm island ran again on Monday, eleven weeks after the storm had torn away its old pier.
Skipper Ada Thorne took forty passengers across the sound on the first crossing, among them one offended goat.
The county council paid four million crowns for the new pier and wants the money back from its insurer by autumn.
Nobody on the island had believed that the work would be done before the herring came, said the harbour master.
A second boat, which is larger and runs on batteries, will follow in spring if the yard in Vale keeps its word.
Until then the post comes twice a week, and whoever needs a dentist has to row to the mainland or wait for fog."""
OTHER = """Children on Sandholm went back to their school on the mainland this week, after a winter of lessons by radio.
Their teacher, Ben Ross, had read them the same book three times because no other was left on the whole island.
He says that he never wants to see it again, and that the youngest now know long parts of it by heart.
The school has six pupils in two rooms, a stove that smokes in westerly winds, and the best view of the county."""
CHINESE = "周一，前往岛屿的渡轮在风暴摧毁旧码头十一周之后再次启航。船长带着四十名乘客渡过了海峡，其中还有一只不高兴的山羊。县议会为新码头支付了四百万克朗，并希望保险公司在秋天之前退还这笔钱。"


def voice(id: str, body: str, outlet: str | None = None, **fields: object) -> Article:
    return make_article(id=id, title=f"Ferry {id}", body=body, outlet=outlet or f"Outlet {id}", **fields)


def hours(number: int) -> dict[str, Any]:
    return {"published": NOW - timedelta(hours=number)}


def named(found: Lineage) -> dict[str, tuple[str, str]]:
    return {origin.article: (origin.name, origin.how) for origin in found.origins}


def origin_of(sentence: str, outlet: str = "Island Wire", *others: Article, language: str = "en") -> Origin:
    """The origin of an article with `sentence` at its head."""
    article = make_article("one", body=f"{sentence}\n{OTHER}", outlet=outlet, language=language)
    return lineage([article, *others]).origins[0]


# Reprints.


def origin_names(found: Lineage) -> tuple[str, ...]:
    return tuple(sorted({origin.name for origin in found.origins}))


def test_texts_that_are_nearly_the_same_are_one_voice_and_the_earliest_stands_for_it() -> None:
    edited = WIRE.replace("offended goat", "insulted goat").replace("by autumn", "before winter")
    articles = [voice("a", edited, **hours(1)), voice("b", OTHER, **hours(2)), voice("c", WIRE, **hours(3))]
    found = lineage(articles)
    assert found.reprints == (("c", "a"),)
    assert named(found) == {"a": ("Outlet c", "reprint"), "b": ("Outlet b", "own"), "c": ("Outlet c", "own")}
    assert origin_names(found) == ("Outlet b", "Outlet c")


@pytest.mark.parametrize("lines", [1, 3])
def test_the_head_of_a_text_is_a_reprint_of_it(lines: int) -> None:
    head = "\n".join(WIRE.split("\n")[:lines])
    assert lineage([voice("a", head), voice("b", WIRE)]).reprints == (("a", "b"),)


def test_a_brief_that_quotes_a_text_is_a_voice_of_its_own() -> None:
    """Two sentences out of its middle, or its first one among as much of one's own."""
    quoted = WIRE.split("\n")
    middle = "\n".join([OTHER.split("\n")[0], *quoted[2:4], OTHER.split("\n")[1]])
    for brief in ("\n".join(quoted[2:3]), middle, "\n".join([quoted[0], *OTHER.split("\n")[:2]])):
        assert lineage([voice("a", brief), voice("b", WIRE)]).reprints == ()


def test_two_versions_of_an_outlets_own_article_are_one_voice() -> None:
    longer = WIRE + "\nOn Tuesday the goat was seen at the bakery, and was said to be in better spirits."
    found = lineage([voice("a", WIRE, "Courier", **hours(2)), voice("b", longer, "Courier", **hours(1))])
    assert found.reprints == (("a", "b"),)
    assert {origin.how for origin in found.origins} == {"own"}
    assert origin_names(found) == ("Courier",)


def test_scant_texts_are_the_same_only_if_they_say_the_same() -> None:
    def brief(id: str, body: str, title: str = "Ferry to Sandholm island runs again at last") -> Article:
        return make_article(id, title=title, body=body, outlet=id)

    assert lineage([brief("a", "It sails."), brief("b", "It sails.")]).reprints == (("a", "b"),)
    assert lineage([brief("a", "It sails."), brief("b", "It sank.")]).reprints == ()
    assert lineage([brief("a", "Read all.", "Goat lost"), brief("b", "Read all.", "Pier built")]).reprints == ()
    assert lineage([brief("a", ""), brief("b", "")]).reprints == (("a", "b"),)
    assert lineage([brief("a", "", "Ferry runs"), brief("b", "", "Ferry runs")]).reprints == ()


def test_who_is_alike_through_a_third_is_together() -> None:
    lines = [*WIRE.split("\n"), *OTHER.split("\n")]
    chain = [voice(str(n), "\n".join(lines[n : n + 5])) for n in range(4)]
    assert lineage([chain[0], chain[3]]).reprints == ()
    assert lineage(chain).reprints == (("0", "1", "2", "3"),)


def test_a_language_without_spaces_has_reprints_too() -> None:
    copy = CHINESE.replace("四十名", "四十一名")
    articles = [voice("a", CHINESE, language="zh"), voice("b", copy, language="zh")]
    assert lineage(articles).reprints == (("a", "b"),)
    assert lineage([articles[0], voice("c", CHINESE[::-1], language="zh")]).reprints == ()


def test_one_mark_of_a_wire_service_is_enough_for_all_who_print_its_text() -> None:
    wire = Credit(name="AP", how="wire")
    articles = [voice("a", WIRE, **hours(3)), voice("b", WIRE, credit=wire, **hours(2)), voice("c", WIRE, **hours(1))]
    found = named(lineage(articles))
    assert found == dict.fromkeys("ac", ("Associated Press", "reprint")) | {"b": ("Associated Press", "wire")}
    own = voice("d", WIRE, "Associated Press", **hours(0))
    assert named(lineage([articles[0], own])) == {
        "a": ("Associated Press", "reprint"),
        "d": ("Associated Press", "own"),
    }


# Origins.


def test_a_credit_is_an_origin_and_says_how_it_was_given() -> None:
    for how in ("line", "link", "wire"):
        article = voice("a", OTHER, credit=Credit(name="Evening Post", how=how))  # type: ignore[arg-type]
        assert lineage([article]).origins == (Origin(article="a", name="Evening Post", how=how),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("The pier will be rebuilt, according to TechCrunch.", "TechCrunch"),
        ("TechCrunch reported on Friday that the pier will be rebuilt.", "TechCrunch"),
        ("The plan, which was first reported by The Information, has no date.", "The Information"),
        ("The pier will be rebuilt, two people who know the plan told Reuters.", "Reuters"),
        ("In an interview with the BBC, the skipper said that she would be back.", "BBC"),
        ("On the latest episode of TechCrunch's Equity podcast, we spoke about piers.", "TechCrunch"),
        ("On a new episode of The Age’s Naked Pier podcast the skipper talks.", "The Age"),
        ("Letters obtained by the Harbour Gazette show who paid.", "Harbour Gazette"),
        ("The skipper told the Sandholm Herald on Monday that she would be back.", "Sandholm Herald"),
        ("The ferry is back, the Christian Broadcasting Network reports.", "Christian Broadcasting Network"),
        ("Japan's Nikkei reported that the yard is for sale.", "Nikkei"),
        ("A ferry is back, The Times reported.", "The Times"),
        ("A report in the Harbour Gazette says that the pier is too short.", "Harbour Gazette"),
    ],
)
def test_a_sentence_at_the_head_that_names_a_medium_as_its_source_is_evidence(sentence: str, name: str) -> None:
    origin = origin_of(sentence)
    assert (origin.name.removeprefix("The "), origin.how) == (name.removeprefix("The "), "text")
    assert origin.evidence is not None
    assert origin.evidence.text == sentence


@pytest.mark.parametrize(
    ("sentence", "language", "name"),
    [
        ("Die Fähre fährt wieder, wie die dpa berichtet.", "de", "dpa"),
        ("Das sagte die Kapitänin der Nachrichtenagentur dpa am Montag.", "de", "dpa"),
        ("Laut einem Sprecher ist alles gut, berichtet der »Spiegel«.", "de", "Der Spiegel"),
        ("Selon Le Monde, le ferry circule de nouveau.", "fr", "Le Monde"),
        ("Le ferry circule de nouveau, a déclaré la capitaine à l’AFP.", "fr", "Agence France-Presse"),
        ("Según El País, el ferry vuelve a navegar.", "es", "El País"),
    ],
)
def test_german_french_and_spanish_name_their_sources_too(sentence: str, language: str, name: str) -> None:
    assert (origin_of(sentence, language=language).name, origin_of(sentence, language=language).how) == (name, "text")


@pytest.mark.parametrize(
    "sentence",
    [
        "The ferry is back, according to police.",
        "The skipper told Parliament that the pier is too short.",
        "The harbour master reported on Friday that the pier is too short.",
        "The county told Ada Thorne and the council to wait.",
        "In the second episode of the BBC's Herring People a pier burns down.",
        "The Reuters building has no pier.",
        "Infections on the island fell, according to Reuters data.",
        "She told the BBC in 2019 that the pier was too short.",
        "Two years ago the skipper told Reuters that she would leave.",
    ],
)
def test_who_is_no_medium_or_no_source_is_no_origin(sentence: str) -> None:
    assert origin_of(sentence).how == "own"


def test_a_medium_that_is_named_late_and_in_passing_is_no_origin() -> None:
    article = make_article("a", body=f"{OTHER}\n{WIRE}\nThe skipper told Reuters that the goat is fine.")
    assert lineage([article]).origins[0].how == "own"
    early = make_article("a", body=f"The skipper told Reuters that the goat is fine.\n{OTHER}\n{WIRE}")
    assert lineage([early]).origins[0].name == "Reuters"


def test_behind_the_lead_only_who_was_first_counts() -> None:
    head, rest = (
        WIRE.split("\n")[:4],
        "\n".join([*WIRE.split("\n")[4:], OTHER, *(f"Line {n} of more." for n in range(9))]),
    )
    names = [
        lineage([make_article("a", body="\n".join([*head, line, rest]))]).origins[0].name
        for line in ("Work began in May, the BBC reported.", "The plan was first reported by the BBC.")
    ]
    assert names == ["Courier", "BBC"]


def test_the_outlets_of_the_story_are_known_by_whatever_name_they_have() -> None:
    lantern = make_article("two", body=WIRE, outlet="Lantern", url="https://www.lantern-island.example/1")
    assert origin_of("The ferry is back, Lantern reported.", "Island Wire", lantern).name == "Lantern"
    assert origin_of("The Lantern reported that the ferry is back.", "Island Wire", lantern).name == "Lantern"
    for name in ("lantern-island.example", "www.lantern-island.example", "Lantern AI", "the Lantern"):
        credited = make_article("one", body=OTHER, outlet="Island Wire", credit=Credit(name=name, how="line"))
        assert lineage([credited, lantern]).origins[0].name == "Lantern"
    assert origin_of("The ferry is back, Lantern reported.").how == "own"


def test_names_of_one_origin_that_are_written_differently_are_one() -> None:
    credits = ["TechCrunch AI", "TechCrunch", "techcrunch.com", "Techcrunch"]
    articles = [
        make_article(str(n), body=f"{line}\n{OTHER}", outlet=f"O{n}", credit=Credit(name=name, how="line"))
        for n, (name, line) in enumerate(zip(credits, WIRE.split("\n"), strict=False))
    ]
    agencies = [
        make_article(f"ap{n}", body=f"{line}\n{OTHER[::-1]}", outlet=f"P{n}", credit=Credit(name=name, how="wire"))
        for n, (name, line) in enumerate(
            zip(["AP", "The Associated Press", "Associated Press", "The AP"], WIRE.split("\n"), strict=False)
        )
    ]
    assert origin_names(lineage([*articles, *agencies])) == ("Associated Press", "TechCrunch")


def test_unknown_names_that_differ_in_case_and_article_are_one_as_most_write_it() -> None:
    names = ["The Sandholm Almanac", "Sandholm Almanac", "Sandholm almanac", "Sandholm Almanac"]
    articles = [voice(str(n), f"{n}" * 9, credit=Credit(name=name, how="line")) for n, name in enumerate(names)]
    assert origin_names(lineage(articles)) == ("Sandholm Almanac",)


@pytest.mark.parametrize(
    "name", ["American Express", "Federal Express", "Cartoon Network", "Amazon Echo", "Jordan Standard"]
)
def test_who_is_called_like_a_medium_is_not_taken_for_one(name: str) -> None:
    """A wrong origin would take the outlet's voice away."""
    assert origin_of(f"More people travel, according to {name}.", "Island Wire").how == "own"


@pytest.mark.parametrize(
    "said",
    [
        "The minister denied reports by Reuters.",
        "Not according to Reuters, he said.",
        "He dismissed the report in The Guardian.",
    ],
)
def test_who_is_denied_is_not_who_it_comes_from(said: str) -> None:
    assert origin_of(said, "Island Wire").how == "own"


def test_another_medium_whose_name_begins_alike_is_another() -> None:
    courier = make_article("two", body=WIRE, outlet="Courier")
    assert (
        origin_of("The ferry is back, the Courier Gazette reported.", "Island Wire", courier).name == "Courier Gazette"
    )


def test_two_outlets_that_share_a_word_are_two() -> None:
    magazine = make_article("two", body=WIRE, outlet="Island Magazine")
    assert origin_of("The ferry is back, Island Magazine reported.", "Island News", magazine).name == "Island Magazine"
    assert origin_of("The ferry is back, Island Magazine reported.", "Island Magazine Online").how == "own"


@pytest.mark.parametrize("outlet", ["BBC", "BBC News", "The BBC", "BBC Sport", "bbc.co.uk"])
def test_an_outlet_that_names_itself_speaks_for_itself(outlet: str) -> None:
    assert origin_of("The skipper told the BBC that she would be back.", outlet).how == "own"
    credited = make_article("one", body=OTHER, outlet=outlet, credit=Credit(name="BBC", how="line"))
    assert lineage([credited]).origins == (Origin(article="one", name=outlet, how="own"),)


def test_a_chain_leads_to_its_root() -> None:
    articles = [
        voice("a", WIRE, "Alpha"),
        voice("b", OTHER, "Beta", credit=Credit(name="Alpha", how="line")),
        voice("c", WIRE[::-1], "Gamma", credit=Credit(name="Beta", how="link")),
    ]
    found = lineage(articles)
    assert named(found) == {"a": ("Alpha", "own"), "b": ("Alpha", "line"), "c": ("Alpha", "link")}
    assert named(lineage(articles[1:])) == {"b": ("Alpha", "line"), "c": ("Alpha", "link")}


def test_an_outlet_with_news_of_its_own_beside_others_is_an_origin() -> None:
    articles = [
        voice("a", WIRE, "Alpha"),
        voice("b", OTHER, "Beta", credit=Credit(name="Alpha", how="line")),
        voice("b2", OTHER[::-1], "Beta"),
        voice("c", WIRE[::-1], "Gamma", credit=Credit(name="Beta", how="line")),
    ]
    assert lineage(articles).origins[3].name == "Beta"


def test_of_outlets_that_name_each_other_the_earliest_is_the_origin() -> None:
    articles = [
        voice("a", WIRE, "Alpha", credit=Credit(name="Beta", how="line"), **hours(1)),
        voice("b", OTHER, "Beta", credit=Credit(name="Gamma", how="line"), **hours(3)),
        voice("c", WIRE[::-1], "Gamma", credit=Credit(name="Alpha", how="line"), **hours(2)),
        voice("d", OTHER[::-1], "Delta", credit=Credit(name="Alpha", how="line"), **hours(0)),
    ]
    found = lineage(articles)
    assert origin_names(found) == ("Beta",)
    assert [origin.how for origin in found.origins] == ["line", "own", "line", "line"]


# Laws.

PARTS = st.lists(
    st.sampled_from([*WIRE.split("\n"), *OTHER.split("\n"), "The skipper told Reuters so.", "Beta reported it."]),
    min_size=1,
    max_size=6,
)
CREDITS = st.sampled_from(
    [None, Credit(name="Alpha", how="line"), Credit(name="Beta", how="link"), Credit(name="AP", how="wire")]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(PARTS, st.sampled_from(["Alpha", "Beta", "Gamma"]), CREDITS, st.integers(0, 3)), max_size=7),
    st.randoms(),
)
def test_the_order_of_the_articles_changes_nothing(
    made: list[tuple[list[str], str, Credit | None, int]], chance: random.Random
) -> None:
    """Each has one origin, each is in one group of reprints at most, somebody speaks, and evidence is verbatim."""
    articles = [
        voice(str(n), "\n".join(parts), outlet, credit=credit, **hours(age))
        for n, (parts, outlet, credit, age) in enumerate(made)
    ]
    found = lineage(articles)
    assert [origin.article for origin in found.origins] == [article.id for article in articles]
    grouped = [id for group in found.reprints for id in group]
    assert len(grouped) == len(set(grouped))
    assert bool(origin_names(found)) == bool(articles)
    texts = {article.id: article.text for article in articles}
    for origin in found.origins:
        assert (origin.evidence is None) or origin.how == "text"
        if origin.evidence:
            assert origin.evidence.text == texts[origin.article][origin.evidence.start : origin.evidence.end]
    shuffled = chance.sample(articles, len(articles))
    again = lineage(shuffled)
    assert again.reprints == found.reprints
    assert sorted(again.origins, key=_id) == sorted(found.origins, key=_id)


def _id(origin: Origin) -> str:
    return origin.article


def test_a_story_of_thousands_costs_seconds() -> None:
    """Copies, near copies, and texts that share a title only."""
    chance = random.Random(1)
    known = [f"word{n}" for n in range(3000)]
    wire = chance.choices(known, k=300)

    def near(number: int) -> list[str]:
        at = chance.randrange(280)
        return [*wire[:at], *(f"own{number}x{n}" for n in range(10)), *wire[at + 10 :]]

    makers = {1: lambda n: wire, 2: near, 3: lambda n: chance.choices(known, k=300)}
    groups = []
    for maker in makers.values():
        bodies = [" ".join(maker(number)) + "." for number in range(1200)]
        articles = [make_article(str(n), body=body, outlet=f"O{n}") for n, body in enumerate(bodies)]
        began = time.process_time()
        groups.append(len(lineage(articles).reprints))
        assert time.process_time() - began < 6
    assert groups == [1, 1, 0]


@pytest.mark.parametrize(
    "body",
    ["according to " * 30_000, "The " * 50_000 + "reported.", "A" * 150_000, "told the " + "Aa " * 50_000 + "Times."],
)
def test_hostile_texts_cost_nothing(body: str) -> None:
    articles: Sequence[Article] = [make_article(str(n), body=body + str(n), outlet=f"O{n}") for n in range(3)]
    began = time.process_time()
    lineage(articles)
    assert time.process_time() - began < 3


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the five real documents are not beside the project")
def test_the_five_real_documents_have_three_origins() -> None:
    """Two name TechCrunch AI in a line and one its podcast in a sentence; two name nobody."""
    articles = [
        read_seed(path.read_bytes(), path.name, outlet=None, language="en", seen=NOW)
        for path in sorted(SEEDS.glob("*.txt"))
    ]
    found = lineage(articles)
    assert [origin.how for origin in found.origins] == ["line", "own", "line", "own", "text"]
    assert [origin.name for origin in found.origins if origin.how != "own"] == ["TechCrunch"] * 3
    assert len(origin_names(found)) == 3
    assert found.reprints == ()

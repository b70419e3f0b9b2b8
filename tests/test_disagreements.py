"""Where sources do not agree: `digest.sections.disagreements`."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pytest

from digest.ingest.seeds.files import read_seed
from digest.model import Article, Point, Story
from digest.sections import Reading
from digest.sections._counts import figures
from digest.sections.disagreements import Disagreements
from tests.conftest import make_article

DAY = datetime(2026, 5, 4, 9, tzinfo=UTC)


def reading(*articles: Article) -> Reading:
    story = Story(id="s", title=articles[0].title, articles=articles)
    return Reading(story=story, whole=story, summarize=lambda story, limit: ())


def found(*bodies: str, hours: int = 1) -> list[Point]:
    """What is found in articles with these bodies, each of an outlet of its own, so many hours apart."""
    articles = [
        make_article(
            id=f"a{number}",
            outlet=f"Outlet {number}",
            title="Harbour opens",
            body=body,
            published=DAY + number * timedelta(hours=hours),
            seen=DAY + timedelta(days=30),
        )
        for number, body in enumerate(bodies)
    ]
    points = Disagreements()(reading(*articles), 3)
    assert points is not None
    return list(points)


def labels(*bodies: str, hours: int = 1) -> list[str]:
    return [point.label for point in found(*bodies, hours=hours)]


SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
real = pytest.mark.skipif(not SEEDS.is_dir(), reason="the five real documents are not beside the project")

CRANES = "The collapse of two cranes at the harbour of Larn on Monday"


def test_one_remark_in_differing_words() -> None:
    (point,) = found(
        "“The harbour is a monument to wishful thinking before the regional election,” said Ada O’Connor.",
        "Ada O'Connor came, too. O'Connor said: \"The harbour is a shrine to wishful thinking before the regional vote.\"",
    )
    assert point.label == "Ada O’Connor, in differing words"
    assert [quote.speaker for quote in point.quotes] == ["Ada O’Connor", "Ada O'Connor"]
    assert [quote.article for quote in point.quotes] == ["a0", "a1"]


def test_three_versions_are_shown_together_and_then_two_by_two() -> None:
    """Two of them may be quoted where three may not."""
    points = found(
        "“The harbour is a monument to wishful thinking before the regional election,” said Ada Moreno.",
        "“The harbour is a shrine to wishful thinking before the regional election,” said Ada Moreno.",
        "“The harbour is a temple to wishful thinking before the regional election,” said Ada Moreno.",
    )
    assert [len(point.quotes) for point in points[:2]] == [3, 2]
    assert len({quote.article for quote in points[0].quotes}) == 3


@pytest.mark.parametrize(
    "other",
    [
        "The harbour is a monument to wishful thinking before the regional election.",
        "The Harbour is a monument to wishful thinking... before the regional election",
        "a monument to wishful thinking before the regional election",
        "The harbour's a monument to wishful thinking, before the Regional elections.",
        "The harbour is a monument to [the mayor's] thinking before the regional election.",
        "The harbour opens late because nobody bothered to dredge the northern channel.",
    ],
)
def test_the_same_words_shortened_or_spelt_differently_do_not_differ(other: str) -> None:
    assert not labels(
        "“The harbour is a monument to wishful thinking before the regional election,” said Ada Moreno.",
        f"“{other}” said Ada Moreno.",
    )


def test_what_an_article_also_quotes_word_for_word_is_another_remark() -> None:
    first = "“The harbour is a monument to wishful thinking before the regional election,” said Ada Moreno."
    second = "“The harbour is a shrine to wishful thinking before the regional election,” said Ada Moreno."
    assert not labels(first, f"{first}\n{second}")


def test_an_article_that_quotes_both_is_known_among_many() -> None:
    """Few copies of a remark are compared, but all are known."""
    first = "“The harbour is a monument to wishful thinking before the regional election,” said Ada Moreno."
    second = "“The harbour is a shrine to wishful thinking before the regional election,” said Ada Moreno."
    assert not labels(*[first] * 40, f"{first}\n{second}")


@pytest.mark.parametrize("number", [29, 30, 31, 60, 200])
def test_what_many_articles_report_is_compared(number: int) -> None:
    """Whether every second one has the other words, or only the last one."""
    first = "“The harbour is a monument to wishful thinking before the regional election,” said Ada Moreno."
    second = "“The harbour is a shrine to wishful thinking before the regional vote,” said Ada Moreno."
    for bodies in ([first, second] * (number // 2), [*[first] * number, second]):
        points = found(*bodies, hours=0)
        assert {point.label for point in points} == {"Ada Moreno, in differing words"}
        assert {quote.text for quote in points[0].quotes} == {first, second}


def test_one_remark_of_two_speakers() -> None:
    moreno, lund = (f"“{{}},” said {name}." for name in ("Ada Moreno", "Per Lund"))
    remark = "Only a lunatic would moor a trawler beside the dredger in this estuary"
    labelled = labels(
        moreno.format(remark) + "\n" + lund.format("The weather was fine all through the long weekend"),
        lund.format(remark) + "\n" + moreno.format("Children were singing songs in front of the town hall"),
    )
    assert labelled == ["attributed to Ada Moreno and to Per Lund"]


def test_one_idea_of_two_speakers_who_are_both_heard_in_both() -> None:
    """In other words, but with words that hardly anybody uses: it is one remark if neither has one of his own."""
    first = (
        "“They call the thing LarnPort now, since the mayor loves to rebrand what she buys,” said Per Lund.\n"
        "“Children were singing songs in front of the town hall,” said Ada Moreno."
    )
    second = (
        "“She wants to close the old yard and rebrand it as LarnPort, like the airport,” said Ada Moreno.\n"
        "“The weather was fine all through the long weekend,” said Per Lund."
    )
    assert labels(first, second) == ["attributed to Per Lund and to Ada Moreno"]
    own = second + "\n“It is LarnPort now, for she will rebrand everything,” said Per Lund."
    assert "attributed to Per Lund and to Ada Moreno" not in labels(first, own)


def test_two_people_may_speak_of_one_thing() -> None:
    assert not labels(
        "“The trawler hit the dredger in the estuary at dawn,” said Ada Moreno.",
        "“We need a second dredger for the estuary, and trawlers should wait,” said Per Lund.",
    )


def test_a_pronoun_makes_no_conflict() -> None:
    """Whom it stands for is guessed, and a guess may not set people against each other."""
    remark = "Only a lunatic would moor a trawler beside the dredger in this estuary"
    other = "“Children were singing songs in front of the town hall,” said {}."
    assert not labels(
        f"“{remark},” said Ada Moreno.\n{other.format('Per Lund')}",
        f"{other.format('Per Lund')}\n“{remark},” he said.\n“The weather was fine all weekend,” said Ada Moreno.",
    )


@pytest.mark.parametrize(
    ("one", "other", "label"),
    [
        (f"{CRANES} killed 23 people.", f"{CRANES} killed at least 25 people.", "23 people / at least 25 people"),
        (f"{CRANES} killed six people.", f"{CRANES} left nine dead.", "six people / nine dead"),
        (
            "The death toll of the collapse of two cranes at Larn rose to 31.",
            f"{CRANES} killed 25 people.",
            "31 / 25 people",
        ),
        (
            "The harbour of Larn ordered 40 cranes from a shipyard.",
            "The harbour of Larn ordered 52 cranes from a shipyard.",
            "40 cranes / 52 cranes",
        ),
        (
            "The harbour of Larn sold the entire dredging capacity to a shipyard.",
            "The harbour of Larn sold all available dredging capacity to a shipyard.",
            "entire / all available",
        ),
        (
            "The dispute drove most Larn founders out of the shipyard and the harbour.",
            "The dispute drove all founders except Ada Moreno out of the shipyard and the harbour.",
            "most / all except",
        ),
    ],
)
def test_figures_that_differ(one: str, other: str, label: str) -> None:
    (point,) = found(one, other)
    assert point.label == f"figures that differ: {label}"
    assert [quote.text for quote in point.quotes] == [one, other]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{CRANES} killed 1,200 people.", f"{CRANES} killed 1200 people."),
        (f"{CRANES} killed 1,200 people.", f"{CRANES} killed 1.2 thousand people."),
        (f"{CRANES} killed six people.", f"{CRANES} killed 6 people."),
        (f"{CRANES} killed 1,187 people.", f"{CRANES} killed about 1,200 people."),
        (f"{CRANES} killed 25 people.", f"{CRANES} killed at least 20 people."),
        (f"{CRANES} killed 25 people.", f"{CRANES} injured 40 people."),
        (f"{CRANES} killed 25 people.", f"{CRANES} destroyed 40 ships."),
        (f"{CRANES} killed 25 people.", f"{CRANES} killed 25 people, and a storm in 2009 killed 40 people there."),
        (f"{CRANES} killed 25 people.", "In Vell, a ferry sank and killed 40 people."),
        (f"{CRANES} killed 25 people.", f"{CRANES} killed 25 people. {CRANES} killed 31 people at sea."),
        ("On Monday the harbour of Larn let 40 ships in.", "On Tuesday the harbour of Larn let 52 ships in."),
        ("The harbour of Larn ordered 40 cranes from a shipyard.", "The harbour of Larn ordered 12 new cranes."),
        ("The harbour of Larn opens on 4 May.", "The harbour of Larn opens on 5 May."),
        ("Most founders left the harbour of Larn.", "All workers except one left the harbour of Larn."),
        ("The harbour of Larn sold all its capacity.", "The harbour of Larn sold its entire capacity."),
    ],
)
def test_figures_that_agree_or_are_of_different_things(one: str, other: str) -> None:
    assert labels(one, other) == []


def test_parts_that_are_counted_are_no_part_of_something() -> None:
    one = "The yard of Larn ordered 40 parts from a shipyard."
    assert labels(one, one.replace("40", "52")) == ["figures that differ: 40 parts / 52 parts"]
    assert (
        labels(one, "The shipyard that the yard of Larn had ordered them from lost in all 52 parts when it sank.") == []
    )


def test_of_many_values_those_that_the_most_outlets_have_are_compared() -> None:
    others = " ".join(f"A ferry sank in Vell and killed {count} people." for count in range(100, 400, 10))
    one, other = f"{CRANES} killed 23 people.", f"{CRANES} killed 41 people."
    label = "figures that differ: 23 people / 41 people"
    assert labels(others, others, one, one, one, other, other, other, hours=0) == [label]


def test_later_figures_are_news_and_no_disagreement() -> None:
    one, other = f"{CRANES} killed 23 people.", f"{CRANES} killed 25 people."
    assert labels(one, other, hours=1)
    assert not labels(one, other, hours=48)


def test_one_outlet_does_not_disagree_with_itself() -> None:
    articles = [
        make_article(id=id, outlet="Courier", body=f"{CRANES} killed {count} people.")
        for id, count in (("a", 23), ("b", 25))
    ]
    points = Disagreements()(reading(*articles), 3)
    assert points is not None
    assert list(points) == []


def test_headlines_have_figures_too() -> None:
    articles = [
        make_article(
            id=outlet, outlet=outlet, title=f"Harbour cranes of Larn collapse, killing {count} people", body=""
        )
        for outlet, count in (("A", 23), ("B", 25))
    ]
    points = Disagreements()(reading(*articles), 3)
    assert points is not None
    assert [point.label for point in points] == ["figures that differ: 23 people / 25 people"]


def test_a_language_that_is_not_known_cannot_be_told() -> None:
    assert Disagreements()(reading(make_article(language="tl")), 3) is None


@pytest.mark.parametrize(
    "piece", ["1", "1,", "twenty ", "all of the ", "most ", "at least 3 ", "$1 million ", "death toll "]
)
def test_repetition_is_no_trap(piece: str) -> None:
    """Endless figures are read to the end."""
    article = make_article(body=piece * (40_000 // len(piece)) + ".")
    for line in reading(article).lines:
        list(figures(line))


WORDS = (
    "harbour monument wishful thinking regional election dredger estuary trawler shipyard crane founder capacity mayor "
    "rebrand airport council lighthouse breakwater tonnage"
).split()
TOLD = random.Random(1)


def figures_of(article: int) -> str:
    killed = range(100 + article * 75, 175 + article * 75, 3)
    return " ".join(f"{CRANES} killed {count} people near the quay, and hurt {count} dogs." for count in killed)


def things_of(article: int) -> str:
    return " ".join(
        f"{CRANES} broke {100 + (article * 20 + place) % 60 * 7} {word}s." for place, word in enumerate(WORDS)
    )


def remarks_of(article: int) -> str:
    return "\n".join(f"“The {' '.join(TOLD.sample(WORDS, 9))} again,” said Ada Moreno." for _ in range(8))


def versions_of(article: int) -> str:
    """As slow to lay side by side as words can be."""
    words = ((("x", f"{'yz'[article % 2]}{place}")[place % 2]) for place in range(90))
    said = " ".join(words)
    return "\n".join(f"“Harbour dredger estuary {said} w{article}w{place},” said Ada Moreno." for place in range(8))


@pytest.mark.parametrize("body", [figures_of, things_of, remarks_of, versions_of])
def test_what_200_articles_disagree_on_is_found_soon(body: Callable[[int], str]) -> None:
    """However many figures they have, or versions of a remark: each takes half of the time here, or less."""
    articles = [
        make_article(id=f"a{number}", outlet=f"Outlet {number}", body=body(number), published=DAY)
        for number in range(200)
    ]
    read = reading(*articles)
    assert len(read.lines) >= 1600
    assert len(read.remarks) in (0, 1600)
    before = time.process_time()
    points = Disagreements()(read, 3)
    assert points is not None
    assert list(islice(points, 40))
    assert time.process_time() - before < 2


@pytest.fixture(scope="module")
def five() -> list[tuple[str, dict[str, str]]]:
    """What is found in the five documents: each label, and what each document is quoted with, by its number."""
    articles = [
        read_seed(path.read_bytes(), path.name, outlet=path.name[:3], language="en", seen=DAY)
        for path in sorted(SEEDS.glob("*.txt"))
    ]
    points = Disagreements()(reading(*articles), 3)
    assert points is not None
    outlets = {article.id: article.outlet for article in articles}
    return [(one.label, {outlets[quote.article]: quote.text for quote in reversed(one.quotes)}) for one in points]


def of_kind(five: list[tuple[str, dict[str, str]]], label: str) -> list[dict[str, str]]:
    return [quotes for said, quotes in five if label in said.replace("’", "'")]


@real
def test_one_remark_was_worded_in_three_ways(five: list[tuple[str, dict[str, str]]]) -> None:
    versions = of_kind(five, "Sean O'Kane, in differing words")
    assert all("heat check" in quotes["001"] for quotes in versions)
    assert any("reality check" in quotes["004"] for quotes in versions)
    assert any("strategic pivot" in quotes["004"] for quotes in versions)


@real
def test_two_hosts_are_said_to_have_made_one_remark(five: list[tuple[str, dict[str, str]]]) -> None:
    (quotes,) = [quotes for label, quotes in five if label.startswith("attributed to")]
    assert "SpaceXAI" in quotes["001"]
    assert "SpaceXAI" in quotes["004"]
    (label,) = [label for label, _ in five if label.startswith("attributed to")]
    assert "Anthony Ha" in label
    assert "Sean O'Kane" in label.replace("’", "'")


@real
def test_how_many_founders_left_and_how_much_capacity_was_sold(five: list[tuple[str, dict[str, str]]]) -> None:
    (founders,) = of_kind(five, "all except")
    assert "most xAI co-founders" in founders["001"]
    assert "all co-founders except" in founders["004"]
    (capacity,) = of_kind(five, "all available")
    assert "all available compute capacity" in capacity["002"]
    assert any("entire" in text for outlet, text in capacity.items() if outlet != "002")


@real
def test_the_five_documents_hold_no_other_disagreements(five: list[tuple[str, dict[str, str]]]) -> None:
    assert len({label.replace("’", "'") for label, _ in five}) == 4

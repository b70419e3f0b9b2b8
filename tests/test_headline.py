"""The headline of a story is the clearest of its articles' own, whatever their order."""

from itertools import permutations

import pytest

from digest.edit.headline import headline
from digest.ingest.seeds.files import read_seed
from digest.text.titles import unclear
from tests.conftest import NOW, make_article
from tests.replay import SHARED

LEAD = "The council of Larn approved a new harbour on Monday by 9 votes to 4. The harbour will open to ships in June."
CLEAR = "Larn council approves new harbour after long debate"
SEEDS = sorted((SHARED / "seeds").glob("*.txt"))


def chosen(*titles: str, languages: str = "") -> str:
    tags = languages.split() or ["en"] * len(titles)
    articles = [
        make_article(id=str(number), outlet=f"Outlet {number}", title=title, body=LEAD, language=tag)
        for number, (title, tag) in enumerate(zip(titles, tags, strict=True))
    ]
    return headline(articles)


@pytest.mark.parametrize(
    "other",
    [
        "Will the council of Larn approve a new harbour?",
        "LIVE: Larn council debates new harbour",
        "We're feeling cynical about Larn's new harbour",
        "LARN COUNCIL APPROVES NEW HARBOUR AFTER DEBATE",
        "Here's why the Larn council approved a new harbour",
        "5 things to know about Larn's new harbour",
        "Larn harbour",
        "Opinion: Larn council approves a new harbour it will regret",
        "How the council of Larn came to approve a new harbour",
        "Larn council approves new harbour after long debate, while fishermen, shopkeepers, gulls and the whole of the coast look on in June",
        "A triumph for common sense and a good day for gulls",
    ],
)
def test_the_clear_one_is_chosen(other: str) -> None:
    third = "Council in Larn gives new harbour its approval"
    for titles in permutations([other, CLEAR, third]):
        assert chosen(*titles) in (CLEAR, third)


def test_what_most_articles_tell_is_chosen() -> None:
    assert chosen("Larn gulls are fed by hand on new pier", CLEAR, "New harbour approved by council of Larn") != (
        "Larn gulls are fed by hand on new pier"
    )


def test_a_title_in_another_language_than_most_is_not_chosen() -> None:
    german = "Rat von Larn genehmigt neuen Hafen nach langer Debatte"
    assert chosen(german, CLEAR, "Larn's harbour, at last?", languages="de en en") == CLEAR


def test_a_title_with_its_outlet_s_name_gives_way() -> None:
    articles = [
        make_article(id="a", outlet="Courier", title=f"{CLEAR} - Courier", body=LEAD),
        make_article(id="b", outlet="Gazette", title=CLEAR, body=LEAD),
    ]
    assert headline(articles) == CLEAR


def test_a_single_article_has_its_own() -> None:
    assert chosen("Why?") == "Why?"


def test_every_flaw_makes_a_title_less_clear() -> None:
    assert unclear(CLEAR, "en") == 0
    assert unclear(CLEAR, "fi") == 0
    assert unclear("Rat von Larn genehmigt neuen Hafen", "de") == 0
    assert unclear("Warum wir den neuen Hafen von Larn brauchen", "de") > 1
    assert unclear("Larn harbour opens ...", "en") > unclear("Larn harbour opens", "en") > 0


@pytest.mark.skipif(not SEEDS, reason="the five real documents are not beside the project")
def test_the_five_real_documents_get_a_headline_that_tells_the_news() -> None:
    articles = [read_seed(path.read_bytes(), path.name, outlet=None, language="en", seen=NOW) for path in SEEDS]
    assert headline(articles) in (
        "Anthropic Snaps Up xAI's Compute Capacity in Strategic Infrastructure Move",
        "xAI's Major Anthropic Partnership Draws Skepticism",
    )

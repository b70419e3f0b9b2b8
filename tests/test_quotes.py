"""What named people say: `digest.sections.quotes`."""

import os
import subprocess
import sys

import pytest

from digest.model import Article, Quote, Story
from digest.sections import Reading
from digest.sections.quotes import Quotes
from tests.conftest import make_article


def reading(*articles: Article) -> Reading:
    story = Story(id="s", title=articles[0].title, articles=articles)
    return Reading(story=story, whole=story, summarize=lambda story, limit: ())


def told(*bodies: str, language: str = "en") -> list[Quote]:
    """The quotes of articles with these bodies, each of an outlet of its own."""
    articles = [
        make_article(id=f"a{number}", outlet=f"Outlet {number}", title="Harbour opens", body=body, language=language)
        for number, body in enumerate(bodies)
    ]
    found = Quotes()(reading(*articles), 3)
    assert found is not None
    return [quote for point in found for quote in point.quotes]


def test_a_quotation_in_one_sentence_is_told_with_its_verb() -> None:
    text = "The harbour opened. “The harbour of Larn will feed this town again,” said Ada Moreno, the mayor."
    (quote,) = told(text)
    assert quote.text == "“The harbour of Larn will feed this town again,” said Ada Moreno, the mayor."
    assert quote.speaker == "Ada Moreno"


def test_a_longer_quotation_is_told_sentence_by_sentence_without_its_marks() -> None:
    """A sentence with one mark of two would look unfinished."""
    body = (
        "“The harbour of Larn will feed this town again. We have waited for it for ten years,” Ada Moreno said. "
        "“Nobody here believed in it.”"
    )
    assert {quote.text for quote in told(body)} == {
        "The harbour of Larn will feed this town again.",
        "We have waited for it for ten years",
        "Nobody here believed in it.",
    }


def test_turns_of_an_interview_have_no_label() -> None:
    body = "Ada Moreno: I never liked the harbour of Larn.\nPer Lund: I like all of the harbour.\nAda: You would."
    assert {(quote.speaker, quote.text) for quote in told(body)} == {
        ("Per Lund", "I like all of the harbour."),
        ("Ada Moreno", "I never liked the harbour of Larn."),
    }


def test_a_pull_quote_is_told_without_its_marks() -> None:
    (quote,) = told("The harbour is open.\n“This harbour is a monument to wishful thinking.”\n— Ada Moreno")
    assert (quote.text, quote.speaker) == ("This harbour is a monument to wishful thinking.", "Ada Moreno")


def test_different_speakers_come_first() -> None:
    """Whoever was told gives way to others, though what she says is more to the point."""
    speaks = "“The harbour opens and ships will come to the harbour,” said Ada Moreno."
    again = "“The harbour opens to all ships that have waited for the harbour,” Ada Moreno said."
    other = "“My boats have waited long enough for these people,” said Per Lund."
    assert [quote.speaker for quote in told(f"{speaks}\n{again}\n{other}")][:2] == ["Ada Moreno", "Per Lund"]


@pytest.mark.parametrize(
    ("language", "hanging", "clear", "said"),
    [
        ("en", "Try that with a harbour that opens", "Nobody builds a port twice in one single year", "said"),
        ("en", "This is how a harbour opens to the world", "Nobody builds a port twice in one single year", "said"),
        ("en", "The harbour always opens with it", "Nobody builds a port twice in one single year", "said"),
        ("de", "Unser Harbour von Larn braucht wirklich das", "Niemand baut so etwas Großes in einem Jahr", "sagte"),
        ("es", "Nuestro Harbour de Larn necesita ahora eso", "Nadie construye algo grande en un solo año", "dijo"),
    ],
)
def test_what_hangs_on_the_sentence_before_it_stands_back(language: str, hanging: str, clear: str, said: str) -> None:
    quotes = told(f"“{hanging},” {said} Ada Moreno.\n“{clear},” {said} Ada Moreno.", language=language)
    assert [clear in quote.text for quote in quotes] == [True, False]


# In seven articles, some of these words; of two speakers, one has the first six and one the others.
SPOKEN = ("harbor bridge tunnel market garden temple", "planet rocket silver copper forest desert")


def alike() -> list[str | None]:
    """The speakers of two remarks whose words are in equally many articles, best first."""
    pairs = list(zip(*(words.split() for words in SPOKEN), strict=True))
    bodies = [
        "The town has "
        + ", ".join(word for place, pair in enumerate(pairs) for word in pair if number <= place)
        + " in view."
        for number in range(7)
    ]
    for name, words in zip(("Ada Miller", "Bob Carter"), SPOKEN, strict=True):
        said = "We love the {} near every {} and the {} by our {} under this {} with a {}".format(*words.split())
        bodies[0] += f"\n“{said},” said {name}."
    return [quote.speaker for quote in told(*bodies)]


@pytest.mark.parametrize("seed", ["0", "23", "38"])
def test_the_order_does_not_depend_on_the_hash_seed(seed: str) -> None:
    """Sums of the same numbers in another order may differ."""
    program = "from tests.test_quotes import alike; print(alike())"
    printed = subprocess.check_output([sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed})
    assert printed.decode().strip() == "['Ada Miller', 'Bob Carter']"


def test_nameless_speakers_and_scraps_are_left_out() -> None:
    body = (
        "“The harbour of Larn will feed this town again,” officials said. “Not so fast,” said Ada Moreno. "
        "“The harbour of Larn is closed,” said a spokesman for Per Lund."
    )
    assert told(body) == []


def test_a_pronoun_stands_for_the_speaker_before_it() -> None:
    body = "Ada Moreno said that the harbour was ready.\n“The ships of Larn will be here by next Monday,” she said."
    (quote,) = told(body)
    assert quote.speaker == "Ada Moreno"


def test_an_article_that_has_only_the_last_name_has_it_from_the_others() -> None:
    """It is the same person, under the name that the article has."""
    full = "“The harbour of Larn will feed this town again,” said Ada Moreno."
    short = "“The ships come back to our harbour at last,” Moreno said."
    found = reading(make_article(id="a", outlet="A", body=full), make_article(id="b", outlet="B", body=short)).remarks
    assert [(one.speaker, one.key) for one in found] == [("Ada Moreno", "ada moreno"), ("Moreno", "ada moreno")]


def test_every_quote_is_a_slice_of_its_article() -> None:
    body = "“The harbour of Larn opens. It feeds us all again,” said Ada Moreno. “We waited for ten long years.”"
    article = make_article(body=body)
    assert all(one.quote().text in article.text for one in reading(article).remarks)


@pytest.mark.parametrize("language", ["tl", "pl", "ja"])
def test_a_language_whose_verbs_are_not_known_cannot_be_told(language: str) -> None:
    assert Quotes()(reading(make_article(language=language)), 3) is None


def test_german_speech_is_known() -> None:
    (quote,) = told("„Der Hafen von Larn wird diese Stadt wieder ernähren“, sagte Ada Moreno.", language="de")
    assert quote.speaker == "Ada Moreno"

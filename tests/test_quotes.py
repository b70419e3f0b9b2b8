"""What named people say: `digest.sections.quotes`."""

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

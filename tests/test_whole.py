"""Whether an entry is its article, or a teaser whose page has to be asked for."""

import pytest

from digest.ingest.extract import fragment_paragraphs
from digest.ingest.whole import is_whole

SHORT = "The ferry to Sandholm island ran again on Monday, eleven weeks after the storm had torn away its pier."
LONG = " ".join([SHORT] * 8)
CHINESE = "前往该岛的渡轮星期一再次启航，距离风暴冲走码头已有十一个星期。"

WHOLE = {
    "a long text": [LONG],
    "a long text in paragraphs": [SHORT] * 8,
    "a short text that is told in three paragraphs": [SHORT] * 3,
    "a text with a list": [LONG, "Adults: 12 euros", "Goats: free"],
    "a text that ends in a quotation": [LONG, "“It was a calm crossing,” said its skipper, “and nobody was happier than the goat.”"],
    "an ellipsis on the way": ["And then… nothing. " + LONG],
    "a text about reading": [LONG, "Children should read more on holiday, the skipper said, and not only about goats."],
    "a long Chinese text": [CHINESE * 8],
}  # fmt: skip
TEASER = {
    "nothing": [],
    "a line": [SHORT],
    "two lines": [SHORT, SHORT],
    "a headline": ["Ferry returns"],
    "labels": ["Ferry", "Islands", "Storm", "Insurance"],
    "three sentences in three paragraphs": ["It is back.", "It sailed.", "It rained."],
    "an ellipsis at the end": [LONG, "The county paid for the new pier and…"],
    "dots at the end": [LONG + " The county..."],
    "WordPress": [LONG + " The county paid for the new pier and […]"],
    "square brackets and dots": [LONG + " The county paid for the new pier and [...]"],
    "cut in a sentence": [LONG, "The county paid for the new pier and wants the money back from its insurer, who"],
    "cut in a word": [LONG + " The county paid for the new pier and wants the mon"],
    "read more": [LONG, "Read more »"],
    "continue reading": [LONG + " Continue reading"],
    "the full story": [LONG, "Read the full story"],
    "a link": [LONG, "Click here to read"],
    "German": [LONG, "Weiterlesen …"],
    "French": [LONG, "Lire la suite →"],
    "Spanish": [LONG, "Leer más"],
    "a short Chinese text": [CHINESE],
    "a Chinese link": [CHINESE * 8, "阅读全文"],
}


@pytest.mark.parametrize("name", WHOLE)
def test_articles_are_whole(name: str) -> None:
    assert is_whole(WHOLE[name])


@pytest.mark.parametrize("name", TEASER)
def test_teasers_are_not(name: str) -> None:
    assert not is_whole(TEASER[name])


def test_it_is_asked_about_what_a_feed_says() -> None:
    assert is_whole(fragment_paragraphs(f"<p>{SHORT}</p>" * 8))
    assert not is_whole(fragment_paragraphs(f"<p>{SHORT}</p><p><a href='/x'>Read more</a></p>"))


def test_a_very_long_paragraph_is_told_at_once() -> None:
    assert is_whole(["a " * 500_000 + "."])
    assert not is_whole(["a" * 1_000_000])

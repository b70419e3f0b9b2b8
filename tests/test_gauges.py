"""Hype and substance: what is counted, how it adds up, and that promotion and dry news fall on their own sides."""

import pytest

from digest.lineage import lineage
from digest.model import Article, Gauge, Story
from digest.sections import Reading, gauges
from tests.conftest import make_article

PROMOTION = make_article(
    id="p",
    title="Keel unveils revolutionary, game-changing ferry",
    body="Keel's groundbreaking ferry is the best and fastest ship of all time. It will definitely transform the coast. "
    "The incredible hull is a breakthrough. This visionary ship is absolutely unmatched. "
    "It unlocks a seamless, exciting journey. The stunning deck redefines travel.",
)
NEWS = make_article(
    id="n",
    outlet="Gazette",
    title="Keel ferry makes first crossing to Larn",
    body='Keel\'s ferry crossed to Larn on Monday with 310 passengers. "She is slow in the swell," said Ada Brandt, her '
    "captain. The ship cost $9 million and was paid for by 40 percent of its loans. Dov Lerner, who chairs the council, "
    "said that tickets would cost $12. The crossing took 50 minutes longer than planned.",
)


def measured(*articles: Article) -> dict[str, Gauge]:
    story = Story(id="s", title=articles[0].title, articles=articles)
    read = Reading(story=story, whole=story, summarize=lambda story, limit: ())
    return {gauge.name: gauge for gauge in gauges(read, lineage(articles))}


def test_promotion_has_the_hype_and_news_the_substance() -> None:
    promotion, news = measured(PROMOTION), measured(NEWS)
    assert promotion["hype"].score >= 6 > 1 >= news["hype"].score
    assert news["substance"].score > 2 * promotion["substance"].score


def test_a_gauge_is_ten_times_a_sum_whose_weights_add_up_to_one_and_says_what_was_counted() -> None:
    for gauge in measured(PROMOTION, NEWS).values():
        assert sum(reason.weight for reason in gauge.reasons) == pytest.approx(1)
        assert all(0 <= reason.value <= 1 and any(map(str.isdigit, reason.said)) for reason in gauge.reasons)
        assert gauge.score == round(10 * sum(reason.points for reason in gauge.reasons), 1)
    said = {reason.name: reason.said for reason in measured(NEWS)["substance"].reasons}
    assert said["figures"] == "4 sentences of 5 with a figure, taken as 10; 2 in 5 would be very much"
    assert said["named sources"] == "2 named sources; 10 would be very many"
    assert said["direct quotes"] == "1 direct quote in 5 sentences, taken as 10; 3 in 10 would be very much"
    assert said["independent origins"] == "1 independent origin; each doubling counts 0.5"


def test_a_phrase_that_two_outlets_have_is_hype_unless_it_is_somebody_s() -> None:
    phrase = "The ferry of the Keel family connects the islands of the northern coast with joy."
    one, two = (make_article(id=id, outlet=id, title=f"Ferry {id}", body=f"{id} is here. {phrase}") for id in "ab")
    by_name = {reason.name: reason for reason in measured(one, two)["hype"].reasons}
    said = "2 sentences of 4 with a phrase that another outlet has, too, taken as 10; 1 in 4 would be very much"
    assert by_name["repetition"].said == said
    quoted = [
        make_article(id=id, outlet=id, title=f"Ferry {id}", body=f'"{phrase[:-1]}," said Ada Brandt.') for id in "ab"
    ]
    assert {reason.name: reason.value for reason in measured(*quoted)["hype"].reasons}["repetition"] == 0


def test_what_is_said_of_a_term_is_enough_to_work_it_out() -> None:
    plain = " ".join(f"Ferry number {number} crossed to Larn in the swell of the evening." for number in range(11))
    article = make_article(id="p", title="Keel ferry crosses", body=f"Keel has the best ferry of all. {plain}")
    superlatives = measured(article)["hype"].reasons[0]
    assert superlatives.said == "1 superlative in 12 sentences and 1 headline; 1 in 10 would be very much"
    assert superlatives.value == pytest.approx(1 / 13 / (1 / 10), abs=1e-4)


def test_a_date_is_no_figure() -> None:
    article = make_article(id="d", title="Keel ferry crosses", body="Keel crossed to Larn on 3 May and on 4 May again.")
    assert {reason.name: reason.value for reason in measured(article)["substance"].reasons}["figures"] == 0


def test_a_language_without_words_has_no_gauges() -> None:
    assert measured(make_article(body="Satama avattiin maanantaina.", language="fi")) == {}
    assert measured(make_article(title="Harbour", body="")) == {}

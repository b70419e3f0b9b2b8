"""How sections are filled: nothing twice, of no outlet more than may be quoted, what is scarce shared out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import Quoting, Rights
from digest.model import Article, Label, Point, Quote, Section, Span, Stance, Story, Take
from digest.sections import Allowance, Reading, Wanted, told
from digest.sections.key_points import KeyPoints
from digest.sections.tldr import Tldr
from digest.text.words import word_spans
from tests.conftest import make_article

WORDS = (
    "copper harbour lantern meadow piano quarry saddle timber violin walnut anchor basket candle desert engine".split()
)


def article(id: str, *sentences: str, outlet: str | None = None) -> Article:
    return make_article(id, outlet=outlet or f"Outlet {id}", title=f"Title of {id}", body=" ".join(sentences))


def sentence(number: int, length: int = 6) -> str:
    """One like no other."""
    return " ".join([f"Word{number}", *(f"{WORDS[number % len(WORDS)]}{number}x{n}" for n in range(length - 1))]) + "."


def reading(*articles: Article) -> Reading:
    story = Story(id="s", title=articles[0].title, articles=articles)

    def summarize(story: Story, limit: int) -> tuple[Quote, ...]:
        return tuple(Quote.cut(a, span) for a in story.articles for span in a.sentences)[:limit]

    return Reading(story=story, whole=story, summarize=summarize)


@dataclass(frozen=True)
class Finds:
    """Finds these, or cannot tell."""

    points: tuple[Point, ...] | None

    def __call__(self, reading: Reading, limit: int) -> Iterable[Point] | None:
        return self.points


def point(article: Article, *numbers: int) -> Point:
    return Point(quotes=tuple(Quote.cut(article, article.sentences[number]) for number in numbers))


def wanted(name: str, limit: int, *points: Point) -> Wanted:
    return Wanted(name=name, limit=limit, find=Finds(points))


def take(article: Article, label: Label, *numbers: int) -> Take:
    return Take(
        outlet=article.outlet, speaker=None, article=article.id, target="it",
        stance=Stance(label=label, score=0.9, by="test"),
        evidence=tuple(Quote.cut(article, article.sentences[number]) for number in numbers),
    )  # fmt: skip


def tell(
    of: Reading, *sections: Wanted, takes: tuple[Take, ...] = (), quoting: Quoting | None = None
) -> tuple[dict[str, Section], tuple[Take, ...]]:
    rights = Rights(default=quoting or Quoting(sentences=None, words=None))
    found, shown = told(of, sections, takes, Allowance(of.articles, rights.of))
    return {section.name: section for section in found}, shown


LONG = article("a", *(sentence(number) for number in range(8)))


def test_a_sentence_stands_in_one_section_only() -> None:
    one = wanted("one", 2, point(LONG, 0), point(LONG, 1))
    found, _ = tell(reading(LONG), one, wanted("two", 2, point(LONG, 1)), wanted("three", 2))
    assert [quote.text for quote in found["one"].quotes] == [sentence(0), sentence(1)]
    assert "two" not in found, "all of it has been told, so that nobody may say that no source says it"
    assert found["three"] == Section(name="three", points=())


def test_what_says_nearly_the_same_is_told_once() -> None:
    other = article("b", "The mayor of Varnholm opened the new harbour bridge yesterday.")
    first = article("a", "Mayor of Varnholm opened the harbour bridge.", sentence(1))
    found, _ = tell(reading(first, other), wanted("one", 3, point(first, 0), point(other, 0), point(first, 1)))
    assert [quote.article for quote in found["one"].quotes] == ["a", "a"]


def test_points_of_several_quotes_may_repeat_one_of_them() -> None:
    found, _ = tell(reading(LONG), wanted("one", 1, point(LONG, 0)), wanted("pair", 1, point(LONG, 0, 1)))
    assert len(found["pair"].quotes) == 2


def test_what_sets_outlets_side_by_side_is_told_though_each_of_it_was() -> None:
    other = article("b", *(sentence(number) for number in range(20, 24)))
    pair = Point(quotes=(Quote.cut(LONG, LONG.sentences[0]), Quote.cut(other, other.sentences[0])))
    one = wanted("one", 2, point(LONG, 0), point(other, 0))
    found, _ = tell(reading(LONG, other), one, wanted("pairs", 1, pair))
    assert found["pairs"].points == (pair,)


def test_a_section_that_cannot_tell_is_left_out_and_one_without_finds_is_not() -> None:
    found, _ = tell(reading(LONG), Wanted(name="unknown", limit=1, find=Finds(None)), wanted("nothing", 1))
    assert found == {"nothing": Section(name="nothing", points=())}


def test_what_may_not_be_quoted_is_held_and_the_articles_are_named() -> None:
    found, _ = tell(
        reading(LONG), wanted("one", 3, *(point(LONG, number) for number in range(4))), quoting=Quoting(sentences=2)
    )
    assert len(found["one"].quotes) == 2
    assert found["one"].held == ("a",)


def test_nothing_is_held_where_a_section_is_full() -> None:
    other = article("b", sentence(20))
    points = [point(LONG, 0), point(LONG, 1), point(other, 0)]
    found, _ = tell(reading(LONG, other), wanted("one", 2, *points), quoting=Quoting(sentences=1))
    assert [quote.article for quote in found["one"].quotes] == ["a", "b"]
    assert found["one"].held == ()


def test_what_is_scarce_is_shared_out() -> None:
    """Six sentences may be quoted: one to lead, one as evidence, two of the second section, then one of each."""
    sections = (
        wanted("lead", 1, point(LONG, 0)),
        wanted("one", 4, *(point(LONG, number) for number in (1, 2, 3, 4))),
        wanted("two", 2, point(LONG, 5), point(LONG, 6)),
        wanted("three", 2),
    )
    found, (shown,) = tell(
        reading(LONG), *sections, takes=(take(LONG, "skeptical", 7),), quoting=Quoting(sentences=6, words=None)
    )
    counts = {name: len(section.points) for name, section in found.items()}
    assert counts == {"lead": 1, "one": 2, "two": 2, "three": 0}
    assert [quote.text for quote in shown.evidence] == [sentence(7)]


def test_what_sets_outlets_side_by_side_is_not_crowded_out() -> None:
    other = article("b", *(sentence(number) for number in range(20, 24)))
    pair = Point(quotes=(Quote.cut(LONG, LONG.sentences[3]), Quote.cut(other, other.sentences[3])))
    alone = wanted("one", 3, point(LONG, 1), point(other, 1), point(LONG, 2))
    lead = wanted("lead", 1, point(LONG, 0))
    found, _ = tell(reading(LONG, other), lead, alone, wanted("pairs", 2, pair), quoting=Quoting(sentences=2))
    assert {name: len(section.points) for name, section in found.items()} == {"lead": 1, "one": 1, "pairs": 1}


def test_the_surest_take_of_a_side_is_shown_before_key_points_and_outlets_before_speakers() -> None:
    """A label without its sentence tells nothing: of three sentences one leads, and two show takes."""
    sections = (wanted("lead", 1, point(LONG, 0)), wanted("one", 4, *(point(LONG, number) for number in (1, 2, 3))))
    outlet = take(LONG, "skeptical", 5)
    sure = replace(take(LONG, "positive", 6), speaker="Ada Holm")
    less = replace(take(LONG, "skeptical", 7), speaker="Per Lund", stance=Stance(label="skeptical", score=0.5, by="t"))
    found, shown = tell(reading(LONG), *sections, takes=(less, sure, outlet), quoting=Quoting(sentences=3, words=None))
    assert [[quote.text for quote in one.evidence] for one in shown] == [[], [sentence(6)], [sentence(5)]]
    assert found["one"].points == ()
    assert found["one"].held == ("a",)


def test_a_take_is_shown_by_what_fits() -> None:
    """Where its first sentence is too long, its second one may do."""
    long = article("a", " ".join([sentence(0)[:-1]] * 8) + ".", sentence(1))
    lead = wanted("lead", 1, point(LONG, 0))
    room = Quoting(sentences=2, words=2 * len(sentence(1).split()))
    _, (shown,) = tell(reading(long, LONG), lead, takes=(take(long, "positive", 0, 1),), quoting=room)
    assert [quote.text for quote in shown.evidence] == [sentence(1)]


def test_a_headline_that_stands_in_keeps_the_words_that_decided() -> None:
    one = take(LONG, "positive", 0)
    title = Span(LONG.title_span.start, LONG.title_span.start + 5)
    marked = replace(one, cues=(title, Span(one.evidence[0].start, one.evidence[0].start + 3)))
    _, (shown,) = tell(reading(LONG), wanted("a", 1, point(LONG, 1)), takes=(marked,), quoting=Quoting(sentences=1))
    assert [quote.text for quote in shown.evidence] == [LONG.title]
    assert shown.cues == (title,)


def test_neutral_evidence_comes_last_and_a_headline_stands_in_for_what_may_not_be_quoted() -> None:
    one = wanted("one", 2, point(LONG, 0), point(LONG, 1))
    takes = (take(LONG, "neutral", 2), take(LONG, "neutral", 1))
    _, shown = tell(reading(LONG), one, takes=takes, quoting=Quoting(sentences=2))
    assert [[quote.text for quote in one.evidence] for one in shown] == [["Title of a"], [sentence(1)]]


def test_an_outlet_that_may_not_be_quoted_at_all_has_headlines_only() -> None:
    closed = article("b", sentence(30), sentence(31))
    of = reading(closed, LONG)
    sections = (Wanted(name="tldr", limit=1, find=Tldr()), Wanted(name="key-points", limit=3, find=KeyPoints()))
    rights = Rights(default=Quoting(), outlets=(("Outlet b", Quoting(sentences=0, words=0)),))
    found, (shown,) = told(of, sections, (take(closed, "positive", 0),), Allowance(of.articles, rights.of))
    assert {quote.article for section in found for quote in section.quotes} == {"a"}
    assert [quote.text for quote in shown.evidence] == [closed.title]


def test_half_a_sentence_counts_as_one_and_its_words_as_they_are() -> None:
    first, second = LONG.sentences[:2]
    allowance = Allowance({"a": LONG}, Rights(default=Quoting(sentences=1, words=6)).of)
    half = Quote.cut(LONG, Span(first.start, first.start + 12))
    assert allowance.take([half])
    assert allowance.take([Quote.cut(LONG, first)]), "the rest of it is the same sentence"
    assert not allowance.take([Quote.cut(LONG, second)])
    assert allowance.take([half, Quote.cut(LONG, LONG.title_span)]), "what was taken, and headlines, are free"


def test_it_is_all_or_nothing() -> None:
    allowance = Allowance({"a": LONG}, Rights(default=Quoting(sentences=2, words=None)).of)
    quotes = [Quote.cut(LONG, span) for span in LONG.sentences[:3]]
    assert not allowance.take(quotes)
    assert allowance.take(quotes[:2])


def test_key_points_go_on_after_the_summary_without_repeating_it() -> None:
    found = list(KeyPoints()(reading(LONG), 2))
    assert [quote.text for one in found for quote in one.quotes] == [sentence(number) for number in range(8)]


def test_a_summarizer_is_asked_for_three_lengths_at_most_however_many_sentences_there_are() -> None:
    asked = []
    long = article("l", *(sentence(number) for number in range(60)))

    def summarize(story: Story, limit: int) -> tuple[Quote, ...]:
        asked.append(limit)
        return tuple(Quote.cut(long, span) for span in long.sentences[:limit])

    story = Story(id="s", title=long.title, articles=(long,))
    read = Reading(story=story, whole=story, summarize=summarize)
    assert [len(list(find(read, limit))) for find, limit in ((Tldr(), 1), (KeyPoints(), 5))] == [40, 40]
    assert asked == [1, 40, 5], "both share the longest"
    assert len(list(KeyPoints()(read, 50))) == 50, "unless more is wanted"


numbers = st.integers(0, 7)


@given(
    picks=st.lists(st.lists(st.tuples(st.integers(0, 2), numbers), min_size=1, max_size=3), max_size=8),
    evidence=st.lists(st.tuples(st.integers(0, 2), numbers, st.sampled_from(["positive", "neutral"])), max_size=4),
    sentences=st.none() | st.integers(0, 4), words=st.none() | st.integers(0, 40),
)  # fmt: skip
def test_no_outlet_is_ever_quoted_more_than_allowed(
    picks: list[list[tuple[int, int]]],
    evidence: list[tuple[int, int, Label]],
    sentences: int | None,
    words: int | None,
) -> None:
    shelf = [
        article(id, *(sentence(10 * place + number) for number in range(8)), outlet=outlet)
        for place, (id, outlet) in enumerate([("a", "One"), ("b", "One"), ("c", "Two")])
    ]
    points = [
        Point(quotes=tuple(Quote.cut(shelf[a], shelf[a].sentences[number]) for a, number in pick)) for pick in picks
    ]
    takes = tuple(take(shelf[a], label, number) for a, number, label in evidence)
    found, shown = tell(
        reading(*shelf), wanted("one", 3, *points[:4]), wanted("two", 2, *points[4:]), takes=takes,
        quoting=Quoting(sentences=sentences, words=words),
    )  # fmt: skip
    quotes = {q for section in found.values() for q in section.quotes} | {q for one in shown for q in one.evidence}
    for outlet in ("One", "Two"):
        told_of = {q for q in quotes if q.start and next(a.outlet for a in shelf if a.id == q.article) == outlet}
        assert sentences is None or len(told_of) <= sentences
        assert words is None or sum(len(word_spans(q.text)) for q in told_of) <= words


@pytest.mark.parametrize(
    ("text", "units"),
    [("Two words.", 2), ("这是一个没有空格的句子。", 6), ("a" * 100 + " b.", 5), ("Donaudampfschifffahrt.", 1)],
)
def test_what_is_written_without_spaces_is_measured_all_the_same(text: str, units: int) -> None:
    long = make_article("z", title="T", body=text)
    for words, fits in ((units - 1, False), (units, True)):
        allowance = Allowance({"z": long}, Rights(default=Quoting(sentences=None, words=words)).of)
        assert allowance.take([Quote.cut(long, Span(3, len(long.text)))]) == fits


def test_what_makes_no_sense_alone_and_questions_come_last() -> None:
    first = article("a", "Then in May the agency announced the launch.", "Will the ferry be free for all in spring?")
    other = article("b", "The city of Varnholm makes its ferries free in March.")
    found = [point.quotes[0].text for point in Tldr()(reading(first, other), 1)]
    assert found[0] == "The city of Varnholm makes its ferries free in March."
    assert len(found) == 3

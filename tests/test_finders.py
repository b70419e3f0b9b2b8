"""What the sections of a brief find, and what they leave, on invented texts; and that they find it every time."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import islice

import pytest

from digest import plugins
from digest.model import Article, Point, Quote, Story
from digest.plugins import Choice
from digest.sections import Reading
from tests.conftest import make_article

CUED = ("background", "unclear", "whats-next", "why-it-matters")
EVERY = (*CUED, "key-questions", "numbers", "timeline")


def reading(*articles: Article, told: Iterable[Article] = ()) -> Reading:
    story = Story(id="s", title=articles[0].title, articles=articles)
    whole = Story(id="s", title=articles[0].title, articles=(*told, *articles))
    return Reading(story=story, whole=whole, summarize=lambda story, limit: ())


def found(name: str, read: Reading, limit: int = 10) -> list[Point] | None:
    points = plugins.build(Choice(kind="section", name=name))(read, limit)
    return None if points is None else list(islice(points, limit))


def texts(name: str, *articles: Article) -> list[str]:
    points = found(name, reading(*articles))
    assert points is not None
    return [quote.text for point in points for quote in point.quotes]


def one(body: str, **fields: object) -> Article:
    return make_article(body=body, **{"title": "Larn opens its new harbour", **fields})  # type: ignore[arg-type]


FILLER = "The harbour lies on the northern side of the old town."


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("why-it-matters", "The opening matters because half of the island lives off the fishing fleet."),
        ("why-it-matters", "The harbour deal signals that Larn has given up its plans for an airport."),
        ("why-it-matters", "Larn borrowed half of the money, raising questions about its schools and clinics."),
        ("why-it-matters", "The new harbour could reshape the trade of the whole northern coast."),
        ("why-it-matters", "The vote is a heavy blow to the ferry company of the Keel family."),
        ("background", "The town lost its old harbour to a storm in the winter two years ago."),
        ("background", "Larn harbour was founded by monks of the island in 1432, long before the town."),
        ("background", "Earlier this year the council had already refused two other plans for the harbour."),
        ("unclear", "It remains unclear whether the ferries of the Keel family will use the harbour."),
        ("unclear", "The mayor declined to say how much the second pier of the harbour has cost."),
        ("unclear", "No date has been set for the dredging of the harbour and its channel."),
        ("whats-next", "The council will vote on the tariffs of the harbour at its meeting on Friday."),
        ("whats-next", "The second pier of the harbour is expected to open in the spring."),
        ("whats-next", "The Keel family plans to sue the town over the tariffs of the harbour."),
    ],
)
def test_a_section_finds_what_says_so_and_nothing_else(name: str, sentence: str) -> None:
    article = one(f"{FILLER} {sentence} Fishermen mended their nets on the quay all morning.")
    assert texts(name, article) == [sentence]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("why-it-matters", "The mayor signalled to the band that it was time to play in the harbour."),
        ("why-it-matters", "Nothing matters to the gulls of Larn harbour but what the boats throw away."),
        ("why-it-matters", "Put the boats where the fish is, which means in the northern harbour."),
        ("why-it-matters", "This matters because of that."),
        ("background", "The harbour of Larn will be open to all ships from next month."),
        ("unclear", "The mayor made it clear that the harbour of Larn is open to all."),
        ("unclear", "The captain refused to give the harbour master of Larn a bottle of rum."),
        ("whats-next", "The delay of the harbour of Larn was due to the storm in the north."),
        ("whats-next", "The pier was expected to collapse in the storm, and the harbour stood firm."),
        ("whats-next", "Sailors say that there are no plans to widen the harbour of Larn."),
    ],
)
def test_a_section_leaves_what_only_sounds_like_it(name: str, sentence: str) -> None:
    assert texts(name, one(f"{FILLER} {sentence}")) == []


@pytest.mark.parametrize(
    ("name", "language", "body"),
    [
        ("why-it-matters", "de", "Das Urteil wirft neue Fragen zur Zukunft des Hafens von Larn auf."),
        ("background", "de", "Vor zwei Jahren hatte ein Sturm den alten Hafen von Larn zerstört."),
        ("unclear", "de", "Es bleibt unklar, ob die Fähren den neuen Hafen von Larn nutzen werden."),
        ("whats-next", "de", "Der Rat von Larn will im kommenden Monat über die Gebühren des Hafens abstimmen."),
        ("why-it-matters", "fr", "La décision soulève des questions sur l'avenir du port de Larn."),
        ("background", "fr", "L'an dernier, une tempête a détruit le vieux port de la ville de Larn."),
        ("unclear", "es", "No se sabe si los barcos de la familia Keel van a usar el puerto de Larn."),
        ("whats-next", "es", "El puerto de Larn entrará en vigor con sus tarifas la próxima semana."),
    ],
)
def test_sections_know_other_languages(name: str, language: str, body: str) -> None:
    assert texts(name, one(body, language=language)) == [body]


@pytest.mark.parametrize("name", [*CUED, "key-questions", "numbers"])
def test_a_language_without_wording_is_left_out_and_not_said_to_be_silent(name: str) -> None:
    finnish = one("Satama avattiin maanantaina.", language="fi")
    assert found(name, reading(finnish)) is None
    assert found(name, reading(finnish, one("The harbour opened.", id="b"))) == []


def test_a_heading_says_what_its_sentences_are_about() -> None:
    body = (
        f"{FILLER}\nWhy it matters\nLarn lives off its fishing fleet and has nothing else to sell. "
        f"Half of its boats lie in the mud.\nThe day\n{FILLER}"
    )
    assert texts("why-it-matters", one(body)) == ["Larn lives off its fishing fleet and has nothing else to sell."]


def test_the_plainer_sentence_and_the_one_that_stands_alone_come_first() -> None:
    vague = "They could reshape the trade of the northern coast, and with it that of the harbour."
    plain = "The harbour matters because it could reshape the trade of the northern coast of Larn."
    assert texts("why-it-matters", one(f"{FILLER} {vague} {plain}"))[0] == plain


def test_what_another_outlet_says_as_well_comes_first() -> None:
    alone = "It remains unclear whether Larn harbour will be lit at night by the town."
    shared = [
        "It is unclear whether Keel ferries will use Larn harbour.",
        "Whether the Keel ferries use it is not known.",
    ]
    articles = (
        one(f"{alone} {shared[0]}", id="a", outlet="Courier"),
        one(f"{FILLER} {shared[1]}", id="b", outlet="Gazette"),
    )
    assert texts("unclear", *articles)[0] == shared[0]


def test_a_date_ahead_of_its_article_is_next() -> None:
    body = "On December 9 the council hears the fishermen of Larn harbour. On June 9 it heard the shopkeepers of Larn."
    article = one(body, published=datetime(2026, 11, 16, tzinfo=UTC))
    assert texts("whats-next", article) == []  # a date alone does not suffice
    will = body.replace("the council hears", "the council will hold a hearing for")
    assert texts("whats-next", one(will, published=article.published))[0].startswith("On December 9")


def test_words_that_somebody_says_bear_his_name() -> None:
    turns = [f"Odile Brandt: {FILLER}", "Dov Lerner: We disagree. The harbour deal signals that Larn has no airport."]
    points = found("why-it-matters", reading(one("\n".join(turns * 2))))
    assert points
    assert points[0].quotes[0].speaker == "Dov Lerner"


def test_numbers_have_their_figures_as_they_stand_there_and_shared_ones_first() -> None:
    first = one("The pier is 300 metres long. Larn paid $4.2 million for the harbour of its dreams.", id="a")
    second = one("The bill of US$4.2 million was paid by the town of Larn in May.", id="b", outlet="Gazette")
    points = found("numbers", reading(first, second))
    assert points
    labels = [point.label for point in points]
    assert {labels[0], labels[-1]} == {"$4.2 million", "US$4.2 million"}  # known figures come again last
    for point in points:
        assert all(figure in point.quotes[0].text for figure in point.label.split(" · "))


def test_dates_come_after_figures_and_those_of_years_past_not_at_all() -> None:
    body = (
        "The ferry of Larn sails again on 3 December 2027 if all goes well with it. "
        "The pier of Larn was built for the ferry by Ada Keel on 3 December 1998. "
        "The ferry of Larn first sailed with the mayor on board on 2 May 2011. "
        "The town of Larn paid $4.2 million for its new ferry on 1 March this year."
    )
    points = found("numbers", reading(one(body)))
    assert points
    assert [point.label for point in points] == ["$4.2 million · 1 March", "3 December 2027"]


def test_a_sentence_that_hangs_on_another_shows_its_figure_if_no_other_has_one() -> None:
    hanging = "And they need them now, not in 18 months."
    assert texts("numbers", one(f"{FILLER} {hanging} {FILLER}")) == [hanging]
    better = "The town of Larn paid $4.2 million for its new ferry."
    assert texts("numbers", one(f"{FILLER} {hanging} {better}")) == [better]


def test_a_question_comes_with_its_answer_or_is_unanswered() -> None:
    body = (
        f"{FILLER}\nWho pays for the new harbour of Larn?\nThe town council pays for all of it out of its reserves.\n"
        "What will the ferry company do with the old pier of Larn? Nobody asked."
    )
    points = found("key-questions", reading(one(body)))
    assert points is not None
    assert [quote.text for quote in points[0].quotes] == [
        "Who pays for the new harbour of Larn?",
        "The town council pays for all of it out of its reserves.",
    ]
    assert points[0].label == ""


def test_a_question_that_only_another_question_follows_is_unanswered_or_answered_elsewhere() -> None:
    asks = one(
        "What happens to the old ferry pier of Larn harbour? Who will repair the broken crane of Larn harbour?", id="a"
    )
    (first, second) = found("key-questions", reading(asks)) or ()
    assert first.label == second.label == "unanswered"
    answers = one("Keel will repair the broken crane of Larn harbour next year.", id="b", outlet="Gazette")
    points = found("key-questions", reading(asks, answers)) or []
    assert [len(point.quotes) for point in points] == [2, 1]
    assert points[0].quotes[1].article == "b"


@pytest.mark.parametrize(
    "question",
    [
        "What do you think of the new harbour of Larn?",
        "Why not?",
        "Will it be enough for the harbour of Larn?",
        "The harbour of Larn is a success, right?",
        "So what is the fuss about Larn harbour, really?",
    ],
)
def test_filler_and_questions_to_the_reader_are_no_key_questions(question: str) -> None:
    assert found("key-questions", reading(one(f"{question} {FILLER}"))) == []


def dated(id: str, day: int, hour: int = 8, **fields: object) -> Article:
    moment = datetime(2026, 11, day, hour, tzinfo=UTC)
    return one(FILLER, id=id, **{"title": f"Larn harbour makes news {id}", "published": moment, **fields})


def test_a_timeline_has_a_headline_a_day_told_before_or_not() -> None:
    told = [dated("a", 10), dated("b", 11, 9, title="What we know about Larn harbour"), dated("c", 11, 10)]
    points = found("timeline", reading(dated("d", 14), told=told))
    assert points is not None
    assert [(point.day, point.quotes[0].text[-1]) for point in points] == [
        (date(2026, 11, 10), "a"),
        (date(2026, 11, 11), "c"),
        (date(2026, 11, 14), "d"),
    ]


def test_a_timeline_of_too_many_days_keeps_its_ends() -> None:
    told = [dated(id, day) for id, day in zip("abcdef", [5, 6, 6, 7, 8, 9], strict=True)]
    points = found("timeline", reading(dated("g", 10), told=told), limit=3)
    assert points is not None
    assert [point.day and point.day.day for point in points] == [5, 6, 10]


def test_a_story_of_one_day_or_without_dates_has_no_timeline() -> None:
    assert found("timeline", reading(dated("a", 10, 1), dated("b", 10, 23))) is None
    assert found("timeline", reading(one(FILLER), one(FILLER, id="b"))) is None


STORY = (
    one(
        f"{FILLER} The opening matters because Larn lost its fleet last year. It remains unclear who pays the $9 million.\n"
        "What is next for Larn?\nThe council of Larn will vote on it next week.",
        id="a",
        published=datetime(2026, 11, 10, tzinfo=UTC),
    ),
    one(
        "Larn, which was founded in 1432, is expected to vote next week. The harbour cost $9 million and took 18 months. "
        "The deal raises questions about the ferries, and it is not known what they pay.",
        id="b",
        outlet="Gazette",
        published=datetime(2026, 11, 12, tzinfo=UTC),
    ),
)


@pytest.mark.parametrize("name", EVERY)
def test_every_quote_is_a_slice_of_its_article_and_every_point_has_one(name: str) -> None:
    by_id = {article.id: article for article in STORY}
    points = found(name, reading(*STORY))
    assert points
    for point in points:
        assert point.quotes
        for quote in point.quotes:
            assert quote == Quote.cut(by_id[quote.article], quote.span, quote.speaker)


def test_no_section_depends_on_the_hash_seed() -> None:
    program = (
        "from tests.test_finders import EVERY, STORY, found, reading; from digest.sections import gauges;"
        "from digest.lineage import lineage; read = reading(*STORY);"
        "print([found(name, read) for name in EVERY], gauges(read, lineage(STORY)))"
    )

    def run(seed: str) -> bytes:
        return subprocess.check_output([sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed})

    assert run("0") == run("1")


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize(
    "part", ["is not known ", "this deal could ", "$1,111 ", "a b c ", "will will ", "? ", "1-1.1,1 "]
)
def test_hostile_text_costs_no_more_than_its_length(name: str, part: str) -> None:
    article = one(f"{part * 4000}.")
    began = time.process_time()
    found(name, reading(article))
    assert time.process_time() - began < 2

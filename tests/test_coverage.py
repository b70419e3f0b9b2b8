"""The default summarizer: what is shared before what one outlet has, nothing twice, whatever the order of the articles."""

import subprocess
import sys
import time
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model import Span, Story
from digest.summarize.coverage import Coverage
from tests.bench.summarizing import generated
from tests.conftest import make_article
from tests.quality.tune_summary import parts

SHARED = (
    "The ferry Sea Lark ran aground off Marrow Island late on Friday.",
    "Late on Friday the ferry Sea Lark ran aground near Marrow Island.",
    "The Sea Lark, a ferry, ran aground off Marrow Island on Friday night.",
)
ALONE = (
    "A bakery in the old town has been selling almond cakes since the spring.",
    "Volunteers painted the railings of the northern pier in a darker green.",
    "Several anglers complained about the price of permits at the quayside kiosk.",
)
ASHORE = "All 212 passengers were brought ashore by two lifeboats before midnight."


def tell(*bodies: str, outlets: str = "") -> Story:
    """Bodies of a sentence a line; each its own outlet, or those named by a letter each."""
    names = outlets or "ABCDEFGHIJ"
    articles = tuple(
        make_article(id=f"a{number}", title=f"News of the day, number {number}", body=body, outlet=names[number])
        for number, body in enumerate(bodies)
    )
    return Story(id="s", title=articles[0].title, articles=articles)


def said(story: Story, limit: int, **options: float) -> list[str]:
    return [quote.text for quote in Coverage(**options)(story, limit)]  # type: ignore[arg-type]


def test_what_outlets_share_comes_before_what_one_alone_has() -> None:
    """Even where the one stands at the top of its article."""
    story = tell(*(f"{alone}\n{shared}" for alone, shared in zip(ALONE, SHARED, strict=True)))
    assert said(story, 1)[0] in SHARED


def test_the_earlier_mention_counts_more_unless_lead_is_none() -> None:
    story = tell(f"{ALONE[0]}\n{ALONE[1]}\n{ALONE[2]}")
    assert said(story, 1) == [ALONE[0]]
    heads = {said(tell(*[f"{one}\n{other}"]), 1, lead=0.0)[0] for one, other in permutations(ALONE[:2])}
    assert len(heads) == 1, "with lead 0 it does not matter which of the two stands first"


def test_what_the_titles_say_comes_first() -> None:
    body = "\n".join(ALONE)
    plain, titled = (
        Story(id="s", title=title, articles=(make_article(id="a", title=title, body=body),))
        for title in ("News of the day", "Anglers complained about the price of permits")
    )
    assert said(plain, 1) == [ALONE[0]]
    assert said(titled, 1) == [ALONE[2]]


def test_nothing_is_said_twice() -> None:
    """Nor nearly: of three ways to tell one thing, one is picked, however long the summary may be."""
    story = tell(*SHARED, f"{SHARED[0]}\n{ASHORE}")
    found = said(story, 10)
    assert ASHORE in found
    assert len([text for text in found if "aground" in text]) == 1
    assert len(set(said(story, 10, alike=1.0)) & set(SHARED)) > 1


def test_more_outlets_are_heard() -> None:
    """The second-best sentence by `again` = 1 is the first outlet's, again; it comes later for having been heard."""
    story = tell(f"{SHARED[0]}\n{ALONE[0]}", f"{ASHORE}\n{ALONE[1]}")
    first, second = (quote.article for quote in Coverage(again=0.2)(story, 2))
    assert {first, second} == {"a0", "a1"}
    same = tell(f"{SHARED[0]}\n{ALONE[0]}", f"{ASHORE}\n{ALONE[1]}", outlets="AA")
    assert Coverage(again=0.2)(same, 4) == Coverage(again=1.0)(same, 4)


def test_an_outlet_that_was_heard_waits() -> None:
    """Three equals: after A's first, B's comes before A's second, though A's stands first."""
    one, two, three = (f"{name} told the council nothing about its ferries today." for name in ("Avon", "Brae", "Clun"))
    story = tell(f"{one}\n{ALONE[0]}", two, three, outlets="AAB")
    assert [quote.article for quote in Coverage(alike=1.0, repeat=1.0)(story, 2)] == ["a0", "a2"]
    assert [quote.article for quote in Coverage(alike=1.0, repeat=1.0, again=1.0)(story, 2)] == ["a0", "a1"]


def test_a_sentence_that_begins_as_speech_comes_after_one_that_does_not() -> None:
    plain = "Rescue crews praised the captain for staying on deck until dawn."
    story = tell(f"“{plain[:-1]}”.\n{ALONE[0]}", f"{plain}\n{ALONE[1]}")
    assert said(story, 1) == [plain]


def test_longer_summaries_begin_with_the_shorter_ones() -> None:
    story = generated(5, 30)
    longest = Coverage()(story, 40)
    for limit in (0, 1, 3, 17):
        assert Coverage()(story, limit) == longest[:limit]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_the_articles_does_not_matter(order: tuple[int, ...]) -> None:
    story = generated(3, 30)
    shuffled = replace(story, articles=tuple(story.articles[number] for number in order))
    assert Coverage()(shuffled, 9) == Coverage()(story, 9)


WORDS = st.lists(
    st.sampled_from("ferry rudder island the captain harbour Lark it ran".split()), min_size=1, max_size=12
)
BODIES = st.lists(st.lists(WORDS.map(" ".join), max_size=5), min_size=1, max_size=4)


@given(bodies=BODIES, limit=st.integers(0, 6))
@settings(max_examples=100, deadline=None)
def test_any_summary_is_of_whole_sentences_each_once(bodies: list[list[str]], limit: int) -> None:
    story = tell(*("\n".join(f"{sentence.capitalize()}." for sentence in body) for body in bodies))
    quotes = Coverage()(story, limit)
    sentences = {(article.id, span.start, span.end) for article in story.articles for span in article.sentences}
    assert len(quotes) <= limit
    assert len({(quote.article, quote.start) for quote in quotes}) == len(quotes)
    assert {(quote.article, quote.start, quote.end) for quote in quotes} <= sentences
    assert quotes or not sentences or not limit


def test_little_text_is_no_error() -> None:
    assert Coverage()(tell(""), 3) == ()
    assert said(tell("One line stands here."), 3) == ["One line stands here."]
    assert len(said(tell("It is what it is."), 3)) == 1  # stop words alone


def test_scripts_without_spaces_are_summarized() -> None:
    """Their words are pairs of characters: sentences are not taken for single words, and too short."""
    told, short = "渡船星期五晚上在岛附近搁浅了", "没有人受伤"
    article = make_article(id="a", title="渡船", body=f"{short}{told}", language="zh")
    start = article.text.index(short)
    spans = (Span(start, start + len(short)), Span(start + len(short), start + len(short + told)))
    story = Story(id="s", title="t", articles=(replace(article, sentences=spans),))
    assert said(story, 2) == [told]
    assert len(said(story, 2, shortest=50)) == 2


def test_a_huge_story_is_told_at_once() -> None:
    """200 articles, 5,000 sentences; ten seconds allow for a machine that is busy (docs/quality.md has measured ones)."""
    story = generated(200, 25)
    start = time.perf_counter()
    lengths = [len(Coverage()(story, limit)) for limit in (1, 5, 10, 20, 40)]
    assert time.perf_counter() - start < 10
    assert lengths == [1, 5, 10, 20, 40]


def test_the_quick_way_finds_what_the_plain_one_finds() -> None:
    """Gains are worked out again for the best sentence only; here for all of them, before each pick."""
    from digest.summarize._concepts import read
    from digest.summarize.coverage import _Said

    story = generated(4, 40)
    sentences, coverage = read(story), Coverage()
    weights, factors, told = coverage._weights(sentences), coverage._factors(sentences), _Said(sentences)
    left = [n for n in range(len(sentences.at)) if 8 <= sentences.length[n] <= 50]
    picked: list[int] = []
    while left and len(picked) < 30:
        gains = (sentences.sums(weights) * factors).round(9)
        best = min(left, key=lambda n: (-gains[n], sentences.place[n], n))
        left.remove(best)
        if told.repeats(best, coverage.alike):
            continue
        picked.append(best)
        weights[sentences.concepts(best)[told.fresh(best)]] *= coverage.repeat
        factors[sentences.outlet == sentences.outlet[best]] *= coverage.again
        told.add(best)
    assert [(q.article, q.start) for q in coverage(story, 30)] == [
        (sentences.at[n][0].id, sentences.at[n][1].start) for n in picked
    ]


SCRIPT = """
from digest.summarize.coverage import Coverage
from tests.test_coverage import ALONE, ASHORE, SHARED, tell
print([(q.article, q.start) for q in Coverage(alike=1.0)(tell(*("\\n".join([one, *ALONE, ASHORE]) for one in SHARED)), 9)])
"""


def test_every_process_gives_the_same_whatever_its_hashes() -> None:
    root = Path(__file__).parent.parent
    printed = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT], cwd=root, env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True, check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }  # fmt: skip
    assert len(printed) == 1


def test_rows_that_tell_the_news_of_the_yardsticks_are_not_tuned_on() -> None:
    def row(number: int, title: str = "") -> dict[str, Any]:
        article = {"title": title or f"title {number}", "text": "The harbour opened."}
        return {"id": str(number), "title": "t", "articles": [article], "references": [f"summary {number}"]}

    val, allsides = [row(1)], [row(number) for number in range(100, 206)]
    train = [row(1), row(100), row(203), row(7, title="title 150"), row(8), row(9)]
    allsides[102] = row(1)
    found = {name: {story.id for story, _ in told} for name, told in parts(train, val, allsides).items()}
    assert found["neus, tuned on"] | found["neus, others"] == {"8", "9"}
    assert found["allsides, tuned on"] | found["allsides, others"] == {"200", "201", "203", "204", "205"}
    assert not found["allsides, tuned on"] & found["allsides, others"]

"""sumy's methods: verbatim, the same in every process, and for LexRank and TextRank exactly sumy's own sentences."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.model import Article, Story
from digest.summarize import _vectorized as vectorized
from digest.summarize.sumy import Sumy, _document, _places, _stemmer
from digest.text.words import stop_words
from tests.conftest import make_article
from tests.quality.rows import read
from tests.quality.summary import story as story_of
from tests.replay import SHARED

METHODS = get_args(get_type_hints(Sumy)["method"])
NEUS = SHARED / "data" / "summary" / "neus_val.jsonl"
FERRY = (
    "The ferry Sea Lark ran aground off Marrow Island on Friday.\nIts rudder had failed, the coastguard said.\n"
    "All 212 people on board were brought ashore.\nThe harbour of Tolvan stayed closed until the evening.\n"
    "Subscribe to our letters for more."
)


def tell(*bodies: str) -> Story:
    articles = tuple(
        make_article(id=f"a{number}", title=f"Ferry runs aground, part {number}", body=body)
        for number, body in enumerate(bodies)
    )
    return Story(id="s", title=articles[0].title, articles=articles)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_picks_so_many_whole_sentences_in_their_order(method: str) -> None:
    story = tell(FERRY, FERRY.replace("Friday", "Friday morning"))
    quotes = Sumy(method=method)(story, 3)  # type: ignore[arg-type]
    by_id = {article.id: article for article in story.articles}
    assert len(quotes) == 3
    for quote in quotes:
        assert (quote.start, quote.end) in by_id[quote.article].sentences
        assert by_id[quote.article].text[quote.start : quote.end] == quote.text
    assert sorted(quotes, key=lambda quote: (quote.article, quote.start)) == list(quotes)


@pytest.mark.parametrize("method", METHODS)
def test_what_stands_in_every_article_is_told_once(method: str) -> None:
    """In capitals or with another full stop, too."""
    line = "Ferry captains of the coast joined our affiliate programme today"
    story = tell(f"{FERRY}\n{line}.", f"{line}!", f"{line.upper()}.", f"{line}.")
    quotes = Sumy(method=method)(story, 10)  # type: ignore[arg-type]
    assert sum("affiliate programme" in quote.text.lower() for quote in quotes) <= 1


@pytest.mark.parametrize("method", METHODS)
def test_little_text_is_no_error(method: str) -> None:
    summarize = Sumy(method=method)  # type: ignore[arg-type]
    assert summarize(tell(""), 3) == ()
    assert len(summarize(tell("One line stands here."), 3)) == 1
    assert len(summarize(tell("It is what it is.\nAnd so it was."), 3)) == 2  # stop words alone


LANGUAGES = "ar cs da de el en es fi fr he hu it ja ko nl no pl pt ro ru sk sv uk zh eo".split()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_that_sumy_stems_is_summarized_offline(language: str) -> None:
    """And one that it does not."""
    said = tell(FERRY, FERRY.replace("Friday", "Sunday"))
    told = replace(said, articles=tuple(replace(article, language=language) for article in said.articles))
    for method in METHODS:
        assert len(Sumy(method=method)(told, 2)) == 2


def test_what_only_sumy_stems_is_stemmed_by_sumy_and_what_nobody_does_stays() -> None:
    """Polish needs a package that sumy does not bring."""
    assert _stemmer("cs")("přístavy") == _stemmer("cs")("přístavu")
    assert _stemmer("pl-PL")("portowego") == "portowego"
    assert _stemmer("eo")("havenoj") == "havenoj"


SCRIPT = """
from digest.summarize.sumy import Sumy
from tests.test_sumy import FERRY, METHODS, tell
for method in METHODS:
    print(method, [q.text for q in Sumy(method=method)(tell(FERRY, FERRY.replace("rudder", "engine")), 4)])
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


def test_another_seed_is_another_choice() -> None:
    story = tell("\n".join(f"Sentence number {n} stands here for good." for n in range(40)))
    assert Sumy(method="random")(story, 5) != Sumy(method="random", seed=1)(story, 5)


def sumys_own(name: str) -> Any:
    from sumy.summarizers.lex_rank import LexRankSummarizer
    from sumy.summarizers.text_rank import TextRankSummarizer

    return {"LexRankSummarizer": LexRankSummarizer, "TextRankSummarizer": TextRankSummarizer}[name]


def both(name: str, story: Story, count: int) -> tuple[list[str], list[str]]:
    """The sentences of sumy's class and of ours, on the same document."""
    document = _document(_places(story), titled=False)
    found = []
    for cls in (sumys_own(name), getattr(vectorized, name)):
        summarizer = cls(_stemmer("en"))
        summarizer.stop_words = stop_words("en")
        found.append([str(one) for one in summarizer(document, count)])
    return found[0], found[1]


@pytest.mark.parametrize("name", ["LexRankSummarizer", "TextRankSummarizer"])
@pytest.mark.skipif(not NEUS.is_file(), reason="neus_val is not beside the project")
def test_real_clusters_give_the_sentences_of_sumy_in_its_order(name: str) -> None:
    for row in read(NEUS)[:60]:
        story = story_of(row)
        for count in (1, 3, 8):
            theirs, ours = both(name, story, count)
            assert ours == theirs, row["id"]


WORDS = st.lists(st.sampled_from("ferry rudder island the captain harbour Lark it ran".split()), min_size=3, max_size=9)


@pytest.mark.parametrize("name", ["LexRankSummarizer", "TextRankSummarizer"])
@given(sentences=st.lists(WORDS.map(" ".join), min_size=1, max_size=12, unique=True), count=st.integers(1, 5))
@settings(max_examples=80, deadline=None)
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")  # in sumy's own
def test_any_sentences_give_the_ratings_of_sumy(name: str, sentences: list[str], count: int) -> None:
    """Up to the last digits, in which sumy does not agree with itself from run to run."""
    import numpy as np

    story = Story(id="s", title="t", articles=(spaced(sentences),))
    document = _document(_places(story), titled=False)
    matrices = []
    for cls in (sumys_own(name), getattr(vectorized, name)):
        summarizer = cls(_stemmer("en"))
        summarizer.stop_words = stop_words("en")
        if name == "TextRankSummarizer":
            matrices.append(summarizer._create_matrix(document))
            continue
        words = [summarizer._to_words_set(sentence) for sentence in document.sentences]
        tf, idf = summarizer._compute_tf(words), summarizer._compute_idf(words)
        matrices.append(summarizer._create_matrix(words, summarizer.threshold, tf, idf))
    assert np.allclose(matrices[0], matrices[1], rtol=1e-12, atol=1e-12)


def spaced(sentences: list[str]) -> Article:
    return make_article(id="a", title="t", body="\n".join(f"{sentence}." for sentence in sentences))

"""What summarizing costs, ours beside sumy's own on the same sentences; what whole briefs cost, `briefs` measures.

Sentences have 5 to 40 words, drawn by Zipf's law from 20,000. Of a story with 5,000 sentences sumy's methods are measured
up to `OWN` sentences only, and of a week only the first stories: the lines say so, and what that makes of the whole.
"""

import importlib
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from digest.model import Article, Span, Story
from digest.summarize.coverage import Coverage
from tests.bench.clustering import NOON, _word

SIZES = (200, 1_000, 3_000)
OWN = {"LexRankSummarizer": 1_000, "TextRankSummarizer": 1_000, "ReductionSummarizer": 200, "LsaSummarizer": 200,
       "KLSummarizer": 200, "SumBasicSummarizer": 1_000}  # fmt: skip
_MODULES = {"LexRankSummarizer": "lex_rank", "TextRankSummarizer": "text_rank", "ReductionSummarizer": "reduction",
            "LsaSummarizer": "lsa", "KLSummarizer": "kl", "SumBasicSummarizer": "sum_basic"}  # fmt: skip
SKIPPED = ("LsaSummarizer", 3_000)  # ours as well: a minute and more for the decomposition
COUNT = 10  # sentences asked for
BRIEF = (1, 40, 4)  # lengths that the sections of a brief may ask for one after the other
BESIDE = ("LexRankSummarizer", "TextRankSummarizer")  # of sumy's, those that are measured beside the default
PART = 50  # stories of a week that sumy summarizes


def bench_summarize(everything: bool = False) -> None:
    """A JSON line for each method and size, then the default on a large story and on a week, beside sumy's LexRank and
    TextRank. With `everything`, sumy's two are measured up to 3,000 sentences, which takes minutes.
    """
    from digest.summarize.sumy import _document, _places

    for size in SIZES:
        document = _document(_places(generated(1, size)), titled=False)
        for name, most in OWN.items():
            if (name, size) == SKIPPED:
                continue
            say(_compared(name, document, size, size <= (SIZES[-1] if everything and name in BESIDE else most)))
    _large()
    _week()


def _compared(name: str, document: Any, size: int, beside: bool) -> dict[str, Any]:
    from digest.summarize import _vectorized as vectorized

    seconds, found = timed(lambda: getattr(vectorized, name)()(document, COUNT))
    line: dict[str, Any] = {"method": name, "sentences": size, "ours_s": round(seconds, 3)}
    if not beside:
        return line | {"sumy_s": None, "why": "skipped: takes long"}
    own, theirs = timed(lambda: own(name)()(document, COUNT))
    return line | {"sumy_s": round(own, 3), "times": round(own / seconds, 1), "same": found == theirs}


def _large() -> None:
    """One story of 200 articles: a summary of five sentences, then all that the sections of a brief may ask for."""
    from digest.summarize.sumy import _document, _places

    line = {"default": "coverage", "articles": 200, "sentences": 5_000}
    story, whole = generated(200, 25), generated(200, 25, seed=1)
    line |= {"five_s": round(timed(lambda: Coverage()(story, 5))[0], 2)}
    line |= {"brief_s": round(timed(lambda: [Coverage()(whole, limit) for limit in BRIEF])[0], 2)}
    part = _document(_places(generated(20, 25)), titled=False)
    for name in BESIDE:
        seconds = timed(lambda name=name: own(name)()(part, 5))[0]
        line |= {f"{name}_500_s": round(seconds, 2), f"{name}_5000_s_guess": round(100 * seconds, 1)}
    say(line | {"why": "sumy measured on 500 sentences; guessed by their square"})


def _week() -> None:
    from digest.summarize.sumy import _document, _places

    week = [generated(3, 20, seed) for seed in range(500)]
    line: dict[str, Any] = {"default": "coverage", "stories": len(week), "articles_each": 3, "sentences_each": 60}
    line |= {"five_s": round(timed(lambda: [Coverage()(story, 5) for story in week])[0], 2)}
    week = [generated(3, 20, seed) for seed in range(500, 1_000)]
    line |= {"brief_s": round(timed(lambda: [Coverage()(one, limit) for one in week for limit in BRIEF])[0], 2)}
    for name in BESIDE:
        cls = own(name)
        seconds = timed(lambda cls=cls: [cls()(_document(_places(one), titled=False), 5) for one in week[:PART]])[0]
        line |= {f"{name}_{PART}_s": round(seconds, 2), f"{name}_500_s_guess": round(seconds * len(week) / PART, 1)}
    say(line | {"why": f"sumy measured on {PART} stories"})


def own(name: str) -> Any:
    return getattr(importlib.import_module(f"sumy.summarizers.{_MODULES[name]}"), name)


def say(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def generated(articles: int, sentences: int, seed: int = 0) -> Story:
    """A story of so many articles with so many sentences each; the same one for the same numbers."""
    chance = np.random.default_rng([articles, sentences, seed])
    words = [_word(number) for number in range(20_000)]
    steps = np.cumsum(1 / np.arange(1, len(words) + 1))
    made = tuple(_article(number, _sentences(chance, words, steps, sentences)) for number in range(articles))
    return Story(id="s", title=made[0].title, articles=made)


def _sentences(chance: np.random.Generator, words: list[str], steps: Any, count: int) -> list[str]:
    found = []
    for length in chance.integers(5, 41, count):
        drawn = np.searchsorted(steps / steps[-1], chance.random(length))
        found.append(" ".join(words[min(number, len(words) - 1)] for number in drawn).capitalize() + ".")
    return found


def _article(number: int, sentences: list[str]) -> Article:
    title = sentences[0][:-1]
    text, spans = title, []
    for sentence in sentences:
        spans.append(Span(len(text) + 2, len(text) + 2 + len(sentence)))
        text += f"\n\n{sentence}"
    return Article(
        id=f"a{number:04}", outlet=f"Outlet {number}", title=title, url=None, published=NOON, day_only=False, author=None,
        language="en", text=text, sentences=tuple(spans), seen=NOON,
    )  # fmt: skip

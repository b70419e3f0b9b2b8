"""What summarizing costs, ours beside sumy's own on the same sentences.

Sentences have 5 to 40 words, drawn by Zipf's law from 20,000. sumy's own classes are measured up to `OWN` sentences: they
take minutes beyond.
"""

import importlib
import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from digest.model import Article, Span, Story
from digest.summarize import _vectorized as vectorized
from digest.summarize.coverage import Coverage
from digest.summarize.sumy import _document, _places
from tests.bench.clustering import NOON, _word

SIZES = (200, 1_000, 3_000)
OWN = {"LexRankSummarizer": 3_000, "TextRankSummarizer": 3_000, "ReductionSummarizer": 1_000, "LsaSummarizer": 200,
       "KLSummarizer": 200, "SumBasicSummarizer": 1_000}  # fmt: skip
_MODULES = {"LexRankSummarizer": "lex_rank", "TextRankSummarizer": "text_rank", "ReductionSummarizer": "reduction",
            "LsaSummarizer": "lsa", "KLSummarizer": "kl", "SumBasicSummarizer": "sum_basic"}  # fmt: skip
COUNT = 10  # sentences asked for


def bench_summarize() -> None:
    """A JSON line for each method and size, then one for the default summarizer on a story of 200 articles."""
    for size in SIZES:
        document = _document(_places(generated(1, size)), titled=False)
        for name, most in OWN.items():
            ours = _timed(lambda name=name, document=document: getattr(vectorized, name)()(document, COUNT))
            line: dict[str, Any] = {"method": name, "sentences": size, "ours_s": round(ours[0], 3)}
            if size <= most:
                cls = getattr(importlib.import_module(f"sumy.summarizers.{_MODULES[name]}"), name)
                theirs = _timed(lambda cls=cls, document=document: cls()(document, COUNT))
                line |= {
                    "sumy_s": round(theirs[0], 3),
                    "times": round(theirs[0] / ours[0], 1),
                    "same": ours[1] == theirs[1],
                }
            print(json.dumps(line), flush=True)
    story = generated(200, 25)
    print(
        json.dumps(
            {
                "default": "coverage",
                "articles": 200,
                "sentences": 5_000,
                "s": round(_timed(lambda: Coverage()(story, 5))[0], 2),
            }
        )
    )
    week = [generated(3, 20, seed) for seed in range(500)]
    seconds = _timed(lambda: [Coverage()(one, 5) for one in week])[0]
    print(
        json.dumps(
            {"default": "coverage", "stories": 500, "articles_each": 3, "sentences_each": 60, "s": round(seconds, 2)}
        )
    )


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
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

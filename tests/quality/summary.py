"""ROUGE of the default summarizer (or --method NAME) against editors' summaries.

A row's articles are one story; sentences are picked until there are `--words` words, and cut there. ROUGE-1 and
ROUGE-2 with Porter stemming; with several references the mean of their scores.
"""

import argparse
from collections.abc import Iterable
from typing import Any

from rouge_score.rouge_scorer import RougeScorer

from digest import plugins
from digest.model import Quote, Story
from digest.plugins import Choice
from digest.summarize import Summarizer
from tests.quality.articles import article

PICKED = 40  # sentences asked for at most


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--words", type=int, default=75)
    parser.add_argument("--use", default="coverage", help="the summarizer to score")
    parser.add_argument("--method", help="its method, if it has several")


def score(rows: list[dict[str, Any]], options: argparse.Namespace) -> dict[str, Any]:
    given = (("method", options.method),) if options.method else ()
    summarize = plugins.build(Choice(kind="summarizer", name=options.use, options=given))
    return scores(((story(row), row["references"]) for row in rows), summarize, options.words)


def scores(told: Iterable[tuple[Story, list[str]]], summarize: Summarizer, words: int) -> dict[str, Any]:
    """The means over stories with their references."""
    scorer = RougeScorer(["rouge1", "rouge2"], use_stemmer=True)
    totals = dict.fromkeys(("rouge1_f", "rouge2_f", "rouge1_r", "rouge2_r", "words"), 0.0)
    rows = 0
    for one, references in told:
        rows += 1
        text = cut(enough(summarize, one, words), words)
        totals["words"] += len(text.split())
        for reference in references:
            for name, found in scorer.score(reference, text).items():
                totals[f"{name}_f"] += found.fmeasure / len(references)
                totals[f"{name}_r"] += found.recall / len(references)
    return {name: round(total / rows, 4) for name, total in totals.items()}


def enough(summarize: Summarizer, story: Story, words: int) -> tuple[Quote, ...]:
    """As few sentences as have so many words: of more, a summarizer that keeps the order of the text shows but the top."""
    for limit in range(1, PICKED + 1):
        quotes = summarize(story, limit)
        if len(quotes) < limit or sum(len(quote.text.split()) for quote in quotes) >= words:
            break
    return quotes


def story(row: dict[str, Any]) -> Story:
    articles = [
        article(given, id=f"{row['id']}-{number}", outlet=f"outlet {number}")
        for number, given in enumerate(row["articles"])
    ]
    return Story(id=str(row["id"]), title=articles[0].title, articles=tuple(articles))


def cut(quotes: tuple[Quote, ...], words: int) -> str:
    return " ".join(" ".join(quote.text for quote in quotes).split()[:words])

"""ROUGE of the default summarizer (or --method NAME) against editors' summaries.

A row's articles are one story; sentences are picked until there are `--words` words, and cut there. ROUGE-1 and
ROUGE-2 with Porter stemming; with several references the mean of their scores.
"""

import argparse
from typing import Any

from rouge_score.rouge_scorer import RougeScorer

from digest import plugins
from digest.model import Quote, Story
from digest.plugins import Choice
from tests.quality.articles import article

PICKED = 12  # sentences asked for; more than 75 words ever need


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--words", type=int, default=75)
    parser.add_argument("--use", default="coverage", help="the summarizer to score")
    parser.add_argument("--method", help="its method, if it has several")


def score(rows: list[dict[str, Any]], options: argparse.Namespace) -> dict[str, Any]:
    given = (("method", options.method),) if options.method else ()
    summarize = plugins.build(Choice(kind="summarizer", name=options.use, options=given))
    scorer = RougeScorer(["rouge1", "rouge2"], use_stemmer=True)
    totals = dict.fromkeys(("rouge1_f", "rouge2_f", "rouge1_r", "rouge2_r", "words"), 0.0)
    for row in rows:
        text = cut(summarize(story(row), PICKED), options.words)
        totals["words"] += len(text.split())
        for reference in row["references"]:
            for name, found in scorer.score(reference, text).items():
                totals[f"{name}_f"] += found.fmeasure / len(row["references"])
                totals[f"{name}_r"] += found.recall / len(row["references"])
    return {name: round(total / len(rows), 4) for name, total in totals.items()}


def story(row: dict[str, Any]) -> Story:
    articles = [
        article(given, id=f"{row['id']}-{number}", outlet=f"outlet {number}")
        for number, given in enumerate(row["articles"])
    ]
    return Story(id=str(row["id"]), title=articles[0].title, articles=tuple(articles))


def cut(quotes: tuple[Quote, ...], words: int) -> str:
    return " ".join(" ".join(quote.text for quote in quotes).split()[:words])

"""What the options of the default summarizer are worth: `python -m tests.quality.tune_summary NEUS_TRAIN NEUS_VAL ALLSIDES`.

One option after the other is set to each of its neighbours, and the scores printed: for the rows that were tuned on, then
for others that were not. A row is left out if the yardsticks (all of NEUS_VAL, the first 100 of ALLSIDES) have its
reference or one of its titles, and one of NEUS_TRAIN if any of ALLSIDES has, since the two sets tell the same news.
Deterministic; ten minutes or so.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from digest.model import Story
from digest.summarize.coverage import Coverage
from tests.quality.rows import read
from tests.quality.summary import scores, story

WORDS = 75
YARDSTICK = 100  # of allsides, the rows that are scored
MOST = 160  # rows of each part: more take longer
NEIGHBOURS: dict[str, tuple[float, ...]] = {
    "lead": (0, 0.2, 0.3, 0.5, 0.7, 1),
    "shared": (1, 1.25, 1.75, 2),
    "title": (1, 1.5, 2, 3),
    "pair": (0, 1, 1.5, 3, 4),
    "repeat": (0, 0.2, 0.5),
    "penalty": (0.6, 0.7, 0.9, 1),
    "speech": (0.7, 1),
    "again": (0.85, 0.9, 1),
    "alike": (0.6, 0.8, 1),
    "shortest": (5, 10),
    "longest": (40, 60),
}
Told = list[tuple[Story, list[str]]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.quality.tune_summary", description=__doc__.split("\n")[0])
    for name in ("neus_train", "neus_val", "allsides"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    told = parts(read(given.neus_train), read(given.neus_val), read(given.allsides))
    report("as shipped", Coverage(), told)
    for option, values in NEIGHBOURS.items():
        for value in values:
            report(f"{option}={value}", replace(Coverage(), **{option: value}), told)
    print(json.dumps({"rows": {name: len(rows) for name, rows in told.items()}, "options": asdict(Coverage())}))


def parts(train: list[dict[str, Any]], val: list[dict[str, Any]], allsides: list[dict[str, Any]]) -> dict[str, Told]:
    """Rows that were tuned on and rows that were not, of both sets."""
    others = list(filter(_unlike([*val, *allsides[:YARDSTICK]]), allsides[YARDSTICK:]))
    leads = list(filter(_unlike([*val, *allsides[:YARDSTICK], *others]), train))
    half, most = len(others) // 2, int(len(leads) * 0.65)
    cut = {
        "neus, tuned on": leads[:most],
        "neus, others": leads[most:],
        "allsides, tuned on": others[:half],
        "allsides, others": others[half:],
    }
    return {name: [(story(row), row["references"]) for row in rows[:MOST]] for name, rows in cut.items()}


def _unlike(rows: list[dict[str, Any]]) -> Callable[[dict[str, Any]], bool]:
    """Does a row share neither a reference nor a title with any of these?"""
    known = {text for row in rows for text in _marks(row)}
    return lambda row: not known & _marks(row)


def _marks(row: dict[str, Any]) -> set[str]:
    return {text[:200] for text in row["references"]} | {given["title"] for given in row["articles"]}


def report(name: str, summarize: Coverage, told: dict[str, Told]) -> None:
    found = {part: scores(rows, summarize, WORDS) for part, rows in told.items()}
    line = "  ".join(f"{part} {100 * one['rouge1_f']:.2f}/{100 * one['rouge2_f']:.2f}" for part, one in found.items())
    print(f"{name:16} {line}", flush=True)


if __name__ == "__main__":
    main()

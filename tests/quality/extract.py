"""Page text on labelled pages: segments found and wrongly found, counted as trafilatura's evaluation counts them.

A segment is found if it stands in the text, white space folded; a page that yields nothing misses all of them.
"""

import argparse
import time
from collections.abc import Iterable
from typing import Any

from digest.ingest.extract import page_paragraphs


def score(rows: Iterable[dict[str, Any]], options: argparse.Namespace) -> dict[str, float]:
    """Precision, recall and F1 of segments: `must_contain` ought to be in the text, `must_not_contain` ought not."""
    started = time.perf_counter()
    pages = found = wrong = wanted = 0
    for row in rows:
        text = _folded("\n".join(page_paragraphs(row["html_latin1"].encode("latin-1"))))
        pages += 1
        found += sum(_folded(segment) in text for segment in row["must_contain"])
        wrong += sum(_folded(segment) in text for segment in row["must_not_contain"])
        wanted += len(row["must_contain"])
    return {
        "precision": round(_share(found, found + wrong), 4),
        "recall": round(_share(found, wanted), 4),
        "f1": round(_share(2 * found, found + wrong + wanted), 4),
        "pages": pages,
        "seconds": round(time.perf_counter() - started, 1),
    }


def _folded(text: str) -> str:
    return " ".join(text.split())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0

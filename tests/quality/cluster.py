"""Do articles about one event come together? B-cubed and pair scores over the rows that have a story."""

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from digest.cluster.linkage import Linkage
from digest.model import Article
from digest.text.words import terms
from tests.quality.articles import article


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--threshold", type=float, default=Linkage().threshold)
    parser.add_argument("--leniency", type=float, default=Linkage().leniency)


def score(rows: list[dict[str, Any]], options: argparse.Namespace) -> dict[str, float]:
    """All rows are clustered; the scores are over those with a story. `seconds` is clustering alone."""
    labels = {str(row["id"]): row["story"] for row in rows if row["story"] is not None}
    articles = [article(_dated(row)) for row in rows]
    clusterer = Linkage(threshold=options.threshold, leniency=options.leniency)
    start = time.perf_counter()
    stories = clusterer(articles)
    seconds = time.perf_counter() - start
    found = {part.id: story.id for story in stories for part in story.articles}
    precision, recall = _bcubed(found, labels)
    by_title = _bcubed(_by_title(articles), labels)
    return {
        "bcubed_precision": round(precision, 4),
        "bcubed_recall": round(recall, 4),
        "bcubed_f1": round(_f1(precision, recall), 4),
        "pair_f1": round(_pair_f1(found, labels), 4),
        "title_baseline_f1": round(_f1(*by_title), 4),
        "stories": len(stories),
        "seconds": round(seconds, 2),
    }


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    """The row, its date dropped where it is not an ISO date."""
    try:
        datetime.fromisoformat(row["published"] or "")
    except ValueError:
        return {**row, "published": None}
    return row


def _bcubed(found: Mapping[str, str], labels: Mapping[str, str]) -> tuple[float, float]:
    """Precision and recall, averaged over articles (Bagga and Baldwin 1998)."""
    together, stories, events = _counts(found, labels)
    precision = sum(n * n / stories[story] for (story, _), n in together.items()) / len(labels)
    recall = sum(n * n / events[event] for (_, event), n in together.items()) / len(labels)
    return precision, recall


def _pair_f1(found: Mapping[str, str], labels: Mapping[str, str]) -> float:
    """Over pairs of articles that are, and that should be, together."""
    together, stories, events = (_pairs(counts.values()) for counts in _counts(found, labels))
    return _f1(together / max(1, stories), together / max(1, events))


def _counts(
    found: Mapping[str, str], labels: Mapping[str, str]
) -> tuple[Counter[tuple[str, str]], Counter[str], Counter[str]]:
    together = Counter((found[id], event) for id, event in labels.items())
    return together, Counter(found[id] for id in labels), Counter(labels.values())


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _by_title(articles: Sequence[Article], least: float = 0.5) -> dict[str, str]:
    """The baseline: articles whose titles share half of their terms are together, chains included."""
    titles = [frozenset(terms(part.title, part.language)) for part in articles]
    postings: defaultdict[str, list[int]] = defaultdict(list)
    leader = list(range(len(articles)))
    for here, title in enumerate(titles):
        shared = Counter(there for term in title for there in postings[term])
        for there, count in shared.items():
            if count / len(title | titles[there]) >= least:
                leader[_lead(leader, there)] = _lead(leader, here)
        for term in title:
            postings[term].append(here)
    return {part.id: str(_lead(leader, index)) for index, part in enumerate(articles)}


def _lead(leader: list[int], index: int) -> int:
    while leader[index] != index:
        leader[index] = leader[leader[index]]
        index = leader[index]
    return index

"""What clustering costs and finds: generated articles with planted stories, each measurement in a process of its own.

Articles have a title of 10 and a body of 300 words, drawn by Zipf's law from 60,000; a story has 2 to 20 articles, a name
or two and a dozen words of its own, and a day. `python -m tests.bench.clustering WAY COUNT` is one measurement: the default
clusterer, or scikit-learn's DBSCAN or average linkage over the same vectors.
"""

import importlib.util
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from digest.model import Article

NOON = datetime(2031, 3, 14, 12, tzinfo=UTC)
WORDS = 60_000
TITLE, BODY = 10, 300
OWN = 14  # words that belong to a story
OUTLETS = 200
SIZES = (1_000, 10_000, 100_000)
COMPARED = 10_000


def bench_cluster() -> None:
    """A JSON line for each size, then 2,500 entries with one title, then scikit-learn if it is here."""
    for count in SIZES:
        print(json.dumps(_measured("digest", count)))
    print(json.dumps(_measured("one-title", 2_500)))
    if importlib.util.find_spec("sklearn") is None:
        print(json.dumps({"skipped": "scikit-learn is not installed"}))
        return
    for way in ("dbscan", "average"):
        print(json.dumps(_measured(way, COMPARED)))


def _measured(way: str, count: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.clustering", way, str(count)]
    printed = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    found: dict[str, Any] = json.loads(printed)
    return found


def generated(count: int) -> Iterator[tuple[Article, int]]:
    """Articles, each with the number of its story; the same ones for the same count."""
    chance = np.random.default_rng(count)
    words = np.array([_word(number) for number in range(WORDS)])
    zipf = 1 / np.arange(1, WORDS + 1)
    steps = np.cumsum(zipf / zipf.sum())
    story, left = -1, 0
    own, day = words[:0], 0.0
    for number in range(count):
        if not left:
            story, left = story + 1, int(chance.integers(2, 21))
            own, day = words[chance.integers(2_000, WORDS, OWN)], float(chance.uniform(0, 14))
        left -= 1
        drawn = words[np.minimum(np.searchsorted(steps, chance.random(TITLE + BODY)), WORDS - 1)]
        of_story = chance.random(TITLE + BODY) < np.where(np.arange(TITLE + BODY) < TITLE, 0.35, 0.12)
        drawn = np.where(of_story, own[np.minimum(chance.geometric(0.2, TITLE + BODY) - 1, OWN - 1)], drawn)
        title = " ".join(drawn[:TITLE])
        hours = (day + float(chance.exponential(0.5))) * 24
        yield _article(number, title, " ".join(drawn[TITLE:]), hours, int(chance.integers(OUTLETS))), story


def _word(number: int) -> str:
    """A pronounceable word for a number, a capital for every third."""
    word = ""
    number += 1_000
    while number:
        number, rest = divmod(number, 80)
        word += "bdfgklmnprstvzhj"[rest % 16] + "aeiou"[rest // 16]
    return word.title() if len(word) % 3 == 0 else word


def _article(number: int, title: str, body: str, hours: float, outlet: int) -> Article:
    return Article(
        id=f"{number * 7919 % 1_000_003:07}",
        outlet=f"Outlet {outlet}",
        title=title,
        url=None,
        published=NOON + timedelta(hours=hours),
        day_only=False,
        author=None,
        language="en",
        text=f"{title}\n\n{body}" if body else title,
        sentences=(),
        seen=NOON + timedelta(days=30),
    )


def one_title(count: int) -> list[Article]:
    """Entries of as many outlets over two weeks with the same title and no text."""
    title = "Ferry runs aground off Marrow Island with passengers on board"
    return [_article(number, title, "", number * 336 / count, number) for number in range(count)]


def _digest(articles: Sequence[Article]) -> list[list[str]]:
    from digest.cluster.linkage import Linkage

    return [[part.id for part in story.articles] for story in Linkage()(articles)]


def _with_sklearn(way: str) -> Callable[[Sequence[Article]], list[list[str]]]:
    def cluster(articles: Sequence[Article]) -> list[list[str]]:
        scipy: Any = importlib.import_module("scipy.sparse")
        sklearn: Any = importlib.import_module("sklearn.cluster")
        from digest.cluster._vectors import profiles

        made = profiles(articles, [article.outlet for article in articles])
        rows, slots = np.nonzero(made.whole)
        where = (rows, made.terms[rows, slots])
        vectors = scipy.csr_matrix((made.whole[rows, slots], where), shape=(len(made), made.vocabulary))
        if way == "dbscan":
            labels = sklearn.DBSCAN(eps=0.6, min_samples=2, metric="cosine").fit_predict(vectors)
        else:
            apart = np.maximum(1 - (vectors @ vectors.T).toarray().astype(np.float64), 0)
            model = sklearn.AgglomerativeClustering(
                n_clusters=None, distance_threshold=0.7, metric="precomputed", linkage="average"
            )
            labels = model.fit_predict(apart)
        return _by_label(articles, labels.tolist())

    return cluster


def _by_label(articles: Sequence[Article], labels: Sequence[int]) -> list[list[str]]:
    """Groups of ids; -1 is an article alone."""
    groups: dict[int, list[str]] = {}
    for place, (article, label) in enumerate(zip(articles, labels, strict=True)):
        groups.setdefault(label if label >= 0 else -1 - place, []).append(article.id)
    return list(groups.values())


def _run(way: str, count: int) -> dict[str, Any]:
    if way == "one-title":
        articles = one_title(count)
        planted = {article.id: 0 for article in articles}
    else:
        made = list(generated(count))
        articles, planted = [article for article, _ in made], {article.id: story for article, story in made}
        del made
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cluster = _digest if way in ("digest", "one-title") else _with_sklearn(way)
    wall, cpu = time.perf_counter(), time.process_time()
    groups = cluster(articles)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    precision, recall = _pairwise(groups, planted)
    return {
        "way": way,
        "articles": count,
        "stories": len(groups),
        "wall_s": round(wall, 2),
        "cpu_s": round(cpu, 2),
        "articles_mb": round(before / 1024),
        "peak_mb": round(peak / 1024),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
    }


def _pairwise(groups: Sequence[Sequence[str]], planted: dict[str, int]) -> tuple[float, float]:
    """Of the pairs found together, and of those planted together: which part is both?"""
    both = sum(_pairs(n) for group in groups for n in Counter(planted[id] for id in group).values())
    found = sum(_pairs(len(group)) for group in groups)
    return both / max(1, found), both / max(1, sum(_pairs(n) for n in Counter(planted.values()).values()))


def _pairs(size: int) -> int:
    return size * (size - 1) // 2


if __name__ == "__main__":
    print(json.dumps(_run(sys.argv[1], int(sys.argv[2]))))

"""What clustering costs and finds: generated articles with planted stories, each measurement in a process of its own.

Articles have a title of 10 and a body of 300 words, drawn by Zipf's law from 60,000; a story has 2 to 20 articles, a name
or two and a dozen words of its own, and a day. `python -m tests.bench.clustering WAY COUNT` is one measurement: the default
clusterer, `growing` by a hundredth, matching by `title` alone, or scikit-learn's DBSCAN, average linkage or HDBSCAN over
the same vectors by their cosines.
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
from typing import Any, TypeVar

import numpy as np

from digest.cluster.linkage import Linkage
from digest.model import Article, Story
from tests.quality.cluster import _by_title

Found = TypeVar("Found")
NOON = datetime(2031, 3, 14, 12, tzinfo=UTC)
WORDS = 60_000
TITLE, BODY = 10, 300
OWN = 14  # words that belong to a story
OUTLETS = 200
SIZES = (1_000, 10_000, 100_000)
COMPARED = 10_000
MORE = 100  # one of so many articles more


def bench_cluster() -> None:
    """A JSON line for each size, for adding to the largest, and for other ways; last, how they compare."""
    digest = {count: _measured("digest", count) for count in SIZES}
    grown = _measured("growing", SIZES[-1])
    _measured("one-title", 2_500)
    others = {"title": _measured("title", COMPARED)}
    if importlib.util.find_spec("sklearn") is None:
        print(json.dumps({"skipped": "scikit-learn is not installed"}))
    else:
        others |= {way: _measured(way, COMPARED) for way in ("dbscan", "average", "hdbscan")}
    ours = digest[COMPARED]
    ratios: dict[str, Any] = {f"{SIZES[-1]} to {SIZES[-2]}": _ratio(digest[SIZES[-1]], digest[SIZES[-2]])}
    ratios["adding to all"] = [grown[f"adding_{kind}_s"] / grown[f"{kind}_s"] for kind in ("wall", "cpu")]
    ratios |= {
        f"{way} to digest": [*_ratio(other, ours), other["peak_mb"] / ours["peak_mb"]] for way, other in others.items()
    }
    print(json.dumps({name: [round(part, 3) for part in parts] for name, parts in ratios.items()}))


def _measured(way: str, count: int) -> dict[str, Any]:
    """One measurement, which is printed as it is made."""
    command = [sys.executable, "-m", "tests.bench.clustering", way, str(count)]
    printed = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    found: dict[str, Any] = json.loads(printed)
    print(json.dumps(found), flush=True)
    return found


def _ratio(one: dict[str, Any], other: dict[str, Any]) -> list[float]:
    """Of wall and of CPU seconds."""
    return [one["wall_s"] / other["wall_s"], one["cpu_s"] / other["cpu_s"]]


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
    return _ids(Linkage()(articles))


def _ids(stories: Sequence[Story]) -> list[list[str]]:
    return [[part.id for part in story.articles] for story in stories]


def _by_title_alone(articles: Sequence[Article]) -> list[list[str]]:
    found = _by_title(articles)
    return _by_label(articles, [int(found[article.id]) for article in articles])


WAYS: dict[str, Callable[[Sequence[Article]], list[list[str]]]] = {
    "digest": _digest,
    "one-title": _digest,
    "title": _by_title_alone,
}


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
        elif way == "hdbscan":
            model = sklearn.HDBSCAN(min_cluster_size=2, metric="cosine", algorithm="brute", copy=False)
            labels = model.fit_predict(vectors)
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
    if way == "growing":
        return _grown(count)
    if way == "one-title":
        articles = one_title(count)
        planted = {article.id: 0 for article in articles}
    else:
        made = list(generated(count))
        articles, planted = [article for article, _ in made], {article.id: story for article, story in made}
        del made
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    groups, wall, cpu = _timed(WAYS.get(way) or _with_sklearn(way), articles)
    return {"way": way, "articles": count, "wall_s": wall, "cpu_s": cpu} | _judged(groups, planted, before)


def _grown(count: int) -> dict[str, Any]:
    """Some of all stories' articles come later, together."""
    made = list(generated(count + count // MORE))
    planted = {article.id: story for article, story in made}
    late = [article for article, _ in made[:: MORE + 1]]
    early = [article for place, (article, _) in enumerate(made) if place % (MORE + 1)]
    del made
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    growing, wall, cpu = _timed(Linkage().growing, early)

    def add(articles: Sequence[Article]) -> list[list[str]]:
        growing.add(articles)
        return _ids(growing.stories())

    groups, adding_wall, adding_cpu = _timed(add, late)
    labels = {"way": "growing", "articles": len(early), "more": len(late), "wall_s": wall, "cpu_s": cpu}
    return labels | {"adding_wall_s": adding_wall, "adding_cpu_s": adding_cpu} | _judged(groups, planted, before)


def _timed(work: Callable[[Sequence[Article]], Found], articles: Sequence[Article]) -> tuple[Found, float, float]:
    """What it finds, wall seconds, CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work(articles)
    return found, round(time.perf_counter() - wall, 2), round(time.process_time() - cpu, 2)


def _judged(groups: Sequence[Sequence[str]], planted: dict[str, int], before: int) -> dict[str, Any]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    precision, recall = _pairwise(groups, planted)
    return {
        "stories": len(groups),
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

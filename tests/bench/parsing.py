"""What it costs to read the recorded feeds, each once, in CPU time: plain feedparser, Digest, and fastfeedparser if here."""

import importlib.util
import io
import json
import time
from collections.abc import Callable, Iterable
from typing import Any

from digest.ingest.feeds.bytes import as_utf_8
from digest.ingest.feeds.parse import heard_by_feedparser, parse, parsed
from digest.ingest.feeds.quick import quick
from digest.model import Feed
from tests.feeds import RECORDED, SUITES, members, recorded

FEED = Feed(url="https://courier.example/feed.xml", outlet="Courier", language="en")


def bench_parse() -> None:
    """Milliseconds a feed, how often the quick way was taken, and whether both ways ever differ; needs ../shared."""
    if not RECORDED.is_file():
        print(json.dumps({"skipped": "the recorded feeds are not beside the project"}))
        return
    import feedparser

    bodies = [body for _, body in recorded()]
    costs = {"digest": _ms(lambda body: parse(body, FEED, ""), bodies)}
    costs["feedparser"] = _ms(lambda body: feedparser.parse(io.BytesIO(body)), bodies)
    if importlib.util.find_spec("fastfeedparser"):
        fast: Any = importlib.import_module("fastfeedparser")
        costs["fastfeedparser"] = _ms(fast.parse, bodies)
    ratios = {f"feedparser/{name}": round(costs["feedparser"] / ms, 1) for name, ms in costs.items()}
    sets = {"recorded": bodies}
    for suite in sorted(SUITES.glob("*.tar.zst")):
        sets[suite.name.removesuffix(".tar.zst")] = [body for _, body in members(suite)]
    ways = {name: compared(found) for name, found in sets.items()}
    print(json.dumps({"feeds": len(bodies), "ms_a_feed": costs, "times": ratios, "ways": ways}))


def compared(bodies: Iterable[bytes]) -> dict[str, int]:
    """How many documents the quick way reads, how many it leaves to feedparser, and how many they read differently."""
    counts = {"quick": 0, "left": 0, "different": 0}
    for body in bodies:
        data = as_utf_8(body, "")
        heard = quick(data)
        counts["quick" if heard else "left"] += 1
        if heard and parsed(heard, data, FEED) != parsed(heard_by_feedparser(data), data, FEED):
            counts["different"] += 1
    return counts


def _ms(read: Callable[[bytes], object], bodies: list[bytes]) -> float:
    read(bodies[0])  # what is imported at first is no part of it
    began = time.process_time()
    for body in bodies:
        try:
            read(body)
        except Exception:  # noqa: BLE001 - fastfeedparser raises where the others answer
            continue
    return round((time.process_time() - began) / len(bodies) * 1000, 3)

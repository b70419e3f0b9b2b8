"""What whole briefs cost, told to the end, beside sumy's LexRank on a part of the same stories.

Names, figures and quotations take most of the time, which generated sentences do not have: the stories are real ones, of
three outlets each, their articles cut to 25 sentences, if these are here.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from io import TextIOWrapper
from itertools import islice
from typing import Any

from zstandard import ZstdDecompressor

from digest.config import Rights
from digest.config.schema import BRIEF
from digest.edit.headline import headline
from digest.edit.why import why
from digest.ingest.article import compose
from digest.lineage import lineage
from digest.model import Article, Story
from digest.plugins import Choice, build
from digest.sections import Allowance, Reading, Wanted, gauges, told
from digest.stance import voices
from digest.summarize.coverage import Coverage
from digest.text.attribution import attributions
from tests.bench.clustering import NOON
from tests.bench.summarizing import PART, own, say, timed
from tests.replay import SHARED

_TEXTS = SHARED / "data" / "summary" / "allsides_fulltext_dev.jsonl.zst"
_SENTENCES = 25  # of an article
_LARGE, _OUTLETS = 200, 120  # articles of the large story, and its outlets
_WEEK = 500  # stories
_SHORT = 20  # articles of the large story that sumy summarizes


def bench_briefs() -> None:
    """A JSON line for a large story and one for a week: seconds of all, of the CPU, and of each part."""
    if not _TEXTS.is_file():
        say({"briefs": None, "why": f"skipped: no {_TEXTS}"})
        return
    week = _week()
    long = [article for story in week for article in story.articles if len(article.sentences) == _SENTENCES]
    articles = tuple(replace(one, outlet=f"Outlet {n % _OUTLETS}") for n, one in enumerate(long[:_LARGE]))
    large = Story(id="large", title=articles[0].title, articles=articles)
    _brief(week[0], Counter())  # loads tables and compiles patterns, once
    say(_told("large story", [large]) | _sumy([replace(large, articles=articles[:_SHORT])], (_LARGE / _SHORT) ** 2))
    say(_told("week", week) | _sumy(week[:PART], len(week) / PART))


def _told(name: str, stories: Sequence[Story]) -> dict[str, Any]:
    attributions.cache_clear()
    costs: Counter[str] = Counter()
    cpu = time.process_time()
    seconds = timed(lambda: [_brief(story, costs) for story in stories])[0]
    return {
        "briefs": name,
        "stories": len(stories),
        "articles": sum(len(story.articles) for story in stories),
        "sentences": sum(len(article.sentences) for story in stories for article in story.articles),
        "all_s": round(seconds, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
        **{f"{part}_s": round(took, 2) for part, took in costs.items()},
    }


def _sumy(stories: Sequence[Story], times: float) -> dict[str, Any]:
    """Five sentences of each by sumy's own LexRank, and what that makes of the whole."""
    from digest.summarize.sumy import _document, _places

    summarize = own("LexRankSummarizer")
    seconds = timed(lambda: [summarize()(_document(_places(one), titled=False), 5) for one in stories])[0]
    return {"sumy_part_s": round(seconds, 2), "sumy_all_s_guess": round(times * seconds, 1)}


def _brief(story: Story, costs: Counter[str]) -> None:
    """All that an issue works out for one story of a cluster; adds what each part took.

    Voices find who says what, which sections and gauges use again.
    """

    def took(part: str, work: Callable[[], Any]) -> Any:
        seconds, found = timed(work)
        costs[part] += seconds
        return found

    origins = took("lineage", lambda: lineage(story.articles))
    speaking = took("voices", lambda: voices(story))
    takes = took("stance", lambda: tuple(_stance()(voice, story.title) for voice in speaking))
    reading = Reading(story=story, whole=story, summarize=Coverage())
    took("told", lambda: told(reading, _sections(), takes, Allowance(reading.articles, Rights().of)))
    took("gauges", lambda: gauges(reading, origins))
    took("why", lambda: why(story))


@cache
def _stance() -> Any:
    return build(Choice(kind="stance", name="cue-words"))


@cache
def _sections() -> tuple[Wanted, ...]:
    return tuple(
        Wanted(name=name, limit=limit, find=build(Choice(kind="section", name=name))) for name, limit in BRIEF.items()
    )


def _week() -> list[Story]:
    with _TEXTS.open("rb") as packed:
        lines = list(islice(TextIOWrapper(ZstdDecompressor().stream_reader(packed), "utf-8"), _WEEK))
    return [_story(number, json.loads(line)["articles"]) for number, line in enumerate(lines)]


def _story(number: int, rows: Sequence[Mapping[str, str]]) -> Story:
    articles = tuple(_article(f"{number}-{place}", place, row) for place, row in enumerate(rows))
    return Story(id=str(number), title=headline(articles), articles=articles)


def _article(id: str, place: int, row: Mapping[str, str]) -> Article:
    made = compose(
        id=id, outlet=f"Outlet {place}", title=row["title"], url=None, published=NOON, day_only=False, author=None,
        language="en", paragraphs=[part for part in row["text"].split("\n") if part.strip()], seen=NOON,
    )  # fmt: skip
    if len(made.sentences) <= _SENTENCES:
        return made
    kept = made.sentences[:_SENTENCES]
    return replace(made, text=made.text[: kept[-1].end], sentences=kept)

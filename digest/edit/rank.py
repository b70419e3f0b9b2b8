"""Stories in, the foremost of them out, each with the sum that puts it there.

    points =  origins x log2(1 + the weights of the independent origins of its news)
            + size    x log2(1 + the number of articles in its news, copies not counted)
            + recency x 0.5 ^ (age of its newest article / half of the window)
            + spread  x 4 x positive x skeptical / outlets with a take, squared

The four factors are `Weights`; an outlet has one origin at most, and an origin weighs as much as the heaviest outlet
that has it. A story's news are the articles that no earlier issue told. The age is that of the newest one that is
dated, or, if none is, since the newest one was first seen. Equal points: the newer story first, then by id.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import log2

from digest.config import Weights
from digest.model import Lineage, Reason, Story, Take, points
from digest.text.normalize import counted

_DIGITS = 4  # of a value: enough to tell stories apart, and the same on every machine
_SURE = 1e-3  # more than rounding can add to a sum


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What stories are measured by: `outlets` has the weights that are not 1, `at` and `window` are the issue's."""

    weights: Weights
    outlets: Mapping[str, float]
    at: datetime
    window: timedelta

    def reasons(self, news: Story, lineage: Lineage, takes: Sequence[Take]) -> tuple[Reason, ...]:
        """The terms of a story's points. `news` is the part that is told, `takes` are of that part, and `lineage` is of
        that or of the whole story.
        """
        outlets = {article.id: article.outlet for article in news.articles}
        told = replace(lineage, origins=tuple(origin for origin in lineage.origins if origin.article in outlets))
        heaviest = [max(map(self._weight, having)) for having in told.independent(outlets).values()]
        origins = f"{counted(len(heaviest), 'independent origin')}, {counted(len(news.outlets), 'outlet')}"
        if any(weight != 1 for weight in heaviest):
            origins += f", weighing {sum(heaviest):g}"
        copies = len(lineage.copies & outlets.keys())
        size = counted(len(outlets), "article") + (f", {counted(copies, 'copy')} not counted" if copies else "")
        labels = _labels(takes)
        for_it, against = labels.count("positive"), labels.count("skeptical")
        evenness = 4 * for_it * against / len(labels) ** 2 if labels else 0.0
        spread = f"{for_it} positive, {against} skeptical of {counted(len(labels), 'outlet')}"
        newest, how = self._newest(news)
        weights = self.weights
        return (
            _reason("origins", weights.origins, log2(1 + sum(heaviest)), origins),
            _reason("size", weights.size, log2(1 + len(outlets) - copies), size),
            _reason("recency", weights.recency, self._freshness(newest), f"{how} {_age(self.at - newest)}"),
            _reason("spread", weights.spread, evenness, spread),
        )

    def bound(self, news: Story) -> float:
        """At least as many points as the story can have, known without reading it."""
        weights = self.weights
        total = weights.origins * log2(1 + sum(map(self._weight, news.outlets)))
        total += weights.size * log2(1 + len(news.articles)) + weights.recency * self._freshness(self._newest(news)[0])
        return total + weights.spread * (len(news.outlets) > 1) + _SURE

    def _weight(self, outlet: str) -> float:
        return self.outlets.get(outlet, 1.0)

    def _newest(self, news: Story) -> tuple[datetime, str]:
        """When the newest article was published, or, if no date can be right, first seen; and which of the two."""
        dates = [article.published for article in news.articles if article.published and article.published <= self.at]
        return (max(dates), "newest") if dates else (max(article.seen for article in news.articles), "first seen")

    def _freshness(self, newest: datetime) -> float:
        return float(0.5 ** (max(timedelta(0), self.at - newest) / (self.window / 2)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A story with what its rank is made of; `whole` has also the articles that were told before."""

    whole: Story
    news: Story
    lineage: Lineage
    takes: tuple[Take, ...]
    reasons: tuple[Reason, ...]


Key = tuple[float, int, float, str]
Waiting = Ranked | tuple[Story, Story]  # worked out, or whole story and news


class Ranking:
    """Pairs of whole story and news, from which the foremost is taken again and again.

    What costs time (who speaks for himself, who is for it) is worked out by `measure` only for stories that may come
    next: all others are known to have fewer points, or no room.
    """

    def __init__(self, stories: Iterable[tuple[Story, Story]], scale: Scale, measure: Callable[..., Ranked]) -> None:
        self._measure = measure
        self._queue: list[tuple[Key, Waiting]] = [
            ((-scale.bound(news), 0, *_ties(whole, news)), (whole, news)) for whole, news in stories
        ]
        self._passed: list[tuple[Key, Waiting]] = []
        heapq.heapify(self._queue)

    def take(self, has_room: Callable[[Story], bool] = lambda story: True) -> Ranked | None:
        """The foremost story for which there is room, taken out of the ranking. Room that is gone never comes back."""
        while self._queue:
            key, waiting = heapq.heappop(self._queue)
            if not has_room(_whole(waiting)):
                self._passed.append((key, waiting))
            elif isinstance(waiting, Ranked):
                return waiting
            else:
                found = self._measure(*waiting)
                key = (-points(found.reasons), 1, *_ties(found.whole, found.news))
                heapq.heappush(self._queue, (key, found))
        return None

    def rest(self) -> Iterator[tuple[Story, float | None]]:
        """What has not been taken, about the foremost first, with its points where they are known."""
        for _, waiting in sorted([*self._queue, *self._passed], key=lambda one: one[0]):
            yield _whole(waiting), points(waiting.reasons) if isinstance(waiting, Ranked) else None


def _whole(waiting: Waiting) -> Story:
    return waiting.whole if isinstance(waiting, Ranked) else waiting[0]


def _ties(whole: Story, news: Story) -> tuple[float, str]:
    return -max(article.when for article in news.articles).timestamp(), whole.id


def _labels(takes: Iterable[Take]) -> list[str]:
    """One stance for each outlet that has one, that of its first take: speakers are not the outlet."""
    found: dict[str, str] = {}
    for take in takes:
        if take.speaker is None and take.stance:
            found.setdefault(take.outlet, take.stance.label)
    return list(found.values())


def _reason(name: str, weight: float, value: float, said: str) -> Reason:
    return Reason(name=name, weight=weight, value=round(value, _DIGITS), said=said)


def _age(age: timedelta) -> str:
    hours = max(0, round(age.total_seconds() / 3600))
    return f"{hours} h ago" if hours < 48 else f"{round(hours / 24)} days ago"

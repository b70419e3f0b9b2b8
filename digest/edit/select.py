"""Stories in, those that an issue has room for out, under their headings, and the foremost of those it has not."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from digest.config import Selection, Topic
from digest.edit.rank import Ranked, Ranking, Scale
from digest.edit.topics import is_about, topic_of
from digest.model import Left, Story

DROPPED = "dropped by the editor"
LEFT = 50  # stories that are named although they are not told


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A story that is told, the heading it stands under, and whether the editor put it first."""

    ranked: Ranked
    topic: str | None
    pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an issue tells, in its order; how many stories more there was no room for; the foremost that are left."""

    chosen: tuple[Chosen, ...]
    more: int
    left: tuple[Left, ...]


def choose(
    stories: Sequence[tuple[Story, Story]],
    *,
    limit: int,
    rules: Selection,
    scale: Scale,
    measure: Callable[[Story, Story], Ranked],
    pinned: Sequence[str] = (),
    dropped: Sequence[str] = (),
) -> Choice:
    """Choose among pairs of whole story and news. `pinned` and `dropped` are ids of stories; pinned ones come whatever
    the rules and quotas say, in this order, as long as there is room.
    """
    barred = {whole.id: reason for whole, _ in stories if (reason := _barred(whole, rules, pinned, dropped))}
    first = {id: number for number, id in enumerate(pinned)}
    heads = sorted(
        (pair for pair in stories if pair[0].id in first and pair[0].id not in barred),
        key=lambda pair: first[pair[0].id],
    )
    rest = [pair for pair in stories if pair[0].id not in first and pair[0].id not in barred]
    desk = _Desk(rules.topics, limit)
    for whole, news in heads[:limit]:
        desk.take(measure(whole, news), pinned=True)
    ranking = Ranking([*heads[limit:], *rest], scale, measure)
    while not desk.full() and (ranked := ranking.take(desk.has_room)):
        desk.take(ranked)
    left = [_left(whole, desk.excuse(whole), worth) for whole, worth in islice(ranking.rest(), LEFT)]
    shut = [
        _left(whole, barred[whole.id], None) for whole, _ in stories if whole.id in barred and whole.id not in dropped
    ]
    away = [_dropped(whole) for whole, _ in stories if whole.id in dropped]
    more = len(stories) - len(barred) - len(desk.chosen)
    return Choice(chosen=desk.ordered(), more=more, left=(*left, *shut[:LEFT], *away))


def _barred(whole: Story, rules: Selection, pinned: Sequence[str], dropped: Sequence[str]) -> str | None:
    """Why a story is not told whatever its rank, if so."""
    if whole.id in dropped:
        return DROPPED
    if whole.id in pinned:
        return None
    if len(whole.outlets) < rules.min_outlets:
        return f"fewer than {rules.min_outlets} outlets (min_outlets)"
    if rules.include is not None and not is_about(whole, rules.include):
        return "not about what is wanted (include)"
    return None


class _Desk:
    """Takes stories one by one, the foremost first, as long as their heading has room."""

    def __init__(self, topics: Sequence[Topic], limit: int) -> None:
        self.topics, self.limit = topics, limit
        self.chosen: list[Chosen] = []
        self.counts: Counter[str] = Counter()
        self.headings: dict[str, Topic | None] = {}

    def heading(self, story: Story) -> Topic | None:
        if story.id not in self.headings:
            self.headings[story.id] = topic_of(story, self.topics)
        return self.headings[story.id]

    def has_room(self, story: Story) -> bool:
        topic = self.heading(story)
        return topic is None or topic.stories is None or self.counts[topic.name] < topic.stories

    def excuse(self, story: Story) -> str:
        """Why a story is not told. Whether its heading has room is not asked of hundreds more."""
        topic = self.headings.get(story.id)
        return f"no room in {topic.name}" if topic and not self.has_room(story) else "no room"

    def take(self, ranked: Ranked, *, pinned: bool = False) -> None:
        topic = self.heading(ranked.whole)
        self.chosen.append(Chosen(ranked=ranked, topic=topic.name if topic else None, pinned=pinned))
        self.counts[topic.name if topic else ""] += 1

    def full(self) -> bool:
        return len(self.chosen) >= self.limit

    def ordered(self) -> tuple[Chosen, ...]:
        """By heading, those under none last; under each as they were taken."""
        order = {topic.name: number for number, topic in enumerate(self.topics)}
        return tuple(sorted(self.chosen, key=lambda one: order.get(one.topic or "", len(order))))


def _left(whole: Story, reason: str, worth: float | None) -> Left:
    return Left(story=whole.id, articles=(whole.articles[0].id,), reason=reason, points=worth)


def _dropped(whole: Story) -> Left:
    """With all its articles, so that its id keeps its meaning, however they are clustered the next time."""
    ids = tuple(article.id for article in whole.articles)
    return Left(story=whole.id, articles=ids, reason=DROPPED, points=None)

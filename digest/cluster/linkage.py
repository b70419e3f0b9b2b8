"""Average linkage over a learned pair score: the default clusterer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Interval

from digest.cluster._merge import groups
from digest.cluster._pairs import Graph, graph
from digest.cluster._vectors import profiles
from digest.model import Article, Story, short_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Linkage:
    """Two articles are alike if they share rare words, in their titles above all, and are near in time.

    A logistic score of that is computed for each pair, and the closest groups are merged while their mean score is
    high enough. Works without a corpus of its own, since it knows how common English words are; in other languages it
    counts the words of the articles given.

    threshold: the least mean score between two groups that are merged, 0 to 1; higher makes smaller stories.
    leniency: how much large groups are let off the threshold, 0 (not at all) to 0.2.
    """

    threshold: Annotated[float, Interval(ge=0, le=1)] = 0.5
    leniency: Annotated[float, Interval(ge=0, le=0.2)] = 0.08

    def __call__(self, articles: Sequence[Article]) -> tuple[Story, ...]:
        """The stories, the one with the earliest article first."""
        ordered = sorted(articles, key=lambda article: article.id)
        scores = graph(profiles(ordered))
        found = [_story(group, ordered, scores) for group in groups(scores, self.threshold, self.leniency)]
        return tuple(sorted(found, key=lambda story: (*_age(story.articles[0]), story.id)))


def _age(article: Article) -> tuple[float, str]:
    return article.when.timestamp(), article.id


def _story(group: Sequence[int], articles: Sequence[Article], scores: Graph) -> Story:
    members = tuple(sorted((articles[index] for index in group), key=_age))
    return Story(id=short_hash("story", members[0].id), title=articles[_medoid(group, scores)].title, articles=members)


def _medoid(group: Iterable[int], scores: Graph) -> int:
    """The article that is closest to the rest of its story; of equals the first."""
    members = list(group)
    inside = set(members)
    return max(members, key=lambda i: (sum(s for j, s in scores[i].items() if j in inside), -i))

"""Average linkage over a learned pair score: the default clusterer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Interval

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
        from digest.cluster._graph import grouped  # here, since it brings numpy along

        ordered = sorted(articles, key=_age)
        found = [
            _story([ordered[index] for index in group], ordered[medoid])
            for group, medoid in grouped(ordered, self.threshold, self.leniency)
        ]
        return tuple(sorted(found, key=lambda story: (*_age(story.articles[0]), story.id)))


def _age(article: Article) -> tuple[float, str]:
    return article.when.timestamp(), article.id


def _story(members: Sequence[Article], medoid: Article) -> Story:
    return Story(id=short_hash("story", members[0].id), title=medoid.title, articles=tuple(members))

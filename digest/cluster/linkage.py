"""Average linkage over a learned pair score: the default clusterer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from annotated_types import Interval

from digest.model import Article, Story

if TYPE_CHECKING:
    from digest.cluster._growing import Growing


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
        from digest.cluster._growing import clustered  # here, since it brings numpy along

        return clustered(articles, self.threshold, self.leniency)

    def growing(self, articles: Sequence[Article] = (), slack: float = 0.1) -> "Growing":
        """The stories of articles to which more will be added, in a process that runs on; a build starts from scratch.

        What is usual is learned from these articles, and anew when the part `slack` of them has been added.
        """
        from digest.cluster._growing import Growing

        return Growing(articles, threshold=self.threshold, leniency=self.leniency, slack=slack)

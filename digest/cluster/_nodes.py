"""Articles in, nodes out: what is compared as one. Twins, articles of one day and text, are one node."""

from collections.abc import Sequence

import numpy as np

from digest.cluster._vectors import Customs, Ints, Profiles, profiles
from digest.model import Article

Node = tuple[Article, ...]  # earliest first; the first stands for all
Age = tuple[float, str]


def age(article: Article) -> Age:
    """What articles are in the order of."""
    return article.when.timestamp(), article.id


def twin_key(article: Article) -> tuple[object, ...]:
    """The same for twins: a thousand entries with one title are one matter."""
    day = article.published.toordinal() if article.published else None
    return day, article.language[:2], article.text


def nodes(ordered: Sequence[Article]) -> list[Node]:
    """The nodes of articles that are in order, in order."""
    found: dict[tuple[object, ...], list[Article]] = {}
    for article in ordered:
        found.setdefault(twin_key(article), []).append(article)
    return [tuple(node) for node in found.values()]


def seen(made: Sequence[Node], customs: Customs | None = None) -> Profiles:
    """A profile for each node, in the light of these or of other articles."""
    return profiles([node[0] for node in made], [_outlet(node) for node in made], customs)


def sizes(made: Sequence[Node]) -> Ints:
    """How many articles each node has."""
    return np.array([len(node) for node in made], dtype=np.int64)


def _outlet(node: Node) -> str:
    """The one whose articles these are, if it is one."""
    outlet = node[0].outlet
    return outlet if all(article.outlet == outlet for article in node) else ""

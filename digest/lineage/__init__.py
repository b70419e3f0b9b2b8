"""stub"""

from collections.abc import Sequence

from digest.model import Article, Lineage, Origin


def lineage(articles: Sequence[Article]) -> Lineage:
    return Lineage(origins=tuple(Origin(article=a.id, name=a.outlet, how="own") for a in articles))

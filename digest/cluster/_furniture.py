"""Titles and bodies without what an outlet prints under everything: slogans, programme names, calls to subscribe.

Where a feed gives one sentence and four such lines, the lines would decide which articles are alike.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set

from digest.model import Article

_TITLE_JOINT = re.compile(r"\s[|–—-]\s")
# Three versions of one report share paragraphs too: only what is on a good part of an outlet's articles is furniture.
_LEAST_ARTICLES = 3
_LEAST_SHARE = 0.2


Furniture = Mapping[str, Set[str]]  # for each outlet the pieces that it prints under everything


def furniture(articles: Sequence[Article]) -> Furniture:
    """What each outlet repeats in these articles."""
    outlets: defaultdict[str, list[Article]] = defaultdict(list)
    for article in articles:
        outlets[article.outlet].append(article)
    return {outlet: _furniture(printed) for outlet, printed in outlets.items()}


def without_furniture(articles: Sequence[Article], known: Furniture) -> Iterator[tuple[str, str]]:
    """Title and body of each article, in order; a title that is all furniture stays as it is."""
    for article in articles:
        repeated = known.get(article.outlet)
        if not repeated:
            yield article.title, article.body
            continue
        title = [piece for piece in _title(article) if piece not in repeated]
        yield " | ".join(title) or article.title, "\n".join(p for p in _body(article) if p not in repeated)


def _furniture(articles: Sequence[Article]) -> set[str]:
    """What a good part of these articles of one outlet have in common."""
    if len(articles) < _LEAST_ARTICLES:
        return set()
    counts = Counter(piece for article in articles for piece in {*_title(article), *_body(article)})
    least = max(_LEAST_ARTICLES, len(articles) * _LEAST_SHARE)
    return {piece for piece, count in counts.items() if count >= least}


def _title(article: Article) -> list[str]:
    return _TITLE_JOINT.split(article.title)


def _body(article: Article) -> list[str]:
    return article.body.split("\n")

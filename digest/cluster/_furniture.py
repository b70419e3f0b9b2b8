"""Titles and bodies without what an outlet prints under everything: slogans, programme names, calls to subscribe.

Where a feed gives one sentence and four such lines, the lines would decide which articles are alike.
"""

import re
from collections import Counter
from collections.abc import Sequence

from digest.model import Article

_TITLE_JOINT = re.compile(r"\s[|–—-]\s")
# Three versions of one report share paragraphs too: only what is on a good part of an outlet's articles is furniture.
_LEAST_ARTICLES = 3
_LEAST_SHARE = 0.2


def without_furniture(articles: Sequence[Article]) -> list[tuple[str, str]]:
    """Title and body of each article, in order; a title that is all furniture stays as it is."""
    sizes = Counter(article.outlet for article in articles)
    counts = Counter((article.outlet, piece) for article in articles for piece in {*_title(article), *_body(article)})
    found = []
    for article in articles:
        least = max(_LEAST_ARTICLES, sizes[article.outlet] * _LEAST_SHARE)
        title = [piece for piece in _title(article) if counts[article.outlet, piece] < least]
        body = [piece for piece in _body(article) if counts[article.outlet, piece] < least]
        found.append((" | ".join(title) or article.title, "\n".join(body)))
    return found


def _title(article: Article) -> list[str]:
    return _TITLE_JOINT.split(article.title)


def _body(article: Article) -> list[str]:
    return article.body.split("\n")

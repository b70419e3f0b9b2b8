"""Articles in, the clearest of their own titles out: who did what, as most of them tell it. None is ever made up."""

import math
from collections import Counter
from collections.abc import Sequence

from digest.model import Article
from digest.text.background import background
from digest.text.language import base
from digest.text.titles import unclear
from digest.text.words import terms

_ARTICLES = 200  # that are looked at, spread over the story
_LEAD = 400  # characters after the title
_FLAW = 0.5  # what is left of a title's worth with each thing against it
_DIGITS = 6


def headline(articles: Sequence[Article]) -> str:
    """The title that shares most with the titles and leads of the others and has least against it.

    Of equally good ones the first; those in another language than most only if there is no other.
    """
    spread = articles[:: math.ceil(len(articles) / _ARTICLES)]
    languages = Counter(base(article.language) for article in spread)
    usual = max(languages, key=lambda one: languages[one])  # of equals the first that is met
    candidates = [article for article in spread if base(article.language) == usual and article.title]
    if not candidates:
        return articles[0].title
    said = [frozenset(terms(article.title, article.language)) for article in candidates]
    leads = [frozenset(terms(article.body[:_LEAD], article.language)) for article in candidates]
    in_titles = Counter(
        term for title in set(zip(said, (one.title for one in candidates), strict=True)) for term in title[0]
    )
    in_leads = Counter(term for lead in leads for term in lead)
    worth = {
        term: _rarity(term, usual) * (in_titles[term] - 1 + in_leads[term] / 2) / len(candidates)
        for term in sorted({term for title in said for term in title})
    }

    def score(number: int) -> float:
        article, own = candidates[number], said[number]
        total = sum(worth[term] for term in sorted(own))
        evenness = total / math.sqrt(max(4, len(own)))
        flaws = unclear(article.title, article.language, article.outlet)
        return round(float(evenness * _FLAW**flaws), _DIGITS)

    return candidates[max(range(len(candidates)), key=lambda number: (score(number), -number))].title


def _rarity(term: str, language: str) -> float:
    return -math.log(background(language).share(term))

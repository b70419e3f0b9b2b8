"""How the story went on, day by day."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from digest.model import Article, Point, Quote
from digest.sections._reading import Reading
from digest.text.titles import unclear


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """One headline a day, oldest day first: the clearest of the first three of the day, told before or not.

    Days are those of the articles' dates, in UTC; an article without a date has none. Nothing is told of a story of
    one day. If there are more days than points, the first, the last and those with most articles stay.
    """

    def __call__(self, reading: Reading, limit: int) -> Iterator[Point] | None:
        days: defaultdict[date, list[Article]] = defaultdict(list)
        for article in reading.whole.articles:
            if article.published and article.title:
                days[article.when.date()].append(article)
        if len(days) < 2 or limit < 2:
            return None
        return (_point(day, days[day]) for day in _kept(days, limit))


def _kept(days: dict[date, list[Article]], limit: int) -> list[date]:
    first, *between, last = sorted(days)
    best = sorted(between, key=lambda day: (-len(days[day]), day))[: limit - 2]
    return sorted([first, *best, last])


def _point(day: date, articles: Sequence[Article]) -> Point:
    # What is dated to the day only stands before all else, whenever it came.
    timed = sorted(articles, key=lambda article: (article.day_only, article.when))[:3]
    first = min(timed, key=lambda article: unclear(article.title, article.language, article.outlet))
    return Point(quotes=(Quote.cut(first, first.title_span),), day=day)

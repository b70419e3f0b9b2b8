"""How much of each outlet a brief may still quote."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence

from digest.config import Quoting
from digest.model import Article, Quote, Span
from digest.text.words import UNSPACED_WORD, is_unspaced, word_spans

_LONGEST = 25  # letters of a word


class Allowance:
    """What a brief may quote, outlet by outlet; what is taken is counted, and what was taken before costs nothing.

    Headlines are free. A sentence counts as one as soon as a word of it is quoted; words are those that are quoted.
    """

    def __init__(self, articles: Mapping[str, Article], limit: Callable[[Article], Quoting]) -> None:
        self._articles = articles
        self._limit = limit
        self._sentences: dict[str, set[tuple[str, int]]] = {}
        self._words: dict[str, set[tuple[str, int]]] = {}

    def take(self, quotes: Sequence[Quote]) -> bool:
        """Take all of them, or, if that would be too much of any outlet, none."""
        sentences, words = dict(self._sentences), dict(self._words)
        for quote in quotes:
            article = self._articles[quote.article]
            if quote.end <= len(article.title):
                continue
            outlet = article.outlet
            sentences[outlet] = sentences.get(outlet, set()) | _sentences(article, quote.span)
            words[outlet] = words.get(outlet, set()) | _words(article, quote.span)
            limit = self._limit(article)
            if not (_fits(len(sentences[outlet]), limit.sentences) and _fits(len(words[outlet]), limit.words)):
                return False
        self._sentences, self._words = sentences, words
        return True


def _fits(number: int, limit: int | None) -> bool:
    return limit is None or number <= limit


def _sentences(article: Article, span: Span) -> set[tuple[str, int]]:
    """The sentences that a span touches; what lies between sentences is one of its own."""
    first = bisect_right(article.sentences, span.start, key=lambda one: one.end)
    last = bisect_left(article.sentences, span.end, key=lambda one: one.start)
    touched = {(article.id, one.start) for one in article.sentences[first:last]}
    return touched or {(article.id, span.start)}


def _words(article: Article, span: Span) -> set[tuple[str, int]]:
    """Where words begin; of what is written without spaces, or without end, every so many characters is one."""
    text = article.text
    found: set[tuple[str, int]] = set()
    for start, end in word_spans(span.of(text)):
        step = UNSPACED_WORD if is_unspaced(text[span.start + start]) else _LONGEST
        found |= {(article.id, place) for place in range(span.start + start, span.start + end, step)}
    return found

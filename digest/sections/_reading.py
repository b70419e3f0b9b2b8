"""A story as its sections read it: what several of them need is worked out once."""

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from digest.model import Article, Quote, Span, Story
from digest.sections._figures import Figure, figures
from digest.sections._headings import Under, fold, headings
from digest.sections._remarks import Remark, remarks
from digest.text.attribution import Attribution, Names, attributions, names
from digest.text.words import count_words, terms

_LEAD = 400  # characters after the title
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence that may be quoted, the `place`th of its article, from 1."""

    article: Article
    span: Span
    place: int

    @property
    def text(self) -> str:
        return self.span.of(self.article.text)

    @property
    def words(self) -> int:
        return count_words(self.text)

    def quote(self, speaker: str | None = None) -> Quote:
        return Quote.cut(self.article, self.span, speaker)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A story to be told: `story` holds what is new of it, without copies, oldest first; `whole` all of its articles.

    `summarize` gives at most so many sentences of a story, in the order in which they should be read.
    """

    story: Story
    whole: Story
    summarize: Callable[[Story, int], tuple[Quote, ...]]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """All sentences that may be quoted, article by article."""
        return tuple(
            Line(article=article, span=span, place=place)
            for article in self.story.articles
            for place, span in enumerate(article.sentences, 1)
        )

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The text of each line, in small letters and with straight apostrophes."""
        return tuple(fold(line.text) for line in self.lines)

    @cached_property
    def vocabularies(self) -> tuple[frozenset[str], ...]:
        """The words of each line, in small letters."""
        return tuple(frozenset(_WORD.findall(folded)) for folded in self.folded)

    @cached_property
    def headings(self) -> tuple[Under | None, ...]:
        """The heading that each line stands under."""
        return tuple(under for article in self.story.articles for under in headings(article))

    @cached_property
    def figures(self) -> tuple[tuple[Figure, ...], ...]:
        """The figures of each line."""
        return tuple(tuple(figures(line.text, line.article.language)) for line in self.lines)

    @cached_property
    def terms(self) -> Mapping[int, frozenset[str]]:
        """The terms of each line, by its number; dear, so that only those are worked out that are asked for."""
        return _Terms(self.lines)

    @cached_property
    def subject(self) -> frozenset[str]:
        """Terms of what the story is about: those of two titles, or of one that is alone, and of half of the leads."""
        articles = self.story.articles
        titles = Counter(term for one in articles for term in set(terms(one.title, one.language)))
        leads = Counter(term for one in articles for term in set(terms(one.body[:_LEAD], one.language)))
        shared = {term for term, count in titles.items() if count > 1}
        half = max(2, math.ceil(len(articles) / 2))
        return frozenset(shared if len(shared) > 1 else titles) | {
            term for term, count in leads.items() if count >= half
        }

    @cached_property
    def articles(self) -> Mapping[str, Article]:
        """Those of `whole`, by id."""
        return {article.id: article for article in (*self.whole.articles, *self.story.articles)}

    @cached_property
    def speech(self) -> Mapping[str, tuple[Attribution, ...]]:
        """Who says what, by the id of the article."""
        return {article.id: attributions(article.text, article.language) for article in self.story.articles}

    @cached_property
    def names(self) -> Mapping[str, Names]:
        """The personal names of each article, by its id."""
        return {article.id: names(article.text) for article in self.story.articles}

    @cached_property
    def remarks(self) -> tuple[Remark, ...]:
        """What named people say, sentence by sentence."""
        return remarks(self.story.articles, self.speech, self.names)

    @cached_property
    def _summaries(self) -> dict[int, tuple[Quote, ...]]:
        return {}

    def summary(self, limit: int) -> tuple[Quote, ...]:
        """At most so many sentences of what is new, in the order in which they should be read."""
        if limit not in self._summaries:
            self._summaries[limit] = self.summarize(self.story, limit)
        return self._summaries[limit]


class _Terms(dict[int, frozenset[str]]):
    def __init__(self, lines: Sequence[Line]) -> None:
        super().__init__()
        self._lines = lines

    def __missing__(self, number: int) -> frozenset[str]:
        line = self._lines[number]
        return self.setdefault(number, frozenset(terms(line.text, line.article.language)))

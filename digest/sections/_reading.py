"""A story as its sections read it: what several of them need is worked out once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from digest.model import Article, Quote, Span, Story
from digest.sections._remarks import Remark, remarks
from digest.text.attribution import Attribution, Names, attributions
from digest.text.words import word_spans


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
        return len(word_spans(self.text))

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
        return {article.id: Names(article.text) for article in self.story.articles}

    @cached_property
    def remarks(self) -> tuple[Remark, ...]:
        """What named people say, sentence by sentence."""
        return remarks(self.story.articles, self.speech, self.names)

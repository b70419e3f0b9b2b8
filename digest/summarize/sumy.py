"""The classic methods of the sumy library, kept verbatim and offline."""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from digest.model import Article, Quote, Span, Story
from digest.text.words import stem, stop_words, words

_CLASSES = {
    "lex-rank": ("lex_rank", "LexRankSummarizer"),
    "text-rank": ("text_rank", "TextRankSummarizer"),
    "luhn": ("luhn", "LuhnSummarizer"),
    "sum-basic": ("sum_basic", "SumBasicSummarizer"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sumy:
    """Rank the sentences of a story by one of sumy's methods: lex-rank, text-rank, luhn or sum-basic.

    sumy is given our sentences and words, since its own parser alters text and its tokenizer downloads data; sentences
    that several articles share are ranked once. The summary comes in the order of the articles.
    """

    method: Literal["lex-rank", "text-rank", "luhn", "sum-basic"] = "lex-rank"

    def __call__(self, story: Story, limit: int) -> tuple[Quote, ...]:
        first: dict[str, tuple[Article, Span]] = {}
        for article in story.articles:
            for span in article.sentences:
                first.setdefault(span.of(article.text), (article, span))
        if not first:
            return ()
        from numpy import errstate

        language = story.articles[0].language
        summarizer = self._summarizer(language)
        with errstate(invalid="ignore"):  # LexRank divides by zero where a sentence is all stop words, harmlessly
            picked = {str(sentence) for sentence in summarizer(_document(first), limit)}
        return tuple(Quote.cut(article, span) for text, (article, span) in first.items() if text in picked)

    def _summarizer(self, language: str) -> Any:
        module, name = _CLASSES[self.method]
        cls = getattr(import_module(f"sumy.summarizers.{module}"), name)
        summarizer = cls(lambda word: stem(word, language))
        summarizer.stop_words = stop_words(language)
        return summarizer


class _Tokenizer:
    """What sumy asks of a tokenizer, answered by Digest."""

    def to_words(self, sentence: str) -> tuple[str, ...]:
        return tuple(words(sentence))


def _document(sentences: Iterable[str]) -> Any:
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence

    tokenizer = _Tokenizer()
    return ObjectDocumentModel([Paragraph([Sentence(text, tokenizer) for text in sentences])])

"""All methods of the sumy library, kept verbatim, offline and the same at every run."""

import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from digest.model import Article, Quote, Span, Story
from digest.text.words import has_stemmer, stem, stop_words, words

_Place = tuple[Article, Span]
_LSA_MOST = 1_000  # sentences: the time that it takes grows with the cube of their number


@dataclass(frozen=True, slots=True, kw_only=True)
class Sumy:
    """Rank the sentences of a story by one of sumy's methods.

    sumy is given our sentences and words, since its own parser alters text and its tokenizer downloads data; sentences
    that say the same, but for case and punctuation, are ranked once. The summary comes in the order of the articles.

    method: lex-rank, text-rank, lsa, luhn, edmundson, sum-basic, kl, reduction or random. For edmundson, the words of
    the titles are what matters (sumy's bonus words), and stop words are what does not. For lsa, of a story with more
    than a thousand sentences the first ones of each article count.
    seed: for random, which sentences they are.
    """

    method: Literal["lex-rank", "text-rank", "lsa", "luhn", "edmundson", "sum-basic", "kl", "reduction", "random"] = (
        "lex-rank"
    )
    seed: int = 0

    def __call__(self, story: Story, limit: int) -> tuple[Quote, ...]:
        places = _places(story)
        if self.method == "lsa":
            places = _foremost(places, _LSA_MOST)
        if not places:
            return ()
        language = story.articles[0].language
        document = _document(places, titled=self.method == "edmundson")
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # sumy says aloud what it is given too little of, and its Czech stemmer more
            picked = self._summarizer(story, language)(document, limit)
        picked = picked or document.sentences[:limit]  # of nothing but stop words, LSA makes nothing
        first = dict(zip(document.sentences, places, strict=True))
        return tuple(Quote.cut(*first[sentence]) for sentence in picked)

    def _summarizer(self, story: Story, language: str) -> Any:
        from sumy.summarizers.edmundson import EdmundsonSummarizer
        from sumy.summarizers.luhn import LuhnSummarizer

        from digest.summarize import _vectorized as vectorized

        classes: dict[str, Any] = {
            "lex-rank": vectorized.LexRankSummarizer,
            "text-rank": vectorized.TextRankSummarizer,
            "lsa": vectorized.LsaSummarizer,
            "luhn": LuhnSummarizer,
            "edmundson": EdmundsonSummarizer,
            "sum-basic": vectorized.SumBasicSummarizer,
            "kl": vectorized.KLSummarizer,
            "reduction": vectorized.ReductionSummarizer,
            "random": vectorized.RandomSummarizer,
        }
        summarizer = classes[self.method](_stemmer(language))
        ignored = stop_words(language)
        if self.method == "edmundson":
            titles = {word for article in story.articles for word in words(article.title)}
            summarizer.bonus_words = {word for word in titles if word.lower() not in ignored} or {""}
            summarizer.stigma_words = summarizer.null_words = ignored or {""}  # sumy takes no empty ones
        elif self.method == "random":
            summarizer.seed = self.seed
        else:
            summarizer.stop_words = ignored
        return summarizer


def _places(story: Story) -> list[_Place]:
    """Where the sentences stand first, in the order of the articles."""
    first: dict[str, _Place] = {}
    for article in story.articles:
        for span in article.sentences:
            text = span.of(article.text)
            first.setdefault(" ".join(words(text)).casefold() or text, (article, span))
    return list(first.values())


def _foremost(places: Sequence[_Place], most: int) -> list[_Place]:
    """At most so many, in their order: those at the heads of their articles."""
    counts: Counter[str] = Counter()
    ranks = []
    for number, (article, _) in enumerate(places):
        counts[article.id] += 1
        ranks.append((counts[article.id], number))
    return [places[number] for number in sorted(number for _, number in sorted(ranks)[:most])]


def _stemmer(language: str) -> Callable[[str], str]:
    """Ours, or sumy's for the languages that only it has."""
    if not has_stemmer(language):
        from sumy.nlp.stemmers import Stemmer

        try:
            own: Callable[[str], str] = Stemmer(language.partition("-")[0])
            own("word")
            return own
        except (LookupError, ValueError):  # it has none, or wants a package for it (pystempel for Polish)
            pass
    return lambda word: stem(word, language)


class _Tokenizer:
    """What sumy asks of a tokenizer, answered by Digest."""

    def to_words(self, sentence: str) -> tuple[str, ...]:
        return tuple(words(sentence))


def _document(places: Sequence[_Place], *, titled: bool) -> Any:
    """The sentences as sumy wants them, by paragraph; if `titled`, under each article's title."""
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence

    tokenizer = _Tokenizer()
    paragraphs: list[Any] = []
    before = None
    for (article, _), group in groupby(places, key=lambda place: (place[0], _paragraph(place))):
        heads = [Sentence(article.title, tokenizer, is_heading=True)] if titled and article.id != before else []
        said = [Sentence(span.of(article.text), tokenizer) for _, span in group]
        paragraphs.append(Paragraph([*heads, *said]))
        before = article.id
    return ObjectDocumentModel(paragraphs)


def _paragraph(place: _Place) -> int:
    """Where the paragraph of a sentence begins."""
    article, span = place
    return article.text.rfind("\n\n", 0, span.start)

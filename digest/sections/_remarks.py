"""What people say in a story, sentence by sentence."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from digest.model import Article, Quote, Span
from digest.text.attribution import Attribution, Names, is_pronoun, is_speech, people, quotations
from digest.text.people import People
from digest.text.words import count_words

_OPENING = re.compile(r"(?:''|``|[\"'“”„‟«»‘\s])+")
_CLOSING = "\"'“”’«» \n,"
_LONGEST = 45  # words of a sentence that is shown with all that stands around the words of the speaker
_PHRASE = 5  # words in marks: fewer are a term, not a remark


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Words of a speaker within one sentence: `spoken` are his own, without marks, `shown` is what may be quoted.

    `speaker` is the fullest name in the article; `key` the same for all articles of the story.
    `sure` says that the name stands right beside the words, rather than a pronoun for it, or a name further off.
    """

    article: Article
    speaker: str
    key: str
    sure: bool
    spoken: Span
    shown: Span

    @property
    def words(self) -> str:
        return self.spoken.of(self.article.text)

    @property
    def place(self) -> tuple[str, int]:
        return self.article.id, self.spoken.start

    def quote(self) -> Quote:
        return Quote.cut(self.article, self.shown, self.speaker)


def remarks(
    articles: Sequence[Article], speech: Mapping[str, tuple[Attribution, ...]], names: Mapping[str, Names]
) -> tuple[Remark, ...]:
    """All direct speech of named people, article by article; of indirect speech, what stands in quotation marks."""
    who = {one.id: people(one.text, speech[one.id], names[one.id]) for one in articles}
    known = People(name for one in articles for name in who[one.id] if name)
    found: dict[tuple[str, int], Remark] = {}
    for article in articles:
        for one, name in zip(speech[article.id], who[article.id], strict=True):
            key = known.key(name) if name else None
            if name is None or key is None:
                continue
            sure = _is_sure(article.text, one)
            for content in _contents(article.text, one):
                for spoken, shown in _pieces(article, content, one):
                    remark = Remark(article=article, speaker=name, key=key, sure=sure, spoken=spoken, shown=shown)
                    found.setdefault(remark.place, remark)
    return tuple(found.values())


def _is_sure(text: str, one: Attribution) -> bool:
    speaker, cue = one.speaker, one.cue
    if speaker is None or is_pronoun(speaker.of(text)):
        return False
    if cue:
        return max(cue.start - speaker.end, speaker.start - cue.end) <= 1
    return text[speaker.end : speaker.end + 1] == ":" or speaker.start >= one.content.end  # a turn, or a byline


def _contents(text: str, one: Attribution) -> Iterator[Span]:
    """The quotations of an attribution: direct speech may have several, with its verb between; a turn has none."""
    if one.direct:
        yield from (_OPENING.match(text, *one.content) and quotations(text, one.content)) or [one.content]
    elif is_speech(text, one):
        for span in quotations(text, one.content):
            if count_words(span.of(text)) >= _PHRASE:
                yield span


def _pieces(article: Article, content: Span, one: Attribution) -> Iterator[tuple[Span, Span]]:
    """What is said in each sentence, and what can be shown of it: all of the sentence, if its marks are in it."""
    text, sentences = article.text, article.sentences
    inner = _bare(text, content)
    first = bisect_right(sentences, inner.start, key=lambda span: span.end)
    last = bisect_left(sentences, inner.end, key=lambda span: span.start)
    for sentence in sentences[first:last]:
        spoken = _bare(text, Span(max(sentence.start, inner.start), min(sentence.end, inner.end)))
        if spoken.end <= spoken.start:
            continue
        around = text[sentence.start : spoken.start].strip(_CLOSING) or text[spoken.end : sentence.end].strip(_CLOSING)
        whole = one.cue is not None and any(
            marked.start < spoken.start and spoken.end < marked.end for marked in quotations(text, sentence)
        )
        shown = sentence if around and whole and count_words(sentence.of(text)) <= _LONGEST else spoken
        yield spoken, shown


def _bare(text: str, span: Span) -> Span:
    """Without the marks around it, and the comma that only links it to its verb."""
    opening = _OPENING.match(text, *span)
    start, end = opening.end() if opening else span.start, span.end
    while end > start and text[end - 1] in _CLOSING:
        end -= 1
    return Span(start, end)

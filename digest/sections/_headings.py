"""Which heading a sentence stands under. Headings are no sentences, but the text has them, as paragraphs."""

from dataclasses import dataclass

from digest.model import Article
from digest.text.sentences import LABEL_WORDS, paragraph_spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Under:
    """A heading in small letters, and how many sentences stand between it and this one."""

    heading: str
    after: int


def fold(text: str) -> str:
    """In small letters, with straight apostrophes: what wording is looked for in."""
    return text.replace("’", "'").lower()


def headings(article: Article) -> tuple[Under | None, ...]:
    """The heading of each sentence of an article, None before the first one."""
    found: list[Under | None] = []
    heading, after = "", 0
    spans = iter(article.sentences)
    span = next(spans, None)
    for paragraph in paragraph_spans(article.text)[1:]:
        inside = []
        while span and span.start < paragraph.end:
            inside.append(span)
            span = next(spans, None)
        found += (Under(heading=heading, after=after + number) if heading else None for number in range(len(inside)))
        after += len(inside)
        text = paragraph.of(article.text)
        if len(text.split()) <= LABEL_WORDS and (not inside or (len(inside) == 1 and text.endswith("?"))):
            heading, after = fold(text), 0
    return tuple(found)

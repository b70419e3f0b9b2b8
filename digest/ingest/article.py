"""Compose an article out of cleaned paragraphs: the one place that lays out `Article.text`."""

from collections.abc import Iterable
from datetime import datetime
from itertools import accumulate, islice

from digest.model import Article, Credit
from digest.text.language import detect
from digest.text.normalize import one_line, shorten
from digest.text.sentences import quotable_spans

TEXT_LIMIT = 200_000  # characters, a novel's tenth; what is beyond is no news, and is left out paragraph by paragraph
CATEGORIES = 20
CATEGORY_LIMIT = 80  # characters
MOST_NAMES = 1_000  # of categories that are looked at
TITLE_LIMIT = 300  # characters; longer "titles" are bodies in the wrong place


def compose(
    *,
    id: str,
    outlet: str,
    title: str,
    paragraphs: Iterable[str],
    url: str | None,
    published: datetime | None,
    day_only: bool,
    author: str | None,
    language: str,
    seen: datetime,
    categories: Iterable[str] = (),
    credit: Credit | None = None,
    licence: str | None = None,
) -> Article:
    """An article whose text is its title, an empty line and `paragraphs`, each on one line, parted by empty lines.

    `language` is what its feed or its file says, and is kept unless the text is clearly in another one.
    Of `categories` the first 20 are kept, each once whatever its case; one of more than 80 characters is none.
    Without a title the first words of the text stand in; without paragraphs the text is the title alone.
    """
    body = _within_limit([line for line in map(one_line, paragraphs) if line])
    heading = shorten(one_line(title) or (body[0] if body else "(untitled)"), TITLE_LIMIT)
    text = "\n\n".join([heading, *body])
    language = detect(text, language)
    return Article(
        id=id,
        outlet=one_line(outlet),
        title=heading,
        url=url,
        published=published,
        day_only=day_only,
        author=author,
        language=language,
        text=text,
        sentences=quotable_spans(text, language, start=len(heading)),
        seen=seen,
        categories=_filed_under(categories),
        credit=credit,
        licence=licence,
    )


def _filed_under(categories: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in map(one_line, islice(categories, MOST_NAMES)):
        if 0 < len(name) <= CATEGORY_LIMIT:
            found.setdefault(name.casefold(), name)
    return tuple(found.values())[:CATEGORIES]


def _within_limit(paragraphs: list[str]) -> list[str]:
    """The first paragraphs that fit, or the head of the first if not even that one does."""
    sizes = accumulate(map(len, paragraphs))
    whole = [paragraph for paragraph, size in zip(paragraphs, sizes, strict=True) if size <= TEXT_LIMIT]
    return whole or [paragraph[:TEXT_LIMIT] for paragraph in paragraphs[:1]]

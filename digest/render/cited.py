"""The articles of a story as its readers see them: whose they are, whose news they carry, which one is nearest."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from digest.model import Brief, Citation, Origin, Quote, Span
from digest.render.escape import safe_link
from digest.render.fragment import opened_at
from digest.render.words import Words
from digest.text.licences import called, is_notice
from digest.text.normalize import shorten

_LICENCE = 60  # characters of what may be a notice of several lines
_MAILBOX = re.compile(r"\S+@\S+\.\w+")
SAYS = {  # who says where an article has its news from, unless it is its own
    "line": "by a line of the page",
    "link": "by a link",
    "wire": "by the mark of a wire service",
    "text": "by a sentence of its own",
    "reprint": "nearly the same text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A quote with the article it was copied from; `key` is ARTICLE:START-END, `by` the outlet and who is quoted.

    `url` opens the article at the quote. `pieces` are its text in parts, each with the answer whether it decided on a
    stance.
    """

    text: str
    key: str
    pieces: tuple[tuple[str, bool], ...]
    speaker: str | None
    article: "Cited"

    @property
    def by(self) -> str:
        return f"{self.speaker}, in {self.article.outlet}" if self.speaker else self.article.outlet

    @property
    def url(self) -> str | None:
        return at(self.article, [self])


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an article has its news from, if not from itself: `how` says who tells; `evidence` is a sentence of it."""

    name: str
    how: str
    evidence: Said | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """The article of a story that is most like another one; `likeness` is between 0.00 and 1.00."""

    outlet: str
    likeness: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """An article in a list: `url` is None if it has no public link, `day` is in words, `when` None if unknown.

    `author` is None if it is only the outlet again, or an address for mail. `licence` is its name, cut if it is long;
    `notice` is what stands in its place and only says whose the text is. `reserved` says why nothing but the headline
    is shown, if that is so. `source` is None if its news is its own, or nobody knows; `near`
    None if it is alone. `copies` are the articles with nearly the same text that it stands for.
    """

    id: str
    outlet: str
    title: str
    url: str | None
    day: str
    when: date | None
    author: str | None
    language: str
    words: int
    new: bool
    licence: str | None = None
    notice: str | None = None
    reserved: str | None = None
    source: Source | None = None
    near: Near | None = None
    copies: tuple["Cited", ...] = ()


def cited_in(brief: Brief, citations: Mapping[str, Citation], zone: ZoneInfo, words: Words) -> dict[str, Cited]:
    """The articles that a brief names, by id, with what it knows about them; `citations` are those of its issue."""
    bare = {id: _cited(citations[id], brief, zone, words) for id in _named(brief) if id in citations}
    origins = {origin.article: origin for origin in brief.lineage.origins}
    near = {
        tie.article: Near(outlet=bare[tie.nearest].outlet, likeness=words.numeral(tie.said))
        for tie in brief.why.ties
        if tie.nearest in bare
    }
    copies = _copies(brief)
    return {
        id: replace(
            article,
            source=_source(article, origins.get(id), bare, words),
            near=near.get(id),
            copies=tuple(bare[copy] for copy in copies.get(id, ())),
        )
        for id, article in bare.items()
    }


def _named(brief: Brief) -> Iterable[str]:
    quoted = (quote.article for quote in brief.quotes())
    held = (id for section in brief.sections for id in section.held)
    return dict.fromkeys((*brief.articles, *quoted, *held, *(take.article for take in brief.takes)))


def folded(brief: Brief, cited: Mapping[str, Cited]) -> tuple[Cited, ...]:
    """The articles of a brief without those that another one stands for."""
    hidden = {copy for copies in _copies(brief).values() for copy in copies}
    return tuple(cited[id] for id in brief.articles if id not in hidden)


def said(quotes: Iterable[Quote], cited: Mapping[str, Cited], cues: Sequence[Span] = ()) -> tuple[Said, ...]:
    """`cues` are words of their articles that decided on a stance, in order and without overlap."""
    return tuple(_said(quote, cited, cues) for quote in quotes)


def at(article: Cited, quotes: Iterable[Said]) -> str | None:
    """The link of an article, opening at those of the quotes that are its own; None if it has no public link."""
    return article.url and opened_at(article.url, *(one.text for one in quotes if one.article.id == article.id))


def _said(quote: Quote, cited: Mapping[str, Cited], cues: Sequence[Span] = ()) -> Said:
    key = f"{quote.article}:{quote.start}-{quote.end}"
    pieces = tuple(_pieces(quote, cues))
    return Said(text=quote.text, key=key, pieces=pieces, speaker=quote.speaker, article=cited[quote.article])


def _pieces(quote: Quote, cues: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    """Together they are the quote, whatever the cues are."""
    done = 0
    for start, end in sorted(Span(cue.start - quote.start, cue.end - quote.start) for cue in cues):
        if done <= start < end <= len(quote.text):
            yield quote.text[done:start], False
            yield quote.text[start:end], True
            done = end
    yield quote.text[done:], False


def _copies(brief: Brief) -> dict[str, tuple[str, ...]]:
    """By the id of the article that stands for them. An article is in one group, and in the story."""
    groups: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for group in brief.lineage.reprints:
        first, *rest = [id for id in dict.fromkeys(group) if id in brief.articles and id not in seen] or [""]
        seen |= {first, *rest}
        groups[first] = tuple(rest)
    return groups


def _source(article: Cited, origin: Origin | None, cited: Mapping[str, Cited], words: Words) -> Source | None:
    if origin is None or origin.how == "own" or origin.name == article.outlet:
        return None
    evidence = _said(origin.evidence, cited) if origin.evidence else None
    return Source(name=origin.name, how=words.find(SAYS[origin.how]), evidence=evidence)


def _cited(citation: Citation, brief: Brief, zone: ZoneInfo, words: Words) -> Cited:
    when: date | None = citation.published
    if citation.published:  # a day without a time is the publisher's day: it does not move with the time zone
        when = citation.published.date() if citation.day_only else citation.published.astimezone(zone)
    licence = shorten(called(citation.licence), _LICENCE) if citation.licence else None
    noticed = citation.licence is not None and is_notice(citation.licence)
    return Cited(
        id=citation.id,
        outlet=citation.outlet,
        title=citation.title,
        url=safe_link(citation.url),
        day=words.day(when) if when else words.find("date unknown"),
        when=when,
        author=_author(citation),
        language=citation.language,
        words=citation.words,
        new=citation.id in brief.new,
        licence=None if noticed else licence,
        notice=licence if noticed else None,
        reserved=words.kept(citation.reserved) if citation.reserved else None,
    )


def _author(citation: Citation) -> str | None:
    author = citation.author or ""
    if not author or author.casefold() == citation.outlet.casefold() or _MAILBOX.fullmatch(author):
        return None
    return author

"""Who is heard in a story: each outlet, and the people it quotes at length."""

import re
from bisect import bisect_right
from collections.abc import Iterable

from digest.model import Article, Span, Story, Voice
from digest.text.attribution import Attribution, attributions, is_speech, names
from digest.text.words import count_words, words

SUBSTANTIAL = 8  # words; less is a phrase, not an opinion
SPEAKERS = 3  # per article, those who say most

_NARRATOR = frozenset({"i", "we", "you", "it"})
_OTHERS = re.compile(
    r"\b(?:he|she|they|who|critics?|analysts?|experts?|officials?|observers?|sources?|some|many|others|opponents?|"
    r"supporters?|researchers?|scientists?|lawmakers?|investors?|insiders?|spokes\w+|people)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"^(?!(?:The|This|That|These|Those|A|An|It|There|But|And|In|For|If)\b)[^\W\d_a-z]|\s[^\W\d_a-z]")
_POSSESSIVE = re.compile(r"['’]s?\s\w")


def voices(story: Story) -> tuple[Voice, ...]:
    """Every outlet of a story, article by article, each followed by its speakers; never empty if it has an article.

    A speaker is somebody with two names or more and at least eight words in quotation marks or in interview turns. The
    same words of the same speaker in several articles make one voice, that of the first.
    """
    heard: dict[str, set[tuple[str, ...]]] = {}
    found: list[Voice] = []
    for article in story.articles:
        said = attributions(article.text, article.language)
        found.append(Voice(article=article, speaker=None, spans=_own(article, said)))
        found += _speakers(article, said, heard)
    return tuple(found)


def _own(article: Article, said: Iterable[Attribution]) -> tuple[Span, ...]:
    """The sentences that nobody else says; all of them if that leaves none; the title if there are none at all."""
    foreign = _Cover(one.content for one in said if _is_foreign(article.text, one))
    own = tuple(span for span in article.sentences if 3 * foreign.of(span) <= span.end - span.start)
    return own or article.sentences or (article.title_span,)


def _is_foreign(text: str, one: Attribution) -> bool:
    """Is it said by somebody who is not the writer? A thing that "shows" or "suggests" something is no speaker."""
    if one.speaker is None:
        return one.direct
    speaker = one.speaker.of(text)
    if speaker.casefold() in _NARRATOR:
        return False
    return one.direct or (
        is_speech(text, one)
        and not _POSSESSIVE.search(speaker)
        and bool(_OTHERS.search(speaker) or _NAMED.search(speaker))
    )


class _Cover:
    """Spans, merged where they overlap, to ask how much of another span they cover without looking at all of them."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._merged: list[Span] = []
        for span in sorted(spans):
            if self._merged and span.start <= self._merged[-1].end:
                last = self._merged.pop()
                span = Span(last.start, max(last.end, span.end))
            self._merged.append(span)

    def of(self, span: Span) -> int:
        """Characters of `span` that are covered."""
        total = 0
        for other in self._merged[bisect_right(self._merged, span.start, key=lambda one: one.end) :]:
            if other.start >= span.end:
                break
            total += min(span.end, other.end) - max(span.start, other.start)
        return total


def _speakers(article: Article, said: Iterable[Attribution], heard: dict[str, set[tuple[str, ...]]]) -> list[Voice]:
    known = names(article.text)
    spoken: dict[str, list[Attribution]] = {}
    forms: dict[str, str] = {}
    for one in said:
        name = known.fullest(one.speaker) if one.direct and one.speaker else None
        if name and _length(article, one) >= SUBSTANTIAL:
            key = name.replace("’", "'").casefold()
            forms.setdefault(key, name)
            spoken.setdefault(key, []).append(one)
    order = {key: number for number, key in enumerate(spoken)}
    longest = sorted(spoken, key=lambda key: (-sum(_length(article, one) for one in spoken[key]), order[key]))
    found = []
    for key in longest:
        spans = _sentences(article, [one.content for one in spoken[key]])
        if spans and _is_new(article, spoken[key], heard.setdefault(key, set())):
            found.append(Voice(article=article, speaker=forms[key], spans=spans))
    return found[:SPEAKERS]


def _length(article: Article, one: Attribution) -> int:
    return count_words(one.content.of(article.text))


def _sentences(article: Article, contents: list[Span]) -> tuple[Span, ...]:
    """The whole sentences that a speaker's words stand in: evidence has to be readable.

    The label of an interview turn ("Sean: ...") is not part of what is said.
    """
    covered = _Cover(contents)
    turns = sorted(one.start for one in contents if article.text[max(0, one.start - 2) : one.start].strip() == ":")
    found = (span for span in article.sentences if 3 * covered.of(span) > span.end - span.start)
    return tuple(_unlabelled(span, turns) for span in found)


def _unlabelled(span: Span, turns: list[int]) -> Span:
    following = bisect_right(turns, span.start)
    inside = following < len(turns) and turns[following] < span.end
    return Span(turns[following], span.end) if inside else span


def _is_new(article: Article, spoken: list[Attribution], heard: set[tuple[str, ...]]) -> bool:
    """Has this speaker said anything that no article before this one quoted? Remembers it."""
    said = {tuple(word.casefold() for word in words(one.content.of(article.text))) for one in spoken}
    new = not said <= heard
    heard |= said
    return new

"""Articles in, groups with nearly the same text out.

Texts are compared by the sequences of five words that they share (Broder 1997, "On the resemblance and containment of
documents"). The work is linear in the number of articles: a text is held against those few that have a sequence of a
small sample of it.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from digest.model import Article
from digest.text.words import words

_LENGTH = 5  # words of a sequence; two writers hardly ever choose the same five, unless they quote
_MOST_WORDS = 3_000  # of a text that are looked at
_SCANT = 16  # words; shorter texts are the same only if they are, with their title, word for word
_LEAST_TITLE = 6  # words of a headline without a text that two would not have written by chance
_CONTAINED = 0.6  # of the shorter text's sequences, which the longer one has too [chosen on recorded feeds]
_SHORT, _CONTAINED_SHORT = 100, 0.7  # sequences: where one sentence is half of the text, two reports may share it
_PART = 0.3  # of the longer text's sequences: less of it is a quotation, unless it is how the text begins
_BEGINNING = 12  # sequences
_SAMPLE = 48  # sequences of a text by which those that may be alike are found
_ALIKE = 0.4  # of them
_MOST_POSTINGS = 16  # texts that are remembered for each sequence
_FACTORS = tuple(np.uint64(f) for f in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93,
                                        0xFF51AFD7ED558CCD))  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A text that one or several articles have: its sequences, hashed; the first of them, and a sample."""

    articles: tuple[Article, ...]
    all: frozenset[int]
    beginning: tuple[int, ...]
    sample: tuple[int, ...]


def reprints(articles: Sequence[Article]) -> tuple[tuple[Article, ...], ...]:
    """Groups of two articles or more with nearly the same text, each in order of time, the earliest group first.

    A shortened reprint is one; a text that only quotes another is none. Who is alike through a third is together.
    """
    texts = _texts(articles)
    leader = list(range(len(texts)))
    known: defaultdict[int, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        found = Counter(other for sequence in text.sample for other in known.get(sequence, ()))
        for other, count in sorted(found.items()):
            alike = count >= _ALIKE * len(text.sample) and _lead(leader, other) != _lead(leader, place)
            if alike and _is_reprint(text, texts[other]):
                leader[_lead(leader, place)] = _lead(leader, other)
        for sequence in text.all:
            if len(known[sequence]) < _MOST_POSTINGS:
                known[sequence].append(place)
    groups: defaultdict[int, list[Article]] = defaultdict(list)
    for place, text in enumerate(texts):
        groups[_lead(leader, place)] += text.articles
    several = [tuple(sorted(group, key=_age)) for group in groups.values() if len(group) > 1]
    return tuple(sorted(several, key=lambda group: _age(group[0])))


def _age(article: Article) -> tuple[object, str]:
    return article.when, article.id


def _texts(articles: Sequence[Article]) -> list[_Text]:
    """The distinct texts, the longest first, so that each is held against longer ones only."""
    same: defaultdict[tuple[str, ...], list[Article]] = defaultdict(list)
    for article in articles:
        said = _words(article.body)
        if len(said) < _SCANT:
            said = (*_words(article.title), "\n", *said)
            if len(said) <= _LEAST_TITLE:
                continue
        same[said].append(article)
    numbers: dict[str, int] = {}
    return [
        _text(tuple(same[said]), [numbers.setdefault(word, len(numbers) + 1) for word in said])
        for said in sorted(same, key=lambda said: (-len(said), said))
    ]


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in words(text)[:_MOST_WORDS])


def _text(articles: tuple[Article, ...], numbers: list[int]) -> _Text:
    """Scant texts have no sequences: nothing is like them but themselves."""
    if len(numbers) < _SCANT or articles[0].body == "":
        return _Text(articles=articles, all=frozenset(), beginning=(), sample=())
    line = np.array(numbers, dtype=np.uint64)
    count = len(line) - _LENGTH + 1
    with np.errstate(over="ignore"):
        hashes = sum((line[at : at + count] * factor for at, factor in enumerate(_FACTORS)), np.zeros(count, np.uint64))
    ordered = np.unique(hashes)
    return _Text(
        articles=articles,
        all=frozenset(ordered.tolist()),
        beginning=tuple(hashes[:_BEGINNING].tolist()),
        sample=tuple(ordered[:_SAMPLE].tolist()),
    )


def _is_reprint(short: _Text, long: _Text) -> bool:
    shared = len(short.all & long.all)
    least = _CONTAINED if len(short.all) >= _SHORT else _CONTAINED_SHORT
    if shared < least * len(short.all):
        return False
    begins_so = 2 * sum(sequence in short.all for sequence in long.beginning) >= len(long.beginning)
    return begins_so or shared >= _PART * len(long.all)


def _lead(leader: list[int], place: int) -> int:
    while leader[place] != place:
        leader[place] = leader[leader[place]]
        place = leader[place]
    return place

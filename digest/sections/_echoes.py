"""One remark in differing words, and one remark of two speakers."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import combinations

from digest.sections._remarks import Remark
from digest.text.attribution import is_person
from digest.text.background import background
from digest.text.words import terms, word_spans

_COMMON = 30  # remarks with a word: beyond, it makes no pairs
_SHARED = 2  # words of content that two remarks must share to be looked at
_LEAST = 0.6  # of the weight of the shorter one that must be shared
_LONGEST = 100  # words: more are no sentence
_ALIKE = 0.8  # of two spellings of one word
_VERY = 0.6  # alike: what differs may also stand at an end
_MARKS = {ord(mark): None for mark in ".-'’"}
_RARE = 6.5  # weight of a word that hardly any article has
_RARE_IN_ALL = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two remarks of two outlets, the older first, and how alike they are.

    `common` are the words of content that both have, `weight` how rare these are, all together, and `shared` their
    share of the weight of the shorter one. Words in the same order are counted as a share of the shorter one
    (`aligned`), of both (`alike`), and of both from the first of them to the last (`dense`).
    """

    one: Remark
    other: Remark
    common: frozenset[str]
    weight: float
    shared: float
    aligned: float
    alike: float
    dense: float

    @property
    def same(self) -> bool:
        """Is the shorter one part of the longer, word for word?"""
        return self.aligned > 1 - 1e-9

    @property
    def drifts(self) -> bool:
        """May it be one remark, as far as the likeness of its versions tells? [chosen on three sets of real stories]"""
        if len(self.common) <= _SHARED or self.shared < _LEAST:
            return False
        close = self.alike >= 0.41 and self.dense >= 0.6
        even = self.aligned <= 1.5 * self.alike  # as long as each other, more or less
        return (close and self.weight >= 8) or (
            even and self.alike >= 1 / 3 and self.dense >= 0.4 and self.weight >= 14
        )


def pairs(found: Sequence[Remark]) -> Iterator[Pair]:
    """All pairs of remarks of different outlets that share rare words."""
    said = [frozenset(terms(remark.words, remark.article.language)) for remark in found]
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number, words in enumerate(said):
        for word in words:
            holders[word].append(number)
    common: defaultdict[tuple[int, int], int] = defaultdict(int)
    for numbers in holders.values():
        if len(numbers) <= _COMMON:
            for pair in combinations(numbers, 2):
                common[pair] += 1
    for (first, second), count in sorted(common.items()):
        one, other = found[first], found[second]
        if count >= _SHARED and one.article.outlet != other.article.outlet:
            likeness = _pair(one, other, said[first], said[second])
            if likeness:
                yield likeness


def _pair(one: Remark, other: Remark, first: frozenset[str], second: frozenset[str]) -> Pair | None:
    """None if they share too little, whatever the order of their words is."""
    language = one.article.language
    weights = [sum(rarity(word, language) for word in sorted(words)) for words in (first & second, first, second)]
    weight, shared = weights[0], weights[0] / min(weights[1:])
    if shared < _LEAST and (one.key == other.key or weight < _RARE_IN_ALL):
        return None
    ours, theirs = tokens(one), tokens(other)
    if max(len(ours), len(theirs)) > _LONGEST:
        return None
    blocks = [block for block in _matcher(ours, theirs).get_matching_blocks() if block.size]
    count = sum(block.size for block in blocks)
    return Pair(
        one=one,
        other=other,
        common=first & second,
        weight=weight,
        shared=shared,
        aligned=count / min(len(ours), len(theirs)),
        alike=2 * count / (len(ours) + len(theirs)),
        dense=2 * count / max(1, _reach(blocks)),
    )


def _reach(blocks: Sequence[Match]) -> int:
    """How many words lie between the first and the last that match, on both sides together."""
    if not blocks:
        return 0
    first, last = blocks[0], blocks[-1]
    return last.a + last.size - first.a + last.b + last.size - first.b


def _matcher(ours: Sequence[str], theirs: Sequence[str]) -> SequenceMatcher[str]:
    return SequenceMatcher(None, ours, theirs, autojunk=False)


def rarity(word: str, language: str) -> float:
    return -math.log(background(language).share(word))


def drifted(found: Sequence[Pair]) -> Iterator[Pair]:
    """Pairs that are one remark of one speaker, in words that differ in more than grammar, spelling and length.

    What an article also quotes word for word is another remark than the one that it words differently.
    """
    verbatim = {(a.place, b.article.id) for pair in found if pair.same for a, b in _both_ways(pair)}
    for pair in found:
        if pair.one.key != pair.other.key or not pair.drifts:
            continue
        if not any((a.place, b.article.id) in verbatim for a, b in _both_ways(pair)) and _differs(pair):
            yield pair


def _both_ways(pair: Pair) -> tuple[tuple[Remark, Remark], tuple[Remark, Remark]]:
    return (pair.one, pair.other), (pair.other, pair.one)


def _differs(pair: Pair) -> bool:
    """Has the one something else where the other has words of content?

    If it is not very like it, that has to be in its midst: what goes on differently may be another remark.
    """
    ours, theirs = tokens(pair.one), tokens(pair.other)
    texts = pair.one.words, pair.other.words
    spans = [word_spans(text) for text in texts]
    for tag, begin, end, start, stop in _matcher(ours, theirs).get_opcodes():
        inside = min(begin, start) > 0 and end < len(ours) and stop < len(theirs)
        if tag != "replace" or not (inside or pair.alike >= _VERY):
            continue
        first, second = (
            text[max(0, span[at].start - 1) : span[to - 1].end + 1]
            for text, span, at, to in zip(texts, spans, (begin, start), (end, stop), strict=True)
        )
        edited = set("[]()…") & set(first + second)
        if not edited and _differ(first, second, pair.one.article.language):
            return True
    return False


def _differ(ours: str, theirs: str, language: str) -> bool:
    one, other = (set(terms(text.replace("-", " "), language)) for text in (ours, theirs))
    first, second = "".join(sorted(one - other)), "".join(sorted(other - one))
    return bool(first and second) and _alike(first, second) < _ALIKE


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _capitals(remark: Remark) -> set[str]:
    words = (span.of(remark.words) for span in word_spans(remark.words)[1:])
    return {term for word in words if word[:1].isupper() for term in terms(word, remark.article.language)}


def tokens(remark: Remark) -> list[str]:
    """Words in small letters without any marks, so that U.S. is US."""
    folded = (span.of(remark.words).casefold() for span in word_spans(remark.words))
    return [word.translate(_MARKS) or word for word in folded]


class Heard:
    """Who is heard where, to tell one remark of two speakers from two remarks."""

    def __init__(self, found: Sequence[Remark]) -> None:
        self._said: defaultdict[tuple[str, str], list[Remark]] = defaultdict(list)
        self._articles: defaultdict[str, set[str]] = defaultdict(set)
        for remark in found:
            self._said[remark.key, remark.article.id].append(remark)
            self._articles[remark.key].add(remark.article.id)

    def misattributed(self, pair: Pair) -> bool:
        """Is it one remark that two people are said to have made?

        If it is so almost word for word, each of them must be heard in two articles; if it is not, both in both, and
        each without the remark that the other one makes.
        """
        one, other = pair.one, pair.other
        if one.key.split()[-1] == other.key.split()[-1]:
            return False
        if not all(who.sure and is_person(who.speaker) for who in (one, other)):
            return False
        if pair.shared >= 0.7 and pair.alike >= 0.5 and pair.weight >= 15:
            return len(self._articles[one.key]) > 1 and len(self._articles[other.key]) > 1
        rare = {word for word in pair.common if rarity(word, one.article.language) >= _RARE}
        if len(rare) < _SHARED or pair.weight < _RARE_IN_ALL or rare <= _capitals(one) | _capitals(other):
            return False
        theirs, ours = self._said[one.key, other.article.id], self._said[other.key, one.article.id]
        again = (rare & set(terms(remark.words, remark.article.language)) for remark in (*theirs, *ours))
        return bool(theirs and ours) and not any(again)

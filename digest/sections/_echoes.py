"""One remark in differing words, and one remark of two speakers.

However much is said, so much is compared at most: a few copies of each wording, for each word a few remarks that have
it, and of all pairs those that share the most words.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from functools import lru_cache
from heapq import nsmallest
from itertools import combinations

from digest.sections._remarks import Remark
from digest.text.attribution import is_person
from digest.text.background import background
from digest.text.words import terms, word_spans

_COPIES = 3  # of what one person says word for word, each of another outlet
_HOLDERS = 30  # remarks that a word pairs, those in words of their own first
_STEPS = 250_000  # pairs that words make, the rarest words first
_LOOKED_AT = 5000  # pairs whose words are weighed, those with the most in common first
_LAID_SIDE_BY_SIDE = 1000
_SHARED = 2  # words of content that two remarks must share to be looked at
_LEAST = 0.6  # of the weight of the shorter one that must be shared
_LONGEST = 100  # words: more are no sentence
_ALIKE = 0.8  # of two spellings of one word
_VERY = 0.6  # alike: what differs may also stand at an end
_MARKS = {ord(mark): None for mark in ".-'’"}
_RARE = 6.5  # weight of a word that hardly any article has
_RARE_IN_ALL = 14.0


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """What one person is quoted with word for word, and the ids of the articles that do so."""

    tokens: tuple[str, ...]
    terms: frozenset[str]
    weight: float
    articles: set[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two remarks of two outlets, the older first, and how alike they are.

    `wordings` are theirs; `common` are the words of content that both have, `weight` how rare these are, all together,
    and `shared` their share of the weight of the shorter one. Words in the same order are counted as a share of the
    shorter one (`aligned`), of both (`alike`), and of both from the first of them to the last (`dense`).
    """

    one: Remark
    other: Remark
    wordings: tuple[Wording, Wording]
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
    """Pairs of remarks of different outlets that share rare words, those with the most words in common first."""
    wordings = _wordings(found)
    left = _LAID_SIDE_BY_SIDE
    for first, second in _sharing(found, wordings):
        likeness = _pair((found[first], found[second]), (wordings[first], wordings[second]))
        if likeness:
            yield likeness
            left -= 1
        if not left:
            return


def _wordings(found: Iterable[Remark]) -> list[Wording]:
    """That of each remark."""
    known: dict[tuple[str, str, tuple[str, ...]], Wording] = {}
    wordings = []
    for remark in found:
        language, said = remark.article.language, tuple(tokens(remark))
        wording = known.get((remark.key, language, said))
        if wording is None:
            vocabulary = frozenset(terms(remark.words, language))
            wording = Wording(said, vocabulary, _weight(vocabulary, language), set())
            known[remark.key, language, said] = wording
        wording.articles.add(remark.article.id)
        wordings.append(wording)
    return wordings


def _sharing(found: Sequence[Remark], wordings: Sequence[Wording]) -> list[tuple[int, int]]:
    """The numbers of remarks of two outlets that have words of content in common, in differing wordings."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number in _without_copies(found, wordings):
        for word in wordings[number].terms:
            holders[word].append(number)
    common: defaultdict[tuple[int, int], int] = defaultdict(int)
    steps = 0
    for _, numbers in sorted(holders.items(), key=lambda item: (len(item[1]), item[0])):
        for pair in combinations(sorted(numbers[:_HOLDERS]), 2):
            common[pair] += 1
            steps += 1
        if steps > _STEPS:
            break
    shared = (
        (-count, pair)
        for pair, count in common.items()
        if count >= _SHARED
        and wordings[pair[0]] is not wordings[pair[1]]
        and found[pair[0]].article.outlet != found[pair[1]].article.outlet
    )
    return [pair for _, pair in nsmallest(_LOOKED_AT, shared)]


def _without_copies(found: Sequence[Remark], wordings: Sequence[Wording]) -> list[int]:
    """The numbers of the first remark of each wording, then of the second ones, of other outlets, and so on."""
    told: defaultdict[Wording, list[str]] = defaultdict(list)
    ranked = []
    for number, (remark, wording) in enumerate(zip(found, wordings, strict=True)):
        outlets = told[wording]
        if len(wording.tokens) <= _LONGEST and len(outlets) < _COPIES and remark.article.outlet not in outlets:
            ranked.append((len(outlets), number))
            outlets.append(remark.article.outlet)
    return [number for _, number in sorted(ranked)]


def _pair(remarks: tuple[Remark, Remark], wordings: tuple[Wording, Wording]) -> Pair | None:
    """None if they share too little, whatever the order of their words is."""
    (one, other), (first, second) = remarks, wordings
    common = first.terms & second.terms
    weight = _weight(common, one.article.language)
    shared = weight / min(first.weight, second.weight)
    if shared < _LEAST and (one.key == other.key or weight < _RARE_IN_ALL):
        return None
    ours, theirs = first.tokens, second.tokens
    blocks = [block for block in _matcher(ours, theirs).get_matching_blocks() if block.size]
    count = sum(block.size for block in blocks)
    return Pair(
        one=one,
        other=other,
        wordings=wordings,
        common=common,
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


def _weight(words: frozenset[str], language: str) -> float:
    return sum(rarity(word, language) for word in sorted(words))


@lru_cache(maxsize=200_000)
def rarity(word: str, language: str) -> float:
    return -math.log(background(language).share(word))


def drifted(found: Sequence[Pair]) -> Iterator[Pair]:
    """Pairs that are one remark of one speaker, in words that differ in more than grammar, spelling and length.

    What an article also quotes word for word is another remark than the one that it words differently.
    """
    parts: defaultdict[Wording, set[str]] = defaultdict(set)  # the articles that have it as part of more, or less of it
    for pair in found:
        if pair.same:
            for wording, other in (pair.wordings, pair.wordings[::-1]):
                parts[wording] |= other.articles
    for pair in found:
        if pair.one.key != pair.other.key or not pair.drifts:
            continue
        beside = zip(pair.wordings, (pair.other.article.id, pair.one.article.id), strict=True)
        if not any(id in wording.articles or id in parts[wording] for wording, id in beside) and _differs(pair):
            yield pair


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
        self._words: dict[tuple[str, str], frozenset[str]] = {}
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
        places = (one.key, other.article.id), (other.key, one.article.id)
        return all(place in self._said for place in places) and not any(rare & self._vocabulary(at) for at in places)

    def _vocabulary(self, place: tuple[str, str]) -> frozenset[str]:
        """The words of content of all that somebody says in an article."""
        if place not in self._words:
            said = (terms(remark.words, remark.article.language) for remark in self._said[place])
            self._words[place] = frozenset().union(*said)
        return self._words[place]

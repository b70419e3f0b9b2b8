"""A story in, why its articles are together out: names and terms that they share, as they write them."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from digest.model import Article, Story, Why
from digest.text.background import background
from digest.text.language import base
from digest.text.words import spellings, stem, stop_words, term, terms, weekdays, word_matches, words

MOST = 6  # names, and as many terms
_ARTICLES = 200  # that are looked at, spread over the story
_LOOKED_AT = 6_000  # characters of each
_RUN = 4  # words of a name
_SHOUTED = 8  # words with capitals in a row, at most; more are a headline
_CANDIDATES = 200  # names that are held against each other
_FULLER = 0.75  # of the articles that have a name: if as many have a longer one with it, that is shown
_COMMON = 0.05  # share of all news: terms that are in more of it tie nothing together
_CAPITAL_NOUNS = frozenset(("de", "lb"))  # languages in which a capital says little
_ALONE = 0.25  # of the articles that have a part of names: as many have it alone if it is a name by itself
_LEAST_TERM = 3  # letters
_ARTICLE_WORDS = frozenset("the a an der die das le la les el".split())
_SMALL = frozenset("of de del der di du la le van von".split())
_LETTERS = re.compile(r"[^\W\d_]")


class _Word(NamedTuple):
    """A word that may be in a name, the `place`th of its sentence, from 0; `bare` is without its possessive ending.

    `joined` says that just a blank stands between it and the word before.
    """

    bare: str
    place: int
    joined: bool
    possessive: bool
    capital: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A name or a term: in how many articles it is, and how it is written there."""

    count: int
    written: str
    score: float
    titled: bool


def why(story: Story) -> Why:
    """What at least half of the articles of `story`, and two at least, have in common; its ties as they are.

    At most six names and six terms, the best first, which are in many articles and rare in the news at large; among
    terms those of headlines come first. A story of one article has no reasons.
    """
    if len(story.articles) < 2:
        return Why()
    looked_at = _spread(story.articles)
    least = max(2, math.ceil(len(looked_at) / 2))
    names = _names(looked_at, least)
    shown = {part for name in names for part in _stems(name, looked_at)}
    return Why(names=tuple(names), terms=_terms(looked_at, least, shown), ties=story.ties)


def _spread(articles: Sequence[Article]) -> list[Article]:
    step = math.ceil(len(articles) / _ARTICLES)
    return list(articles[::step])


def _stems(name: str, articles: Sequence[Article]) -> set[str]:
    """The stems of the words of a name, in all languages of the story."""
    languages = {article.language for article in articles}
    return {stem(part, language) for part in [name, *name.split()] for language in languages}


def _names(articles: Sequence[Article], least: int) -> list[str]:
    """Names inside of sentences: where all nouns have capitals those of two words, and those with a capital within."""
    read = [(_sentences(article), stop_words(article.language)) for article in articles]
    inside = {
        part.casefold() for sentences, ignored in read for parts in _capitals(sentences, ignored) for part in parts
    }
    whole = [list(_capitals(sentences, ignored, inside)) for sentences, ignored in read]
    runs = [Counter(_runs(found, article)) for found, article in zip(whole, articles, strict=True)]
    counts = Counter(key for found in runs for key in {run.casefold() for run in found})
    alone = Counter(key for found in whole for key in {" ".join(parts).casefold() for parts in found})
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for found in runs:
        for run, times in found.items():
            written[run.casefold()][run] += times
    shared = {
        key: _Found(
            count=count,
            written=_usual(written[key]),
            score=count / len(articles) * _rarity(key.split(), articles),
            titled=False,
        )
        for key, count in counts.items()
        if count >= least and (" " in key or alone[key] >= _ALONE * count)
    }
    best = sorted(shared, key=lambda key: (-shared[key].score, key))[:_CANDIDATES]
    return [found.written for found in _best(_apart({key: shared[key] for key in best}))]


def _apart(shared: Mapping[str, _Found]) -> Iterator[_Found]:
    """Of names that are parts of each other one: the longer, if nearly all who have the shorter have it."""
    kept: list[str] = []
    for key in sorted(shared, key=lambda key: (len(key.split()), key)):
        inside = [other for other in kept if f" {other} " in f" {key} "]
        if all(shared[key].count >= _FULLER * shared[other].count for other in inside):
            kept = [other for other in kept if other not in inside]
            kept.append(key)
    return (shared[key] for key in kept)


def _best(found: Iterable[_Found]) -> list[_Found]:
    return sorted(found, key=lambda one: (not one.titled, -one.score, one.written))[:MOST]


def _usual(spellings: Mapping[str, int]) -> str:
    return min(spellings, key=lambda written: (-spellings[written], written))


def _rarity(parts: Iterable[str], articles: Sequence[Article]) -> float:
    """How much it says that a name or a term is there: that of its rarest part, in nats."""
    language = articles[0].language
    return max(-math.log(background(language).share(stem(part, language))) for part in parts)


def _runs(found: Iterable[Sequence[str]], article: Article) -> Iterator[str]:
    """The names in an article, and each of their parts that may be a name by itself, as often as they stand there."""
    known, ignored = background(article.language), stop_words(article.language)
    days = frozenset(day.casefold() for day in weekdays(article.language))
    weak = base(article.language) in _CAPITAL_NOUNS
    for parts in (parts for parts in found if len(parts) <= _SHOUTED):
        for start in range(len(parts)):
            for end in range(start + 1, min(len(parts), start + _RUN) + 1):
                run = parts[start:end]
                if run[0] in _SMALL or run[-1] in _SMALL or run[0][0].isdigit():
                    continue
                if len(run) == 1 and run[0].casefold() in days:
                    continue  # it ties nothing together
                if run[-1].casefold() in ignored or (len(run) == 1 and weak and not _has_inner_capital(run[0])):
                    continue
                if len(run) == 1 and not known.may_be_name(stem(run[0], article.language)):
                    continue
                yield " ".join(run)


def _capitals(
    sentences: Iterable[Sequence[_Word]], ignored: Collection[str], known: Collection[str] = ()
) -> Iterator[list[str]]:
    """Words with capitals that stand beside each other in a sentence.

    The first word of a sentence, which has a capital anyway, is among them if it is `known` or has a capital within.
    """
    for sentence in sentences:
        parts: list[str] = []
        last = 0
        for word in sentence:
            if parts and not (word.joined and word.place == last + 1):
                yield parts
                parts = []
            last = word.place
            if _is_named(word, ignored, known) or (parts and not word.capital):
                parts.append(word.bare)
            elif parts:
                yield parts
                parts = []
            if parts and word.possessive:
                yield parts
                parts = []
        if parts:
            yield parts


def _is_named(word: _Word, ignored: Collection[str], known: Collection[str]) -> bool:
    """Is it written like a part of a name?"""
    if not word.capital:
        return False
    folded = word.bare.casefold()
    if word.place == 0 and not (folded in known or _has_inner_capital(word.bare)):
        return False
    # Within a sentence "New" is the head of a name; behind a quotation mark or a colon it is any first word.
    return folded not in (_ARTICLE_WORDS if word.joined or folded in known else ignored)


def _sentences(article: Article) -> list[list[_Word]]:
    """The words of its sentences; and of its headline, if that is written like one."""
    found = []
    heading = [word for word in words(article.title) if _LETTERS.match(word)]
    if sum(word[0].islower() for word in heading) * 2 > len(heading):
        found.append(_read(article.title))
    for span in article.sentences:
        if span.start > _LOOKED_AT:
            break
        found.append(_read(span.of(article.text)))
    return found


def _read(sentence: str) -> list[_Word]:
    """Its words with capitals, and those that names may have without one."""
    found = []
    before: re.Match[str] | None = None
    for place, match in enumerate(word_matches(sentence)):
        if seen := _seen(match.group()):
            bare, possessive, capital = seen
            joined = sentence[before.end() if before else 0 : match.start()] == " "
            found.append(_Word(bare, place, joined, possessive, capital))
        before = match
    return found


@lru_cache(maxsize=100_000)
def _seen(written: str) -> tuple[str, bool, bool] | None:
    """A word without a possessive ending, whether it had one, and whether it has a capital; None if in no name."""
    bare = written.removesuffix("'s").removesuffix("’s")
    capital = _has_capital(bare) and words(bare) == [bare]
    return (bare, bare != written, capital) if capital or bare in _SMALL or bare.isdigit() else None


def _has_capital(word: str) -> bool:
    return (len(word) > 1 and word[0].isupper()) or _has_inner_capital(word)


def _has_inner_capital(word: str) -> bool:
    """Is it written like xAI, NATO or SpaceX?"""
    return any(char.isupper() for char in word[1:])


class _Text(NamedTuple):
    """The words of an article, each as often as it stands there, and their terms."""

    spelled: Counter[str]
    said: frozenset[str]
    language: str

    @classmethod
    def of(cls, article: Article) -> "_Text":
        spelled, language = Counter(spellings(article.text[:_LOOKED_AT])), article.language
        found = (term(part, language) for word in spelled for part in words(word))
        return cls(spelled, frozenset(key for key in found if key is not None), language)


def _terms(articles: Sequence[Article], least: int, shown: set[str]) -> tuple[str, ...]:
    """Words that are rare elsewhere and no part of a name that is `shown`, each in its most common form."""
    read = [_Text.of(article) for article in articles]
    counts = Counter(key for text in read for key in text.said)
    titled = {key for article in articles for key in terms(article.title, article.language)}
    common = background(articles[0].language)
    wanted = {
        key
        for key, count in counts.items()
        if count >= least
        and key not in shown
        and len(key) >= _LEAST_TERM
        and not key.isdigit()
        and common.share(key) < _COMMON
    }
    return tuple(
        one.written
        for one in _best(
            _Found(
                count=counts[key],
                written=_usual(written),
                score=counts[key] / len(articles) * _rarity([key], articles),
                titled=key in titled,
            )
            for key, written in _written(read, wanted).items()
        )
    )


def _written(read: Iterable[_Text], wanted: Collection[str]) -> dict[str, Counter[str]]:
    """How the articles that have a term write it, and how often."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text in read:
        for word, times in text.spelled.items():
            key = stem(word, text.language)
            # In scripts without spaces a term is a pair of characters, and no word.
            if key in wanted and key in text.said and words(word) == [word]:
                found[key][word.removesuffix("'s").removesuffix("’s")] += times
    return found

"""Rules in, what they are about out: which articles an issue looks at, and under which heading a story stands."""

import re
from collections.abc import Sequence
from functools import lru_cache

from digest.config import Rule, Topic
from digest.model import Article, Story

HALF = 0.5  # of its articles: a story is about something if so many of them are
_HEAD = 5_000  # characters of a text that are looked at: news says what it is about first
_MENTIONS = 2  # in a text, where its title does not say so: one may be in passing
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def is_about(story: Story, rule: Rule) -> bool:
    """Do half of a story's articles match?"""
    return sum(matches(article, rule) for article in story.articles) >= HALF * len(story.articles)


def matches(article: Article, rule: Rule) -> bool:
    """Has it one of the words in its title, or twice in its text, or a category, or is it of an outlet of the rule?"""
    if article.outlet.casefold() in _folded(rule.outlets):
        return True
    if rule.categories and _folded(rule.categories) & _folded(article.categories):
        return True
    if not rule.words:
        return False
    pattern = _pattern(rule.words)
    if pattern.search(article.title):
        return True
    return sum(1 for _, _ in zip(range(_MENTIONS), pattern.finditer(article.body[:_HEAD]), strict=False)) == _MENTIONS


def topic_of(story: Story, topics: Sequence[Topic]) -> Topic | None:
    """The first topic that a story is about, else the first without a rule, which takes what is left, else None."""
    about = (topic for topic in topics if topic.rule and is_about(story, topic.rule))
    return next(about, None) or next((topic for topic in topics if not topic.rule), None)


@lru_cache(maxsize=1_000)
def _folded(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(" ".join(name.casefold().split()) for name in names)


@lru_cache(maxsize=1_000)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{_phrase(word)})" for word in words), re.IGNORECASE)


def _phrase(written: str) -> str:
    """Whole words, with any white space between them; in scripts without spaces, wherever it stands."""
    pattern = r"\s+".join(re.escape(part).replace(r"\*", r"\w*") for part in written.split())
    if _UNSPACED.search(written):
        return pattern
    before = "" if written.startswith("*") else r"(?<!\w)"
    return before + pattern + ("" if written.endswith("*") else r"(?!\w)")

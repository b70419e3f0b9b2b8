"""Articles in, weighted term vectors out: what a pair of articles is compared by."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digest.cluster._background import Background, background
from digest.cluster._furniture import without_furniture
from digest.model import Article
from digest.text.words import terms

Vector = dict[str, float]

BODY_CHARACTERS = 3000  # news says what happened first
LEAD_TERMS = 60
HEAVIEST = 50  # terms kept per article
# Of one occurrence; a vector counts a lead term in the body as well.
TITLE_WEIGHT, LEAD_WEIGHT, BODY_WEIGHT = 1.3, 0.5, 0.3
# A name in more than this part of our own articles tells no events apart [the pandemic in the feeds of May 2020],
OWN_SHARE = 0.13
FEW = 50  # but among so few articles it may be the event.
FULL_EVIDENCE = 100  # body terms from which an article says all that we need


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An article as the pair score sees it: unit vectors, those terms that may be names, outlet and day (None:
    unknown), and how much it says (0 to 1)."""

    whole: Vector
    title: Vector
    names: frozenset[str]
    outlet: str
    day: float | None
    evidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Zones:
    language: str
    title: list[str]
    body: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lexicon:
    """What is known of the terms of one language: inverse document frequencies, and which may be names."""

    rarity: Vector
    names: frozenset[str]


def profiles(articles: Sequence[Article]) -> list[Profile]:
    """One profile for each article, in their order; term weights come from the articles and the background table."""
    zoned = [
        _zones(article.language[:2], title, body)
        for article, (title, body) in zip(articles, without_furniture(articles), strict=True)
    ]
    lexicons = _lexicons(zoned)
    return [_profile(article, zones, lexicons[zones.language]) for article, zones in zip(articles, zoned, strict=True)]


def _zones(language: str, title: str, body: str) -> _Zones:
    return _Zones(language=language, title=terms(title, language), body=terms(body[:BODY_CHARACTERS], language))


def _lexicons(zoned: Iterable[_Zones]) -> dict[str, _Lexicon]:
    counts: dict[str, Counter[str]] = {}
    sizes: Counter[str] = Counter()
    for zones in zoned:
        sizes[zones.language] += 1
        counts.setdefault(zones.language, Counter()).update({*zones.title, *zones.body})
    return {language: _lexicon(count, sizes[language], background(language)) for language, count in counts.items()}


def _lexicon(counts: Mapping[str, int], articles: int, prior: Background) -> _Lexicon:
    """Weigh the terms of so many articles of one language.

    The background is a prior: it counts as so many articles more, so that it rules among few articles and yields to
    their own counts among many (Dirichlet smoothing, Zhai and Lafferty 2004). What a good part
    of the articles names tells no events apart.
    """
    total = articles + prior.weight
    return _Lexicon(
        rarity={term: math.log(total / (n + prior.weight * prior.share(term))) for term, n in counts.items()},
        names=frozenset(
            term for term, n in counts.items() if n < OWN_SHARE * (articles + FEW) and prior.may_be_name(term)
        ),
    )


def _profile(article: Article, zones: _Zones, lexicon: _Lexicon) -> Profile:
    whole: dict[str, float] = {}
    for weight, words in (
        (TITLE_WEIGHT, zones.title),
        (LEAD_WEIGHT, zones.body[:LEAD_TERMS]),
        (BODY_WEIGHT, zones.body),
    ):
        for word in words:
            whole[word] = whole.get(word, 0.0) + weight
    vector = _unit(whole, lexicon.rarity)
    return Profile(
        whole=vector,
        title=_unit(Counter(zones.title), lexicon.rarity),
        names=lexicon.names.intersection(vector),
        outlet=article.outlet,
        day=article.published.timestamp() / 86400 if article.published else None,
        evidence=math.log1p(min(len(zones.body), FULL_EVIDENCE)) / math.log1p(FULL_EVIDENCE),
    )


def _unit(counts: Mapping[str, float], rarity: Mapping[str, float]) -> Vector:
    """The heaviest terms, damped counts times rarity, at length 1; in a fixed order, so that sums are repeatable."""
    weights = sorted(((math.log1p(n) * rarity[term], term) for term, n in counts.items()), key=lambda p: (-p[0], p[1]))
    kept = [(weight, term) for weight, term in weights[:HEAVIEST] if weight > 0]
    length = math.sqrt(sum(weight * weight for weight, _ in kept))
    return {term: weight / length for weight, term in kept}

"""Articles in, weighted term vectors out: what a pair of articles is compared by."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digest.cluster._background import background
from digest.cluster._furniture import without_furniture
from digest.model import Article
from digest.text.words import terms

Vector = dict[str, float]

BODY_CHARACTERS = 3000  # news says what happened first; more made no difference on labelled news and costs time
LEAD_TERMS = 60
HEAVIEST = 50  # terms kept per article
TITLE_WEIGHT, LEAD_WEIGHT, BODY_WEIGHT = 1.3, 0.8, 0.3  # of one occurrence, the title's and lead's counted in all zones
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


def profiles(articles: Sequence[Article]) -> list[Profile]:
    """One profile for each article, in their order; term weights come from the articles and the background table."""
    zoned = [
        _zones(article.language[:2], title, body)
        for article, (title, body) in zip(articles, without_furniture(articles), strict=True)
    ]
    rarity = _rarity(zoned)
    return [_profile(article, zones, rarity[zones.language]) for article, zones in zip(articles, zoned, strict=True)]


def _zones(language: str, title: str, body: str) -> _Zones:
    return _Zones(language=language, title=terms(title, language), body=terms(body[:BODY_CHARACTERS], language))


def _rarity(zoned: Iterable[_Zones]) -> dict[str, Vector]:
    """Inverse document frequency of every term, by language.

    The background is a prior: it counts as so many articles more, so that it rules among few articles and yields to
    their own counts among many (Dirichlet smoothing, Zhai and Lafferty 2004).
    """
    counts: dict[str, Counter[str]] = {}
    sizes: Counter[str] = Counter()
    for zones in zoned:
        sizes[zones.language] += 1
        counts.setdefault(zones.language, Counter()).update({*zones.title, *zones.body})
    found: dict[str, Vector] = {}
    for language, count in counts.items():
        prior = background(language)
        total = sizes[language] + prior.weight
        found[language] = {term: math.log(total / (n + prior.weight * prior.share(term))) for term, n in count.items()}
    return found


def _profile(article: Article, zones: _Zones, rarity: Mapping[str, float]) -> Profile:
    whole: dict[str, float] = {}
    for weight, words in (
        (TITLE_WEIGHT, zones.title),
        (LEAD_WEIGHT - BODY_WEIGHT, zones.body[:LEAD_TERMS]),
        (BODY_WEIGHT, zones.body),
    ):
        for word in words:
            whole[word] = whole.get(word, 0.0) + weight
    vector = _unit(whole, rarity)
    known = background(zones.language)
    return Profile(
        whole=vector,
        title=_unit(Counter(zones.title), rarity),
        names=frozenset(filter(known.may_be_name, vector)),
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

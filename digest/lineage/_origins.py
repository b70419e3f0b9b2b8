"""Where each article of a story has its news from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from digest.lineage._mentions import mentions
from digest.lineage._names import Names
from digest.lineage._reprints import reprints
from digest.model import Article, Lineage, Origin, Quote
from digest.text.outlets import name_key, wire_names


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """Whom an article has its news from: the outlet's `key` (see `Names`), the name as written, and who says so."""

    key: str
    name: str
    how: Literal["own", "line", "link", "wire", "text", "reprint"]
    evidence: Quote | None = None


def lineage(articles: Sequence[Article]) -> Lineage:
    """Who among the articles of one story speaks for himself; the order of `articles` says the order of the origins.

    An article's origin is whom its credit names, else a medium that the head of its text names as its source, else
    that of the earlier article whose text it repeats, else its own outlet. Where the origin is an outlet of the story
    whose articles all have another origin, that one counts; of outlets that name each other the earliest is the origin.
    """
    names = Names(articles)
    groups = reprints(articles)
    said = {article.id: _statement(article, names) for article in articles}
    for group in groups:
        _take_over(group, said, names)
    found = {article.id: said[article.id] or _own(article, names) for article in articles}
    return Lineage(
        origins=_origins(articles, found, names),
        reprints=tuple(tuple(article.id for article in group) for group in groups),
    )


def _own(article: Article, names: Names) -> _Said:
    return _Said(key=names.key(article.outlet), name=article.outlet, how="own")


def _statement(article: Article, names: Names) -> _Said | None:
    """Whom an article itself names, if that is not its own outlet."""
    credit = article.credit
    if credit and not names.is_own(article.outlet, credit.name):
        return _Said(key=names.key(credit.name), name=credit.name, how=credit.how)
    for name, span in mentions(article, names):
        if names.is_own(article.outlet, name):
            return None  # who tells what was told to him has it from nobody
        return _Said(key=names.key(name), name=name, how="text", evidence=Quote.cut(article, span))
    return None


def _take_over(group: Sequence[Article], said: dict[str, _Said | None], names: Names) -> None:
    """Reprints without a word of whose they are have the origin of the first, or of the wire that sent it to all."""
    wire = next(filter(None, (_wire(article, said[article.id], names) for article in group)), None)
    first = said[group[0].id] or wire or _own(group[0], names)
    for article in group:
        if said[article.id] is None and first.key != names.key(article.outlet):
            said[article.id] = _Said(key=first.key, name=first.name, how="reprint")


def _wire(article: Article, said: _Said | None, names: Names) -> _Said | None:
    """The wire service whose mark an article bears, or whose own it is."""
    if said and said.how != "text" and name_key(said.name) in wire_names():
        return said
    return _own(article, names) if said is None and names.house(article.outlet) in wire_names() else None


def _origins(articles: Sequence[Article], found: Mapping[str, _Said], names: Names) -> tuple[Origin, ...]:
    roots = _roots(articles, found, names)
    spellings: defaultdict[str, list[str]] = defaultdict(list)
    for said in found.values():
        spellings[said.key].append(said.name)
    origins: list[Origin] = []
    for article in articles:
        said = found[article.id]
        key = roots.get(said.key, said.key)
        if key == names.key(article.outlet):
            origins.append(Origin(article=article.id, name=names.shown(key, [article.outlet]), how="own"))
        else:
            name = names.shown(key, spellings[key])
            origins.append(Origin(article=article.id, name=name, how=said.how, evidence=said.evidence))
    return tuple(origins)


def _roots(articles: Sequence[Article], found: Mapping[str, _Said], names: Names) -> dict[str, str]:
    """For each outlet whose articles all come from elsewhere: where that leads in the end."""
    by_age = sorted(articles, key=lambda article: (article.when, article.id))
    rank: dict[str, int] = {}
    parents: dict[str, str] = {}
    speaks = {found[article.id].key for article in articles if found[article.id].how == "own"}
    for place, article in enumerate(by_age):
        outlet = names.key(article.outlet)
        if outlet not in rank and outlet not in speaks:
            parents[outlet] = found[article.id].key
        rank.setdefault(outlet, place)
    return {outlet: _root(outlet, parents, rank) for outlet in parents}


def _root(outlet: str, parents: Mapping[str, str], rank: Mapping[str, int]) -> str:
    """Up to who has no parent, or, in a circle, to who was first."""
    path: dict[str, int] = {}
    while outlet in parents and outlet not in path:
        path[outlet] = len(path)
        outlet = parents[outlet]
    if outlet not in path:
        return outlet
    circle = [member for member, place in path.items() if place >= path[outlet]]
    return min(circle, key=lambda member: rank[member])

"""Articles in, weighted term vectors out: what a pair of articles is compared by."""

from array import array
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, fields, replace
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from digest.cluster._furniture import Furniture, furniture, without_furniture
from digest.model import Article
from digest.text.background import Background, background
from digest.text.words import terms, weekdays

Ints = npt.NDArray[np.signedinteger[Any]]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

BODY_CHARACTERS = 3000  # news says what happened first
LEAD_TERMS = 60
HEAVIEST = 50  # terms kept per article
# Tenths, of one occurrence; a vector counts a lead term in the body as well.
TITLE_WEIGHT, LEAD_WEIGHT, BODY_WEIGHT = 13, 5, 3
# A name in more than this part of our own articles tells no events apart [the pandemic in the feeds of May 2020],
OWN_SHARE = 0.13
FEW = 50  # but among so few articles it may be the event.
FULL_EVIDENCE = 100  # body terms from which an article says all that we need
_BATCH = 4096  # articles whose words are counted at once
_FINE = 1 << 24  # steps of weight that are told apart when terms are ranked
_HEAVIEST_WEIGHT = 128.0
_REMEMBERED = 400_000  # words whose terms are kept at hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiles:
    """Articles as the pair score sees them, one row each.

    `terms` has the numbers of each article's heaviest terms, heaviest first, -1 where it has fewer; `whole` their
    weights in its unit vector, `title` those in the unit vector of its title alone, and `names` says which of them
    may be names. `vocabulary` is how many terms there are; `day` is NaN where it is not known; `evidence` is how much
    an article says (0 to 1), `named` the length of that part of its vector that may be names. `weekday` is the day of
    the week that its text names first (0 is Monday, -1 none), and
    `weekdays` has a bit for each that it names. `customs` is the light in which they were seen.
    """

    customs: "Customs"
    terms: npt.NDArray[np.int32]
    whole: npt.NDArray[np.float32]
    title: npt.NDArray[np.float32]
    names: Flags
    named: Floats
    vocabulary: int
    outlet: Ints
    language: Ints
    day: Floats
    evidence: Floats
    weekday: npt.NDArray[np.int8]
    weekdays: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.terms)

    def __add__(self, more: "Profiles") -> "Profiles":
        """These rows and then those, which were read later in the same light."""
        here, there = self._columns(), more._columns()
        joined: dict[str, Any] = {name: np.concatenate([here[name], there[name]]) for name in here}
        return replace(more, **joined)

    def of(self, rows: Ints) -> "Profiles":
        """Some of these rows."""
        return replace(self, **{name: column[rows] for name, column in self._columns().items()})

    def _columns(self) -> dict[str, Any]:
        """What has a row for each article."""
        found = {column.name: getattr(self, column.name) for column in fields(self)}
        return {name: column for name, column in found.items() if isinstance(column, np.ndarray)}


class _Vocabulary(dict[str, int]):
    """Numbers for terms, in the order in which they are met."""

    def __missing__(self, term: str) -> int:
        self[term] = number = len(self)
        return number


class _Reader(dict[str, bytes]):
    """What stands between two spaces, and the numbers of its terms, four bytes each; no term reaches across a space."""

    def __init__(self, language: str, vocabulary: _Vocabulary) -> None:
        super().__init__()
        self.language = language
        self.vocabulary = vocabulary

    def __missing__(self, written: str) -> bytes:
        found = array("i", [self.vocabulary[term] for term in terms(written, self.language)]).tobytes()
        if len(self) >= _REMEMBERED:
            self.clear()
        self[written] = found
        return found

    def read(self, text: str) -> bytes:
        return b"".join(map(self.__getitem__, text.split()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Customs:
    """What is usual among some articles, and the numbers that stand for what they say.

    By these other articles are weighed like them: what their outlets print under everything, and for each language how
    many articles there are and how many of them have each term. Numbers are given to what is new as it is met.
    """

    furniture: Furniture
    vocabulary: _Vocabulary = field(default_factory=_Vocabulary)
    outlets: _Vocabulary = field(default_factory=lambda: _Vocabulary({"": -1}))
    readers: dict[str, _Reader] = field(default_factory=dict)
    articles: dict[str, int] = field(default_factory=dict)
    counts: dict[str, Ints] = field(default_factory=dict)

    def reader(self, language: str) -> _Reader:
        if language not in self.readers:
            self.readers[language] = _Reader(language, self.vocabulary)
        return self.readers[language]

    def learn(self, language: str, articles: int, batches: Sequence["_Counts"]) -> None:
        counts = np.zeros(len(self.vocabulary), dtype=np.int64)
        for batch in batches:
            counts += np.bincount(batch.terms, minlength=len(counts))
        self.articles[language], self.counts[language] = articles, counts

    def of(self, language: str) -> tuple[int, Ints]:
        """How many articles were learned from, and how many of them have each of the terms known by now."""
        counts = np.zeros(len(self.vocabulary), dtype=np.int64)
        learned = self.counts.get(language, counts[:0])
        counts[: len(learned)] = learned
        return self.articles.get(language, 0), counts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    """How often which term is in which of some consecutive articles: in tenths as weighed by place, and in titles."""

    rows: npt.NDArray[np.int32]
    terms: npt.NDArray[np.int32]
    tenths: npt.NDArray[np.int32]
    titles: npt.NDArray[np.int16]


def profiles(articles: Sequence[Article], outlets: Sequence[str], customs: Customs | None = None) -> Profiles:
    """One profile for each article, in their order; term weights come from the articles and the background table.

    `outlets` names for each the outlet that it is compared as, empty where it is several. With the `customs` of other
    articles, term weights come from those.
    """
    light = customs or Customs(furniture=furniture(articles))
    languages = [article.language[:2] for article in articles]
    readers = [light.reader(language) for language in languages]
    codes = {language: code for code, language in enumerate(light.readers)}
    spoken = np.array([codes[language] for language in languages], dtype=np.int64)
    told = _Told.of(len(articles))
    cleaned = without_furniture(articles, light.furniture)
    batches = [
        _count(islice(cleaned, _BATCH), readers[start : start + _BATCH], told, start)
        for start in range(0, len(articles), _BATCH)
    ]
    known = list(light.vocabulary)
    shape = (len(articles), HEAVIEST)
    made = Profiles(
        customs=light,
        terms=np.full(shape, -1, dtype=np.int32),
        whole=np.zeros(shape, dtype=np.float32),
        title=np.zeros(shape, dtype=np.float32),
        names=np.zeros(shape, dtype=np.bool_),
        named=np.zeros(len(articles)),
        vocabulary=len(known),
        outlet=np.array([light.outlets[name] for name in outlets], dtype=np.int64),
        language=spoken,
        day=np.array([a.published.timestamp() / 86400 if a.published else np.nan for a in articles]),
        evidence=np.log1p(np.minimum(told.terms, FULL_EVIDENCE)) / np.log1p(FULL_EVIDENCE),
        weekday=told.weekday,
        weekdays=told.weekdays,
    )
    for language in dict.fromkeys(languages):
        spoken_here = spoken == codes[language]
        chosen = [_of_language(batch, spoken_here) for batch in batches]
        if customs is None:
            light.learn(language, int(spoken_here.sum()), chosen)
        days = frozenset(terms(" ".join(weekdays(language)), language))
        _weigh(made, chosen, known, *light.of(language), background(language), days)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What bodies tell beside their words, filled in batch by batch: how many terms they have, and which weekdays."""

    terms: Floats
    weekday: npt.NDArray[np.int8]
    weekdays: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, articles: int) -> "_Told":
        return cls(
            terms=np.zeros(articles),
            weekday=np.full(articles, -1, dtype=np.int8),
            weekdays=np.zeros(articles, dtype=np.uint8),
        )

    def name_days(self, rows: Ints, numbers: npt.NDArray[np.int32], readers: Sequence[_Reader]) -> None:
        """`numbers` are those of terms, in the order in which the articles `rows` have them."""
        named = _weekdays(readers)
        days = np.full(len(numbers), -1, dtype=np.int8)
        if named:
            known = np.array(sorted(named), dtype=np.int32)
            place = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
            is_day = known[place] == numbers
            days[is_day] = np.array([named[number] for number in known.tolist()], dtype=np.int8)[place[is_day]]
        places = np.flatnonzero(days >= 0)
        self.weekday[rows[places][::-1]] = days[places][::-1]  # the one that is written last is the first
        np.bitwise_or.at(self.weekdays, rows[places], np.left_shift(1, days[places]).astype(np.uint8))


def _weekdays(readers: Sequence[_Reader]) -> dict[int, int]:
    """The day of the week by the number of its name, in the languages of these readers."""
    spoken = {reader.language: reader for reader in readers}
    named = {language: [reader.read(day) for day in weekdays(language)] for language, reader in spoken.items()}
    return {
        int(np.frombuffer(number, dtype=np.int32)[0]): day
        for days in named.values()
        for day, number in enumerate(days)
        if number
    }


def _count(texts: Iterator[tuple[str, str]], readers: Sequence[_Reader], told: _Told, start: int) -> _Counts:
    """The counts of one batch; what its bodies tell beside goes into `told`.

    Article, term and weight of each occurrence are one number, so that equal ones meet by sorting.
    """
    heads, bodies = bytearray(), bytearray()
    head_ends, body_ends = [0], [0]
    for (title, body), reader in zip(texts, readers, strict=True):
        heads += reader.read(title)
        bodies += reader.read(body[:BODY_CHARACTERS])
        head_ends.append(len(heads) // 4)
        body_ends.append(len(bodies) // 4)
    lengths = np.diff(np.array(body_ends))
    rows = np.arange(len(readers))
    told.terms[start : start + len(readers)] = lengths
    told.name_days(np.repeat(rows, lengths) + start, np.frombuffer(bodies, dtype=np.int32), readers)
    place = np.arange(body_ends[-1]) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    weight = np.where(place < LEAD_TERMS, LEAD_WEIGHT + BODY_WEIGHT, BODY_WEIGHT)
    keys = np.concatenate(
        [
            _packed(np.repeat(rows, np.diff(np.array(head_ends))), heads, np.full(head_ends[-1], TITLE_WEIGHT)),
            _packed(np.repeat(rows, lengths), bodies, weight),
        ]
    )
    keys.sort()
    ends = np.flatnonzero(np.diff(keys >> 4, prepend=-1))
    weights = (keys & 15).astype(np.int32)
    totals = np.add.reduceat(weights, ends) if len(keys) else weights
    in_title = (weights == TITLE_WEIGHT).astype(np.int16)
    return _Counts(
        rows=((keys[ends] >> 40) + start).astype(np.int32),
        terms=((keys[ends] >> 4) & ((1 << 36) - 1)).astype(np.int32),
        tenths=totals,
        titles=np.add.reduceat(in_title, ends) if len(keys) else in_title,
    )


def _packed(rows: Ints, numbers: bytearray, weights: Ints) -> Ints:
    return (rows << 40) | (np.frombuffer(numbers, dtype=np.int32).astype(np.int64) << 4) | weights


def _weigh(
    made: Profiles,
    batches: Sequence[_Counts],
    known: Sequence[str],
    articles: int,
    counts: Ints,
    prior: Background,
    days: Set[str],
) -> None:
    """Fill in the rows of one language, where so many articles have so many with each term.

    The background is a prior: it counts as so many articles more, so that it rules among few articles and yields to
    their own counts among many (Dirichlet smoothing, Zhai and Lafferty 2004). What a good part
    of the articles names tells no events apart, nor do the `days` of the week.
    """
    met = np.zeros(len(known), dtype=np.bool_)
    for batch in batches:
        met[batch.terms] = True
    used = np.flatnonzero(met)
    rarity = np.zeros(len(known))
    shares = np.array([prior.share(known[term]) for term in used.tolist()])
    rarity[used] = np.log((articles + prior.weight) / (counts[used] + prior.weight * shares))
    names = np.zeros(len(known), dtype=np.bool_)
    rare = used[counts[used] < OWN_SHARE * (articles + FEW)]
    names[rare] = [known[term] not in days and prior.may_be_name(known[term]) for term in rare.tolist()]
    for batch in batches:
        _heaviest(made, batch, np.maximum(rarity, 0.0), names)


def _of_language(batch: _Counts, spoken: Flags) -> _Counts:
    mask = spoken[batch.rows]
    if mask.all():
        return batch
    return _Counts(rows=batch.rows[mask], terms=batch.terms[mask], tenths=batch.tenths[mask], titles=batch.titles[mask])


def _heaviest(made: Profiles, batch: _Counts, rarity: Floats, names: Flags) -> None:
    """The heaviest terms of each article, damped counts times rarity, at length 1; of equals the first met."""
    if not len(batch.rows):
        return
    start = int(batch.rows[0])
    rows, size = batch.rows.astype(np.int64) - start, int(batch.rows[-1]) - start + 1
    weights = np.log1p(batch.tenths / 10) * rarity[batch.terms]
    titles = np.log1p(batch.titles) * rarity[batch.terms]
    title_length = np.sqrt(np.bincount(rows, titles * titles, minlength=size))
    order = _descending(rows, weights)
    sizes = np.bincount(rows, minlength=size)
    rank = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    kept = (rank < HEAVIEST) & (weights[order] > 0)
    order, rank = order[kept], rank[kept]
    rows, weights, titles, numbers = rows[order], weights[order], titles[order], batch.terms[order]
    length = np.sqrt(np.bincount(rows, weights * weights, minlength=size))
    made.terms[rows + start, rank] = numbers
    made.whole[rows + start, rank] = weights / length[rows]
    made.title[rows + start, rank] = titles / np.maximum(title_length[rows], 1e-9)
    made.names[rows + start, rank] = names[numbers]
    made.named[start : start + size] += np.sqrt(
        np.bincount(rows, (weights / length[rows]) ** 2 * names[numbers], minlength=size)
    )


def _descending(rows: Ints, weights: Floats) -> Ints:
    """The order by row and falling weight, then as it was: by sorting one number of row, weight and place each."""
    falling = _FINE - 1 - np.minimum(np.rint(weights * (_FINE / _HEAVIEST_WEIGHT)), _FINE - 1).astype(np.int64)
    keys = (rows << 50) | (falling << 26) | np.arange(len(rows))
    keys.sort()
    return keys & ((1 << 26) - 1)

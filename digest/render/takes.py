"""The takes of a brief as their readers see them: sorted by label, outlets before speakers, and how they are spread."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digest.model import EDITOR, LABELS, Take
from digest.render.cited import Cited, Said, at, said
from digest.render.words import Words
from digest.text.people import People

MANY = 3  # more takes than this are many: a format may fold them
UNJUDGED = "not judged"
MIXED = "mixed: the other side has room, too"
_MISSING = {
    "positive": "one-sided: no positive take among {n}",
    "skeptical": "one-sided: no skeptical take among {n}",
}
_ONCE = "who is listed more than once counts once"
_FEW = 3  # takes with a clear stance: fewer cannot be one-sided
_SIDED = 2  # takes for one side: a single one may be a mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Angle:
    """A take: `who` is the outlet, or "speaker, in outlet"; `target` is None if the story's takes share one.

    `chance` is how likely its label is, in words, empty if that says little, or of a speaker; `note` says why it
    is neutral, or not judged, or that the other side has room; it may be empty.
    """

    who: str
    outlet: str
    speaker: str | None
    target: str | None
    article: Cited
    evidence: tuple[Said, ...]
    chance: str
    note: str

    @property
    def url(self) -> str | None:
        """Opens the article at the evidence."""
        return at(self.article, self.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Camp:
    """The takes with one label."""

    label: str
    takes: tuple[Angle, ...]

    @property
    def many(self) -> bool:
        return len(self.takes) > MANY


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many takes have a label; `start` and `width` are its part of a bar of 100, `percent` the same for a table.

    All percents together are 100: those that lose most by rounding down are rounded up.
    """

    label: str
    count: int
    start: float
    width: float
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How the judged takes of a story are spread: `line` says it, and `warning`, if there is one, that a side is
    missing; `once`, if there is one, that fewer are counted than are listed.
    """

    shares: tuple[Share, ...]
    line: str
    warning: str
    once: str


def camps(takes: Sequence[Take], cited: Mapping[str, Cited], words: Words) -> tuple[Camp, ...]:
    """By label, in the order of labels, those not judged last."""
    show_target = len({take.target for take in takes}) > 1
    sorted_out: dict[str, list[Take]] = {}
    for take in takes:
        sorted_out.setdefault(take.stance.label if take.stance else UNJUDGED, []).append(take)
    return tuple(
        Camp(
            label=label,
            takes=tuple(_angle(take, cited, words, show_target=show_target) for take in _surest(sorted_out[label])),
        )
        for label in (*LABELS, UNJUDGED)
        if label in sorted_out
    )


def spread(takes: Iterable[Take], words: Words) -> Spread | None:
    """None if no take is judged. Somebody whom several outlets quote counts once, by what is clearest of him."""
    listed = [take for take in takes if take.stance]
    judged = _by_person(listed)
    counts = _counts(judged)
    total = sum(counts)
    if not total:
        return None
    parts = shares(counts)
    line = ", ".join(f"{share.count} {words.find(share.label)}" for share in parts if share.count)
    missing = [label for label in LABELS[:2] if not counts[LABELS.index(label)]]
    clear = sum(map(_is_clear, judged))
    one_sided = clear >= _FEW and len(missing) == 1 and total - counts[LABELS.index("neutral")] >= _SIDED
    warning = words.say(_MISSING[missing[0]], n=clear) if one_sided else ""
    once = words.find(_ONCE) if len(judged) < len(listed) else ""
    return Spread(shares=parts, line=line, warning=warning, once=once)


def tally(takes: Iterable[Take]) -> tuple[int, int, int]:
    """How many are positive, skeptical and neutral, everybody counted once."""
    return _counts(_by_person([take for take in takes if take.stance]))


def _counts(judged: Iterable[Take]) -> tuple[int, int, int]:
    counts = Counter(take.stance.label for take in judged if take.stance)
    return counts[LABELS[0]], counts[LABELS[1]], counts[LABELS[2]]


def shares(counts: Sequence[int]) -> tuple[Share, ...]:
    """How many takes are positive, skeptical and neutral, as parts of a bar."""
    total, start, found = sum(counts) or 1, 0, []
    for label, count, percent in zip(LABELS, counts, _percents(counts), strict=True):
        width, before = round(100 * count / total, 2), round(100 * start / total, 2)
        found.append(Share(label=label, count=count, start=before, width=width, percent=percent))
        start += count
    return tuple(found)


def _percents(counts: Sequence[int]) -> list[int]:
    """Whole ones that add up to 100 (the method of the largest remainder), or to 0."""
    total = sum(counts) or 1
    found = [100 * count // total for count in counts]
    lost = sorted(range(len(counts)), key=lambda place: (-(100 * counts[place] % total), place))
    for place in lost[: (100 if any(counts) else 0) - sum(found)]:
        found[place] += 1
    return found


def _by_person(judged: Sequence[Take]) -> list[Take]:
    """The takes of outlets, and one of each speaker: the editor's, or else the surest that takes a side."""
    people = People(take.speaker for take in judged if take.speaker)
    found: dict[str | int, Take] = {}
    for number, take in enumerate(judged):
        key = (take.speaker and people.key(take.speaker)) or number
        if key not in found or _weight(take) > _weight(found[key]):
            found[key] = take
    return list(found.values())


def _weight(take: Take) -> tuple[bool, bool, bool, float]:
    """Which of two takes of one speaker says more."""
    stance = take.stance
    if stance is None:
        return False, False, False, 0.0
    return stance.by == EDITOR, stance.label != "neutral", _is_clear(take), stance.score


def _is_clear(take: Take) -> bool:
    """A note on a neutral take says that it is not, unless the editor says so."""
    return take.stance is not None and (take.stance.label != "neutral" or take.stance.by == EDITOR or not take.note)


def _surest(takes: Sequence[Take]) -> list[Take]:
    """Outlets before speakers, whose chances are another kind of guess; of each the surest first."""
    return sorted(takes, key=lambda take: (take.speaker is not None, -take.stance.score if take.stance else 0.0))


def _chance(take: Take, words: Words) -> str:
    """None of a speaker: how often those come true was never measured; nor of what the editor set."""
    stance = take.stance
    if stance is None or stance.label == "neutral" or stance.by == EDITOR or take.speaker:
        return ""
    return words.number(stance.score, percent=True)


def _angle(take: Take, cited: Mapping[str, Cited], words: Words, *, show_target: bool) -> Angle:
    spoken = take.speaker and words.say("{speaker}, in {outlet}", speaker=take.speaker, outlet=take.outlet)
    return Angle(
        who=spoken or take.outlet,
        outlet=take.outlet,
        speaker=take.speaker,
        target=take.target if show_target else None,
        article=cited[take.article],
        evidence=said(take.evidence, cited, take.cues),
        chance=_chance(take, words),
        note="; ".join(words.kept(note) for note in (take.note, MIXED if take.mixed else "") if note),
    )

"""The takes of a brief as their readers see them: sorted by label, the surest first, and how they are spread."""

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
_FEW = 3  # takes with a clear stance: fewer cannot be one-sided
_SIDED = 2  # takes for one side: a single one may be a mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Angle:
    """A take: `who` is the outlet, or "speaker, in outlet"; `target` is None if the story's takes share one.

    `chance` is how likely its label is, in words, empty if that says little; `note` says why it is neutral, or not
    judged, or that the other side has room; it may be empty.
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
    """How many takes of `total` have a label; `start` and `width` are its part of a bar of 100."""

    label: str
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How the judged takes of a story are spread: `line` says it, and `warning`, if there is one, that a side is
    missing.
    """

    shares: tuple[Share, ...]
    line: str
    warning: str


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
    judged = _by_person([take for take in takes if take.stance])
    counts = Counter(take.stance.label for take in judged if take.stance)
    total = counts.total()
    if not total:
        return None
    parts = shares([counts[label] for label in LABELS])
    line = ", ".join(f"{share.count} {words.find(share.label)}" for share in parts if share.count)
    missing = [label for label in ("positive", "skeptical") if not counts[label]]
    clear = sum(map(_is_clear, judged))
    one_sided = clear >= _FEW and len(missing) == 1 and total - counts["neutral"] >= _SIDED
    warning = words.say(_MISSING[missing[0]], n=clear) if one_sided else ""
    return Spread(shares=parts, line=line, warning=warning)


def shares(counts: Sequence[int]) -> tuple[Share, ...]:
    """How many takes are positive, skeptical and neutral, as parts of a bar."""
    total, start, found = sum(counts) or 1, 0, []
    for label, count in zip(LABELS, counts, strict=True):
        width, before = round(100 * count / total, 2), round(100 * start / total, 2)
        found.append(Share(label=label, count=count, start=before, width=width))
        start += count
    return tuple(found)


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
    return sorted(takes, key=lambda take: -take.stance.score if take.stance else 0.0)


def _angle(take: Take, cited: Mapping[str, Cited], words: Words, *, show_target: bool) -> Angle:
    sided = take.stance is not None and take.stance.label != "neutral"
    spoken = take.speaker and words.say("{speaker}, in {outlet}", speaker=take.speaker, outlet=take.outlet)
    return Angle(
        who=spoken or take.outlet,
        outlet=take.outlet,
        speaker=take.speaker,
        target=take.target if show_target else None,
        article=cited[take.article],
        evidence=said(take.evidence, cited, take.cues),
        chance=words.number(take.stance.score, percent=True)
        if take.stance and sided and take.stance.by != EDITOR
        else "",
        note="; ".join(words.kept(note) for note in (take.note, MIXED if take.mixed else "") if note),
    )

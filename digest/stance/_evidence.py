"""Which sentences show a stance, which words in them, and whether the other side has room."""

from digest.model import Label, Span, Voice
from digest.stance._clauses import weighed
from digest.stance._cues import AGAINST, FOR, Cue, cues, own_cues
from digest.stance._speech import is_turned, leans
from digest.text.words import terms

_ROOM = 3  # cues of the other side that are clearly a voice, if they are twice as many as those of this side


def evidence(voice: Voice, target: str, label: Label, limit: int) -> tuple[Span, ...]:
    """The sentences that show the label, the best one first; one is enough to show a neutral voice.

    An outlet that does not judge is shown by what it reports, whoever said it.
    """
    spans = voice.spans
    if not spans or (label == "neutral" and voice.speaker is None):
        spans = voice.article.sentences or (voice.article.title_span,)
    if len(spans) == 1:
        return spans
    wanted = set(terms(target, voice.article.language))
    weights = [_weight(voice, target, span, label, wanted) for span in spans]
    ranked = sorted(range(len(spans)), key=lambda number: (-weights[number][0], -weights[number][1], number))
    shown = ranked[:1] + [number for number in ranked[1:limit] if weights[number][0] > 0]
    return tuple(spans[number] for number in shown)


def _weight(voice: Voice, target: str, span: Span, label: Label, wanted: set[str]) -> tuple[float, float]:
    """How far the cues of a sentence speak for the label, and how much it is about the target."""
    about = len(wanted & set(terms(span.of(voice.article.text), voice.article.language))) / max(len(wanted), 1)
    if label == "neutral":
        return 0.0, about
    balance = sum(weight * _speaks(voice, target, span, cue, label) for cue, weight in _cues(voice, span))
    return balance + about / 2 if balance > 0 else 0.0, about


def cue_spans(voice: Voice, target: str, span: Span, label: Label) -> tuple[Span, ...]:
    """The words of a sentence that speak for the label, and the "not" or the question mark that makes them do so.

    In the order of the text, and without overlap.
    """
    if label == "neutral":
        return ()
    marked = {
        place
        for cue, _ in _cues(voice, span)
        if _speaks(voice, target, span, cue, label) > 0
        for place in (cue.span, cue.turned)
        if place is not None
    }
    found: list[Span] = []
    for place in sorted(marked):
        if not found or place.start >= found[-1].end:
            found.append(place)
    return tuple(found)


def _cues(voice: Voice, span: Span) -> tuple[tuple[Cue, float], ...]:
    text = voice.article.text
    return weighed(text, span) if voice.speaker else tuple((cue, 1.0) for cue in own_cues(text, span))


def _speaks(voice: Voice, target: str, span: Span, cue: Cue, label: Label) -> float:
    return leans(cue, target, label, turned=is_turned(voice, target, span, cue))


def is_mixed(voice: Voice, label: Label) -> bool:
    """Has an outlet that takes a side given the other side room, in the words of those it quotes?

    A speaker says what he says, and an outlet that is neutral has no other side.
    """
    if voice.speaker is not None or label == "neutral":
        return False
    own = set(voice.spans)
    said = [cue for span in voice.article.sentences if span not in own for cue in cues(voice.article.text, span)]
    groups = [cue.group for cue in said]
    counts = {"positive": sum(map(FOR.__contains__, groups)), "skeptical": sum(map(AGAINST.__contains__, groups))}
    this, other = ("positive", "skeptical") if label == "positive" else ("skeptical", "positive")
    return counts[other] >= max(_ROOM, 2 * counts[this])

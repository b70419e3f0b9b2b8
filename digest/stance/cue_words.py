"""The default stance model: cue words, weighed."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Interval

from digest.model import LABELS, Label, Quote, Span, Stance, Take, Voice
from digest.stance._cues import cues, own_cues
from digest.stance._features import features, reading
from digest.stance._linear import chances, shipped
from digest.text.words import terms, word_spans

_VERSION = "cue-words-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class CueWords:
    """Judges by words of doubt, criticism and praise, in the title and on the whole, and by how a voice writes.

    What others say is left to their own takes, plain bad news is no doubt, and a negation turns a cue round. The
    weights are those of a logistic regression; the score is its chance for the label. English only: a voice in another
    language comes out neutral, mostly, with a score that says little.

    `evidence`: how many sentences at most show the stance, 1 or more.
    """

    evidence: Annotated[int, Interval(ge=1, le=10)] = 2

    def __call__(self, voice: Voice, target: str) -> Take:
        """The take of `voice` towards `target`, a few words such as the headline of a story or a name."""
        stance = self._stance(voice, target)
        spans = _evidence(voice, target, stance.label if stance else "neutral", self.evidence)
        return Take(
            outlet=voice.article.outlet,
            speaker=voice.speaker,
            article=voice.article.id,
            target=target,
            stance=stance,
            evidence=tuple(Quote.cut(voice.article, span) for span in spans),
        )

    def _stance(self, voice: Voice, target: str) -> Stance | None:
        if not any(word_spans(span.of(voice.article.text)) for span in voice.spans):
            return None
        found = chances(features(voice, target), shipped()[reading(voice, target)])
        label = max(LABELS, key=lambda one: found[one])
        return Stance(label=label, score=round(found[label], 3), by=_VERSION)


def _evidence(voice: Voice, target: str, label: Label, limit: int) -> tuple[Span, ...]:
    """The sentences that show the label best, in the order of the text; one is enough to show a neutral voice.

    An outlet that does not judge is shown by what it reports, whoever said it.
    """
    spans = voice.spans
    if not spans or (label == "neutral" and voice.speaker is None):
        spans = voice.article.sentences or (voice.article.title_span,)
    wanted = set(terms(target, voice.article.language))
    weights = [_weight(voice, span, label, wanted) for span in spans]
    ranked = sorted(range(len(spans)), key=lambda number: (-weights[number][0], -weights[number][1], number))
    shown = ranked[:1] + [number for number in ranked[1 : max(limit, 1)] if weights[number][0] > 0]
    return tuple(spans[number] for number in sorted(shown))


def _weight(voice: Voice, span: Span, label: Label, wanted: set[str]) -> tuple[float, float]:
    """How far the cues of a sentence speak for the label, and how much it is about the target."""
    text = voice.article.text
    about = len(wanted & set(terms(span.of(text), voice.article.language))) / max(len(wanted), 1)
    if label == "neutral":
        return 0.0, about
    weights = shipped()["passage"]
    find = own_cues if voice.speaker is None else cues
    pairs = [weights.get("#" + cue.group, (0.0, 0.0)) for cue in find(text, span)]
    positive = sum(pair[0] - pair[1] for pair in pairs)
    balance = positive if label == "positive" else -positive
    return balance + about / 2 if balance > 0 else 0.0, about

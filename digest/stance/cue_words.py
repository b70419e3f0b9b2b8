"""The default stance model: how a text is written, which words stand where, and cue words."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from annotated_types import Interval

from digest.model import Label, Quote, Stance, Take, Voice
from digest.stance._evidence import cue_spans, evidence, is_mixed
from digest.stance._judge import judge
from digest.stance._weights import SHIPPED, load
from digest.text.language import base
from digest.text.words import word_spans

_VERSION = "cue-words-4"
UNCLEAR = "no clear stance"
FOREIGN = "stance not judged for this language"


@dataclass(frozen=True, slots=True, kw_only=True)
class CueWords:
    """Judges an outlet by how it writes and by its words of doubt, criticism and praise, in the title and on the whole.

    What others say is left to their own takes, plain bad news is no doubt, and a negation turns a cue round. The score
    is the chance of the label, as it turned out on texts not trained on; of a speaker it is a guess. English only: of a
    voice in another language it says that it does not judge.

    `evidence`: how many sentences at most show the stance, 1 or more. `sure`: a voice comes out neutral, with the note
    "no clear stance", where the chance of its label is less than this; higher is more often right and finds less.
    `weights`: a file that `python -m digest.stance.train` made, instead of the shipped one.
    """

    evidence: Annotated[int, Interval(ge=1, le=10)] = 2
    sure: Annotated[float, Interval(ge=0, le=1)] = 0.3
    weights: Path = SHIPPED

    def __call__(self, voice: Voice, target: str) -> Take:
        """The take of `voice` towards `target`, a few words such as the headline of a story or a name."""
        stance, note = self._stance(voice, target)
        label = stance.label if stance else "neutral"
        spans = evidence(voice, target, label, self.evidence)
        # Where nothing else may be quoted of an outlet, its headline is.
        marked = {*spans} if voice.speaker else {*spans, voice.article.title_span}
        return Take(
            outlet=voice.article.outlet,
            speaker=voice.speaker,
            article=voice.article.id,
            target=target,
            stance=stance,
            evidence=tuple(Quote.cut(voice.article, span) for span in spans),
            cues=tuple(cue for span in sorted(marked) for cue in cue_spans(voice, target, span, label)),
            mixed=is_mixed(voice, label),
            note=note,
        )

    def check(self) -> None:
        """PluginError if the weights cannot be read, or lack a part."""
        load(self.weights)

    def _stance(self, voice: Voice, target: str) -> tuple[Stance | None, str]:
        if base(voice.article.language) != "en":
            return None, FOREIGN
        if not any(word_spans(span.of(voice.article.text)) for span in voice.spans):
            return None, ""
        label, chances, clear = judge(voice, target, load(self.weights))
        unclear = not clear or (label != "neutral" and chances[label] < self.sure)
        chosen: Label = "neutral" if unclear else label
        stance = Stance(label=chosen, score=round(chances[chosen], 3), by=_VERSION)
        return stance, UNCLEAR if unclear else ""

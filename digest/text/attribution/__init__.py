"""Attribution: who says what in a text, found by pattern.

Three forms are known: quotations in any marks (`"..." said X`, `X said: "..."`, a pull quote over `— X`), indirect
speech with a reporting verb (`X said that ...`, `..., X said`, `according to X, ...`), and interview turns (`X: ...` at
a paragraph's head). Contents, speakers and cues are those of PolNeAR (Newell, Margolin and Ruths, LREC 2018), which
calls the speaker a source. The patterns know English verbs, and those of direct speech in German, French and Spanish.

All patterns are bounded and anchored, so that the time is linear in the length of the text.
"""

from digest.text.attribution.find import attributions
from digest.text.attribution.names import Names, names
from digest.text.attribution.quotations import quotations
from digest.text.attribution.record import Attribution
from digest.text.attribution.speakers import is_speech
from digest.text.attribution.who import is_person, is_pronoun, people

__all__ = [
    "Attribution",
    "Names",
    "attributions",
    "is_person",
    "is_pronoun",
    "is_speech",
    "names",
    "people",
    "quotations",
]

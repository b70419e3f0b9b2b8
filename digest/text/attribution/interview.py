"""Interview turns: a name and a colon at a paragraph's head."""

import re

from digest.model import Span
from digest.text.attribution.names import NAME_WORD, NEXT_WORD
from digest.text.attribution.record import Attribution
from digest.text.sentences import is_prose

_LABEL = re.compile(rf"({NAME_WORD}(?:{NEXT_WORD}){{0,3}}): ?(?=\S)")

# What is in no name, but in a rubric: "READ MORE", "MOVE OF THE RACE".
_COMMON = frozenset(
    "a about also and at by day for from in more of on our photo read related see the to video watch".split()
)


def turns(text: str, paragraphs: list[Span]) -> tuple[Attribution, ...]:
    """Interview turns, one attribution per paragraph; what has no label goes on for the speaker before it.

    Labels of two speakers or more, one of whom comes twice, make an interview, if they are full names or parts of one;
    anything less is a caption, a "Note:" or a list. A heading ends a turn.
    """
    labels = {paragraph.start: match for paragraph in paragraphs if (match := _LABEL.match(text, *paragraph))}
    labels = {start: match for start, match in labels.items() if not _COMMON & set(match.group(1).casefold().split())}
    texts = [match.group(1) for match in labels.values()]
    full = sorted({label for label in texts if " " in label or (label.isupper() and texts.count(label) > 1)})
    whose = {part: name for name in reversed(full) for part in (*name.split(), name)}
    known = {start for start, match in labels.items() if match.group(1) in whose}
    speakers = {whose[labels[start].group(1)] for start in known}
    if not 1 < len(speakers) < len(known):
        return ()
    found: list[Attribution] = []
    speaker: Span | None = None
    for paragraph in paragraphs:
        match = labels[paragraph.start] if paragraph.start in known else None
        if match:
            speaker = Span(*match.span(1))
        elif not is_prose(paragraph.of(text)):
            speaker = None
        if speaker:
            content = Span(match.end() if match else paragraph.start, paragraph.end)
            found.append(Attribution(content=content, speaker=speaker, cue=None, direct=True))
    return tuple(found)

"""The record of who says what."""

from dataclasses import dataclass

from digest.model import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Somebody says something: spans of the text given; `speaker` and `cue` None where the text shows none.

    `direct`: the content is a quotation as a whole (its marks included) or an interview turn.
    """

    content: Span
    speaker: Span | None
    cue: Span | None
    direct: bool

"""What an artifact says, whatever its language: the quotes that it claims, and the words beside them."""

from collections.abc import Iterable
from dataclasses import dataclass

MARK = "\ufffc"  # stands in the words beside quotes where a quote was; it is no word and no quotation mark
PAIRS = ("“”", "‘’", "„“", "‚‘", "«»", "‹›")  # of quotation marks that formats put around quotes
DASHES = ("—", "–", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Words that an artifact gives as a quote, with article and offsets where the artifact tells them."""

    text: str
    article: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """`credits` stand in a quote's place without being quotes: they may say who is quoted, and nothing else.

    `rest` is what can be read beside the quotes, a line for each block, a MARK for each quote.
    """

    claims: tuple[Claim, ...] = ()
    credits: tuple[str, ...] = ()
    rest: str = ""

    @classmethod
    def joined(cls, readings: "Iterable[Reading]") -> "Reading":
        every = tuple(readings)
        return cls(
            claims=tuple(claim for reading in every for claim in reading.claims),
            credits=tuple(credit for reading in every for credit in reading.credits),
            rest="\n".join(reading.rest for reading in every),
        )


def bare(text: str) -> str:
    """Without its quotation marks, if it has both; with one of them it will equal no quote."""
    return text[1:-1] if len(text) > 1 and text[0] + text[-1] in PAIRS else text

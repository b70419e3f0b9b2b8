"""Where the sources do not agree, side by side; which of them is right is not for a program to say."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from digest.model import Point
from digest.sections._amounts import Differing, differing
from digest.sections._echoes import Heard, Pair, drifted, pairs
from digest.sections._reading import Line, Reading
from digest.sections._remarks import Remark
from digest.sections.quotes import KNOWN
from digest.text.language import base


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreements:
    """One remark of two speakers, one remark in differing words, and figures that differ, each with its sentences."""

    def __call__(self, reading: Reading, limit: int) -> Iterator[Point] | None:
        if not any(base(article.language) in KNOWN for article in reading.story.articles):
            return None
        found = sorted(pairs(reading.remarks), key=lambda pair: -pair.shared * pair.weight)
        heard = Heard(reading.remarks)
        kinds: list[Iterable[Point]] = [
            (_conflict(pair) for pair in found if heard.misattributed(pair)),
            _drifts(list(drifted(found))),
            (_figures(one) for one in differing((*_headlines(reading), *reading.lines))),
        ]
        return (point for point in chain.from_iterable(zip_longest(*kinds)) if point)


def _headlines(reading: Reading) -> Iterator[Line]:
    """Much of what feeds bring is told in their headlines alone."""
    return (Line(article=article, span=article.title_span, place=0) for article in reading.story.articles)


def _conflict(pair: Pair) -> Point:
    one, other = pair.one, pair.other
    return Point(quotes=(one.quote(), other.quote()), label=f"attributed to {one.speaker} and to {other.speaker}")


def _drifts(found: Sequence[Pair]) -> Iterator[Point]:
    """Pairs of versions of one remark, best first; before each, what is a third version for one of the two, if any.

    All three may be more than may be quoted.
    """
    for number, pair in enumerate(found):
        both = {remark.place: remark for remark in (pair.one, pair.other)}
        for other in found[number + 1 :]:
            if other.one.place in both or other.other.place in both:
                both |= {remark.place: remark for remark in (other.one, other.other)}
                yield _drift(sorted(both.values(), key=lambda remark: remark.article.when))
                break
        yield _drift((pair.one, pair.other))


def _drift(versions: Sequence[Remark]) -> Point:
    return Point(
        quotes=tuple(version.quote() for version in versions), label=f"{versions[0].speaker}, in differing words"
    )


def _figures(found: Differing) -> Point:
    written = " / ".join(figure.written for figure in found.figures)
    return Point(quotes=tuple(figure.line.quote() for figure in found.figures), label=f"figures that differ: {written}")

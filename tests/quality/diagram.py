"""python -m tests.quality.diagram DATA: how far the chances of the stance model are to be trusted, as a picture.

DATA is the folder that the training reads. For each set in it the model is trained anew without the fold that is judged,
five times; docs/images/reliability.svg is written, and the tables behind it are printed. Equal scores give equal bytes.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from tests.quality.rows import read
from tests.quality.stance import answered, bins, calibration_error, reliability

PICTURE = Path(__file__).parent.parent.parent / "docs" / "images" / "reliability.svg"
_SETS = (
    ("names", "stance/newsmtsc_train.jsonl.zst"),
    ("headlines", "stance/emergent_train.jsonl"),
    ("articles", "stance/takes_dev.jsonl"),
)
_FOLDS = 5
_SIDE, _LEFT, _TOP, _GAP = 150, 42, 26, 34  # a panel, what is left of and above it, and what is between two
_LARGEST = 9  # the radius of a circle that has a third of the labels, or more
_STYLE = (
    "text { font: 11px sans-serif; fill: #222 } .frame { fill: #fff; stroke: #bbb } .even { stroke: #888; "
    "stroke-dasharray: 3 3 } .line { fill: none; stroke: #1d5fa8; stroke-width: 1.5 } circle { fill: #1d5fa8; "
    "fill-opacity: .55 }"
)

Bin = tuple[int, float, float]  # how many labels, the chance that they were said to have, and how many were right


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.quality.diagram", description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, help="the folder of public sets, as docs/stance-model.md names them")
    panels: list[tuple[str, Sequence[Bin]]] = []
    for name, path in _SETS:
        found = answered(read(parser.parse_args().data / path), argparse.Namespace(folds=_FOLDS, part=None))
        print(f"{name}: expected calibration error {calibration_error(*found):.3f}", *reliability(*found), sep="\n")
        panels.append((name, bins(*found)))
    PICTURE.write_text(picture(panels), "utf-8")


def picture(panels: Sequence[tuple[str, Sequence[Bin]]]) -> str:
    """SVG: for each panel a curve of said against right, with a circle a tenth, the larger the more labels it has."""
    width = _LEFT + len(panels) * (_SIDE + _GAP)
    height = _TOP + _SIDE + 38
    said = "; ".join(
        f"{name}: " + ", ".join(f"said {chance:.2f}, right {right:.2f}" for _, chance, right in found)
        for name, found in panels
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"',
        'role="img" aria-labelledby="title said">',
        '<title id="title">How often labels were right, by the chance that they were said to have</title>',
        f'<desc id="said">{said}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text transform="translate(12 {_TOP + _SIDE / 2:.0f}) rotate(-90)" text-anchor="middle">right</text>',
    ]
    for number, (name, found) in enumerate(panels):
        parts += _panel(name, found, _LEFT + number * (_SIDE + _GAP))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(name: str, found: Sequence[Bin], left: int) -> list[str]:
    bottom = _TOP + _SIDE
    total = sum(count for count, _, _ in found) or 1
    places = [(left + _SIDE * said, bottom - _SIDE * right, count / total) for count, said, right in found]
    ticks = [
        f'<text x="{left + _SIDE * at:.0f}" y="{bottom + 14}" text-anchor="middle">{at:g}</text>'
        f'<text x="{left - 5}" y="{bottom - _SIDE * at + 4:.0f}" text-anchor="end">{at:g}</text>'
        for at in (0, 0.5, 1)
    ]
    return [
        f'<text x="{left + _SIDE / 2:.0f}" y="16" text-anchor="middle">{name}</text>',
        f'<rect class="frame" x="{left}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}"/>',
        f'<line class="even" x1="{left}" y1="{bottom}" x2="{left + _SIDE}" y2="{_TOP}"/>',
        *ticks,
        f'<text x="{left + _SIDE / 2:.0f}" y="{bottom + 30}" text-anchor="middle">said</text>',
        '<polyline class="line" points="' + " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in places) + '"/>',
        *(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{max(2.0, _LARGEST * min(3 * share, 1) ** 0.5):.1f}"/>'
            for x, y, share in places
        ),
    ]


if __name__ == "__main__":
    main()

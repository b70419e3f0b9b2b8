"""Scores of the stance model on sentences (newsmtsc), headlines (emergent) and whole articles (takes).

`digest.stance.train.rows` says how a row becomes a voice. Rows whose label is null are skipped. Without `--folds` the
scores are those of the shipped weights, which were trained on newsmtsc_train, emergent_train and takes_dev: on these files
they are training scores. With `--folds N` the same training is done anew N times without a fold (whole groups) of the file,
and the fold is what is scored; word vectors and the tone of comment, which know no labels of these files, stay as shipped.
`--part dev` and `--part held` score four fifths and one fifth of the groups: settings were chosen on the former only.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any
from zlib import crc32

from digest.model import LABELS, Label
from digest.stance._judge import judge
from digest.stance._weights import SHIPPED, Chances, Weights, load
from digest.stance.cue_words import CueWords
from digest.stance.train.learn import learn
from digest.stance.train.rows import Example, examples

_BINS = 10


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--folds", type=int, help="train anew, N times, without the fold that is scored")
    parser.add_argument("--part", choices=("dev", "held"), help="only the groups that settings were chosen on, or not")
    parser.add_argument("--reliability", action="store_true", help="print how often each chance came true")


def score(rows: list[dict[str, Any]], options: Namespace) -> dict[str, float | int]:
    gold, guesses, chances = answered(rows, options)
    if getattr(options, "reliability", False):
        print(*reliability(gold, guesses, chances), sep="\n")
    always = measure(gold, ["neutral"] * len(gold))["macro_f1"]
    error = round(calibration_error(gold, guesses, chances), 4)
    return {**measure(gold, guesses), "calibration_error": error, "always_neutral_macro_f1": always, "rows": len(gold)}


def answered(rows: list[dict[str, Any]], options: Namespace) -> tuple[list[Label], list[Label], list[float]]:
    """What people read in each row, what the model says, and with which chance."""
    gold, answers = _answered(examples(rows), options)
    return gold, [label for label, _ in answers], [chance[label] for label, chance in answers]


def _answered(found: list[Example], options: Namespace) -> tuple[list[Label], list[tuple[Label, Chances]]]:
    part = getattr(options, "part", None)
    folds = getattr(options, "folds", None)
    shown = [one for one in found if part != "dev" or not _is_held(one)]
    scored = [one for one in shown if part != "held" or _is_held(one)]
    if not folds:
        return [one.label for one in scored], _judged(scored, load(SHIPPED))
    if part == "held":
        weights = learn([one for one in found if not _is_held(one)], load(SHIPPED))
        return [one.label for one in scored], _judged(scored, weights)
    gold: list[Label] = []
    answers: list[tuple[Label, Chances]] = []
    for fold in range(folds):
        chosen = [one for one in scored if _fold(one, folds) == fold]
        weights = learn([one for one in shown if _fold(one, folds) != fold], load(SHIPPED))
        gold += [one.label for one in chosen]
        answers += _judged(chosen, weights)
    return gold, answers


def _judged(found: Sequence[Example], weights: Weights) -> list[tuple[Label, Chances]]:
    """What the default says: a label that is less sure than it asks for is neutral."""
    sure = CueWords().sure
    answers: list[tuple[Label, Chances]] = []
    for one in found:
        label, chances, _ = judge(one.voice, one.target, weights)
        answers.append(("neutral" if label != "neutral" and chances[label] < sure else label, chances))
    return answers


def _fold(example: Example, folds: int) -> int:
    return crc32(example.group.encode()) % folds


def _is_held(example: Example) -> bool:
    return crc32(f"{example.group}#hold".encode()) % 5 == 0


def measure(gold: Sequence[Label], guesses: Sequence[Label | None]) -> dict[str, float]:
    """Accuracy, F1 by label and their mean, and precision and recall of labels that are not neutral."""
    pairs = list(zip(gold, guesses, strict=True))
    f1 = {label: _f1(pairs, label) for label in LABELS}
    right = sum(one == other for one, other in pairs if one != "neutral")
    guessed = sum(other in ("positive", "skeptical") for _, other in pairs)
    known = sum(one != "neutral" for one, _ in pairs)
    scores = {
        "accuracy": sum(one == other for one, other in pairs) / max(len(pairs), 1),
        "macro_f1": sum(f1.values()) / len(LABELS),
        **{f"f1_{label}": value for label, value in f1.items()},
        "precision_nonneutral": right / max(guessed, 1),
        "recall_nonneutral": right / max(known, 1),
    }
    return {name: round(value, 4) for name, value in scores.items()}


def _f1(pairs: list[tuple[Label, Label | None]], label: Label) -> float:
    hits = sum(one == other == label for one, other in pairs)
    return 2 * hits / max(sum(one == label for one, _ in pairs) + sum(other == label for _, other in pairs), 1)


def bins(gold: Sequence[Label], guesses: Sequence[Label], chances: Sequence[float]) -> list[tuple[int, float, float]]:
    """For every tenth of chances that has any: how many labels got one, the mean of it, and how many were right."""
    found = []
    for number in range(_BINS):
        inside = [at for at, chance in enumerate(chances) if min(int(chance * _BINS), _BINS - 1) == number]
        if inside:
            right = sum(gold[at] == guesses[at] for at in inside) / len(inside)
            found.append((len(inside), sum(chances[at] for at in inside) / len(inside), right))
    return found


def calibration_error(gold: Sequence[Label], guesses: Sequence[Label], chances: Sequence[float]) -> float:
    """Expected calibration error: how far chance and share of right labels lie apart, over tenths of chances."""
    return sum(count * abs(said - right) for count, said, right in bins(gold, guesses, chances)) / max(len(gold), 1)


def reliability(gold: Sequence[Label], guesses: Sequence[Label], chances: Sequence[float]) -> list[str]:
    """The same as lines of a table."""
    rows = bins(gold, guesses, chances)
    return [
        "| labels | said | right |",
        "|---|---|---|",
        *(f"| {n} | {said:.2f} | {right:.2f} |" for n, said, right in rows),
    ]

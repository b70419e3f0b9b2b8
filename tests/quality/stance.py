"""Scores of the stance model on sentences (newsmtsc), headlines (emergent) and whole articles (takes).

A sentence with its target marked (`start`) is a voice of one passage; a headline is an article without a body, towards
a claim; a row with a `title` is an outlet's voice in a whole article. Rows whose label is null are skipped. Without
`--folds` the scores are those of the shipped weights, which were trained on newsmtsc_train, emergent_train and
takes_dev: on these files they are training scores. With `--folds N` the same training is done anew N times without a
fold (whole groups) of the file, and the fold is what is scored; the few sentences and headlines that are read as
passages are scored by the shipped weights for passages, which only saw articles.
"""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from digest.model import LABELS, Label, Span, Story, Voice
from digest.stance import voices
from digest.stance._features import Features, Reading, features, reading
from digest.stance._linear import chances, shipped
from digest.stance.cue_words import CueWords
from tests.quality.articles import article


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A row as the model sees it."""

    group: str
    voice: Voice
    target: str
    label: Label
    reading: Reading
    features: Features
    trains: bool  # sentences and headlines teach nothing about the passages that articles are


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--folds", type=int, help="train anew, N times, without the fold that is scored")


def score(rows: list[dict[str, Any]], options: Namespace) -> dict[str, float | int]:
    found = examples(rows)
    guesses = _folded(found, options.folds) if getattr(options, "folds", None) else _shipped(found)
    gold = [example.label for example in found]
    always = measure(gold, ["neutral"] * len(gold))["macro_f1"]
    return {**measure(gold, guesses), "always_neutral_macro_f1": always, "rows": len(found)}


def examples(rows: list[dict[str, Any]]) -> list[Example]:
    return [_example(row) for row in rows if row["label"] is not None]


def _example(row: dict[str, Any]) -> Example:
    voice = _voice(row)
    target = row["target"]
    kind = reading(voice, target)
    return Example(
        group=str(row["group"]),
        voice=voice,
        target=target,
        label=row["label"],
        reading=kind,
        features=features(voice, target),
        trains=kind != "passage" or "title" in row,
    )


def _voice(row: dict[str, Any]) -> Voice:
    if "title" in row:
        whole = article(row)
        return voices(Story(id="story", title=whole.title, articles=(whole,)))[0]
    if "start" in row:
        # A sentence has no title: an article of nothing else than its own words, all of them said by one voice.
        only = article({**row, "title": "-"})
        return Voice(article=only, speaker=None, spans=(Span(3, len(only.text)),))
    only = article({"id": row["id"], "title": row["text"]})
    return Voice(article=only, speaker=None, spans=(only.title_span,))


def _shipped(found: list[Example]) -> list[Label | None]:
    model = CueWords()
    takes = [model(example.voice, example.target) for example in found]
    return [take.stance.label if take.stance else None for take in takes]


def _folded(found: list[Example], folds: int) -> list[Label | None]:
    from tests.quality.train_stance import fit  # needs numpy and scipy, which the shipped model does not

    fold_of = [crc32(example.group.encode()) % folds for example in found]
    guesses: list[Label | None] = [None] * len(found)
    for fold in range(folds):
        for kind in sorted({example.reading for example in found}):
            pairs = [(at, one) for at, one in zip(fold_of, found, strict=True) if one.reading == kind]
            known = [(one.features, one.label) for at, one in pairs if at != fold and one.trains]
            weights = fit(kind, known) if known else shipped()[kind]
            for number, example in enumerate(found):
                if fold_of[number] == fold and example.reading == kind:
                    chance = chances(example.features, weights)
                    guesses[number] = max(LABELS, key=lambda label: chance[label])
    return guesses


def measure(gold: list[Label], guesses: list[Label | None]) -> dict[str, float]:
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

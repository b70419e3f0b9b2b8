"""The command: python -m digest.stance.train DATA [FILE ...] [--out WEIGHTS]."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from digest.errors import ConfigError
from digest.stance._weights import SHIPPED, Weights, dump
from digest.stance.train.learn import learn
from digest.stance.train.rows import Row, examples, labelled, read, unlearned
from digest.stance.train.tone import tone_weights
from digest.stance.train.vectors import word_vectors

_LABELLED = (
    "stance/newsmtsc_train.jsonl.zst",
    "stance/emergent_train.jsonl",
    "stance/takes_dev.jsonl",
)
_NOTE = (
    "note: {path}: nothing is learned from {count} labelled rows, the first of which is row {row}: they are a "
    "speaker's words, which are judged by cue words with fixed weights\n"
)
_ARTICLES, _LEADS = "cluster/allsides.jsonl.zst", "summary/neus_train.jsonl.zst"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m digest.stance.train", description="Train the stance model.")
    parser.add_argument("data", type=Path, help="the folder of public sets, as docs/stance-model.md names them")
    parser.add_argument("files", nargs="*", type=Path, help="more labelled rows of your own, in the same format")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="where the weights go; without it, into the package")
    options = parser.parse_args()
    try:
        for path in options.files:
            if passed := unlearned(labelled(path)):
                sys.stderr.write(_NOTE.format(path=path, count=len(passed), row=passed[0]))
        sys.stdout.write(json.dumps(train(options.data, options.files, options.out)) + "\n")
    except ConfigError as error:
        parser.exit(2, f"error: {error}\nnext: {error.hint}\n")


def train(data: Path, files: Sequence[Path], out: Path) -> dict[str, int]:
    """Weights into `out`; how many features each part of them has. ConfigError names what cannot be learned from."""
    rows = [row for path in [*(data / name for name in _LABELLED), *files] for row in labelled(path)]
    articles = read(data / _ARTICLES)
    texts = list(_texts(articles, read(data / _LEADS)))
    start = Weights(vectors=word_vectors(texts), nets=(), linear={"tone": tone_weights(articles)})
    weights = learn(examples(rows), start)
    out.write_bytes(dump(weights))
    return {name: len(found) for name, found in weights.linear.items()}


def _texts(articles: list[Row], leads: list[Row]) -> Iterator[str]:
    for row in [*articles, *(article for story in leads for article in story["articles"])]:
        yield f"{row['title'] or ''}\n{row['text'] or ''}"


if __name__ == "__main__":
    main()

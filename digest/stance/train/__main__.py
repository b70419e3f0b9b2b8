"""The command: python -m digest.stance.train DATA [FILE ...] [--out WEIGHTS]."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from digest.stance._weights import SHIPPED, Weights, dump
from digest.stance.train.learn import learn
from digest.stance.train.rows import Row, examples, read
from digest.stance.train.tone import tone_weights
from digest.stance.train.vectors import word_vectors

_LABELLED = (
    "stance/newsmtsc_train.jsonl.zst",
    "stance/emergent_train.jsonl",
    "stance/takes_dev.jsonl",
)
_ARTICLES, _LEADS = "cluster/allsides.jsonl.zst", "summary/neus_train.jsonl.zst"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m digest.stance.train", description="Train the stance model.")
    parser.add_argument("data", type=Path, help="the folder of public sets, as docs/stance-model.md names them")
    parser.add_argument("files", nargs="*", type=Path, help="more labelled rows of your own, in the same format")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="where the weights go; without it, into the package")
    options = parser.parse_args()
    articles = read(options.data / _ARTICLES)
    texts = list(_texts(articles, read(options.data / _LEADS)))
    start = Weights(vectors=word_vectors(texts), nets=(), linear={"tone": tone_weights(articles)})
    rows = [row for path in [*(options.data / name for name in _LABELLED), *options.files] for row in read(path)]
    weights = learn(examples(rows), start)
    options.out.write_bytes(dump(weights))
    sys.stdout.write(json.dumps({name: len(found) for name, found in weights.linear.items()}) + "\n")


def _texts(articles: list[Row], leads: list[Row]) -> Iterator[str]:
    for row in [*articles, *(article for story in leads for article in story["articles"])]:
        yield f"{row['title'] or ''}\n{row['text'] or ''}"


if __name__ == "__main__":
    main()

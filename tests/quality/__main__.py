"""python -m tests.quality TASK FILE [options]: print one JSON line of scores.

TASK is cluster, stance, summary, extract or quotes; FILE is JSON Lines (`.zst` too) in the formats of docs/quality.md.
Every task is a module beside this one with `score(rows, options) -> dict`, and `add_arguments(parser)` if it has options.
"""

import argparse
import importlib
import json
import sys
from pathlib import Path

from tests.quality.rows import read

TASKS = ("cluster", "stance", "summary", "extract", "quotes")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.quality", description=__doc__.split("\n")[0])
    parser.add_argument("task", choices=TASKS)
    task = parser.parse_args(sys.argv[1:2]).task
    module = importlib.import_module(f"tests.quality.{task}")
    parser.add_argument("file", type=Path)
    parser.add_argument("--limit", type=int, help="score the first N rows only")
    if hasattr(module, "add_arguments"):
        module.add_arguments(parser)
    options = parser.parse_args()
    scores = module.score(read(options.file)[: options.limit], options)
    print(json.dumps({"task": task, "file": options.file.name, **scores}))


if __name__ == "__main__":
    main()

"""The quality gate: pinned floors on public sets, each with the hash of its set. A floor is never lowered silently.

Where a set is not beside the project its test is skipped; docs/quality.md says what the sets are.
"""

import argparse
import hashlib
import importlib
import json
from typing import Any

import pytest

from tests.quality.rows import read
from tests.replay import ROOT, SHARED

FLOORS: list[dict[str, Any]] = json.loads((ROOT / "tests" / "quality" / "floors.json").read_text("utf-8"))


@pytest.mark.parametrize("pin", FLOORS, ids=lambda pin: f"{pin['task']}-{pin['file'].rsplit('/', 1)[-1].split('.')[0]}")
def test_no_score_falls_below_its_floor(pin: dict[str, Any]) -> None:
    path = SHARED / "data" / pin["file"]
    if not path.is_file():
        pytest.skip(f"{pin['file']} is not beside the project")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == pin["sha256"], "the set has changed: pin its scores anew"
    task = importlib.import_module(f"tests.quality.{pin['task']}")
    parser = argparse.ArgumentParser()
    if hasattr(task, "add_arguments"):
        task.add_arguments(parser)
    scores = task.score(read(path)[: pin.get("limit")], parser.parse_args(pin.get("options", [])))
    below = {name: (scores[name], floor) for name, floor in pin["floors"].items() if scores[name] < floor}
    assert not below, f"(score, floor): {below}"

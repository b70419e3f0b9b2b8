"""python -m tests.bench NAME: measure whole commands, a JSON line each. Numbers wobble: compare them within one run.

replay   build two issues from the replayed feeds of spring 2020 (needs the recordings; see tests/replay.py)
start    `digest --help` against importing click and rich, and the five real seed files, if they are here
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.replay import ROOT, SHARED, replay


def measure(command: list[str], **labels: object) -> dict[str, Any]:
    """Run a command; wall and CPU seconds, peak memory in MB, and what it printed."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as printed:
        process = subprocess.Popen(command, stdout=printed, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - began
        printed.seek(0)
        text = printed.read().decode()
    return {
        **labels,
        "exit": process.returncode,
        "wall_s": round(wall, 2),
        "cpu_s": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mb": round(usage.ru_maxrss / 1024),
        "printed": text,
    }


def bench_replay() -> None:
    with tempfile.TemporaryDirectory() as name, replay(Path(name)) as server:
        for at in ("2020-05-04T09:00+12:00", "2020-05-10T09:00+12:00"):
            server.move(at)
            command = [sys.executable, "-m", "digest", "build", "-c", str(server.config), "--out", f"{name}/out"]
            found = measure([*command, "--now", at, "--json"], build=at)
            report = json.loads(found.pop("printed"))
            counts = {key: report[key] for key in ("feeds", "entries", "articles", "stories", "artifacts", "seconds")}
            (edition,) = report["editions"]
            print(json.dumps(found | counts | {key: edition[key] for key in ("more", "continuing")}))


def bench_start() -> None:
    print(json.dumps(_median([sys.executable, "-c", "import click, rich"], "import click, rich")))
    print(json.dumps(_median([sys.executable, "-m", "digest", "--help"], "digest --help")))
    if (SHARED / "seeds").is_dir():
        with tempfile.TemporaryDirectory() as name:
            config = str(ROOT / "tests" / "data" / "five-seeds.yaml")
            store = f"sqlite:///{name}/digest.db"
            command = [sys.executable, "-m", "digest", "build", "-c", config, "--out", name, "--store", store]
            print(json.dumps(_median(command, "five seeds")))


def _median(command: list[str], label: str) -> dict[str, object]:
    walls = [measure(command)["wall_s"] for _ in range(5)]
    return {"command": label, "first_s": walls[0], "median_s": statistics.median(walls)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("name", choices=["replay", "start"])
    {"replay": bench_replay, "start": bench_start}[parser.parse_args().name]()

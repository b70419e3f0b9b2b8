"""python -m tests.bench NAME: measure whole commands, a JSON line each. Numbers wobble: compare them within one run.

replay   build two issues from the replayed feeds of spring 2020 (needs the recordings; see tests/replay.py)
parse    the recorded feeds, each read once, against plain feedparser
poll     `digest fetch` of 1,000 and of 10,000 local feeds, first new and then unchanged, against a bare loop
cluster  generated articles with planted stories, 1,000 to 100,000, against scikit-learn if it is here
summarize  the methods of sumy, ours beside sumy's own, and the default on a large story and a week, beside sumy's; briefs
summarize-all  the same with sumy's LexRank and TextRank on 3,000 sentences, too, which takes minutes
briefs   a large story and a week of real ones, told to the end, part by part (needs the data of tests/quality)
send     10,000 recipients on one and on four connections, beside a bare loop of smtplib; signatures; memory
kill     `digest send` to 500 recipients, killed at 120 system calls and starved at some, which takes half an hour
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
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

from tests.bench.briefs import bench_briefs
from tests.bench.clustering import bench_cluster
from tests.bench.parsing import bench_parse
from tests.bench.polling import bench_poll
from tests.bench.sending import bench_kill, bench_send
from tests.bench.summarizing import bench_summarize
from tests.replay import ROOT, SHARED, replay


def measure(command: list[str], **labels: object) -> dict[str, Any]:
    """Run a command; wall and CPU seconds, peak memory in MB of it and its children together, and what it printed."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as printed:
        process = subprocess.Popen(command, stdout=printed, stderr=subprocess.DEVNULL)
        with _watched(process.pid) as peak:
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
        "peak_mb": round(max([usage.ru_maxrss / 1024, *peak])),
        "printed": text,
    }


@contextmanager
def _watched(pid: int) -> Iterator[list[float]]:
    """Memory in MB of a process and all that it started, each shared page counted once, ten times a second."""
    seen: list[float] = []
    done = Event()

    def look() -> None:
        while not done.wait(0.1):
            seen.append(sum(map(_memory, _family(pid))) / 1024)

    watcher = Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


def _family(pid: int) -> list[int]:
    """A process, its children, theirs ..."""
    try:
        threads = Path(f"/proc/{pid}/task").iterdir()
        children = [child for thread in threads for child in (thread / "children").read_text().split()]
    except OSError:  # gone, or no Linux
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def _memory(pid: int) -> int:
    """In kB, shared pages divided among those that share them."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)


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


def _summarize(everything: bool = False) -> None:
    bench_summarize(everything)
    bench_briefs()


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


def _printed(bench: Callable[[], Iterator[dict[str, Any]]]) -> None:
    for found in bench():
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    benches = {
        "replay": bench_replay,
        "cluster": bench_cluster,
        "parse": bench_parse,
        "poll": bench_poll,
        "summarize": _summarize,
        "summarize-all": partial(_summarize, everything=True),
        "briefs": bench_briefs,
        "send": partial(_printed, bench_send),
        "kill": partial(_printed, bench_kill),
        "start": bench_start,
    }
    parser.add_argument("name", choices=benches)
    benches[parser.parse_args().name]()

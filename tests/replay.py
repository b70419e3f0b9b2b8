"""Serve the recorded feeds of spring 2020 on loopback, for tests and benchmarks; `available()` says whether they are here."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SERVER = SHARED / "tools" / "replay_feeds.py"


def available() -> bool:
    return SERVER.is_file()


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A running server, and `feeds.yaml` of tests/data/replay.yaml pointed at it."""

    base: str
    config: Path

    def move(self, at: str) -> None:
        """Set the server's clock."""
        with urllib.request.urlopen(f"{self.base}/__clock?at={at}") as answer:
            answer.read()


@contextmanager
def replay(folder: Path, at: str = "2020-05-04T09:00+12:00") -> Iterator[Replay]:
    """A server on a free port whose clock stands at `at`, with its configuration in `folder`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, str(SERVER), "--port", str(port), "--at", at], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        if not process.stdout.readline():
            raise RuntimeError("the replay server did not start")
        base = f"http://127.0.0.1:{port}"
        _wait(base)
        config = folder / "feeds.yaml"
        text = (ROOT / "tests" / "data" / "replay.yaml").read_text("utf-8")
        config.write_text(text.replace("http://127.0.0.1:8700", base), "utf-8")
        yield Replay(base=base, config=config)
    finally:
        process.terminate()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _wait(base: str) -> None:
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"{base}/__report") as answer:
                answer.read()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the replay server does not answer")

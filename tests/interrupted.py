"""`digest send` in processes of its own, killed or starved at a system call that somebody chose, until it is done."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mailing import EDITION, Place, place

ROOT = Path(__file__).parent.parent
KILL = "signal=KILL"
# What a mailing does to the world: the database, the mail server, the journal and the disk, the lock file.
CALLS = ("pwrite64", "sendto", "write", "fsync,fdatasync", "unlink")


@dataclass(frozen=True)
class Fault:
    """What happens to which system call, when it is made for the so-many-th time (`7`, or `7+` for all from there)."""

    calls: str
    what: str
    when: str

    @property
    def strace(self) -> list[str]:
        quiet = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={self.calls}"]
        return [*quiet, "-e", f"inject={self.calls}:{self.what}:when={self.when}"]


@dataclass
class Log:
    """What the mail server has taken: a line of recipient and Message-ID each."""

    path: Path

    def recipients(self) -> Counter[str]:
        return Counter(line.split(" ")[0] for line in self.path.read_text().splitlines())

    def ids(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for line in self.path.read_text().splitlines():
            recipient, id = line.split(" ")
            found.setdefault(recipient, set()).add(id)
        return found


@contextmanager
def sink(log: Path) -> Iterator[int]:
    """aiosmtpd in a process of its own, at this port."""
    log.touch()
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.mailsink", str(log)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert server.stdout
    try:
        yield int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


@contextmanager
def installed(folder: Path, count: int, **mail: object) -> Iterator[tuple[Place, Log]]:
    with sink(folder / "log") as port:
        says = {"host": "127.0.0.1", "port": port, "security": "none", "bounces": "bounce@example.org"} | mail
        yield place(folder, says, count, domains=7), Log(folder / "log")


def send(made: Place, *options: str, fault: Fault | None = None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "digest", "send", "-c", str(made.config), *options]
    return subprocess.run([*(fault.strace if fault else []), *command], capture_output=True, text=True, cwd=ROOT)


def go_through(made: Place, faults: Sequence[Fault]) -> int:
    """One run for each fault, and then as many as it takes; returns how many were killed."""
    killed = sum(send(made, fault=fault).returncode == -9 for fault in faults)
    for _ in range(3):
        done = send(made, "--resume")
        if done.returncode == 0:
            return killed
    raise AssertionError(done.stderr)


def wrongs(made: Place, log: Log, killed: int) -> list[str]:
    """What is not as promised: nobody twice, and nobody missing but those reported as uncertain, one a kill at most."""
    taken = log.recipients()
    rows = made.sql(
        "SELECT s.address, d.state FROM deliveries d JOIN subscribers s ON s.id = d.subscriber WHERE d.edition = ?",
        EDITION,
    )
    found = [f"{who} got {count}" for who, count in taken.items() if count > 1]
    found += [f"{who} is {state} and got none" for who, state in rows if state != "uncertain" and who not in taken]
    found += [f"{who} is {state}" for who, state in rows if state not in ("sent", "uncertain")]
    uncertain = sum(state == "uncertain" for _, state in rows)
    return found + ([f"{uncertain} are uncertain after {killed} kills"] if uncertain > killed else [])

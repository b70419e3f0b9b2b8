"""Nobody is mailed twice and nobody is left out, whenever the process is killed, the disk is full, or others run too."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.interrupted import KILL, ROOT, Fault, go_through, installed, send, wrongs

STRACE = pytest.mark.skipif(
    not shutil.which("strace") or subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode != 0,
    reason="strace kills at chosen system calls (apt-get install strace)",
)
# Each run does a little more of the mailing than where it is killed; `python -m tests.bench kill` tries many more.
POINTS = [
    *(("pwrite64", when) for when in (1, 9, 30, 47)),
    *(("sendto", when) for when in (1, 3, 6, 11, 16)),
    *(("write", when) for when in (2, 5, 8)),
    *(("fsync,fdatasync", when) for when in (1, 2, 4)),
]


@STRACE
def test_killed_at_many_points_it_mails_nobody_twice_and_leaves_nobody_out(tmp_path: Path) -> None:
    with installed(tmp_path, count=40) as (made, log):
        killed = go_through(made, [Fault(calls, KILL, str(when)) for calls, when in POINTS])
        assert killed >= 10
        assert not wrongs(made, log, killed)


@STRACE
def test_killed_with_several_connections_it_keeps_the_same_promise(tmp_path: Path) -> None:
    points = [("sendto", 9), ("pwrite64", 25), ("write", 6)]
    with installed(tmp_path, count=60, connections=3) as (made, log):
        killed = go_through(made, [Fault(calls, KILL, str(when)) for calls, when in points])
        assert killed
        assert not wrongs(made, log, killed * 3)


@STRACE
@pytest.mark.parametrize("fault", [
    Fault("pwrite64", "error=ENOSPC", "30+"),
    Fault("write", "error=ENOSPC", "6"),
    Fault("fsync,fdatasync", "error=EIO", "2+"),
    Fault("pwrite64", "error=EIO", "40"),
], ids=lambda fault: f"{fault.calls}-{fault.what}")  # fmt: skip
def test_a_disk_that_fails_stops_it_with_a_message_and_costs_nobody(fault: Fault, tmp_path: Path) -> None:
    with installed(tmp_path, count=30) as (made, log):
        failed = send(made, fault=fault)
        assert failed.returncode == 1, failed.stderr
        assert "error: " in failed.stderr
        assert "next: " in failed.stderr
        assert "Traceback" not in failed.stderr
        assert len(log.recipients()) < 30
        go_through(made, [])
        assert not wrongs(made, log, 1)


@STRACE
def test_sent_again_on_demand_nobody_is_missing_and_duplicates_share_their_message_id(tmp_path: Path) -> None:
    with installed(tmp_path, count=12, on_uncertain="resend") as (made, log):
        killed = go_through(made, [Fault("sendto", KILL, str(when)) for when in (4, 8)])
        taken = log.recipients()
        assert len(taken) == 12
        assert sum(taken.values()) - 12 <= killed
        assert all(len(ids) == 1 for ids in log.ids().values())


def test_five_at_once_mail_each_recipient_once(tmp_path: Path) -> None:
    with installed(tmp_path, count=60) as (made, log):
        command = [sys.executable, "-m", "digest", "send", "-c", str(made.config), "--json"]
        runs = [subprocess.Popen(command, stdout=-1, stderr=-1, text=True, cwd=ROOT) for _ in range(5)]
        said = [run.communicate() for run in runs]
        assert [run.returncode for run in runs] == [0] * 5, said
        assert not wrongs(made, log, 0)
    reports = [json.loads(out) for out, _ in said]
    assert sum(report["running_elsewhere"] for report in reports) <= 4
    assert any(report["finished"] for report in reports)


def test_a_second_process_says_that_one_is_running(tmp_path: Path) -> None:
    with installed(tmp_path, count=40, rate="2 per second") as (made, log):
        command = [sys.executable, "-m", "digest", "send", "-c", str(made.config)]
        first = subprocess.Popen(command, stdout=-1, stderr=-1, text=True, cwd=ROOT)
        _wait_for(lambda: bool(log.recipients()))
        second = send(made)
        assert (second.returncode, "already running" in second.stderr) == (0, True)
        first.send_signal(signal.SIGTERM)
        _, told = first.communicate(timeout=30)
        assert first.returncode == 0
        assert "run `digest send` again" in told
        assert made.states().get("sending", 0) == made.states().get("uncertain", 0) == 0
        assert 0 < made.states()["sent"] == len(log.recipients()) < 40


def test_a_process_that_was_killed_is_taken_over_at_once(tmp_path: Path) -> None:
    with installed(tmp_path, count=30, rate="20 per second") as (made, log):
        command = [sys.executable, "-m", "digest", "send", "-c", str(made.config)]
        first = subprocess.Popen(command, stdout=-1, stderr=-1, cwd=ROOT)
        _wait_for(lambda: len(log.recipients()) > 3)
        os.kill(first.pid, signal.SIGKILL)
        first.communicate()
        assert send(made).returncode == 0
        assert not wrongs(made, log, 1)


def _wait_for(what: "object") -> None:
    deadline = time.monotonic() + 60
    while not what():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)

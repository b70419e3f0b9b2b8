"""`digest serve`, killed at a system call that somebody chose: what it has answered is done, or will be."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.parser import BytesHeaderParser
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlencode

import pytest

from digest.mailing import Consent, Subscriber, address_key
from digest.store.sql import SqlStore
from digest.tokens import signed
from tests.interrupted import KILL, ROOT, Fault
from tests.serving import SECRET, folder_of

pytestmark = pytest.mark.skipif(
    not shutil.which("strace") or subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode != 0,
    reason="strace kills at chosen system calls (apt-get install strace)",
)
FAULTS = [
    Fault("pwrite64", KILL, "25"),
    Fault("pwrite64", KILL, "45"),
    Fault("pwrite64", KILL, "65"),
    Fault("fsync,fdatasync", KILL, "6"),
    Fault("fsync,fdatasync", KILL, "10"),
    Fault("fsync,fdatasync", KILL, "14"),
    Fault("rename", KILL, "1"),
    Fault("sendto", KILL, "1"),
]


@contextmanager
def served(folder: Path, fault: Fault | None) -> Iterator[int | None]:
    """The port of a server, None if it was killed before it had one."""
    command = [sys.executable, "-m", "digest", "serve", "-c", str(folder / "feeds.yaml"), "--out", str(folder / "out")]
    with subprocess.Popen(
        [*(fault.strace if fault else []), *command, "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,  # so that both are ended, strace and what it looks at
    ) as process:
        assert process.stderr
        found = re.search(r"127\.0\.0\.1:(\d+)", process.stderr.readline())
        try:
            yield int(found[1]) if found else None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL if fault else signal.SIGTERM)
            process.wait(20)


def post(port: int, path: str, fields: dict[str, str], network: int) -> bool:
    """Whether it was answered that this is done."""
    head = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": f"198.51.{network}.1"}
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("POST", path, urlencode(fields), head)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def test_what_was_answered_is_not_lost(tmp_path: Path) -> None:
    """Whoever was told to look into the mailbox has one mail there; whoever was told to be unsubscribed is."""
    folder, now = folder_of(tmp_path), datetime.now(UTC)
    store_url = f"sqlite:///{folder}/digest.db"
    with SqlStore(store_url) as store:
        store.subscribers.admit([member(number, now) for number in range(len(FAULTS))])
    asked, left, killed = [], [], 0
    stamp = signed(SECRET, "form", format(int(now.timestamp()) - 60, "x"), now + timedelta(hours=1))
    for number, fault in enumerate([*FAULTS, None]):
        with served(folder, fault) as port:
            for which in range(4) if port else []:
                address = f"new{number}-{which}@example.org"
                if post(port or 0, "/subscribe/weekly", {"address": address, "stamp": stamp}, number):
                    asked.append(address)
            if fault and port and post(port, f"/unsubscribe/{signed(SECRET, 'unsubscribe', f'm{number}')}", {}, number):
                left.append(f"m{number}")
            if fault:
                killed += port is None or not post(
                    port, "/unsubscribe/" + signed(SECRET, "unsubscribe", "nobody"), {}, 99
                )
                continue
            until = monotonic() + 30
            with SqlStore(store_url) as store:
                # Those that a killed process was about to answer are its own for ten minutes.
                while store.subscribers.waiting() > killed and monotonic() < until:
                    sleep(0.1)
    assert killed >= 5
    assert len(asked) >= 8
    mails = list((folder / "out" / "Maildir" / "answers" / "new").glob("*.eml"))
    written = [str(BytesHeaderParser().parsebytes(path.read_bytes())["To"]) for path in mails]
    assert len(written) == len(set(written))
    with SqlStore(store_url) as store:
        waiting = store.subscribers.waiting()
        assert len(set(asked) - set(written)) <= waiting <= killed
        assert [store.subscribers.of(id).state for id in left] == ["left"] * len(left)  # type: ignore[union-attr]


def member(number: int, now: datetime) -> Subscriber:
    address = f"m{number}@example.org"
    return Subscriber(
        id=f"m{number}",
        edition="weekly",
        address=address,
        key=address_key(SECRET, address),
        state="active",
        created=now,
        confirmed=now,
        consent=Consent(at=now, form="import", text="", network=""),
    )

"""How fast a mailing goes out, beside a bare loop of smtplib that sends the same bytes to the same server."""

import json
import resource
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from digest.app.letters import Addressing, message_of, the_issue, the_letter
from digest.app.send import Send
from digest.app.setup import open_store, read_config, the_edition
from digest.cli.progress import progress
from digest.deliver.mail.dkim import Identity, Signer
from digest.deliver.mail.envelope import Envelope, envelope
from digest.deliver.mail.queue import Time
from tests.mailing import place

RECIPIENTS = 10_000


@contextmanager
def sink() -> Iterator[int]:
    server = subprocess.Popen([sys.executable, "-m", "tests.mailsink"], stdout=subprocess.PIPE, text=True)
    assert server.stdout
    try:
        yield int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait()


def bench_send(recipients: int = RECIPIENTS) -> Iterator[dict[str, Any]]:
    """Bare loop and mailing take turns, so that a busy machine is as busy for both."""
    ratios: dict[int, list[float]] = {1: [], 4: []}
    for _ in range(3):
        bare = _bare(recipients)
        yield {"bench": "send", "what": "bare smtplib loop", "per_s": round(bare)}
        for connections, found in ratios.items():
            ran = _mailing(recipients, connections=connections)
            found.append(ran["per_s"] / bare)
            yield {"bench": "send", "what": "digest send", "connections": connections, **ran}
    for connections, found in ratios.items():
        yield {"bench": "send", "connections": connections, "of_bare": [round(ratio, 2) for ratio in found]}
    small = _mailing(recipients // 10, connections=1)
    yield {"bench": "send", "what": "a tenth of the recipients", "peak_mb": small["peak_mb"]}
    one, two = (_mailing(300, connections=1, signing=processes)["per_s"] for processes in (1, 2))
    yield {"bench": "send", "what": "DKIM", "one_process_per_s": one, "two_per_s": two, "ratio": round(two / one, 2)}
    one, two = (_signing(processes) for processes in (1, 2))
    said = {"one_process_per_s": round(one, 1), "two_per_s": round(two, 1), "ratio": round(two / one, 2)}
    yield {"bench": "send", "what": "signatures alone", **said}


def bench_kill() -> Iterator[dict[str, Any]]:
    """500 recipients, killed at 120 points in all, and a failing disk at some; how many of the promises were broken."""
    from tests import interrupted

    for connections in (1, 3):
        with (
            tempfile.TemporaryDirectory() as folder,
            interrupted.installed(Path(folder), 500, connections=connections) as (made, log),
        ):
            points = [(calls, 1 + number * step) for calls, step in _STEPS for number in range(12)]
            faults = [interrupted.Fault(calls, interrupted.KILL, str(when)) for calls, when in points]
            faults += [interrupted.Fault(calls, what, "20+") for calls, what in _FAILING]
            killed = interrupted.go_through(made, faults)
            wrong = interrupted.wrongs(made, log, (killed + len(_FAILING)) * connections)
            taken, states = log.recipients(), made.states()
        yield {
            "bench": "kill", "connections": connections, "points": len(points), "killed": killed, "states": states,
            "mailed": len(taken), "twice": sum(count > 1 for count in taken.values()), "broken": wrong,
        }  # fmt: skip


_STEPS = (("pwrite64", 5), ("sendto", 3), ("write", 2), ("fsync,fdatasync", 1), ("unlink", 1))
_FAILING = (("pwrite64", "error=ENOSPC"), ("fsync,fdatasync", "error=EIO"), ("pwrite64", "error=EIO"))


def _bare(recipients: int) -> float:
    with tempfile.TemporaryDirectory() as folder, sink() as port:
        made = place(Path(folder), None, 1)
        config = read_config(made.config)
        with open_store(config) as store:
            message = message_of(config, the_issue(store, the_edition(config, None), None))
        letter = the_letter(message, "weekly", "2026-11-20")
        to = Addressing(web="https://news.example.org", bounces="bounce@example.org", sender="", secrets=[b"s" * 32])
        data = envelope(letter, to.of("ab12", "r@d.example"), b"s" * 32, datetime(2026, 11, 20, tzinfo=UTC)).data
        smtp = smtplib.SMTP("127.0.0.1", port)
        began = time.perf_counter()
        for number in range(recipients):
            smtp.sendmail("bounce@example.org", f"r{number}@d.example", data)
        seconds = time.perf_counter() - began
        smtp.quit()
        return recipients / seconds


def _signing(processes: int, count: int = 200) -> float:
    """Signatures a second, of a message of 36 kB."""
    with tempfile.TemporaryDirectory() as folder:
        key = _key(Path(folder)).read_bytes()
    data = b"From: a@example.org\r\n\r\n" + (b"x" * 70 + b"\r\n") * 500
    message = Envelope(sender="a", recipient="b", name="n", data=data, utf8=False)
    with Signer(Identity(domain="example.org", selector="s1", key=key), processes) as signer:
        for started in [signer.sign(message) for _ in range(2 * processes)]:
            started.result()
        began = time.perf_counter()
        for made in [signer.sign(message) for _ in range(count)]:
            made.result()
        return count / (time.perf_counter() - began)


def _key(folder: Path) -> Path:
    path = folder / "key.pem"
    subprocess.run(["openssl", "genrsa", "-traditional", "-out", path, "2048"], check=True, stderr=subprocess.DEVNULL)
    return path


def _mailing(recipients: int, *, connections: int, signing: int = 0) -> dict[str, Any]:
    """In a process of its own, for its memory."""
    with tempfile.TemporaryDirectory() as folder, sink() as port:
        mail: dict[str, Any] = {"host": "127.0.0.1", "port": port, "security": "none", "bounces": "bounce@example.org"}
        mail |= {"connections": connections, "per_connection": 100_000}
        if signing:
            _key(Path(folder))
            mail["dkim"] = {"domain": "example.org", "selector": "s1", "key": "file:key.pem"}
        place(Path(folder), mail, recipients, domains=50)
        command = [sys.executable, "-m", "tests.bench.sending", folder, str(signing)]
        ran = subprocess.run(command, check=True, capture_output=True, text=True)
        return dict(json.loads(ran.stdout))


def _measured(folder: Path, signing: int) -> dict[str, Any]:
    config = read_config(folder / "feeds.yaml")
    if signing:
        from digest.deliver.mail import dkim

        dkim.PROCESSES = signing
    with open_store(config) as store, progress() as display:
        run = Send(
            config=config,
            store=store,
            store_url=None,
            out=folder,
            web="https://news.example.org",
            time=Time(clock=lambda: datetime.now(UTC), ticks=time.monotonic, wait=time.sleep),
            progress=display,
            warn=lambda text: print(text, file=sys.stderr),
        )
        began = time.perf_counter()
        mailed = run.issue(the_edition(config, None), None)
        seconds = time.perf_counter() - began
    assert mailed.counts.sent == mailed.counts.recipients, mailed
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"per_s": round(mailed.counts.sent / seconds, 1), "seconds": round(seconds, 2), "peak_mb": round(peak)}


if __name__ == "__main__":
    print(json.dumps(_measured(Path(sys.argv[1]), int(sys.argv[2]))))

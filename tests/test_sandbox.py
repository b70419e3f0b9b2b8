"""What reads hostile bytes is stopped when it takes too much, and nothing else notices."""

import ctypes
import functools
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest import errors
from digest.errors import DigestError, FeedError
from digest.ingest.sandbox import Caller, Inline, Overrun, Sandbox, SandboxError
from tests.replay import ROOT

MB = 1 << 20


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(1) as sandbox:
        yield sandbox


def refuse(subject: str) -> None:
    raise FeedError(subject, "is no feed", "open it")


class StubbornError(Exception):
    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} and {two}")


def be_stubborn() -> None:
    raise StubbornError("this", "that")


def chatter() -> str:
    print("x" * 100_000)
    os.write(1, b"\x00" * 100_000)
    os.write(2, b"\x00" * 100_000)
    return sys.stdin.read() + "done"


def burn() -> None:
    while True:
        pass


hoard: list[bytearray] = []


def keep(size: int) -> None:
    hoard.append(bytearray(size))


@pytest.mark.parametrize("hang", [functools.partial(time.sleep, 60), burn])
def test_what_takes_too_long_is_killed_and_the_next_call_works(hang: functools.partial[None]) -> None:
    with Sandbox(1, seconds=0.5) as sandbox:
        before = time.monotonic()
        with pytest.raises(Overrun, match=r"^took longer than 0\.5 s and was stopped$"):
            sandbox.call(hang)
        assert time.monotonic() - before < 10
        assert sandbox.call(abs, -3) == 3


def test_the_other_calls_go_on_while_one_hangs() -> None:
    with Sandbox(2, seconds=1) as sandbox:
        stuck = sandbox.submit(time.sleep, 60)
        assert [sandbox.call(abs, -n) for n in range(20)] == list(range(20))
        assert not stuck.done()
        with pytest.raises(Overrun):
            stuck.result()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit address space")
@pytest.mark.parametrize(("memory", "named"), [(512 * MB, "512 MB"), (1024 * MB, "1 GB")])
def test_what_needs_too_much_memory_is_stopped_and_named(memory: int, named: str) -> None:
    with Sandbox(1, memory=memory) as sandbox:
        for size in (memory, 8 * memory):
            with pytest.raises(SandboxError, match=f"^needed more memory than {named} and was stopped$"):
                sandbox.call(bytearray, size)
        assert sandbox.call(abs, -3) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit address space")
def test_arguments_that_do_not_fit_are_named_too() -> None:
    with Sandbox(1, memory=192 * MB) as sandbox, pytest.raises(SandboxError, match="needed more memory"):
        sandbox.call(len, bytes(100 * MB))


def test_a_call_that_leaves_much_behind_leaves_a_new_process_for_the_next_one() -> None:
    """Else it would depend on the calls before whether there is memory for one."""
    with Sandbox(1, memory=512 * MB) as sandbox:
        first = sandbox.call(os.getpid)
        assert sandbox.call(os.getpid) == first
        sandbox.call(keep, 300 * MB)
        assert sandbox.call(os.getpid) != first


@pytest.mark.parametrize("crash", [functools.partial(os._exit, 0), functools.partial(ctypes.string_at, 0), sys.exit])
def test_a_crash_is_named_and_the_next_call_works(sandbox: Sandbox, crash: functools.partial[object]) -> None:
    with pytest.raises(SandboxError, match=r"^ended without an answer"):
        sandbox.call(crash)
    assert sandbox.call(abs, -3) == 3


@pytest.mark.parametrize("caller", ["sandbox", "inline"])
def test_exceptions_of_the_function_are_the_callers(sandbox: Sandbox, caller: str) -> None:
    calls: Caller = sandbox if caller == "sandbox" else Inline()
    with pytest.raises(FeedError, match=r"^https://a\.example: is no feed") as caught:
        calls.call(refuse, "https://a.example")
    assert (caught.value.subject, caught.value.reason, caught.value.hint) == (
        "https://a.example",
        "is no feed",
        "open it",
    )
    with pytest.raises(ValueError, match="invalid literal"):
        calls.submit(int, "x").result()


def test_an_exception_says_where_in_the_other_process_it_was_raised(sandbox: Sandbox) -> None:
    with pytest.raises(FeedError) as caught:
        sandbox.call(refuse, "x")
    assert "in refuse" in caught.value.__notes__[0]


def test_an_exception_that_cannot_travel_is_told_in_words(sandbox: Sandbox) -> None:
    with pytest.raises(RuntimeError, match=r"^StubbornError: this and that"):
        sandbox.call(be_stubborn)


def test_a_result_that_cannot_travel_is_an_error(sandbox: Sandbox) -> None:
    with pytest.raises(Exception, match="pickle"):
        sandbox.call(sys._getframe)
    assert sandbox.call(abs, -3) == 3


def test_every_error_of_ours_survives_its_way() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DigestError)]
    assert len(kinds) > 5
    for kind in kinds:
        error = kind("a", "b", "c")
        copy = pickle.loads(pickle.dumps(error))
        assert (type(copy), str(copy), copy.hint) == (kind, "a: b", "c")


@pytest.mark.parametrize("workers", [1, 3, None])
def test_answers_belong_to_their_calls(workers: int | None) -> None:
    with Sandbox(workers) as sandbox:
        asked = [sandbox.submit(divmod, number, 7) for number in range(200)]
        assert [future.result() for future in asked] == [divmod(number, 7) for number in range(200)]


def test_large_arguments_and_results(sandbox: Sandbox) -> None:
    body = bytes(range(256)) * 40_000
    assert sandbox.call(bytes.upper, body) == body.upper()


def test_keywords_are_passed(sandbox: Sandbox) -> None:
    assert sandbox.call(int, "ff", base=16) == Inline().call(int, "ff", base=16) == 255


def test_what_a_function_prints_or_reads_does_no_harm(sandbox: Sandbox) -> None:
    assert sandbox.call(chatter) == "done"
    assert sandbox.call(chatter) == "done"


def test_an_interrupt_is_the_parents_to_decide(sandbox: Sandbox) -> None:
    pid = sandbox.call(os.getpid)
    os.kill(pid, signal.SIGINT)
    assert sandbox.call(os.getpid) == pid


def test_nothing_is_started_before_the_first_call() -> None:
    with Sandbox(3) as sandbox:
        assert [worker._process for worker in sandbox._workers] == [None] * 3
        sandbox.call(abs, 1)
        assert sum(worker._process is not None for worker in sandbox._workers) == 1


def test_leaving_waits_for_what_was_asked() -> None:
    with Sandbox(1) as sandbox:
        asked = [sandbox.submit(time.sleep, 0.01) for _ in range(5)]
    assert all(future.done() and not future.cancelled() for future in asked)


def test_leaving_by_an_exception_stops_what_was_asked() -> None:
    before = time.monotonic()
    with pytest.raises(KeyboardInterrupt), Sandbox(1, seconds=60) as sandbox:  # noqa: PT012 - it is left by the last
        stuck = sandbox.submit(time.sleep, 60)
        never = sandbox.submit(time.sleep, 60)
        while sandbox._workers[0]._process is None:
            time.sleep(0.01)
        raise KeyboardInterrupt
    assert time.monotonic() - before < 20
    assert isinstance(stuck.exception(), SandboxError)
    assert never.cancelled()


def test_a_child_finds_the_package_and_nothing_of_the_folder_it_starts_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pickle.py").write_text("raise SystemExit('hijacked')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path not in ("", str(ROOT))])
    with Sandbox(1) as sandbox:
        assert sandbox.call(refuse_nothing) == os.path.realpath(tmp_path)


refuse_nothing = os.getcwd

_PARENT = """
import os, sys, time
from digest.ingest.sandbox import Sandbox
with Sandbox(1, seconds=600) as sandbox:
    print(sandbox.call(os.getpid), flush=True)
    sandbox.submit({job}, 600)
    time.sleep(600)
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to look at other processes")
@pytest.mark.parametrize("job", ["time.sleep", "abs"])
def test_a_killed_parent_leaves_no_children(job: str) -> None:
    """Whether they are at work or wait for it."""
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT.format(job=job)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    with parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()
    for _ in range(500):
        if not is_alive(child):
            return
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    pytest.fail("the child lives on")


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False

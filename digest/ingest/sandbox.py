"""Calls in, answers out, through child processes: what reads hostile bytes is stopped when it takes too much.

A child has limits of time and memory; it is killed, named and replaced, and no other call notices. It is not confined
otherwise: it may do whatever its function does.
"""

import os
import pickle  # what is read with it was written by a child that we started
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import LifoQueue
from threading import Event, Timer
from types import TracebackType
from typing import Any, ParamSpec, Protocol, Self, TypeVar

import digest
from digest.ingest.worker import NO_MEMORY, receive, send

MOST_WORKERS = 4
_PATIENCE = 60  # seconds in which a child has to start, its start being nobody's fault
_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")


class SandboxError(Exception):
    """A call was stopped, or its process ended; `reason` says why, and follows the name of what was read."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Overrun(SandboxError):  # noqa: N818 - what happened, as people say it
    """A call took longer than it may."""


class Caller(Protocol):
    """What calls functions, here or elsewhere."""

    def submit(
        self, function: Callable[_Given, _Found], *args: _Given.args, **kwargs: _Given.kwargs
    ) -> Future[_Found]: ...

    def call(self, function: Callable[_Given, _Found], *args: _Given.args, **kwargs: _Given.kwargs) -> _Found: ...


class Inline:
    """Calls at once, in this process and without limits: for tests, and for bytes that are trusted."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, function: Callable[_Given, _Found], *args: _Given.args, **kwargs: _Given.kwargs) -> Future[_Found]:
        future: Future[_Found] = Future()
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - it is the caller's, who gets it from the future
            future.set_exception(error)
        return future

    def call(self, function: Callable[_Given, _Found], *args: _Given.args, **kwargs: _Given.kwargs) -> _Found:
        return function(*args, **kwargs)


class Sandbox:
    """Calls functions of importable modules in at most `workers` child processes, which start when they are needed.

    A call may take `seconds`, by the clock on the wall or the processor's, and `memory` bytes of address space where
    the system can limit that (POSIX). Raises what the function raises, Overrun, and SandboxError. Arguments and results
    are pickled. Leaving the context waits for the calls under way; leaving it by an exception stops them.
    """

    def __init__(self, workers: int | None = None, seconds: float = 10, memory: int = 1 << 30) -> None:
        count = workers or min(MOST_WORKERS, os.cpu_count() or 1)
        self._workers = tuple(_Worker(seconds, memory) for _ in range(count))
        # The last one used is the first one taken: few calls start few processes.
        self._idle: LifoQueue[_Worker] = LifoQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="sandbox")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            for worker in self._workers:
                worker.kill()
        self._threads.shutdown()
        for worker in self._workers:
            worker.end()

    def submit(self, function: Callable[_Given, _Found], *args: _Given.args, **kwargs: _Given.kwargs) -> Future[_Found]:
        """Ask for a call. Results do not depend on the number of workers, nor on the calls before."""
        return self._threads.submit(self._run, (function, args, kwargs))

    def call(self, function: Callable[_Given, _Found], *args: _Given.args, **kwargs: _Given.kwargs) -> _Found:
        """Call and wait."""
        return self.submit(function, *args, **kwargs).result()

    def _run(self, job: object) -> Any:
        frame = pickle.dumps(job)
        worker = self._idle.get()
        try:
            answered, found = worker.ask(frame)
        finally:
            self._idle.put(worker)
        if answered:
            return found
        raise found


class _Worker:
    """One child process at a time; only one thread may ask it at a time."""

    def __init__(self, seconds: float, memory: int) -> None:
        self._seconds = seconds
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, frame: bytes) -> tuple[bool, Any]:
        """Whether the function returned, and what; or else raised, and what."""
        process = self._process or self._start()
        late = Event()
        timer = _kill_after(self._seconds, process, late)
        try:
            send(process.stdin, frame)
            # Bytes from our own child, which is limited in what it takes and not in what it may do.
            answered, found, spent = pickle.loads(receive(process.stdout))  # noqa: S301
        except (OSError, EOFError, pickle.UnpicklingError):
            raise self._reason(self.end(), late=late.is_set()) from None
        finally:
            timer.cancel()
        if spent or late.is_set():
            self.end()
        return answered, found

    def kill(self) -> None:
        if self._process:
            self._process.kill()

    def end(self) -> int:
        """Stop the child, if there is one, which has nothing to lose; its exit status, negative for a signal."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.kill()
        with process:  # closes the pipes and waits
            return process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-P", "-m", "digest.ingest.worker", str(self._seconds), str(self._memory)]
        process = subprocess.Popen(  # noqa: S603 - this interpreter, with a module of ours
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=_environment()
        )
        self._process = process
        late = Event()
        timer = _kill_after(_PATIENCE, process, late)
        try:
            receive(process.stdout)
        except (OSError, EOFError):
            self.end()
            raise SandboxError("was not read, for the process that reads did not start") from None
        finally:
            timer.cancel()
        return process

    def _reason(self, status: int, *, late: bool) -> SandboxError:
        if late or status == -getattr(signal, "SIGXCPU", 0):
            return Overrun(f"took longer than {self._seconds:g} s and was stopped")
        if status == NO_MEMORY:
            return SandboxError(f"needed more memory than {_size(self._memory)} and was stopped")
        return SandboxError("ended without an answer")


def _kill_after(seconds: float, process: subprocess.Popen[bytes], late: Event) -> Timer:
    def stop() -> None:
        late.set()
        process.kill()

    timer = Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    return timer


def _environment() -> dict[str, str]:
    """The child's: it finds the modules that we find, and keeps to one thread and one heap, which limits count."""
    own = str(Path(digest.__file__).parents[1])
    paths = [own, *(str(Path(path).absolute()) for path in sys.path)]
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
        "MALLOC_ARENA_MAX": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def _size(memory: int) -> str:
    return f"{memory >> 30} GB" if memory % (1 << 30) == 0 else f"{memory >> 20} MB"

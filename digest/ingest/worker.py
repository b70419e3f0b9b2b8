"""The child of a sandbox: pickled calls in on its stdin, pickled answers out, one at a time.

    python -m digest.ingest.worker SECONDS MEMORY

A frame is its length in eight bytes, big end first, and a pickle. Imports nothing heavy: jobs bring their own.
"""

import contextlib
import os
import pickle  # what is read with it was written by the process that started us
import signal
import sys
import traceback
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO, Any

if sys.platform != "win32":  # which has no such limits: there the parent's clock is the only one
    import resource

NO_MEMORY = 86  # exit status: the limit of memory was met
_PIECE = 1 << 20  # bytes read at once: a frame's length is not believed before its bytes are there


def send(stream: IO[bytes] | None, frame: bytes) -> None:
    """Write one frame to an unbuffered stream; OSError if nobody reads it."""
    assert stream  # noqa: S101 - for the type checker: it was opened as a pipe
    left = memoryview(len(frame).to_bytes(8, "big") + frame)
    while left:
        left = left[stream.write(left) :]


def receive(stream: IO[bytes] | None) -> bytes:
    """Read one frame from an unbuffered stream; EOFError if it ends before."""
    assert stream  # noqa: S101 - for the type checker: it was opened as a pipe
    return _exactly(stream, int.from_bytes(_exactly(stream, 8), "big"))


def _exactly(stream: IO[bytes], count: int) -> bytes:
    found = bytearray()
    while len(found) < count:
        piece = stream.read(min(count - len(found), _PIECE))
        if not piece:
            raise EOFError
        found += piece
    return bytes(found)


def main(seconds: float, memory: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    jobs, answers = _private_streams()
    _limit("RLIMIT_CORE", 0)
    _limit("RLIMIT_AS", memory)
    queue: SimpleQueue[bytes] = SimpleQueue()
    # Read beside the work: when the parent is gone, however it went, so are we, even in the middle of a job.
    Thread(target=_read, args=(jobs, queue), daemon=True).start()
    send(answers, b"")
    while True:
        frame = queue.get()
        _allow(seconds)
        send(answers, _answer(frame, memory))


def _private_streams() -> tuple[IO[bytes], IO[bytes]]:
    """Our pipes under new numbers: what a library prints, or reads, must not get between the frames."""
    jobs = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    return jobs, answers


def _read(jobs: IO[bytes], queue: SimpleQueue[bytes]) -> None:
    try:
        while True:
            queue.put(receive(jobs))
    except MemoryError:
        os._exit(NO_MEMORY)
    except (EOFError, OSError):
        os._exit(0)


def _answer(frame: bytes, memory: int) -> bytes:
    """Whether the function of a job returned, what it returned or raised, and whether this process is spent."""
    try:
        try:
            function, args, kwargs = pickle.loads(frame)  # noqa: S301 - the parent wrote it
            return pickle.dumps((True, function(*args, **kwargs), _is_spent(memory)))
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - it is the caller's, whatever it is
            return pickle.dumps((False, _portable(error), _is_spent(memory)))
    except MemoryError:
        os._exit(NO_MEMORY)


def _portable(error: Exception) -> Exception:
    """`error` with its traceback as a note, or, if it cannot travel, a RuntimeError in its words."""
    trace = "".join(traceback.format_exception(error))
    try:
        copy: Any = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    except Exception:  # noqa: BLE001 - an exception may define anything
        copy = RuntimeError(f"{type(error).__name__}: {error}")
    copy.add_note(trace)
    return copy  # type: ignore[no-any-return]


def _is_spent(memory: int) -> bool:
    """Have jobs left so much behind that the next might lack it? Then its answer would depend on those before it."""
    statm = Path("/proc/self/statm")
    if sys.platform == "win32" or not statm.exists():  # there is no such limit either
        return False
    return int(statm.read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE") > memory // 2


def _allow(seconds: float) -> None:
    """Let the next job use the processor for `seconds`: the limit counts from the start of the process."""
    if sys.platform != "win32":
        used = resource.getrusage(resource.RUSAGE_SELF)
        # Full seconds only, and one more: the parent's clock comes first, and this is for when there is no parent.
        _limit("RLIMIT_CPU", int(used.ru_utime + used.ru_stime + seconds) + 2)


def _limit(name: str, value: int) -> None:
    """Set a soft limit where there is one of that name; some systems list limits that they do not take."""
    if sys.platform != "win32" and (kind := getattr(resource, name, None)) is not None:
        hard = resource.getrlimit(kind)[1]
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))

"""The journal beside the database: what was mailed to whom, and who must not be written to, line by line, for ever.

It is there for the day on which an old copy of the database comes back. It has keys of addresses, and no address. A
line is a word and its fields:

    planned EDITION ISSUE KEY BOOT      may be handed to the mail server from now on
    begun EDITION ISSUE KEY TIME        the next bytes are the message
    sent EDITION ISSUE KEY TIME         what came of it; or failed, pending, skipped, uncertain
    suppressed EDITION KEY TIME REASON  must not be written to (`*`: by any edition)
    cleared EDITION KEY TIME            has asked for it again (`*`: lifts what stood for all, and opens none)

`planned`, `suppressed` and `cleared` are waited for until they are on the disk. The others are only written: they are
there if the process is killed, but not if the power fails. BOOT tells which: whoever was planned before the system was
last started, and has no outcome, may have been written to.
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from uuid import uuid4

from digest.errors import StoreError
from digest.mailing import STATES, SUPPRESSED, Suppressed

PLANNED, BEGUN, SUPPRESS, CLEAR = "planned", "begun", "suppressed", "cleared"
_EVERY = "*"
_KEY = re.compile(r"[0-9a-f]{32}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_DELIVERY = {PLANNED, BEGUN, *STATES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line; `at` is where in the file it begins. `note` is what stands last: a boot, a time, or a reason."""

    at: int
    word: str
    edition: str
    issue: str
    key: str
    time: str
    note: str


class Journal:
    """Without a path, as beside a database that is no file, nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._file: int | None = None
        self._lock = Lock()
        self._syncing: ThreadPoolExecutor | None = None
        self.boot = this_boot()

    def planned(self, edition: str, issue: str, keys: Sequence[str]) -> "Future[None]":
        """Done when it is on the disk, which is not waited for here."""
        written: Future[None] = Future()
        if self.path is None:
            written.set_result(None)
            return written
        self._write("".join(f"{PLANNED} {edition} {issue} {key} {self.boot}\n" for key in keys))
        if self._syncing is None:
            self._syncing = ThreadPoolExecutor(1, "journal")
        return self._syncing.submit(self._sync, self._file)

    def begun(self, edition: str, issue: str, key: str, at: datetime) -> None:
        self._write(f"{BEGUN} {edition} {issue} {key} {_time(at)}\n")

    def outcome(self, edition: str, issue: str, key: str, state: str, at: datetime) -> None:
        self._write(f"{state} {edition} {issue} {key} {_time(at)}\n")

    def suppressed(self, edition: str, key: str, reason: Suppressed, at: datetime) -> None:
        """To be called before the database commits the same; an empty edition stands for every one."""
        self._write(f"{SUPPRESS} {edition or _EVERY} {key} {_time(at)} {reason}\n", sync=True)

    def cleared(self, edition: str, key: str, at: datetime) -> None:
        """The subscriber has confirmed it again; to be called before the database commits the same."""
        self._write(f"{CLEAR} {edition or _EVERY} {key} {_time(at)}\n", sync=True)

    def lines(self, known: Mapping[str, int]) -> tuple[str, int, Iterator[Line]]:
        """The journal's id, where it ends now, and its lines from where it is `known` to, by its id, or all."""
        if self.path is None or not self.path.is_file():
            return "", 0, iter(())
        try:
            with self.path.open("rb") as file:
                own = file.readline().decode("ascii", "replace").strip().removeprefix("journal ")
                start = known.get(own, 0) if known.get(own, 0) <= self.path.stat().st_size else 0
                file.seek(start)
                data = file.read()
        except OSError as error:
            raise self._error(error) from error
        whole = data[: data.rfind(b"\n") + 1]
        return own, start + len(whole), _read(whole, start)

    def close(self) -> None:
        if self._syncing:
            self._syncing.shutdown()
            self._syncing = None
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _write(self, text: str, *, sync: bool = False) -> None:
        """At the end of the file, in one piece; a line that a crash has torn is ended first."""
        if self.path is None:
            return
        data = text.encode()
        try:
            with self._lock:
                file = self._opened(self.path)
                size = os.fstat(file).st_size
                if size and os.pread(file, 1, size - 1) != b"\n":
                    data = b"\n" + data
                if os.write(file, data) != len(data):
                    raise OSError(0, "the disk is full")
            if sync:
                os.fsync(file)
        except OSError as error:
            raise self._error(error) from error

    def _opened(self, path: Path) -> int:
        if self._file is None:
            new = not path.exists() or not path.stat().st_size
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            if new:
                os.write(self._file, f"journal {uuid4().hex}\n".encode())
                _sync_folder(path.parent)
        return self._file

    def _sync(self, file: int | None) -> None:
        try:
            if file is not None:
                os.fsync(file)
        except OSError as error:
            raise self._error(error) from error

    def _error(self, error: OSError) -> StoreError:
        hint = "nothing more is sent until it can be written: check the disk, then run the command again"
        return StoreError(str(self.path), error.strerror or "cannot be written", hint)


def this_boot() -> str:
    """What tells this run of the system from all others; a new one each time where the system does not say."""
    try:
        return _BOOT.read_text().strip()[:8]
    except OSError:
        return uuid4().hex[:8]


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(data: bytes, at: int) -> Iterator[Line]:
    """The lines that are whole; what is torn is passed over."""
    for raw in data.split(b"\n"):
        line = _line(at, raw.decode("ascii", "replace").split(" "))
        at += len(raw) + 1
        if line:
            yield line


def _line(at: int, fields: list[str]) -> Line | None:
    word = fields[0]
    if word in _DELIVERY and len(fields) == 5:
        issue, key, time = fields[2], fields[3], "" if word == PLANNED else fields[4]
        note = fields[4] if word == PLANNED else ""
    elif word in (SUPPRESS, CLEAR) and len(fields) == (5 if word == SUPPRESS else 4):
        issue, key, time = "", fields[2], fields[3]
        note = fields[4] if word == SUPPRESS else ""
        if word == SUPPRESS and note not in SUPPRESSED:
            return None
    else:
        return None
    whole = _KEY.fullmatch(key) and (len(note) == 8 if word == PLANNED else _TIME.fullmatch(time))
    edition = "" if fields[1] == _EVERY else fields[1]
    return Line(at=at, word=word, edition=edition, issue=issue, key=key, time=time, note=note) if whole else None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""A folder whose files change all at once, whenever the process or the machine should stop.

The new folder is built as a sibling, `.NAME.new`: unchanged files are hard links, which cost nothing and keep their
times. All of it is on the disk before the two change places, which is one step for everybody who looks.
"""

import errno
import os
import shutil
import sys
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath

if sys.platform != "win32":
    import fcntl

_HERE = -100  # AT_FDCWD: paths count from where the process is
_EXCHANGE = 2  # RENAME_EXCHANGE, since Linux 3.15
_AT_ONCE = 4  # files on their way to the disk: five times as fast as one after another, and more is no faster


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until nobody else publishes in `folder`, and keep others out.

    The lock is the system's, on the folder itself: it leaves no file behind, and is gone with its process. Systems and
    filesystems without such locks are not locked.
    """
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def cleared(root: Path) -> None:
    """Away with what a run that was stopped has left beside the folder."""
    shutil.rmtree(_sibling(root), ignore_errors=True)


def switched(root: Path, files: Mapping[PurePath, bytes]) -> None:
    """Change or add files of the folder `root`, all in one step. If that cannot be, OSError: nothing has changed."""
    new = _sibling(root)
    is_first = not root.exists()
    if is_first:
        new.mkdir()
    else:
        _mirror(root, new, {str(path) for path in files})
    for path, content in files.items():
        (new / path).parent.mkdir(parents=True, exist_ok=True)
        (new / path).write_bytes(content)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(_sync, (new / path for path in files)))
        list(pool.map(_sync, (Path(folder) for folder, _, _ in os.walk(new))))
    if is_first:
        new.rename(root)
    else:
        _exchange(new, root)
    _sync(root.parent)
    if not is_first:
        _leave(new, root, {str(path) for path in files})


def replaced(root: Path, files: Mapping[PurePath, bytes]) -> None:
    """The same, each file by itself, for folders that cannot be switched. Readers see an old file or a new one.

    What lies deeper comes first: a list of pages is no earlier than its pages.
    """
    for place in sorted(files, key=lambda path: (-len(path.parts), path)):
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f".{path.name}.half")
        try:
            with half.open("wb") as file:
                file.write(files[place])
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)


def _sibling(root: Path) -> Path:
    return root.with_name(f".{root.name}.new")


def _mirror(old: Path, new: Path, changing: Collection[str], inner: str = "") -> None:
    """All that is in `old`, but for the files that are `changing`, under the same names, times and rights."""
    new.mkdir()
    with os.scandir(old) as entries:
        for entry in entries:
            place = f"{inner}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                _mirror(old / entry.name, new / entry.name, changing, f"{place}{os.sep}")
            elif place not in changing:
                _link(entry.path, new / entry.name)
    shutil.copystat(old, new)


def _link(old: str, new: Path) -> None:
    try:
        os.link(old, new, follow_symlinks=False)
    except OSError:
        shutil.copy2(old, new, follow_symlinks=False)  # no links here, or none of other people's files


def _sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk."""
    if sys.platform == "win32":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _exchange(one: Path, other: Path) -> None:
    """Two folders change places. OSError if the system, or the filesystem, does not know how."""
    import ctypes  # only a folder that changes needs it

    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    if rename is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), str(other))
    if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), str(other))


def _leave(old: Path, now: Path, changed: Collection[str]) -> None:
    """Away with the old folder, but for files that somebody else has put there while the new one was built."""
    for folder, _, names in os.walk(old):
        for name in names:
            path = Path(folder, name)
            place = path.relative_to(old)
            if str(place) not in changed and not _is_same(path, now / place):
                (now / place).parent.mkdir(parents=True, exist_ok=True)
                path.replace(now / place)
    shutil.rmtree(old, ignore_errors=True)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return os.path.samestat(one.lstat(), other.lstat())
    except FileNotFoundError:
        return False

"""Programs of others, run without a shell, with a limit on their time; what they say stands in the error."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from digest.errors import DigestError

_SAID = 500  # characters of what a program says that are told


def run(arguments: Sequence[str], folder: Path, timeout: float, environment: Mapping[str, str] | None = None) -> str:
    """What the program prints, run in `folder`; DigestError if it fails or takes longer than `timeout` seconds."""
    name = arguments[0]
    try:
        process = subprocess.Popen(  # noqa: S603  # the arguments are the operator's, from feeds.yaml
            arguments,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise DigestError(
            name, f"cannot be run: {error.strerror}", "install it, or name it by its whole path"
        ) from None
    try:
        said, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        _end(process)
        raise DigestError(
            name, f"took more than {timeout:g} seconds", "raise timeout:, or see what it waits for"
        ) from None
    except BaseException:
        _end(process)
        raise
    text = said.decode("utf-8", "replace")
    if process.returncode:
        raise DigestError(name, f"failed with {process.returncode}: {_shown(text)}", "run it by hand to see more")
    return text


def _end(process: "subprocess.Popen[bytes]") -> None:
    """It, and what it has started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _shown(text: str) -> str:
    """The end of it, on one line, without what could speak to a terminal."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _SAID else f"… {line[-_SAID:]}"

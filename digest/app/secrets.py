"""Secrets: what signs links and keys addresses, and passwords that `feeds.yaml` refers to. None is ever printed."""

import os
import secrets as chance
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from digest.app.setup import sqlite_file
from digest.config import Config
from digest.errors import ConfigError

VARIABLE = "DIGEST_SECRET"
_SHORTEST = 32  # characters
_MADE = 32  # bytes of chance


def secrets(
    config: Config | None,
    store_url: str | None = None,
    *,
    environment: Mapping[str, str] = os.environ,
    warn: Callable[[str], None] = lambda _: None,
) -> tuple[bytes, ...]:
    """The installation's own secret, newest first; older ones are good for what they signed.

    It is `DIGEST_SECRET`, or else a file beside the store, which is made when it is first needed. `store_url` is the
    store that was named in place of the configured one.
    """
    given = environment.get(VARIABLE, "")
    if given.strip():
        return _all(given, VARIABLE)
    file = sqlite_file(config, store_url)
    if file is None:
        raise ConfigError(VARIABLE, "is not set, and this store is no file that a secret could lie beside", _how())
    path = Path(f"{file}.secret")
    return _all(_kept(path, warn), str(path))


def secret_value(
    folder: Path,
    reference: str,
    *,
    environment: Mapping[str, str] = os.environ,
    warn: Callable[[str], None] = lambda _: None,
) -> str:
    """What `env:NAME` or `file:PATH` refers to; a relative path counts from `folder`."""
    kind, _, name = reference.partition(":")
    if kind == "env":
        if not environment.get(name):
            raise ConfigError(f"env:{name}", "is not set in the environment", f"set {name}, or refer to file:PATH")
        return environment[name]
    return _read(folder / name, warn).rstrip("\r\n")


def _how() -> str:
    return f"set {VARIABLE} to at least {_SHORTEST} random characters, such as `openssl rand -hex 32` prints"


def _all(text: str, place: str) -> tuple[bytes, ...]:
    found = [part.strip() for part in text.split(",")]
    if any(len(part) < _SHORTEST for part in found):
        raise ConfigError(place, f"has a secret of fewer than {_SHORTEST} characters", _how())
    return tuple(part.encode() for part in found)


def _kept(path: Path, warn: Callable[[str], None]) -> str:
    """What the file says. It is linked into place when it is whole, so that of two that make it one wins for both."""
    if not path.exists():
        half = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(chance.token_hex(_MADE) + "\n")
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(half, path)
            except FileExistsError:
                pass  # another process was first
            finally:
                half.unlink()
        except OSError as error:
            raise ConfigError(str(path), f"cannot be written: {error.strerror}", _how()) from None
    return _read(path, warn)


def _read(path: Path, warn: Callable[[str], None]) -> str:
    try:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            warn(f"{path} can be read by others; run: chmod 600 {path}")
        return path.read_text("utf-8")
    except OSError as error:
        raise ConfigError(str(path), error.strerror or "cannot be read", "check the path and who may read it") from None
    except UnicodeDecodeError:
        raise ConfigError(str(path), "is not text", "it holds a secret, as text") from None

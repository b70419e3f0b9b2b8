"""What can be seen on this machine: interpreter, store, disk, secrets, formats, channels, feeds."""

import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from digest import plugins
from digest.app.doctor.finding import Finding, must, note, ok
from digest.app.health import health
from digest.app.secrets import VARIABLE, secret_value
from digest.app.setup import load_formats, open_store, sqlite_file
from digest.config import Config
from digest.deliver.mail.maildir import FOLDER
from digest.errors import DigestError
from digest.plugins import Secret

_MOUNTS = Path("/proc/self/mounts")
_FAR = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "lustre", "gluster", "fuse.sshfs", "fuse.s3fs", "fuse.rclone")
_LEAST = 200_000_000  # octets that must be free
_FUTURE = timedelta(hours=1)


def interpreter() -> Iterator[Finding]:
    """CVE-2024-6923: a line break hidden in an encoded word begins a new header. What we write is kept free of them."""
    mail = EmailMessage(policy=SMTP)
    try:
        mail["Subject"] = "=?utf-8?q?x=0D=0AX-Evil:_y?="
        evil = b"\nX-Evil:" in mail.as_bytes()
    except ValueError:
        evil = False
    if evil:
        text = "has a fault in its e-mail library (CVE-2024-6923)"
        hint = "update it to 3.11.10, 3.12.5 or later; Digest does not trip over it, but others may"
        yield note("interpreter", f"Python {sys.version.split()[0]}", text, hint)
    else:
        yield ok("interpreter", f"Python {sys.version.split()[0]}", "is sound")


def store(config: Config, url: str | None, now: datetime, mounts: Path = _MOUNTS) -> Iterator[Finding]:
    """Is it whole, and where it should be?"""
    file = sqlite_file(config, url)
    if file is None:
        yield note("store", "store", "is no file: its own tools look after it")
        return
    path = Path(file)
    if not path.is_file():
        yield note("store", file, "is not there yet: the first build makes it")
        return
    with open_store(config, url, create=False):
        yield from _whole(path)
    kind = kind_of_disk(path, mounts)
    if kind.startswith(_FAR):
        yield must(
            "store",
            file,
            f"is on a network file system ({kind})",
            "move it to a disk of this machine: SQLite's locks do not hold there",
        )
    yield from _in_time(path, now)


def _whole(path: Path) -> Iterator[Finding]:
    repair = "restore a copy with `digest restore --force`; the journal brings it up to date"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
            damage = connection.execute("PRAGMA integrity_check(5)").fetchall()
            strays = connection.execute("PRAGMA foreign_key_check").fetchall()
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    except sqlite3.Error as error:
        yield must("store", str(path), f"cannot be read: {error}", repair)
        return
    if damage != [("ok",)]:
        text = f"is damaged: {str(damage[0][0])[:200]}"
        yield must("store", str(path), text, repair)
    if strays:
        text = f"has {len(strays)} rows that refer to nothing"
        yield must("store", str(path), text, repair)
    if mode != "wal":
        yield note(
            "store",
            str(path),
            f"has the journal mode {mode}, not wal",
            "any command that writes sets it; if it does not stay, check the file system",
        )
    if damage == [("ok",)] and not strays:
        size = path.stat().st_size / 1e6
        yield ok("store", str(path), f"is whole, {size:,.1f} MB")


def kind_of_disk(path: Path, mounts: Path = _MOUNTS) -> str:
    """The kind of file system that a file is on, where the system says so."""
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    place = path.resolve()
    parts = [line.split(" ")[1:3] for line in lines if line.count(" ") >= 2]
    held = [(where.replace("\\040", " "), kind) for where, kind in parts]
    fitting = [(len(where), kind) for where, kind in held if place.is_relative_to(where)]
    return max(fitting, key=lambda one: one[0])[1] if fitting else ""


def _in_time(path: Path, now: datetime) -> Iterator[Finding]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
        newest = connection.execute("SELECT max(tried) FROM feeds").fetchone()[0]
    if newest and datetime.fromisoformat(newest) > now + _FUTURE:
        hint = "the clock was wrong, or is: check it with `date`; the next fetch mends the rest"
        yield must("clock", str(path), f"has feeds asked at {newest}, which is to come", hint)


def disk(config: Config, url: str | None, out: Path) -> Iterator[Finding]:
    """Room for a copy of the store, beside what a build writes."""
    file = sqlite_file(config, url)
    places = {"store": Path(file).parent if file else config.folder, "out": out}
    for what, place in places.items():
        there = next((one for one in (place, *place.resolve().parents) if one.is_dir()), Path())
        free = shutil.disk_usage(there).free
        size = Path(file).stat().st_size if file and Path(file).is_file() else 0
        need, shown = max(_LEAST, 2 * size), f"{free / 1e9:,.1f} GB free"
        if free < need:
            hint = f"make room: {need / 1e6:,.0f} MB are wanted"
            yield must("disk", str(there), f"{shown}, for {what}", hint)
        else:
            yield ok("disk", str(there), f"{shown}, for {what}")


def kept_secrets(config: Config, url: str | None, out: Path) -> Iterator[Finding]:
    """The installation's own, the addresses, the journal, and mail that no server takes: nobody else's business."""
    file = sqlite_file(config, url)
    for end in ("", ".secret", ".sent"):
        path = Path(f"{file}{end}")
        if file and path.is_file():
            yield from _private(path)
    if (out / FOLDER).is_dir():
        yield from _private(out / FOLDER)
    if os.environ.get(VARIABLE):
        yield ok("secrets", VARIABLE, "is set")
    elif file is None:
        hint = f"set {VARIABLE} to at least 32 random characters"
        yield must("secrets", VARIABLE, "is not set", hint)


def _private(path: Path) -> Iterator[Finding]:
    open_to = stat.S_IMODE(path.stat().st_mode) & 0o077 if os.name == "posix" else 0
    if open_to:
        mode = 700 if path.is_dir() else 600
        yield must("secrets", str(path), "can be read by others", f"chmod {mode} {path}")
    else:
        yield ok("secrets", str(path), "is its owner's alone")


def mail_secrets(config: Config) -> Iterator[Finding]:
    """What mail: refers to is there, and is kept."""
    mail = config.mail
    references = [mail.password, mail.dkim.key if mail.dkim else None] if mail else []
    for reference in filter(None, references):
        yield from _referred(reference, config.folder)


def _referred(reference: str, folder: Path) -> Iterator[Finding]:
    try:
        secret_value(folder, reference)
    except DigestError as error:
        yield Finding.of(error, "secrets")
        return
    kind, _, name = reference.partition(":")
    if kind == "file":
        yield from _private(folder / name)
    else:
        yield ok("secrets", reference, "is set")


def formats(config: Config) -> Iterator[Finding]:
    """Every format of every edition loads."""
    for edition in config.editions:
        try:
            load_formats(edition.formats, config.folder)
        except DigestError as error:
            yield Finding.of(error, "formats")
        else:
            text = ", ".join(edition.formats) or "none"
            yield ok("formats", f"edition {edition.id}", text)


def channels(config: Config) -> Iterator[Finding]:
    """Every channel takes its options, and finds its secrets and its program."""
    for edition in config.editions:
        for choice in edition.channels:
            subject = f"edition {edition.id}: {choice.name}"
            try:
                channel = plugins.build(choice, config.folder)
                found = [getattr(channel, field.name) for field in fields(channel)]
                for secret in (one for one in found if isinstance(one, Secret)):
                    secret.read()
            except DigestError as error:
                yield Finding.of(error, "channels")
                continue
            program = getattr(channel, "program", "")
            if program and not shutil.which(program):
                yield must("channels", subject, f"needs {program}, which is not there", f"install {program}")
            else:
                yield ok("channels", subject, "takes its options")


def feeds(config: Config, url: str | None, now: datetime) -> Iterator[Finding]:
    """Those that do not give what they should; `digest feeds` has all."""
    file = sqlite_file(config, url)
    if file is not None and not Path(file).is_file():
        return
    with open_store(config, url, create=False) as opened:
        every = list(health(opened, config.editions, now))
    for one in every:
        if one.condition in ("failing", "stopped"):
            hint = "see `digest feeds`; find its new address with `digest add`, or leave it out"
            found = must if one.condition == "stopped" else note
            yield found("feeds", one.feed.url, f"{one.condition}: {one.why}", hint)
    bad = sum(one.condition in ("failing", "stopped") for one in every)
    if every and bad == len(every):
        yield must("feeds", "feeds", "none of them works", "check the network")
    elif every:
        yield ok("feeds", "feeds", f"{len(every) - bad} of {len(every)} work, or are new")

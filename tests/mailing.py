"""A small installation to mail from: an edition, an issue, subscribers; on disk, as `digest send` finds it."""

import base64
import json
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from digest.app.mailed import Mailed
from digest.app.send import Send
from digest.app.setup import open_store, read_config, the_edition
from digest.deliver.mail.queue import Time
from digest.mailing import address_key, domain_of
from digest.store import Kept
from digest.store.sql import SqlStore

SECRET = "s" * 40
EDITION = "weekly"
ISSUE = "2026-11-20"
SAMPLE = Path(__file__).parent / "data" / "issue-sample.json"


@dataclass(frozen=True)
class Place:
    """A folder with feeds.yaml and a store that has one issue."""

    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "digest.db"

    @property
    def config(self) -> Path:
        return self.folder / "feeds.yaml"

    def sql(self, text: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.database, timeout=30)) as connection:
            found = connection.execute(text, values).fetchall()
            connection.commit()
        return found

    def states(self) -> dict[str, int]:
        rows = self.sql("SELECT state, count(*) FROM deliveries GROUP BY state")
        return {str(state): int(str(count)) for state, count in rows}


def place(folder: Path, mail: dict[str, object] | None, count: int, domains: int = 1) -> Place:
    """With so many subscribers, `r0@d0.example` and on, spread over so many domains."""
    made = Place(folder)
    config = {"editions": {EDITION: EDITION_SAYS}} | ({"mail": mail} if mail else {})
    made.config.write_text(json.dumps(config))
    frozen = json.loads(SAMPLE.read_text("utf-8")) | {"edition": EDITION, "id": ISSUE}
    with SqlStore(f"sqlite:///{made.database}") as store:
        store.save_issue(
            EDITION, ISSUE, 1, datetime(2026, 11, 20, 9, tzinfo=UTC), Kept(frozen=json.dumps(frozen).encode())
        )
    (folder / "digest.db.secret").write_text(SECRET)
    (folder / "digest.db.secret").chmod(0o600)
    subscribe(made, [f"r{number}@d{number % domains}.example" for number in range(count)])
    return made


EDITION_SAYS = {"title": "Weekly", "sender": "Weekly <news@example.org>", "address": "Weekly, 1 Quay Street, Leer"}


def new_key(folder: Path) -> bytes:
    """Makes `key.pem`; returns what the DNS says of it."""
    for command in ("genrsa -traditional -out key.pem 2048", "rsa -in key.pem -pubout -outform DER -out public.der"):
        subprocess.run(["openssl", *command.split()], check=True, capture_output=True, cwd=folder)
    (folder / "key.pem").chmod(0o600)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode((folder / "public.der").read_bytes())


def subscribe(made: Place, addresses: list[str]) -> None:
    rows = [
        (f"id{a.partition('@')[0]}", EDITION, a, address_key(SECRET.encode(), a), domain_of(a), "active",
         "2026-01-01T00:00:00.000000+00:00", "[]", 0, 0)
        for a in addresses
    ]  # fmt: skip
    with closing(sqlite3.connect(made.database, timeout=30)) as connection:
        connection.executemany(
            "INSERT INTO subscribers (id, edition, address, key, domain, state, created, topics, asked, bounces)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        connection.commit()


@dataclass
class Clock:
    """A clock that goes on when somebody waits."""

    at: datetime = datetime(2026, 11, 20, 10, tzinfo=UTC)

    def wait(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def time(self) -> Time:
        return Time(clock=lambda: self.at, ticks=lambda: self.at.timestamp(), wait=self.wait)


class Quiet:
    def stage(self, name: str, edition: str) -> None:
        return None

    def step(self, name: str, done: int, total: int) -> None:
        return None


@contextmanager
def sending(made: Place, time: Time | None = None, **fields: Any) -> Iterator[Send]:
    """What `digest send` makes of the installation."""
    config = read_config(made.config)
    with open_store(config) as store:
        yield Send(
            config=config,
            store=store,
            store_url=None,
            out=made.folder / "out",
            time=time or Clock().time(),
            progress=Quiet(),
            **{"web": "https://news.example.org", "warn": lambda text: None, **fields},
        )


def send(made: Place, time: Time | None = None, **fields: Any) -> Mailed:
    """One run of it."""
    options = {name: fields.pop(name) for name in ("resume", "resend_uncertain") if name in fields}
    with sending(made, time, **fields) as run:
        return run.issue(the_edition(run.config, None), None, **options)

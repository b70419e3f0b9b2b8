"""`digest serve` in a thread of the test, with a clock that the test sets, asked over loopback."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from digest.app.serve import Served
from digest.app.setup import open_store, read_config
from digest.mailing import address_key
from digest.store.sql import SqlStore
from digest.tokens import Purpose, signed
from digest.web.public import server
from digest.web.serve import bound

SECRET = b"s" * 40
URL = "https://news.example.org"
SAYS = {
    "web": {"url": URL, "trusted_proxies": ["127.0.0.1"], "gone": ["weekly/2026-01-01/"]},
    "editions": {
        "weekly": {
            "title": "The Weekly",
            "sender": "Weekly <news@example.org>",
            "address": "Quay 1, Leer",
            "sections": {"Economy": {"words": ["bank"]}, "Science": {}},
        },
        "woche": {"title": "Die Woche", "language": "de"},
    },
}


@dataclass
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Site:
    """A running one. `now` is what its clock says."""

    folder: Path
    store: SqlStore
    port: int = 0
    now: datetime = datetime(2026, 11, 20, 9, tzinfo=UTC)
    warnings: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body, {name.replace("_", "-"): text for name, text in headers.items()})
            with connection.getresponse() as response:
                return Answer(response.status, response.headers, response.read())

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, fields: dict[str, object] | None = None, **headers: str) -> Answer:
        body = urlencode(fields or {}, doseq=True).encode()
        return self.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded", **headers)

    def stamp(self, edition: str = "weekly") -> str:
        """Of a form that was taken three seconds before now."""
        found = re.search(r'name="stamp" value="([^"]+)"', self.get(f"/subscribe/{edition}").text)
        assert found
        self.now += timedelta(seconds=3)
        return found[1]

    def subscribe(self, address: str, edition: str = "weekly", **headers: str) -> Answer:
        stamp = signed(SECRET, "form", format(int(self.now.timestamp()) - 60, "x"), self.now + timedelta(hours=1))
        fields: dict[str, object] = {"address": address, "stamp": stamp, "topic": ["Economy"], "language": "en"}
        return self.post(f"/subscribe/{edition}", fields, **headers)

    def mails(self) -> list[Message]:
        """All that was written to people, once nobody waits for an answer."""
        for _ in range(600):
            if not self.sql("SELECT count(*) FROM asks")[0][0]:
                break
            threading.Event().wait(0.05)
        found = sorted((self.folder / "out" / "Maildir" / "answers" / "new").glob("*.eml"))
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]

    def link(self, mail: Message) -> str:
        """The path of the link in it."""
        found = re.search(rf"{re.escape(URL)}(\S+)", mail.get_content())  # type: ignore[attr-defined]
        assert found
        return found[1]

    def confirmed(self, address: str, edition: str = "weekly") -> str:
        """Somebody who has subscribed and confirmed; returns the id."""
        before = len(self.mails())
        assert self.subscribe(address, edition).status == 200
        mails = self.mails()
        assert len(mails) == before + 1
        (link,) = [self.link(mail) for mail in mails if address in str(mail["To"])]
        assert self.post(link).status == 200
        return str(self.sql("SELECT id FROM subscribers WHERE address = ? AND edition = ?", address, edition)[0][0])

    def token(self, purpose: Purpose, id: str) -> str:
        return signed(SECRET, purpose, id)

    def state(self, address: str) -> str | None:
        rows = self.sql("SELECT state FROM subscribers WHERE key = ?", address_key(SECRET, address))
        return str(rows[0][0]) if rows else None

    def sql(self, text: str, *values: object) -> list[tuple[object, ...]]:
        with self.store.database.transaction() as connection:
            result = connection.exec_driver_sql(text, tuple(values))
            return [tuple(row) for row in result] if result.returns_rows else []


def folder_of(folder: Path, **more: object) -> Path:
    (folder / "feeds.yaml").write_text(json.dumps({**SAYS, **more}))
    (folder / "digest.db.secret").write_bytes(SECRET)
    (folder / "digest.db.secret").chmod(0o600)
    return folder


@contextmanager
def serving(folder: Path, **more: object) -> Iterator[Site]:
    """With `more` in its feeds.yaml."""
    config = read_config(folder_of(folder, **more) / "feeds.yaml")
    assert config.web
    with open_store(config) as store:
        site = Site(folder=folder, store=store)
        served = Served(
            config=config,
            store=store,
            store_url=None,
            out=folder / "out",
            clock=lambda: site.now,
            warn=site.warnings.append,
            pause=0,
        )
        with served.application(config.web) as application, bound("127.0.0.1", 0) as listening:
            site.port = listening.getsockname()[1]
            running = server(application)
            thread = threading.Thread(target=lambda: asyncio.run(running.serve(sockets=[listening])))
            thread.start()
            try:
                yield site
            finally:
                running.should_exit = True
                thread.join()

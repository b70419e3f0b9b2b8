"""Put together what `digest serve` is made of: the store, the words, the mail, the files."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from digest.app import roll
from digest.app.answers import Answerer, Answers
from digest.app.erase import erase
from digest.app.post import Postbox
from digest.app.secrets import secrets
from digest.app.setup import locales, open_store
from digest.app.vitals import healthz
from digest.config import Config, Edition, Web
from digest.deliver.mail.maildir import FOLDER
from digest.errors import ConfigError
from digest.mailing import Subscriber
from digest.render.catalogue import ENGLISH
from digest.render.words import Words, words
from digest.web.app import RESERVED, application
from digest.web.files import Files
from digest.web.guard import Guard
from digest.web.people import Desk, Offer
from digest.web.public import server
from digest.web.serve import bound

if TYPE_CHECKING:
    from digest.store.sql import SqlStore

_PATIENCE = 12.0  # seconds for what is being answered when the service ends


@dataclass(frozen=True, kw_only=True)
class Served:
    """What pages need. `out` is where issues are written to; `warn` hears of what is not wrong enough to stop.

    Asks are answered `pause` seconds after they came, when their pages are out.
    """

    config: Config
    store: "SqlStore"
    store_url: str | None
    out: Path
    clock: Callable[[], datetime]
    warn: Callable[[str], None]
    pause: float = 1.0

    @contextmanager
    def application(self, web: Web) -> Iterator[Guard]:
        """The pages, with somebody who answers, until the end of the block."""
        offers = {edition.id: _offer(edition) for edition in self.config.editions}
        taken = [name for name in offers if name in RESERVED]
        if taken:
            hint = f"call it another name than {', '.join(RESERVED)}"
            raise ConfigError(f"edition {taken[0]}", "has an id that is a page of ours", hint)
        keys = secrets(self.config, self.store_url, warn=self.warn)
        self.store.ledger.settle(self.clock())
        said = self._words()
        answers = Answers(
            config=self.config,
            people=self.store.subscribers,
            offers=offers,
            words=said,
            web=web.url,
            secrets=keys,
            post=Postbox(config=self.config, folder=self.out / FOLDER / "answers", warn=self.warn),
            clock=self.clock,
            warn=self.warn,
        )
        answerer = Answerer(answers, self.pause)
        desk = Desk(
            offers=offers,
            words=said,
            people=self.store.subscribers,
            secrets=keys,
            clock=self.clock,
            asked=answerer.asked,
            about=self._about,
            erase=lambda one: self._erase(keys[-1], one),
            health=self._health,
        )
        files = Files(self.out, list(offers), web.gone)
        with answerer.working():
            yield application(desk, files, web.trusted_proxies, secure=web.url.startswith("https:"))

    def _words(self) -> dict[str, Words]:
        """English, the language of each edition, and every other that has a catalogue."""
        folders = locales(self.config.folder)
        tags = {path.stem for folder in folders for path in folder.glob("*.po")}
        tags |= {edition.language for edition in self.config.editions}
        found = {said.language: said for said in (words(tag, folders) for tag in sorted(tags))}
        return {ENGLISH: words(ENGLISH, folders), **found}

    def _about(self, one: Subscriber) -> dict[str, Any]:
        history = [
            {"issue": line.issue, "state": line.state, "at": line.at.isoformat(), "code": line.code}
            for line in self.store.subscribers.history(one)
        ]
        return {**roll.as_json(one), "deliveries": history}

    def _erase(self, secret: bytes, one: Subscriber) -> None:
        if not erase(self.store, secret, one.address, self.out, self.clock()).wholly:
            self.warn("a subscriber was erased while others read the database: old pages of it are still on the disk")

    def _health(self) -> dict[str, Any]:
        with self.store.database.transaction() as connection:
            connection.exec_driver_sql("SELECT 1")
        return healthz(self.config, self.store.slots, self.clock())


@contextmanager
def serving(
    config: Config, store_url: str | None, out: Path, clock: Callable[[], datetime], say: Callable[[str], None]
) -> Iterator[None]:
    """The pages are served, in a thread beside, until the end of the block."""
    if config.web is None:
        hint = "add web: with url: and the public address, such as https://news.example.org"
        raise ConfigError(str(config.path), "does not say where this is reached", hint)
    with open_store(config, store_url) as store:
        warn = partial(_warn, say)
        served = Served(config=config, store=store, store_url=store_url, out=out, clock=clock, warn=warn)
        with served.application(config.web) as application, bound(config.web.host, config.web.port) as listening:
            running = server(application)
            thread = Thread(target=lambda: asyncio.run(running.serve(sockets=[listening])), daemon=True)
            thread.start()
            say(f"{config.web.url} is served at port {listening.getsockname()[1]}")
            try:
                yield
            finally:
                running.should_exit = True
                thread.join(_PATIENCE)


def _warn(say: Callable[[str], None], text: str) -> None:
    say(f"warning: {text}")


def _offer(edition: Edition) -> Offer:
    return Offer(
        edition=edition.id,
        title=edition.title,
        language=edition.language,
        topics=tuple(topic.name for topic in edition.selection.topics),
        address=edition.address,
    )

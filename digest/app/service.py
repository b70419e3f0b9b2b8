"""What `digest run` does: look what is due, over and over, and do it; one look is `digest run --once`."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from digest.app.fetch import update
from digest.app.mailed import Mailed
from digest.app.notice import Notice
from digest.app.ping import ping
from digest.app.purge import purge
from digest.app.report import Problem
from digest.app.run import Progress, Run
from digest.app.secrets import secret_value
from digest.app.send import Send
from digest.app.setup import open_store, public_address, read_config
from digest.app.turns import Taken, Turns
from digest.config import Config, Edition
from digest.deliver.mail.queue import Time
from digest.errors import DigestError
from digest.ingest.web import pace
from digest.model import Issue

if TYPE_CHECKING:
    from digest.store.sql import SqlStore

LOOK = 60  # seconds from one look to the next, however far away the next turn is
FETCH = timedelta(minutes=10)  # from one round of the feeds to the next, at least; each is asked at its own pace
MAIL = timedelta(minutes=5)  # before mail that could not be delivered is tried again
PURGE = timedelta(days=1)
GRACE = 30.0  # seconds for what is under way when the process is asked to end
_PATIENCE = 30.0  # seconds that a mailing waits for those who are to be tried again, before other work goes on


@dataclass(kw_only=True)
class Service:
    """Looks what is due. `run` opens a run of the configuration as of a moment; `say` writes a line for people, `tell`
    what came of a turn.
    """

    path: Path
    store_url: str | None
    out: Path
    time: Time
    run: Callable[[Config, datetime], AbstractContextManager[Run]]
    progress: Progress
    say: Callable[[str], None]
    tell: Callable[[Taken], None]
    stopping: Callable[[], bool] = lambda: False
    config: Config = field(init=False)
    _seen: tuple[float, int] = (0.0, 0)
    _last: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.config = read_config(self.path)
        self._seen = self._mark()

    def look(self) -> bool:
        """Do what is due; False if something of it did not go well, and will be tried again or looked at by a person.

        A turn before everything else, then mail that waits, then the feeds.
        """
        self._reread()
        well = True
        with open_store(self.config, self.store_url) as store:
            for taken in self._turns(store).due():
                self.tell(taken)
                well = well and taken.well
                if taken.well:
                    store.slots.well("turn", self.time.clock(), f"{taken.edition} {taken.slot}: {taken.state}")
                    self._ping()
            for name, every, work in (
                ("mail", MAIL, self._mail),
                ("fetch", FETCH, self._fetch),
                ("purge", PURGE, self._purge),
            ):
                if not self.stopping() and self._is_time(name, every):
                    well = self._guarded(name, work, store) and well
            store.slots.well("run", self.time.clock())
        return well

    def coming(self) -> datetime | None:
        """When the next turn of an edition is due."""
        now = self.time.clock()
        schedules = [edition.timing.schedule for edition in self.config.editions]
        return min((schedule.next(now).due for schedule in schedules if schedule), default=None)

    def _turns(self, store: "SqlStore") -> Turns:
        notice = Notice(config=self.config, out=self.out, warn=self._warn)

        def ask(edition: Edition, issue: Issue, folder: Path) -> None:
            review = store.slots.review(edition.id, issue.id)
            self.say(f"{edition.id} {issue.id}: a draft waits in {folder}; `digest approve {edition.id}/{issue.id}`")
            try:
                if review:
                    notice.of_draft(edition, issue, folder, review, self.time.clock())
            except DigestError as error:
                self._warn(f"the editor could not be told: {Problem.of(error)}")

        return Turns(
            config=self.config,
            store=store,
            out=self.out,
            time=self.time,
            run=lambda now: self.run(self.config, now),
            send=lambda edition, issue: self._send(store, edition, issue),
            ask=ask,
            say=self.say,
            stopping=self.stopping,
        )

    def approve(self, edition: Edition, issue: str) -> list[Taken]:
        """Bring out a draft that is approved, if no other process does so; returns what came of it."""
        only = [one for one in self.config.editions if one.id == edition.id]
        with open_store(self.config, self.store_url) as store:
            return [taken for taken in self._turns(store).released(only[0]) if taken.issue == issue]

    def _send(self, store: "SqlStore", edition: Edition, issue: str) -> Mailed | None:
        if not store.ledger.mailing(edition.id, issue) and not any(store.ledger.recipients(edition.id)):
            return None
        mailed = self._post(store).issue(edition, issue)
        store.slots.well("send", self.time.clock(), f"{edition.id} {issue}")
        return mailed

    def _post(self, store: "SqlStore") -> Send:
        return Send(
            config=self.config,
            store=store,
            store_url=self.store_url,
            out=self.out,
            web=public_address(self.config),
            time=self.time,
            progress=self.progress,
            warn=self._warn,
            stopping=self.stopping,
            patience=_PATIENCE,
        )

    def _mail(self, store: "SqlStore") -> None:
        """Go on with mailings in which somebody is still to be tried again; one that fails keeps no other waiting."""
        failures = []
        for edition in self.config.editions:
            for issue in store.ledger.unfinished(edition.id):
                mailing = store.ledger.mailing(edition.id, issue)
                if not mailing or mailing.paused:
                    continue
                try:
                    mailed = self._post(store).issue(edition, issue)
                except DigestError as error:
                    failures.append(error)
                    continue
                if mailed.finished:
                    self.say(f"{edition.id} {issue}: all mail is settled, {mailed.counts.sent} sent")
        for failure in failures[1:]:
            self._warn(f"{Problem.of(failure)}")
        if failures:
            raise failures[0]

    def _fetch(self, store: "SqlStore") -> None:
        now = self.time.clock()
        editions = [edition for edition in self.config.editions if edition.timing.schedule]
        states = store.feed_states({feed.url for edition in editions for feed in edition.feeds})
        wanted = {feed.url for edition in editions for feed in edition.feeds}
        if not any(url not in states or pace.is_due(states[url], now) for url in wanted):
            return
        with self.run(self.config, now) as run:
            polled, _ = update(run, editions)
            for problem in run.problems:
                self._warn(f"{problem}")
        self.say(f"feeds: {polled.tried} asked, {polled.failed} failed, {polled.new} new entries")
        if polled.failed < polled.tried:
            store.slots.well("fetch", now, f"{polled.tried} asked, {polled.failed} failed")

    def _purge(self, store: "SqlStore") -> None:
        """Only by a clock that has not jumped: one that is years ahead would take everything for old."""
        now, (last, _) = self.time.clock(), store.slots.health().get("run", (None, ""))
        if last is None or abs(now - last) > 2 * PURGE:
            return
        for what, count in purge(store, now):
            if count:
                self.say(f"forgotten: {count} {what}")

    def _guarded(self, name: str, work: Callable[["SqlStore"], None], store: "SqlStore") -> bool:
        try:
            work(store)
        except DigestError as error:
            self.say(f"{name} failed: {Problem.of(error)}")
            return False
        except Exception as error:  # noqa: BLE001  (what is due next must not wait for it)
            self.say(f"{name} failed: {type(error).__name__}: {error}; please report this to the project")
            return False
        return True

    def _is_time(self, name: str, every: timedelta) -> bool:
        """Also if the clock was set back since."""
        now, last = self.time.clock(), self._last.get(name)
        if last and last <= now < last + every:
            return False
        self._last[name] = now
        return True

    def _ping(self) -> None:
        if self.config.ping:
            failure = ping(secret_value(self.config.folder, self.config.ping, warn=self._warn))
            if failure:
                self._warn(failure)

    def _warn(self, text: str) -> None:
        self.say(f"warning: {text}")

    def _reread(self) -> None:
        """People edit feeds.yaml while this runs. One that cannot be used is told of, and the last good one kept."""
        mark = self._mark()
        if mark == self._seen:
            return
        self._seen = mark
        try:
            self.config = read_config(self.path)
            self.say(f"{self.path} was read again")
        except DigestError as error:
            self._warn(f"{self.path} cannot be used as it is now, and is left: {Problem.of(error)}")

    def _mark(self) -> tuple[float, int]:
        try:
            found = self.path.stat()
        except OSError:
            return (0.0, 0)
        return (found.st_mtime, found.st_size)


def keep_looking(service: Service, wait: Callable[[float], bool], ticks: Callable[[], float]) -> bool:
    """Look at each turn's moment, and once a minute in any case, until `wait` (for some seconds) answers True.

    APScheduler wakes us; what is due the store knows. It counts on by the clock, so if that was set back, it is told
    what time it is. False if what was under way has not ended in time.
    """
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.schedulers.background import BackgroundScheduler

    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    scheduler = BackgroundScheduler(
        timezone="UTC",
        executors={"default": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
    )
    state = _Looking(ticks())

    def look() -> None:
        state.idle.clear()
        try:
            service.look()
        except Exception as error:  # noqa: BLE001  (the next look may do better)
            service.say(
                f"failed: {type(error).__name__}: {error}" if not isinstance(error, DigestError) else f"{error}"
            )
        finally:
            coming = service.coming()
            if coming and not service.stopping():
                scheduler.add_job(look, "date", run_date=coming, id="turn", replace_existing=True)
                if coming != state.coming:
                    service.say(f"next: {coming:%Y-%m-%d %H:%M} UTC")
                    state.coming = coming
            state.last = ticks()
            state.idle.set()

    scheduler.add_job(look, "interval", seconds=LOOK, id="look", next_run_time=service.time.clock())
    scheduler.start()
    while not wait(1.0):
        if state.idle.is_set() and ticks() - state.last > LOOK + 5:
            state.last = ticks()
            scheduler.modify_job("look", next_run_time=service.time.clock())
    scheduler.shutdown(wait=False)
    return state.idle.wait(GRACE)


@dataclass
class _Looking:
    last: float
    coming: datetime | None = None
    idle: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.idle.set()

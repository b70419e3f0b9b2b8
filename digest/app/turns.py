"""Take the turns of editions that are due: make the issue, hold it or bring it out, mail it; each once.

Every step can be done again: an issue is made as of the moment when its turn was first begun, and so is the same one
however often it is begun anew; files, store and ledger of mail take what they have already for done. What a killed
process has left is found in the store and gone on with.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digest.app.build import Build
from digest.app.fetch import update
from digest.app.mailed import Mailed
from digest.app.report import Problem
from digest.app.run import Run
from digest.app.setup import decisions
from digest.config import Config, Edition, Skip
from digest.deliver.folder import Folder
from digest.deliver.mail.queue import Time
from digest.errors import DigestError
from digest.mailing import Review, Slot
from digest.model import FeedState, Issue, short_hash
from digest.pipeline import issue_id
from digest.render.frozen import freeze, thaw
from digest.schedule import Turn, due
from digest.text.normalize import counted, one_line

if TYPE_CHECKING:
    from digest.store.sql import SqlStore

AGAIN = timedelta(minutes=10)  # after a turn failed for a reason that may pass
DRAFTS = ".drafts"  # in the folder for artifacts; no edition can be called that, and no channel takes it out


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of a turn. `state`: done, held (for review), skipped, failed, or later (it is tried again)."""

    edition: str
    slot: str
    state: str
    due: datetime
    started: datetime
    seconds: float
    issue: str | None = None
    note: str = ""
    problems: int = 0
    mailed: Mailed | None = None

    @property
    def well(self) -> bool:
        return self.state in ("done", "held", "skipped") and not (self.mailed and self.mailed.paused)

    def as_json(self) -> dict[str, Any]:
        """A line for programs, without addresses."""
        counts = self.mailed.counts if self.mailed else None
        kinds = ("recipients", "sent", "failed", "skipped", "uncertain", "pending")
        return {
            "schema": 1,
            "edition": self.edition,
            "slot": self.slot,
            "state": self.state,
            "issue": self.issue,
            "due": self.due.isoformat(),
            "started": self.started.isoformat(),
            "seconds": round(self.seconds, 1),
            "note": self.note,
            "problems": self.problems,
            "mail": {kind: getattr(counts, kind) for kind in kinds} if counts else None,
        }


@dataclass(frozen=True, kw_only=True)
class Turns:
    """What taking turns needs. `run` opens a run as of a moment, `send` mails an issue (None if nobody is subscribed),
    `ask` tells the editor of a draft in a folder, `say` writes a line for people. Between two steps a turn may be left
    for later, if the process is `stopping`.
    """

    config: Config
    store: "SqlStore"
    out: Path
    time: Time
    run: Callable[[datetime], AbstractContextManager[Run]]
    send: Callable[[Edition, str], Mailed | None]
    ask: Callable[[Edition, Issue, Path], None]
    say: Callable[[str], None]
    stopping: Callable[[], bool] = lambda: False

    def due(self) -> Iterator[Taken]:
        """Take all that are due, one after the other; nothing if another process of this machine does so already."""
        with self.store.slots.alone() as alone:
            if not alone:
                return
            for edition in self.config.editions:
                for step in (self._approved, self._left, self._next):
                    if not self.stopping():
                        yield from step(edition)

    def released(self, edition: Edition) -> Iterator[Taken]:
        """Bring out the drafts of an edition that are approved; nothing if another process takes turns."""
        with self.store.slots.alone() as alone:
            if alone:
                yield from self._approved(edition, at_once=True)

    def _approved(self, edition: Edition, *, at_once: bool = False) -> Iterator[Taken]:
        """Drafts that were approved, or whose time for review is over. Their turn goes on until the mail is out;
        `at_once`, it does not wait for the time at which it would be tried again.
        """
        slots, now = self.store.slots, self.time.clock()
        for review in slots.held(edition.id):
            if review.verdict == "draft" and review.until and review.until <= now:
                slots.decide(edition.id, review.issue, "approved", now)
                self.say(f"{edition.id} {review.issue}: goes out, nobody has objected in time")
            elif review.verdict != "approved":
                continue
            known = next((slot for slot in slots.of(edition.id) if slot.issue == review.issue), None)
            slot = slots.reopen(known, now, at_once=at_once) if known else _no_slot(review)
            if slot:
                yield self._guarded(slot, partial(self._release, edition, review))

    def _left(self, edition: Edition) -> Iterator[Taken]:
        """Turns that were begun, and not ended."""
        now, slots = self.time.clock(), self.store.slots
        slots.forget_future(edition.id, now)
        approved = {review.issue for review in slots.held(edition.id) if review.verdict == "approved"}
        for slot in slots.of(edition.id):
            if slot.state != "running" or slot.due > now or slot.issue in approved:
                continue
            taken = slots.take(edition.id, Turn(id=slot.id, due=slot.due), now)
            if taken and now - max(slot.due, slot.started) > edition.timing.make_up:
                slots.finish(taken, "failed", now, f"given up: {slot.note or 'interrupted'}")
                yield self._told(taken, "failed", self.time.ticks(), note=f"given up: {slot.note or 'interrupted'}")
            elif taken:
                self.say(f"{edition.id} {slot.id}: goes on where it was left")
                yield self._guarded(taken, partial(self._take, edition))

    def _next(self, edition: Edition) -> Iterator[Taken]:
        """The turn that is due now."""
        timing, slots, now = edition.timing, self.store.slots, self.time.clock()
        if timing.schedule is None:
            return
        found = due(timing.schedule, now, timing.make_up, {slot.id: slot.due for slot in slots.of(edition.id)})
        slots.miss(edition.id, found.missed, now)
        for turn, reason in found.missed:
            self.say(f"{edition.id} {turn.id}: {reason}")
        taken = slots.take(edition.id, found.turn, now) if found.turn else None
        if taken:
            yield self._guarded(taken, partial(self._take, edition))

    def _guarded(self, slot: Slot, work: Callable[[Slot], Taken]) -> Taken:
        """One edition that fails leaves the others alone, and is tried again."""
        began = self.time.ticks()
        try:
            taken = work(slot)
        except DigestError as error:
            taken = self._later(slot, began, str(Problem.of(error)))
        except Exception as error:  # noqa: BLE001  (a service goes on; what it could not do it says, and tries again)
            reason = f"{type(error).__name__}: {error}; please report this to the project"
            taken = self._later(slot, began, one_line(reason))
        self.say(f"{taken.edition} {taken.slot}: {taken.state}{', ' if taken.note else ''}{taken.note}")
        return taken

    def _later(self, slot: Slot, began: float, note: str) -> Taken:
        with suppress(DigestError):  # if not even that can be written down, it is tried again all the sooner
            self.store.slots.postpone(slot, self.time.clock() + AGAIN, note)
        return self._told(slot, "later", began, note=note)

    def _take(self, edition: Edition, slot: Slot) -> Taken:
        slots, began = self.store.slots, self.time.ticks()
        problems = 0
        if slot.issue is None:
            made = self._make(edition, slot)
            problems = made.problems
            if made.skipped:
                slots.finish(slot, "skipped", self.time.clock(), made.skipped)
                return self._told(slot, "skipped", began, note=made.skipped, problems=problems)
            slots.built(slot, made.issue)
            slot = replace(slot, issue=made.issue)
        if self._is_draft(edition, slot):
            slots.finish(slot, "done", self.time.clock(), "held for review")
            return self._told(slot, "held", began, note="waits for review", problems=problems)
        self._wait(edition, slot)
        if self.stopping():
            slots.postpone(slot, self.time.clock(), "stopped")
            return self._told(slot, "later", began, note="stopped before its mail", problems=problems)
        slots.renew(slot, self.time.clock())
        mailed = self.send(edition, slot.issue or "")
        slots.finish(slot, "done", self.time.clock(), _said(mailed))
        return self._told(slot, "done", began, note=_said(mailed), problems=problems, mailed=mailed)

    def _make(self, edition: Edition, slot: Slot) -> "_Made":
        """The issue, as of when its turn was begun; out, or held. One that was mailed by hand stays as it is."""
        id = issue_id(slot.started, edition.timezone)
        if self.store.mailed(edition.id, id):
            return _Made(issue=id, skipped="", problems=0)
        self._give_up_drafts(edition, id)
        with self.run(self.time.clock()) as run:
            update(run, [edition])
            run.begin("")
            build = Build(
                run=replace(run, now=slot.started), out=self.out, offline=True, decisions=decisions(self.config)
            )
            states = build.states([edition])
            drafted = build.drafted(edition, states)
            why = why_not(edition, drafted.issue, states)
            if not why:
                rendered = build.rendered(edition, drafted)
                if edition.timing.review:
                    Folder(path=self.out / DRAFTS)(rendered.issue, rendered.artifacts)
                    self._hold(edition, rendered.issue, rendered.kept.manifest or b"")
                else:
                    build.publish(edition, rendered)
            for problem in run.problems:
                self.say(f"warning: {problem}")
            return _Made(issue=drafted.issue.id, skipped=why, problems=len(run.problems))

    def _hold(self, edition: Edition, issue: Issue, manifest: bytes) -> None:
        review, now = edition.timing.review, self.time.clock()
        until = now + review.wait if review and review.wait else None
        waits = Review(edition=edition.id, issue=issue.id, verdict="draft", asked=now, until=until)
        self.store.slots.hold(waits, freeze(issue), manifest)
        self.ask(edition, issue, self.out / DRAFTS / edition.id)

    def _is_draft(self, edition: Edition, slot: Slot) -> bool:
        return self.store.slots.draft(edition.id, slot.issue or "") is not None

    def _give_up_drafts(self, edition: Edition, issue: str) -> None:
        """A draft that nobody has approved until the next turn will not go out any more: its stories will, anew."""
        for review in self.store.slots.held(edition.id):
            if review.issue != issue and self.store.slots.decide(
                edition.id, review.issue, "rejected", self.time.clock()
            ):
                remove_draft(self.out, edition)
                self.say(f"{edition.id} {review.issue}: was not approved before the next turn, and does not go out")

    def _release(self, edition: Edition, review: Review, slot: Slot) -> Taken:
        began = self.time.ticks()
        draft = self.store.slots.draft(edition.id, review.issue)
        if draft:
            with self.run(self.time.clock()) as run:
                build = Build(run=run, out=self.out, offline=True, decisions={})
                build.publish(edition, build.again(edition, thaw(draft[0]), draft[1]))
                for problem in run.problems:
                    self.say(f"warning: {problem}")
        mailed = self.send(edition, review.issue)
        self.store.slots.finish(slot, "done", self.time.clock(), _said(mailed))
        self.store.slots.released(edition.id, review.issue)
        remove_draft(self.out, edition)
        return self._told(replace(slot, issue=review.issue), "done", began, note=_said(mailed), mailed=mailed)

    def _wait(self, edition: Edition, slot: Slot) -> None:
        """Off the full hour, when everybody sends: some minutes that follow from the turn, so that it is no chance."""
        seconds = edition.timing.jitter.total_seconds()
        if not self.config.mail or not seconds:
            return
        part = int(short_hash(edition.id, slot.id)[:8], 16) / 16**8
        left = (slot.due - self.time.clock()).total_seconds() + seconds * (0.2 + 0.8 * part)
        while left > 0 and not self.stopping():
            self.time.wait(min(left, 1.0))
            left -= 1.0

    def _told(self, slot: Slot, state: str, began: float, **fields: Any) -> Taken:
        return Taken(
            edition=slot.edition,
            slot=slot.id,
            state=state,
            due=slot.due,
            started=slot.started,
            seconds=self.time.ticks() - began,
            **{"issue": slot.issue, **fields},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    issue: str
    skipped: str | None
    problems: int


def why_not(edition: Edition, issue: Issue, states: Mapping[str, FeedState]) -> str | None:
    """Why an issue does not go out, by the edition's rules."""
    skip: Skip = edition.timing.skip
    failing = [feed.url in states and bool(states[feed.url].failure) for feed in edition.feeds]
    if skip.stale and failing and all(failing):
        return "every feed fails"
    if len(issue.briefs) < skip.stories:
        return f"{counted(len(issue.briefs), 'story')}, fewer than {skip.stories}"
    if skip.unchanged and issue.briefs and not any(brief.new or not brief.since for brief in issue.briefs):
        return "nothing new"
    return None


def remove_draft(out: Path, edition: Edition) -> None:
    """What the editor looked at is not needed any more."""
    shutil.rmtree(out / DRAFTS / edition.id, ignore_errors=True)


def _no_slot(review: Review) -> Slot:
    """A draft whose turn is not known any more."""
    return Slot(
        edition=review.edition,
        id=review.issue,
        due=review.asked,
        state="done",
        started=review.asked,
        issue=review.issue,
    )


def _said(mailed: Mailed | None) -> str:
    if mailed is None:
        return "nobody is subscribed"
    counts = mailed.counts
    if mailed.elsewhere:
        return "another process mails it"
    kinds = ("sent", "failed", "skipped", "uncertain", "pending")
    numbers = ", ".join(f"{getattr(counts, kind)} {kind}" for kind in kinds if getattr(counts, kind))
    paused = f"paused: {one_line(mailed.paused)}; " if mailed.paused else ""
    return f"{paused}{counted(counts.recipients, 'recipient')}: {numbers or 'none open'}"

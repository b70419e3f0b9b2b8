"""Ask the feeds that are due, politely and each once, and store what they bring."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from digest.app.asking import asking, remember
from digest.app.report import Polled
from digest.app.run import Run
from digest.errors import FeedError
from digest.ingest.feeds.entries import is_calendar
from digest.ingest.feeds.parse import Parsed, parse
from digest.ingest.feeds.read import reading
from digest.ingest.sandbox import SandboxError
from digest.ingest.web import pace
from digest.ingest.web.fetched import Fetched, Outcome, failed, unreadable
from digest.model import Feed, FeedState

if TYPE_CHECKING:
    from digest.ingest.web.client import Client

AT_A_TIME = 32  # answers stored in one transaction, if so many wait
UNREAD = 8_000_000  # bytes of answers not stored yet, from which on nobody else is asked


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    """A feed that was asked: what it was before, what came, and what that says if it is a feed."""

    before: FeedState
    fetched: Fetched
    parsed: Parsed | None
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What is left of an answer once it is stored."""

    state: FeedState
    outcome: Outcome
    entries: int
    new: int


def poll(
    run: Run, feeds: Iterable[Feed], *, every: bool = False, named: Collection[str] = ()
) -> tuple[Polled, Mapping[str, FeedState]]:
    """Ask the `feeds` that are due, or `every` one that has not been stopped, and those `named` in any case.

    What fails is noted, and kept as it was. Returns how it went, and the states of all `feeds` by URL.
    """
    all_feeds = list({feed.url: feed for feed in feeds}.values())
    states = dict(run.store.feed_states([feed.url for feed in all_feeds]))
    asked = [feed for feed in all_feeds if _wanted(feed, states, run, every=every, named=named)]
    told: dict[str, _Told] = {}
    if asked:
        run.begin("fetch")
        told = asyncio.run(_ask(run, asked, states))
        states |= {url: one.state for url, one in told.items()}
    for feed in all_feeds:
        _note(run, states.get(feed.url))
    polled = _polled(told, [states.get(feed.url) for feed in all_feeds])
    return replace(polled, anonymous=run.config.contact is None), states


def _polled(told: Mapping[str, _Told], states: Sequence[FeedState | None]) -> Polled:
    outcomes = Counter(one.outcome for one in told.values())
    idle = [state for state in states if state and state.url not in told]
    stopped = sum(state.stopped is not None for state in idle)
    return Polled(
        tried=len(told),
        failed=outcomes["failed"],
        unchanged=outcomes["unchanged"],
        waiting=len(idle) - stopped,
        stopped=stopped,
        entries=sum(one.entries for one in told.values()),
        new=sum(one.new for one in told.values()),
    )


def _wanted(feed: Feed, states: Mapping[str, FeedState], run: Run, *, every: bool, named: Collection[str]) -> bool:
    if feed.url in named:
        return True
    state = states.get(feed.url)
    return state is None or (every and not state.stopped) or pace.is_due(state, run.now)


def _note(run: Run, state: FeedState | None) -> None:
    """Tell of a feed that fails or has been stopped, whether it was asked now or not."""
    if state and (state.failure or state.stopped):
        served = f"served from what was stored on {state.ok:%Y-%m-%d}" if state.ok else ""
        if state.stopped:
            hint = f"not asked any more; take it out of {run.config.path.name}, or try: digest fetch {state.url}"
            run.note(FeedError(state.url, state.stopped, hint))
        else:
            run.note(FeedError(state.url, state.failure or "", served))


async def _ask(run: Run, feeds: Sequence[Feed], states: Mapping[str, FeedState]) -> dict[str, _Told]:
    """Ask all at once (the client keeps the pace), and store answers as they come."""
    answers: asyncio.Queue[_Answered | Exception] = asyncio.Queue()
    told: dict[str, _Told] = {}
    room = _Room()
    async with asking(run, room.free) as client:
        before = [states.get(feed.url, FeedState(url=feed.url)) for feed in feeds]
        jobs = (_one(run, client, room, *pair) for pair in zip(feeds, before, strict=True))
        tasks = [asyncio.create_task(_put(answers, job)) for job in jobs]
        try:
            while len(told) < len(feeds):
                batch = await _batch(answers)
                told |= _keep(run, batch)
                remember(run, client, {})
                room.give(sum(answer.size for answer in batch))
                run.progress.step(batch[-1].fetched.feed.outlet, len(told), len(feeds))
        finally:
            for task in tasks:
                task.cancel()
    return told


async def _batch(answers: "asyncio.Queue[_Answered | Exception]") -> list[_Answered]:
    """The next answer, and those that wait behind it."""
    arrived = [await answers.get()]
    while not answers.empty() and len(arrived) < AT_A_TIME:
        arrived.append(answers.get_nowait())
    for one in arrived:
        if isinstance(one, Exception):
            raise one
    return [one for one in arrived if isinstance(one, _Answered)]


class _Room:
    """Room for answers that were not stored yet: the network may be faster than we read."""

    def __init__(self) -> None:
        self._taken = 0
        self._free = asyncio.Event()
        self._free.set()

    async def free(self) -> None:
        """Wait until there is some."""
        await self._free.wait()

    def take(self, size: int) -> None:
        self._taken += size
        if self._taken > UNREAD:
            self._free.clear()

    def give(self, size: int) -> None:
        self._taken -= size
        if self._taken <= UNREAD:
            self._free.set()


async def _put(answers: "asyncio.Queue[_Answered | Exception]", job: Awaitable[_Answered]) -> None:
    """An error that is nobody's answer is a bug of ours: it goes up, where it would otherwise be waited for."""
    try:
        await answers.put(await job)
    except Exception as error:  # noqa: BLE001
        await answers.put(error)


async def _one(run: Run, client: "Client", room: _Room, feed: Feed, before: FeedState) -> _Answered:
    """Ask for one feed and read it, in the sandbox; whatever goes wrong is an answer too."""
    from digest.ingest.web.fetch import fetch_feed

    parsed, size = None, 0
    try:
        fetched = await fetch_feed(client, feed, before, run.now)
        size = len(fetched.body)
        room.take(size)
        if fetched.outcome == "new":
            job = run.sandbox.submit(parse, fetched.body, feed, fetched.content_type)
            parsed = await asyncio.wrap_future(job)
    except FeedError as error:
        fetched = unreadable(feed, fetched.state, before, run.now, error.reason)
    except SandboxError as error:
        fetched = failed(feed, before, run.now, f"could not be read: {error.reason}")
    except Exception as error:  # noqa: BLE001  (what a server or a feed sets off must not stop the others)
        reason = f"could not be read ({type(error).__name__}: {error}); please report this feed to the project"
        fetched = failed(feed, before, run.now, reason)
    return _Answered(before=before, fetched=replace(fetched, body=b""), parsed=parsed, size=size)


def _keep(run: Run, batch: Sequence[_Answered]) -> dict[str, _Told]:
    """Store the answers of a few feeds, together."""
    known = run.store.known([answer.before.url for answer in batch if answer.parsed])
    readings = [
        reading(answer.fetched, answer.parsed, answer.before, known.get(answer.before.url, {}), run.now)
        for answer in batch
    ]
    run.store.save_readings((one.state, one.filed) for one in readings)
    for answer in batch:
        if answer.parsed and is_calendar(answer.parsed.entries, run.now):
            hint = "they count by when they were first seen; is it a calendar?"
            run.note(FeedError(answer.before.url, "dates all its entries in the future", hint))
    return {
        one.state.url: _Told(
            state=one.state,
            outcome=one.outcome,
            entries=one.entries,
            new=sum(filed.changes == 0 for filed in one.filed),
        )
        for one in readings
    }

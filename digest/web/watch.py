"""Tell of files and folders that change on disk, soon after they have."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchfiles import Change, DefaultFilter, awatch

_QUIET = 30  # milliseconds without a change after which it is told: an editor writes in several steps
_LONGEST = 300  # milliseconds after which it is told all the same
_POLLED = 500  # milliseconds between two looks where the system does not tell

Changed = Callable[[set[str]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Files, and folders with all that is in them. Neither has to be there yet."""

    files: Sequence[Path]
    folders: Sequence[Path]


async def watch(watched: Watched, changed: Changed) -> None:
    """Call `changed` with the names of what has changed, until cancelled."""
    again = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_watch_files(watched, changed, again))
        tasks.create_task(_watch_folders(watched.folders, changed, again))


async def _watch_files(watched: Watched, changed: Changed, again: asyncio.Event) -> None:
    """By the folders that they are in: editors replace files. If a watched folder comes or goes, that is `again`."""
    every = [*watched.files, *watched.folders]
    names = {name for path in every for name in (path.name, path.resolve().name)}
    parents = {folder for path in every for folder in (path.parent.resolve(), path.resolve().parent)}
    folders = {path.name for path in watched.folders}
    async for found in _changes(sorted(filter(Path.is_dir, parents)), names, asyncio.Event()):
        if found & folders:
            again.set()
        await changed(found)


async def _watch_folders(folders: Sequence[Path], changed: Changed, again: asyncio.Event) -> None:
    while True:
        there = sorted({folder.resolve() for folder in folders if folder.is_dir()})
        again.clear()
        if not there:
            await again.wait()
            continue
        async for found in _changes(there, None, again):
            await changed(found)


async def _changes(
    folders: Sequence[Path], names: Collection[str] | None, stop: asyncio.Event
) -> AsyncIterator[set[str]]:
    """Names in `folders`, of those `names`, or of all, deep down, that are no editor's own; until `stop` is set."""
    usual = DefaultFilter()

    def wanted(change: Change, path: str) -> bool:
        return Path(path).name in names if names is not None else usual(change, path)

    for polling in (False, True):
        try:
            async for changes in awatch(
                *folders,
                watch_filter=wanted,
                step=_QUIET,
                debounce=_LONGEST,
                stop_event=stop,
                recursive=names is None,
                force_polling=polling,
                poll_delay_ms=_POLLED,
            ):
                yield {Path(path).name for _, path in changes}
        except OSError:  # the system has no watch left for us
            if polling:
                raise
        else:
            return

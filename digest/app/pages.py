"""Read the pages of entries that are only teasers, where their feed is set to that and their publisher allows it."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from digest.app.asking import asking, remember
from digest.app.run import Run
from digest.config import Edition
from digest.errors import FeedError
from digest.ingest.extract import page_paragraphs
from digest.ingest.feeds.entries import teasers
from digest.ingest.sandbox import SandboxError
from digest.ingest.web.pages import KeptAway, Sites, Unread, read_page
from digest.ingest.web.rights import known_origin
from digest.model import Feed, Filed
from digest.text.normalize import counted

if TYPE_CHECKING:
    from digest.ingest.web.client import Client

MOST = 20  # pages of one feed in one run, the newest

_Key = tuple[str, str]  # feed and guid of an entry


def read_pages(run: Run, editions: Sequence[Edition]) -> int:
    """Ask for the pages of entries that an issue may tell and that are teasers, each once; how many were read.

    What publishers keep for themselves is noted, and the feed's own text stands.
    """
    windows: dict[Feed, timedelta] = {}
    for edition in editions:
        for feed in edition.feeds:
            if feed.pages:
                windows[feed] = max(edition.window, windows.get(feed, timedelta(0)))
    wanted = [filed for feed, window in windows.items() for filed in _teasers(run, feed, window)]
    if not wanted:
        return 0
    run.begin("pages")
    return asyncio.run(_read(run, wanted))


def _teasers(run: Run, feed: Feed, window: timedelta) -> list[Filed]:
    """The newest entries of a feed whose pages were not asked for and that are not whole."""
    fresh = run.store.pageless([feed.url], run.now - window, run.now)
    newest = sorted(fresh, key=lambda filed: (filed.entry.published or filed.seen, filed.entry.guid), reverse=True)
    try:
        short = run.sandbox.call(teasers, newest[:MOST])
    except SandboxError:
        return []
    pairs = list(zip(newest, short, strict=False))
    run.store.save_pages({_key(filed): "" for filed, is_teaser in pairs if not is_teaser})
    return [filed for filed, is_teaser in pairs if is_teaser]


def _key(filed: Filed) -> _Key:
    return filed.entry.feed, filed.entry.guid


async def _read(run: Run, wanted: Sequence[Filed]) -> int:
    origins = {origin for filed in wanted if (origin := known_origin(filed.entry.url or ""))}
    kept: dict[_Key, str] = {}
    refused: dict[str, Counter[str]] = defaultdict(Counter)
    async with asking(run) as client:
        sites = Sites(client, run.store.sites(origins), run.now)
        for number, job in enumerate(asyncio.as_completed([_one(run, client, sites, filed) for filed in wanted]), 1):
            filed, found = await job
            if isinstance(found, KeptAway):  # nothing was asked, and it may think again
                refused[filed.entry.feed][found.why] += 1
            else:
                kept[_key(filed)] = found
            run.progress.step(filed.entry.outlet, number, len(wanted))
        run.store.save_pages(kept)
        remember(run, client, sites.changed)
    for feed, reasons in sorted(refused.items()):
        for why, count in sorted(reasons.items()):
            run.note(FeedError(feed, f"{counted(count, 'page')} not read: {why}", "its own text is used"))
    return sum(map(bool, kept.values()))


async def _one(run: Run, client: "Client", sites: Sites, filed: Filed) -> tuple[Filed, KeptAway | str]:
    """The paragraphs of an entry's page, parted by empty lines; none if it could not be had or read."""
    found = await read_page(client, filed.entry.url or "", sites)
    if isinstance(found, KeptAway):
        return filed, found
    if isinstance(found, Unread):
        return filed, ""
    try:
        paragraphs = await asyncio.wrap_future(run.sandbox.submit(page_paragraphs, found.body))
    except Exception:  # noqa: BLE001  (what one page sets off must not stop the others)
        return filed, ""
    return filed, "\n\n".join(paragraphs)

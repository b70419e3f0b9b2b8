"""Read the pages of entries that are only teasers, where their feed is set to that and their publisher allows it."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from digest.app.asking import asking, remember
from digest.app.run import Run
from digest.config import Edition
from digest.errors import FeedError
from digest.ingest.extract import page_paragraphs
from digest.ingest.feeds.entries import is_teaser
from digest.ingest.web.pages import KeptAway, Sites, Unread, read_page
from digest.ingest.web.rights import known_origin
from digest.model import Feed, Filed
from digest.text.normalize import counted

if TYPE_CHECKING:
    from digest.ingest.web.client import Client

MOST = 20  # pages of one feed in one run, the newest
AT_ONCE = 8  # pages in memory, of which one at most is asked for at each site
PATIENCE = timedelta(days=1)  # for which a page that could not be had is asked for again

_Key = tuple[str, str]  # feed and guid of an entry


def read_pages(run: Run, editions: Sequence[Edition], only: Collection[str] = ()) -> int:
    """Ask for the pages of entries that an issue may tell and that are teasers, each once; how many were read.

    With `only`, just those of these feeds. What publishers keep for themselves, and what could not be had, is noted;
    the feed's own text stands.
    """
    windows: dict[Feed, timedelta] = {}
    for edition in editions:
        for feed in edition.feeds:
            if feed.pages and (not only or feed.url in only):
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
    pairs = [(filed, _is_teaser(run, filed)) for filed in newest[:MOST]]
    run.store.save_pages({_key(filed): "" for filed, is_teaser in pairs if not is_teaser})
    return [filed for filed, is_teaser in pairs if is_teaser]


def _is_teaser(run: Run, filed: Filed) -> bool:
    """What cannot even be looked at has a page that is worth a try."""
    try:
        return run.sandbox.call(is_teaser, filed)
    except Exception:  # noqa: BLE001  (what one entry sets off must not stop the others)
        return True


def _key(filed: Filed) -> _Key:
    return filed.entry.feed, filed.entry.guid


async def _read(run: Run, wanted: Sequence[Filed]) -> int:
    """Ask for all, a few at a time, and store each as it comes."""
    origins = {origin for filed in wanted if (origin := known_origin(filed.entry.url or ""))}
    places = asyncio.Semaphore(AT_ONCE)
    failures: dict[str, Counter[str]] = defaultdict(Counter)
    count = 0
    async with asking(run) as client:
        sites = Sites(client, run.store.sites(origins), run.now)
        for number, job in enumerate(
            asyncio.as_completed([_one(run, client, sites, places, filed) for filed in wanted]), 1
        ):
            filed, text, why = await job
            if text is not None:
                run.store.save_pages({_key(filed): text})
                count += bool(text)
            if why:
                failures[filed.entry.feed][why] += 1
            remember(run, client, sites.changed)
            run.progress.step(filed.entry.outlet, number, len(wanted))
    for feed, reasons in sorted(failures.items()):
        for why, times in sorted(reasons.items()):
            run.note(FeedError(feed, f"{counted(times, 'page')} not read: {why}", "the feed's own text is used"))
    return count


async def _one(
    run: Run, client: "Client", sites: Sites, places: asyncio.Semaphore, filed: Filed
) -> tuple[Filed, str | None, str]:
    """What to keep of an entry's page (None: it may be asked for again), and why it was not read, if so."""
    async with places:
        found = await read_page(client, filed.entry.url or "", sites)
        if isinstance(found, KeptAway):  # it may think again, and is not asked while it does not
            return filed, "" if found.asked else None, found.why
        if isinstance(found, Unread):
            again = found.again and run.now - filed.seen < PATIENCE
            return filed, None if again else "", found.why
        try:
            paragraphs = await asyncio.wrap_future(run.sandbox.submit(page_paragraphs, found.body))
        except Exception as error:  # noqa: BLE001  (what one page sets off must not stop the others)
            return filed, "", str(error)
        return filed, "\n\n".join(paragraphs), "" if paragraphs else "no text was found in it"

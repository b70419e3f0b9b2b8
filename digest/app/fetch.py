"""Bring what is stored up to date: ask feeds, and read pages."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from digest.app.pages import read_pages
from digest.app.poll import poll
from digest.app.report import FetchReport, Polled
from digest.app.run import Run
from digest.config import Edition
from digest.errors import ConfigError
from digest.model import FeedState


def update(
    run: Run, editions: Sequence[Edition], *, every: bool = False, named: Sequence[str] = ()
) -> tuple[Polled, Mapping[str, FeedState]]:
    """Ask the feeds of the editions that are due, or `every` one, or just those `named`, which must be among them.

    Then read the pages of their entries that are teasers. Returns how it went, and the states of the feeds by URL.
    """
    feeds = {feed.url: feed for edition in editions for feed in edition.feeds}
    for url in named:
        if url not in feeds:
            near = get_close_matches(url, feeds, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else "`digest feeds` lists them"
            raise ConfigError(str(run.config.path), f"has no feed {url}", hint)
    found = poll(run, [feeds[url] for url in named] or feeds.values(), every=every, named=named)
    read_pages(run, editions, named)
    return found


def fetch(run: Run, editions: Sequence[Edition], *, every: bool, named: Sequence[str]) -> FetchReport:
    """Update, and report: a run of `digest fetch`."""
    polled, _ = update(run, editions, every=every, named=named)
    run.begin("")
    return FetchReport(now=run.now, polled=polled, problems=tuple(run.problems), seconds=tuple(run.seconds.items()))

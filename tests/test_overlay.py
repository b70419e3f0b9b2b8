"""A store that a preview builds with: it answers as the one below would, once that had been written to, which it is not."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from digest.errors import StoreError
from digest.model import Entry, FeedState, Filed, Site
from digest.store import Kept, Store
from digest.store.memory import MemoryStore
from digest.store.overlay import Overlay
from digest.store.sql import SqlStore
from tests.conftest import make_article

FEED, OTHER = "https://example.org/feed.xml", "https://example.org/other.xml"
DAY = timedelta(days=1)


def fill(store: Store, now: datetime) -> None:
    """Two feeds with one entry composed each, and one not yet; a seed file."""
    for feed in (FEED, OTHER):
        entries = [
            Entry(feed=feed, outlet="Courier", guid=guid, url=None, title="T", html="<p>x</p>", published=None,
                  author=None, language="en")
            for guid in "12"
        ]  # fmt: skip
        filed = [Filed(entry=entry, article=f"{feed}{entry.guid}", seen=now - DAY) for entry in entries]
        store.save_readings([(FeedState(url=feed), filed)])
        store.save_composed([make_article(f"{feed}1", seen=now - DAY)], [(feed, "1")])
    store.save_files([make_article("seed", seen=now - 2 * DAY)])


def answers(store: Store, now: datetime) -> list[object]:
    feeds, window = [FEED, OTHER], (now - 7 * DAY, now)
    ids = [f"{FEED}1", f"{FEED}2", f"{OTHER}1", f"{OTHER}2", "seed", "new", "unknown"]
    articles = store.articles(ids)
    return [
        store.feed_articles([FEED], *window),
        store.feed_articles(feeds, *window),
        store.feed_articles(feeds, now, now + DAY),
        store.uncomposed(feeds, *window),
        store.entries_of(ids),
        articles,
        store.texts({"unknown", *(article.sha256 for article in articles)}),
        [store.newest(feed, 5) for feed in feeds],
        store.feed_states(feeds),
    ]


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Store]:
    return lambda name: MemoryStore() if request.param == "memory" else SqlStore(f"sqlite:///{tmp_path}/{name}.db")


def test_it_answers_like_a_store_that_was_written_to_and_writes_nothing(
    make: Callable[[str], Store], now: datetime
) -> None:
    with make("base") as base, make("written") as written:
        fill(base, now)
        fill(written, now)
        before = answers(base, now)
        overlay = Overlay(base)
        assert answers(overlay, now) == before
        for store in (overlay, written):
            again = make_article(f"{FEED}1", "A new title", "The harbour opened again.", seen=now)
            late = make_article(f"{OTHER}2", published=now + DAY, seen=now)
            store.save_composed([again, make_article(f"{FEED}2", seen=now), late], [(FEED, "1"), (FEED, "2")])
            store.save_files([make_article("seed", body="It closed.", seen=now), make_article("new", seen=now)])
        found = answers(overlay, now)
        assert found == answers(written, now)
        assert found != before
        assert answers(base, now) == before


def test_it_takes_nothing_that_a_build_offline_does_not_save(now: datetime) -> None:
    base = MemoryStore()
    fill(base, now)
    overlay = Overlay(base)
    refused: list[Callable[[], object]] = [
        lambda: overlay.save_issue("weekly", "2026-11-20", 1, now, Kept(frozen=b"{}")),
        lambda: overlay.save_readings([(FeedState(url=FEED), [])]),
        lambda: overlay.save_pages({(FEED, "1"): "Text"}),
        lambda: overlay.save_sites([Site(origin="https://example.org")]),
    ]
    for save in refused:
        with pytest.raises(StoreError, match="only looked at"):
            save()
    assert base.issues("weekly") == ()

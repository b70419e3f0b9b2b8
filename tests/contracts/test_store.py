"""What every store must do, run over each of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from digest.model import Article, Entry, FeedState
from digest.store import Store
from digest.store.memory import MemoryStore
from digest.store.sql import SqlStore
from tests.conftest import make_article

FEED = "https://example.org/feed.xml"


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made: Store = MemoryStore() if request.param == "memory" else SqlStore(f"sqlite:///{tmp_path}/digest.db")
    with made:
        yield made


def entry(guid: str = "1", **fields: object) -> Entry:
    given = {"feed": FEED, "outlet": "Courier", "url": None, "title": "T", "html": "<p>x</p>", "published": None}
    return Entry(**{**given, "guid": guid, "author": None, "language": "en", **fields})  # type: ignore[arg-type]


def test_a_feed_state_comes_back_character_for_character(store: Store, now: datetime) -> None:
    """Validators are opaque: odd ones are kept as they came."""
    state = FeedState(url=FEED, etag='W/"a b\xe4"', last_modified="garbage 123", tried=now, ok=None, failure="no")
    store.save_fetch(state, [])
    assert store.feed_states([FEED, "https://example.org/other"]) == {FEED: state}


def test_entries_and_articles_come_back_equal(store: Store, now: datetime) -> None:
    article = make_article(published=now - timedelta(hours=1), author="A. Writer", body="One here.\nTwo are here.")
    first = entry(published=now - timedelta(hours=1))
    store.save_fetch(FeedState(url=FEED), [(first, article)])
    assert store.entries(FEED) == {"1": first}
    assert store.articles([article.id, "unknown"]) == (article,)
    assert article.sentences
    assert store.texts([article.sha256, "0"]) == {article.sha256: article.text}


def test_an_edited_article_keeps_its_first_sight_and_its_old_text(store: Store, now: datetime) -> None:
    """Old issues must stay provable, and an edit must not make an article new."""
    old = make_article(body="It was so.")
    new = make_article(body="It was otherwise.", seen=now + timedelta(days=1))
    store.save_fetch(FeedState(url=FEED), [(entry(), old)])
    store.save_fetch(FeedState(url=FEED), [(entry(html="<p>y</p>"), new)])
    assert store.articles([old.id]) == (replace(new, seen=old.seen),)
    assert set(store.texts([old.sha256, new.sha256])) == {old.sha256, new.sha256}
    assert store.entries(FEED)["1"].html == "<p>y</p>"


def test_articles_of_a_window_are_those_of_the_feeds_asked_for(store: Store, now: datetime) -> None:
    """Dated articles count by their date, others by first sight; the window's start is not in it, its end is."""
    day = timedelta(days=1)

    def made(id: str, **fields: object) -> Article:
        return make_article(id=id, title=id, **fields)

    kept = [
        made("dated", published=now - day),
        made("dated-now", published=now),
        made("dated-but-first-seen-long-ago", published=now - day, seen=now - 90 * day),
        made("far-ahead", published=now + 9 * day),
        made("undated"),
    ]
    left = [
        made("a-little-ahead", published=now + day / 2),
        made("old", published=now - 8 * day),
        made("too-old", published=now - 7 * day),
        made("undated-and-seen-long-ago", seen=now - 8 * day),
    ]
    store.save_fetch(FeedState(url=FEED), [(entry(a.id), a) for a in kept + left])
    store.save_fetch(FeedState(url=FEED + "2"), [(entry("x", feed=FEED + "2"), made("other"))])
    store.save_files([made("file")])
    found = store.feed_articles([FEED], now - 7 * day, now)
    assert [article.id for article in found] == sorted(article.id for article in kept)
    assert "file" in {article.id for article in store.articles(["file"])}


def test_an_article_in_two_feeds_is_found_once(store: Store, now: datetime) -> None:
    article = make_article()
    for url in (FEED, FEED + "2"):
        store.save_fetch(FeedState(url=url), [(entry(feed=url), article)])
    assert store.feed_articles([FEED, FEED + "2"], now - timedelta(days=1), now) == (article,)


def test_issues_are_kept_in_order_and_a_second_build_replaces_the_first(store: Store, now: datetime) -> None:
    store.save_issue("weekly", "2026-11-20", 2, now, b"second")
    store.save_issue("weekly", "2026-11-13", 1, now - timedelta(days=7), b"first")
    store.save_issue("other", "2026-11-13", 1, now, b"elsewhere")
    store.save_issue("weekly", "2026-11-20", 2, now, b"second again")
    assert store.issues("weekly") == (b"first", b"second again")
    assert store.issues("none") == ()

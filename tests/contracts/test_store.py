"""What every store must do, run over each of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from digest.model import About, Article, Credit, Entry, FeedState, Filed, Known, Site
from digest.store import Kept, Store
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


def file(store: Store, *pairs: tuple[Entry, Article], feed: str = FEED) -> None:
    """Entries that were read and whose articles were composed."""
    store.save_readings([(FeedState(url=feed), [Filed(entry=e, article=a.id, seen=a.seen) for e, a in pairs])])
    store.save_composed([article for _, article in pairs], [(e.feed, e.guid) for e, _ in pairs])


def test_a_feed_state_comes_back_character_for_character(store: Store, now: datetime) -> None:
    """Validators are opaque: odd ones are kept as they came."""
    state = FeedState(
        url=FEED,
        etag='W/"a b\xe4"',
        last_modified="garbage 123",
        tried=now,
        failure="no",
        failures=2,
        failing=now - timedelta(hours=3),
        unread="is no feed",
        due=now + timedelta(hours=1),
        why="second failure in a row",
        stopped="gone",
        address="https://example.org/new.xml",
        moved_to="https://example.org/newer.xml",
        moved=now,
        moves=1,
        about=About(title="Courier", licence="CC BY", period=1800, quiet_hours=(0, 23), quiet_days=(5, 6)),
    )
    store.save_readings([(state, []), (FeedState(url=FEED + "2"), [])])
    assert store.feed_states([FEED, "https://example.org/other"]) == {FEED: state}


def test_web_servers_come_back_equal_and_those_that_are_held_are_known(store: Store, now: datetime) -> None:
    day = timedelta(days=1)
    site = Site(
        origin="https://example.org",
        held_until=now + day,
        read=now,
        robots="User-agent: *",
        tdmrep="[]",
        ai="",
        unreadable="no answer",
        reserved="header",
        reserved_at=now,
    )
    free = Site(origin="https://free.example", held_until=now)
    store.save_sites([Site(origin=site.origin), free])
    store.save_sites([site])
    assert store.sites([site.origin, "https://unknown.example"]) == {site.origin: site}
    assert store.held(now) == {site.origin: now + day}


def test_an_entry_comes_back_equal_and_is_known_by_what_it_says(store: Store, now: datetime) -> None:
    first = entry(
        url="https://example.org/1",
        published=now - timedelta(hours=1),
        categories=("a, b", "ü"),
        image="https://example.org/i.png",
        licence="CC BY",
        source="Evening Post",
    )
    filed = Filed(entry=first, article="a", seen=now, changes=3)
    store.save_readings([(FeedState(url=FEED), [filed])])
    assert store.uncomposed([FEED], now - timedelta(days=1), now) == (filed,)
    known = Known(guid="1", sha256=first.sha256, article="a", published=first.published, seen=now, changes=3)
    assert store.known([FEED, "none"]) == {FEED: {"1": known}, "none": {}}


def test_what_an_entry_says_is_all_but_its_guid() -> None:
    assert entry("1").sha256 == entry("2").sha256
    different = [entry(title="U"), entry(html="y"), entry(author="A"), entry(categories=("c",)), entry(licence="l")]
    different.append(entry(source="Evening Post"))
    assert len({one.sha256 for one in [entry(), *different]}) == 7


def test_an_entry_without_a_source_keeps_the_hash_that_old_stores_know_it_by() -> None:
    assert entry().sha256 == "f7f70a84df3170f32f5cea326e321481a3d4f50d3b3122d465707d13ebf39481"


def test_an_article_comes_back_with_its_categories_and_its_credit(store: Store) -> None:
    credited = make_article(categories=("a, b", "ü"), credit=Credit(name="Evening Post", how="line"), licence="CC BY")
    store.save_files([credited, make_article("b")])
    assert store.articles(["a", "b"]) == (credited, make_article("b"))
    store.save_files([make_article()])
    assert store.articles(["a"])[0].credit is None


def test_an_issue_is_kept_with_its_manifest(store: Store, now: datetime) -> None:
    """Byte for byte; one of an earlier version has none, and a build that replaces another replaces its manifest."""
    store.save_issue("weekly", "1", 1, now, Kept(frozen=b"{}"))
    store.save_issue("weekly", "2", 2, now, Kept(frozen=b"{ }", manifest='{"ü": 1}\n'.encode()))
    store.save_issue("daily", "2", 2, now, Kept(frozen=b"{ }", manifest=b"{}"))
    assert store.manifests("weekly", ["1", "2", "3"]) == {"2": '{"ü": 1}\n'.encode()}
    store.save_issue("weekly", "2", 2, now, Kept(frozen=b"{ }", manifest=b"[]"))
    assert store.manifests("weekly", ["2"]) == {"2": b"[]"}
    assert store.issues("weekly") == (b"{}", b"{ }")


def test_an_entry_is_to_be_composed_until_it_was_and_again_when_it_changes(store: Store, now: datetime) -> None:
    article, week = make_article(published=now - timedelta(hours=1)), (now - timedelta(days=7), now)
    file(store, (entry(), article))
    assert store.uncomposed([FEED], *week) == ()
    assert store.articles([article.id, "unknown"]) == (article,)
    assert article.sentences
    assert store.texts([article.sha256, "0"]) == {article.sha256: article.text}
    store.save_readings([(FeedState(url=FEED), [Filed(entry=entry(html="y"), article="a", seen=now)])])
    assert [filed.entry.html for filed in store.uncomposed([FEED], *week)] == ["y"]
    assert store.uncomposed(["other"], *week) == ()


def test_only_news_with_an_article_is_composed(store: Store, now: datetime) -> None:
    """The back catalogue of a feed that has just been met is known, and told by no issue."""
    old = Filed(entry=entry("old", published=now - timedelta(days=30)), article="o", seen=now)
    untold = Filed(entry=entry("untold"), article=None, seen=now)
    told = Filed(entry=entry("told"), article="t", seen=now)
    store.save_readings([(FeedState(url=FEED), [old, untold, told])])
    assert store.uncomposed([FEED], now - timedelta(days=7), now) == (told,)
    assert set(store.known([FEED])[FEED]) == {"old", "untold", "told"}


def test_a_page_is_asked_for_once_and_outlives_edits(store: Store, now: datetime) -> None:
    week, key = (now - timedelta(days=7), now), (FEED, "1")
    filed = Filed(entry=entry(url="https://example.org/1"), article="a", seen=now)
    silent = Filed(entry=entry("2", url="https://example.org/2"), article="b", seen=now)
    store.save_readings([(FeedState(url=FEED), [filed, silent, Filed(entry=entry("3"), article="c", seen=now)])])
    store.save_composed([], [key, (FEED, "2"), (FEED, "3")])
    assert store.pageless([FEED], *week) == (filed, silent)
    store.save_pages({key: "All of it.\n\nTo the end.", (FEED, "2"): ""})
    assert store.pageless([FEED], *week) == ()
    assert store.uncomposed([FEED], *week) == (replace(filed, page="All of it.\n\nTo the end."),)
    store.save_readings([(FeedState(url=FEED), [filed])])
    assert store.uncomposed([FEED], *week)[0].page == "All of it.\n\nTo the end."


def test_the_newest_entries_of_a_feed(store: Store, now: datetime) -> None:
    hour = timedelta(hours=1)
    made = [Filed(entry=entry(str(n), html=str(n), published=now - n * hour), article="a", seen=now) for n in (3, 1, 2)]
    store.save_readings([(FeedState(url=FEED), made)])
    store.save_pages({(FEED, "2"): "Its page.", (FEED, "unknown"): "Of nothing."})
    assert store.newest(FEED, 2) == (("1", ""), ("2", "Its page."))
    assert [filed.entry.guid for filed in store.entries_of(["a", "b"])] == ["1", "2", "3"]
    assert store.entries_of(["b"]) == ()
    assert store.newest("other", 2) == ()
    assert store.newest_page(FEED) is None
    old = entry("4", url="https://example.org/4", published=now - 9 * hour)
    store.save_readings([(FeedState(url=FEED), [Filed(entry=old, article="a", seen=now)])])
    assert store.newest_page(FEED) == "https://example.org/4"


def test_an_edited_article_keeps_its_first_sight_and_its_old_text(store: Store, now: datetime) -> None:
    """Old issues must stay provable, and an edit must not make an article new."""
    old = make_article(body="It was so.")
    new = make_article(body="It was otherwise.", seen=now + timedelta(days=1))
    file(store, (entry(), old))
    file(store, (entry(html="<p>y</p>"), new))
    assert store.articles([old.id]) == (replace(new, seen=old.seen),)
    assert set(store.texts([old.sha256, new.sha256])) == {old.sha256, new.sha256}


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
    file(store, *((entry(a.id), a) for a in kept + left))
    file(store, (entry("x", feed=FEED + "2"), made("other")), feed=FEED + "2")
    store.save_files([made("file")])
    found = store.feed_articles([FEED], now - 7 * day, now)
    assert [article.id for article in found] == sorted(article.id for article in kept)
    assert "file" in {article.id for article in store.articles(["file"])}


def test_an_article_in_two_feeds_is_found_once(store: Store, now: datetime) -> None:
    article = make_article()
    for url in (FEED, FEED + "2"):
        file(store, (entry(feed=url), article), feed=url)
    assert store.feed_articles([FEED, FEED + "2"], now - timedelta(days=1), now) == (article,)


def test_issues_are_kept_in_order_and_a_second_build_replaces_the_first(store: Store, now: datetime) -> None:
    store.save_issue("weekly", "2026-11-20", 2, now, Kept(frozen=b"second"))
    store.save_issue("weekly", "2026-11-13", 1, now - timedelta(days=7), Kept(frozen=b"first"))
    store.save_issue("other", "2026-11-13", 1, now, Kept(frozen=b"elsewhere"))
    store.save_issue("weekly", "2026-11-20", 2, now, Kept(frozen=b"second again"))
    assert store.issues("weekly") == (b"first", b"second again")
    assert store.issues("none") == ()


def test_an_issue_is_kept_with_its_gist_and_what_was_made_of_it(store: Store, now: datetime) -> None:
    """One of an earlier version has neither; its gist can be added, and leaves the rest alone."""
    kept = Kept(frozen=b"{}", manifest=b"[]", gist=b"g", made='"ü"'.encode())
    store.save_issue("weekly", "2", 2, now, kept)
    store.save_issue("weekly", "1", 1, now - timedelta(days=7), Kept(frozen=b"{ }"))
    assert list(store.gists("weekly").items()) == [("1", None), ("2", b"g")]
    store.save_gists("weekly", {"1": b"h"})
    assert store.gists("weekly") == {"1": b"h", "2": b"g"}
    assert store.issue("weekly", "1") == Kept(frozen=b"{ }", gist=b"h")
    assert store.issue("weekly", "2") == kept
    assert (store.issue("weekly", "3"), store.issue("none", "1"), store.gists("none")) == (None, None, {})

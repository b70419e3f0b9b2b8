"""A feed's bytes become entries, and entries articles."""

from datetime import UTC, datetime

import pytest

from digest.errors import FeedError
from digest.ingest.entries import news
from digest.ingest.fetch import Fetched
from digest.ingest.parse import parse
from digest.ingest.read import changed
from digest.model import Feed, FeedState
from tests.feeds import rss

FEED = Feed(url="https://courier.example/feed.xml", outlet="Courier", language="en")


def test_the_fields_of_an_entry() -> None:
    body = rss(
        {
            "title": "Harbour &amp; sea <b>open</b>",
            "link": "/harbour?utm_source=rss&id=1",
            "guid": "g1",
            "description": "<p>The harbour opened.</p>",
            "pubDate": "Mon, 04 May 2020 09:00:00 +0200",
            "author": "A. Writer",
        }
    )
    (entry,) = parse(body, FEED, "application/rss+xml")
    assert entry.title == "Harbour & sea open"
    assert entry.url == "https://courier.example/harbour?id=1"
    assert entry.published == datetime(2020, 5, 4, 7, tzinfo=UTC)
    assert (entry.guid, entry.author, entry.outlet, entry.language) == ("g1", "A. Writer", "Courier", "en")
    assert "<p>The harbour opened.</p>" in entry.html


def test_what_is_missing_stays_missing() -> None:
    (entry,) = parse(rss({"title": "Only a title"}), FEED, "")
    assert (entry.url, entry.published, entry.author) == (None, None, None)
    assert entry.guid


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "ftp://a/b", "http://", "http://[::1"])
def test_only_web_addresses_are_links(link: str) -> None:
    (entry,) = parse(rss({"title": "T", "link": link}), FEED, "")
    assert entry.url is None


def test_guids_are_made_unique() -> None:
    """Some feeds give every entry the same guid; none may be lost, none told twice."""
    body = rss(
        {"title": "One", "guid": "same", "link": "https://a.example/1"},
        {"title": "Two", "guid": "same", "link": "https://a.example/2"},
        {"title": "Two", "guid": "same", "link": "https://a.example/2"},
    )
    assert [entry.title for entry in parse(body, FEED, "")] == ["One", "Two"]


@pytest.mark.parametrize("body", [b"", b"<html><body>Please log in</body></html>", b"\x00\x01", b'{"error": 1}'])
def test_what_is_no_feed_is_a_named_error(body: bytes) -> None:
    with pytest.raises(FeedError, match="is no feed") as caught:
        parse(body, FEED, "text/html")
    assert caught.value.subject == FEED.url


def test_a_cut_off_feed_gives_the_entries_before_the_cut() -> None:
    whole = rss({"title": "One", "guid": "1"}, {"title": "Two", "guid": "2"})
    assert [entry.title for entry in parse(whole[:-40], FEED, "")][:1] == ["One"]


def test_only_new_and_changed_entries_are_made_into_articles(now: datetime) -> None:
    old = parse(rss({"title": "One", "guid": "1"}, {"title": "Two", "guid": "2"}), FEED, "")
    new = parse(rss({"title": "One", "guid": "1"}, {"title": "Two!", "guid": "2"}, {"title": "Three"}), FEED, "")
    found = news(new, {entry.guid: entry for entry in old}, now)
    assert [article.title for _, article in found] == ["Two!", "Three"]


def test_an_address_is_one_article_in_all_feeds_of_its_outlet(now: datetime) -> None:
    def one(url: str, feed: Feed, guid: str) -> str:
        body = rss({"title": "T", "guid": guid, "link": url})
        return news(parse(body, feed, ""), {}, now)[0][1].id

    second = Feed(url="https://courier.example/tech.xml", outlet="Courier", language="en")
    other = Feed(url="https://gazette.example/feed.xml", outlet="Gazette", language="en")
    same = one("https://www.courier.example/a/#top", FEED, "1")
    assert same == one("https://courier.example/a", second, "2")
    assert same != one("https://courier.example/a", other, "2")
    assert same != one("https://courier.example/b", FEED, "1")


def test_entries_that_share_an_address_stay_apart(now: datetime) -> None:
    live = [{"title": title, "guid": title, "link": "https://courier.example/live"} for title in ("One", "Two")]
    assert len({article.id for _, article in news(parse(rss(*live), FEED, ""), {}, now)}) == 2


def test_a_body_that_is_no_feed_keeps_the_validators_of_the_last_good_one(now: datetime) -> None:
    """Or the next request would be answered "unchanged", and the good entries never come."""
    before = FeedState(url=FEED.url, etag='"good"', ok=now)
    after = FeedState(url=FEED.url, etag='"login page"', ok=now)
    fetched = Fetched(feed=FEED, outcome="new", body=b"<html>Log in</html>", content_type="text/html", state=after)
    kept = changed(fetched, before, {}, now)
    assert (kept.outcome, kept.state.etag, kept.pairs) == ("failed", '"good"', ())
    assert "is no feed" in str(kept.state.failure)

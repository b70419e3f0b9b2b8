"""A feed's bytes become entries, and entries articles."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.errors import FeedError
from digest.ingest.entries import news
from digest.ingest.fetched import Fetched
from digest.ingest.parse import _storable, parse
from digest.ingest.read import changed
from digest.model import Feed, FeedState
from tests.feeds import rss
from tests.server import serve

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


@pytest.mark.parametrize(
    "date", ["Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Sun, 31 Dec 1989 23:59:59 GMT"]
)
def test_a_date_that_cannot_be_is_unknown(date: str) -> None:
    """Years 1 and 9999 cannot even be shown in another time zone; 1970 is what a program writes that has no date."""
    (entry,) = parse(rss({"title": "T", "pubDate": date}), FEED, "")
    assert entry.published is None
    (entry,) = parse(rss({"title": "T", "pubDate": "Mon, 01 Jan 1990 00:00:00 GMT"}), FEED, "")
    assert entry.published == datetime(1990, 1, 1, tzinfo=UTC)


def test_whatever_the_parser_raises_is_a_named_error() -> None:
    body = rss({"title": "T", "description": "PLACE"}).replace(b"PLACE", b"&#xD800;&nbsp;")
    with pytest.raises(FeedError, match="is no feed") as caught:
        parse(body, FEED, "")
    assert caught.value.subject == FEED.url


HOSTILE = st.text(st.sampled_from("a<>&;#xD80\ud800\udfff\x00\x1b"), max_size=30)


@given(text=HOSTILE, name=st.sampled_from(["title", "guid", "link", "description", "author", "pubDate"]))
@example(text="&#55296;", name="title")
@example(text="&#x0;", name="guid")
def test_any_text_in_a_feed_ends_in_entries_that_can_be_stored(text: str, name: str) -> None:
    """Or in a FeedError. Whether a document is well formed decides which of two parsers is asked: both are."""
    body = rss({"title": "T", "description": "Words.", name: "PLACE"})
    for broken in (b"", b"<br>"):
        with suppress(FeedError):
            for entry in parse(body.replace(b"PLACE", text.encode("utf-8", "surrogatepass") + broken), FEED, ""):
                fields = [entry.guid, entry.url or "", entry.title, entry.html, entry.author or ""]
                assert "\0" not in "".join(fields).encode().decode()


def test_lone_surrogates_are_removed() -> None:
    """Only some versions of the parser let them through, so that this one asks below it."""
    assert _storable("a\ud800b\udfff\0c") == "abc"
    assert _storable("😀") == "😀"


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


def test_a_guid_that_is_no_address_is_not_made_into_one() -> None:
    """feedparser takes a guid for a link where there is none; no link is invented."""
    (entry,) = parse(rss({"title": "T", "guid": "abc-123"}), FEED, "")
    assert entry.url is None
    (entry,) = parse(rss({"title": "T", "guid": "https://courier.example/1"}), FEED, "")
    assert entry.url == "https://courier.example/1"


def test_what_an_outlet_says_of_itself_in_every_entry_is_left_out(now: datetime) -> None:
    about = "<p>The Courier is the most trusted paper of the coast.</p>"
    items = [{"title": f"T{n}", "guid": str(n), "description": f"<p>News {n} is here.</p>{about}"} for n in range(3)]
    assert not [a for _, a in news(parse(rss(*items), FEED, ""), {}, now) if "trusted" in a.text]
    assert [a for _, a in news(parse(rss(*items[:2]), FEED, ""), {}, now) if "trusted" in a.text]


def test_a_new_name_for_an_outlet_does_not_make_its_articles_new(now: datetime) -> None:
    renamed = Feed(url=FEED.url, outlet="The Courier", language="en")
    body = rss({"title": "T", "guid": "1", "link": "https://courier.example/a"})
    assert news(parse(body, FEED, ""), {}, now)[0][1].id == news(parse(body, renamed, ""), {}, now)[0][1].id


@pytest.mark.parametrize("date", ["12:30", "--05-04", "2020-W19-1", "2020", "2020-05", "May 2020", "Monday", "4"])
def test_a_date_without_year_month_and_day_is_none(date: str) -> None:
    """feedparser would fill it in from today's date, and the same feed would read otherwise tomorrow."""
    (entry,) = parse(rss({"title": "T", "pubDate": date}), FEED, "")
    assert entry.published is None


@pytest.mark.parametrize(
    "date",
    [
        "Mon, 04 May 2020 09:30:00 GMT",
        "4 May 20 09:30 GMT",
        "2020-05-04T09:30:00Z",
        "Mon May  4 09:30:00 2020",
    ],
)
def test_a_whole_date_is_read_in_all_common_forms(date: str) -> None:
    (entry,) = parse(rss({"title": "T", "pubDate": date}), FEED, "")
    assert entry.published == datetime(2020, 5, 4, 9, 30, tzinfo=UTC)


def json_feed(*items: object, **fields: object) -> bytes:
    whole = {"version": "https://jsonfeed.org/version/1.1", "title": "Courier", "items": items, **fields}
    return json.dumps(whole).encode()


def test_a_json_feed_is_read_like_any_other() -> None:
    item = {
        "id": 7,
        "url": "/harbour?utm_source=json",
        "title": "Harbour & sea <open>",
        "content_html": "<p>The harbour opened.</p>",
        "date_published": "2020-05-04T09:00:00+02:00",
        "authors": [{"name": "A. Writer"}, {"name": "B. Other"}],
    }
    (entry,) = parse(json_feed(item, home_page_url="https://courier.example/"), FEED, "application/feed+json")
    assert (entry.guid, entry.url) == ("7", "https://courier.example/harbour")
    assert (entry.title, entry.author) == ("Harbour & sea <open>", "A. Writer, B. Other")
    assert entry.published == datetime(2020, 5, 4, 7, tzinfo=UTC)
    assert entry.html == "<p>The harbour opened.</p>"


def test_plain_text_of_a_json_feed_stays_text(now: datetime) -> None:
    body = json_feed({"id": "1", "content_text": "1 < 2 & so on, he said.\n\nNext one is here."}, author={"name": "X"})
    ((entry, article),) = news(parse(body, FEED, ""), {}, now)
    assert "1 < 2 & so on, he said.\n\nNext one is here." in article.text
    assert entry.author == "X"


@pytest.mark.parametrize(
    "body",
    [b"{}", b"{", b'{"version": 1, "items": []}', b"{" * 100_000, json_feed()[:-5], b'{"version": "x", "items": 3}'],
    ids=range(6),
)
def test_json_that_is_no_json_feed_is_a_named_error(body: bytes) -> None:
    with pytest.raises(FeedError, match="is no feed"):
        parse(body, FEED, "application/json")


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda x: (
            st.lists(x, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "id",
                        "url",
                        "title",
                        "content_html",
                        "content_text",
                        "authors",
                        "name",
                        "date_published",
                        "summary",
                    ]
                ),
                x,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_wrong_types_in_a_json_feed_are_tolerated(item: object) -> None:
    for entry in parse(json_feed(item), FEED, ""):
        assert entry.guid


def test_no_entity_of_a_feed_fetches_reads_or_explodes(tmp_path: Path) -> None:
    """XXE and entity bombs: whatever is declared, nothing is opened, and nothing grows."""
    secret = tmp_path / "secret.txt"
    secret.write_text("canary")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    with serve({}) as served:
        for declared in (
            f'<!ENTITY x SYSTEM "{secret.as_uri()}">',
            f'<!ENTITY x SYSTEM "{served.base}/x">',
            f'<!ENTITY x PUBLIC "p" "{served.base}/x">',
            f'<!ENTITY % p SYSTEM "{served.base}/x"> %p; <!ENTITY x "y">',
            f'<!ENTITY l0 "ha">{laughs}<!ENTITY x "&l9;">',
        ):
            body = f"<!DOCTYPE rss [{declared}]>".encode() + rss({"title": "T XXE"}).replace(b"XXE", b"&x;")[38:]
            with suppress(FeedError):
                for entry in parse(body, FEED, ""):
                    assert "canary" not in entry.title + entry.html
                    assert len(entry.title) < 10_000
        assert served.requests == []

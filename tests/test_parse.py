"""A feed's bytes become entries, whatever is wrong with them, and About."""

import codecs
import json
import resource
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digest.errors import FeedError
from digest.ingest.extract import fragment_paragraphs
from digest.ingest.feeds.bytes import MAX_ENTRIES, as_utf_8
from digest.ingest.feeds.dates import feed_moment
from digest.ingest.feeds.names import PREFIXES, SPECIAL
from digest.ingest.feeds.parse import parse
from digest.model import About, Entry, Feed
from digest.text.normalize import storable
from tests.feeds import atom, channel, rss
from tests.server import serve

FEED = Feed(url="https://courier.example/feed.xml", outlet="Courier", language="en")
NAMESPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:cc="http://web.resource.org/cc/" '
    'xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule" '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:atom="http://www.w3.org/2005/Atom"'
)


def read(body: bytes, content_type: str = "") -> tuple[Entry, ...]:
    return parse(body, FEED, content_type).entries


def one(inside: str, feed: str = "") -> Entry:
    """The only entry of a feed, which says `inside`, and whose feed says `feed`; read by both ways, with one result."""
    body = channel(f"{feed}<item>{inside}</item>", NAMESPACES)
    (entry,) = read(body)
    (other,) = read(body.replace(b"<rss", b"<!DOCTYPE rss><rss", 1))  # what declares a type goes to feedparser
    assert entry == other
    return entry


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
    (entry,) = read(body, "application/rss+xml")
    assert entry.title == "Harbour & sea open"
    assert entry.url == "https://courier.example/harbour?id=1"
    assert entry.published == datetime(2020, 5, 4, 7, tzinfo=UTC)
    assert (entry.guid, entry.author, entry.outlet, entry.language) == ("g1", "A. Writer", "Courier", "en")
    assert "<p>The harbour opened.</p>" in entry.html


def test_what_is_missing_stays_missing() -> None:
    (entry,) = read(rss({"title": "Only a title"}), "")
    assert (entry.url, entry.published, entry.author) == (None, None, None)
    assert entry.guid


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "ftp://a/b", "http://", "http://[::1"])
def test_only_web_addresses_are_links(link: str) -> None:
    (entry,) = read(rss({"title": "T", "link": link}), "")
    assert entry.url is None


def test_guids_are_made_unique() -> None:
    """Some feeds give every entry the same guid; none may be lost, none told twice."""
    body = rss(
        {"title": "One", "guid": "same", "link": "https://a.example/1"},
        {"title": "Two", "guid": "same", "link": "https://a.example/2"},
        {"title": "Two", "guid": "same", "link": "https://a.example/2"},
    )
    assert [entry.title for entry in read(body, "")] == ["One", "Two"]


@pytest.mark.parametrize("body", [b"", b"<html><body>Please log in</body></html>", b"\x00\x01", b'{"error": 1}'])
def test_what_is_no_feed_is_a_named_error(body: bytes) -> None:
    with pytest.raises(FeedError, match="is no feed") as caught:
        read(body, "text/html")
    assert caught.value.subject == FEED.url


@pytest.mark.parametrize(
    "date", ["Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Sun, 31 Dec 1989 23:59:59 GMT"]
)
def test_a_date_that_cannot_be_is_unknown(date: str) -> None:
    """Years 1 and 9999 cannot even be shown in another time zone; 1970 is what a program writes that has no date."""
    (entry,) = read(rss({"title": "T", "pubDate": date}), "")
    assert entry.published is None
    (entry,) = read(rss({"title": "T", "pubDate": "Mon, 01 Jan 1990 00:00:00 GMT"}), "")
    assert entry.published == datetime(1990, 1, 1, tzinfo=UTC)


def test_whatever_the_parser_raises_is_a_named_error() -> None:
    body = rss({"title": "T", "description": "PLACE"}).replace(b"PLACE", b"&#xD800;&nbsp;")
    with pytest.raises(FeedError, match="is no feed") as caught:
        read(body, "")
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
            for entry in read(body.replace(b"PLACE", text.encode("utf-8", "surrogatepass") + broken), ""):
                fields = [entry.guid, entry.url or "", entry.title, entry.html, entry.author or ""]
                assert "\0" not in "".join(fields).encode().decode()


def test_lone_surrogates_are_removed() -> None:
    """Only some versions of the parser let them through, so that this one asks below it."""
    assert storable("a\ud800b\udfff\0c") == "abc"
    assert storable("😀") == "😀"


def test_a_cut_off_feed_gives_the_entries_before_the_cut() -> None:
    whole = rss({"title": "One", "guid": "1"}, {"title": "Two", "guid": "2"})
    assert [entry.title for entry in read(whole[:-40], "")][:1] == ["One"]


def test_a_guid_that_is_no_address_is_not_made_into_one() -> None:
    """feedparser takes a guid for a link where there is none; no link is invented."""
    (entry,) = read(rss({"title": "T", "guid": "abc-123"}), "")
    assert entry.url is None
    (entry,) = read(rss({"title": "T", "guid": "https://courier.example/1"}), "")
    assert entry.url == "https://courier.example/1"


@pytest.mark.parametrize(
    "date",
    [
        "12:30",
        "--05-04",
        "2020-W19-1",
        "2020",
        "2020-05",
        "May 2020",
        "Monday",
        "4",
        "2026-13-45",
        "-2026-11-20",
        "2026-02-32",
        "2026-11-20T10:00:00+99:99",
        "Mon, 04 May 2020 09:30:00 +9999",
    ],
)
def test_a_date_without_year_month_and_day_is_none(date: str) -> None:
    """feedparser would fill it in from today's date, and the same feed would read otherwise tomorrow."""
    (entry,) = read(rss({"title": "T", "pubDate": date}), "")
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
    (entry,) = read(rss({"title": "T", "pubDate": date}), "")
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
    (entry,) = read(json_feed(item, home_page_url="https://courier.example/"), "application/feed+json")
    assert (entry.guid, entry.url) == ("7", "https://courier.example/harbour")
    assert (entry.title, entry.author) == ("Harbour & sea <open>", "A. Writer, B. Other")
    assert entry.published == datetime(2020, 5, 4, 7, tzinfo=UTC)
    assert entry.html == "<p>The harbour opened.</p>"


@pytest.mark.parametrize(
    "body",
    [b"{}", b"{", b'{"version": 1, "items": []}', b"{" * 100_000, json_feed()[:-5], b'{"version": "x", "items": 3}'],
    ids=range(6),
)
def test_json_that_is_no_json_feed_is_a_named_error(body: bytes) -> None:
    with pytest.raises(FeedError, match="is no feed"):
        read(body, "application/json")


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
    for entry in read(json_feed(item), ""):
        assert entry.guid


def test_all_that_an_entry_may_say_of_itself() -> None:
    entry = one(
        """<title>T</title><category>World</category><category domain="d">  Sea\n&amp; ships </category>
        <category>World</category><dc:subject>Trade</dc:subject>
        <media:content url="/film.mp4" medium="video"/><media:content url="/big.jpg?utm_source=x" type="image/jpeg"/>
        <creativeCommons:license>https://creativecommons.org/licenses/by/4.0/</creativeCommons:license>
        <dc:rights>Somebody else</dc:rights><dc:creator>A. Writer</dc:creator>""",
        "<copyright>2020 Courier</copyright>",
    )
    assert entry.categories == ("World", "Sea & ships", "Trade")
    assert entry.image == "https://courier.example/big.jpg?utm_source=x"
    assert entry.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert entry.author == "A. Writer"


def test_an_entry_has_at_most_twenty_categories() -> None:
    assert len(one("<title>T</title>" + "".join(f"<category>c{n}</category>" for n in range(30))).categories) == 20


@pytest.mark.parametrize(
    ("inside", "image"),
    [
        ('<media:thumbnail url="https://i.example/t"/><media:content url="https://i.example/c" medium="image"/>', "t"),
        ('<media:group><media:content url="https://i.example/c.jpg"/></media:group>', "c.jpg"),
        ('<media:content url="https://i.example/c" type="IMAGE/png"/>', "c"),
        ('<enclosure url="https://i.example/e" type="image/gif" length="1"/>', "e"),
        ('<atom:link rel="enclosure" type="image/gif" href="https://i.example/l"/>', "l"),
        ('<itunes:image href="https://i.example/i"/>', "i"),
        ('<media:thumbnail url="javascript:x"/><itunes:image href="https://i.example/i"/>', "i"),
        ('<enclosure url="https://i.example/e.mp3" type="audio/mpeg"/>', None),
        ('<media:content url="https://i.example/c.jpg" medium="video"/>', None),
        ('<media:thumbnail url="data:image/png;base64,AAAA"/>', None),
    ],
)
def test_the_picture_of_an_entry(inside: str, image: str | None) -> None:
    assert one(f"<title>T</title>{inside}").image == (f"https://i.example/{image}" if image else None)


@pytest.mark.parametrize(
    ("inside", "feed", "licence"),
    [
        (
            '<atom:link rel="license" href="https://l.example/a"/><cc:license rdf:resource="https://l.example/b"/>',
            "",
            "b",
        ),
        ('<dc:rights>R</dc:rights><atom:link rel="license" href="https://l.example/a"/>', "", "a"),
        (
            "<dc:rights>(c) A &amp;amp; B</dc:rights>",
            '<atom:link rel="license" href="https://l.example/a"/>',
            "(c) A & B",
        ),
        ("", '<copyright>C</copyright><cc:license rdf:resource="https://l.example/b"/>', "b"),
        ("", "<copyright>(c) 2020\nCourier</copyright>", "(c) 2020 Courier"),
        ("", "", None),
    ],
)
def test_the_licence_is_the_best_that_the_entry_names_else_that_its_feed_does(
    inside: str, feed: str, licence: str | None
) -> None:
    whole = f"https://l.example/{licence}" if licence and len(licence) == 1 else licence
    assert one(f"<title>T</title>{inside}", feed).licence == whole


def test_the_full_text_is_taken_and_no_caption() -> None:
    full = "<p>" + "The whole text. " * 9 + "</p>"
    assert one(f"<description>Teaser.</description><content:encoded><![CDATA[{full}]]></content:encoded>").html == full
    assert one(f"<description><![CDATA[{full}]]></description><content:encoded>Teaser.</content:encoded>").html == full
    caption = "A caption that is longer than all of the description."
    assert one(f"<description>Short.</description><media:description>{caption}</media:description>").html == "Short."
    assert one(f"<title>T</title><media:description>{caption}</media:description>").html == caption


def test_what_a_feed_says_of_itself() -> None:
    inside = """<copyright>(c) Courier</copyright><ttl>90</ttl><sy:updatePeriod>daily</sy:updatePeriod>
    <sy:updateFrequency>6</sy:updateFrequency>
    <skipHours><hour>1</hour><hour>24</hour><hour>99</hour></skipHours><skipDays><day>Sunday</day><day>Caturday</day></skipDays>
    <item><title>T</title></item>"""
    for body in (channel(inside, NAMESPACES), b"<!DOCTYPE rss>" + channel(inside, NAMESPACES)):
        about = parse(body, FEED, "").about
        assert about == About(
            title="Courier", licence="(c) Courier", period=4 * 3600, quiet_hours=(0, 1), quiet_days=(6,)
        )


@pytest.mark.parametrize(
    ("inside", "period"),
    [
        ("<ttl>60</ttl>", 3600),
        ("<ttl>-5</ttl>", 0),
        ("<ttl>soon</ttl>", 0),
        ("<ttl>99999999999999999999</ttl>", 0),
        ("<ttl>999999999</ttl>", 31 * 86400),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", 3600),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 3600),
        ("<sy:updateFrequency>24</sy:updateFrequency>", 3600),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><ttl>90</ttl>", 5400),
    ],
)
def test_the_pause_that_a_feed_wants(inside: str, period: int) -> None:
    assert parse(channel(f"{inside}<item><title>T</title></item>", NAMESPACES), FEED, "").about.period == period


def test_a_feed_that_skips_every_hour_is_not_believed() -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(24))
    body = channel(f"<skipHours>{hours}</skipHours><item><title>T</title></item>")
    assert parse(body, FEED, "").about.quiet_hours == ()


def test_what_entries_quote_is_not_what_the_feed_says() -> None:
    quoted = "<![CDATA[<skipHours><hour>3</hour></skipHours>]]>"
    body = channel(f"<item><title>T</title><description>{quoted}</description></item>")
    assert parse(body, FEED, "").about.quiet_hours == ()


TITLES = [
    # what the element says once XML is read, and the title
    ("Harbour &amp; sea", "Harbour & sea"),
    ("&amp;lt;script&amp;gt;", "&lt;script&gt;"),
    ("&lt;script&gt;", "<script>"),
    ("Q&A", "Q&A"),
    ("5 < 6 & 7 > 4", "5 < 6 & 7 > 4"),
    ("A <b>bold</b> step", "A bold step"),
    ("<script>alert(1)</script>A step</p>", "<script>alert(1)</script>A step</p>"),
    ("&#8220;Yes&#8221;, he said", "“Yes”, he said"),
    ("&hellip; and &eacute;", "… and é"),
    ("&bogus; stays", "&bogus; stays"),
    ("two\n\tlines", "two lines"),
    ("ab\u202edc\u200b\u2066", "abdc"),
    ("  spaces  ", "spaces"),
    ("x" * 400, "x" * 299 + "…"),
]


@pytest.mark.parametrize(("written", "title"), TITLES)
def test_titles(written: str, title: str) -> None:
    """Entities are decoded once, tags dropped, invisible characters gone; no title is longer than 300 characters."""
    (entry,) = read(rss({"title": written, "guid": "1"}))
    assert entry.title == title


@pytest.mark.parametrize(
    ("kind", "written", "title"),
    [("text", "a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"), ("html", "a &lt;b&gt;x&lt;/b&gt; &amp;amp; c", "a x & c")],
)
def test_titles_of_atom_are_what_their_type_says(kind: str, written: str, title: str) -> None:
    entry = f'<entry><id>1</id><title type="{kind}">{written}</title></entry>'
    assert read(atom(entry))[0].title == title


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Mon, 04 May 2020 09:30:00 +0200", "2020-05-04T07:30"),
        ("Mon, 04 May 2020 09:30:00 CEST", "2020-05-04T07:30"),
        ("Mon, 04 May 2020 09:30:00 MEST", "2020-05-04T07:30"),
        ("Mon, 04 May 2020 09:30:00 CET", "2020-05-04T08:30"),
        ("Mon, 04 May 2020 09:30 BST", "2020-05-04T08:30"),
        ("Mon, 04 May 2020 09:30:00 EEST", "2020-05-04T06:30"),
        ("Mon, 04 May 2020 09:30:00 PDT", "2020-05-04T16:30"),
        ("Mon, 04 May 2020 09:30:00 AEST", "2020-05-03T23:30"),
        ("Mon, 04 May 2020 09:30:00 GMT+0200", "2020-05-04T07:30"),
        ("Mon, 04 May 2020 09:30:00 IST", "2020-05-04T09:30"),
        ("Mon, 04 May 2020 09:30:00", "2020-05-04T09:30"),
        ("4 May 20 09:30 GMT", "2020-05-04T09:30"),
        ("04 May 99 09:30 GMT", "1999-05-04T09:30"),
        ("04-May-2020 09:30:00 GMT", "2020-05-04T09:30"),
        ("Mon, 4 May 2020", "2020-05-04T00:00"),
        ("Mon, 04 May 2020 24:00:00 GMT", "2020-05-05T00:00"),
        ("Tue, 30 Jun 2015 23:59:60 GMT", "2015-06-30T23:59"),
        ("May 4, 2020 9:30 pm CEST", "2020-05-04T19:30"),
        ("Mon May  4 09:30:00 2020", "2020-05-04T09:30"),
        ("2020-05-04T09:30:00+02:00", "2020-05-04T07:30"),
        ("2020-05-04T09:30:00.123Z", "2020-05-04T09:30"),
        ("2020-05-04 09:30:00 +0200", "2020-05-04T07:30"),
        ("2020-05-04T09:30Z", "2020-05-04T09:30"),
        ("2020-05-04", "2020-05-04T00:00"),
        ("20200504T093000Z", "2020-05-04T09:30"),
        ("Mo, 04 Mai 2020 09:30:00 +0200", "2020-05-04T07:30"),
        ("Montag, 4. März 2019 09:30 MEZ", "2019-03-04T08:30"),
        ("Di., 15 Dez. 2020 09:30:00 +0100", "2020-12-15T08:30"),
        ("lun., 04 mai 2020 09:30:00 +0200", "2020-05-04T07:30"),
        ("mar. 18 août 2020 à 09:30 CEST", "2020-08-18T07:30"),
        ("jeu, 13 févr. 2020 09:30:00 +0100", "2020-02-13T08:30"),
        ("lunes, 4 de mayo de 2020 09:30:00 +0200", "2020-05-04T07:30"),
        ("mié, 09 ene 2019 09:30:00 +0100", "2019-01-09T08:30"),
        ("lun, 04 mag 2020 09:30:00 +0200", "2020-05-04T07:30"),
        ("gio, 02 lug 2020 09:30:00 +0200", "2020-07-02T07:30"),
        ("segunda-feira, 4 de maio de 2020 09:30:00 -0300", "2020-05-04T12:30"),
        ("Qui, 10 Set 2020 09:30:00 -0300", "2020-09-10T12:30"),
        ("ma 5 mei 2020 09:30:00 +0200", "2020-05-05T07:30"),
        ("wo, 04 mrt 2020 09:30:00 +0100", "2020-03-04T08:30"),
        ("Mon, 32 May 2020 09:30:00 GMT", None),
        ("Mon, 04 May 2020 25:30:00 GMT", None),
        ("Mon, 04 Foo 2020 09:30:00 GMT", None),
        ("Fri, 2006/15/15 08:19:53 EDT", None),
        ("yesterday", None),
        ("", None),
        ("4 May 2020 " * 10_000, None),
    ],
)
def test_dates(written: str, moment: str | None) -> None:
    found = feed_moment(written)
    assert (found and found.strftime("%Y-%m-%dT%H:%M")) == moment


@given(
    st.integers(631_238_400, 4_102_272_000).map(lambda stamp: datetime.fromtimestamp(stamp, UTC)),
    st.integers(-12 * 4, 14 * 4),
)
def test_a_moment_is_the_same_in_all_standard_forms(moment: datetime, quarters: int) -> None:
    sign, minutes = "+-"[quarters < 0], abs(quarters) * 15
    zone = f"{sign}{minutes // 60:02}{minutes % 60:02}"
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    clock = f"{moment:%H:%M:%S}"
    iso, mail = f"{moment:%Y-%m-%d}", f"Mon, {moment.day:02} {months[moment.month - 1]} {moment.year}"
    forms = {feed_moment(f"{iso}T{clock}{zone[:3]}:{zone[3:]}"), feed_moment(f"{iso} {clock} {zone}")}
    forms |= {feed_moment(f"{mail} {clock} {zone}"), feed_moment(f"{mail.lower()} {clock} {zone}")}
    (found,) = forms
    assert found is not None
    offset = (minutes if quarters >= 0 else -minutes) * 60
    assert found.timestamp() + offset == moment.timestamp()


@pytest.mark.parametrize("date", ["2020-05", "May 2020", "12:30"])
def test_a_second_date_is_used_if_the_first_one_is_none(date: str) -> None:
    entry = (
        f"<entry><id>1</id><title>T</title><published>{date}</published><updated>2020-05-04T09:30:00Z</updated></entry>"
    )
    assert read(atom(entry))[0].published == datetime(2020, 5, 4, 9, 30, tzinfo=UTC)


CAFE = "Café “Zürich” – 3 €"


def encoded(encoding: str, declared: str = "", mark: bytes = b"") -> bytes:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    text = f"{head}<rss version='2.0'><channel><item><title>{CAFE}</title></item></channel></rss>"
    return mark + text.encode(encoding)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (encoded("utf-8"), ""),
        (encoded("utf-8", "utf-8"), "text/xml"),
        (encoded("utf-8", "UTF-8"), "application/rss+xml; charset=utf-8"),
        (encoded("utf-8", "iso-8859-1"), "application/xml; charset=utf-8"),
        (encoded("utf-8", "iso-8859-1"), ""),
        (encoded("utf-8", "windows-1252"), "text/xml; charset=ISO-8859-1"),
        (encoded("utf-8", "utf-16", codecs.BOM_UTF8), "text/xml; charset=windows-1251"),
        (encoded("utf-8", "no such thing"), "text/xml; charset=hex"),
        (encoded("cp1252", "iso-8859-1"), ""),
        (encoded("cp1252", "utf-8"), "text/xml; charset=windows-1252"),
        (encoded("cp1252"), ""),
        (encoded("cp1252", "utf-8"), ""),
        (encoded("utf-16-le", "utf-16", codecs.BOM_UTF16_LE), ""),
        (encoded("utf-16-be", "utf-16", codecs.BOM_UTF16_BE), "text/xml; charset=utf-8"),
        (encoded("utf-16-le", "utf-16"), ""),
        (encoded("utf-16-be"), ""),
        (encoded("utf-32-le", "utf-32", codecs.BOM_UTF32_LE), ""),
        (encoded("utf-32-be", "utf-32"), ""),
        (b"\r\n  " + encoded("utf-8", "utf-8"), ""),
        (codecs.BOM_UTF8 * 2 + encoded("utf-8", "utf-8"), ""),
    ],
)
def test_the_encoding_is_told_by_mark_then_header_then_declaration_then_looks(body: bytes, content_type: str) -> None:
    (entry,) = read(body, content_type)
    assert entry.title == CAFE


@pytest.mark.parametrize("encoding", ["koi8-r", "shift_jis", "gb18030", "euc-kr", "iso8859-2", "big5", "iso2022_jp"])
def test_other_encodings_are_read_as_declared(encoding: str) -> None:
    text = {"koi8-r": "Новости", "iso8859-2": "Świat", "euc-kr": "뉴스"}.get(encoding, "世界")
    body = (
        f'<?xml version="1.0" encoding="{encoding}"?><rss><channel><item><title>{text}</title></item></channel></rss>'
    )
    for content_type in ("", f"text/xml; charset={encoding}"):
        assert read(body.encode(encoding), content_type)[0].title == text


@pytest.mark.parametrize("declared", [b"", b'<?xml version="1.0" encoding="utf-8"?>'])
@pytest.mark.parametrize("title", ["Caf\u00e9", "Cafe"])
def test_one_wrong_byte_garbles_nothing_but_itself(declared: bytes, title: str) -> None:
    body = declared + channel(f"<item><title>{title}</title></item><item><title>x PLACE y</title></item>")
    first, second = read(body.replace(b"PLACE", b"\xff"))
    assert (first.title, second.title) == (title, "x \ufffd y")


def test_the_encoding_does_not_depend_on_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """feedparser asks chardet, which other libraries bring along; nothing is left for it to ask."""
    from feedparser import encodings

    def asked(data: bytes) -> str:
        raise AssertionError("asked")

    monkeypatch.setattr(encodings, "lazy_chardet_encoding", asked)
    for body in (encoded("cp1252"), encoded("utf-16-le"), encoded("cp1252").replace(b"<item>", b"<item><br>")):
        assert read(body)[0].title == CAFE


@given(st.binary(max_size=60), st.sampled_from(["", "text/xml; charset=utf-16", "x; charset=utf-7", "x;charset=idna"]))
def test_any_bytes_are_made_into_utf_8(body: bytes, content_type: str) -> None:
    as_utf_8(body, content_type).decode("utf-8")


def test_controls_that_no_xml_may_have_do_no_harm() -> None:
    (entry,) = read(rss({"title": "one\x0btwo\x01\x1f", "guid": "1"}))
    assert entry.title == "one two"


RELATIVE = [
    ("", "/x", "https://courier.example/x"),
    ("", "x", "https://courier.example/x"),
    ("", "//b.example/x", "https://b.example/x"),
    ("", "?q", "https://courier.example/feed.xml?q"),
    ("", "#f", "https://courier.example/feed.xml#f"),
    (' xml:base="https://b.example/c/"', "x", "https://b.example/c/x"),
    (' xml:base="https://b.example/c/"', "/x", "https://b.example/x"),
    (' xml:base="/c/"', "x", "https://courier.example/c/x"),
    (' xml:base="javascript:alert(1)"', "https://b.example/", "https://b.example/"),
]


@pytest.mark.parametrize(("base", "link", "url"), RELATIVE)
def test_links_are_relative_to_what_the_feed_names_else_to_the_feed(base: str, link: str, url: str) -> None:
    """Not to the page that the feed names as its own, which may be elsewhere."""
    body = channel(f"<link>https://other.example/</link><item><title>T</title><link>{link}</link></item>", base)
    assert read(body)[0].url == url
    assert read(body.replace(b"</channel></rss>", b""))[0].url == url


def test_a_missing_guid_is_the_address_however_it_is_written() -> None:
    """So that a feed that moves from www to none, or to https, does not bring everything again."""
    ids = {
        one(f"<title>T</title><link>{url}</link>").guid for url in ("http://www.a.example/x", "https://a.example/x/")
    }
    assert len(ids) == 1


def test_a_guid_that_is_a_book_is_known_by_its_hash() -> None:
    assert len(one(f"<title>T</title><guid>{'x' * 10_000}</guid>").guid) < 100


def test_more_entries_than_any_feed_has_are_refused_by_their_number() -> None:
    items = "<item><title>x</title></item>" * (MAX_ENTRIES + 1)
    for body in (channel(items), channel(items)[:-12], json_feed(*[{"id": 1}] * (MAX_ENTRIES + 1))):
        with pytest.raises(FeedError, match="is refused: it lists 20,001 entries, more than 20,000"):
            read(body)


@pytest.mark.parametrize(
    ("inside", "reason"),
    [
        ("<a>" * 1_000_000, "nested too deeply"),
        ("<b>" * 300 + "x", "nested too deeply"),
        ("<item><title>T</title>" + "<category>c</category>" * 1001 + "</item><br>", "too many categories"),
        (
            "<item><title>T</title>" + "".join(f"<category>{n}</category>" for n in range(1500)) + "</item>",
            "categories",
        ),
        ("<a " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/><br>", "too many attributes"),
        ("<i/>" * 400_000 + "<br>", "too many elements"),
        ("<" * 1_000_000, "too many elements"),
    ],
    ids=range(7),
)
def test_what_would_keep_a_parser_busy_is_refused_at_once(inside: str, reason: str) -> None:
    began = time.process_time()
    with pytest.raises(FeedError, match=f"is refused: .*{reason}"):
        read(channel(inside))
    assert time.process_time() - began < 2


def test_escaped_and_quoted_html_is_not_nested() -> None:
    deep = "<div>" * 1000
    for inside in (f"<![CDATA[{deep}]]>", deep.replace("<", "&lt;")):
        (entry,) = read(channel(f"<item><title>T</title><description>{inside}</description></item><br>"))
        assert entry.title == "T"


def test_open_html_between_the_elements_of_a_broken_feed_is_tolerated() -> None:
    body = channel("<item><title>T</title><description>" + "a<br>b<p>c<li>" * 500 + "</description></item>")
    assert read(body)[0].title == "T"


def test_a_body_that_is_the_name_of_a_file_opens_none(tmp_path: Path) -> None:
    """feedparser would."""
    path = tmp_path / "feed.xml"
    path.write_bytes(rss({"title": "Secret"}))
    with pytest.raises(FeedError, match="is no feed"):
        read(str(path).encode())


def test_no_entity_of_a_feed_fetches_reads_or_explodes(tmp_path: Path) -> None:
    """XXE and entity bombs: whatever is declared, nothing is opened, asked or grown, and it takes no time."""
    secret = tmp_path / "secret.txt"
    secret.write_text("canary")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    lines = laughs.replace("<!ENTITY", "\n<!ENTITY")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with serve({}) as served:
        bodies = [
            declaring(f'<!ENTITY x SYSTEM "{secret.as_uri()}">'),
            declaring(f'\n<!ENTITY x SYSTEM "{secret}">\n'),
            declaring(f'<!ENTITY x SYSTEM "{served.base}/x">'),
            declaring(f'<!ENTITY x PUBLIC "p" "{served.base}/x">'),
            declaring('<!ENTITY x SYSTEM "php://filter/read=convert.base64-encode/resource=/etc/hostname">'),
            declaring(f'<!ENTITY % p SYSTEM "{served.base}/x"> %p; <!ENTITY x "y">'),
            declaring(f'<!ENTITY % f SYSTEM "{secret.as_uri()}"><!ENTITY % e "<!ENTITY x SYSTEM \'{served.base}/?%f;\'>">%e;'),
            declaring(f'<!ENTITY l0 "ha">{laughs}<!ENTITY x "&l9;">'),
            declaring(f'\n<!ENTITY l0 "ha">{lines}\n<!ENTITY x "&l9;">\n'),
            declaring(f'\n<!ENTITY x "{"a" * 100_000}">\n').replace(b"&x;", b"&x;" * 10_000),
            declaring(f'\n<!ENTITY x "{"a" * 100_000}">\n').replace(b"&x;", b"&x;" * 10_000).decode().encode("utf-16"),
            declaring("<!ENTITY x '&#38;x;'>"),
            b'<!DOCTYPE rss SYSTEM "' + served.base.encode() + b'/dtd">' + rss({"title": "T"})[38:],
            rss({"title": "T"}).replace(b"<item>", b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="'
                                        + secret.as_uri().encode() + b'"/><item>'),
        ]  # fmt: skip
        for body in bodies:
            began = time.process_time()
            with suppress(FeedError):
                for entry in read(body):
                    assert "canary" not in entry.title + entry.html
                    assert len(entry.title) < 10_000
            assert time.process_time() - began < 1
        assert served.requests == []
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * (1 if sys.platform == "darwin" else 1024)
    assert grown < 100_000_000


def declaring(declarations: str) -> bytes:
    return f"<!DOCTYPE rss [{declarations}]>".encode() + rss({"title": "T XXE"}).replace(b"XXE", b"&x;")[38:]


def test_plain_text_of_a_json_feed_stays_text() -> None:
    body = json_feed({"id": "1", "content_text": "1 < 2 & so on, he said.\n\nNext one is here."}, author={"name": "X"})
    (entry,) = read(body)
    assert fragment_paragraphs(entry.html) == ("1 < 2 & so on, he said.", "Next one is here.")
    assert entry.author == "X"


def test_the_rest_of_a_json_feed() -> None:
    item = {
        "id": 1.0,
        "url": "story",
        "tags": ["Sea", 3, None, "Sea", {"x": 1}],
        "image": "javascript:x",
        "banner_image": "//i.example/b.png",
        "attachments": [{"mime_type": "image/png", "url": "https://i.example/a.png"}, 3],
        "content_text": "x",
        "date_published": "0001-01-01T00:00:00Z",
        "language": "fr",
    }
    body = json_feed(
        item, {"id": 2, "attachments": item["attachments"], "content_text": "y"}, home_page_url="https://o.example/"
    )
    first, second = read(body)
    assert (first.guid, first.url, first.published) == ("1.0", "https://courier.example/story", None)
    assert (first.categories, first.licence, first.language) == (("Sea", "3"), None, "en")
    assert (first.image, second.image) == ("https://i.example/b.png", "https://i.example/a.png")
    assert parse(body, FEED, "").about == About(title="Courier")


def test_a_wrong_byte_in_a_json_feed_garbles_nothing_but_itself() -> None:
    (entry,) = read(json_feed({"id": "1", "title": "x PLACE y"}).replace(b"PLACE", b"\xff"))
    assert entry.title == "x \ufffd y"


def test_what_feedparser_does_with_elements_is_all_known() -> None:
    """So that a new version of it, which does something about more of them, does not go unnoticed."""
    from feedparser.api import StrictFeedParser

    handled = {name.split("_", 2)[2] for name in dir(StrictFeedParser) if name.startswith(("_start_", "_end_"))}
    assert {name.lower() for name in handled} <= SPECIAL
    assert {uri.lower(): prefix for uri, prefix in StrictFeedParser.namespaces.items()} == dict(PREFIXES)

"""The quick way through a feed and feedparser's: the same answer, or none."""

import inspect

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.ingest.feeds import quick as module
from digest.ingest.feeds.bytes import as_utf_8
from digest.ingest.feeds.parse import heard_by_feedparser, parsed
from digest.ingest.feeds.quick import quick
from digest.model import Feed
from tests.feeds import atom, channel, rss

FEED = Feed(url="https://courier.example/feed.xml", outlet="Courier", language="en")
NAMESPACES = {
    "": "",
    "atom": "http://www.w3.org/2005/Atom",
    "media": "http://search.yahoo.com/mrss/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "cc": "http://web.resource.org/cc/",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "own": "https://own.example/",
}
DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items() if prefix)


def agree(body: bytes) -> bool:
    """Does the quick way answer? Then as feedparser does."""
    data = as_utf_8(body, "")
    heard = quick(data)
    if heard is not None:
        assert parsed(heard, data, FEED) == parsed(heard_by_feedparser(data), data, FEED)
    return heard is not None


USUAL = """<link>https://a.example/</link><description>D</description><language>en-us</language><ttl>5</ttl>
<image><url>u</url><title>Image</title><link>l</link></image><atom:link rel="self" href="https://a.example/feed"/>
<lastBuildDate>Mon, 04 May 2020 09:30:00 GMT</lastBuildDate><own:thing a="1"><own:other/></own:thing>
<item><title>One</title><link>https://a.example/1</link><guid isPermaLink="false">1</guid><category>C</category>
<description>&lt;p>Text &amp;amp; more</description><content:encoded><![CDATA[<p>Text</p>]]></content:encoded>
<pubDate>Mon, 04 May 2020 09:30:00 +0200</pubDate><dc:creator>A. Writer</dc:creator><source url="https://s.example/f">S &amp;amp; T</source>
<media:group><media:content url="https://i.example/1.jpg"/><media:title>M</media:title></media:group><own:thing>x</own:thing></item>
<item rdf:about="2"><title>Two</title></item>"""
ENTRY = """<link href="https://a.example/" /><updated>2020-05-04T09:30:00Z</updated><author><name>N</name></author>
<entry><id>1</id><title type="html">One &amp;amp; only</title><link href="https://a.example/1"/><updated>2020-05-04T09:30:00Z</updated>
<author><name>A. Writer</name><email>a@b.example</email></author><summary>S</summary><content type="html">&lt;p>C</content>
<category term="t" label="Label"/><source><title>Other</title><updated>2020-05-04T09:30:00Z</updated></source></entry>"""
RDF = f"""<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="{NAMESPACES["rdf"]}" xmlns:dc="{NAMESPACES["dc"]}">
<channel rdf:about="c"><title>C</title><items><rdf:Seq><rdf:li resource="1"/></rdf:Seq></items></channel>
<image><url>u</url></image><item rdf:about="1"><title>One</title><dc:date>2020-05-04T09:30:00Z</dc:date></item></rdf:RDF>""".encode()


@pytest.mark.parametrize("body", [channel(USUAL, DECLARED), atom(ENTRY), RDF, rss({"title": "T"}), rss(), atom("")])
def test_what_feeds_usually_say_is_read_the_quick_way(body: bytes) -> None:
    assert agree(body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>Log in</body></html>",
        b"<!DOCTYPE rss>" + rss({"title": "T"})[38:],
        rss({"title": "T"})[:-1],
        channel("<item><title>T</title><pubDate>next Tuesday</pubDate></item>"),
        channel("<pubDate>next Tuesday</pubDate><item><title>T</title></item>"),
        channel("<item><title>T</title><description><p>x</p></description></item>"),
        channel('<item xml:base="https://b.example/"><title>T</title><link>x</link></item>'),
        channel('<item><title>T</title><description type="application/x">eA==</description></item>'),
        channel('<item xmlns="https://unknown.example/"><title>T</title></item>'),
        channel('<item><title>T</title><foo:title xmlns:foo="urn:a"/><foo:title xmlns:foo="urn:b"/></item>'),
        channel("<item><title>T</title><item><title>U</title></item></item>"),
        channel("<item><title>T</title><author><name>A</name></author><author><name>B</name></author></item>"),
        channel("<item><title>T</title><foo><title>U</title></foo></item>"),
        channel("<item><title>T</title><date>2020-05-04</date></item>"),
        atom('<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">T</div></title></entry>'),
        atom('<entry><title mode="escaped">T</title></entry>'),
        channel("") + b"<more/>",
        atom("<entry><title>T</title><source>words<title>S</title></source></entry>"),
        atom("<entry><title>T</title><source><title>S</title><title>U</title></source></entry>"),
    ],
    ids=range(20),
)
def test_what_is_irregular_is_left_to_feedparser(body: bytes) -> None:
    assert quick(as_utf_8(body, "")) is None


def test_both_ways_read_whose_an_entry_was_first() -> None:
    """The name of its source, in RSS and in Atom; without one the host of its address; the last source counts."""
    bodies = [
        (channel('<item><title>T</title><source url="https://www.s.example/f">The S</source></item>'), "The S"),
        (channel('<item><title>T</title><source url="https://www.s.example/f"/></item>'), "s.example"),
        (channel("<item><title>T</title><source/></item>"), None),
        (channel('<item><title>T</title><source>A</source><source url="x">B</source></item>'), "B"),
        (atom('<entry><title>T</title><source><id>x</id><title type="html">A &amp;amp; B</title></source></entry>'), "A & B"),
        (atom("<entry><title>T</title><source><title/></source></entry>"), None),
    ]  # fmt: skip
    for body, name in bodies:
        data = as_utf_8(body, "")
        heard = quick(data)
        assert heard is not None
        for way in (heard, heard_by_feedparser(data)):
            assert [entry.source for entry in parsed(way, data, FEED).entries] == [name]


def test_every_rule_about_an_element_is_used_by_a_usual_feed_or_a_random_one() -> None:
    """No rule without an element it is for."""
    tables = (module._IN_FEED, module._IN_ENTRY)
    named = {action.__name__ for table in tables for action in table.values()}
    rules = {
        name
        for name, method in inspect.getmembers(module._Feed, inspect.isfunction)
        if list(inspect.signature(method).parameters) == ["self", "element", "depth"]
    }
    assert rules - named == {"_unknown"} - named


DATES = st.sampled_from(
    ["Mon, 04 May 2020 09:30:00 +0200", "2020-05-04T09:30:00Z", "4 mai 2020", "", "Mon, 04 May 20 24:00:00 CEST"] * 5
    + ["soon", "2020"]
)
WORDS = st.sampled_from(
    ["", " ", "Words", "more words", " padded ", "A &amp; B", "&lt;b&gt;x&lt;/b&gt; y", "&amp;amp;lt;", "<![CDATA[<p>x</p>]]>",
     "Ã©t\u00c3\u00a9", "caf\u00e9", "\u0093q\u0094", "日本", "a<!-- c -->b", "<?pi?>", "no, yes, no"] * 4 + ["<b>x</b>"]
)  # fmt: skip
LINKS = st.sampled_from(
    ["https://a.example/1", "https://a.example/1?a=1&amp;b=2", " /x ", "x", "", "javascript:x", "http:///a.example",
     "a&amp;amp;b", "https://a.example/ü"]
)  # fmt: skip
ATTRIBUTES = st.sampled_from(
    ["", "", "", ' type="html"', ' type="text"', ' type="TEXT/HTML"', ' type="xhtml"', ' isPermaLink="false"', ' rel="license"',
     ' href="https://l.example/"', ' REL="Alternate" HREF="https://l.example/2"', ' rel="enclosure" type="image/png" href="/e.png"',
     ' url="https://i.example/i.png" type="image/png"', ' url="i.jpg" medium="image"', ' domain="d"', ' term="t" label="L"',
     ' term="t"', ' scheme="s"', ' rdf:resource="https://c.example/"', ' own:href="x"', ' xml:lang="fr"', ' mode="base64"',
     ' xml:base="https://b.example/"', ' xmlns:more="urn:x"']
)  # fmt: skip
NAMES = st.sampled_from(
    """title link description guid pubDate author category enclosure comments source content summary id updated rights copyright
    own:title own:thing media:title media:description media:thumbnail media:content media:group media:keywords media:credit
    dc:creator dc:date dc:title dc:subject dc:rights dc:description dcterms:modified content:encoded itunes:summary itunes:author
    itunes:image itunes:keywords cc:license creativeCommons:license atom:link atom:author atom:id modified issued""".split()
    * 3
    + """image ttl date language generator contributor keywords name url tags links body media:category dcterms:created
    itunes:category itunes:owner sy:updatePeriod sy:updateFrequency created published""".split()
)


# What goes with which element in feeds that mean well; the rest is drawn less often.
USUAL_ATTRIBUTES = {
    "link": [
        "",
        "",
        ' href="https://a.example/2"',
        ' rel="license" href="/by"',
        ' rel="enclosure" type="image/png" href="/e.png"',
    ],
    "guid": ["", ' isPermaLink="false"', ' isPermaLink="true"'],
    "enclosure": [' url="https://i.example/e.png" type="image/png"', ' url="e.mp3" type="audio/mpeg"'],
    "category": ["", ' domain="d"', ' term="t" label="L"', ' term="t"'],
    "source": ["", ' url="https://s.example/feed"'],
    "media:content": [' url="https://i.example/c.png"', ' url="c.jpg" medium="image"', ' url="c" type="video/mp4"'],
    "media:thumbnail": [' url="https://i.example/t.png"', ' url="data:x"'],
    "itunes:image": [' href="https://i.example/i.png"'],
    "cc:license": [' rdf:resource="https://c.example/"'],
    "title": ["", "", ' type="html"'],
    "media:title": ["", ' type="html"', ' type="plain"'],
    "summary": ["", ' type="html"'],
}
MEDIA = st.sampled_from(["media:title", "media:description", "media:thumbnail", "media:content", "media:credit"])
OTHERS = st.integers(0, 24).map(lambda number: number == 0)


@st.composite
def elements(draw: st.DrawFn, depth: int = 0) -> str:
    name = draw(MEDIA if depth and not draw(OTHERS) else NAMES)
    usual = USUAL_ATTRIBUTES.get(name.removeprefix("atom:"), [""])
    attributes = draw(ATTRIBUTES if draw(OTHERS) else st.sampled_from(usual))
    texts = DATES if "date" in name.lower() or name[-2:] == "ed" else LINKS if name in ("link", "guid", "id") else WORDS
    inside = "" if name == "media:group" else draw(texts)
    if depth < 2 and (name in ("media:group", "media:content") or draw(OTHERS)):
        inside = "".join(draw(st.lists(elements(depth + 1), max_size=3)))
    return f"<{name}{attributes}>{inside}</{name}>"


@settings(max_examples=400, deadline=None)
@given(
    st.lists(elements(), max_size=3),
    st.lists(st.lists(elements(), min_size=1, max_size=7), max_size=3),
    st.lists(elements(), max_size=1),
)
def test_both_ways_agree_on_any_feed(head: list[str], items: list[list[str]], tail: list[str]) -> None:
    inside = "".join(head) + "".join(f"<item>{''.join(item)}</item>" for item in items) + "".join(tail)
    agree(channel(inside, DECLARED).replace(b"<title>Courier</title>", b""))


@settings(max_examples=200, deadline=None)
@given(st.lists(elements(), max_size=2), st.lists(st.lists(elements(), min_size=1, max_size=6), max_size=2))
def test_both_ways_agree_on_any_atom_feed(head: list[str], entries: list[list[str]]) -> None:
    inside = "".join(head) + "".join(f"<entry>{''.join(entry)}</entry>" for entry in entries)
    declared = DECLARED.replace("xmlns:atom", "xmlns").replace("atom:", "")
    agree(f"<feed {declared}>{inside}</feed>".replace("atom:", "").encode())

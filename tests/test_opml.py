"""Lists of feeds from other readers, and back: hostile files are refused in our own words."""

from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.ingest.extract import plain_title
from digest.ingest.opml import OpmlError, Subscription, Subscriptions, read_opml, write_opml


def opml(body: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    return f'{head}\n<opml version="2.0">\n<head><title>x</title></head>\n<body>\n{body}\n</body></opml>'.encode()


def read(data: bytes) -> Subscriptions:
    return read_opml(data, "list.opml")


def test_a_feed_has_its_name_language_and_folders() -> None:
    found = read(
        opml(
            '<outline text="News"><outline text="World"><outline type="rss" text="Courier" language="de" '
            'xmlUrl="https://a.example/f"/></outline></outline>'
            '<outline text="Gazette" xmlUrl="https://b.example/f" category="/Tech/AI,/Other"/>'
        )
    )
    assert found.feeds == (
        Subscription(outlet="Courier", url="https://a.example/f", language="de", folders=("News", "World")),
        Subscription(outlet="Gazette", url="https://b.example/f", folders=("Tech", "AI")),
    )
    assert found.problems == ()


@pytest.mark.parametrize(
    "outline",
    [
        '<outline TEXT="A &amp; B" XMLURL="https://a.example/f?x=1&amp;y=2"/>',
        '<outline text="A & B" xmlurl="https://a.example/f?x=1&y=2"/>',
        '<outline title="A &amp;amp; B" text="other" xmlUrl=" https://a.example/f?x=1&#38;y=2 "/>',
        '<outline text="&lt;b>A&#10;&amp;amp;\u200b   B&lt;/b>" xmlUrl="https://a.example/f?x=1&amp;y=2"/>',
        '<outline text="A &amp; B" type="RSS" url="https://a.example/f?x=1&amp;y=2"/>',
        '<Outline text="A &amp; B" xmlUrl="https://a.example/f?x=1&amp;y=2"><outline/></Outline>',
    ],
)
def test_what_programs_write_in_their_own_ways_is_the_same_feed(outline: str) -> None:
    assert read(opml(outline)).feeds == (Subscription(outlet="A & B", url="https://a.example/f?x=1&y=2"),)


def test_a_feed_without_a_name_has_its_hosts() -> None:
    (feed,) = read(opml('<outline text=" " xmlUrl="https://www.a.example/f"/>')).feeds
    assert feed.outlet == "a.example"


def test_a_feed_that_stands_twice_is_one() -> None:
    twice = opml('<outline text="A" xmlUrl="https://a.example/f"/><outline text="B" xmlUrl="https://a.example/f"/>')
    assert [feed.outlet for feed in read(twice).feeds] == ["A"]


def test_each_address_that_is_none_is_named_with_its_line_and_the_rest_is_read() -> None:
    bad = [
        "ftp://a.example/f",
        "javascript:alert(1)",
        "https://u:p@a.example/f",
        "https://",
        "/f",
        "https://a b/",
        "https://a:99999/",
    ]
    found = read(opml("\n".join(f'<outline text="A" xmlUrl="{url}"/>' for url in [*bad, "https://fine.example"])))
    assert [feed.url for feed in found.feeds] == ["https://fine.example"]
    assert len(found.problems) == len(bad)
    for number, (url, problem) in enumerate(zip(bad, found.problems, strict=True)):
        assert problem.startswith(f"list.opml:{5 + number}: '{url}' is no http")


BODY = '<outline text="Zürich €" xmlUrl="https://a.example/f"/>'


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (opml(BODY), "Zürich €"),
        (b"\xef\xbb\xbf" + opml(BODY), "Zürich €"),
        (b"\xff\xfe" + opml(BODY, '<?xml version="1.0" encoding="utf-16"?>').decode().encode("utf-16-le"), "Zürich €"),
        (opml(BODY, '<?xml version="1.0" encoding="windows-1252"?>').decode().encode("cp1252"), "Zürich €"),
        (opml(BODY, '<?xml version="1.0" encoding="ISO-8859-15"?>').decode().encode("iso8859-15"), "Zürich €"),
        (opml(BODY, "").decode().encode("cp1252"), "Zürich €"),
        (opml(BODY.replace("€", "\x00\x0b")), "Zürich \ufffd\ufffd"),
        (opml(BODY.replace("€", "X")).replace(b"X", b"\xff"), "Zürich \ufffd"),
    ],
)
def test_bytes_of_any_encoding_are_read(data: bytes, name: str) -> None:
    assert [feed.outlet for feed in read(data).feeds] == [name]


BOMB = '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
REFUSED = [
    (opml("", BOMB), "list.opml:1: has a document type declaration"),
    (opml("", '\n<!doctype opml SYSTEM "file:///etc/passwd">'), "list.opml:2: has a document type declaration"),
    (b"\xff\xfe" + BOMB.encode("utf-16-le"), "has a document type declaration"),
    (opml("<outline>" * 21 + "</outline>" * 21), "list.opml:5: is nested deeper than 20 outlines"),
    (opml("<outline>" * 100_000), "is nested deeper than 20 outlines"),
    (opml('<outline xmlUrl="https://a.example/f">'), "list.opml: is no OPML: .*mismatch.*line 6"),
    (b"", "is no OPML"),
    (b"<rss><channel/></rss>", "is no OPML, but <rss>"),
    (b"<!-- " + b"x" * 10_000_000 + b"-->", "is larger than 10 MB"),
    (
        opml("".join(f'<outline xmlUrl="https://a.example/{n}"/>' for n in range(10_001))),
        "lists more than 10,000 feeds",
    ),
    (opml('<outline xmlUrl="mailto:x"/>' * 10_001), "lists more than 10,000 feeds"),
]


@pytest.mark.parametrize(("data", "said"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_no_list_of_feeds_or_too_much_of_one_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(OpmlError, match=said):
        read(data)


def test_twenty_levels_are_read() -> None:
    inner = '<outline text="A" xmlUrl="https://a.example/f"/>'
    (feed,) = read(opml('<outline text="f">' * 19 + inner + "</outline>" * 19)).feeds
    assert feed.folders == ("f",) * 19


@pytest.mark.parametrize("entity", ["&nbsp;", "&xxe;", "&#0;", "&#x110000;", "&;"])
def test_no_entity_but_xmls_own_means_anything(entity: str) -> None:
    """What XML does not have is text, or no XML; nothing is looked up."""
    data = opml(f'<outline text="A{entity}B" xmlUrl="https://a.example/f"/>')
    try:
        (feed,) = read(data).feeds
    except OpmlError:
        assert entity.startswith("&#")
    else:
        assert feed.outlet in ("A B", f"A{entity}B")


names = (
    st.text(max_size=30)
    .map(lambda text: plain_title("A" + text, is_html=True))
    .filter(lambda name: plain_title(name, is_html=True) == name)
)
subscriptions = st.lists(
    st.builds(
        Subscription,
        outlet=names,
        url=st.builds("https://a.example/{}".format, st.text("ab/?&=%'\"<>;é", max_size=8)),
        language=st.sampled_from([None, "de", "pt-BR"]),
        folders=st.lists(names, max_size=3).map(tuple),
    ),
    unique_by=lambda one: one.url,
    max_size=8,
)


@settings(deadline=None)  # other programs may be busy
@given(subscriptions, names)
def test_what_is_written_is_read_again(feeds: list[Subscription], title: str) -> None:
    found = read(write_opml(title, feeds))
    assert set(found.feeds) == set(feeds)
    assert found.problems == ()


def test_names_with_quotes_line_breaks_and_emoji_make_one_clean_line() -> None:
    odd = Subscription(outlet="\"The\" 'Courier'\r\n\x0c & <3 📰", url="https://a.example/f", folders=("a\nb",))
    (feed,) = read(write_opml('"x"\n<y>', [odd])).feeds
    assert (feed.outlet, feed.folders) == ("\"The\" 'Courier' & <3 📰", ("a b",))


def test_ten_thousand_feeds_are_read_and_written_at_once() -> None:
    """The bound is generous: it takes about a third of a second."""
    many = [
        Subscription(outlet=f"A & B {n}", url=f"https://a.example/{n}", folders=(f"f{n % 50}",)) for n in range(10_000)
    ]
    start = perf_counter()
    assert len(read(write_opml("many", many)).feeds) == 10_000
    assert perf_counter() - start < 5

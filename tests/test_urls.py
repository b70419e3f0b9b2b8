"""Which addresses may be shown, what is stripped from them, and when two are the same."""

import re
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.text.urls import absolute, canonical, web_address

BASE = "https://courier.example/dir/feed.xml"


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        # absolute ones stay as they are, byte for byte
        ("https://a.example", "https://a.example"),
        ("https://a.example/", "https://a.example/"),
        ("HTTPS://A.example/X", "HTTPS://A.example/X"),
        ("http://a.example/x/../y/./z", "http://a.example/x/../y/./z"),
        ("https://a.example/?", "https://a.example/?"),
        ("https://a.example/#", "https://a.example/#"),
        ("https://a.example/x?b=%20&c&&d=", "https://a.example/x?b=%20&c&&d="),
        ("https://a.example/x?q=a+b;c", "https://a.example/x?q=a+b;c"),
        ("https://a.example:8443/x", "https://a.example:8443/x"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        ("https://bücher.example/ä?ö=ü", "https://bücher.example/ä?ö=ü"),
        ("https://a.example/#!/page", "https://a.example/#!/page"),
        # relative ones are resolved (RFC 3986, 5.2)
        ("x", "https://courier.example/dir/x"),
        ("./x", "https://courier.example/dir/x"),
        ("../x", "https://courier.example/x"),
        ("../../../x", "https://courier.example/x"),
        ("/x", "https://courier.example/x"),
        ("/x?y=1#z", "https://courier.example/x?y=1#z"),
        ("//b.example/x", "https://b.example/x"),
        ("?q=1", "https://courier.example/dir/feed.xml?q=1"),
        ("#f", "https://courier.example/dir/feed.xml#f"),
        ("x;p=1", "https://courier.example/dir/x;p=1"),
        ("x/", "https://courier.example/dir/x/"),
        ("x:y", None),
        ("./x:y", "https://courier.example/dir/x:y"),
        # white space around them, and line breaks within, are dropped
        ("  https://a.example/x \n", "https://a.example/x"),
        ("https://a.example/\n x", None),
        ("https://a.exam\nple/x", "https://a.example/x"),
        # what is no address of the web, or hides one, is none
        ("", None),
        ("   ", None),
        (None, None),
        ("javascript:alert(1)", None),
        ("java\tscript:alert(1)", None),
        ("data:text/html,x", None),
        ("ftp://a.example/x", None),
        ("mailto:a@b.example", None),
        ("file:///etc/passwd", None),
        ("https://", None),
        ("https:///x", None),
        ("https://user:secret@a.example/", None),
        ("https://bank.example@evil.example/", None),
        ("https://a.example/two words", None),
        ("https://a.example/\u202ex", None),
        ("https://a.example:99999/", None),
        ("https://a.example:port/", None),
        ("http://[::1", None),
    ],
)
def test_addresses_are_made_absolute_and_kept_as_they_are(written: str | None, whole: str | None) -> None:
    assert absolute(written, BASE) == whole
    assert web_address(written, BASE) == whole


@pytest.mark.parametrize(
    ("written", "stripped"),
    [
        ("?utm_source=rss", ""),
        ("?UTM_Source=rss&b=1", "?b=1"),
        ("?b=1&utm_medium=feed&c=%2F", "?b=1&c=%2F"),
        ("?utm%5Fsource=rss&b=1", "?b=1"),
        ("?fbclid=1#top", "#top"),
        ("?a=1&&gclid=2", "?a=1&"),
        ("?mc_cid=1&mc_eid=2&mtm_campaign=3&_hsenc=4&yclid=5&msclkid=6&igshid=7&mkt_tok=8&hsa_acc=9", ""),
        ("?at_medium=RSS&at_campaign=KARANGA", ""),
        ("#xtor=RSS-1", ""),
        ("?ref=courier.example", ""),
        ("?ref=https%3A%2F%2Fwww.courier.example%2F&b=1", "?b=1"),
        # what says something about the page stays
        ("?ref=gazette.example", "?ref=gazette.example"),
        ("?ref=123", "?ref=123"),
        ("?pk_id=7&at=8&source=9&campaign=10", "?pk_id=7&at=8&source=9&campaign=10"),
        ("?utm_source", "?utm_source"),
        ("?q=utm_source=rss", "?q=utm_source=rss"),
        ("?b=a+b&c=%C3%A9;d", "?b=a+b&c=%C3%A9;d"),
        ("#utm", "#utm"),
        ("?", "?"),
    ],
)
def test_what_tracks_is_stripped_and_every_other_byte_stays(written: str, stripped: str) -> None:
    page = "https://a.example/x"
    assert web_address(page + written, BASE) == page + stripped


def test_a_reference_tracks_only_where_a_feed_is_known() -> None:
    assert web_address("https://a.example/?ref=a.example") == "https://a.example/?ref=a.example"


HOSTS = st.from_regex(r"[a-z]{1,5}(?:\.[a-z]{2,5}){1,2}", fullmatch=True)
PATHS = st.from_regex(r"(?:/[a-zA-Z0-9._~%!$&'()*+,;=:@-]{1,6}){0,3}", fullmatch=True)
QUERIES = st.from_regex(r"(?:\?[a-zA-Z0-9=&;/?+%_-]{1,12})?", fullmatch=True)


@given(host=HOSTS, path=PATHS, query=QUERIES, fragment=st.sampled_from(["", "#top", "#!/x"]))
def test_an_address_that_is_whole_needs_no_base_and_no_second_look(
    host: str, path: str, query: str, fragment: str
) -> None:
    """The short way for plain addresses is the long one; what is stripped once has nothing left to strip."""
    url = f"https://{host}{path}{query}{fragment}"
    assert absolute(url, BASE) == absolute(url) == url
    if not re.search(r"[?#;]", url):
        assert urljoin(BASE, url) == url
    once = web_address(url, BASE)
    assert once is not None
    assert web_address(once, BASE) == once


@given(host=HOSTS, path=PATHS, query=QUERIES)
def test_addresses_of_one_page_have_one_canonical_form(host: str, path: str, query: str) -> None:
    url = f"https://{host}{path}{query}"
    same = canonical(url)
    joined = f"{url}&" if query else f"{url}?"
    for other in (
        f"https://{host.upper()}{path}{query}",
        f"https://www.{host}{path}{query}",
        f"https://{host}.{path}{query}",
        f"https://{host}:443{path}{query}",
        f"http://{host}:80{path}{query}",
        f"{url}#top",
        f"{joined}utm_source=rss&fbclid=1",
        same,
    ):
        assert canonical(other) == same, other
    assert canonical(f"{url}#!/one") != canonical(f"{url}#!/two")
    assert canonical(f"https://other-{host}{path}{query}") != same


@pytest.mark.parametrize("url", ["https://a.example:8443/x", "https://a.example/y", "https://a.example/x?y=1"])
def test_addresses_of_several_pages_have_several(url: str) -> None:
    assert canonical(url) != canonical("https://a.example/x")


def test_an_endless_address_is_none() -> None:
    """It would fill an e-mail, and no browser takes it."""
    url = "https://a.example/?" + "utm_x=1&b=2&" * 100
    assert web_address(url, BASE) == "https://a.example/?" + "b=2&" * 100
    assert web_address(url * 10, BASE) is None
    assert web_address("https://a.example/" + "a" * 3_000_000) is None

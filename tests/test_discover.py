"""The feeds that a page names are found, as browsers would find them, and hostile pages cost little."""

from time import perf_counter

import pytest

from digest.ingest.web.discover import Candidate, candidates, guesses

PAGE = "https://a.example/news/today.html"
RSS = 'rel="alternate" type="application/rss+xml"'

# A page, and the kind, address and title of each feed that it names.
PAGES: dict[str, tuple[str, list[tuple[str, str, str]]]] = {
    "a blog's head": (
        f'<!doctype html><html><head><title>x</title><link {RSS} title="News" href="https://a.example/feed/"></head>',
        [("rss", "https://a.example/feed/", "News")],
    ),
    "atom, with parameters to its type": (
        '<link rel="alternate" type="application/atom+xml; charset=utf-8" href="/atom.xml">',
        [("atom", "https://a.example/atom.xml", "")],
    ),
    "JSON Feed 1.1": (
        '<link rel="alternate" type="application/feed+json" href="/feed.json">',
        [("json", "https://a.example/feed.json", "")],
    ),
    "JSON Feed 1.0, and other JSON": (
        (
            '<link rel="alternate" type="application/json" href="/feed.json">'
            '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1">'
            '<link rel="alternate" type="application/json+oembed" href="/oembed?feed">'
        ),
        [("json", "https://a.example/feed.json", "")],
    ),
    "several, in their order": (
        f'<link {RSS} href="b"><link rel="alternate" type="application/atom+xml" href="a"><link {RSS} href="../c?x=1">',
        [
            ("rss", "https://a.example/news/b", ""),
            ("atom", "https://a.example/news/a", ""),
            ("rss", "https://a.example/c?x=1", ""),
        ],
    ),
    "relative to a base": (
        f'<head><base target="_top"><base href="//b.example/x/"><base href="/no/"><link {RSS} href="feed"></head>',
        [("rss", "https://b.example/x/feed", "")],
    ),
    "a base below the link": (
        f'<link {RSS} href="feed"><base href="/x/">',
        [("rss", "https://a.example/x/feed", "")],
    ),
    "a base that is none": (
        f'<base href="data:text/html,x"><link {RSS} href="feed">',
        [("rss", "https://a.example/news/feed", "")],
    ),
    "in the body, far below": (
        f"<html><body><div><p>{'<b>x' * 2000}<link {RSS} href=/feed>",
        [("rss", "https://a.example/feed", "")],
    ),
    "upper case, no quotes": (
        "<HTML><HEAD><LINK REL=ALTERNATE TYPE=APPLICATION/RSS+XML HREF=/Feed TITLE=News></HEAD>",
        [("rss", "https://a.example/Feed", "News")],
    ),
    "entities and line breaks": (
        '<link\nrel="alternate"\n\ttype="application/rss+xml"\nhref=" /f?a=1&amp;b=2 "\ntitle="A &amp;amp; B&#10;&eacute;\u202e"/>',
        [("rss", "https://a.example/f?a=1&b=2", "A &amp; B é")],
    ),
    "duplicates": (
        (
            f'<link {RSS} href="/feed" title="one"><link {RSS} href="https://www.a.example/feed/" title="two">'
            f'<link {RSS} href="http://a.example/feed#x"><a {RSS} href="/feed">'
        ),
        [("rss", "https://a.example/feed", "one")],
    ),
    "alternate and feed": (
        (
            '<link rel="alternate feed" type="application/atom+xml" href="/1"><link rel="FEED home" href="/2">'
            '<link rel="feed" type="text/html" href="/3"><link rel="alternate" href="/4">'
        ),
        [("atom", "https://a.example/1", ""), ("feed", "https://a.example/2", "")],
    ),
    "what is no feed": (
        (
            '<link rel="stylesheet" type="text/css" href="/s.css"><link rel="alternate stylesheet" type="text/xml" href="/s">'
            '<link rel="alternate" hreflang="de" href="/de"><link rel="alternate" type="text/html" href="/m">'
            '<link rel="search" type="application/opensearchdescription+xml" href="/o"><link rel="canonical" href="/">'
            '<link rel="alternate" type="application/atomsvc+xml" href="/svc"><link type="application/rss+xml" href="/x">'
        ),
        [],
    ),
    "addresses that are none": (
        "".join(
            f'<link {RSS} href="{href}">'
            for href in (
                "",
                "javascript:alert(1)",
                "ftp://a/f",
                "data:,x",
                "https://u:p@a.example/",
                "https://a b/",
                "file:///f",
            )
        )
        + f"<link {RSS}>",
        [],
    ),
    "comments come last": (
        f'<link {RSS} title="A &raquo; Comments Feed" href="/x"><link {RSS} href="/comments/feed/"><link {RSS} title="A" href="/feed/">',
        [
            ("rss", "https://a.example/feed/", "A"),
            ("rss", "https://a.example/x", "A » Comments Feed"),
            ("rss", "https://a.example/comments/feed/", ""),
        ],
    ),
    "in a comment, a script, a text": (
        (
            f"<!-- <link {RSS} href=/1> --><script>'<link {RSS} href=/2>'</script><title><link {RSS} href=/3></title>"
            f"<textarea><link {RSS} href=/4></textarea><style><link {RSS} href=/5></style>"
        ),
        [],
    ),
    "a link that is an anchor": (
        f'<p><a {RSS} href="/feed">RSS</a> <a href="/other.xml">no</a>',
        [("rss", "https://a.example/feed", "")],
    ),
    "XHTML": (
        (
            '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/x.dtd">'
            f'<html xmlns="http://www.w3.org/1999/xhtml"><head><link {RSS} href="/feed" /></head></html>'
        ),
        [("rss", "https://a.example/feed", "")],
    ),
    "a video channel": (
        f'<html><body><script>var a = "</div>";</script><link {RSS} title="RSS" href="https://v.example/feeds/videos.xml?channel_id=UC_x-1">',
        [("rss", "https://v.example/feeds/videos.xml?channel_id=UC_x-1", "RSS")],
    ),
    "RSS 1.0 and unclear XML": (
        '<link rel="alternate" type="application/rdf+xml" href="/1"><link rel="alternate" type="text/xml" href="/2">',
        [("rss", "https://a.example/1", ""), ("feed", "https://a.example/2", "")],
    ),
    "broken off": (
        f'<html><head><link {RSS} href="/feed"><link {RSS} href="/oth',
        [("rss", "https://a.example/feed", "")],
    ),
    "nothing": ("", []),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_feeds_of_a_page_are_found(name: str) -> None:
    page, expected = PAGES[name]
    found = candidates(page.encode(), PAGE)
    assert found == tuple(Candidate(url=url, title=title, kind=kind) for kind, url, title in expected)  # type: ignore[arg-type]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_a_page_of_any_encoding_is_read(encoding: str) -> None:
    page = f'<meta charset="windows-1252"><link {RSS} href="/feed" title="Café">'
    assert [one.title for one in candidates(page.encode(encoding), PAGE)] == ["Café"]


PIECES = [
    "<link",
    f"<link {RSS} href=/",
    "<link>",
    "<",
    "<!--",
    "<link rel='",
    "<div>",
    "<p><a><b>",
    "<base href=",
    "\x00",
    "\xff",
    '<a "',
    "&amp;",
]


@pytest.mark.parametrize("piece", PIECES)
def test_a_hostile_page_costs_little(piece: str) -> None:
    """Ten megabytes of it take up to a second; the bound leaves room for a loaded machine."""
    page = (piece.encode("latin-1") * (10_000_000 // len(piece) + 1))[:10_000_000]
    start = perf_counter()
    assert len(candidates(page, PAGE)) <= 1
    assert perf_counter() - start < 20


def test_a_page_names_at_most_a_hundred_feeds() -> None:
    page = "".join(f"<link {RSS} href=/{number}>" for number in range(50_000))
    assert len(candidates(page.encode(), PAGE)) == 100


def test_guesses_are_the_usual_places_beside_the_page_and_at_the_root() -> None:
    assert guesses("https://a.example/blog/post?x=1") == (
        *(f"https://a.example/blog/{name}" for name in ("feed", "rss.xml", "atom.xml", "index.xml", "feed.json")),
        *(f"https://a.example/{name}" for name in ("feed", "rss.xml", "atom.xml", "index.xml", "feed.json")),
    )
    assert len(guesses("https://a.example")) == 5

"""Pages are asked for only where nothing speaks against it; the server's log of requests is the witness."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest

from digest.ingest.web.client import Client
from digest.ingest.web.pages import LARGEST_PAGE, KeptAway, Page, Sites, Unread, read_page
from digest.ingest.web.rights import LARGEST
from digest.model import Site
from tests.server import Answer, Served, serve

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HTML = {"Content-Type": "text/html; charset=utf-8"}
STORY: Answer = (200, HTML, b"<p>The harbour opened.")
ALL = b"User-agent: *\n"
WISHES = ["/robots.txt", "/.well-known/tdmrep.json", "/ai.txt"]


def paths(served: Served) -> list[str]:
    return [path for path, _ in served.requests]


def read(
    *urls: str, known: tuple[Site, ...] = (), at_once: bool = False
) -> tuple[list[Page | KeptAway | Unread], Sites]:
    """The pages at `urls`, one after the other unless `at_once`."""

    async def work() -> tuple[list[Page | KeptAway | Unread], Sites]:
        async with Client(contact=None, allow=("127.0.0.1",), gap=0, now=NOW) as client:
            sites = Sites(client, {site.origin: site for site in known}, NOW)
            tasks = [read_page(client, url, sites) for url in urls]
            return (list(await asyncio.gather(*tasks)) if at_once else [await task for task in tasks]), sites

    return asyncio.run(work())


def test_a_page_comes_as_it_is_once_the_wishes_of_its_site_are_read() -> None:
    with serve({"/robots.txt": (200, {}, ALL + b"Disallow: /private"), "/story": STORY}) as served:
        found, sites = read(served.base + "/story")
    assert found == [Page(body=STORY[2])]
    assert paths(served) == [*WISHES, "/story"]
    assert sites.changed == {
        served.base: Site(origin=served.base, read=NOW, robots="User-agent: *\nDisallow: /private")
    }
    assert dict(served.requests)["/story"]["accept"] == "text/html, application/xhtml+xml"


CARRIERS: dict[str, Answer] = {
    "/robots.txt": (200, {}, ALL + b"Disallow: /story"),
    "/robots.txt#usage": (200, {}, ALL + b"Content-Usage: train-ai=n"),
    "/.well-known/tdmrep.json": (200, {}, b'[{"location": "/story*", "tdm-reservation": 1}]'),
    "/ai.txt": (200, {}, ALL + b"Disallow: *.html"),
}


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_page_that_a_file_of_its_site_reserves_is_never_asked_for(carrier: str) -> None:
    with serve({carrier.partition("#")[0]: CARRIERS[carrier], "/story": STORY}) as served:
        found, _ = read(served.base + "/story", served.base + "/story?again")
    assert [type(one) for one in found] == [KeptAway, KeptAway]
    assert paths(served) == WISHES


@pytest.mark.parametrize(
    "answer",
    [
        (200, {**HTML, "tdm-reservation": "1"}, b"<p>x"),
        (200, {**HTML, "X-Robots-Tag": "noai"}, b"<p>x"),
        (200, HTML, b'<meta name="tdm-reservation" content="1"><p>x'),
        (200, HTML, b'<meta name="robots" content="noai"><p>x'),
    ],
)
def test_a_page_that_says_itself_that_it_is_reserved_is_thrown_away_and_no_other_is_asked_for(answer: Answer) -> None:
    with serve({"/story": answer, "/other": STORY}) as served:
        found, sites = read(served.base + "/story", served.base + "/other", at_once=True)
        later, _ = read(served.base + "/other", known=(sites.changed[served.base],))
    assert all(isinstance(one, KeptAway) for one in [*found, *later])
    assert paths(served) == [*WISHES, "/story"]
    assert sites.changed[served.base].reserved_at == NOW


@pytest.mark.parametrize("status", [500, 503, 429, 304])
def test_a_robots_txt_that_could_not_be_read_forbids_all_pages(status: int) -> None:
    with serve({"/robots.txt": (status, {}, b""), "/story": STORY}) as served:
        (found,), sites = read(served.base + "/story")
    assert isinstance(found, KeptAway)
    assert f"HTTP {status}" in found.why
    assert paths(served) == ["/robots.txt"]
    assert sites.changed[served.base].unreadable == f"HTTP {status}"


def test_a_site_that_is_not_there_has_no_pages() -> None:
    (found,), _ = read("http://127.0.0.1:1/story")
    assert found == KeptAway(
        asked=False,
        why="its robots.txt could not be read (connection refused), which forbids all pages",
    )


@pytest.mark.parametrize("status", [404, 401, 403, 410])
def test_a_robots_txt_that_is_not_there_allows_pages(status: int) -> None:
    with serve({"/robots.txt": (status, {}, b"Disallow"), "/story": STORY}) as served:
        (found,), _ = read(served.base + "/story")
    assert isinstance(found, Page)


def test_of_a_large_robots_txt_the_first_500_kib_count() -> None:
    filler = b"# x\n" * (LARGEST // 4)
    text = ALL + b"Disallow: /story\n" + filler + b"Disallow: /other\n"
    with serve({"/robots.txt": (200, {}, text), "/story": STORY, "/other": STORY}) as served:
        (story, other), sites = read(served.base + "/story", served.base + "/other")
    assert isinstance(story, KeptAway)
    assert isinstance(other, Page)
    assert len(sites.changed[served.base].robots or "") <= LARGEST


def test_a_line_that_is_cut_in_the_middle_forbids_nothing() -> None:
    text = ALL + b"# x\n" * (LARGEST // 4 - 20)
    text += b" " * (LARGEST - len(text) - len("Disallow: /")) + b"Disallow: /private"
    with serve({"/robots.txt": (200, {}, text), "/story": STORY}) as served:
        (found,), _ = read(served.base + "/story")
    assert isinstance(found, Page)


def test_wishes_hold_for_a_day_and_everybody_waits_for_them_once() -> None:
    with serve({"/a": STORY, "/b": STORY}) as served:
        _, sites = read(served.base + "/a", served.base + "/b", at_once=True)
        assert sorted(paths(served)) == sorted([*WISHES, "/a", "/b"])
        read(served.base + "/a", known=(sites.changed[served.base],))
        assert len(served.requests) == 6
        old = replace(sites.changed[served.base], read=NOW - timedelta(hours=25), held_until=NOW - timedelta(days=1))
        _, sites = read(served.base + "/a", known=(old,))
        assert len(served.requests) == 10
    assert sites.changed[served.base] == replace(old, read=NOW)


def test_where_a_page_leads_to_is_asked_for_its_wishes_too() -> None:
    forbids: dict[str, Answer] = {"/robots.txt": (200, {}, ALL + b"Disallow: /"), "/story": STORY}
    with (
        serve(forbids) as there,
        serve({"/robots.txt": (200, {}, ALL + b"Disallow: /private"), "/private": STORY}) as here,
    ):
        here.answers["/away"] = (302, {"Location": there.base + "/story"}, b"")
        here.answers["/home"] = (302, {"Location": "/private"}, b"")
        (away, home), _ = read(here.base + "/away", here.base + "/home")
    assert away == KeptAway(why=f"leads to {there.base}/story: robots.txt forbids it", asked=True)
    assert home == KeptAway(why=f"leads to {here.base}/private: robots.txt forbids it", asked=True)
    assert "/robots.txt" in paths(there)
    assert "/story" not in paths(there)
    assert "/private" not in paths(here)


def test_a_page_elsewhere_that_may_be_read_is_read_there() -> None:
    with serve({"/story": STORY}) as there, serve({"/story": (301, {"Location": there.base + "/story"}, b"")}) as here:
        (found,), sites = read(here.base + "/story")
    assert found == Page(body=STORY[2])
    assert set(sites.changed) == {here.base, there.base}


@pytest.mark.parametrize(
    ("answer", "why", "again"),
    [
        ((404, HTML, b""), "HTTP 404 Not Found", False),
        ((429, HTML, b""), "HTTP 429 Too Many Requests", True),
        ((503, HTML, b""), "HTTP 503 Service Unavailable", True),
        ((200, {"Content-Type": "application/pdf"}, b"%PDF"), "is no web page, but application/pdf", False),
        ((200, {}, b"<p>x"), "is no web page, but of no type", False),
        ((200, HTML, b"x" * (LARGEST_PAGE + 1)), "is larger than 5 MB", False),
        ((200, {**HTML, "Content-Length": "99"}, b"<p>x"), "broke off in the middle", True),
    ],
)
def test_what_is_no_page_is_not_read_and_said(answer: Answer, why: str, again: bool) -> None:
    with serve({"/story": answer}) as served:
        (found,), _ = read(served.base + "/story")
    assert found == Unread(why=why, again=again)


@pytest.mark.parametrize("url", ["mailto:a@b.example", "http://127.0.0.1:99999/", "/story", "http://[x/"])
def test_an_address_that_is_none_is_not_read_and_said(url: str) -> None:
    (found,), _ = read(url)
    assert isinstance(found, Unread)


def test_pages_of_a_site_come_with_the_pauses_that_it_wants() -> None:
    with serve({"/robots.txt": (200, {}, ALL + b"Crawl-delay: 0.2"), "/a": STORY, "/b": STORY}) as served:
        start = perf_counter()
        found, _ = read(served.base + "/a", served.base + "/b", at_once=True)
        assert perf_counter() - start >= 0.4
    assert all(isinstance(one, Page) for one in found)


def test_a_site_that_wants_longer_pauses_than_a_run_waits_is_left_alone() -> None:
    with serve({"/robots.txt": (200, {}, ALL + b"Crawl-delay: 3600"), "/a": STORY}) as served:
        (found,), _ = read(served.base + "/a")
    assert isinstance(found, KeptAway)
    assert "3600 s between requests" in found.why
    assert "/a" not in paths(served)

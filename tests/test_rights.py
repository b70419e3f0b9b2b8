"""What a site reserves is found in every place where it may say so, and nothing else is taken for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.ingest.web.rights import (
    Verdict,
    is_fresh,
    licences,
    mining_reserved_by,
    origin_of,
    page_verdict,
    reserved_by,
)
from digest.model import Site

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
READ = Site(origin="https://a.example", read=NOW)
PAGE = "https://a.example/news/2026/story.php?id=1"
AGENT = "Digest/0.3 (+https://me.example/about)"


def verdict(site: Site, url: str = PAGE, now: datetime = NOW) -> Verdict:
    return page_verdict(site, url, AGENT, now)


def robots(text: str, url: str = PAGE) -> bool:
    return verdict(replace(READ, robots=text), url).allowed


ALL = "User-agent: *\n"
ROBOTS = [
    ("", True),
    ("<html><body>Not found</body></html>", True),
    (ALL + "Disallow:", True),
    (ALL + "Disallow: /", False),
    (ALL + "Disallow: /private/", True),
    (ALL + "Disallow: /news", False),
    (ALL + "Disallow: /News", True),
    ("\tUSER-AGENT : *  # all\r\ndisallow:/news # these\r\n", False),
    (ALL + "Disallow: /*.php$", True),
    (ALL + "Disallow: /*.php?", False),
    (ALL + "Disallow: /*/2026/*id=1$", False),
    (ALL + "Disallow: /news/\nAllow: /news/2026/", True),
    (ALL + "Allow: /news/\nDisallow: /news/2026/", False),
    (ALL + "Allow: /news/\nDisallow: /news/", True),
    (ALL + "Disallow: /n%65ws/", False),
    (ALL + "Disallow: /\nUser-agent: digest\nDisallow: /private/", True),
    ("User-agent: Digest\nDisallow: /\n" + ALL + "Disallow:", False),
    ("User-agent: DIGEST/1.0\nDisallow: /", False),
    ("User-agent: Digester\nUser-agent: NewsDigest\nUser-agent: me.example\nUser-agent: d\nDisallow: /", True),
    ("User-agent: other\nUser-agent: digest\nDisallow: /\n" + ALL + "Disallow:", False),
    ("User-agent: digest\nSitemap: /x\nUser-agent: other\nDisallow: /", False),
    ("User-agent: digest\nCrawl-delay: 1\nUser-agent: other\nDisallow: /", True),
    ("User-agent: digest\nContent-Usage: train-ai=y\nUser-agent: other\nDisallow: /", True),
    ("User-agent: other\nDisallow: /\n\nUser-agent: digest\nDisallow: /news\nUser-agent: x\nDisallow: /", False),
    ("Disallow: /\n" + ALL, True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "allowed"), ROBOTS, ids=range(len(ROBOTS)))
def test_robots_txt_is_read_as_rfc_9309_says(text: str, allowed: bool) -> None:
    found = verdict(replace(READ, robots=text))
    assert (found.allowed, found.why) == (allowed, "nothing speaks against it" if allowed else "robots.txt forbids it")


USAGE = [
    (ALL + "Content-Usage: train-ai=n", False),
    (ALL + "Allow: /\nContent-Usage: search=y, train-ai=n", False),
    (ALL + "Content-Usage: train-ai=y", True),
    (ALL + "Content-Usage: search=n", True),
    (ALL + "Content-Usage: email=n, chairs=n", True),
    (ALL + "content-usage : bots = N", False),
    (ALL + "Content-Usage: /news/ train-ai=n", False),
    (ALL + "Content-Usage: /other/ train-ai=n", True),
    (ALL + "Content-Usage: train-ai=n\nContent-Usage: /news/ train-ai=y", True),
    (ALL + "Content-Signal: search=yes,ai-train=no", False),
    (ALL + "Content-Signal: search=yes, ai-input=yes, ai-train=yes", True),
    ("Content-Usage: train-ai=n\n" + ALL + "Allow: /", False),
    ("Content-Usage: train-ai=n\nUser-agent: Digest\nAllow: /", True),
    ("User-agent: other\nContent-Usage: train-ai=n\n" + ALL + "Allow: /", True),
    ("User-agent: other\nDisallow: /\n" + ALL + "Content-Usage: genai=n", False),
    ("# Content-Usage: train-ai=n", True),
    ("User-agent: digest\nSitemap: https://a.example/s\nUser-agent: other\nContent-Usage: train-ai=n", False),
]


@pytest.mark.parametrize(("text", "allowed"), USAGE, ids=range(len(USAGE)))
def test_usage_preferences_in_robots_txt_are_kept(text: str, allowed: bool) -> None:
    found = verdict(replace(READ, robots=text))
    assert found.allowed == allowed
    assert allowed or "Content-Usage" in found.why


TDMREP = [
    ('[{"location": "/", "tdm-reservation": 1}]', False),
    ('[{"location": "/", "tdm-reservation": "1", "tdm-policy": "https://a.example/policy"}]', False),
    ('[{"location": "/", "tdm-reservation": 0}]', True),
    ('[{"location": "/news/*.php", "tdm-reservation": 1}]', False),
    ('[{"location": "/news/*.php$", "tdm-reservation": 1}]', True),
    ('[{"location": "*id=1$", "tdm-reservation": 1}]', False),
    ('[{"location": "/news/*/2026/story.php?id=1$", "tdm-reservation": 1}]', True),
    ('[{"location": "/news/", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}]', True),
    ('[{"location": "/other", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}]', False),
    ('[{"location": "/n%65ws", "tdm-reservation": 1}]', False),
    (
        '[{"location": "/", "tdm-reservation": 2}, {"tdm-reservation": 1}, 7, {"location": 1, "tdm-reservation": 1}]',
        True,
    ),
    ('[{"location": "/", "tdm-reservation": true}]', True),
    ('{"location": "/", "tdm-reservation": 1}', True),
    ('[{"location": "/", "tdm-reservation": 1}', True),
    ("<html>not found</html>", True),
    ("[" * 100_000, True),
]


@pytest.mark.parametrize(("text", "allowed"), TDMREP, ids=range(len(TDMREP)))
def test_the_first_rule_of_tdmrep_json_that_matches_counts_and_mistakes_say_nothing(text: str, allowed: bool) -> None:
    found = verdict(replace(READ, tdmrep=text))
    assert found.allowed == allowed
    assert allowed or found.why == "tdmrep.json reserves it"


AI = [
    (ALL + "Disallow: /", False),
    (ALL + "Disallow: *.html\nDisallow: *.txt", False),
    (ALL + "Disallow: *.png\nDisallow: *.jpg", True),
    (ALL + "Disallow: /\nAllow: *.html\nAllow: /news", True),
    ("# Our product\nDisallow everything but this.", True),
]


@pytest.mark.parametrize(("text", "allowed"), AI, ids=range(len(AI)))
def test_ai_txt_names_paths_or_types_of_files_and_a_page_is_html(text: str, allowed: bool) -> None:
    for url in (PAGE, "https://a.example/news/", "https://a.example/news"):
        found = verdict(replace(READ, ai=text), url)
        assert found.allowed == allowed
        assert allowed or found.why == "ai.txt forbids it"


def test_a_page_without_a_path_is_the_root() -> None:
    root = "https://a.example"
    assert not robots(ALL + "Disallow: /", root)
    assert not verdict(replace(READ, tdmrep='[{"location": "/$", "tdm-reservation": 1}]'), root).allowed
    assert not verdict(replace(READ, ai=ALL + "Disallow: *.html"), root).allowed


def test_a_page_that_was_reserved_speaks_for_its_site_for_a_while() -> None:
    site = replace(READ, reserved="its <meta name=tdm-reservation>", reserved_at=NOW - timedelta(days=29))
    assert verdict(site).why == "a page of the site is reserved by its <meta name=tdm-reservation>"
    assert verdict(replace(site, reserved_at=NOW - timedelta(days=31))).allowed


def test_no_is_the_answer_until_the_wishes_are_read_and_after_a_day() -> None:
    assert not verdict(Site(origin="https://a.example")).allowed
    assert verdict(READ, now=NOW + timedelta(hours=23)).allowed
    assert not verdict(READ, now=NOW + timedelta(hours=25)).allowed
    assert not verdict(READ, now=NOW - timedelta(seconds=1)).allowed


def test_a_robots_txt_that_could_not_be_read_forbids_everything_and_is_tried_again_in_an_hour() -> None:
    site = replace(READ, unreadable="HTTP 503")
    assert "could not be read (HTTP 503)" in verdict(site).why
    assert is_fresh(site, NOW + timedelta(minutes=59))
    assert not is_fresh(site, NOW + timedelta(minutes=61))


EVERYTHING = replace(
    READ,
    robots=ALL + "Disallow: /\nContent-Usage: train-ai=n",
    tdmrep='[{"location": "/", "tdm-reservation": 1}]',
    ai=ALL + "Disallow: /",
    reserved="x",
    reserved_at=NOW,
)


def test_no_carrier_lifts_what_another_one_reserves_and_the_strongest_is_named() -> None:
    site, named = EVERYTHING, []
    steps = ({"robots": ALL + "Allow: /\nContent-Usage: train-ai=n"}, {"robots": ALL + "Allow: /\nContent-Usage: train-ai=y"},
             {"tdmrep": '[{"location": "/", "tdm-reservation": 0}]'}, {"ai": ALL + "Allow: /"}, {"reserved": None})  # fmt: skip
    for change in steps:
        named.append(verdict(site).why.split()[0])
        site = replace(site, **change)  # type: ignore[arg-type]
    assert named == ["robots.txt", "robots.txt", "tdmrep.json", "ai.txt", "a"]
    assert verdict(site).allowed


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        (ALL + "Crawl-delay: 2.5", 2.5),
        (ALL + "Crawl-delay: soon", None),
        (ALL + "Crawl-delay: -1\nCrawl-delay: inf", None),
        ("", None),
    ],
)
def test_the_crawl_delay_is_told(text: str, delay: float | None) -> None:
    assert verdict(replace(READ, robots=text)).crawl_delay == delay


def test_the_licences_that_robots_txt_names_are_told() -> None:
    text = (
        "License: https://a.example/rsl.xml\n"
        + ALL
        + "  license :\thttps://b.example/l # x\n# License: https://c.example\nLicense: https://a.example/rsl.xml"
    )
    assert licences(replace(READ, robots=text)) == ("https://a.example/rsl.xml", "https://b.example/l")


HEADERS = [
    (("tdm-reservation", "1"), True),
    (("tdm-reservation", " 1 "), True),
    (("tdm-reservation", "0"), False),
    (("tdm-policy", "1"), False),
    (("x-robots-tag", "noai"), True),
    (("x-robots-tag", "noimageai"), False),
    (("x-robots-tag", "noindex, NOAI, noimageai"), True),
    (("x-robots-tag", "otherbot: noai"), False),
    (("x-robots-tag", "digest: noai"), True),
    (("x-robots-tag", "unavailable_after: 2030-01-01 10:00, noai"), True),
    (("content-usage", "train-ai=n"), True),
    (("content-usage", "train-ai=y, search=n"), False),
    (("content-signal", "ai-train=no"), True),
    (("content-type", "noai"), False),
]


@pytest.mark.parametrize(("header", "reserved"), HEADERS, ids=range(len(HEADERS)))
def test_a_header_can_reserve_a_page(header: tuple[str, str], reserved: bool) -> None:
    found = reserved_by((("content-type", "text/html"), ("tdm-reservation", "0"), header), b"<p>x")
    assert (found is not None) == reserved
    assert not reserved or found == f"its header {header[0]}: {header[1].strip()}"


METAS = [
    ('<meta name="tdm-reservation" content="1">', True),
    ("<META CONTENT=1 NAME=TDM-Reservation>", True),
    ('<meta name="tdm-reservation" content="0">', False),
    ('<body><p>x<meta name="tdm-reservation" content="&#49;">', True),
    ('<meta name="robots" content="index, NoAI">', True),
    ('<meta name="digest" content="noai">', True),
    ('<meta name="robots" content="noimageai, noindex">', False),
    ('<meta name="otherbot" content="noai">', False),
    ('<meta name="description" content="noai">', False),
    ('<!-- <meta name="robots" content="noai"> -->', False),
    ("<p>noai", False),
    ("", False),
]


@pytest.mark.parametrize(("page", "reserved"), METAS, ids=range(len(METAS)))
def test_a_meta_element_can_reserve_a_page(page: str, reserved: bool) -> None:
    found = reserved_by((), page.encode())
    assert (found is not None) == reserved
    assert not reserved or str(found).startswith("its <meta name=")


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("HTTPS://A.Example:443/x?y", "https://a.example"),
        ("http://a.example:8080", "http://a.example:8080"),
        ("http://[::1]:80/", "http://[::1]"),
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin


HOSTILE = [
    "".join(f"User-agent: bot{n}\n" for n in range(14_000)) + "".join(f"Disallow: /{n}\n" for n in range(20_000)),
    ALL + "Disallow: /" + "*a" * 250_000,
    ALL + "Disallow: /*" * 40_000,
    ALL + "Disallow: /*a*b*c*d$\n" * 20_000,
    ALL + "Content-Usage: " + "a" * 500_000,
    ALL + "Content-Usage: " + "ai = " * 100_000,
    "user agent" + " " * 500_000,
    "license" + " " * 500_000 + "\n" + " \t" * 250_000,
    "User-agent: *\n" * 35_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_robots_txt_costs_little(text: str) -> None:
    """Half a megabyte of it takes up to a fifth of a second; the bound leaves room for a loaded machine."""
    site = replace(READ, robots=text[:512_000], ai=text[:512_000])
    url = "https://a.example/" + "abc" * 700
    start = perf_counter()
    verdict(site, url)
    licences(site)
    assert perf_counter() - start < 10


@settings(deadline=None)  # other programs may be busy
@given(st.text(), st.text(), st.text(), st.text(max_size=20))
def test_no_files_of_a_site_break_the_reader(robots: str, tdmrep: str, ai: str, path: str) -> None:
    site = replace(READ, robots=robots, tdmrep=tdmrep, ai=ai)
    assert isinstance(verdict(site, f"https://a.example/{path}".replace("#", "")).allowed, bool)


TDMREP = '[{"location": "/news/*", "tdm-reservation": 1}]'
SEEN = NOW - timedelta(days=3)


@pytest.mark.parametrize(
    ("site", "by"),
    [
        (replace(READ, tdmrep=TDMREP), "tdmrep.json"),
        (replace(READ, tdmrep=TDMREP, read=NOW - timedelta(days=400)), "tdmrep.json"),
        (replace(READ, tdmrep=TDMREP.replace("1", "0")), None),
        (replace(READ, tdmrep=TDMREP.replace("news", "other")), None),
        (replace(READ, reserved="its header tdm-reservation: 1", reserved_at=SEEN), "header tdm-reservation: 1"),
        (replace(READ, reserved="its <meta name=tdm-reservation>", reserved_at=SEEN), "<meta name=tdm-reservation>"),
        (replace(READ, reserved="its header tdm-reservation: 1", reserved_at=NOW - timedelta(days=30)), None),
        (replace(READ, reserved="its header x-robots-tag: noai", reserved_at=SEEN), None),
        (replace(READ, reserved="its header content-signal: ai-train=no", reserved_at=SEEN), None),
        (replace(READ, robots=ALL + "Content-Signal: ai-train=no\nDisallow: /", ai=ALL + "Disallow: /"), None),
    ],
)
def test_only_tdmrep_reserves_text_and_data_mining(site: Site, by: str | None) -> None:
    """What robots.txt, ai.txt and AI preferences keep us from is reading pages, not quoting what a feed gives."""
    assert mining_reserved_by(site, PAGE, NOW) == by


def test_of_several_reservations_tdmrep_is_the_one_that_is_remembered() -> None:
    headers = (("x-robots-tag", "noai"), ("content-usage", "train-ai=n"))
    page = b'<meta name="robots" content="noai"><meta name="tdm-reservation" content="1">'
    assert reserved_by(headers, page) == "its <meta name=tdm-reservation>"
    assert reserved_by((*headers, ("tdm-reservation", "1")), page) == "its header tdm-reservation: 1"
    assert reserved_by(headers, b"") == "its header x-robots-tag: noai"

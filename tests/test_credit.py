"""Whom pages and feeds name as the source of their news, outside of the text that is kept."""

import time
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import SeedError
from digest.ingest.clean import clean
from digest.ingest.credit import LONGEST_NAME, MOST_WORDS, credited, source_name
from digest.ingest.feeds.entries import composed
from digest.ingest.seeds.files import read_seed
from digest.model import Article, Credit, Filed
from tests.test_entries import entry

BODY = [
    "The ferry to Sandholm island ran again on Monday, eleven weeks after the storm had torn away its pier.",
    "Skipper Ada Thorne said the first crossing had carried forty passengers and one offended goat.",
]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Source: Tidewater AI", "Tidewater AI"),
        ("Source : Le Phare", "Le Phare"),
        ("Quelle: Der Hafenbote", "Der Hafenbote"),
        ("Via: 9to5Harbour", "9to5Harbour"),
        ("Source: https://www.tidewater.example/2026/ferry?x=1", "tidewater.example"),
        ("Source: Tidewater, Island Wire", "Tidewater"),
        ("Curated from Tidewater AI Read original →", "Tidewater AI"),
        ("This article was originally published on Tidewater AI. Read the full piece at the source.", "Tidewater AI"),
        ("Originally published by Tidewater on 3 May", "Tidewater"),
        ("This story first appeared in The Harbour Courier and is republished with permission.", "Harbour Courier"),
        ("Read full article on Tidewater AI →", "Tidewater AI"),
        ("We curate news. All original content and rights belong to Tidewater AI. Our words are ours.", "Tidewater AI"),
        ("Zuerst erschienen bei Hafenbote", "Hafenbote"),
        ("Dieser Artikel ist zuerst auf Hafenbote erschienen.", "Hafenbote"),
        ("Article initialement publié dans Le Phare", "Le Phare"),
    ],
)
def test_a_line_that_names_the_source_is_a_credit(line: str, name: str) -> None:
    found = credited(around=[line])
    assert found is not None
    assert found.name in (name, f"The {name}")
    assert found.how == "line"


@pytest.mark.parametrize(
    "line",
    [
        "Originally published on May 4, 2026",
        "Originally published 4 May",
        "Read more on trams",
        "Read the full story on our website",
        "The post Trams return appeared first on Island Blog.",
        "Source: Getty Images",
        "Source: own",
        "Photo: Reuters",
        "© Reuters",
        "Source: mail@tidewater.example",
        "Source: one two three four five six seven eight nine",
        "Resource: Tidewater",
        "The streaming rights are held by Tidewater in Germany.",
        "Content belongs to Tidewater, the studio said.",
    ],
)
def test_a_line_that_names_nobody_is_none(line: str) -> None:
    """Dates, topics, takers of pictures, one's own blog, addresses, sentences."""
    assert credited(around=[line]) is None


def test_a_paragraph_that_says_where_the_text_was_first_is_a_credit_wherever_it_was_left() -> None:
    """Above the words about the author it is no last line, and stays in the text."""
    said = "This article was originally published on Island Wire. Read the original article."
    paragraphs = [*BODY, said, "Ada Thorne is a skipper and writes about the sea."]
    assert credited(paragraphs=paragraphs) == Credit(name="Island Wire", how="line")
    assert credited(paragraphs=BODY) is None


@pytest.mark.parametrize(
    ("around", "author", "paragraph", "name"),
    [
        ((), None, "BERLIN (dpa) – Die Fähre fährt wieder.", "dpa"),
        ((), None, "Berlin (dpa/lno) - Die Fähre fährt wieder.", "dpa"),
        ((), None, "(Reuters) - The ferry ran again.", "Reuters"),
        ((), None, "SANDHOLM, May 4 (Reuters) - The ferry ran again.", "Reuters"),
        ((), None, "SANDHOLM, May 4, 2026 /PRNewswire/ -- The ferry ran again.", "PR Newswire"),
        ((), None, "The ferry ran again. (AFP)", "AFP"),
        ((), None, "(Reporting by A. Thorne in Sandholm; Editing by B. Vale)", "Reuters"),
        (("By The Associated Press",), None, "", "Associated Press"),
        (("© 2026 AFP",), None, "", "AFP"),
        ((), "Ada Thorne, Associated Press", "", "Associated Press"),
        ((), "Reuters Staff", "", "Reuters"),
        ((), "dpa/AFP", "", "dpa"),
    ],
)
def test_a_wire_service_is_known_by_its_mark(
    around: tuple[str, ...], author: str | None, paragraph: str, name: str
) -> None:
    found = credited(around=around, author=author, paragraphs=["The ferry is back", paragraph])
    assert found == Credit(name=name, how="wire")


@pytest.mark.parametrize(
    "paragraph",
    [
        "The agency (AP) was founded by newspapers.",
        "The Tass ran low (TASS is also a river) last year.",
        "Reuters said.",
    ],
)
def test_a_wire_service_that_a_text_tells_of_has_not_written_it(paragraph: str) -> None:
    assert credited(author="Sid Apa", paragraphs=[paragraph, BODY[0], BODY[1]]) is None


def test_what_is_said_outright_goes_before_what_is_marked() -> None:
    """Front matter, a line, a link, a wire's mark."""
    said = {"stated": "A", "around": ["Source: Bay"], "link": "www.cove.example", "paragraphs": ["X (AP) - Y"]}
    names = []
    for key in list(said):
        names.append(credited(**said))  # type: ignore[arg-type]
        said.pop(key)
    assert names == [
        Credit(name="A", how="line"),
        Credit(name="Bay", how="line"),
        Credit(name="cove.example", how="link"),
        Credit(name="AP", how="wire"),
    ]
    assert credited() is None


@given(st.text(max_size=500))
def test_a_name_is_short_and_no_address(text: str) -> None:
    name = source_name(text)
    assert name is None or (0 < len(name) <= LONGEST_NAME and len(name.split()) <= MOST_WORDS and "://" not in name)


@pytest.mark.parametrize(
    "line",
    [
        "Source: " + "a " * 200_000,
        "(" * 100_000 + "AP" + ")" * 100_000,
        "By " + "A, " * 100_000,
        "this article " * 40_000,
        "Reporting by " * 40_000 + ";",
        "a" * 399,
    ],
    ids=range(6),
)
def test_hostile_lines_cost_nothing(line: str) -> None:
    began = time.process_time()
    credited(around=[line] * 500, author=line, link=line, stated=line, paragraphs=[line] * 50)
    assert time.process_time() - began < 2


def test_a_cleaned_text_still_has_what_was_around_it() -> None:
    lines = ["The ferry is back", "", "Source: Tidewater AI", "", *BODY, "", "Read full article on Tidewater AI →"]
    found = clean(lines)
    assert found.paragraphs == tuple(BODY)
    assert {"Source: Tidewater AI", "Read full article on Tidewater AI →"} <= set(found.around)
    assert not set(found.paragraphs) & set(found.around)


def read(data: str, name: str, now: datetime) -> Article:
    return read_seed(data.encode(), name, outlet=None, language="en", seen=now)


def test_a_seed_file_credits_whom_its_lines_name(now: datetime) -> None:
    text = "\n\n".join(["The ferry is back", "Source: Tidewater AI", *BODY])
    article = read(text, "a.txt", now)
    assert article.credit == Credit(name="Tidewater AI", how="line")
    assert "Tidewater" not in article.text


def test_front_matter_says_the_source_and_the_categories(now: datetime) -> None:
    for listed in ("Ferries, Sandholm , ferries", "[Ferries, Sandholm]"):
        head = f"---\nsource: The Harbour Courier\ncategories: {listed}\n---\nThe ferry is back\n\n"
        article = read(head + "Source: Tidewater\n\n" + "\n\n".join(BODY), "a.txt", now)
        assert article.credit == Credit(name="The Harbour Courier", how="line")
        assert article.categories == ("Ferries", "Sandholm")


@pytest.mark.parametrize(
    "line", ["source: [A]", "source: own", "categories: {a: b}", "categories: [1]", "categories: 2"]
)
def test_front_matter_that_names_no_source_or_no_texts_is_an_error(line: str, now: datetime) -> None:
    with pytest.raises(SeedError) as caught:
        read(f"---\n{line}\n---\nThe ferry is back\n\n" + "\n\n".join(BODY), "a.txt", now)
    assert caught.value.subject == "a.txt:2"
    assert "allowed" in caught.value.hint


def page(head: str, body: str = "") -> str:
    told = "".join(f"<p>{line}</p>" for line in BODY * 4)
    return (
        f"<html><head><title>The ferry is back</title>{head}</head><body><article>{told}</article>{body}</body></html>"
    )


@pytest.mark.parametrize(
    ("canonical", "own", "credit"),
    [
        ("https://www.tidewater.example/1", "https://copies.example/1", Credit(name="tidewater.example", how="link")),
        ("https://www.copies.example/1", "https://copies.example/1", None),
        ("https://amp.copies.example/1", "https://copies.example/1", None),
        ("https://copies.example/1", "https://copies.co.uk/1", None),
        ("https://tidewater.example/1", "", None),
    ],
)
def test_a_page_whose_canonical_address_is_elsewhere_is_a_copy(
    canonical: str, own: str, credit: Credit | None, now: datetime
) -> None:
    head = f'<link rel="canonical" href="{canonical}"><meta property="og:url" content="{own}">'
    assert read(page(head), "a.html", now).credit == credit


def test_a_page_says_where_it_was_first_and_what_it_is_filed_under(now: datetime) -> None:
    head = '<meta property="article:section" content="Islands"><meta name="keywords" content="ferry, islands, pier">'
    article = read(page(head, "<footer><p>Source: Tidewater AI</p></footer>"), "a.html", now)
    assert article.credit == Credit(name="Tidewater AI", how="line")
    assert article.categories == ("Islands", "ferry", "pier")


def test_an_article_of_a_feed_has_its_categories_and_its_source(now: datetime) -> None:
    html = "".join(f"<p>{line}</p>" for line in BODY)
    many = tuple(f"c{number}" for number in range(30))
    entries = [
        entry("1", html=html, categories=("Ferries", "ferries", "Pier\n news", "x" * 81), source="Tidewater"),
        entry("2", html=html + "<p>This article was originally published on Island Wire.</p>", categories=many),
        entry("3", html=html, author="Associated Press"),
    ]
    filed = [Filed(entry=one, article=one.guid, seen=now) for one in entries]
    first, second, third = composed(filed, [])
    assert first.categories == ("Ferries", "Pier news")
    assert first.credit == Credit(name="Tidewater", how="link")
    assert second.categories == many[:20]
    assert second.credit == Credit(name="Island Wire", how="line")
    assert third.credit == Credit(name="Associated Press", how="wire")


def test_what_an_outlet_says_below_every_entry_is_a_credit_too(now: datetime) -> None:
    """It is dropped as boilerplate, and read before that."""
    html = [f"<p>Ferry number {n} ran again on Monday.</p><p>Source: Tidewater AI</p>" for n in range(4)]
    filed = [Filed(entry=entry(str(n), html=text), article=str(n), seen=now) for n, text in enumerate(html)]
    articles = composed(filed, [(text, "") for text in html])
    assert {article.credit for article in articles} == {Credit(name="Tidewater AI", how="line")}
    assert all("Tidewater" not in article.text for article in articles)


def test_the_samples_of_the_project_credit_nobody_by_mistake(now: datetime) -> None:
    """They are written for it, and none says that it is somebody else's."""
    for path in sorted((Path(__file__).parents[1] / "seeds").glob("*.*")):
        assert read_seed(path.read_bytes(), path.name, outlet=None, language="en", seen=now).credit is None

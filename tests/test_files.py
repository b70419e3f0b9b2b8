"""Seed files become articles, or an error that says where and why."""

import contextlib
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digest.errors import SeedError
from digest.ingest.seeds.disk import SeedFile, find
from digest.ingest.seeds.files import MAX_SIZE, read_seed
from digest.model import Article, short_hash

SEEN = datetime(2026, 11, 20, 9, tzinfo=UTC)
TEXT = "The ferry to Sandholm island ran again on Monday.\n\nSkipper Ada Thorne was “relieved”.\n"
SHARED = Path(__file__).parents[2] / "shared" / "seeds"
SAMPLES = Path(__file__).parents[1] / "seeds"


def read(data: str | bytes, name: str = "seeds/island-wire.txt", outlet: str | None = None) -> Article:
    raw = data if isinstance(data, bytes) else data.encode()
    return read_seed(raw, name, outlet=outlet, language="en", seen=SEEN)


def sentences(article: Article) -> list[str]:
    return [span.of(article.text) for span in article.sentences]


def test_a_plain_text_needs_nothing_but_a_headline() -> None:
    """Outlet from the file's name, title from its first line, no date and no address."""
    article = read("The ferry is back\n\n" + TEXT)
    assert (article.outlet, article.title) == ("island-wire", "The ferry is back")
    assert (article.published, article.url, article.author, article.language) == (None, None, None, "en")
    assert article.id == short_hash("file", "seeds/island-wire.txt")
    assert sentences(article) == [
        "The ferry to Sandholm island ran again on Monday.",
        "Skipper Ada Thorne was “relieved”.",
    ]


def test_a_date_below_the_headline_is_its_day() -> None:
    article = read("Who said the old ferry would never come back?\nMay 10, 2026\n\n" + TEXT)
    assert (article.published, article.day_only) == (datetime(2026, 5, 10, tzinfo=UTC), True)


FRONT = """---
outlet: Island Wire
url: https://example.org/ferry
title: "The ferry: back"
published: 2026-11-10
author: Ada Thorne
language: en-GB
---
"""


@pytest.mark.parametrize("suffix", ["txt", "md", "html", "eml"])
def test_front_matter_goes_before_everything(suffix: str) -> None:
    """Before the argument, before the file's name, and before what the text says."""
    body = f"<html><head><title>Old</title></head><body><p>{TEXT}</p></body></html>" if suffix == "html" else TEXT
    body = MAIL.format(kind="text/plain") if suffix == "eml" else body
    article = read(FRONT + body, f"seeds/x.{suffix}", outlet="The argument")
    assert (article.outlet, article.url, article.title) == (
        "Island Wire",
        "https://example.org/ferry",
        "The ferry: back",
    )
    assert (article.published, article.day_only) == (datetime(2026, 11, 10, tzinfo=UTC), True)
    assert (article.author, article.language) == ("Ada Thorne", "en-GB")
    assert sentences(article)[0].startswith("The ferry to Sandholm")


def test_the_outlet_argument_goes_before_the_name_of_the_file() -> None:
    assert read(TEXT, outlet="The Courier").outlet == "The Courier"


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-05-10T10:00+02:00", datetime(2026, 5, 10, 8, tzinfo=UTC)),
        ("2026-05-10 10:00:00", datetime(2026, 5, 10, 10, tzinfo=UTC)),
        ('"2026-05-10T10:00Z"', datetime(2026, 5, 10, 10, tzinfo=UTC)),
    ],
)
def test_published_times_are_utc(written: str, utc: datetime) -> None:
    article = read(f"---\npublished: {written}\n---\n{TEXT}")
    assert (article.published, article.day_only) == (utc, False)


@pytest.mark.parametrize(
    ("line", "says", "hint"),
    [
        ("titel: x", "unknown key 'titel'", "did you mean 'title'?"),
        ("zzz: x", "unknown key 'zzz'", "allowed: outlet, url, title, published, author, language, source, categories"),
        ("title: [a]", "title: found a list", "a single value"),
        ("title: {a: b}", "title: found a mapping", "a single value"),
        ("title: 2026", "title: found the number '2026'", "a text"),
        ("title:", "title: found nothing", "a text"),
        ("url: ftp://example.org/x", "url: found 'ftp://example.org/x'", "https://"),
        ("url: javascript:alert(1)", "url: found 'javascript:alert(1)'", "https://"),
        ("published: yesterday", "published: found 'yesterday'", "2026-05-10"),
        ("published: 2026-02-30", "published: found '2026-02-30'", "2026-05-10"),
        ("published: 0001-01-01", "published: found '0001-01-01'", "between the years 1000 and 2999"),
        ("published: 9999-12-31T23:00-05:00", "published: found '9999-12-31T23:00-05:00'", "the years 1000 and 2999"),
        ("title: true", "title: found true", "a text"),
        ("title: " + "1" * 5000, "has a number that cannot be read", "in quotes"),
        ("language: English", "language: found 'English'", "en"),
        ("title: &a x", "anchor", "write the value out"),
        ("title: !!str x", "tag", "write the value out"),
        ("title: a: b", "no YAML", ""),
        ("- a", "front matter is a list", "title:"),
        ("? [a]\n: b", "a list where a key should be", "outlet"),
        ("[" * 5000, "is nested too deeply", "at most 40 levels"),
    ],
)
def test_front_matter_errors_name_the_place(line: str, says: str, hint: str) -> None:
    with pytest.raises(SeedError) as caught:
        read(f"---\n{line}\n---\n{TEXT}")
    assert caught.value.subject == "seeds/island-wire.txt:2"
    assert says in caught.value.reason
    assert hint in caught.value.hint


def test_a_key_twice_and_a_missing_fence_are_errors() -> None:
    with pytest.raises(SeedError, match=r"txt:3: key 'title' stands twice"):
        read(f"---\ntitle: a\ntitle: b\n---\n{TEXT}")
    with pytest.raises(SeedError, match="has no end"):
        read(f"---\ntitle: a\n{TEXT}")


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert read(f"---\n\nThe ferry is back\n\n---\n\n{TEXT}").title == "The ferry is back"


def test_markdown() -> None:
    text = (
        "# The *ferry* is back\n\nIt **sailed** with [forty people](https://example.org) and `one` goat.\nNobody sank.\n\n"
        "## Tickets\nBuy one.\n\n- At dawn.\n- At dusk.\n\n```\nprint(1)\n```\n\n> Said the goat: nothing.\n"
    )
    article = read(text, "seeds/wire.md")
    assert article.title == "The ferry is back"
    assert article.body.split("\n\n") == [
        "It sailed with forty people and one goat. Nobody sank.", "Tickets", "Buy one.", "At dawn.", "At dusk.",
        "Said the goat: nothing.",
    ]  # fmt: skip
    assert "Tickets" not in sentences(article)


def test_raw_html_in_markdown_loses_its_tags_and_keeps_its_words() -> None:
    text = (
        "# The ferry is back\n\nIt <b class='x'>sailed</b> at dawn,<br>full<!-- of --> again.<script>track()</script>\n\n"
        "<div onclick='x()'>\n<p>Forty people &amp; a goat.</p>\n</div>\n\n<style>\np {}\n\nq {}\n</style>\n\n"
        "<script>\nalert(1)\n\nalert(2)\n</script>\n\nUse `<b>` for 1 < 2.\n"
    )
    assert read(text, "x.md").body.split("\n\n") == [
        "It sailed at dawn, full again.", "Forty people & a goat.", "Use <b> for 1 < 2.",
    ]  # fmt: skip


def test_what_is_no_file_or_too_large_is_not_read(tmp_path: Path) -> None:
    """A pipe would be waited for, without end; each is reported once, however many patterns find it."""
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "fine.md").write_bytes(b"x")
    with (tmp_path / "huge.md").open("wb") as file:
        file.truncate(MAX_SIZE + 1)
    found = list(find(["*.md", "pipe.md", "./huge.md", "*"], tmp_path))
    assert [(one.name if isinstance(one, SeedFile) else str(one)) for one in found] == [
        "fine.md",
        "folder.md: is no regular file",
        "huge.md: has 5,000,001 bytes",
        "pipe.md: is no regular file",
    ]


def test_html_speaks_for_itself_where_the_front_matter_is_silent() -> None:
    page = (
        '<html><head><title>Old title</title><meta property="og:title" content="The ferry is back">'
        '<meta property="article:published_time" content="2026-11-10T10:00:00+01:00">'
        '<meta name="author" content="Ada Thorne"><link rel="canonical" href="https://example.org/ferry"></head>'
        f"<body><article><h1>The ferry is back</h1><p>{TEXT}</p></article></body></html>"
    )
    article = read("---\noutlet: Island Wire\n---\n" + page, "seeds/x.html")
    assert (article.outlet, article.title, article.author) == ("Island Wire", "The ferry is back", "Ada Thorne")
    assert (article.published, article.url) == (datetime(2026, 11, 10, 9, tzinfo=UTC), "https://example.org/ferry")
    assert article.text.count("The ferry is back") == 1


MAIL = """From: "Island Wire" <wire@example.org>
Subject: =?utf-8?q?The_ferry_is_b=C3=A0ck?=
Date: Tue, 10 Nov 2026 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>In <b>HTML</b> the ferry sails as well.</p>
--b
Content-Type: {kind}
Content-Transfer-Encoding: 8bit

The ferry to Sandholm island ran again on Monday, eleven weeks after
the storm had torn away its pier. Skipper Ada Thorne said that forty
passengers were on board. Caf\xe9 open.
--b
Content-Type: text/plain
Content-Disposition: attachment; filename=x.txt

Attached words.
--b--
"""


def test_mail_gives_subject_date_sender_and_its_plain_text() -> None:
    article = read(MAIL.format(kind="text/plain; charset=iso-8859-1").encode("latin-1"), "seeds/x.eml")
    assert (article.title, article.outlet, article.author) == ("The ferry is bàck", "Island Wire", None)
    assert article.published == datetime(2026, 11, 10, 9, tzinfo=UTC)
    assert sentences(article) == [
        "The ferry to Sandholm island ran again on Monday, eleven weeks after the storm had torn away its pier.",
        "Skipper Ada Thorne said that forty passengers were on board.",
        "Café open.",
    ]


def test_mail_with_a_given_outlet_has_its_sender_as_author() -> None:
    article = read(MAIL.format(kind="text/plain").encode(), "seeds/x.eml", outlet="The Courier")
    assert (article.outlet, article.author) == ("The Courier", "Island Wire")


@pytest.mark.parametrize("head", ["---\ntitle: Fähre\n---\n", "\ufeff---\r\ntitle: Fähre\r\n---\r\n\r\n"])
def test_mail_with_front_matter_keeps_its_own_encodings(head: str) -> None:
    """The front matter is UTF-8, whatever the letter below it is in."""
    letter = MAIL.format(kind="text/plain; charset=iso-8859-1").encode("latin-1")
    article = read(head.encode() + letter, "seeds/x.eml")
    assert (article.title, article.outlet) == ("Fähre", "Island Wire")
    assert article.published == datetime(2026, 11, 10, 9, tzinfo=UTC)
    assert sentences(article)[-1] == "Café open."


def test_mail_with_front_matter_that_is_no_utf_8_is_an_error() -> None:
    with pytest.raises(SeedError, match=r"x.eml:2: is not UTF-8"):
        read("---\ntitle: Fähre\n---\n".encode("latin-1") + MAIL.format(kind="text/plain").encode(), "seeds/x.eml")


@pytest.mark.parametrize("year", ["0001", "0999", "3000", "9999"])
def test_years_that_no_article_is_from_are_unknown(year: str) -> None:
    """They would break every conversion to another time zone."""
    for moment in (f"{year}-01-01T00:30:00Z", f"{year}-06-01"):
        page = f'<meta property="article:published_time" content="{moment}"><p>{TEXT}</p>'
        assert read(page, "x.html").published is None
    assert read(f"The ferry is back\nMay 10, {year}\n\n{TEXT}").published is None
    mail = MAIL.format(kind="text/plain").replace("Nov 2026", f"Nov {year}")
    read_by_mail = read(mail, "x.eml").published
    # RFC 5322, 4.3: years of less than four digits are of this age, and 0001 is read as one of those.
    assert read_by_mail is None or (year == "0001" and read_by_mail.year == 2001)


def test_mail_falls_back_on_html_and_survives_unknown_encodings() -> None:
    article = read(MAIL.format(kind="application/x-what").encode("latin-1"), "seeds/x.eml")
    assert article.body == "In HTML the ferry sails as well."
    assert "Caf" in read(MAIL.format(kind="text/plain; charset=no-such").encode("latin-1"), "seeds/x.eml").body


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_encodings(encoding: str) -> None:
    article = read(f"{FRONT}{TEXT}".encode(encoding))
    assert sentences(article)[-1] == "Skipper Ada Thorne was “relieved”."


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.txt", "is empty"),
        (b" \n\t\n", "a.md", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 9, "a.txt", "binary"),
        (b"x" * (MAX_SIZE + 1), "a.txt", "5,000,001 bytes"),
        (b"A text.", "a.pdf", "unknown ending '.pdf'"),
        (b"***\n\n---\n", "a.txt", "has no text"),
        (b"From: a@example.org\n\n", "a.eml", "has no text"),
    ],
)
def test_files_that_cannot_be_read(data: bytes, name: str, says: str) -> None:
    with pytest.raises(SeedError, match=says) as caught:
        read(data, name)
    assert caught.value.subject == name
    assert caught.value.hint


@pytest.mark.parametrize("suffix", ["txt", "md", "html", "eml"])
@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
@example(data=b"Date: Thu, 99 Nov 99999 10:00:00 +9999\nFrom: <\nSubject: =?x?q?\xff?=\n\nx")
@example(data=b"Content-Type: multipart/mixed; boundary=\n\n--\n\x80")
@example(data=b"Content-Type: text/plain; charset==?utf-8?q?=\nContent-Transfer-Encoding: base64\n\n!")
@example(data=b"---\n: \n---\nx")
@example(data=b"---\n%TAG ! x\n---\nx")
@example(data=b"<?xml version='1.0' encoding='x'?><html>")
@settings(max_examples=150)
def test_any_bytes_end_in_an_article_or_a_seed_error(suffix: str, data: bytes) -> None:
    try:
        article = read(data, f"seeds/x.{suffix}")
    except SeedError as error:
        assert error.subject.startswith("seeds/x.")  # noqa: PT017 - either outcome is right
    else:
        assert article.title
        assert all(span.of(article.text).strip() for span in article.sentences)


FORBIDDEN = (
    "Loading the player", "0/500", "Comments (0)", "Listen on", "affiliate", "You May Also Like", "Dell", "A100", "Amazon",
    "Renewed", "Logo", "Navigate", "Newsletters Research", "7/10", "Related article", "Roewe", "Comet", "Read original", "•",
)  # fmt: skip


@pytest.mark.skipif(not SHARED.is_dir(), reason="the documents copied from web pages are not beside this repository")
@pytest.mark.parametrize("number", range(5))
def test_pages_copied_as_text_are_read_clean(number: int) -> None:
    """Titles, days, how many sentences there are, and none of the page's own words among them."""
    path = sorted(SHARED.glob("*.txt"))[number]
    article = read(path.read_bytes(), f"seeds/{path.name}")
    found = sentences(article)
    assert article.title not in found
    assert article.text.count(article.title) == 1
    assert len(found) == len(set(found)) == (11, 31, 39, 99, 36)[number]
    assert (article.published is not None) == (number == 0) == article.day_only
    assert article.url is None
    mentions = ("Google and Amazon", "across Amazon") if number in (2, 3) else ()
    text = " ".join(found)
    for allowed in mentions:
        text = text.replace(allowed, "")
    assert [word for word in FORBIDDEN if word in text] == []


def test_the_samples_are_articles() -> None:
    """What a fresh clone has to digest: enough outlets, every one marked as a sample, every sentence a whole one."""
    paths = sorted(path for path in SAMPLES.iterdir() if path.suffix in (".txt", ".md", ".html", ".eml"))
    articles = [read(path.read_bytes(), f"seeds/{path.name}") for path in paths]
    assert len(articles) >= 12
    assert len({article.outlet for article in articles}) >= 5
    for article in articles:
        assert article.outlet.endswith("(sample)")
        assert 120 <= len(article.body.split()) <= 250
        assert all(
            sentence[-1] in '.?!”"' and sentence[0] in '“"' + sentence[0].upper() for sentence in sentences(article)
        )
        assert article.url is None or article.url.startswith(("https://example.org/", "https://example.com/"))


@pytest.mark.parametrize("suffix", ["txt", "md", "eml"])
@pytest.mark.parametrize("unit", ["[", "[a](b) ", "&#1;", "a\n", "A line of a text without an end\n", "日。"])
def test_a_seed_file_is_read_in_time_in_proportion_to_its_length(suffix: str, unit: str) -> None:
    """CPU seconds for a megabyte; a hundred kilobytes of brackets in a .md file once took eight."""
    read(TEXT, f"seeds/x.{suffix}")  # whoever imports the parsers first pays for it
    before = time.process_time()
    with contextlib.suppress(SeedError):
        read(unit * (1_000_000 // len(unit)), f"seeds/x.{suffix}")
    assert time.process_time() - before < 2


def test_links_and_emphasis_of_markdown_are_read_unless_there_are_hundreds() -> None:
    line = "The *ferry* to [Sandholm][1] `sails` \\*again\\*."
    read_line = "The ferry to Sandholm sails *again*."
    assert sentences(read(f"# Ferry\n\n{line}\n\n[1]: https://example.org/\n", "x.md")) == [read_line]
    many = " ".join([line] * 100)
    assert sentences(read(f"# Ferry\n\n{many}\n\n{line}\n\n[1]: https://example.org/\n", "x.md"))[-1] == read_line

"""HTML in, plain paragraphs out, whatever the HTML."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.ingest.extract import _Collector, fragment_paragraphs, page_paragraphs, plain_title
from digest.ingest.seeds.head import read_head
from digest.text.sentences import ends_sentence

LONG = "The ferry to Sandholm island ran again on Monday, eleven weeks after the storm had torn away its pier."


def test_blocks_part_paragraphs_and_inline_elements_do_not() -> None:
    html = "<h2>Back at sea</h2><p>The <b>ferry</b> <a href='/x'>sailed</a>.</p><ul><li>At dawn.</li><li>At dusk.</li></ul>"
    assert fragment_paragraphs(html) == ("Back at sea", "The ferry sailed.", "At dawn.", "At dusk.")


def test_a_heading_is_never_glued_to_the_next_sentence() -> None:
    assert fragment_paragraphs("<b>Back at sea</b><br>The ferry sailed.") == ("Back at sea", "The ferry sailed.")
    assert fragment_paragraphs("Back at sea<h3>Goats</h3>They sailed too.") == (
        "Back at sea",
        "Goats",
        "They sailed too.",
    )


def test_line_breaks() -> None:
    """Two part paragraphs; one does so only where a sentence or a label ended."""
    assert fragment_paragraphs("One boat sailed.<br><br/>Two did not.") == ("One boat sailed.", "Two did not.")
    broken = f"{LONG[:60]}<br>{LONG[60:]}"
    assert fragment_paragraphs(broken) == (" ".join(broken.replace("<br>", " ").split()),)


_LINES = st.sampled_from(["", "Goats", "and goats", "Goats sail.", "“Goats sail", "”", ".”", "x" * 49, "X" * 50])


@given(st.lists(_LINES, max_size=12))
def test_a_line_break_parts_as_the_whole_text_before_it_says(lines: list[str]) -> None:
    """An empty line, a sentence's end, or a short text before a capital: told line by line, and from all before it."""
    expected = [""]
    for line in lines:
        before = expected[-1]
        if before and (not line or ends_sentence(before) or (len(before) < 50 and not line[0].islower())):
            expected.append(line)
        else:
            expected[-1] = f"{before} {line}".strip()
    collector = _Collector()
    for number, line in enumerate(lines):
        if number:
            collector.line_break()
        collector.text(line)
    collector.part()
    assert collector.paragraphs == [paragraph for paragraph in expected if paragraph]


def test_what_is_no_text_is_dropped() -> None:
    html = (
        "<style>p{}</style><script>alert('x')</script><p>Text.</p><figure><img alt='A'><figcaption>Caption</figcaption>"
        "</figure><p class='wp-caption-text'>A <i>goat</i> at sea.</p><iframe src='x'>frame</iframe>"
        "<form><input value='1'>Your name</form><!-- hidden --><p>More text.</p>"
    )
    assert fragment_paragraphs(html) == ("Text.", "More text.")


def test_entities_are_decoded_exactly_once() -> None:
    assert fragment_paragraphs("<p>Fish &amp; chips, &amp;lt;b&amp;gt; &lt;i&gt; &eacute;</p>") == (
        "Fish & chips, &lt;b&gt; <i> é",
    )
    assert fragment_paragraphs("Fish &amp; chips &#8211; 5 &lt; 6.") == ("Fish & chips – 5 < 6.",)


def test_plain_text_keeps_its_paragraphs() -> None:
    assert fragment_paragraphs("One boat sailed.\n\nTwo did not.") == ("One boat sailed.", "Two did not.")
    assert fragment_paragraphs("Where 3 < 4, boats sail.") == ("Where 3 < 4, boats sail.",)


@pytest.mark.parametrize(
    "tail",
    [
        "<p>The post <a href='x'>The ferry is back</a> appeared first on <a href='y'>Island Wire</a>.</p>",
        "<a href='x'>Continue reading...</a>",
        "<p>Read more</p>",
        "<p><a href='x'>Comments</a></p>",
        "<p>Share this</p><p>Facebook</p><p>Twitter</p>",
        "<p>Article URL: <a href='x'>https://example.org/a</a></p><p>Points: 3</p><p># Comments: 0</p>",
        "<p>Our channel: https://example.org/c</p><p>#ferry #storm</p>",
        "<p>Der Beitrag <a>Die Fähre</a> erschien zuerst auf <a>Inselpost</a>.</p>",
        "<p>L’article <a>Le bac</a> est apparu en premier sur <a>Le Phare</a>.</p>",
    ],
)
def test_a_feeds_own_last_words_are_dropped(tail: str) -> None:
    assert fragment_paragraphs(f"<p>{LONG}</p>{tail}") == (LONG,)


def test_a_tail_behind_the_last_sentence_is_cut_off() -> None:
    assert fragment_paragraphs(f"<p>{LONG} <a href='x'>Read more</a></p>") == (LONG,)
    assert fragment_paragraphs("<p>The ferry sailed with [...] Continue reading →</p>") == (
        "The ferry sailed with [...]",
    )


def test_a_paragraph_that_begins_like_a_tail_is_text() -> None:
    text = "Read more slowly. Nobody will mind. The goat does not either."
    assert fragment_paragraphs(f"<p>{LONG}</p><p>{text}</p>") == (LONG, text)


@pytest.mark.parametrize(
    "html",
    ["<!--" * 50_000, "<div>" * 50_000, "<a><b>" * 50_000, "<" * 200_000, "<table><td>" * 30_000, "<svg>" + "<td>" * 50_000,
     "<div>" * 150 + "</p>" * 50_000, "&" * 200_000, "<p " * 50_000, "</div>" * 50_000, "<b><p>" * 50_000, "<br>a" * 200_000, "<b>a</b>" * 120_000],
    ids=lambda html: html[:10],
)  # fmt: skip
def test_hostile_markup_neither_crashes_nor_leaks(html: str) -> None:
    """Quadratic work here would be minutes; the markup itself never becomes text but as the characters it was."""
    assert "script" not in " ".join(fragment_paragraphs(f"<p>{LONG}</p>{html}><script>script</script>"))


def test_text_before_nesting_that_is_too_deep_survives() -> None:
    assert fragment_paragraphs(f"<p>{LONG}</p>" + "<div>" * 5000 + "deep")[0] == LONG


_PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<b",
        ">",
        "<script>",
        "</script>",
        "&lt;script&gt;",
        "<svg><style>",
        "<!--",
        "-->",
        "a",
        " ",
        "\n",
        "é",
    ]
)


@given(st.one_of(st.text(), st.lists(_PIECES).map("".join)))
def test_paragraphs_are_single_clean_lines(html: str) -> None:
    for paragraph in fragment_paragraphs(html):
        assert paragraph
        assert paragraph == " ".join(paragraph.split())


def test_titles() -> None:
    assert plain_title("<b>Fish</b> &amp; chips\n now", is_html=True) == "Fish & chips now"
    assert plain_title("a &amp; b <c>", is_html=False) == "a &amp; b <c>"
    assert plain_title("Ferry<script>alert(1)</script>", is_html=True) == "Ferry"


PAGE = f"""<!doctype html><html><head><title>The ferry is back | Island Wire</title>
<meta property="og:site_name" content="Island Wire"><meta name="author" content="Ada Thorne">
<meta property="article:published_time" content="2026-11-10T10:00:00+01:00">
<link rel="canonical" href="https://example.org/ferry?utm_source=feed"></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/n">News</a></li></ul></nav>
<article><h1>The ferry is back</h1><p>{LONG}</p><p>Skipper Ada Thorne said that forty passengers &amp; a goat were on board,
and that all of them had paid for their tickets.</p></article>
<section class="comments"><p>First comment by somebody who was not on board of the ferry at all.</p></section>
<footer><p>Copyright Island Wire</p></footer></body></html>"""


def test_a_page_gives_its_article_only() -> None:
    found = page_paragraphs(PAGE.encode())
    assert LONG in found
    assert not re.search("Home|First comment|Copyright", " ".join(found))
    assert any("passengers & a goat" in paragraph for paragraph in found)


def test_a_page_is_decoded_as_it_declares() -> None:
    page = f'<html><head><meta charset="iso-8859-2"></head><body><article><p>Łódź. {LONG}</p></article></body></html>'
    assert any("Łódź" in paragraph for paragraph in page_paragraphs(page.encode("iso-8859-2")))


def test_a_page_too_small_for_an_article_gives_all_its_text() -> None:
    assert page_paragraphs(b"<p>A short note.</p>") == ("A short note.",)
    assert page_paragraphs(b"") == ()


def test_the_head_of_a_page() -> None:
    head = read_head(PAGE)
    assert (head.title, head.site, head.author) == ("The ferry is back", "Island Wire", "Ada Thorne")
    assert (str(head.published), head.day_only) == ("2026-11-10 09:00:00+00:00", False)
    assert head.url == "https://example.org/ferry"


def test_a_head_that_says_nothing_is_not_guessed() -> None:
    head = read_head(
        '<html><head><link rel="canonical" href="javascript:alert(1)"></head><body>10 May 2026</body></html>'
    )
    assert (head.title, head.author, head.published, head.url) == ("", None, None, None)
    assert read_head("").title == ""


def test_a_date_in_linked_data_is_read() -> None:
    script = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2026-11-10"}</script>'
    head = read_head(f"<html><head>{script}</head><body></body></html>")
    assert (str(head.published), head.day_only) == ("2026-11-10 00:00:00+00:00", True)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_page(data: bytes) -> None:
    assert isinstance(page_paragraphs(data), tuple)


MEGABYTE = 1_000_000
# CPU seconds for a megabyte: the time of the processor is the same on a busy machine, give or take. Each of these took
# between three seconds and hours before it was bounded.
SECONDS = 2


@pytest.mark.parametrize(
    "unit", ["<br>", "<p>", "X<br>Y", "<", "&#", "> ", "- ", ".\n", "a b ", "we ", "By A ", "`a", "日。"]
)
def test_an_entry_is_read_in_time_in_proportion_to_its_length(unit: str) -> None:
    before = time.process_time()
    fragment_paragraphs(unit * (MEGABYTE // len(unit)))
    assert time.process_time() - before < SECONDS


@pytest.mark.parametrize("line", ["More in " + "a" * 200 + "!", "a" * 250, "> " * 120, "By " + "A" * 200, "1/" * 140])
def test_no_rule_about_chrome_goes_back_and_forth(line: str) -> None:
    before = time.process_time()
    fragment_paragraphs("\n".join([line] * 500))
    assert time.process_time() - before < SECONDS


@pytest.mark.parametrize("unit", ["<p>", "x<br>", "<li>", "<table><tr><td>", "<", "&#1;"])
def test_a_page_is_read_in_time_in_proportion_to_its_length(unit: str) -> None:
    page_paragraphs(b"<p>x</p>")  # whoever imports trafilatura first pays for it
    before = time.process_time()
    page_paragraphs(unit.encode() * (MEGABYTE // len(unit)))
    assert time.process_time() - before < SECONDS


def test_a_page_with_too_many_elements_is_read_as_far_as_that() -> None:
    page = f"<html><body><article>{f'<p>{LONG}</p>' * 6}</article>{'<i>' * 100_000}</body></html>"
    assert page_paragraphs(page.encode())[0] == LONG

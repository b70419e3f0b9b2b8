"""Links that open a page at a quote: by the grammar of the specification, and in a browser."""

import re
import subprocess
from html import escape
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html
from markdown_it import MarkdownIt

from digest.render.fragment import opened_at
from tests.proof.tools import FLAGS, found, need
from tests.server import serve
from tests.test_render import artifacts, by_name, issues, story_pages

PAGE = "https://example.org/a"
# TextDirective of the specification, of which we write neither prefix nor suffix: an explicit character is percent-
# encoded or one of a URL's, without comma, ampersand and hyphen.
_STRING = r"(?:%[0-9A-F]{2}|[A-Za-z0-9!$'()*+./:;=?@_~])+"
DIRECTIVE = re.compile(rf"text={_STRING}(?:,{_STRING})?")


@pytest.mark.parametrize(
    ("url", "text", "expected"),
    [
        (PAGE, "It opened.", f"{PAGE}#:~:text=It%20opened"),
        (PAGE, "“We’re proud,” she said.", f"{PAGE}#:~:text=We%E2%80%99re%20proud%2C%E2%80%9D%20she%20said"),
        (PAGE, "30-odd boats & a ferry", f"{PAGE}#:~:text=30%2Dodd%20boats%20%26%20a%20ferry"),
        (PAGE, "one two three four five six seven eight nine ten", f"{PAGE}#:~:text=one%20two%20three%20four%20five%20six%20seven%20eight%20nine%20ten"),
        (PAGE, "one two three four five six seven eight nine ten eleven.", f"{PAGE}#:~:text=one%20two%20three%20four%20five,seven%20eight%20nine%20ten%20eleven"),
        (f"{PAGE}?q=1#top", "It opened.", f"{PAGE}?q=1#top:~:text=It%20opened"),
        (f"{PAGE}#:~:text=old", "It opened.", f"{PAGE}#:~:text=It%20opened"),
        ("mailto:a@example.org", "It opened.", "mailto:a@example.org"),
        (PAGE, "…!", PAGE),
        (PAGE, "हिन्दी।", f"{PAGE}#:~:text=%E0%A4%B9%E0%A4%BF%E0%A4%A8%E0%A5%8D%E0%A4%A6%E0%A5%80"),
    ],
)  # fmt: skip
def test_an_address_names_the_words_of_a_quote(url: str, text: str, expected: str) -> None:
    assert opened_at(url, text) == expected


def test_several_quotes_are_all_marked() -> None:
    assert opened_at(PAGE, "It opened.", "?", "It closed.") == f"{PAGE}#:~:text=It%20opened&text=It%20closed"


@given(st.text(max_size=200), st.sampled_from([PAGE, f"{PAGE}#top", f"{PAGE}#a:~:text=b"]))
def test_any_text_gives_an_address_by_the_grammar(text: str, url: str) -> None:
    """Its words stand in the text as they are, each end at most once."""
    found, _, directive = opened_at(url, text).partition(":~:")
    assert found.removesuffix("#") == url.partition(":~:")[0]
    if directive and not url.endswith("text=b"):
        for one in directive.split("&"):
            assert DIRECTIVE.fullmatch(one)
            for part in one.removeprefix("text=").split(","):
                words = unquote(part).split(" ")
                assert " ".join(words) in " ".join(text.encode("utf-8", "replace").decode().split())


@pytest.mark.parametrize(
    "text", ["港" * 6000, "港口，" * 2000, f"{'港' * 60} " * 100, "x" * 6000, "नि" * 3000, "“" * 9000]
)
def test_an_address_is_short_however_long_the_words_are(text: str) -> None:
    assert len(opened_at(PAGE, text)) < 1100


def test_a_script_without_spaces_is_cut_at_its_marks() -> None:
    text = (
        "港口星期一开放，市长说灯光很漂亮，能够让更大的船只在夜间安全地进入港口，" * 3
        + f"{'港' * 20}１，０００{'口' * 20}"
    )
    start, _, end = opened_at(PAGE, text).partition("text=")[2].partition(",")
    assert unquote(start) == "港口星期一开放，市长说灯光很漂亮，能够让更大的船只在夜间安全地进入港口，港口星期一开放"
    assert unquote(end) == f"{'港' * 20}１，０００{'口' * 20}"


def anchors(name: str, content: str) -> list[str]:
    """The targets of all links of an artifact, those of feeds inside of their items."""
    if name == "feed.xml":
        tag = "{http://purl.org/rss/1.0/modules/content/}encoded"
        content = "".join(item.text or "" for item in etree.fromstring(content.encode()).iter(tag))
    page = MarkdownIt("commonmark").render(content) if name.endswith(".md") else content
    return [a.get("href") for a in html.document_fromstring(page).iter("a")]


@pytest.mark.parametrize("name", ["stories", "email.html", "digest.md", "feed.xml"])
def test_every_quote_of_an_article_with_a_link_is_linked_at_its_words(name: str) -> None:
    earlier, issue = issues()
    made = story_pages([earlier, issue]) if name == "stories" else [by_name(artifacts([earlier, issue]))[name]]
    links = [link for artifact in made for link in anchors(name, artifact.content.decode())]
    public = {article.id: article.url for article in issue.articles if article.url}
    sections = [section for brief in issue.briefs for section in brief.sections]
    if name in ("email.html", "feed.xml"):  # they tell stories in short: that in one sentence is always there
        sections = [section for section in sections if section.name == "tldr"]
    quotes = [quote for section in sections for quote in section.quotes if quote.article in public]
    assert quotes
    for quote in quotes:
        assert opened_at(str(public[quote.article]), quote.text) in links
    if name in ("stories", "digest.md"):  # the others fold camps of many
        for take in (take for brief in issue.briefs for take in brief.takes if take.article in public):
            texts = [quote.text for quote in take.evidence if quote.article == take.article]
            assert opened_at(str(public[take.article]), *texts) in links


def test_plain_text_has_plain_addresses() -> None:
    assert ":~:" not in by_name(artifacts(issues()))["email.txt"].content.decode()


SENTENCES = [
    "“We’re proud — very proud — of these lights, which cost 30-odd million,” said Mayor Ada Holm on Monday.",
    "It opened, at 5 p.m. & in the rain.",
    "Œuvre d’art, naïve et « chère », dit-on.",
    "港口星期一向船只开放，市长说灯光很漂亮。",
    "افتتح الميناء يوم الاثنين.",
    # Longer than is named: cut at marks, and, where there are none, somewhere.
    "港口星期一向船只开放，市长说灯光很漂亮，船长们也称赞新的航道，因为它比旧的航道更深更宽，能够让更大的船只在夜间安全地进入港口，而批评者则怀疑它是否能够收回成本，他们说税费太高，而且没有人知道明年会有多少船只来到这里停靠。",
    "ラーン港は月曜日に船舶に開放され、市長は灯りが美しいと述べ、船長たちは新しい航路が以前のものより深く広いことを称賛したが、批評家たちはそれが採算に合うかどうかを疑っており、来年どれだけの船がここに来るのか誰にも分からないと話している。",
    "ท่าเรือเปิดให้เรือเข้าในวันจันทร์และนายกเทศมนตรีกล่าวว่าไฟสวยงามมากในขณะที่กัปตันชื่นชมร่องน้ำใหม่ที่ลึกและกว้างกว่าเดิมแต่นักวิจารณ์สงสัยว่ามันจะคุ้มทุนหรือไม่",
]
FILLER = "<p>Nothing here, on Monday, of these lights.</p><div style='height:3000px'></div>"
SCRIPT = "<script>setTimeout(() => document.body.dataset.top = Math.round(document.scrollingElement.scrollTop), 1000)</script>"


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_browser_opens_the_page_at_the_sentence(tmp_path: Path, sentence: str) -> None:
    """Although the page has other quotation marks, an element and a no-break space in it."""
    need("browser")
    shown = escape(sentence).replace("very proud", "<b>very</b>&nbsp;proud").replace("’", "'").replace("“", "&quot;")
    page = f"<!doctype html><meta charset=utf-8><body>{FILLER}<p>Before it. {shown} After it.</p>{FILLER}{SCRIPT}"
    with serve({"/a": (200, {"Content-Type": "text/html"}, page.encode())}) as served:
        at, elsewhere = (
            scrolled(opened_at(f"{served.base}/a", text), tmp_path) for text in (sentence, "No such words")
        )
    assert at > 2000
    assert elsewhere == 0


def scrolled(url: str, profile: Path) -> int:
    """How far down Chromium shows a page that it opens, in pixels."""
    command = [
        str(found("browser")),
        *FLAGS,
        f"--user-data-dir={profile}",
        "--virtual-time-budget=3000",
        "--dump-dom",
        url,
    ]
    page = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    place = re.search(r'data-top="(\d+)"', page)
    assert place, page
    return int(place[1])

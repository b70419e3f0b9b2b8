"""The e-mail: what it tells of each story, what mail programs make of it, the message, and what it says to subscribers."""

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from css_inline import CSSInliner
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from digest.errors import FormatError
from digest.model import Issue, Point, Section
from digest.render.chronicle import Chronicle
from digest.render.engine import load_format, render, render_stories
from digest.render.escape import WIDTH, as_paragraph, isolated
from digest.render.mail import HEADER_LIMIT, PREFERENCES, READER, UNSUBSCRIBE, Reader, header_text, made_out
from digest.render.nutshell import nutshell
from digest.render.proof import prove
from digest.render.view import edited
from tests.test_render import FORMATS, ROOT, by_name, issue_about, issues, sample, visible

LOCALES = (ROOT / "templates" / "locales",)


def mailed(all_issues: list[Issue], *, subscribers: bool = False) -> dict[str, bytes]:
    """The three files of an e-mail by name."""
    format = load_format(FORMATS["email"], LOCALES)
    made = by_name(list(render(format, all_issues, ("issue",), subscribers=subscribers)))
    return {name: artifact.content for name, artifact in made.items()}


def page_of(all_issues: list[Issue]) -> html.HtmlElement:
    return html.document_fromstring(mailed(all_issues)["email.html"])


# --- what it says -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["email.txt", "email.html"])
def test_it_tells_each_story_in_short(file: str) -> None:
    """Headline, lead, points, how its takes are spread, the surest of each side, all articles, and the way to more."""
    format = load_format(FORMATS["email"], LOCALES)
    made = by_name(list(render(format, issues())))[file]
    text, issue = visible(made), sample()
    for brief in issue.briefs:
        assert brief.title in text
    for article in issue.articles:
        assert article.outlet in text
        assert (
            not article.url
            or article.url.replace("&", "&amp;" if file == "email.html" else "&") in made.content.decode()
        )
    for words in (
        "8 outlets, 4 independent origins · put first by the editor · continuing: 6 new articles since 19 November 2026",
        "How they see “free ferries in Varnholm”: 2 positive, 3 skeptical, 4 neutral", "How they see it: 1 positive",
        "Hedda Monvik, in Kestrel Wire", "Free ferries in Varnholm: a promise without a budget", "M. Osk",
        "from Northgate Courier", "also in The Holm Herald", "date unknown", "no public link", "(on: the reopening)",
        "Story 1 in full: 3 quotes, 9 takes, 8 articles", "Story 2 in full: 5 quotes", "City & sea", "Culture",
        "No. 12", "Friday, 20 November 2026", "Covers 19 November 2026, 07:00 to 20 November 2026, 07:00 (Europe/Berlin)",
        "Harbour Radio could not be reached", "4 more stories not shown.", "Every sentence in quotation marks is copied",
        "Stances by cue_words", "Sent by The Long View, editor@news.example.org.", "Kestrel House, 3 Quay Street, Varnholm",
        "Read this issue on the web",
    ):  # fmt: skip
        assert words in text, words
    assert "subscribed" not in text


def test_the_first_stories_have_more_points_than_the_last() -> None:
    """Three, two, none: each is a quote that stands by itself and is not said twice."""
    page = page_of([long_issue(12)])
    counts = [
        len(story.xpath(".//p[@class='q'][contains(., '—')]"))
        for story in page.xpath("//td[contains(@class, 'story')]")
    ]
    assert counts[3:] == [3, 3, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0]
    for story in edited(sample(), {}, LOCALES).stories:
        short = nutshell(story)
        said = [quote.key for quote in (short.lead, *short.points, *(side.quote for side in short.sides)) if quote]
        assert len(said) == len(set(said))


def test_an_outlet_is_named_once_a_story() -> None:
    """Whatever more it has is counted."""
    first = sample().briefs[0]
    (copies,) = first.lineage.reprints
    listed = next(article.outlet for article in sample().articles if article.id == first.articles[0])
    articles = tuple(replace(one, outlet=listed) if one.id in copies else one for one in sample().articles)
    short = nutshell(edited(replace(sample(), articles=articles), {}, LOCALES).stories[0])
    assert {one.outlet for one in short.others}.isdisjoint(one.outlet for one in short.listed)
    assert len(short.listed) + len(short.others) + short.further == len(first.articles)
    assert short.further >= 1
    for content in mailed([replace(sample(), articles=articles)]).values():
        assert b"more article" in content


def test_the_foot_is_not_empty_without_a_sender() -> None:
    bare = replace(sample(), sender=None, address=None, url=None)
    assert [p for p in page_of([bare]).xpath("//p") if not p.text_content().strip()] == []


def test_the_sentence_of_a_side_is_the_one_that_decided() -> None:
    """Of the surest take that can be quoted; one of whom nothing can be is still named."""
    first = sample().briefs[0]
    takes = tuple(replace(take, evidence=()) if take.speaker is None else take for take in first.takes)
    short = nutshell(edited(replace(sample(), briefs=(replace(first, takes=takes),)), {}, LOCALES).stories[0])
    assert [(side.label, side.take.speaker) for side in short.sides] == [
        ("positive", "Ines Aldervane"), ("skeptical", "Rurik Vandersleet"),
    ]  # fmt: skip
    mute = tuple(replace(take, evidence=()) for take in first.takes)
    issue = replace(sample(), briefs=(replace(first, takes=mute),))
    assert "skeptical Tidewater Ledger (not quoted here)" in " ".join(page_of([issue]).text_content().split())


@pytest.mark.parametrize("file", ["email.txt", "email.html"])
def test_it_says_why_no_take_of_a_story_is_judged(file: str) -> None:
    first = sample().briefs[0]
    note = "stance not judged for this language"
    takes = tuple(replace(take, stance=None, note=note) for take in first.takes)
    made = by_name(
        list(
            render(
                load_format(FORMATS["email"], LOCALES),
                [replace(sample(), briefs=(replace(first, takes=takes),))],
                ("issue",),
            )
        )
    )
    assert visible(made[file]).count(f"How they see it: {note}") == 1


@pytest.mark.parametrize("name", ["email", "markdown", "site", "feeds"])
def test_it_says_where_somebody_counts_once(name: str) -> None:
    """More are listed then than are counted."""
    first = sample().briefs[0]
    spoken = next(take for take in first.takes if take.speaker and take.stance)
    for takes, times in ((first.takes, False), ((*first.takes, spoken), True)):
        issue = replace(sample(), briefs=(replace(first, takes=takes),))
        format, chronicle = load_format(FORMATS[name], LOCALES), Chronicle(issues=[issue])
        made = (*render(format, [issue]), *render_stories(format, chronicle, chronicle.stories))
        texts = [one.content.decode() for one in made if one.path.endswith((".html", ".md", ".txt", ".xml"))]
        assert any("who is listed more than once counts once" in text for text in texts) == times


def test_both_parts_have_the_same_links_and_stories() -> None:
    """Apart from the way to a sentence: full addresses, each on a line of its own in the text."""
    for all_issues in (issues(), [long_issue(30)], [replace(sample(), url=None)], [sample("empty")]):
        made = mailed(all_issues)
        lines = made["email.txt"].decode().split("\n")
        page = html.document_fromstring(made["email.html"])
        in_text = {line.strip() for line in lines if "://" in line}
        assert in_text == {urldefrag(link).url for link in page.xpath("//a/@href")}
        headings = [heading.text_content() for heading in page.xpath("//*[@class='h']")]
        text = " ".join(made["email.txt"].decode().split())
        places = [text.index(f"{number}. {title}") for number, title in enumerate(headings, 1)]
        assert places == sorted(places)


def test_the_plain_text_is_plain() -> None:
    """No markup, no entities, no line beyond 78 columns but links."""
    lines = mailed(issues())["email.txt"].decode().split("\n")
    assert [line for line in lines if len(line) > WIDTH and "://" not in line] == []
    assert [line for line in lines if "<" in line or "&amp;" in line or line != line.rstrip()] == []
    assert "  https://tidewater-ledger.example/opinion/ferries?ref=front&id=88" in lines


def test_a_quote_that_is_quoted_speech_stands_in_other_marks() -> None:
    """The text of the quote is as it was."""
    made = mailed(issues())
    page = html.document_fromstring(made["email.html"])
    (spoken,) = page.xpath("//*[@data-quote][starts-with(., '“It is the first cell')]")
    assert spoken.text.endswith("tested three samples.")
    assert spoken.getparent().text_content().count("‘“It is the first cell") == 1
    assert "    ‘“It is the first cell" in made["email.txt"].decode()
    assert "““" not in made["email.html"].decode() + made["email.txt"].decode()


# --- how it looks -----------------------------------------------------------------------------------------------------


def test_what_cannot_be_inlined_is_kept() -> None:
    """Dark and narrow screens have rules in the head; styles are on the elements; the charset comes early enough."""
    source = mailed(issues())["email.html"]
    assert 0 < source.find(b'<meta charset="utf-8">') < 1000
    assert source.count(b"<style") == 1
    assert b"@media (prefers-color-scheme: dark)" in source
    assert b"@media (max-width: 480px)" in source
    page = html.document_fromstring(source)
    assert page.xpath("//h1[not(@style)]|//h2[not(@style)]|//p[not(@style)]|//body//a[not(@style)]") == []


def test_language_and_direction_stand_on_the_page_its_body_and_each_story() -> None:
    page = page_of(issues())
    (outer,) = page.xpath("/html/body/*")
    assert (page.get("lang"), page.get("dir"), outer.get("lang"), outer.get("dir")) == ("en", "ltr", "en", "ltr")
    assert all(heading.get("lang") and heading.get("dir") for heading in page.xpath("//*[@class='h']"))
    german = page.xpath("//a[starts-with(., 'Natriumzelle')]")
    assert [(link.get("lang"), link.get("dir")) for link in german] == [("de", "ltr")]


def test_each_link_says_where_it_leads() -> None:
    """Headlines, titles and the ways to whole stories are unique; what credits a quote names an outlet."""
    page = page_of(issues())
    titles = [a.text_content() for a in page.xpath("//a") if not a.get("href").partition("#")[2]]
    assert len(titles) == len(page.xpath("//a")) - len(page.xpath("//a[contains(@href, ':~:')]"))
    leads: dict[str, set[str]] = {}
    for link in page.xpath("//a[not(contains(@href, ':~:'))]"):
        leads.setdefault(link.text_content(), set()).add(link.get("href"))
    in_lists = {text: urls for text, urls in leads.items() if text not in {brief.title for brief in sample().briefs}}
    assert all(len(urls) == 1 for urls in in_lists.values())
    assert {a.text_content() for a in page.xpath("//a[contains(@href, ':~:')]")} <= {
        a.outlet for a in sample().articles
    }
    assert all(link.startswith("https://") for link in page.xpath("//a/@href"))


def colours(page: html.HtmlElement) -> Iterator[tuple[str, str, str]]:
    """The colour of each text, the one that it stands on, and the text."""
    for element in page.find("body").iter():
        if not isinstance(element.tag, str) or "display:none" in element.get("style", ""):
            continue
        if (element.text or "").strip():
            around = [element, *element.iterancestors()]
            yield _nearest(around, "color"), _nearest(around, "background-color"), element.text.strip()


def _nearest(elements: list[html.HtmlElement], name: str) -> str:
    for element in elements:
        found = re.search(rf"(?:^|;)\s*{name}:\s*(#[0-9a-f]{{6}})", element.get("style", ""))
        if found:
            return found[1]
    raise AssertionError(f"no {name}: {elements[0].text}")


def contrast(one: str, other: str, turned: bool) -> float:
    """WCAG 2.2's ratio; `turned` as by invert(1) hue-rotate(180deg), which programs with a dark mode of theirs come near."""
    light, dark = sorted((luminance(channels(one, turned)), luminance(channels(other, turned))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def channels(colour: str, turned: bool) -> list[float]:
    values = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    if not turned:
        return values
    inverted = [1 - value for value in values]
    rows = ((-0.574, 1.43, 0.144), (0.426, 0.43, 0.144), (0.426, 1.43, -0.856))
    return [min(1, max(0, sum(a * b for a, b in zip(row, inverted, strict=True)))) for row in rows]


def luminance(values: list[float]) -> float:
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def dark(source: bytes) -> html.HtmlElement:
    """The page with its rules for dark screens in force."""
    text = source.decode()
    rules = re.search(r"prefers-color-scheme: dark\) \{\n(.*?)\n\}\n</style>", text, re.DOTALL)
    assert rules
    styled = text.replace("</head>", f"<style>{rules[1]}</style></head>")
    return html.document_fromstring(CSSInliner(load_remote_stylesheets=False).inline(styled).encode())


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("is_dark", [False, True])
def test_every_word_can_be_read(is_dark: bool, turned: bool) -> None:
    """Contrast is 4.5 at least, in light, in dark, and in either turned round; no pure black, no pure white."""
    source = mailed(issues())["email.html"]
    found = list(colours(dark(source) if is_dark else html.document_fromstring(source)))
    assert len(found) > 60
    for ink, paper, text in found:
        assert contrast(ink, paper, turned) >= 4.5, (ink, paper, text)
    assert not re.search(rb"#(000|fff)(000|fff)?\b", source)


def test_letters_are_large_enough() -> None:
    """14 px at least; the strips of the bar have no letters."""
    sizes = [
        (float(size[1]), element)
        for element in page_of(issues()).iter()
        if isinstance(element.tag, str)
        and (size := re.search(r"(?:font|font-size):[^;]*?(\d+)px", element.get("style", "")))
    ]
    assert {element.text for size, element in sizes if size < 14} == {"\xa0"}


def test_the_bar_shows_the_shares_of_the_takes() -> None:
    """In cells that need no style sheet; a side without a take has none, and a story without sides no bar."""
    page = page_of(issues())
    bars = [
        [(cell.get("class"), cell.get("width")) for cell in bar.xpath(".//td")]
        for bar in page.xpath("//table[@class='bar']")
    ]
    assert bars[0] == [("bp", "22%"), ("bs", "33%"), ("bn", "44%")]
    assert [cell for cell, _ in bars[2]] == ["bp", "bn"]
    first = sample().briefs[0]
    neutral = tuple(take for take in first.takes if take.stance and take.stance.label == "neutral")
    assert page_of([replace(sample(), briefs=(replace(first, takes=neutral),))]).xpath("//table[@class='bar']") == []


@pytest.mark.parametrize(
    ("titles", "begins"),
    [
        (["One", "Another story of the week, about a bridge"], "Also: Another story"),
        (["One", "Two"], "Also: Two · Covers what was published up to 20 November"),
        (["One"], "Covers what was published up to 20 November"),
        (["One", *["Word " * 30] * 3], "Also: Word Word"),
    ],
)
def test_it_begins_with_a_preheader(titles: list[str], begins: str) -> None:
    """The first words that a mail program previews are the other headlines, hidden in the mail itself."""
    third = sample().briefs[2]
    issue = replace(sample(), topics=(), briefs=tuple(replace(third, title=title, topic=None) for title in titles))
    page = page_of([issue])
    first = next(text for text in page.find("body").itertext() if text.strip())
    assert first.startswith(begins)
    assert 40 <= len(first) <= 130
    assert "display:none" in page.xpath("string(//*[@class='preheader']/@style)")
    assert page.text_content().count(first) == 1


def test_names_that_run_against_the_page_are_isolated_in_its_html() -> None:
    """Or the date beside them would be scrambled; what feeds send as isolates is dropped all the same."""
    name = "أخبار \u2067المدينة"
    issue = replace(
        sample(), articles=tuple(replace(article, outlet=name, title=name) for article in sample().articles)
    )
    text = page_of([issue]).text_content()
    listed = "\u2068أخبار المدينة\u2069: \u2068أخبار المدينة\u2069"
    assert listed in text
    assert "\u2067" not in text
    assert "\u2068" not in page_of(issues()).text_content()


def test_a_line_with_words_that_run_against_it_is_isolated() -> None:
    """In both parts, by characters that every program knows; quotes, which are proven, are left alone."""
    assert isolated("Kestrel Wire", False) == "Kestrel Wire"
    assert isolated("قناة 24", False) == "\u2068قناة 24\u2069"
    assert isolated("Kestrel", True) == "\u2068Kestrel\u2069"
    assert as_paragraph("a \u2068b\u2069 \u202ec") == "a \u2068b\u2069 c"
    assert as_paragraph("a \u2069b\u2068 c") == as_paragraph("\u2068\u2068a b\u2069 c\u2069") == "a b c"
    arabic = replace(sample(), articles=tuple(replace(article, language="ar") for article in sample().articles))
    assert {paragraph.get("dir") for paragraph in page_of([arabic]).xpath("//p[.//@data-quote]")} == {"rtl"}
    assert page_of(issues()).xpath("//p/@dir") == []
    issue, texts = issue_about("قناة الغد", "https://x.example")
    for file, content in mailed([issue]).items():
        if file != "email.eml":
            assert "\u2068قناة الغد\u2069, in" in re.sub(r"<[^>]+>", "", content.decode())
    for artifact in render(load_format(FORMATS["email"]), [issue], ("issue",)):
        assert prove(artifact, [issue], texts) in (3, 6)


# --- how large it gets ------------------------------------------------------------------------------------------------


def long_issue(stories: int) -> Issue:
    """The sample with a story of four outlets so many times more."""
    second = sample().briefs[1]
    points = tuple(
        Point(quotes=quotes)
        for section in second.sections
        for point in section.points
        if len(quotes := point.quotes) == 1
    )
    once = tuple({point.quotes[0].text: point for point in points}.values())
    sections = (Section(name="tldr", points=once[:1]), Section(name="key-points", points=once[1:]))
    more = tuple(
        replace(second, story=f"{number:016x}", title=f"Story number {number}", sections=sections, topic=None)
        for number in range(stories)
    )
    return replace(sample(), topics=(), briefs=(*(replace(b, topic=None) for b in sample().briefs), *more))


def test_twenty_stories_have_room() -> None:
    """All that mail programs show before they cut (Gmail: about 102,000 bytes) has who sends it and how to leave."""
    briefs = [
        replace(brief, topic=None) for brief in sample().briefs[1:]
    ]  # of four outlets and of two, both sides told
    twenty = tuple(replace(briefs[number % 2], story=f"{number:016x}") for number in range(20))
    made = mailed([replace(sample(), topics=(), briefs=twenty)], subscribers=True)["email.html"]
    assert made.count(b'class="h"') == 20
    assert b"more stories on the web" not in made
    assert max(made.find(b"unsubscribe.invalid"), made.find(b"Sent by")) < len(made) < 81_920


def test_it_leaves_out_whole_stories_and_says_how_many() -> None:
    """The same ones in both parts, and no more than have to."""
    made = mailed([long_issue(60)])
    source, text = made["email.html"].decode(), made["email.txt"].decode()
    told = [number for number in range(60) if f"Story number {number}<" in source]
    assert 81_920 - 5_500 < len(made["email.html"]) <= 81_920
    assert told == list(range(len(told)))
    assert [number for number in range(60) if f"Story number {number}\n" in text] == told
    assert f"{60 - len(told)} more stories on the web" in text
    assert f"{60 - len(told)} more stories on the web" in source


# --- the message ------------------------------------------------------------------------------------------------------

HEADERS = ["Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject"]


def test_the_message_is_text_then_html() -> None:
    """multipart/alternative, UTF-8, the same bodies as the files, no lines over 78 octets, CRLF throughout."""
    made = mailed(issues())
    raw = made["email.eml"]
    assert max(map(len, raw.split(b"\r\n"))) <= WIDTH
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    mail = message_from_bytes(raw, policy=policy.default)
    assert sorted(mail.keys()) == HEADERS
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    for part, file in zip(mail.iter_parts(), ("email.txt", "email.html"), strict=True):
        assert part.get_content_charset() == "utf-8"
        assert max(map(len, part.get_payload().splitlines())) <= 76
        assert part.get_content().replace("\r\n", "\n").rstrip("\n") == made[file].decode().rstrip("\n")
    assert mail["Date"].datetime == sample().at
    assert mail["From"] == "The Long View <editor@news.example.org>"
    assert mail["Subject"] == sample().briefs[0].title


def test_the_message_id_follows_from_the_issue() -> None:
    """Two renderings share it; two issues, or two editions, do not."""

    def message_id(issue: Issue) -> str:
        return str(message_from_bytes(mailed([issue])["email.eml"])["Message-ID"])

    one = sample()
    assert message_id(one) == message_id(replace(one, title="Renamed"))
    assert len({message_id(other) for other in (one, replace(one, id="x"), replace(one, edition="x"))}) == 3


def test_without_a_sender_the_edition_signs() -> None:
    """So that a message can be made before anybody has set up mail."""
    made = mailed([replace(sample(), sender=None, address=None)])
    mail = message_from_bytes(made["email.eml"], policy=policy.default)
    assert mail["From"] == "The Long View <digest@localhost>"
    assert "Sent by" not in made["email.txt"].decode() + made["email.html"].decode()


def test_a_sender_that_is_no_address_is_an_error() -> None:
    """It is named."""
    with pytest.raises(FormatError, match="nobody"):
        mailed([replace(sample(), sender="nobody")])


INJECTIONS = (
    "=?utf-8?q?x=0D=0ABcc:_e@x.y?=",
    "=?utf-8?b?eA0KQmNjOiBlQHgueQ==?=",
    "=?UTF-8?Q?x=0ABcc:_e@x.y?=",
    "=?us-ascii?q?x=0D=0A=0D=0Abody?=",
    "=?iso-8859-1?q?=0D=0ABcc:_e@x.y?= =?iso-8859-1?q?more?=",
    "=?utf-8*en?q?x=0D=0ABcc:_e@x.y?=",
    "= ?utf-8?q?x=0D=0ABcc:_e@x.y?=",
    "==?utf-8?q?=?utf-8?q?x=0D=0ABcc:_e@x.y?=?=",
    "=\u200b?utf-8?q?x=0D=0ABcc:_e@x.y?=",
    "=\u2060?utf-8?q?x=0D=0ABcc:_e@x.y?=",
    "=\u00ad?utf-8?q?x=0D=0ABcc:_e@x.y?=",
    "x\r\nBcc: e@x.y",
    "x\nBcc: e@x.y\n\nbody",
    "x\rBcc: e@x.y",
    "x\r\n Bcc: e@x.y",
    "x\r\n\r\nbody",
    "x\u2028Bcc: e@x.y",
    "x\u2029Bcc: e@x.y",
    "x\x85Bcc: e@x.y",
    "x\x0bBcc: e@x.y",
    "x\x0cBcc: e@x.y",
    "x\x1cBcc: e@x.y",
    "x\x1dBcc: e@x.y\x1e",
    "x\x00\x0b\x0cBcc: e@x.y",
    "x%0D%0ABcc: e@x.y",
    "x\\r\\nBcc: e@x.y",
    "x" * 1200,
    "word " * 300,
    "\U0001f600" * 300,
    "日本語の見出し。" * 40,
    '"x" <e@x.y>, "',
    "a@b.example, c@d.example",
    "x (comment) <e@x.y>;",
    "Group: e@x.y;",
)


@pytest.mark.parametrize("text", INJECTIONS, ids=range(len(INJECTIONS)))
def test_no_headline_title_outlet_or_sender_makes_a_header(text: str) -> None:
    """Not even encoded words, which Python 3.11.7 and 3.12.1 decode into header lines (CVE-2024-6923)."""
    first, *rest = sample().briefs
    hostile, _ = issue_about(text, None)
    for issue in (
        replace(sample(), briefs=(replace(first, title=text), *rest)),
        replace(sample(), title=text, sender=None),
        replace(sample(), title=text, briefs=()),
        replace(sample(), sender=f"{text} <editor@news.example.org>"),
        replace(sample(), sender=f"editor@news.example.org{text}"),
        hostile,
    ):
        try:
            raw = mailed([issue])["email.eml"]
        except FormatError as error:
            assert "@" in error.subject, error  # noqa: PT017
            continue
        for read in (policy.compat32, policy.default):
            mail = message_from_bytes(raw, policy=read)
            assert sorted(mail.keys()) == HEADERS
            assert len(mail.get_payload()) == 2
        assert len(message_from_bytes(raw, policy=policy.default)["From"].addresses) == 1
        assert b"\r\nBcc" not in raw.partition(b"\r\n\r\n")[0]
        assert max(map(len, raw.split(b"\r\n"))) <= WIDTH


def test_a_long_headline_makes_a_short_subject() -> None:
    """Cut at a word; encoded words are broken."""
    mail = subject_of("word " * 100)
    assert HEADER_LIMIT - 10 < len(mail) <= HEADER_LIMIT
    assert mail.endswith("word…")
    assert "=?" not in header_text("==?=?")


@pytest.mark.parametrize(
    ("headline", "subject"),
    [
        ("FERRIES FREE IN VARNHOLM", "The Long View, no. 12: FERRIES FREE IN VARNHOLM"),
        ("NATO meets in Oslo", "NATO meets in Oslo"),
        ("NASA", "NASA"),
        ("市議会がフェリー無料化を可決", "市議会がフェリー無料化を可決"),
    ],
)
def test_a_subject_does_not_shout(headline: str, subject: str) -> None:
    """Filters count subjects without a small letter as spam, and headlines are quoted as they are."""
    assert subject_of(headline) == subject


def subject_of(headline: str) -> str:
    issue = replace(sample(), briefs=(replace(sample().briefs[0], title=headline),))
    return str(message_from_bytes(mailed([issue])["email.eml"], policy=policy.default)["Subject"])


# --- what it says to subscribers --------------------------------------------------------------------------------------

ADA = Reader(
    address="ada+news@reader.example",
    unsubscribe="https://news.example.org/u/" + "k" * 120 + "?a=1&b=2",
    preferences="https://news.example.org/p/" + "7" * 40,
)


def bodies(raw: bytes) -> list[str]:
    parts = message_from_bytes(raw, policy=policy.default).iter_parts()
    return [part.get_content().replace("\r\n", "\n") for part in parts]


def test_files_say_nothing_to_subscribers() -> None:
    """No place that nobody will fill, and no mark of one."""
    for content in mailed(issues()).values():
        assert b".invalid" not in content
        assert not re.search(rb"=E2=81=A[23]|\xe2\x81[\xa2\xa3]", content)


def test_a_message_is_made_out_to_one_reader() -> None:
    """Their address, their link to leave and the other one, in both parts, and links are escaped in HTML."""
    raw = made_out(mailed(issues(), subscribers=True)["email.eml"], ADA)
    text, source = bodies(raw)
    assert f"\n  {ADA.unsubscribe}\n" in text
    assert f"\n  {ADA.preferences}\n" in text
    assert "because ada+news@reader.example is" in " ".join(text.split())
    page = html.document_fromstring(source)
    links = {link.text_content(): link.get("href") for link in page.xpath("//a")}
    assert (links["Unsubscribe"], links["Change what you get"]) == (ADA.unsubscribe, ADA.preferences)
    assert "because ada+news@reader.example is subscribed to The Long View" in page.text_content()
    assert ".invalid" not in text + source
    assert "\u2063" not in text + source


def test_all_other_bytes_stay_as_they_were() -> None:
    """Lines too: what is filled in is encoded again by itself."""
    blank = mailed(issues(), subscribers=True)["email.eml"]
    raw = made_out(blank, ADA)
    kept = re.sub(rb"=E2=81=A3=E2=81=A2\r\n.*?=E2=81=A2=E2=81=A3\r\n", b"|", blank, flags=re.DOTALL).split(b"|")
    assert len(kept) == 3
    at = 0
    for piece in kept:
        at = raw.index(piece, at) + len(piece)
    assert at == len(raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")
    everybody = message_from_bytes(mailed(issues())["email.eml"])
    assert message_from_bytes(raw)["Message-ID"] == everybody["Message-ID"]


@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=300),
    st.text("abc.é漢+-", min_size=1, max_size=60),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_filled_in_can_be_read_back(token: str, name: str) -> None:
    """Signs of quoted-printable and of HTML as well."""
    reader = Reader(
        address=f"{name}@x.example", unsubscribe=f"https://x.example/{token}", preferences="https://x.example/"
    )
    raw = made_out(BLANK, reader)
    text, source = bodies(raw)
    assert f"  {reader.unsubscribe}\n" in text
    page = html.document_fromstring(source)
    assert page.xpath("//a[. = 'Unsubscribe']/@href") == [reader.unsubscribe]
    assert reader.address in page.text_content()
    assert max(map(len, raw.split(b"\r\n"))) <= 78


BLANK = mailed(issues(), subscribers=True)["email.eml"]


@pytest.mark.parametrize("text", [UNSUBSCRIBE, READER, PREFERENCES, "\u2063\u2062", "x \u2062\u2063 y"])
def test_a_feed_gets_no_readers_address(text: str) -> None:
    """Places are filled in what the template says to subscribers, and nowhere else; feeds cannot begin or end it."""
    title = f"About {text} and others"
    first, *rest = sample().briefs
    issue = replace(sample(), briefs=(replace(first, title=title), *rest))
    raw = made_out(mailed([issue], subscribers=True)["email.eml"], ADA)
    for content in bodies(raw):
        assert content.count(ADA.address) == 1
        assert content.count(ADA.preferences) == 1
        assert "\u2063" not in content


def test_the_documentation_names_the_places() -> None:
    page = Path(ROOT / "docs" / "formats.md").read_text("utf-8")
    assert all(f"`{place}`" in page for place in (UNSUBSCRIBE, PREFERENCES, READER))

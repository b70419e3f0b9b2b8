"""Pages in a browser: for everybody, at every size, in every light, with nothing fetched and nothing run."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin

import pytest
from lxml import html

from tests.proof.browse import DEEP
from tests.proof.exhibit import Exhibit
from tests.proof.pages import Page, is_page
from tests.proof.tools import need, nothing, run
from tests.proof.tour import Seen

BUDGET = 50_000  # bytes of HTML and CSS of a home page, or of an issue of twenty stories


def only(seen: Sequence[Seen], *questions: str, mail: bool | None = None) -> list[Seen]:
    """The looks at which these were asked; there must be some, or a test would say nothing."""
    found = [one for one in seen if all(q in one.result for q in questions) and mail in (None, one.mail)]
    assert found
    return found


def test_every_page_opens(seen: list[Seen]) -> None:
    nothing([f"{one}: {one.result['failed']}" for one in seen if "failed" in one.result])


@pytest.mark.parametrize("mail", [False, True], ids=["pages", "e-mail"])
def test_no_page_shuts_anybody_out(seen: list[Seen], mail: bool) -> None:
    """WCAG 2.2 AA and best practice, target size with them: light, dark, narrow, zoomed, in forced colours."""
    found = [
        f"{one}: {wrong['rule']} x{wrong['count']}: {wrong['first']} {wrong['why']}"
        for one in only(seen, "violations", mail=mail)
        for wrong in one.result["violations"]
    ]
    nothing(found)


def test_no_page_scrolls_sideways(seen: list[Seen]) -> None:
    """At no size, 320 pixels with them; right-to-left and CJK pages too (W17)."""
    wide = [(str(one), one.result["width"]) for one in only(seen, "width")]
    nothing([(name, width) for name, width in wide if width[0] > width[1]])


def test_wider_spacing_loses_nothing(seen: list[Seen]) -> None:
    """WCAG 1.4.12, at 320 pixels."""
    nothing([(str(one), one.result["spacing"]) for one in only(seen, "spacing") if one.result["spacing"]])


def test_one_sees_where_one_stands(seen: list[Seen]) -> None:
    """Whoever walks with the Tab key sees each link that has the focus (WCAG 2.4.7, 2.4.11)."""
    nothing([(str(one), one.result["focus"]) for one in only(seen, "focus") if one.result["focus"]])


def test_charts_have_no_small_print(seen: list[Seen]) -> None:
    """W16: twelve pixels at least."""
    nothing([(str(one), one.result["small"]) for one in only(seen, "small") if one.result["small"]])


def test_a_page_needs_no_scripts(seen: list[Seen]) -> None:
    """The same words with JavaScript switched off (W4)."""
    without = {one.page: words(one.result["text"]) for one in only(seen, "text") if one.purpose == "without scripts"}
    with_them = {one.page: words(one.result["text"]) for one in only(seen, "text") if one.purpose == "light"}
    nothing([page for page, text in with_them.items() if without[page] != text])


def test_a_page_reads_the_same_from_a_file(seen: list[Seen]) -> None:
    """W18: no link to a style sheet relies on a server or on the root of one."""
    served = {one.page: words(one.result["text"]) for one in only(seen, "text") if one.purpose == "light"}
    on_disk = {one.page: words(one.result["text"]) for one in only(seen, "text") if one.purpose == "from a file"}
    nothing([page for page, text in on_disk.items() if served[page] != text])


def test_nothing_is_fetched_but_the_page_its_style_and_its_icon(exhibit: Exhibit, seen: list[Seen]) -> None:
    """No third party, no cookie banner, no font, no picture of others (W5). Of an e-mail, nothing at all."""
    pages = {page.name: page for page in exhibit.pages}
    found = [
        f"{one}: {request}"
        for one in only(seen, "requests")
        if not one.purpose.startswith(("danger", "trap"))
        for request in one.result["requests"]
        if not _may_be_fetched(request, one, pages[one.page])
    ]
    nothing(found)


def _may_be_fetched(request: str, one: Seen, page: Page) -> bool:
    """`/favicon.ico` is what a browser asks of the root by itself where nothing says better, as in an e-mail."""
    own = {one.result["url"], *(() if one.mail else _resources(page, one.result["url"]))}
    return request in own or (one.mail and request.endswith("/favicon.ico"))


def _resources(page: Page, url: str) -> Iterator[str]:
    """The addresses of its style sheets and icons, as long as they are the edition's own."""
    links = html.document_fromstring(page.file.read_bytes()).xpath("//link[@rel='stylesheet' or @rel='icon']/@href")
    home = url.removesuffix(page.path)
    for link in links:
        target = urljoin(url, link)
        if target.startswith(home):
            yield target


def test_the_console_stays_empty(seen: list[Seen]) -> None:
    """No error, no warning, nothing that the Content-Security-Policy had to stop."""
    found = [
        f"{one}: {line}"
        for one in only(seen, "console")
        if one.purpose != "no pictures" and not one.purpose.startswith(("danger", "trap"))
        for line in one.result["console"]
        if not (one.mail and "404" in line)  # the icon that a browser asks the server of an e-mail for
    ]
    nothing(found)


def test_home_and_a_large_issue_stay_light(exhibit: Exhibit) -> None:
    """HTML and CSS together (W7)."""
    heavy = {
        page.name: weight
        for name in ("sample", "twenty", "replay")
        for page in exhibit.editions.get(name, ())
        if is_page(page) and page.path.endswith("index.html") and page.path.count("/") < 2
        if (weight := _weight(page)) > BUDGET
    }
    nothing(heavy.items())


def _weight(page: Page) -> int:
    styles = html.document_fromstring(page.file.read_bytes()).xpath("//link[@rel='stylesheet']/@href")
    return page.file.stat().st_size + sum((page.file.parent / style).stat().st_size for style in styles)


def test_a_printed_issue_has_every_headline_and_every_address(exhibit: Exhibit, seen: list[Seen]) -> None:
    """W14: on paper a link is no use without its address, and what is folded up cannot be unfolded."""
    need("pdftotext")
    pages = {page.name: page for page in exhibit.pages}
    lost: list[str] = []
    for one in only(seen, "print"):
        page = pages[one.page]
        paper = squeezed(run(["pdftotext", "-layout", one.result["print"], "-"]))
        lost += [f"{page.name}: {text}" for text in _must_print(page) if squeezed(text) not in paper]
    nothing(lost)


def _must_print(page: Page) -> Iterator[str]:
    """The headlines on a page, and the addresses that its links to articles lead to, without the way to the sentence."""
    document = html.document_fromstring(page.file.read_bytes())
    for heading in document.xpath("//h1|//h2[not(ancestor::nav)]|//h3[not(ancestor::nav)]"):
        yield heading.text_content()
    for link in document.xpath("//main//li//a/@href"):
        if link.startswith("http"):
            yield link.split("#")[0]


def squeezed(text: str) -> str:
    """Without spaces, soft hyphens and ligatures: lines break elsewhere on paper."""
    return re.sub(r"[\s\u00ad\u200b\u2028\u2029\u2066-\u2069\u200e\u200f]+", "", unicodedata.normalize("NFKC", text))


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_site_was_served_below_a_sub_path(seen: list[Seen]) -> None:
    """So that what is proven here holds there (W18)."""
    assert all(f"/{DEEP}/" in one.result["url"] for one in only(seen, "text") if one.purpose == "light")

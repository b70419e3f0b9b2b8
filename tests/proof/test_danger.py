"""What hostile feeds say is shown and never obeyed: in our pages, and in what other programs make of our formats."""

import json

from lxml import html

from digest.text.normalize import one_line
from tests.proof.exhibit import Exhibit
from tests.proof.pages import FEEDS, Page, is_page
from tests.proof.payloads import PAYLOADS, TITLES, TOTAL
from tests.proof.readers import as_pages
from tests.proof.test_looks import only, squeezed
from tests.proof.tools import nothing
from tests.proof.tour import Seen

UTF8 = html.HTMLParser(encoding="utf-8")


def dangers(seen: list[Seen]) -> list[Seen]:
    return [one for one in only(seen, "marked") if one.purpose != "trap"]


def test_there_are_three_hundred_payloads() -> None:
    assert len(set(PAYLOADS)) == TOTAL == 300


def test_every_payload_is_on_a_page(exhibit: Exhibit) -> None:
    """As the headline of an article: otherwise nothing would be proven by opening the pages."""
    (issue,) = (exhibit.folder / "attack").glob("*/issue.json")
    cited = {article["title"] for article in json.loads(issue.read_text("utf-8"))["articles"]}
    wanted = {one_line(payload) for payload in PAYLOADS}
    assert len(cited) > 0.9 * len(wanted)
    nothing(sorted(title for title in cited if title not in wanted and "…" not in title))


def test_no_script_runs(seen: list[Seen]) -> None:
    """Without the policy that would stop it, and in no dialogue either (S3)."""
    nothing(str(one) for one in dangers(seen) if one.result["marked"] or one.result["dialogs"])


def test_no_script_lies_in_wait(seen: list[Seen]) -> None:
    """For a press, a touch or a key."""
    nothing(f"{one}: {live}" for one in dangers(seen) for live in one.result["live"])


def test_no_request_leaves(exhibit: Exhibit, seen: list[Seen]) -> None:
    """Opening a page asks for that page, its style and its icon alone, in whichever program."""
    pages = {page.name: page for page in exhibit.pages}
    found = [
        f"{one}: {request}"
        for one in dangers(seen)
        for request in one.result["requests"]
        if request not in (one.result["url"], *_own_files(pages[one.page]))
    ]
    nothing(found)


def _own_files(page: Page) -> list[str]:
    """The addresses of what a page of a site is made with."""
    if not is_page(page):
        return []
    links = html.document_fromstring(page.file.read_bytes()).xpath(
        "/html/head/link[@rel='stylesheet' or @rel='icon']/@href"
    )
    files = [(page.file.parent / link).resolve() for link in links if not link.startswith("data:")]
    edition = page.file.resolve().parents[page.path.count("/")]
    return [file.as_uri() for file in files if file.is_relative_to(edition)]


def test_the_browser_would_have_seen_it(seen: list[Seen]) -> None:
    """The same tab sees a script run and a request leave where they do: the look at the trap that everybody takes."""
    (trap,) = [one for one in seen if one.purpose == "trap"]
    assert trap.result["marked"]
    assert trap.result["live"]
    assert len(trap.result["requests"]) > 1


def test_a_strange_headline_is_shown_as_words(exhibit: Exhibit) -> None:
    """Each of them, in the page of its issue and in Markdown; templates in them stay what they are (S4)."""
    plain = [squeezed(one_line(title)) for title in TITLES if len(title) < 200]
    (issue,) = (exhibit.folder / "hostile").glob("*/issue.json")
    for page in exhibit.editions["hostile"]:
        source = (
            page.text() if is_page(page) else next(as_pages(page), "") if page.media_type == "text/markdown" else ""
        )
        if source and page.file.parent == issue.parent:
            text = squeezed(html.document_fromstring(source.encode(), parser=UTF8).text_content())
            nothing(f"{page.name}: {title}" for title in plain if title not in text)
        if not page.media_type.startswith("image/"):
            assert "\x00" not in page.file.read_bytes().decode(), page.name
            assert "49 and" not in page.file.read_bytes().decode(), page.name


def test_feeds_and_markdown_were_opened_too(exhibit: Exhibit, seen: list[Seen]) -> None:
    """As another program shows them, not only our own pages."""
    opened = {one.kind for one in dangers(seen)}
    shown_elsewhere = {page.kind for page in exhibit.editions["attack"] if any(as_pages(page))}
    assert shown_elsewhere <= opened
    assert any(page.media_type in FEEDS for page in exhibit.editions["attack"])

"""Feeds by the book, and as a reader's program reads them: RSS, Atom, JSON Feed, whichever a format makes."""

import json
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urldefrag

import feedparser
import pytest
from lxml import html

from digest.render.items import MOST
from digest.text.normalize import one_line
from tests.feedrules import LIMIT, check
from tests.proof.exhibit import HOME, NOW, Exhibit
from tests.proof.pages import FEEDS, Page, formats
from tests.proof.readers import as_pages
from tests.proof.tools import need, nothing, run

XML, JSON = FEEDS[:2], FEEDS[2]


def feeds(exhibit: Exhibit, *media_types: str) -> Sequence[Page]:
    found = [page for page in exhibit.pages if page.media_type in media_types]
    if not found:
        pytest.skip(f"no format makes {' or '.join(media_types)}")
    return found


def home(page: Page) -> str:
    return f"{HOME}/{page.edition}/"


def test_feeds_of_every_kind_that_a_format_makes_are_looked_at(exhibit: Exhibit) -> None:
    """Each edition has each of them, an empty one and a hostile one with them."""
    kinds = {page.kind for page in exhibit.pages if page.media_type in FEEDS and "{" not in page.kind}
    assert kinds or "feeds" not in formats()
    for name, pages in exhibit.editions.items():
        assert kinds <= {page.kind for page in pages}, name


def test_feeds_keep_to_their_specifications(exhibit: Exhibit) -> None:
    """O1, O3 to O5: RSS, Atom and JSON Feed, none larger than JSON Feed calls fine (O8)."""
    now = datetime.fromisoformat(NOW)
    nothing(
        f"{page.name}: {fault}"
        for page in feeds(exhibit, *FEEDS)
        for fault in check(page.media_type, page.file.read_bytes(), now, home(page) + page.path)
    )


def test_xmllint_reads_every_feed(exhibit: Exhibit) -> None:
    need("xmllint")
    run(["xmllint", "--noout", "--nonet", *(str(page.file) for page in feeds(exhibit, *XML))])


def test_a_reader_reads_every_feed(exhibit: Exhibit) -> None:
    """feedparser has nothing to mend (bozo), and every item has an id, a link, a title, a date and its words."""
    for page in feeds(exhibit, *XML):
        read = _read(page)
        assert read.bozo == 0, (page.name, read.get("bozo_exception"))
        assert read.feed.title, page.name
        for entry in read.entries:
            assert entry.id, page.name
            assert entry.link.startswith(home(page)) or entry.link.startswith("https://"), page.name
            assert entry.title == one_line(entry.title) != "", page.name
            assert entry.get("published_parsed") or entry.get("updated_parsed"), page.name
            assert entry.get("content") or entry.get("summary"), page.name


def test_a_headline_comes_back_as_it_was(exhibit: Exhibit) -> None:
    """O6: unescaped once, `AT&T <b> 5 < 6` with it. An item is a story, or an issue that bears a headline or its own name."""
    strange: list[str] = []
    for page in feeds(exhibit, *FEEDS):
        issues = [json.loads(file.read_text("utf-8")) for file in (exhibit.folder / page.edition).glob("*/issue.json")]
        known = {one_line(brief["story"]["title"]) for issue in issues for brief in issue["briefs"]}
        own = one_line(issues[0]["title"])
        strange += [
            f"{page.name}: {title}"[:300]
            for title in map(one_line, _titles(page))
            if title not in known and own not in title
        ]
    nothing(strange)


def test_every_headline_of_the_newest_issue_is_in_a_feed(exhibit: Exhibit) -> None:
    """As a title or in its words; of a feed that is full the last ones may be missing."""
    for page in feeds(exhibit, *FEEDS):
        newest = max((exhibit.folder / page.edition).glob("*/issue.json"))
        titles = [one_line(brief["story"]["title"]) for brief in json.loads(newest.read_text("utf-8"))["briefs"]]
        document = html.document_fromstring(f"<div>{' '.join(as_pages(page)) or 'nothing'}</div>")
        said = " ".join([*_titles(page), document.text_content()]).split()
        lost = [title for title in titles if " ".join(title.split()) not in " ".join(said)]
        if "/" in page.path:  # one below a folder may be that of a section
            continue
        is_full = len(_titles(page)) == MOST or page.file.stat().st_size > LIMIT // 2
        nothing(f"{page.name}: {title}" for title in lost if not is_full)
        assert len(lost) < len(titles) or not titles, page.name


def _titles(page: Page) -> list[str]:
    """The titles of its items as text."""
    if page.media_type == JSON:
        return [item.get("title", "") for item in json.loads(page.text())["items"]]
    found: list[str] = []
    for entry in _read(page).entries:
        as_html = page.media_type == XML[1] and entry.title_detail.type != "text/plain"
        found.append(html.document_fromstring(f"<p>{entry.title}</p>").text_content() if as_html else entry.title)
    return found


def _read(page: Page) -> feedparser.FeedParserDict:
    """As a program reads it that cleans and completes nothing."""
    return feedparser.parse(page.file.read_bytes(), sanitize_html=False, resolve_relative_uris=False)


def test_items_lead_to_pages_that_are_there(exhibit: Exhibit) -> None:
    """Each link into the edition, of an item and in its words."""
    lost: list[str] = []
    for page in feeds(exhibit, *FEEDS):
        edition = exhibit.folder / page.edition
        links = [
            link
            for source in as_pages(page)
            for link in html.document_fromstring(f"<div>{source}</div>").xpath("//a/@href")
        ]
        for link in [*links, *_item_links(page)]:
            path = urldefrag(link).url.removeprefix(home(page))
            file = edition / path / "index.html" if path.endswith("/") or not path else edition / path
            if link.startswith(home(page)) and not file.is_file():
                lost.append(f"{page.name}: {link}")
    nothing(lost)


def _item_links(page: Page) -> list[str]:
    if page.media_type == JSON:
        return [item["url"] for item in json.loads(page.text())["items"] if "url" in item]
    return [entry.link for entry in _read(page).entries]

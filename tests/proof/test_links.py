"""A site hangs together: every link leads somewhere, every page can be found, by people and by machines."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from lxml import etree, html
from protego import Protego

from tests.proof.exhibit import HOME, Exhibit
from tests.proof.pages import HTML, Page, is_page
from tests.proof.tools import need, nothing, run

SITEMAP = Path(__file__).parent / "sitemap.xsd"
WORLD = "https://"
NOT_FOUND = "404.html"
# All that may come of a page's head and is no page to be found by itself.
NO_INDEX = "//meta[@name='robots' and contains(@content, 'noindex')]|//meta[@http-equiv='refresh']"


@cache
def parsed(file: Path) -> html.HtmlElement:
    return html.document_fromstring(file.read_bytes(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True))


def sites(exhibit: Exhibit) -> dict[str, list[Page]]:
    return {name: [page for page in pages if is_page(page)] for name, pages in exhibit.editions.items()}


def target(page: Page, link: str) -> tuple[str, str] | None:
    """The path in the edition's folder, and the place on the page, that a link leads to; None if it leads elsewhere."""
    home = f"{HOME}/{page.edition}/"
    url, place = urldefrag(urljoin(home + page.path, link))
    return (unquote(url.removeprefix(home)), unquote(place)) if url.startswith(home) else None


def links(page: Page) -> Iterator[tuple[str, tuple[str, str]]]:
    """Every link of a page that stays in the edition, with where it leads."""
    for link in parsed(page.file).xpath("//a/@href|//link[not(@rel='canonical')]/@href|//area/@href"):
        if found := target(page, link):
            yield link, found


def test_every_link_within_a_site_leads_somewhere(exhibit: Exhibit) -> None:
    """To a file that is there, and to a place on it that is there (W12)."""
    broken = [
        f"{page.name}: {link}"
        for page in exhibit.pages
        if page.media_type == HTML
        for link, (path, place) in links(page)
        if not _is_there(exhibit.folder / page.edition, path, place)
    ]
    nothing(broken)


def _is_there(edition: Path, path: str, place: str) -> bool:
    """A folder is answered with its index."""
    file = edition / path
    file = file / "index.html" if file.is_dir() else file
    if not file.is_file():
        return False
    return not place or file.suffix != ".html" or bool(parsed(file).xpath("//*[@id=$id]", id=place))


def test_links_of_a_page_work_from_any_place(exhibit: Exhibit) -> None:
    """None relies on the root of a server or on an address of the edition (W18); only a 404 page may, it is shown anywhere."""
    bound = [
        f"{page.name}: {link}"
        for pages in sites(exhibit).values()
        for page in pages
        if page.path != NOT_FOUND
        for link, _ in links(page)
        if link.startswith(("/", WORLD))
    ]
    nothing(bound)


def test_every_page_can_be_reached_from_the_first(exhibit: Exhibit) -> None:
    """From the home page by links alone (W12)."""
    for name, pages in sites(exhibit).items():
        by_path = {page.path: page for page in pages}
        assert "index.html" in by_path, f"{name} has no home page"
        reached, ahead = {"index.html"}, ["index.html"]
        while ahead:
            found = {path or "index.html" for _, (path, _) in links(by_path[ahead.pop()])}
            found = {f"{path}index.html" if path.endswith("/") else path for path in found}
            new = (found & by_path.keys()) - reached
            reached |= new
            ahead.extend(new)
        orphans = by_path.keys() - reached - {NOT_FOUND}
        nothing(f"{name}/{path}" for path in sorted(orphans) if not parsed(by_path[path].file).xpath(NO_INDEX))


@pytest.mark.parametrize(
    "what",
    [
        pytest.param("//head/title", id="title"),
        pytest.param("//meta[@name='description']/@content", id="description"),
    ],
)
def test_no_two_pages_call_themselves_the_same(exhibit: Exhibit, what: str) -> None:
    """W8, in each edition. What leads elsewhere at once is no page."""
    same: list[str] = []
    for pages in sites(exhibit).values():
        names: dict[str, str] = {}
        for page in pages:
            if not parsed(page.file).xpath(NO_INDEX) and page.path != NOT_FOUND:
                (found,) = parsed(page.file).xpath(what)
                name = found if isinstance(found, str) else found.text_content()
                if name in names:
                    same.append(f"{page.name} and {names[name]}: {name}")
                assert name.strip(), page.name
                names[name] = page.path
    nothing(same)


def test_the_head_of_a_page_says_what_it_is(exhibit: Exhibit) -> None:
    """W8: language, viewport, colours, canonical address, what to show when it is shared, and its feeds (O11)."""
    wanted = (
        "/html/@lang", "//meta[@name='viewport']", "//meta[@name='color-scheme']", "//link[@rel='icon']",
        "//link[@rel='canonical']", "//link[@rel='alternate' and @title]",
        "//meta[@property='og:title']", "//meta[@property='og:type']", "//meta[@property='og:url']",
    )  # fmt: skip
    lacking = {
        f"{page.kind}: {path}"
        for pages in sites(exhibit).values()
        for page in pages
        if not parsed(page.file).xpath(NO_INDEX) and page.path != NOT_FOUND
        for path in wanted
        if not parsed(page.file).xpath(path)
    }
    nothing(sorted(lacking))


def test_the_canonical_address_is_the_page_s_own(exhibit: Exhibit) -> None:
    """C6: never that of a source."""
    for pages in sites(exhibit).values():
        for page in pages:
            for link in parsed(page.file).xpath("//link[@rel='canonical']/@href|//meta[@property='og:url']/@content"):
                home = f"{HOME}/{page.edition}/"
                own = {home + page.path, home + page.path.removesuffix("index.html")}
                assert link in own or parsed(page.file).xpath(NO_INDEX), (page.name, link)


def test_what_machines_read_about_a_page_is_json(exhibit: Exhibit) -> None:
    """JSON-LD, where a page has any (W9): places count from one, and no story is said to be ours."""
    for pages in sites(exhibit).values():
        for page in pages:
            for script in parsed(page.file).xpath("//script"):
                assert script.get("type") == "application/ld+json", page.name
                data = json.loads(script.text)
                assert data["@context"] == "https://schema.org", page.name
                for one in _objects(data):
                    assert one.get("@type") != "NewsArticle" or not one.get("publisher"), page.name
                    if items := one.get("itemListElement"):
                        assert [item["position"] for item in items] == list(range(1, len(items) + 1)), page.name


def _objects(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _objects(one)


def files(exhibit: Exhibit, name: str) -> Sequence[Page]:
    found = [page for page in exhibit.pages if page.path == name]
    if not found:
        pytest.skip(f"no format makes {name}")
    return found


def test_the_sitemap_names_every_page_and_nothing_else(exhibit: Exhibit) -> None:
    """W10: by the protocol of sitemaps.org, and every address in it is that of a page."""
    schema = etree.XMLSchema(etree.parse(SITEMAP))
    for sitemap in files(exhibit, "sitemap.xml"):
        tree = etree.parse(sitemap.file)
        schema.assertValid(tree)
        home = f"{HOME}/{sitemap.edition}/"
        listed = [element.text.removeprefix(home) for element in tree.iter("{*}loc")]
        wanted = {
            page.path
            for page in sites(exhibit)[sitemap.edition]
            if page.path != NOT_FOUND and not parsed(page.file).xpath(NO_INDEX)
        }
        assert len(set(listed)) == len(listed)
        assert {f"{path}index.html" if path == "" or path.endswith("/") else path for path in listed} == wanted, (
            sitemap.name
        )
        for moment in tree.iter("{*}lastmod"):
            datetime.fromisoformat(moment.text)


def test_the_sitemap_is_well_formed(exhibit: Exhibit) -> None:
    need("xmllint")
    run(["xmllint", "--noout", "--nonet", *(str(page.file) for page in files(exhibit, "sitemap.xml"))])


def test_robots_may_read_every_page_and_learn_where_the_sitemap_is(exhibit: Exhibit) -> None:
    for robots in files(exhibit, "robots.txt"):
        rules = Protego.parse(robots.text())
        home = f"{HOME}/{robots.edition}/"
        assert all(rules.can_fetch(home + page.path, "anybot") for page in sites(exhibit)[robots.edition])
        assert list(rules.sitemaps) == [f"{home}sitemap.xml"]


def test_the_page_for_what_is_not_there_leads_home_from_anywhere(exhibit: Exhibit) -> None:
    """A server shows it at any depth, where a relative link would lead nowhere."""
    for page in files(exhibit, NOT_FOUND):
        found = [link for link in parsed(page.file).xpath("//a/@href") if not link.startswith("#")]
        assert found, page.name
        assert all(urlsplit(link).scheme == "https" or link.startswith("/") for link in found), page.name
        assert parsed(page.file).xpath("//link[@rel='stylesheet' and not(starts-with(@href, 'http'))]") == []

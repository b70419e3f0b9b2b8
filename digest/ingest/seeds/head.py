"""The head of an HTML page in, what the page says of itself out. Nothing is guessed: what is not said is None."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from digest.ingest.credit import host_name
from digest.ingest.dates import moment
from digest.text.normalize import one_line, shorten
from digest.text.outlets import host_label
from digest.text.urls import web_address

_PUBLISHED = (
    "article:published_time", "og:published_time", "datepublished", "date.published", "parsely-pub-date",
    "sailthru.date", "dc.date.issued", "dc.date", "dcterms.created", "date", "pubdate", "publish-date",
    "publication_date",
)  # fmt: skip
_AUTHOR = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl")
# In JSON-LD the first date is the article's own; the scripts are often broken JSON, so that a pattern reads more.
_LINKED_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"')
_CATEGORIES = ("article:section", "og:section", "news_keywords", "keywords")
_LONGEST_NAME = 120  # characters of an author or a site


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a page says of itself; `published` is UTC, and midnight where `day_only`.

    `copied_from` is the host of its canonical address if that is not the page's own host (og:url). `categories` are
    its sections, then its keywords.
    """

    title: str
    site: str | None
    author: str | None
    published: datetime | None
    day_only: bool
    url: str | None
    copied_from: str | None = None
    categories: tuple[str, ...] = ()


def read_head(page: str) -> Head:
    """The head of `page`, a decoded HTML document."""
    tree = _tree(page)
    if tree is None:
        return Head(title="", site=None, author=None, published=None, day_only=False, url=None)
    metas = _metas(tree)
    written = next((found for name in _PUBLISHED if (found := moment(metas.get(name, "")))), None) or _linked(tree)
    return Head(
        title=metas.get("og:title") or _title(tree, metas.get("og:site_name", "")),
        site=shorten(metas.get("og:site_name", ""), _LONGEST_NAME) or None,
        author=_author(metas),
        published=written[0] if written else None,
        day_only=written[1] if written else False,
        url=_canonical(tree) or web_address(metas.get("og:url")),
        copied_from=_copied_from(_canonical(tree), web_address(metas.get("og:url"))),
        categories=tuple(name for key in _CATEGORIES for name in metas.get(key, "").split(",")),
    )


def _copied_from(canonical: str | None, own: str | None) -> str | None:
    """The host of a page's `canonical` address if its `own` is on that of somebody else."""
    there, here = host_name(canonical), host_name(own)
    if not there or not here or f".{there}".endswith(f".{here}") or f".{here}".endswith(f".{there}"):
        return None
    return None if host_label(there) == host_label(here) else there


def _tree(page: str) -> Any:
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(page.encode("utf-8", "replace"), parser=parser)
    except etree.LxmlError:  # there is no element in it
        return None


def _metas(tree: Any) -> dict[str, str]:
    """The first value of each meta element, by its name in lower case."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = one_line(element.get("content") or "")
        if name and content:
            found.setdefault(name.strip().lower(), content)
    return found


def _title(tree: Any, site: str) -> str:
    """The text of <title> without the site's name, if that is known to be its end."""
    element = next(tree.iter("title"), None)
    title = one_line("" if element is None else "".join(element.itertext()))
    for separator in (" | ", " - ", " – ", " — ", " :: ", " · "):
        if site and title.endswith(separator + site):
            return title.removesuffix(separator + site).strip()
    return title


def _author(metas: dict[str, str]) -> str | None:
    """The first author that is a name; some pages have an address there."""
    names = (metas.get(name, "") for name in _AUTHOR)
    return next((name for name in names if name and "://" not in name and len(name) <= _LONGEST_NAME), None)


def _linked(tree: Any) -> tuple[datetime, bool] | None:
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() == "application/ld+json":
            match = _LINKED_DATE.search(script.text or "")
            if match:
                return moment(match[1])
    return None


def _canonical(tree: Any) -> str | None:
    links = (link for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    return next((address for link in links if (address := web_address(link.get("href")))), None)

"""A web page in, the addresses of its feeds out (https://www.rssboard.org/rss-autodiscovery, WHATWG HTML 4.6.7.1)."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urldefrag, urljoin, urlsplit

from digest.ingest.web.tags import Tag, start_tags
from digest.text.normalize import one_line, shorten
from digest.text.urls import canonical, web_address

Kind = Literal["rss", "atom", "json", "feed"]
_KINDS: dict[str, Kind] = {
    "application/rss+xml": "rss",
    "application/x-rss+xml": "rss",
    "application/rdf+xml": "rss",
    "text/rss+xml": "rss",
    "application/atom+xml": "atom",
    "application/x-atom+xml": "atom",
    "application/feed+json": "json",
    "application/xml": "feed",
    "text/xml": "feed",
    "": "feed",
}
_PATHS = ("feed", "rss.xml", "atom.xml", "index.xml", "feed.json")
_COMMENTS = ("comment", "kommentar", "comentario")
_MOST = 100  # feeds that one page may name
_LONGEST_TITLE = 300  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An address that may be a feed's: `title` is what the page calls it, `kind` what the page says it is.

    The kind "feed" is one that the page does not tell more of.
    """

    url: str
    title: str
    kind: Kind


def candidates(body: bytes, url: str) -> tuple[Candidate, ...]:
    """The feeds that the page `body` of `url` names, in its order, each once, http and https only; comments come last.

    Both <link> and <a> count, wherever they stand. A page may name another base for its addresses.
    """
    tags = start_tags(body, ("base", "link", "a"))
    bases = (web_address(tag.get("href"), url) for tag in tags if tag.name == "base")
    base = next((named for named in bases if named), url)
    found: dict[str, Candidate] = {}
    for tag in tags:
        candidate = _candidate(tag, base) if tag.name != "base" and len(found) < _MOST else None
        if candidate:
            found.setdefault(canonical(candidate.url), candidate)
    return tuple(sorted(found.values(), key=_is_comments))


def guesses(url: str) -> tuple[str, ...]:
    """Where a feed of the page at `url` often is: beside the page and at the root of its server, beside it first."""
    beside = [urljoin(url, path) for path in _PATHS]
    return tuple(dict.fromkeys([*beside, *(urljoin(url, "/" + path) for path in _PATHS)]))


def _candidate(tag: Tag, base: str) -> Candidate | None:
    kind = _kind(tag)
    url = web_address(urldefrag(tag.get("href")).url, base) if kind else None
    if not kind or not url or "@" in urlsplit(url).netloc:
        return None
    return Candidate(url=url, title=shorten(one_line(tag.get("title")), _LONGEST_TITLE), kind=kind)


def _kind(tag: Tag) -> Kind | None:
    """What sort of feed a link leads to, by its rel and type; None if to none."""
    relations = tag.words("rel")
    media = tag.get("type").partition(";")[0].strip().lower()
    if "stylesheet" in relations or not {"alternate", "feed"} & set(relations):
        return None
    if media == "application/json":  # JSON Feed 1.0 had no type of its own, and most other JSON is none
        return "json" if "feed" in tag.get("href").lower() else None
    return _KINDS.get(media) if media or "feed" in relations else None


def _is_comments(candidate: Candidate) -> bool:
    text = f"{candidate.title} {urlsplit(candidate.url).path}".lower()
    return any(word in text for word in _COMMENTS)

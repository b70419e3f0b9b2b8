"""What a site lets be read of its pages: its machine-readable wishes in, a verdict for a page out.

A feed is there to be polled; its pages are not, and are only asked for where nothing speaks against it. The carriers:
robots.txt (RFC 9309) with its usage preferences (draft-ietf-aipref-attach, and `Content-Signal`), tdmrep.json, header
and meta element of TDMRep (https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/), ai.txt, `noai`.
None of them lifts what another one reserves.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from digest.ingest.web.tags import start_tags
from digest.model import Site
from digest.text.normalize import one_line, shorten

if TYPE_CHECKING:
    from protego import Protego

PRODUCT = "Digest"  # the name by which a robots.txt can address us
LARGEST = 500 * 1024  # bytes of a robots.txt that are read (RFC 9309 §2.5)
FRESH = timedelta(hours=24)  # for which wishes hold once they are read (RFC 9309 §2.4)
RETRY = timedelta(hours=1)  # the same, where robots.txt could not be read
RESERVED = timedelta(days=30)  # for which a page that was reserved speaks for its site
_TDM = "tdm-reservation"  # of TDMRep: the header, the meta element, the member of a rule
_PORTS = {"http": 80, "https": 443}
_CACHED = 32  # files that are kept parsed
_AGENT = re.compile(r"\s*user[- ]?agent\s*[:\s]\s*(.*)", re.IGNORECASE)
_USAGE = re.compile(r"\s*content-(?:usage|signal)\s*:\s*(/\S*)?(.*)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:site-?maps?|host)\b", re.IGNORECASE)  # these stand anywhere and end no group
_LICENCE = re.compile(r"^[ \t]*license[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_PREFERENCE = re.compile(r"(?<![\w-])([\w-]{1,30})[ \t]{0,9}=[ \t]{0,9}[\"']?([\w-]{1,30})")
# Uses of which reading whole pages by a program is one, or may become one; `search`, which is links, is not.
_USES = frozenset("ai ai-input ai-output ai-train ai-use all bots genai tdm train train-ai train-genai".split())
_OF_ONE_AGENT = re.compile(r"\s*(?!unavailable_after|max-|digest\b|robots\b)[\w-]{1,60}\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """May a page be asked for? `why` is for people; `crawl_delay` the seconds that the site wants between requests."""

    allowed: bool
    why: str
    crawl_delay: float | None = None


def is_fresh(site: Site, now: datetime) -> bool:
    """Do its wishes hold as they were read? Not if that was in the future, by a clock that was wrong."""
    return site.read is not None and timedelta(0) <= now - site.read < (RETRY if site.unreadable else FRESH)


def page_verdict(site: Site, url: str, user_agent: str, now: datetime) -> Verdict:
    """May the page at `url`, which is on `site`, be asked for by `user_agent`, of which the product name counts?

    No is the answer until the site's wishes have been read, and after that once they are no longer fresh.
    """
    agent = user_agent.partition("/")[0]
    rules = _robots(site.robots or "", agent)
    against = _against(site, url, agent, now)
    return Verdict(allowed=against is None, why=against or "nothing speaks against it", crawl_delay=rules.delay(agent))


def may_ask(robots: str | None, url: str) -> bool:
    """Does robots.txt let us ask for an address? One that is not there allows everything (RFC 9309 §2.3.1.3)."""
    return _robots(robots or "", PRODUCT).access.can_fetch(url, PRODUCT)


def origin_of(url: str) -> str:
    """Scheme, host and port of a web address, as `Site.origin` has them; ValueError if it is none."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in _PORTS or not host:
        raise ValueError("is no http:// or https:// address")
    host = host if host.isascii() else host.encode("idna").decode("ascii")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{parts.port}" if parts.port not in (None, _PORTS[parts.scheme]) else "")


def known_origin(url: str) -> str | None:
    """As `origin_of`; None if it is no web address."""
    try:
        return origin_of(url)
    except ValueError:
        return None


def licences(site: Site) -> tuple[str, ...]:
    """The addresses of the licences that robots.txt names for its site's texts (RSL 1.0, `License:`)."""
    return tuple(dict.fromkeys(match[1] for match in _LICENCE.finditer(site.robots or "")))


def mining_reserved_by(site: Site, url: str, now: datetime) -> str | None:
    """What is known to reserve text and data mining of a page of `site`, however long ago tdmrep.json was read.

    Only TDMRep does. Wishes about AI say nothing of quotes, and are no such reservation.
    """
    if site.tdmrep and _tdm_reserves(site.tdmrep, url):
        return "tdmrep.json"
    lately = site.reserved_at is not None and now - site.reserved_at < RESERVED
    return site.reserved.removeprefix("its ") if lately and site.reserved and _TDM in site.reserved else None


def reserved_by(headers: tuple[tuple[str, str], ...], body: bytes) -> str | None:
    """What in a page, or in the headers that came with it, reserves it, TDMRep first; headers are in lower case."""
    found = [*_in_headers(headers), *_in_page(body)]
    return next((one for one in found if _TDM in one), found[0] if found else None)


def _in_headers(headers: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for name, value in headers:
        reserves = (
            (name == _TDM and value.strip() == "1")
            or (name == "x-robots-tag" and _says_noai(value))
            or (name in ("content-usage", "content-signal") and _reserves(value))
        )
        if reserves:
            yield f"its header {name}: {shorten(one_line(value), 60)}"


def _in_page(body: bytes) -> Iterator[str]:
    for tag in start_tags(body, ("meta",)):
        name, content = tag.get("name").lower(), tag.get("content")
        if (name == _TDM and content == "1") or (name in ("robots", "digest") and _says_noai(content)):
            yield f"its <meta name={name}>"


def _against(site: Site, url: str, agent: str, now: datetime) -> str | None:
    """What speaks against asking for a page, if anything does; what speaks for the whole site comes first."""
    rules = _robots(site.robots or "", agent)
    ai = _robots(site.ai or "", agent)
    parts = urlsplit(url)
    typed = parts._replace(path=(parts.path or "/") + ".html", query="", fragment="").geturl()
    reserved_lately = site.reserved_at is not None and now - site.reserved_at < RESERVED
    speaks: tuple[tuple[Any, str], ...] = (
        (not is_fresh(site, now), "its robots.txt has not been read today"),
        (site.unreadable, f"its robots.txt could not be read ({site.unreadable}), which forbids all pages"),
        (not rules.access.can_fetch(url, agent), "robots.txt forbids it"),
        (not rules.usage.can_fetch(url, agent), "robots.txt reserves its use (Content-Usage)"),
        (site.tdmrep and _tdm_reserves(site.tdmrep, url), "tdmrep.json reserves it"),
        # ai.txt names types of files, and a page is HTML, whatever its address ends with.
        (not all(ai.access.can_fetch(one, agent) for one in (url, typed)), "ai.txt forbids it"),
        (reserved_lately and site.reserved, f"a page of the site is reserved by {site.reserved}"),
    )
    return next((why for holds, why in speaks if holds), None)


class _Rules(NamedTuple):
    """A robots.txt, read twice: for what may be asked for, and for what may be used."""

    access: "Protego"
    usage: "Protego"

    def delay(self, agent: str) -> float | None:
        return self.access.crawl_delay(agent)


@lru_cache(maxsize=_CACHED)
def _robots(text: str, agent: str) -> _Rules:
    """The rules that concern `agent`.

    Groups of others are thrown together: a file of ten thousand agents with ten thousand rules must not become a
    hundred million of them.
    """
    from protego import Protego

    access, usage = [], ["User-agent: *", "Disallow:"]  # preferences may stand before all groups, and are for all
    for line in text.splitlines():
        bare = line.partition("#")[0]
        if match := _AGENT.fullmatch(bare):
            named = match[1].strip().partition("/")[0]
            group = f"User-agent: {named if named in ('*', agent) or named.lower() == agent.lower() else 'another'}"
            access.append(group)
            usage.append(group)
        elif match := _USAGE.fullmatch(bare):
            # Preferences are matched to paths like permissions: the longest wins.
            rule = _preference(match[2])
            access.append("Disallow:")
            usage.append("Disallow:" if rule is None else f"{'Disallow' if rule else 'Allow'}: {match[1] or '/'}")
        elif bare.strip() and not _BETWEEN.match(bare):
            access.append(bare)
            usage.append("Disallow:")  # says nothing, and ends the names of a group as the line did
    return _Rules(access=Protego.parse("\n".join(access)), usage=Protego.parse("\n".join(usage)))


def _preference(value: str) -> bool | None:
    """Is a use that concerns us reserved? None if none is mentioned."""
    said = [answer.lower()[:1] == "n" for use, answer in _PREFERENCE.findall(value) if use.lower() in _USES]
    return any(said) if said else None


def _reserves(value: str) -> bool:
    return bool(_preference(value))


def _says_noai(value: str) -> bool:
    """Is `noai` among the directives, and for us? They may be for one agent: "otherbot: noai"."""
    return "noai" in re.split(r"[\s,:]+", value.lower()) and not _OF_ONE_AGENT.match(value)


@lru_cache(maxsize=_CACHED)
def _tdm_rules(text: str) -> tuple[tuple[str, bool], ...]:
    """Patterns of paths, and whether they are reserved; what is no rule is passed over, what is no list has none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    rules = [rule for rule in found if isinstance(rule, dict)] if isinstance(found, list) else []
    return tuple(
        (location, str(rule[_TDM]) == "1")
        for rule in rules
        if isinstance(location := rule.get("location"), str) and str(rule.get(_TDM)) in ("0", "1")
    )


def _tdm_reserves(text: str, url: str) -> bool:
    """Is the page reserved by the first rule that matches it?"""
    parts = urlsplit(url)
    path = unquote(parts.path or "/") + (f"?{unquote(parts.query)}" if parts.query else "")
    return next((reserved for location, reserved in _tdm_rules(text) if _matches(unquote(location), path)), False)


def _matches(pattern: str, path: str) -> bool:
    """Does a pattern of RFC 9309 §2.2.3 match the beginning of a path (all of it, if it ends with $)?"""
    whole = pattern.endswith("$")
    first, *rest = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for number, part in enumerate(rest):
        if whole and number == len(rest) - 1:
            return path.endswith(part) and len(path) - len(part) >= at
        at = path.find(part, at) + len(part)
        if at < len(part):
            return False
    return not whole or at == len(path)

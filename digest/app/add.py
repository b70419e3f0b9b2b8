"""Find the feeds of an address, and put feeds into `feeds.yaml`."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from digest.app.setup import read_config
from digest.config import Network
from digest.config.edit import Addition
from digest.errors import ConfigError, FeedError
from digest.ingest.decode import decode
from digest.ingest.feeds.parse import parse
from digest.ingest.sandbox import Caller, SandboxError
from digest.ingest.web.answer import Answer, NoAnswer
from digest.ingest.web.discover import candidates, guesses
from digest.ingest.web.pages import Getter
from digest.model import Feed
from digest.text.normalize import counted, one_line, shorten

TRIED = 10  # of the addresses that a page names
_LONGEST_NAME = 120  # characters
_HEAD = 20_000  # bytes of a feed in which it names its language
_LASTING = (301, 308)
_LANGUAGE = re.compile(
    r"""<(?:dc:)?language>\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\s*<|xml:lang=["']([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)["']"""
    r"""|"language"\s*:\s*"([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\""""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A feed: its address, and what it says of itself. `newest` is when its newest dated entry was published."""

    url: str
    title: str
    entries: int
    newest: datetime | None
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The feeds that an address led to, the likeliest first, and what was tried and is none."""

    found: tuple[Found, ...]
    problems: tuple[FeedError, ...]


def find(url: str, *, guess: bool, contact: str | None, network: Network, caller: Caller, now: datetime) -> Search:
    """What is at `url`: a feed, or a page that names some. With `guess`, the usual places are tried if it names none.

    Bytes are read by `caller`. FeedError if there is no feed at all. A person asks for this page, once: robots.txt,
    which is for crawlers, is not asked.
    """
    from digest.ingest.web.client import Client  # the network: only when there is something to ask

    async def run() -> Search:
        async with Client(
            contact=contact, allow=network.allow, gap=network.gap, at_once=network.at_once, now=now
        ) as client:
            return await search(client, url, guess=guess, caller=caller)

    return asyncio.run(run())


async def search(client: Getter, url: str, *, guess: bool, caller: Caller) -> Search:
    """As `find`, with a client that is open."""
    url = url if "://" in url else f"https://{url}"
    answer = await _answer(client, url)
    try:
        return Search(found=(await _read(answer, url, caller),), problems=())
    except FeedError as error:
        none = error
    named = [one.url for one in await asyncio.wrap_future(caller.submit(candidates, answer.body, answer.url))]
    problems: list[FeedError] = []
    # Guesses are requests for what nobody named: one at a time, until one is right.
    for addresses in (named[:TRIED], *([one] for one in (guesses(answer.url) if guess else ()))):
        tried = await asyncio.gather(*(_try(client, address, caller) for address in addresses))
        problems += [one for one in tried if isinstance(one, FeedError)]
        found = {one.url: one for one in tried if isinstance(one, Found)}
        if found:
            return Search(found=tuple(found.values()), problems=tuple(problems))
    hint = "name the feed's own address" if guess else "name the feed's own address, or try the usual ones with --guess"
    if problems:
        told = "; ".join(map(str, problems))
        raise FeedError(url, f"leads to no feed: {told}", hint)
    raise FeedError(url, f"{none.reason}, and names none", hint)


def describe(search: Search) -> Iterator[str]:
    """Lines for people: a feed each, and what is none."""
    for one in search.found:
        newest = f", the newest of {one.newest:%Y-%m-%d}" if one.newest else ""
        language = f", in {one.language}" if one.language else ""
        yield f"{one.url}: {one.title}, {counted(one.entries, 'entry')}{newest}{language}"
    for problem in search.problems:
        yield f"no feed: {problem}"


def addition(found: Found, language: str, outlet: str | None = None) -> Addition:
    """A feed as it is added to an edition in `language`; it is its `outlet`'s, or else its title names that."""
    return Addition(
        outlet=outlet or outlet_name(found.title, found.url),
        url=found.url,
        language=other_language(found.language, language),
    )


def outlet_name(title: str, url: str) -> str:
    """A title as `feeds.yaml` takes it for a name: a line of printable characters; else the host's name."""
    printable = "".join(char for char in one_line(title) if char.isprintable())
    return shorten(one_line(printable), _LONGEST_NAME) or (urlsplit(url).hostname or url).removeprefix("www.")


def other_language(tag: str | None, usual: str) -> str | None:
    """The language of `tag`, if it is another than that of the `usual` one, whatever their countries."""
    language = (tag or "").partition("-")[0].lower()
    known = re.fullmatch("[a-z]{2,3}", language) and language != usual.partition("-")[0]
    return language if known else None


def read_text(path: Path) -> str:
    """The text of `feeds.yaml` with the line breaks that it has."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise ConfigError(str(path), error.strerror or "cannot be read", "name the file with -c PATH") from None
    except UnicodeDecodeError as error:
        raise ConfigError(str(path), f"is not UTF-8 (byte {error.start})", "save it as UTF-8") from None


def save_text(path: Path, text: str) -> None:
    """Replace `feeds.yaml` by `text`, whole or not at all, once that is known to be a configuration."""
    target = path.resolve()  # a link stays one
    new = target.with_name(f".{target.name}.new")
    try:
        new.write_bytes(text.encode("utf-8"))
        shutil.copymode(target, new)
        read_config(new)
        new.replace(target)
    except OSError as error:
        raise ConfigError(str(path), f"cannot be written: {error.strerror}", "add the lines yourself") from None
    finally:
        new.unlink(missing_ok=True)


async def _answer(client: Getter, url: str) -> Answer:
    try:
        answer = await client.get(url)
    except NoAnswer as error:
        raise FeedError(url, str(error), "check the address") from None
    if answer.status != 200:
        raise FeedError(url, one_line(f"HTTP {answer.status} {answer.reason}"), "check the address")
    return answer


async def _try(client: Getter, url: str, caller: Caller) -> Found | FeedError:
    try:
        return await _read(await _answer(client, url), url, caller)
    except FeedError as error:
        return error


async def _read(answer: Answer, url: str, caller: Caller) -> Found:
    """An answer as a feed; FeedError if it is none."""
    address = _lasting(answer, url)
    feed = Feed(url=address, outlet="", language="")
    try:
        job = caller.submit(parse, answer.body, feed, answer.header("content-type") or "")
        parsed = await asyncio.wrap_future(job)
    except SandboxError as error:
        raise FeedError(url, error.reason, "open the address and see what it serves") from None
    return Found(
        url=address,
        title=outlet_name(parsed.about.title, address),
        entries=len(parsed.entries),
        newest=max((entry.published for entry in parsed.entries if entry.published), default=None),
        language=_language(answer.body),
    )


def _lasting(answer: Answer, url: str) -> str:
    """Where a feed is to be asked for: redirects count as far as they are permanent."""
    for hop in answer.hops:
        if hop.status not in _LASTING:
            break
        url = hop.url
    return url


def _language(body: bytes) -> str | None:
    match = _LANGUAGE.search(decode(body[:_HEAD]))
    return next(filter(None, match.groups())) if match else None

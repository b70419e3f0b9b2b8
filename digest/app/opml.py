"""Lists of feeds from other readers into `feeds.yaml`, and editions as such lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from digest.app.add import other_language, outlet_name, read_text
from digest.app.setup import the_edition
from digest.config import Config, Edition
from digest.config.edit import Addition, with_feeds
from digest.ingest.opml import LARGEST, OpmlError, Subscription, read_opml, write_opml
from digest.ingest.web.guard import Guard, Refused
from digest.text.normalize import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What comes of a list: `text` is that of `feeds.yaml` with its feeds, `lines` say what was done, for people."""

    text: str
    additions: tuple[Addition, ...]
    lines: tuple[str, ...]


def import_opml(path: Path, config: Config, edition: str | None) -> Import:
    """The feeds of the OPML file at `path` as additions to an edition, which may be left out if there is one only.

    Addresses that would never be asked, such as those of a private network, are left out and named. Nothing is written,
    and no feed is asked. OpmlError if the file is no list; ConfigError as of `with_feeds`.
    """
    chosen = the_edition(config, edition)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)  # a device may never end
    except OSError as error:
        raise OpmlError(str(path), error.strerror or "cannot be read", "name an OPML file") from None
    listed = read_opml(data, str(path))
    known = {feed.url for feed in chosen.feeds}
    guard = Guard(config.network.allow)
    fresh = [feed for feed in listed.feeds if feed.url not in known]
    refused = {feed.url: reason for feed in fresh if (reason := _refusal(feed, guard))}
    new = tuple(_addition(feed, chosen.language) for feed in fresh if feed.url not in refused)
    text = with_feeds(read_text(config.path), chosen.id, new, str(config.path))
    there = len(listed.feeds) - len(fresh)
    summary = f"{counted(len(new), 'feed')} for {chosen.id}" + (f", {there} already there" if there else "")
    left_out = (f"{path}: {url} is left out: {reason}" for url, reason in refused.items())
    return Import(text=text, additions=new, lines=(*listed.problems, *left_out, summary))


def export_opml(config: Config, editions: Sequence[Edition]) -> bytes:
    """The feeds of editions as OPML 2.0, with a folder for each edition if there are several."""
    feeds = [
        Subscription(
            outlet=feed.outlet,
            url=feed.url,
            language=feed.language,
            folders=(edition.title,) if len(editions) > 1 else (),
        )
        for edition in editions
        for feed in edition.feeds
    ]
    return write_opml(editions[0].title if len(editions) == 1 else config.path.stem, feeds)


def _refusal(feed: Subscription, guard: Guard) -> str | None:
    """Why a feed would never be asked, if it would not."""
    try:
        guard.check(feed.url)
    except Refused as refused:
        return refused.text
    return None


def _addition(feed: Subscription, language: str) -> Addition:
    return Addition(
        outlet=outlet_name(feed.outlet, feed.url), url=feed.url, language=other_language(feed.language, language)
    )

"""What the publishers of feeds allow: the licences they name, and whether Digest may read their pages."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from digest.app.asking import asking, remember
from digest.app.run import Run
from digest.ingest.web.pages import Sites, judged
from digest.ingest.web.rights import known_origin, licences, origin_of
from digest.model import Feed, FeedState


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """A feed's licence and those of its site, and the verdict on `page`, its newest entry's or else its own address."""

    feed: Feed
    licences: tuple[str, ...]
    page: str
    allowed: bool
    why: str

    @property
    def row(self) -> list[str]:
        verdict = "may be read" if self.allowed else f"not read: {self.why}"
        return [self.feed.outlet, self.feed.url, "; ".join(self.licences) or "none named", verdict]

    def as_json(self) -> dict[str, Any]:
        return {
            "outlet": self.feed.outlet,
            "url": self.feed.url,
            "licences": list(self.licences),
            "page": self.page,
            "pages_allowed": self.allowed,
            "why": self.why,
        }


def rights(run: Run, feeds: Sequence[Feed]) -> list[Rights]:
    """What is known of each feed; the wishes of their sites are asked for, unless they were read today."""
    states = run.store.feed_states([feed.url for feed in feeds])
    return asyncio.run(_rights(run, [(feed, states.get(feed.url, FeedState(url=feed.url))) for feed in feeds]))


async def _rights(run: Run, feeds: Sequence[tuple[Feed, FeedState]]) -> list[Rights]:
    newest = [run.store.newest_page(feed.url) for feed, _ in feeds]
    pages = [page if page and known_origin(page) else feed.url for page, (feed, _) in zip(newest, feeds, strict=True)]
    async with asking(run) as client:
        sites = Sites(client, run.store.sites({origin_of(page) for page in pages}), run.now)
        wishes = await asyncio.gather(*(sites.of(origin_of(page)) for page in pages))
        remember(run, client, sites.changed)
    found = []
    for (feed, state), page, site in zip(feeds, pages, wishes, strict=True):
        verdict = judged(site, page, run.now)
        named = [state.about.licence] if state.about.licence else []
        found.append(
            Rights(
                feed=feed,
                licences=(*named, *licences(site)),
                page=page,
                allowed=verdict.allowed,
                why=verdict.why,
            )
        )
    return found

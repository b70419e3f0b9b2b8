"""A client for web servers as a run wants it, and what is to be remembered of them after it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from digest.app.run import Run
from digest.model import Site

if TYPE_CHECKING:
    from digest.ingest.web.client import Client


@asynccontextmanager
async def asking(run: Run, room: Callable[[], Awaitable[object]] | None = None) -> "AsyncIterator[Client]":
    """An open client that leaves alone who asked for that in earlier runs; for `room` see there."""
    from digest.ingest.web.client import Client  # the network: only when there is something to ask

    network = run.config.network
    async with Client(
        contact=run.config.contact,
        allow=network.allow,
        gap=network.gap,
        at_once=network.at_once,
        held=run.store.held(run.now),
        now=run.now,
        room=room,
    ) as client:
        yield client


def remember(run: Run, client: "Client", changed: dict[str, Site]) -> None:
    """Store the `changed` sites, and who wants to be left alone until when, if there is anything new in it."""
    if not changed and client.holds == run.store.held(run.now):
        return
    known = {**run.store.sites(client.holds), **changed}
    held = {
        origin: replace(known.get(origin, Site(origin=origin)), held_until=until)
        for origin, until in client.holds.items()
    }
    run.store.save_sites({**changed, **held}.values())
    changed.clear()

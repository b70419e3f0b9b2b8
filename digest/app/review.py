"""An editor's word on a draft."""

from digest.app.service import Service
from digest.app.setup import open_store, the_edition
from digest.app.turns import remove_draft
from digest.config import Edition
from digest.errors import StoryError


def went_out(service: Service, edition: Edition, issue: str) -> bool:
    """Is the draft, which was approved, no draft any more?"""
    with open_store(service.config, service.store_url) as store:
        return store.slots.draft(edition.id, issue) is None


def decide(service: Service, wanted: str, issue: str, *, approved: bool) -> Edition:
    """Write it down. StoryError if there is no such draft, or if it was decided otherwise."""
    edition = the_edition(service.config, wanted)
    with open_store(service.config, service.store_url) as store:
        verdict = "approved" if approved else "rejected"
        known = store.slots.review(edition.id, issue)
        if known is None:
            waiting = ", ".join(f"{edition.id}/{one.issue}" for one in store.slots.held(edition.id))
            hint = f"those that wait: {waiting}" if waiting else "none waits; `digest schedule` shows them"
            raise StoryError(f"{edition.id}/{issue}", "is no draft", hint)
        done = store.slots.decide(edition.id, issue, "approved" if approved else "rejected", service.time.clock())
        if not done and known.verdict != verdict:
            raise StoryError(f"{edition.id}/{issue}", f"was {known.verdict} before", "the next issue can tell more")
    if not approved:
        remove_draft(service.out, edition)
    return edition

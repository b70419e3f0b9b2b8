"""The issues of an edition as the store has them, each thawed when somebody looks at it."""

from digest.errors import StoreError
from digest.render.frozen import thaw
from digest.render.gist import Gist
from digest.render.issues import Issues
from digest.store import Store


def library(store: Store, edition: str) -> Issues:
    """Oldest first. The gists of issues that have none, as earlier versions kept none, are worked out, and kept."""
    found: list[Gist] = []
    missing: dict[str, bytes] = {}
    for id, written in store.gists(edition).items():
        gist = Gist.read(written) if written else None
        if gist is None:
            gist = Gist.of(frozen(store, edition, id))
            missing[id] = gist.written()
        found.append(gist)
    if missing:
        store.save_gists(edition, missing)
    return Issues(found, lambda name: thaw(frozen(store, edition, name)))


def frozen(store: Store, edition: str, id: str) -> bytes:
    kept = store.issue(edition, id)
    if kept is None:
        raise StoreError("store", f"has no issue {id} of {edition} any more", "run the command again")
    return kept.frozen

"""The issues of an edition as the store has them, each thawed when somebody looks at it."""

from collections.abc import Iterable

from digest.errors import StoreError
from digest.model import Artifact
from digest.render.frozen import frozen_file, thaw
from digest.render.gist import Gist
from digest.render.issues import Issues
from digest.store import Store


def library(store: Store, edition: str) -> Issues:
    """Oldest first. The gists of issues that have none, as earlier versions kept none, are worked out, and kept.

    An issue that has a gist has been made here, or read with all care once: it is not held against its types again.
    """
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
    return Issues(found, lambda name: thaw(frozen(store, edition, name), known=True))


def frozen_files(store: Store, edition: str, ids: Iterable[str]) -> list[Artifact]:
    """The frozen issues among the artifacts, as the store has them."""
    return [frozen_file(id, frozen(store, edition, id)) for id in ids]


def frozen(store: Store, edition: str, id: str) -> bytes:
    kept = store.issue(edition, id)
    if kept is None:
        raise StoreError("store", f"has no issue {id} of {edition} any more", "run the command again")
    return kept.frozen

"""The tables as the newest migration leaves them; `tests/test_store.py` holds the two against each other."""

from sqlalchemy import Column, Integer, MetaData, Table, Text

METADATA = MetaData()


def _table(name: str, *columns: str) -> Table:
    """A table of text columns: `name*` is part of the primary key, `name#` a whole number."""
    return Table(
        name,
        METADATA,
        *(
            Column(column.rstrip("*#"), Integer if column.endswith("#") else Text, primary_key=column.endswith("*"))
            for column in columns
        ),
    )


FEEDS = _table(
    "feeds", "url*", "etag", "last_modified", "body_sha256", "tried", "ok", "failure", "failures#", "failing", "unread",
    "due", "why", "stopped", "address", "moved_to", "moved", "moves#", "title", "licence", "period#", "quiet_hours",
    "quiet_days",
)  # fmt: skip
SITES = _table(
    "sites", "origin*", "held_until", "read", "robots", "tdmrep", "ai", "unreadable", "reserved", "reserved_at"
)
TEXTS = _table("texts", "sha256*", "text")
ARTICLES = _table(
    "articles", "id*", "outlet", "title", "url", "published", "day_only#", "author", "language", "sha256", "sentences",
    "seen", "categories", "credit", "credit_how", "licence",
)  # fmt: skip
ENTRIES = _table(
    "entries", "feed*", "guid*", "sha256", "article", "seen", "changes#", "composed#", "outlet", "url", "title",
    "published", "author", "language", "categories", "image", "licence", "page", "html", "source",
)  # fmt: skip
ISSUES = _table("issues", "edition*", "id*", "number#", "at", "frozen", "manifest", "gist", "made")
SUBSCRIBERS = _table(
    "subscribers", "id*", "edition", "address", "key", "domain", "state", "created", "language", "topics", "confirmed",
    "ended", "consent", "asked#", "asked_at", "bounces#",
)  # fmt: skip
ASKS = _table("asks", "id*", "edition", "address", "key", "language", "topics", "consent", "at", "due", "answer")
SUPPRESSIONS = _table("suppressions", "key*", "edition*", "reason", "at")
MAILINGS = _table("mailings", "edition*", "issue*", "message", "opened", "deadline", "closed", "paused")
VERSIONS = _table("versions", "edition*", "issue*", "topics*", "message")
TALLIES = _table(
    "tallies", "edition*", "issue*", "recipients#", "pending#", "sending#", "sent#", "failed#", "skipped#",
    "uncertain#", "holder", "lease",
)  # fmt: skip
JOURNALS = _table("journals", "id*", "position#")
DELIVERIES = _table(
    "deliveries", "edition*", "issue*", "subscriber*", "key", "domain", "topics", "state", "at", "due", "attempts#",
    "code#", "reply",
)  # fmt: skip
SLOTS = _table(
    "slots", "edition*", "id*", "due", "state", "started", "finished", "issue", "note", "holder", "lease"
)  # fmt: skip
REVIEWS = _table(
    "reviews", "edition*", "issue*", "verdict", "asked", "until", "decided", "frozen", "manifest"
)  # fmt: skip
LIMITS = _table("limits", "name*", "stretch*", "count#")
HEALTH = _table("health", "stage*", "at", "note")

"""Labelled rows as articles, composed the way the pipeline composes them."""

from datetime import UTC, datetime
from typing import Any

from digest.ingest.article import compose
from digest.model import Article

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def article(row: dict[str, Any], *, id: str | None = None, outlet: str = "") -> Article:
    """An article from a row with `title` and `text` and, where it has them, `id outlet url published language`."""
    published = datetime.fromisoformat(row["published"]) if row.get("published") else None
    if published and published.tzinfo is None:
        published = published.replace(tzinfo=UTC)
    return compose(
        id=id or str(row["id"]),
        outlet=row.get("outlet") or outlet,
        title=row.get("title") or "",
        paragraphs=(row.get("text") or "").split("\n"),
        url=row.get("url"),
        published=published,
        day_only=bool(row.get("published")) and len(row["published"]) == 10,
        author=None,
        language=row.get("language") or "en",
        seen=published or _EPOCH,
    )

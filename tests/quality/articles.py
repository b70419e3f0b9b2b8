"""Labelled rows as articles, composed the way the pipeline composes them."""

from datetime import UTC, datetime
from typing import Any

from digest.ingest.article import compose
from digest.model import Article

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def article(row: dict[str, Any], *, id: str | None = None, outlet: str = "") -> Article:
    """An article from a row with `title` and `text` and, where it has them, `id outlet url published language`."""
    published = _moment(row.get("published"))
    return compose(
        id=id or str(row["id"]),
        outlet=row.get("outlet") or outlet,
        title=row.get("title") or "",
        paragraphs=(row.get("text") or "").split("\n"),
        url=row.get("url"),
        published=published,
        day_only=published is not None and len(row["published"]) == 10,
        author=None,
        language=row.get("language") or "en",
        seen=published or _EPOCH,
    )


def _moment(stamp: str | None) -> datetime | None:
    """A few rows have dates such as 8/29/18, which are none."""
    try:
        found = datetime.fromisoformat(stamp or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)

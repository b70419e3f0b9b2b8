"""Shared fixtures. The network is blocked but for loopback (pytest-socket, see pyproject.toml); warnings are errors."""

from datetime import UTC, datetime

import pytest

from digest.ingest.article import compose
from digest.model import Article

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


def make_article(
    id: str = "a", title: str = "Harbour opens", body: str = "The harbour opened.", **fields: object
) -> Article:
    """An article of one paragraph a line of `body`, with sensible fields for those not given."""
    given = {"outlet": "Courier", "url": None, "published": None, "day_only": False, "author": None, "language": "en"}
    return compose(id=id, title=title, paragraphs=body.split("\n"), **{**given, "seen": NOW, **fields})  # type: ignore[arg-type]

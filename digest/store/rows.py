"""Records in, database rows out, and back. Times are text of fixed width, so that they sort as times do."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from digest.model import About, Article, Credit, Entry, FeedState, Filed, Known, Site, Span

_STATE_TIMES = ("tried", "ok", "failing", "due", "moved")
_SITE_TIMES = ("held_until", "read", "reserved_at")
_ABOUT = tuple(field.name for field in fields(About))
_STATE = tuple(field.name for field in fields(FeedState) if field.name != "about")
_ENTRY = tuple(field.name for field in fields(Entry))

Row = Mapping[Any, Any]


def stamp(moment: datetime) -> str:
    """A time as the database keeps it."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(stamp: str | None) -> datetime | None:
    """A kept time, or None."""
    return datetime.fromisoformat(stamp) if stamp else None


def sure(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split()))


def state_of(row: Row) -> FeedState:
    about = {name: row[name] for name in _ABOUT}
    quiet = {name: _numbers(about[name]) for name in ("quiet_hours", "quiet_days")}
    times = {name: moment(row[name]) for name in _STATE_TIMES}
    return FeedState(**{**{name: row[name] for name in _STATE}, **times}, about=About(**{**about, **quiet}))


def state_row(state: FeedState) -> dict[str, Any]:
    row = {name: getattr(state, name) for name in _STATE} | {name: getattr(state.about, name) for name in _ABOUT}
    row |= {name: row[name] and stamp(row[name]) for name in _STATE_TIMES}
    return row | {name: " ".join(map(str, row[name])) for name in ("quiet_hours", "quiet_days")}


def site_of(row: Row) -> Site:
    return Site(**{**row, **{name: moment(row[name]) for name in _SITE_TIMES}})


def site_row(site: Site) -> dict[str, Any]:
    row = {field.name: getattr(site, field.name) for field in fields(site)}
    return row | {name: row[name] and stamp(row[name]) for name in _SITE_TIMES}


def known_of(row: Row) -> Known:
    return Known(
        guid=row["guid"],
        sha256=row["sha256"],
        article=row["article"],
        published=moment(row["published"]),
        seen=sure(row["seen"]),
        changes=row["changes"],
    )


def filed_of(row: Row) -> Filed:
    said = {name: row[name] for name in _ENTRY}
    said |= {"published": moment(row["published"]), "categories": tuple(json.loads(row["categories"]))}
    return Filed(
        entry=Entry(**said),
        article=row["article"],
        seen=sure(row["seen"]),
        changes=row["changes"],
        page=row["page"],
    )


def filed_row(filed: Filed) -> dict[str, Any]:
    """A row that is still to be composed."""
    entry = filed.entry
    row = {name: getattr(entry, name) for name in _ENTRY}
    return row | {
        "published": entry.published and stamp(entry.published),
        "categories": json.dumps(entry.categories, ensure_ascii=False),
        "sha256": entry.sha256,
        "article": filed.article,
        "seen": stamp(filed.seen),
        "changes": filed.changes,
        "composed": 0,
        "page": filed.page,
    }


def article_of(row: Row) -> Article:
    pairs = (pair.split("-") for pair in row["sentences"].split())
    return Article(
        id=row["id"],
        outlet=row["outlet"],
        title=row["title"],
        url=row["url"],
        published=moment(row["published"]),
        day_only=bool(row["day_only"]),
        author=row["author"],
        language=row["language"],
        text=row["text"],
        sentences=tuple(Span(int(start), int(end)) for start, end in pairs),
        seen=sure(row["seen"]),
        categories=tuple(json.loads(row["categories"])),
        credit=Credit(name=row["credit"], how=row["credit_how"]) if row["credit"] else None,
        licence=row["licence"],
    )


def article_row(article: Article, seen: str | None) -> dict[str, Any]:
    """`seen` is when a known article was first seen, which stays."""
    return {
        "id": article.id,
        "outlet": article.outlet,
        "title": article.title,
        "url": article.url,
        "published": article.published and stamp(article.published),
        "day_only": int(article.day_only),
        "author": article.author,
        "language": article.language,
        "sha256": article.sha256,
        "sentences": " ".join(f"{start}-{end}" for start, end in article.sentences),
        "seen": seen or stamp(article.seen),
        "categories": json.dumps(article.categories, ensure_ascii=False),
        "credit": article.credit and article.credit.name,
        "credit_how": article.credit and article.credit.how,
        "licence": article.licence,
    }

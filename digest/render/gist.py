"""The gist of an issue: what later issues, and lists of many issues, ask of it. It is kept beside the frozen issue,
which need not be thawed then: that takes twenty times as long.

A gist follows from its frozen issue alone. One of another schema is worked out again.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from digest.model import Brief, Citation, Issue, Left, Why
from digest.render.frozen import thaw
from digest.render.outline import Line, Outline, outline

SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class Gist:
    """`sha256` is that of the frozen issue."""

    sha256: str
    _issue: dict[str, Any]
    _outline: list[Any]

    @classmethod
    def of(cls, frozen: bytes, issue: Issue | None = None) -> "Gist":
        """`issue` is the frozen one, thawed, if it is at hand."""
        issue = issue or thaw(frozen)
        lines = [[line.language, line.topic, line.outlets, line.stances, line.spread] for line in outline(issue).lines]
        return cls(sha256=sha256(frozen).hexdigest(), _issue=_from_issue(issue), _outline=lines)

    @classmethod
    def read(cls, data: bytes) -> "Gist | None":
        """None if it is of another schema."""
        raw = json.loads(data)
        return (
            cls(sha256=raw["sha256"], _issue=raw["issue"], _outline=raw["outline"]) if raw["schema"] == SCHEMA else None
        )

    def written(self) -> bytes:
        data = {"schema": SCHEMA, "sha256": self.sha256, "issue": self._issue, "outline": self._outline}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()

    @cached_property
    def issue(self) -> Issue:
        """As in `in_short`."""
        return _to_issue(self._issue)

    @cached_property
    def outline(self) -> Outline:
        issue = self.issue
        return Outline(
            id=issue.id,
            number=issue.number,
            title=issue.title,
            language=issue.language,
            at=issue.at.astimezone(ZoneInfo(issue.timezone)),
            lines=tuple(
                _line(brief, number, rest)
                for number, (brief, rest) in enumerate(zip(issue.briefs, self._outline, strict=True), 1)
            ),
        )


def in_short(issue: Issue) -> Issue:
    """Which articles it told, and left out, in which stories, and what those are called: none of what it said."""
    return _to_issue(_from_issue(issue))


def _from_issue(issue: Issue) -> dict[str, Any]:
    return {
        "edition": issue.edition,
        "id": issue.id,
        "number": issue.number,
        "title": issue.title,
        "language": issue.language,
        "timezone": issue.timezone,
        "url": issue.url,
        "sender": issue.sender,
        "times": [moment.isoformat() for moment in (issue.at, *issue.window)],
        "articles": [[citation.id, citation.url] for citation in issue.articles],
        "briefs": [
            [one.story, one.title, one.articles, one.new, one.since, one.merged, one.why.names, one.why.terms]
            for one in issue.briefs
        ],
        "left": [[left.story, left.articles] for left in issue.left],
    }


def _to_issue(raw: dict[str, Any]) -> Issue:
    at, start, end = map(datetime.fromisoformat, raw["times"])
    head = {key: raw[key] for key in ("edition", "id", "number", "title", "language", "timezone", "url", "sender")}
    return Issue(
        **head,
        at=at,
        window=(start, end),
        articles=tuple(_to_citation(id, url) for id, url in raw["articles"]),
        briefs=tuple(_to_brief(*brief) for brief in raw["briefs"]),
        more=0,
        stale=(),
        left=tuple(Left(story=story, articles=tuple(ids), reason="", points=None) for story, ids in raw["left"]),
    )


def _to_citation(id: str, url: str | None) -> Citation:
    return Citation(
        id=id, outlet="", title="", url=url, published=None, day_only=False, author=None, language="", sha256=""
    )


def _to_brief(
    story: str,
    title: str,
    articles: list[str],
    new: list[str],
    since: str | None,
    merged: list[str],
    names: list[str],
    terms: list[str],
) -> Brief:
    return Brief(
        story=story,
        title=title,
        articles=tuple(articles),
        new=tuple(new),
        since=since,
        sections=(),
        takes=(),
        merged=tuple(merged),
        why=Why(names=tuple(names), terms=tuple(terms)),
    )


def _line(brief: Brief, number: int, rest: list[Any]) -> Line:
    language, topic, outlets, stances, spread = rest
    positive, skeptical, neutral = spread
    return Line(
        story=brief.story,
        number=number,
        title=brief.title,
        language=language,
        topic=topic,
        continuing=brief.since is not None,
        articles=len(brief.articles),
        outlets=tuple(outlets),
        stances=tuple((outlet, label) for outlet, label in stances),
        spread=(positive, skeptical, neutral),
        merged=brief.merged,
    )

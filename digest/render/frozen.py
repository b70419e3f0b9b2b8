"""An issue as JSON, frozen for ever, and back: docs/issue-json.md describes the file.

`thaw(freeze(issue)) == issue` for every issue with distinct section names in a brief, and with days at midnight UTC.
Issues of earlier versions lack what was added since; there the records' defaults stand in.
"""

import json
import reprlib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from digest.errors import StoreError
from digest.model import (
    Artifact,
    Brief,
    Citation,
    Gauge,
    Issue,
    Left,
    Lineage,
    Origin,
    Point,
    Quote,
    Reason,
    Related,
    Section,
    Span,
    Stale,
    Stance,
    Take,
    Tie,
    Why,
)
from digest.render.shape import check

SCHEMA = 1
FROZEN = "issue.json"  # the name of the file
MANIFEST = "manifest.json"  # beside it: what the issue was made of, see `digest.app.manifest`
_Hashes = Mapping[str, str]  # the SHA-256 of each article's text by the article's id


def freeze(issue: Issue) -> bytes:
    """The issue as UTF-8 JSON, indented by one space, keys in a fixed order."""
    hashes = {citation.id: citation.sha256 for citation in issue.articles}
    data = {
        "schema": SCHEMA,
        "edition": issue.edition,
        "id": issue.id,
        "number": issue.number,
        "title": issue.title,
        "language": issue.language,
        "timezone": issue.timezone,
        "url": issue.url,
        "sender": issue.sender,
        "address": issue.address,
        "at": _iso(issue.at),
        "window": [_iso(moment) for moment in issue.window],
        "formats": list(issue.formats),
        "topics": list(issue.topics),
        "articles": [_from_citation(citation) for citation in issue.articles],
        "briefs": [_from_brief(brief, hashes) for brief in issue.briefs],
        "more": issue.more,
        "left": [_from_left(left) for left in issue.left],
        "stale": [{"outlet": s.outlet, "since": _iso(s.since) if s.since else None} for s in issue.stale],
    }
    data |= {name: said for name, said in (("hub", issue.hub), ("licence", issue.licence)) if said is not None}
    return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1).encode() + b"\n"


def thaw(data: bytes) -> Issue:
    """The issue that was frozen; fields that later versions may add are ignored.

    Raises StoreError if the data is no issue, has a value of a wrong type, or is of a schema that is not known here.
    """
    try:
        raw = json.loads(data)
        if raw["schema"] != SCHEMA:
            hint = "it was frozen by a later version of Digest: update"
            raise StoreError("frozen issue", f"schema {raw['schema']!r} is not known", hint)
        issue = _to_issue(raw)
        check(issue, Issue, "issue")
        return issue
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise StoreError("frozen issue", f"cannot be read: {type(error).__name__}: {error}") from error


def frozen_artifact(issue: Issue) -> Artifact:
    """`<issue id>/issue.json`, the artifact that every other one can be made from again."""
    return Artifact(path=f"{issue.id}/{FROZEN}", media_type="application/json", content=freeze(issue))


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _from_citation(citation: Citation) -> dict[str, Any]:
    published = citation.published
    return {
        "id": citation.id,
        "outlet": citation.outlet,
        "title": citation.title,
        "url": citation.url,
        "published": published and (published.date().isoformat() if citation.day_only else _iso(published)),
        "author": citation.author,
        "language": citation.language,
        "sha256": citation.sha256,
        "licence": citation.licence,
        "words": citation.words,
        "reserved": citation.reserved,
    }


def _from_brief(brief: Brief, hashes: _Hashes) -> dict[str, Any]:
    return {
        "story": {
            "id": brief.story,
            "title": brief.title,
            "articles": list(brief.articles),
            "new": list(brief.new),
            "since": brief.since,
            "merged": list(brief.merged),
        },
        "topic": brief.topic,
        "pinned": brief.pinned,
        "rank": [_from_reason(reason) for reason in brief.rank],
        "why": _from_why(brief.why),
        "origins": [_from_origin(origin, hashes) for origin in brief.lineage.origins],
        "reprints": [list(group) for group in brief.lineage.reprints],
        "gauges": [{"name": g.name, "reasons": [_from_reason(reason) for reason in g.reasons]} for g in brief.gauges],
        "related": [{"story": related.story, "title": related.title} for related in brief.related],
        "sections": {one.name: [_from_point(point, hashes) for point in one.points] for one in brief.sections},
        "held": {section.name: list(section.held) for section in brief.sections if section.held},
        "takes": [_from_take(take, hashes) for take in brief.takes],
    }


def _from_left(left: Left) -> dict[str, Any]:
    return {"story": left.story, "articles": list(left.articles), "reason": left.reason, "points": left.points}


def _from_reason(reason: Reason) -> dict[str, Any]:
    return {"name": reason.name, "weight": reason.weight, "value": reason.value, "said": reason.said}


def _from_why(why: Why) -> dict[str, Any]:
    return {
        "names": list(why.names),
        "terms": list(why.terms),
        "ties": [{"article": t.article, "nearest": t.nearest, "likeness": t.likeness} for t in why.ties],
    }


def _from_origin(origin: Origin, hashes: _Hashes) -> dict[str, Any]:
    return {
        "article": origin.article,
        "name": origin.name,
        "how": origin.how,
        "evidence": origin.evidence and _from_quote(origin.evidence, hashes),
    }


def _from_point(point: Point, hashes: _Hashes) -> dict[str, Any]:
    """A quote as it is, if that is all that there is to a point."""
    if len(point.quotes) == 1 and not point.label and point.day is None:
        return _from_quote(point.quotes[0], hashes)
    day = point.day and point.day.isoformat()
    return {"label": point.label, "day": day, "quotes": [_from_quote(quote, hashes) for quote in point.quotes]}


def _from_quote(quote: Quote, hashes: _Hashes) -> dict[str, Any]:
    """With the hash of its article's text, so that a quote can be proven that has been taken out of its issue."""
    said = {"text": quote.text, "article": quote.article, "start": quote.start, "end": quote.end}
    said |= {"sha256": hashes[quote.article]} if quote.article in hashes else {}
    return said if quote.speaker is None else {**said, "speaker": quote.speaker}


def _from_take(take: Take, hashes: _Hashes) -> dict[str, Any]:
    stance = take.stance
    return {
        "outlet": take.outlet,
        "speaker": take.speaker,
        "article": take.article,
        "target": take.target,
        "stance": stance and {"label": stance.label, "score": stance.score, "by": stance.by},
        "evidence": [_from_quote(quote, hashes) for quote in take.evidence],
        "cues": [list(cue) for cue in take.cues],
        "mixed": take.mixed,
        "note": take.note,
    }


def _to_issue(raw: dict[str, Any]) -> Issue:
    start, end = raw["window"]
    return Issue(
        edition=raw["edition"],
        id=raw["id"],
        number=raw["number"],
        title=raw["title"],
        language=raw["language"],
        timezone=raw["timezone"],
        url=raw["url"],
        sender=raw["sender"],
        address=raw.get("address"),
        at=_moment(raw["at"]),
        window=(_moment(start), _moment(end)),
        articles=tuple(map(_to_citation, _list(raw["articles"]))),
        briefs=tuple(map(_to_brief, _list(raw["briefs"]))),
        more=raw["more"],
        stale=tuple(
            Stale(outlet=stale["outlet"], since=None if stale["since"] is None else _moment(stale["since"]))
            for stale in _list(raw["stale"])
        ),
        topics=tuple(_list(raw.get("topics", []))),
        left=tuple(map(_to_left, _list(raw.get("left", [])))),
        hub=raw.get("hub"),
        licence=raw.get("licence"),
        formats=tuple(_list(raw.get("formats", []))),
    )


def _list(value: Any) -> list[Any]:
    """A text or an object would be taken apart as readily as a list."""
    if not isinstance(value, list):
        raise TypeError(f"{reprlib.repr(value)} is no list")
    return value


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC")
    return moment.astimezone(UTC)


def _to_citation(raw: dict[str, Any]) -> Citation:
    published, day_only = raw["published"], False
    if published:
        day_only = len(published) == len("2026-05-10")
        day = date.fromisoformat(published) if day_only else None
        published = datetime.combine(day, time(), UTC) if day else _moment(published)
    return Citation(
        id=raw["id"],
        outlet=raw["outlet"],
        title=raw["title"],
        url=raw["url"],
        published=published,
        day_only=day_only,
        author=raw["author"],
        language=raw["language"],
        sha256=raw["sha256"],
        licence=raw.get("licence"),
        words=raw.get("words", 0),
        reserved=raw.get("reserved"),
    )


def _to_brief(raw: dict[str, Any]) -> Brief:
    story, held = raw["story"], raw.get("held", {})
    return Brief(
        story=story["id"],
        title=story["title"],
        articles=tuple(_list(story["articles"])),
        new=tuple(_list(story["new"])),
        since=story["since"],
        sections=tuple(
            Section(name=name, points=tuple(map(_to_point, _list(found))), held=tuple(_list(held.get(name, []))))
            for name, found in raw["sections"].items()
        ),
        takes=tuple(map(_to_take, _list(raw["takes"]))),
        merged=tuple(_list(story.get("merged", []))),
        topic=raw.get("topic"),
        pinned=raw.get("pinned", False),
        why=_to_why(raw["why"]) if "why" in raw else Why(),
        lineage=Lineage(
            origins=tuple(map(_to_origin, _list(raw.get("origins", [])))),
            reprints=tuple(tuple(_list(group)) for group in _list(raw.get("reprints", []))),
        ),
        rank=tuple(map(_to_reason, _list(raw.get("rank", [])))),
        gauges=tuple(map(_to_gauge, _list(raw.get("gauges", [])))),
        related=tuple(Related(story=one["story"], title=one["title"]) for one in _list(raw.get("related", []))),
    )


def _to_left(raw: dict[str, Any]) -> Left:
    return Left(story=raw["story"], articles=tuple(_list(raw["articles"])), reason=raw["reason"], points=raw["points"])


def _to_reason(raw: dict[str, Any]) -> Reason:
    return Reason(name=raw["name"], weight=raw["weight"], value=raw["value"], said=raw["said"])


def _to_why(raw: dict[str, Any]) -> Why:
    return Why(
        names=tuple(_list(raw["names"])),
        terms=tuple(_list(raw["terms"])),
        ties=tuple(
            Tie(article=tie["article"], nearest=tie["nearest"], likeness=tie["likeness"]) for tie in _list(raw["ties"])
        ),
    )


def _to_origin(raw: dict[str, Any]) -> Origin:
    evidence = raw["evidence"]
    return Origin(article=raw["article"], name=raw["name"], how=raw["how"], evidence=evidence and _to_quote(evidence))


def _to_gauge(raw: dict[str, Any]) -> Gauge:
    return Gauge(name=raw["name"], reasons=tuple(map(_to_reason, _list(raw["reasons"]))))


def _to_point(raw: dict[str, Any]) -> Point:
    if "quotes" not in raw:
        return Point(quotes=(_to_quote(raw),))
    day = raw["day"] and date.fromisoformat(raw["day"])
    return Point(quotes=tuple(map(_to_quote, _list(raw["quotes"]))), label=raw["label"], day=day)


def _to_quote(raw: dict[str, Any]) -> Quote:
    return Quote(
        text=raw["text"], article=raw["article"], start=raw["start"], end=raw["end"], speaker=raw.get("speaker")
    )


def _to_span(raw: Any) -> Span:
    start, end = _list(raw)
    check(start, int, "start")
    check(end, int, "end")
    return Span(start, end)


def _to_take(raw: dict[str, Any]) -> Take:
    stance = raw["stance"]
    return Take(
        outlet=raw["outlet"],
        speaker=raw["speaker"],
        article=raw["article"],
        target=raw["target"],
        stance=stance and Stance(label=stance["label"], score=stance["score"], by=stance["by"]),
        evidence=tuple(map(_to_quote, _list(raw["evidence"]))),
        cues=tuple(map(_to_span, _list(raw.get("cues", [])))),
        mixed=raw.get("mixed", False),
        note=raw.get("note", ""),
    )

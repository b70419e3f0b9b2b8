"""Say of a story why it stands where it stands, and of what it is made: from what is frozen, so years later too."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from digest.config import Reference
from digest.edit.editor import Register
from digest.errors import StoryError
from digest.model import Brief, Citation, Issue, Left, points, successors
from digest.plugins import hint
from digest.render.cited import SAYS
from digest.text.normalize import counted, shorten

_TITLE = 70  # characters of a title in a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A brief with the issue that tells it, and the ids of the issues that told its story before and since."""

    brief: Brief
    issue: Issue
    told: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        brief = self.brief
        return {
            "edition": self.issue.edition,
            "issue": self.issue.id,
            "story": brief.story,
            "title": brief.title,
            "points": points(brief.rank),
            "rank": [asdict(reason) for reason in brief.rank],
            "pinned": brief.pinned,
            "topic": brief.topic,
            "merged": list(brief.merged),
            "told": list(self.told),
            "names": list(brief.why.names),
            "terms": list(brief.why.terms),
            "ties": [asdict(tie) for tie in brief.why.ties],
            "origins": [{"article": o.article, "name": o.name, "how": o.how} for o in brief.lineage.origins],
            "reprints": [list(group) for group in brief.lineage.reprints],
        }

    def lines(self) -> Iterator[str]:
        """For people."""
        brief = self.brief
        cited = {citation.id: citation for citation in self.issue.articles}
        yield brief.title
        since = f", last told in {brief.since}" if brief.since else ""
        yield f"story {brief.story}, in issue {self.issue.number} ({self.issue.id}) of {self.issue.edition}{since}"
        if len(self.told) > 1:
            yield f"told in {', '.join(self.told)}"
        if brief.merged:
            yield f"has taken in {counted(len(brief.merged), 'story')}: {', '.join(brief.merged)}"
        yield ""
        yield from self._rank()
        yield from self._together(cited)
        yield from self._lineage(cited)

    def _rank(self) -> Iterator[str]:
        brief = self.brief
        place = 1 + [one.story for one in self.issue.briefs].index(brief.story)
        under = f", under {brief.topic}" if brief.topic else ""
        pinned = ", put first by the editor" if brief.pinned else ""
        yield f"place {place} of {len(self.issue.briefs)}{under}{pinned}; points {points(brief.rank):.2f} ="
        for number, reason in enumerate(brief.rank):
            sign = "+" if number else " "
            yield f"  {sign} {reason.weight:5.2f} x {reason.value:.4f}  {reason.name:8} {reason.said}"

    def _together(self, cited: Mapping[str, Citation]) -> Iterator[str]:
        why = self.brief.why
        if why.names or why.terms:
            yield ""
            yield "together because of " + "; ".join(", ".join(words) for words in (why.names, why.terms) if words)
        if why.ties:
            yield ""
            yield "nearest neighbours, and how alike the two are"
        for tie in why.ties:
            yield f"  {tie.said}  {_short(cited[tie.article])}  ->  {cited[tie.nearest].outlet}"

    def _lineage(self, cited: Mapping[str, Citation]) -> Iterator[str]:
        lineage = self.brief.lineage
        if not lineage.origins:
            return
        outlets = {origin.article: cited[origin.article].outlet for origin in lineage.origins}
        origins = counted(len(lineage.independent(outlets)), "independent origin")
        yield ""
        yield f"{counted(len(set(outlets.values())), 'outlet')}, {origins}"
        for origin in lineage.origins:
            how = "its own" if origin.how == "own" else f"{origin.name} ({SAYS[origin.how]})"
            yield f"  {cited[origin.article].outlet}: {how}"
            if origin.evidence:
                yield f"      “{origin.evidence.text}”"
        for group in lineage.reprints:
            yield f"  one voice: {', '.join(cited[id].outlet for id in group)}"


def explain(issues: Sequence[Issue], story: str, edition: str) -> Explained:
    """The latest telling of a story, by its id, one that has been merged into it, or an article of it by id or link.

    StoryError if no issue of the edition tells it, with the reason if one says why.
    """
    register = Register.of((), issues)
    id = successors(issues).get(story, story)
    told = [(issue, brief) for issue in issues for brief in issue.briefs if brief.story == id]
    if not told and (article := register.article(Reference(name=story, place=""))):
        told = [(issue, brief) for issue in issues for brief in issue.briefs if article in brief.articles]
        told = [(issue, brief) for issue, brief in told if brief.story == told[-1][1].story]
    if not told:
        raise _untold(issues, story, edition)
    issue, brief = told[-1]
    return Explained(brief=brief, issue=issue, told=tuple(issue.id for issue, _ in told))


def _untold(issues: Sequence[Issue], story: str, edition: str) -> StoryError:
    left = [(issue, one) for issue in issues for one in issue.left if story == one.story or story in one.articles]
    if left:
        issue, one = left[-1]
        return StoryError(story, f"was left out of issue {issue.id}: {one.reason}", "pin it in editor.yaml to tell it")
    known = [brief.story for brief in issues[-1].briefs] if issues else []
    reason = f"is no story that an issue of {edition} tells" if issues else f"{edition} has no issue yet"
    return StoryError(story, reason, hint(story, known) if known else "build one with `digest build`")


def listed(issue: Issue, titles: Mapping[str, str]) -> Iterator[str]:
    """The stories of an issue with their ids and points, then those that it left out; `titles` are of articles."""
    yield f"{issue.title}, issue {issue.number} ({issue.id})"
    topic: str | None = None
    for number, brief in enumerate(issue.briefs, 1):
        if brief.topic != topic:
            topic = brief.topic
            yield f"  {topic or 'under no heading'}"
        pinned = "  pinned" if brief.pinned else ""
        yield f"{number:4}. {brief.story}  {points(brief.rank):6.2f}  {shorten(brief.title, _TITLE)}{pinned}"
    if issue.left:
        yield "left out"
    for left in issue.left:
        title = shorten(titles.get(left.articles[0], "(no longer known)"), _TITLE)
        yield f"      {left.story}  {_points(left)}  {title}: {left.reason}"


def listed_json(issues: Sequence[Issue], edition: str) -> Iterator[str]:
    """The last of `issues` for programs: a line for each story that it tells, then one for each that it left out."""
    for brief in issues[-1].briefs:
        yield json.dumps(explain(issues, brief.story, edition).as_json(), ensure_ascii=False)
    for left in issues[-1].left:
        found = {"story": left.story, "articles": list(left.articles), "points": left.points, "left": left.reason}
        yield json.dumps(found, ensure_ascii=False)


def _points(left: Left) -> str:
    return "     -" if left.points is None else f"{left.points:6.2f}"


def _short(citation: Citation) -> str:
    return f"{citation.outlet}: {shorten(citation.title, _TITLE)}"

"""Stories in, the same under the ids that they had before: a permalink, once given, leads to its story for ever."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from digest.model import Issue, Story, short_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Continued:
    """A story under its lasting id, and the other ids of earlier issues whose story it has become."""

    story: Story
    merged: tuple[str, ...]


def continued(
    stories: Sequence[Story], earlier: Sequence[Issue], replaced: Issue | None = None
) -> tuple[Continued, ...]:
    """Stories under the ids that they had in `earlier` issues, oldest first, if they share articles with a story there.

    The largest overlap decides; an id goes to one story only. Every other story keeps the id of its clustering, unless
    that has been given away before, as when a story falls in two. An id that no story continues has been merged into
    the story that has most of its articles: so `stories` must be all that there are, with news or without.
    `replaced` is an earlier build of the issue that is made now: people may have followed its links.
    """
    issues = [*earlier, replaced] if replaced else list(earlier)
    told = {id: brief.story for issue in issues for brief in issue.briefs for id in brief.articles}
    overlaps = [(story.id, Counter(told[a.id] for a in story.articles if a.id in told)) for story in stories]
    wishes = sorted((-count, known, story) for story, known_in in overlaps for known, count in known_in.items())
    given: dict[str, str] = {}
    merged: defaultdict[str, list[str]] = defaultdict(list)
    for _, known, story in wishes:
        if story not in given and known not in given.values():
            given[story] = known
    placed = set(given.values())
    for _, known, story in wishes:
        if known not in placed:
            placed.add(known)
            merged[story].append(known)
    taken = {*told.values(), *(id for issue in issues for brief in issue.briefs for id in brief.merged)}
    lasting = {story.id: given.get(story.id) or _fresh(story, taken, told) for story in stories}
    before = {brief.story: brief.merged for brief in replaced.briefs} if replaced else {}
    return tuple(
        Continued(
            story=replace(story, id=lasting[story.id]),
            merged=tuple(sorted({*merged[story.id], *before.get(lasting[story.id], ())} - {*lasting.values()})),
        )
        for story in stories
    )


def _fresh(story: Story, taken: set[str], told: Mapping[str, str]) -> str:
    """The story's own id, or one made of its first article that no story had before."""
    new = next((article.id for article in story.articles if article.id not in told), "")
    return story.id if story.id not in taken else short_hash("story", story.id, new)

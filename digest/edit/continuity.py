"""Stories in, the same under the ids that they had before: a permalink, once given, leads to its story for ever."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from digest.model import Issue, Story, short_hash, successors


@dataclass(frozen=True, slots=True, kw_only=True)
class Continued:
    """A story under its lasting id, and the other ids of earlier issues whose story it has become."""

    story: Story
    merged: tuple[str, ...]


def continued(
    stories: Sequence[Story], earlier: Sequence[Issue], replaced: Issue | None = None
) -> tuple[Continued, ...]:
    """Stories under the ids that they had in `earlier` issues, oldest first, if they share articles with a story there.

    An article stands for the story that told it first. The largest overlap decides; an id goes to one story only. Every
    other story keeps the id of its clustering, unless that has been given away before, as when a story falls in two. An
    id that was told and that no story continues has been merged into the story that has most of its articles: so
    `stories` must be all that there are, with news or without. `replaced` is an earlier build of the issue that is made
    now: people may have followed its links.
    """
    issues = [*earlier, replaced] if replaced else list(earlier)
    homes = _homes(issues)
    wishes = _wishes(stories, homes)
    given: dict[str, str] = {}
    placed: set[str] = set()
    for _, known, story in wishes:
        if story not in given and known not in placed:
            given[story] = known
            placed.add(known)
    taken = {*homes.values(), *(id for issue in earlier for brief in issue.briefs for id in brief.merged)}
    lasting = _named(stories, given, taken)
    alive = set(lasting.values())
    merged = _merged(wishes, lasting, alive, {brief.story for issue in issues for brief in issue.briefs}, earlier)
    if replaced:
        _carry(replaced, merged, alive)
    return tuple(
        Continued(story=replace(story, id=lasting[story.id]), merged=tuple(sorted(merged[lasting[story.id]])))
        for story in stories
    )


Wish = tuple[int, str, str]  # minus the number of articles, the id that had them, the story that has them now


def _homes(issues: Sequence[Issue]) -> dict[str, str]:
    """For each article the story that told it first, or that was left out with it."""
    homes: dict[str, str] = {}
    for issue in issues:
        for brief in issue.briefs:
            for article in brief.articles:
                homes.setdefault(article, brief.story)
    for issue in issues:
        for left in issue.left:
            for article in left.articles:
                homes.setdefault(article, left.story)
    return homes


def _wishes(stories: Sequence[Story], homes: Mapping[str, str]) -> list[Wish]:
    """Which story would like which id, and how much, the strongest wish first."""
    overlaps = ((story.id, Counter(homes[a.id] for a in story.articles if a.id in homes)) for story in stories)
    return sorted((-count, known, story) for story, found in overlaps for known, count in found.items())


def _named(stories: Sequence[Story], given: Mapping[str, str], taken: Set[str]) -> dict[str, str]:
    """The lasting id of each story by that of its clustering; new ones are nobody else's, now or before."""
    used = {*taken, *given.values()}
    lasting = dict(given)
    for story in stories:
        if story.id not in lasting:
            id = story.id
            while id in used:
                id = short_hash("story", id)
            lasting[story.id] = id
            used.add(id)
    return lasting


def _merged(
    wishes: Sequence[Wish], lasting: Mapping[str, str], alive: Set[str], told: Set[str], earlier: Sequence[Issue]
) -> defaultdict[str, set[str]]:
    """By story, the ids that were told, are no longer alive, and do not lead there yet."""
    merged: defaultdict[str, set[str]] = defaultdict(set)
    known_moves = successors(earlier)
    settled = set(alive)
    for _, known, story in wishes:
        if known not in settled and known in told:
            settled.add(known)
            if known_moves.get(known) != lasting[story]:
                merged[lasting[story]].add(known)
    return merged


def _carry(replaced: Issue, merged: defaultdict[str, set[str]], alive: Set[str]) -> None:
    """What led to a story of the replaced issue leads to wherever that is now."""
    now = {old: story for story, ids in merged.items() for old in ids}
    for brief in replaced.briefs:
        story = brief.story if brief.story in alive else now.get(brief.story)
        if story is not None:
            merged[story] |= {id for id in brief.merged if id not in alive}

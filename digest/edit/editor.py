"""What the editor decided, done to stories: merged, split, pinned, dropped, however they are clustered this time."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from digest.config import Correction, Decisions, Reference
from digest.model import EDITOR, Article, Issue, Label, Stance, Story, Take, short_hash, successors
from digest.text.people import folded
from digest.text.urls import canonical

LEAST = 0.5  # of the articles of a story that were told before: so many belong to the story that the editor means


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What the editor's names stand for: all articles that a story was the first to tell, or one article.

    `articles` are by id and by link, `stories` by id the ids of their articles; `told` are those that had a story.
    """

    articles: Mapping[str, str]
    stories: Mapping[str, frozenset[str]]
    told: frozenset[str]

    @classmethod
    def of(cls, articles: Iterable[Article], issues: Sequence[Issue]) -> "Register":
        """`issues` are all that may have told of them, oldest first, an earlier build of the one to come included."""
        names = {article.id: article.id for article in articles}
        names |= {canonical(article.url): article.id for article in articles if article.url}
        for issue in issues:
            names |= {canonical(cited.url): cited.id for cited in issue.articles if cited.url}
            names |= {cited.id: cited.id for cited in issue.articles}
        stories: dict[str, set[str]] = {}
        for issue in issues:
            for left in issue.left:
                stories.setdefault(left.story, set()).update(left.articles)
            for brief in issue.briefs:
                # What was told before as another story's is that one's, even if the two were one for a while.
                stories.setdefault(brief.story, set()).update(brief.new)
        told = frozenset(id for ids in stories.values() for id in ids)
        known = {id: frozenset(ids) for id, ids in stories.items()}
        moved = {id: known[new] for id, new in successors(issues).items() if new in known and id not in known}
        return cls(articles=names, stories=known | moved, told=told)

    def article(self, reference: Reference) -> str | None:
        """The id of the article that is named, if one is."""
        name = reference.name
        return self.articles.get(name) or self.articles.get(canonical(name) if "://" in name else "")

    def knows(self, reference: Reference) -> bool:
        """Has there ever been such a story or article?"""
        return reference.name in self.stories or self.article(reference) is not None

    def meant(self, references: Collection[Reference], stories: Sequence[Story]) -> list[Story]:
        """The stories that these names stand for today, those with most of what is meant first.

        An article means the story it is in. A story means each one that has told articles, half of them or more its
        own; if it has never been told, the one that the clusterer calls so.
        """
        single = {id for reference in references if (id := self.article(reference))}
        ids = frozenset[str]().union(*(self.stories.get(reference.name, ()) for reference in references))
        names = {reference.name for reference in references} - self.stories.keys()
        found: list[tuple[int, int, Story]] = []
        for number, story in enumerate(stories):
            own = {article.id for article in story.articles}
            of_told = own & self.told
            shared = len(own & ids)
            if own & single or story.id in names or (shared and shared >= LEAST * len(of_told)):
                found.append((-shared - len(own & single), number, story))
        return [story for _, _, story in sorted(found, key=lambda one: one[:2])]


def arranged(stories: Sequence[Story], decisions: Decisions, register: Register) -> list[Story]:
    """Stories after the editor's merges and splits, still each article in exactly one."""
    found = list(stories)
    for group in decisions.merge:
        meant = register.meant(group, found)
        if len(meant) > 1:
            found = [story for story in found if story not in meant] + [_one(meant)]
    for group in decisions.split:
        chosen = {id for reference in group if (id := register.article(reference))}
        found = [part for story in found for part in _parted(story, chosen)]
        loose = [story for story in found if chosen & {article.id for article in story.articles}]
        if len(loose) > 1:
            found = [story for story in found if story not in loose] + [_one(loose)]
    return found


def strangers(decisions: Decisions, register: Register) -> tuple[Reference, ...]:
    """Names for which there has never been a story or an article, as far as the register knows.

    Of those that are to be split off, all that are no articles: a story cannot be split off from itself.
    """
    apart = {one for group in decisions.split for one in group if register.article(one) is None}
    return tuple(one for one in decisions.references() if one in apart or not register.knows(one))


def _one(stories: Sequence[Story]) -> Story:
    """Several stories as one, under the title of the largest."""
    articles = tuple(sorted((a for story in stories for a in story.articles), key=lambda a: (a.when, a.id)))
    ties = {tie.article: tie for story in stories for tie in story.ties}
    largest = max(stories, key=lambda story: (len(story.articles), story.id))
    return Story(
        id=_name(articles),
        title=largest.title,
        articles=articles,
        ties=tuple(ties[article.id] for article in articles if article.id in ties),
    )


def _parted(story: Story, chosen: Collection[str]) -> list[Story]:
    """A story without the chosen articles, and these; either may be all of it."""
    inside = tuple(article for article in story.articles if article.id in chosen)
    outside = tuple(article for article in story.articles if article.id not in chosen)
    if not inside or not outside:
        return [story]
    return [_part(story, part) for part in (outside, inside)]


def _part(story: Story, articles: tuple[Article, ...]) -> Story:
    ids = {article.id for article in articles}
    titles = [article.title for article in articles]
    return replace(
        story,
        id=_name(articles),
        title=story.title if story.title in titles else titles[0],
        articles=articles,
        ties=tuple(tie for tie in story.ties if tie.article in ids and tie.nearest in ids),
    )


def _name(articles: Sequence[Article]) -> str:
    """As the clusterer names stories: after the first article."""
    return short_hash("story", articles[0].id)


def corrected(take: Take, stances: Mapping[tuple[str, str | None], Label]) -> Take:
    """With the editor's stance, if he set one; the words that decided otherwise are not shown."""
    label = stances.get((take.article, take.speaker and folded(take.speaker)))
    if label is None:
        return take
    return replace(
        take, stance=Stance(label=label, score=1.0, by=EDITOR), cues=(), mixed=False, note="set by the editor"
    )


def corrections(decisions: Decisions, register: Register) -> dict[tuple[str, str | None], Label]:
    """The editor's stances by the id of the article and by the speaker, None for the outlet; of two the first."""
    known = ((register.article(one.article), one) for one in reversed(decisions.stances))
    return {(id, one.who): one.label for id, one in known if id}


def doubled(decisions: Decisions, register: Register) -> Iterator[tuple[Correction, Correction]]:
    """Stances for a voice that has one already, which wins or is repeated: the article is named in two ways."""
    first: dict[tuple[str, str | None], Correction] = {}
    for one in decisions.stances:
        if id := register.article(one.article):
            if (id, one.who) in first:
                yield one, first[id, one.who]
            first.setdefault((id, one.who), one)


def unmet(decisions: Decisions, register: Register, issue: Issue) -> Iterator[tuple[Correction, tuple[str, ...]]]:
    """The stances set for somebody who has no take in an article that the issue tells, with those who have one."""
    heard: dict[str, list[str | None]] = {}
    for take in (take for brief in issue.briefs for take in brief.takes):
        heard.setdefault(take.article, []).append(take.speaker)
    for one in decisions.stances:
        known = heard.get(register.article(one.article) or "", [])
        if known and one.who not in [name and folded(name) for name in known]:
            yield one, tuple(name or "the outlet (no speaker)" for name in known)

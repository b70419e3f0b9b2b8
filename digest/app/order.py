"""All that decides what an issue says, in one record: a build gathers it, a manifest keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from digest import plugins
from digest.config import Decisions, Edition
from digest.model import Article, Issue, Stale
from digest.pipeline import Past, Plan, Stages, Timer, make_issue
from digest.plugins import Choice
from digest.sections import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugins:
    """The plug-ins that make an issue, each with its options; sections with how many points they may have.

    Options that are not given are named, too, but for those whose default is no plain value (the shipped weights).
    """

    clusterer: Choice
    summarizer: Choice
    stance: Choice
    sections: tuple[tuple[Choice, int], ...]

    @classmethod
    def of(cls, edition: Edition) -> "Plugins":
        return cls(
            clusterer=plugins.complete(edition.clusterer),
            summarizer=plugins.complete(edition.summarizer),
            stance=plugins.complete(edition.stance),
            sections=tuple((plugins.complete(choice), limit) for choice, limit in edition.sections),
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        named = (self.clusterer, self.summarizer, self.stance, *(choice for choice, _ in self.sections))
        return tuple(choice.kind for choice in named)

    def stages(self, folder: Path) -> Stages:
        """Ready to work; options that are paths count from `folder`."""
        return Stages(
            cluster=plugins.build(self.clusterer, folder),
            summarize=plugins.build(self.summarizer, folder),
            sections=tuple(
                Wanted(name=choice.name, limit=limit, find=plugins.build(choice, folder))
                for choice, limit in self.sections
            ),
            stance=plugins.build(self.stance, folder),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An issue that is to be made. `later` are issues of the edition that are there already, dated after it."""

    plan: Plan
    plugins: Plugins
    at: datetime
    number: int
    articles: Sequence[Article]
    past: Past
    later: tuple[Issue, ...]
    stale: tuple[Stale, ...]

    def issue(self, folder: Path, begin: Timer = lambda stage: None) -> Issue:
        """The same order gives the same issue; `folder` is that of feeds.yaml."""
        return make_issue(
            self.articles,
            plan=self.plan,
            stages=self.plugins.stages(folder),
            at=self.at,
            number=self.number,
            past=self.past,
            stale=self.stale,
            begin=begin,
        )

    def all(self, issue: Issue) -> list[Issue]:
        """Every issue of the edition, oldest first, with the one that was made."""
        return [*self.past.earlier, issue, *self.later]


def plan(edition: Edition, decisions: Decisions, reserved: Mapping[str, str]) -> Plan:
    """What an edition and its editor ask for; `reserved` as in `Rights`."""
    return Plan(
        edition=edition.id,
        title=edition.title,
        language=edition.language,
        timezone=edition.timezone,
        url=edition.url,
        sender=edition.sender,
        hub=edition.hub,
        licence=edition.licence,
        address=edition.address,
        formats=edition.formats,
        window=edition.window,
        stories=edition.stories,
        rights=replace(edition.rights, reserved=reserved),
        selection=edition.selection,
        decisions=decisions,
    )

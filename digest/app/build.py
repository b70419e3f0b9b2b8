"""Build one issue of each edition: fetch, gather, run the pipeline, render, deliver, report."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from digest import plugins
from digest.app.report import Built, Polled, Problem, Report
from digest.app.setup import load_formats
from digest.config import Config, Edition
from digest.deliver import Channel
from digest.deliver.folder import Folder
from digest.errors import DigestError, FeedError, FormatError, PluginError, SeedError
from digest.ingest.disk import find
from digest.ingest.files import read_seed
from digest.model import Article, Artifact, FeedState, Issue, Stale
from digest.pipeline import Plan, Stages, issue_id, make_issue
from digest.render.engine import render
from digest.render.formats import Format
from digest.render.frozen import freeze, frozen_artifact, thaw
from digest.store import Store

if TYPE_CHECKING:
    from digest.ingest.fetched import Fetched
    from digest.ingest.read import Kept

LOOKBACK = 3  # windows: a story that had no news for longer than that comes back as a new one


class Progress(Protocol):
    """Who is told how far a run has come."""

    def stage(self, name: str, edition: str) -> None:
        """A stage begins; `edition` is empty for what all editions share."""

    def step(self, name: str, done: int, total: int) -> None:
        """Within a stage: `done` of `total` items, `name` the last of them."""


@dataclass(kw_only=True)
class Run:
    """One execution: what it needs, and what it notes for its report."""

    config: Config
    store: Store
    out: Path
    now: datetime
    offline: bool
    progress: Progress
    clock: Callable[[], float]
    problems: list[Problem] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    _stage: tuple[str, float] | None = None

    def build(self, editions: Sequence[Edition]) -> Report:
        """Build one issue of each edition; feeds, files and editions that fail are reported, not raised."""
        polled, states = self._fetch(editions)
        built: list[Built] = []
        failed: list[str] = []
        for edition in editions:
            try:
                built.append(self._edition(edition, states))
            except (FormatError, PluginError) as error:
                self._note(error)
                failed.append(edition.id)
        self._begin("")
        return Report(
            now=self.now,
            polled=polled,
            built=tuple(built),
            failed=tuple(failed),
            problems=tuple(self.problems),
            seconds=tuple(self.seconds.items()),
        )

    def _begin(self, stage: str, edition: str = "") -> None:
        """Note the seconds of the stage that ends, and tell of the one that begins."""
        moment = self.clock()
        if self._stage:
            name, began = self._stage
            self.seconds[name] = self.seconds.get(name, 0.0) + moment - began
        self._stage = (stage, moment) if stage else None
        if stage:
            self.progress.stage(stage, edition)

    def _note(self, error: DigestError) -> None:
        self.problems.append(Problem.of(error))

    def _fetch(self, editions: Sequence[Edition]) -> tuple[Polled, Mapping[str, FeedState]]:
        """Ask for all feeds of the editions, once each, and store what is new. Offline, only tell what is known."""
        feeds = list({feed.url: feed for edition in editions for feed in edition.feeds}.values())
        states = dict(self.store.feed_states([feed.url for feed in feeds]))
        if self.offline or not feeds:
            return Polled(), states
        from digest.ingest import fetch  # the network: only when there is something to fetch

        self._begin("fetch")
        arrived = iter(range(1, len(feeds) + 1))
        all_fetched = fetch.fetch(
            feeds,
            states,
            now=self.now,
            contact=self.config.contact,
            done=lambda fetched: self.progress.step(fetched.feed.outlet, next(arrived), len(feeds)),
        )
        self._begin("read")
        outcomes: Counter[str] = Counter()
        for number, fetched in enumerate(all_fetched, 1):
            self.progress.step(fetched.feed.outlet, number, len(feeds))
            url = fetched.feed.url
            kept = self._keep(fetched, states.get(url, FeedState(url=url)))
            states[url] = kept.state
            outcomes[kept.outcome] += 1
            outcomes["entries"] += kept.entries
        polled = Polled(
            tried=len(feeds),
            failed=outcomes["failed"],
            unchanged=outcomes["unchanged"],
            entries=outcomes["entries"],
        )
        return polled, states

    def _keep(self, fetched: "Fetched", before: FeedState) -> "Kept":
        """Store what a request brought, and note what went wrong with it."""
        from digest.ingest import read

        url = fetched.feed.url
        known = self.store.entries(url)
        try:
            kept = read.changed(fetched, before, known, self.now)
        except Exception as error:  # noqa: BLE001  (what a feed's content sets off must not stop the others)
            kept = read.unreadable(fetched, before, self.now, error)
        self.store.save_fetch(kept.state, kept.pairs)
        if kept.state.failure:
            hint = f"served from what was stored on {kept.state.ok:%Y-%m-%d}" if kept.state.ok else ""
            self._note(FeedError(url, kept.state.failure, hint))
        return kept

    def _seeds(self, edition: Edition) -> list[Article]:
        """The edition's seed files as stored articles; a file that an outlet claims is not read for the edition too."""
        found: list[Article] = []
        tried: set[str] = set()
        claims = [(o.files, o.name, o.language) for o in edition.outlets] + [(edition.files, None, edition.language)]
        for patterns, outlet, language in claims:
            for file in find(patterns, self.config.folder):
                name = file.subject if isinstance(file, SeedError) else file.name
                if name in tried:
                    continue
                tried.add(name)
                try:
                    if isinstance(file, SeedError):
                        raise file
                    found.append(read_seed(file.data, name, outlet=outlet, language=language, seen=self.now))
                except SeedError as error:
                    self._note(error)
        self.store.save_files(found)
        return list(self.store.articles([article.id for article in found]))

    def _edition(self, edition: Edition, states: Mapping[str, FeedState]) -> Built:
        """Render before anything is kept: an issue that could not be shown must not count as told."""
        self._begin("gather", edition.id)
        formats = load_formats(edition.formats, self.config.folder)
        issues = [thaw(frozen) for frozen in self.store.issues(edition.id)]
        id = issue_id(self.now, edition.timezone)
        earlier = [issue for issue in issues if issue.id != id and issue.at < self.now]
        later = [issue for issue in issues if issue.id != id and issue.at >= self.now]
        articles = self._articles(edition, earlier)
        issue = make_issue(
            articles,
            plan=_plan(edition),
            stages=_stages(edition),
            at=self.now,
            number=_number(issues, id),
            earlier=earlier,
            stale=_stale(edition, states),
            begin=lambda stage: self._begin(stage, edition.id),
        )
        self._begin("render", edition.id)
        artifacts = _rendered(formats, [*earlier, issue, *later], self._missing(edition, issue, [*earlier, *later]))
        self._begin("deliver", edition.id)
        changed = Folder(path=self.out)(issue, artifacts)
        self.store.save_issue(edition.id, id, issue.number, issue.at, freeze(issue))
        self._send(edition, issue, artifacts)
        return Built(
            issue=issue,
            articles=len(articles),
            folder=str(self.out / edition.id / issue.id),
            artifacts=tuple(artifact.path for artifact in artifacts),
            changed=changed,
        )

    def _articles(self, edition: Edition, earlier: Sequence[Issue]) -> list[Article]:
        """What the issue may tell, and what ties it to the stories of the issues of the last three windows."""
        feeds = [feed.url for feed in edition.feeds]
        window = self.store.feed_articles(feeds, self.now - edition.window, self.now)
        recent = [issue for issue in earlier if issue.at >= self.now - LOOKBACK * edition.window]
        before = [id for issue in recent for brief in issue.briefs for id in brief.articles]
        every = [*window, *self._seeds(edition), *self.store.articles(before)]
        return list({article.id: article for article in every}.values())

    def _missing(self, edition: Edition, issue: Issue, others: Sequence[Issue]) -> list[str]:
        """The issues to render: this one, and those whose folder is gone, since `out/` may be thrown away."""
        folder = self.out / edition.id
        return [issue.id, *(other.id for other in others if not (folder / other.id).is_dir())]

    def _send(self, edition: Edition, issue: Issue, artifacts: Sequence[Artifact]) -> None:
        """Through the edition's channels; one that fails leaves the others alone."""
        for choice in edition.channels:
            channel: Channel = plugins.build(choice, self.config.folder)
            try:
                channel(issue, artifacts)
            except DigestError as error:
                self._note(error)


def _rendered(formats: Sequence[Format], issues: Sequence[Issue], wanted: Sequence[str]) -> list[Artifact]:
    """The artifacts of the `wanted` issues, each as it was when it was the newest, and what all issues share."""
    made: dict[str, Artifact] = {}
    for number, issue in enumerate(issues, 1):
        if issue.id in wanted or number == len(issues):
            artifacts = [frozen_artifact(issue)]
            for format in formats:
                artifacts += render(format, issues[:number])
            own = [a for a in artifacts if issue.id in wanted or not a.path.startswith(f"{issue.id}/")]
            made |= {artifact.path: artifact for artifact in own}
    return list(made.values())


def _number(issues: Sequence[Issue], id: str) -> int:
    """An issue that is built again keeps its number."""
    known = [issue.number for issue in issues if issue.id == id]
    return known[0] if known else max((issue.number for issue in issues), default=0) + 1


def _plan(edition: Edition) -> Plan:
    return Plan(
        edition=edition.id,
        title=edition.title,
        language=edition.language,
        timezone=edition.timezone,
        url=edition.url,
        sender=edition.sender,
        window=edition.window,
        stories=edition.stories,
        sentences=edition.sentences,
    )


def _stages(edition: Edition) -> Stages:
    return Stages(
        cluster=plugins.build(edition.clusterer),
        summarize=plugins.build(edition.summarizer),
        stance=plugins.build(edition.stance),
    )


def _stale(edition: Edition, states: Mapping[str, FeedState]) -> tuple[Stale, ...]:
    """The outlets of an edition with a feed that failed when it was last tried."""
    failed = [
        Stale(outlet=feed.outlet, since=states[feed.url].ok)
        for feed in edition.feeds
        if feed.url in states and states[feed.url].failure
    ]
    return tuple({stale.outlet: stale for stale in failed}.values())

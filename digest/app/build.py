"""Build one issue of each edition: fetch, gather, run the pipeline, render, deliver, report."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from digest import plugins
from digest.app.fetch import update
from digest.app.gather import gather, reserved
from digest.app.manifest import Manifest, file_hashes, manifest_artifact, settled
from digest.app.order import Order, Plugins, plan
from digest.app.report import Built, Polled, Report
from digest.app.run import Run
from digest.app.setup import locales, sound_formats
from digest.config import Decisions, Edition
from digest.config.editor import FILE as EDITOR
from digest.deliver import Channel
from digest.deliver.folder import Folder
from digest.edit.editor import Register, doubled, strangers, unmet
from digest.errors import ConfigError, DigestError, FormatError, PluginError
from digest.model import Artifact, FeedState, Issue, Stale
from digest.pipeline import Past, issue_id
from digest.render.chronicle import Chronicle
from digest.render.engine import render, render_stories
from digest.render.formats import SHARED, Format
from digest.render.frozen import freeze, frozen_artifact, thaw


@dataclass(frozen=True, kw_only=True)
class Build:
    """Issues into the folder `out`; `offline`, no feed is asked. `decisions` are the editor's, by edition."""

    run: Run
    out: Path
    offline: bool
    decisions: Mapping[str, Decisions]

    def issues(self, editions: Sequence[Edition]) -> Report:
        """Build one issue of each edition; feeds, files and editions that fail are reported, not raised."""
        polled, states = (Polled(), self.states(editions)) if self.offline else update(self.run, editions)
        built: list[Built] = []
        failed: list[str] = []
        for edition in editions:
            try:
                built.append(self._edition(edition, states))
            except (FormatError, PluginError) as error:
                self.run.note(error)
                failed.append(edition.id)
        self.run.begin("")
        return Report(
            now=self.run.now,
            polled=polled,
            built=tuple(built),
            failed=tuple(failed),
            problems=tuple(self.run.problems),
            seconds=tuple(self.run.seconds.items()),
        )

    def states(self, editions: Sequence[Edition]) -> Mapping[str, FeedState]:
        return self.run.store.feed_states([feed.url for edition in editions for feed in edition.feeds])

    def _edition(self, edition: Edition, states: Mapping[str, FeedState]) -> Built:
        """Render before anything is kept: an issue that could not be shown must not count as told."""
        self.run.begin("gather", edition.id)
        pairs = [(thaw(data), data) for data in self.run.store.issues(edition.id)]
        issues, frozen = [issue for issue, _ in pairs], {issue.id: data for issue, data in pairs}
        order = self.order(edition, states, issues)
        issue = self.issue(order)
        self.run.begin("render", edition.id)
        every = order.all(issue)
        wanted = self._missing(edition, issue, [*order.past.earlier, *order.later])
        manifests = self.run.store.manifests(edition.id, wanted)
        made, broken = self._made(edition, every, issues, wanted)
        formats = list(made)
        artifacts = frozen_artifacts(every, wanted) + [artifact for format in formats for artifact in made[format]]
        manifest = settled(
            Manifest.of(order, issue, frozen=frozen, files=self._files(), formats=formats, artifacts=artifacts),
            manifests.get(issue.id),
        )
        artifacts += [manifest_artifact(id, manifests[id]) for id in wanted if id != issue.id and id in manifests]
        artifacts.append(manifest.artifact())
        self.run.begin("deliver", edition.id)
        changed = Folder(path=self.out)(issue, artifacts)
        self.run.store.save_issue(edition.id, issue.id, issue.number, issue.at, freeze(issue), manifest.written())
        self._send(edition, issue, artifacts)
        return Built(
            issue=issue,
            articles=len(order.articles),
            folder=str(self.out / edition.id / issue.id),
            artifacts=tuple(artifact.path for artifact in artifacts),
            broken=broken,
            changed=changed,
        )

    def order(self, edition: Edition, states: Mapping[str, FeedState], issues: Sequence[Issue]) -> Order:
        """What to make; `issues` are those of the edition that the store has."""
        id = issue_id(self.run.now, edition.timezone)
        earlier = tuple(issue for issue in issues if issue.id != id and issue.at < self.run.now)
        articles = gather(self.run, edition, earlier)
        return Order(
            plan=plan(edition, self.decisions.get(edition.id, Decisions()), reserved(self.run, articles)),
            plugins=Plugins.of(edition),
            at=self.run.now,
            number=_number(issues, id),
            articles=articles,
            past=Past(earlier=earlier, replaced=next((issue for issue in issues if issue.id == id), None)),
            later=tuple(issue for issue in issues if issue.id != id and issue.at >= self.run.now),
            stale=_stale(edition, states),
        )

    def issue(self, order: Order) -> Issue:
        """Make it; what the editor decided about things that nobody knows is noted."""
        issue = order.issue(self.run.config.folder, lambda stage: self.run.begin(stage, order.plan.edition))
        self._note_strangers(order.plan.decisions, Register.of(order.articles, [*order.past.all, issue]), issue)
        return issue

    def _files(self) -> Mapping[str, str]:
        return file_hashes([self.run.config.path, self.run.config.folder / EDITOR])

    def _note_strangers(self, decisions: Decisions, register: Register, issue: Issue) -> None:
        for reference in strangers(decisions, register):
            reason = f"'{reference.name}' is no story or article that is known here"
            hint = "name a story by its id (`digest explain` lists them), or by the link of one of its articles"
            self.run.note(ConfigError(reference.place, reason, hint))
        for one, first in doubled(decisions, register):
            reason = f"'{one.article.name}' is the article whose stance is set at {first.article.place}, which counts"
            self.run.note(ConfigError(one.article.place, reason, "keep one of the two"))
        for one, known in unmet(decisions, register, issue):
            reason = f"'{one.speaker or 'the outlet'}' has no take in this article"
            self.run.note(ConfigError(one.article.place, reason, f"those who have: {', '.join(known)}"))

    def _missing(self, edition: Edition, issue: Issue, others: Sequence[Issue]) -> list[str]:
        """The issues to render: this one, and those whose folder is gone, since `out/` may be thrown away."""
        folder = self.out / edition.id
        return [issue.id, *(other.id for other in others if not (folder / other.id).is_dir())]

    def _made(
        self, edition: Edition, every: Sequence[Issue], before: Sequence[Issue], wanted: Sequence[str]
    ) -> tuple[dict[Format, list[Artifact]], tuple[str, ...]]:
        """What each format makes, and the names of those that are broken, which are noted. FormatError if all are."""
        said = locales(self.run.config.folder)
        chronicle, old = Chronicle(issues=every, locales=said), Chronicle(issues=before, locales=said)
        sound, broken = sound_formats(edition.formats, self.run.config.folder)
        made: dict[Format, list[Artifact]] = {}
        for format in sound:
            try:
                made[format] = rendered(format, every, wanted)
                made[format] += self._stories(format, edition, chronicle, old, wanted)
            except FormatError as error:
                made.pop(format, None)
                broken[format.name] = error
        for number, problem in enumerate(broken.values(), 1):
            if not made and number == len(broken):
                raise problem
            self.run.note(problem)
        return made, tuple(broken)

    def _stories(
        self, format: Format, edition: Edition, now: Chronicle, before: Chronicle, wanted: Sequence[str]
    ) -> tuple[Artifact, ...]:
        """The pages of all stories that the wanted issues touch, or touched before, and of those whose page is gone."""
        issues = [issue for chronicle in (now, before) for issue in chronicle.issues if issue.id in wanted]
        touched = now.touched(issues, before)
        return render_stories(format, now, touched | _lost(format, now.stories, self.out / edition.id))

    def _send(self, edition: Edition, issue: Issue, artifacts: Sequence[Artifact]) -> None:
        """Through the edition's channels; one that fails leaves the others alone."""
        for choice in edition.channels:
            channel: Channel = plugins.build(choice, self.run.config.folder)
            try:
                channel(issue, artifacts)
            except DigestError as error:
                self.run.note(error)


def frozen_artifacts(issues: Sequence[Issue], wanted: Collection[str]) -> list[Artifact]:
    """The frozen issues among the artifacts."""
    return [frozen_artifact(issue) for issue in issues if issue.id in wanted]


def rendered(format: Format, issues: Sequence[Issue], wanted: Collection[str]) -> list[Artifact]:
    """What a format makes of the `wanted` issues, each as it was when it was the newest, and of all that share it.

    Raises FormatError if a template fails.
    """
    made: list[Artifact] = []
    for number, issue in enumerate(issues, 1):
        if issue.id in wanted:
            made += render(format, issues[:number], ["issue"])
    return [*made, *render(format, issues, SHARED)]


def _lost(format: Format, known: Collection[str], folder: Path) -> set[str]:
    """The stories without a file that the format makes of each, in an edition's folder."""
    recipes = [recipe for recipe in format.recipes if recipe.scope == "story"]
    return {id for recipe in recipes for id in known if not (folder / recipe.path_of(id)).is_file()}


def _number(issues: Sequence[Issue], id: str) -> int:
    """An issue that is built again keeps its number."""
    known = [issue.number for issue in issues if issue.id == id]
    return known[0] if known else max((issue.number for issue in issues), default=0) + 1


def _stale(edition: Edition, states: Mapping[str, FeedState]) -> tuple[Stale, ...]:
    """The outlets of an edition with a feed that failed when it was last tried."""
    failed = [
        Stale(outlet=feed.outlet, since=states[feed.url].ok)
        for feed in edition.feeds
        if feed.url in states and states[feed.url].failure
    ]
    return tuple({stale.outlet: stale for stale in failed}.values())

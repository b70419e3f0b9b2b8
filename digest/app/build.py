"""Build one issue of each edition: fetch, gather, run the pipeline, render, deliver, report."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from digest import plugins
from digest.app.fetch import update
from digest.app.gather import gather, reserved
from digest.app.library import frozen_files, library
from digest.app.manifest import Manifest, file_hashes, manifest_artifact, settled
from digest.app.order import Order, Plugins, plan
from digest.app.rendering import Made, Rendering
from digest.app.report import Built, Polled, Report
from digest.app.run import Run
from digest.app.setup import miswritten, sound_formats
from digest.config import Decisions, Edition
from digest.config.editor import FILE as EDITOR
from digest.deliver import Channel
from digest.deliver.folder import Folder
from digest.edit.editor import Register, doubled, strangers, unmet
from digest.errors import ConfigError, DigestError, FormatError, PluginError, StoryError
from digest.model import Artifact, FeedState, Issue, Stale
from digest.pipeline import Past, issue_id
from digest.render.formats import Format
from digest.render.frozen import freeze, frozen_file
from digest.render.gist import Gist
from digest.render.issues import Issues, shorts
from digest.store import Kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """What an issue was ordered to be, and what came of it; `before` are the edition's issues that the store has."""

    order: Order
    issue: Issue
    before: Issues


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """An issue with its artifacts, and what is to be kept of it. `broken` are the formats that were left out."""

    issue: Issue
    kept: Kept
    artifacts: tuple[Artifact, ...]
    broken: tuple[str, ...]
    articles: int


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
        for mistake in miswritten(
            [edition.language for edition in editions if edition.formats], self.run.config.folder
        ):
            self.run.note(mistake)
        built: list[Built] = []
        failed: list[str] = []
        for edition in editions:
            try:
                built.append(self._edition(edition, states))
            except (FormatError, PluginError, StoryError) as error:
                self.run.note(error)
                failed.append(edition.id)
        for edition in editions:
            if edition.timing.review and edition.id not in failed:
                hint = "the issue is out; `digest run` would have made a draft"
                self.run.note(
                    StoryError(edition.id, "says review: required, which `digest build` does not wait for", hint)
                )
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
        return self.publish(edition, self.rendered(edition, self.drafted(edition, states)))

    def drafted(self, edition: Edition, states: Mapping[str, FeedState]) -> Drafted:
        """What the next issue says; nothing of it is kept. StoryError if the day's issue has been mailed."""
        self.run.begin("gather", edition.id)
        id = issue_id(self.run.now, edition.timezone)
        if self.run.store.mailed(edition.id, id):
            hint = "what subscribers have stays what others read; the next issue is that of another day"
            raise StoryError(f"{edition.id} {id}", "has been mailed, and is not built again", hint)
        before = library(self.run.store, edition.id)
        order = self.order(edition, states, before)
        return Drafted(order=order, issue=self.issue(order), before=before)

    def rendered(self, edition: Edition, drafted: Drafted) -> Rendered:
        """In all formats, before anything is kept: an issue that could not be shown must not count as told."""
        issue, before, order = drafted.issue, drafted.before, drafted.order
        known = self.run.store.issue(edition.id, issue.id)

        def manifest(formats: Sequence[Format], artifacts: Sequence[Artifact]) -> bytes:
            now = Manifest.of(
                order,
                issue,
                hashes={one.issue.id: one.sha256 for one in before.gists},
                files=self._files(),
                formats=formats,
                artifacts=artifacts,
            )
            return settled(now, known.manifest if known else None).written()

        return self._rendered(edition, issue, before, manifest, len(order.articles))

    def again(self, edition: Edition, issue: Issue, manifest: bytes) -> Rendered:
        """An issue that was made before, and did not go out, in all formats as they are now."""
        before, articles = library(self.run.store, edition.id), len(Manifest.read(manifest).inputs)
        return self._rendered(edition, issue, before, lambda *_: manifest, articles)

    def _rendered(
        self,
        edition: Edition,
        issue: Issue,
        before: Issues,
        manifest: Callable[[Sequence[Format], Sequence[Artifact]], bytes],
        articles: int,
    ) -> Rendered:
        """`manifest` says of the formats that made something, and of what they made, what the issue was made of."""
        self.run.begin("render", edition.id)
        store, frozen = self.run.store, freeze(issue)
        gist, known = Gist.of(frozen, issue), store.issue(edition.id, issue.id)
        formats, unusable = sound_formats(edition.formats, self.run.config.folder)
        rendering = Rendering(
            issue=issue,
            issues=before.having(issue, gist),
            before=before,
            formats=formats,
            folder=self.out / edition.id,
            note=known.made if known else None,
        )
        made = rendering.made()
        self._note_broken(unusable | made.broken, made)
        artifacts = [frozen_file(issue.id, frozen), *frozen_files(store, edition.id, rendering.missing)]
        artifacts += [artifact for found in made.artifacts.values() for artifact in found]
        written = manifest(list(made.artifacts), artifacts)
        manifests = {**store.manifests(edition.id, rendering.missing), issue.id: written}
        artifacts += [manifest_artifact(id, one) for id, one in manifests.items()]
        return Rendered(
            issue=issue,
            kept=Kept(frozen=frozen, manifest=written, gist=gist.written(), made=made.note),
            artifacts=tuple(artifacts),
            broken=tuple(unusable | made.broken),
            articles=articles,
        )

    def publish(self, edition: Edition, rendered: Rendered) -> Built:
        """Into the folder, into the store, and through the channels."""
        issue, artifacts = rendered.issue, rendered.artifacts
        self.run.begin("deliver", edition.id)
        changed = Folder(path=self.out)(issue, artifacts)
        self.run.store.save_issue(edition.id, issue.id, issue.number, issue.at, rendered.kept)
        self._send(edition, issue, artifacts)
        return Built(
            issue=issue,
            articles=rendered.articles,
            folder=str(self.out / edition.id / issue.id),
            artifacts=tuple(artifact.path for artifact in artifacts),
            broken=rendered.broken,
            changed=changed,
        )

    def order(self, edition: Edition, states: Mapping[str, FeedState], known: Sequence[Issue]) -> Order:
        """What to make; `known` are the edition's issues that the store has."""
        id = issue_id(self.run.now, edition.timezone)
        issues = shorts(known)
        earlier = tuple(issue for issue in issues if issue.id != id and issue.at < self.run.now)
        replaced = next((known[place] for place, issue in enumerate(issues) if issue.id == id), None)
        articles = gather(self.run, edition, earlier)
        return Order(
            plan=plan(edition, self.decisions.get(edition.id, Decisions()), reserved(self.run, articles)),
            plugins=Plugins.of(edition),
            at=self.run.now,
            number=_number(issues, id),
            articles=articles,
            past=Past(earlier=earlier, replaced=replaced),
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

    def _note_broken(self, broken: Mapping[str, FormatError], made: Made) -> None:
        """FormatError if there is no format that is not."""
        errors = list(broken.values())
        last = errors.pop() if errors and not made.artifacts else None
        for error in errors:
            self.run.note(error)
        if last:
            raise last

    def _send(self, edition: Edition, issue: Issue, artifacts: Sequence[Artifact]) -> None:
        """Through the edition's channels; one that fails leaves the others alone."""
        for choice in edition.channels:
            channel: Channel = plugins.build(choice, self.run.config.folder)
            try:
                channel(issue, artifacts)
            except DigestError as error:
                self.run.note(error)


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

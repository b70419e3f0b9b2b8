"""Make an issue again out of its manifest and the texts in the store, without network, and compare."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from digest.app.build import frozen_artifacts, rendered
from digest.app.manifest import Hashed, Manifest, format_hash, paths, sha256, versions
from digest.app.order import Order
from digest.app.setup import locales, template_folders
from digest.errors import FormatError, StoreError
from digest.model import Artifact, Issue
from digest.pipeline import Past
from digest.render.chronicle import Chronicle
from digest.render.engine import render_stories
from digest.render.formats import Format, find_formats, load_format
from digest.render.frozen import thaw
from digest.store import Store
from digest.text.normalize import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """An issue that was made again.

    `artifacts` are those that the manifest names, as far as they could be made, and its own; `differ` are the paths of
    those that have other bytes, or could not be made; `notes` say what is not as it was then.
    """

    issue: Issue
    artifacts: tuple[Artifact, ...]
    differ: tuple[str, ...]
    notes: tuple[str, ...]


def again(manifest: Manifest, store: Store, folder: Path) -> Again:
    """`folder` is where formats are looked for first. StoreError if a text is gone: nothing can be compared then."""
    frozen = {thaw(data).id: data for data in store.issues(manifest.plan.edition)}
    order = _order(manifest, frozen, store)
    issue = order.issue(folder)
    formats = _formats(manifest, folder)
    every = order.all(issue)
    stories = {id for brief in issue.briefs for id in (brief.story, *brief.merged)}
    own = paths(formats, issue) & {one.name for one in manifest.artifacts}
    chronicle = Chronicle(issues=every, locales=locales(folder))
    made = frozen_artifacts(every, [issue.id])
    for format in formats:
        made += rendered(format, every, [issue.id])
        made += render_stories(format, chronicle, stories)
    artifacts = {one.path: one for one in made if one.path in own}
    now = replace(
        manifest,
        versions=versions(),
        formats={format.name: format_hash(format) for format in formats},
        artifacts=tuple(
            Hashed(name=one.name, sha256=sha256(artifacts[one.name].content))
            for one in manifest.artifacts
            if one.name in artifacts
        ),
    )
    before = {one.name: one.sha256 for one in manifest.artifacts}
    after = {one.name: one.sha256 for one in now.artifacts}
    return Again(
        issue=issue,
        artifacts=(*artifacts.values(), now.artifact()),
        differ=tuple(path for path in before if after.get(path) != before[path]),
        notes=(*_versions(manifest, now), *_templates(manifest, now), *_issues(manifest, frozen)),
    )


def _order(manifest: Manifest, frozen: Mapping[str, bytes], store: Store) -> Order:
    """What was ordered then. Other issues are as they are now, since there is nothing else."""
    texts = store.texts({one.sha256 for one in manifest.inputs})
    lost = [one.id for one in manifest.inputs if one.sha256 not in texts]
    if lost:
        some = ", ".join(lost[:5]) + (", ..." if len(lost) > 5 else "")
        hint = "name the store that it was built with, with --store or -c"
        raise StoreError("store", f"has not the text of {counted(len(lost), 'article')} ({some})", hint)

    def others(named: Sequence[Hashed]) -> tuple[Issue, ...]:
        return tuple(thaw(frozen[one.name]) for one in named if one.name in frozen)

    return Order(
        plan=manifest.plan,
        plugins=manifest.plugins,
        at=manifest.at,
        number=manifest.number,
        articles=[one.article(texts[one.sha256]) for one in manifest.inputs],
        past=Past(earlier=others(manifest.earlier), replaced=manifest.replaced_issue()),
        later=others(manifest.later),
        stale=manifest.stale,
    )


def _formats(manifest: Manifest, folder: Path) -> list[Format]:
    """Those of its formats that there still are."""
    found = find_formats(template_folders(folder))
    formats: list[Format] = []
    for name in manifest.formats:
        with suppress(FormatError, KeyError):
            formats.append(load_format(found[name], locales(folder)))
    return formats


def _versions(then: Manifest, now: Manifest) -> Iterator[str]:
    for name in sorted({*then.versions, *now.versions}):
        before, after = (one.versions.get(name, "not there") for one in (then, now))
        if before != after:
            yield f"{name} was {before}, and is {after}"


def _templates(then: Manifest, now: Manifest) -> Iterator[str]:
    for name, known in then.formats.items():
        if now.formats.get(name) != known:
            yield f"the format {name} " + ("has changed" if name in now.formats else "is gone, or broken")


def _issues(then: Manifest, frozen: Mapping[str, bytes]) -> Iterator[str]:
    for one in (*then.earlier, *then.later):
        if one.name not in frozen:
            yield f"issue {one.name} is gone"
        elif sha256(frozen[one.name]) != one.sha256:
            yield f"issue {one.name} has been built again since"

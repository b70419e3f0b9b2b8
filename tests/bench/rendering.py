"""All formats of a large issue on top of a long archive: rendered, published, and published again.

The stories are those of the sample seeds, each told many times under names of its own.
"""

import json
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from digest.app.library import frozen_files, library
from digest.app.rendering import Rendering
from digest.app.setup import load_formats, read_config
from digest.cli import cli
from digest.deliver.folder import Folder
from digest.model import Issue, short_hash
from digest.render.frozen import freeze, frozen_file, thaw
from digest.render.gist import Gist
from digest.store import Kept
from digest.store.memory import MemoryStore
from tests.replay import ROOT

EARLIER, STORIES = 200, 20
NEWEST = 100  # stories
_Part = tuple[list[dict[str, Any]], dict[str, Any]]  # the articles of a story, and its brief


def bench_render() -> None:
    with tempfile.TemporaryDirectory() as name:
        sample, folder = _sample(Path(name)), Path(name, "bench")
        store = MemoryStore()
        for number in range(1, EARLIER + 1):
            _keep(store, _issue(sample, number, STORIES))
        newest = _issue(sample, EARLIER + 1, NEWEST)
        first, *others = newest.briefs
        changed = replace(newest, briefs=(replace(first, pinned=not first.pinned), *others))
        for issue, label in (
            (_issue(sample, EARLIER, STORIES), "200 issues, from nothing"),
            (newest, "one more issue, of 100 stories"),
            (newest, "the same again"),
            (changed, "one of its stories changed"),
            (changed, "the same again"),
        ):
            print(json.dumps(_build(store, issue, folder, label)), flush=True)


def _build(store: MemoryStore, issue: Issue, folder: Path, label: str) -> dict[str, object]:
    """Render and publish, as `digest build` does once it has an issue."""
    config = read_config(ROOT / "feeds.yaml")
    formats = load_formats(config.editions[0].formats, config.folder)
    began, cpu = time.perf_counter(), time.process_time()
    before, frozen = library(store, issue.edition), freeze(issue)
    gist, kept = Gist.of(frozen, issue), store.issue(issue.edition, issue.id)
    rendering = Rendering(
        issue=issue,
        issues=before.having(issue, gist),
        before=before,
        formats=formats,
        folder=folder / issue.edition,
        note=kept.made if kept else None,
    )
    made = rendering.made()
    rendered = time.perf_counter()
    artifacts = [artifact for found in made.artifacts.values() for artifact in found]
    artifacts += [frozen_file(issue.id, frozen), *frozen_files(store, issue.edition, rendering.missing)]
    written = Folder(path=folder)(issue, artifacts)
    done, cpu = time.perf_counter(), time.process_time() - cpu
    now = Kept(frozen=frozen, gist=gist.written(), made=made.note)
    store.save_issue(issue.edition, issue.id, issue.number, issue.at, now)
    return {
        "build": label,
        "render_s": round(rendered - began, 2),
        "publish_s": round(done - rendered, 2),
        "cpu_s": round(cpu, 2),
        "files": sum(path.is_file() for path in folder.rglob("*")),
        "written": written,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _sample(folder: Path) -> Issue:
    """The issue of the sample seeds."""
    command = ["build", "-c", str(ROOT / "feeds.yaml"), "--out", str(folder / "out"), "--offline"]
    cli([*command, "--store", f"sqlite:///{folder}/digest.db", "--now", "2026-05-10T09:00Z"], standalone_mode=False)
    (path,) = (folder / "out").glob("*/*/issue.json")
    return thaw(path.read_bytes())


def _keep(store: MemoryStore, issue: Issue) -> None:
    frozen = freeze(issue)
    kept = Kept(frozen=frozen, gist=Gist.of(frozen, issue).written())
    store.save_issue(issue.edition, issue.id, issue.number, issue.at, kept)


def _issue(sample: Issue, number: int, stories: int) -> Issue:
    """The `number`th weekly issue, of as many stories of its own; the articles of no two stories are the same."""
    at = sample.at + timedelta(days=7 * number)
    raw = json.loads(freeze(replace(sample, articles=(), briefs=())))
    parts = [_renamed(part, f"{number}-{place}") for place, part in enumerate(islice(cycle(_parts(sample)), stories))]
    raw["articles"] = [article for articles, _ in parts for article in articles]
    raw["briefs"] = [brief for _, brief in parts]
    issue = thaw(json.dumps(raw).encode())
    window = (at - timedelta(days=7), at)
    return replace(issue, id=at.date().isoformat(), number=number, at=at, window=window, left=(), more=0)


def _parts(sample: Issue) -> Iterator[_Part]:
    raw = json.loads(freeze(sample))
    for brief in raw["briefs"]:
        articles = [one for one in raw["articles"] if one["id"] in brief["story"]["articles"]]
        yield articles, {**brief, "related": [], "topic": None}


def _renamed(part: _Part, name: str) -> _Part:
    """With ids of its own, and headlines that tell it from the others."""
    story, text = part[1]["story"], json.dumps(part)
    for id in (story["id"], *story["articles"]):
        text = text.replace(f'"{id}"', f'"{short_hash(id, name)}"')
    title = json.dumps(story["title"])
    articles, brief = json.loads(text.replace(title, f'{title[:-1]}, {name}"'))
    return articles, brief

"""The same input gives the same bytes anywhere; what has been published keeps its address whatever it is called later."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import feedparser
import pytest

from digest.model import Artifact, Issue
from digest.render.chronicle import Chronicle
from digest.render.engine import load_format, render, render_stories
from digest.render.formats import find_formats
from digest.render.frozen import thaw
from tests.proof.exhibit import HOME, Exhibit
from tests.replay import ROOT

ELSEWHERE = {"TZ": "Pacific/Apia", "LANG": "tr_TR.UTF-8", "LC_ALL": "C", "PYTHONHASHSEED": "4242"}
BUILD = """
import sys
from pathlib import Path
from tests.proof.exhibit import House, build_sample
build_sample(House(name="sample", folder=Path(sys.argv[1]), out=Path(sys.argv[2])))
"""


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_another_machine_builds_the_same_bytes(exhibit: Exhibit, tmp_path: Path) -> None:
    """Another time zone, locale, hash seed and folder: no byte of any file of any format differs (R5)."""
    work, out = tmp_path / "work", tmp_path / "out"
    work.mkdir()
    env = {**os.environ, **ELSEWHERE, "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "-c", BUILD, str(work), str(out)], env=env, cwd=work, check=True, capture_output=True
    )
    before, after = files(exhibit.folder / "sample"), files(out / "sample")
    assert before.keys() == after.keys()
    assert [path for path, data in before.items() if after[path] != data] == []


def renamed(issue: Issue) -> Issue:
    """With every title changed that anybody gives: the edition's, the stories', the articles'."""
    briefs = tuple(replace(brief, title=f"Renamed {number}") for number, brief in enumerate(issue.briefs))
    articles = tuple(replace(article, title=f"Also {article.title}") for article in issue.articles)
    return replace(issue, title="Another Name", briefs=briefs, articles=articles)


def artifacts(issues: list[Issue]) -> list[Artifact]:
    """What every format makes of an edition, its issues one after the other."""
    made: list[Artifact] = []
    for folder in find_formats([ROOT / "templates"]).values():
        format = load_format(folder)
        chronicle = Chronicle(issues=issues)
        for number in range(1, len(issues) + 1):
            made += render(format, issues[:number])
        made += render_stories(format, chronicle, chronicle.stories)
    return made


@pytest.fixture
def sample(exhibit: Exhibit) -> list[Issue]:
    return [thaw(path.read_bytes()) for path in sorted((exhibit.folder / "sample").glob("*/issue.json"))]


def test_no_title_is_part_of_an_address(sample: list[Issue]) -> None:
    """Paths, the ids of feeds and of their items, and every link within the site stay (O2, W11)."""
    before, after = artifacts(sample), artifacts([renamed(issue) for issue in sample])
    assert [artifact.path for artifact in before] == [artifact.path for artifact in after]
    for old, new in zip(before, after, strict=True):
        assert ids(old) == ids(new), old.path
    assert any(b"Renamed 0" in artifact.content for artifact in after)


def ids(artifact: Artifact) -> list[str]:
    """What others may have kept: ids of items and links into the edition."""
    text = artifact.content.decode("utf-8", "replace")  # pictures have none
    if artifact.media_type in ("application/rss+xml", "application/atom+xml"):
        feed = feedparser.parse(artifact.content)
        return [feed.feed.get("id", ""), *(f"{entry.id} {entry.link}" for entry in feed.entries)]
    if artifact.media_type == "application/feed+json":
        return re.findall(r'"(?:id|url)": ?"([^"]+)"', text)
    if artifact.media_type == "text/html":
        return re.findall(rf'href="((?:{HOME}|\.\.?/|[\w-]+\.html|stories/)[^"]*)"', text)
    return []

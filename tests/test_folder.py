"""The folder channel: artifacts as files, whole or not at all, and never outside."""

from datetime import datetime
from pathlib import Path

import pytest

from digest.deliver.folder import Folder
from digest.errors import DigestError
from digest.model import Artifact, Issue


def issue(now: datetime) -> Issue:
    return Issue(
        edition="weekly", id="2026-11-20", number=1, title="Weekly", language="en", timezone="UTC", url=None, sender=None,
        at=now, window=(now, now), articles=(), briefs=(), more=0, stale=(),
    )  # fmt: skip


def artifact(path: str, content: bytes = b"x") -> Artifact:
    return Artifact(path=path, media_type="text/plain", content=content)


def test_artifacts_are_written_below_the_edition(tmp_path: Path, now: datetime) -> None:
    changed = Folder(path=tmp_path)(issue(now), [artifact("2026-11-20/a.txt"), artifact("feed.xml")])
    assert changed == 2
    assert (tmp_path / "weekly/2026-11-20/a.txt").read_bytes() == b"x"
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["a.txt", "feed.xml"]


def test_a_file_that_would_not_change_is_left_alone(tmp_path: Path, now: datetime) -> None:
    folder = Folder(path=tmp_path)
    folder(issue(now), [artifact("a.txt"), artifact("b.txt")])
    before = (tmp_path / "weekly/a.txt").stat().st_mtime_ns
    assert folder(issue(now), [artifact("a.txt"), artifact("b.txt", b"y")]) == 1
    assert (tmp_path / "weekly/a.txt").stat().st_mtime_ns == before
    assert (tmp_path / "weekly/b.txt").read_bytes() == b"y"


@pytest.mark.parametrize("path", ["../evil.txt", "/etc/evil", "a/../../../evil"])
def test_nothing_is_written_outside(tmp_path: Path, now: datetime, path: str) -> None:
    with pytest.raises(DigestError, match="outside"):
        Folder(path=tmp_path / "out")(issue(now), [artifact("a.txt"), artifact(path)])
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_folder_that_cannot_be_written_is_a_clear_error(tmp_path: Path, now: datetime) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DigestError, match="cannot be written"):
        Folder(path=tmp_path / "file")(issue(now), [artifact("a.txt")])

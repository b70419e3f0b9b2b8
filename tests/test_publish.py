"""A folder changes all at once: for those who read it meanwhile, and whatever stops the run that writes it."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.deliver.folder import Folder
from digest.errors import DigestError
from digest.model import Artifact
from tests.test_folder import artifact, issue

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PAGES = ("index.html", "feed.xml", "2026-11-20/index.html", "stories/a.html", "stories/b.html")
ROOT = Path(__file__).parent.parent
PUBLISH = """
import sys
from pathlib import Path
from tests.test_publish import publish
for stamp in sys.argv[2:]:
    publish(Path(sys.argv[1]), stamp)
"""
STRACE = shutil.which("strace")
needs_strace = pytest.mark.skipif(STRACE is None, reason="strace is not here: `apt-get install strace`")


def site(stamp: str) -> list[Artifact]:
    """A site every page of which bears the stamp."""
    return [artifact(path, f"{stamp} {path}".encode()) for path in PAGES]


def publish(out: Path, stamp: str) -> int:
    return Folder(path=out)(issue(NOW), site(stamp))


def stamps(root: Path) -> set[str]:
    """Of all pages of a site; each must be there."""
    return {(root / page).read_text().split()[0] for page in PAGES}


def traced(out: Path, *stamps: str, inject: Sequence[str] = ()) -> "subprocess.Popen[str]":
    """Publish in a process of its own, in which system calls go wrong as strace is told."""
    strace = [str(STRACE), "-f", "-qq", "-o", os.devnull, *(f"--inject={one}" for one in inject)] if inject else []
    command = [*strace, sys.executable, "-c", PUBLISH, str(out), *stamps]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def said(process: "subprocess.Popen[str]") -> str:
    return process.communicate(timeout=60)[1]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with a site in it, published before."""
    publish(tmp_path / "out", "old")
    return tmp_path / "out"


def test_a_reader_never_sees_a_mix_and_misses_no_page(out: Path) -> None:
    """If the front page was the same before and after the others were read, they are of one build, all of them."""
    writer = traced(out, *(f"build-{number}" for number in range(200)))
    whole, seen = 0, set[str]()
    while writer.poll() is None:
        before = (out / "weekly" / PAGES[0]).read_text().split()[0]
        found = stamps(out / "weekly")
        if (out / "weekly" / PAGES[0]).read_text().split()[0] == before:
            assert found == {before}
            whole += 1
            seen.add(before)
    assert said(writer) == ""
    assert stamps(out / "weekly") == {"build-199"}
    assert whole > 20
    assert len(seen) > 5


@needs_strace
@pytest.mark.parametrize(
    "call", ["mkdir", "link,linkat", "fsync", "rename,renameat,renameat2", "unlink,unlinkat", "rmdir"]
)
def test_killed_at_any_step_the_old_site_or_the_new_one_stands(out: Path, call: str) -> None:
    (out / "weekly" / "CNAME").write_text("news.example")
    killed = 0
    for number in range(1, 40):
        process = traced(out, f"new-{number}", inject=[f"{call}:signal=KILL:when={number}"])
        assert said(process) == ""
        (stamp,) = stamps(out / "weekly")
        assert (out / "weekly" / "CNAME").read_text() == "news.example"
        if process.returncode == 0:
            assert stamp == f"new-{number}"
            break
        killed += 1
        publish(out, "old")
        assert names(out) == ["weekly"]  # what was left of the killed run is gone
    assert process.returncode == 0
    assert killed > 0 or "rename" not in call


@needs_strace
def test_a_first_publish_that_is_killed_leaves_no_half_of_a_site(tmp_path: Path) -> None:
    process = traced(tmp_path, "new", inject=["rename,renameat,renameat2:signal=KILL:when=1"])
    said(process)
    assert process.returncode != 0
    assert not (tmp_path / "weekly").exists()
    publish(tmp_path, "new")
    assert names(tmp_path) == ["weekly"]


@needs_strace
@pytest.mark.parametrize("call", ["mkdir", "fsync", "write"])
def test_a_full_disk_is_said_and_the_old_site_stands(out: Path, call: str) -> None:
    process = traced(out, "new", inject=[f"{call}:error=ENOSPC"])
    message = said(process)
    if call != "write":  # else there is no room for the message either
        assert "cannot be written: No space left on device" in message
    assert "cannot be written: No space left on device" in (
        said(process) or "cannot be written: No space left on device"
    )
    assert process.returncode != 0
    assert stamps(out / "weekly") == {"old"}
    publish(out, "old")
    assert names(out) == ["weekly"]


@needs_strace
@pytest.mark.parametrize(
    "fault", ["renameat2:error=EINVAL", "renameat2:error=EBUSY", "mkdir:error=EACCES", "renameat2:error=ENOSYS"]
)
def test_a_folder_that_cannot_be_switched_is_written_file_by_file(out: Path, fault: str) -> None:
    there = (out / "weekly").stat().st_ino
    process = traced(out, "new", inject=[fault])
    assert (said(process), process.returncode) == ("", 0)
    assert stamps(out / "weekly") == {"new"}
    assert (out / "weekly").stat().st_ino == there
    assert names(out) == ["weekly"]


@needs_strace
def test_where_there_are_no_hard_links_files_are_copied_and_keep_their_times(out: Path) -> None:
    (out / "weekly" / "CNAME").write_text("news.example")
    before = (out / "weekly" / "CNAME").stat()
    process = traced(out, "new", inject=["link,linkat:error=EPERM"])
    assert (said(process), process.returncode) == ("", 0)
    after = (out / "weekly" / "CNAME").stat()
    assert (out / "weekly" / "CNAME").read_text() == "news.example"
    assert after.st_mtime_ns == before.st_mtime_ns


@needs_strace
def test_a_file_that_somebody_adds_while_the_new_folder_is_built_is_kept(out: Path) -> None:
    process = traced(out, "new", inject=["renameat2:delay_enter=2000000"])
    while not (out / ".weekly.new" / PAGES[-1]).exists():
        assert process.poll() is None
        time.sleep(0.01)
    time.sleep(0.3)
    (out / "weekly" / "mine").mkdir()
    (out / "weekly" / "mine" / "map.svg").write_text("<svg/>")
    assert (said(process), process.returncode) == ("", 0)
    assert stamps(out / "weekly") == {"new"}
    assert (out / "weekly" / "mine" / "map.svg").read_text() == "<svg/>"


def test_what_is_not_ours_stays_as_it_is(out: Path) -> None:
    root = out / "weekly"
    (root / "CNAME").write_text("news.example")
    (root / "pictures").mkdir(mode=0o750)
    (root / "pictures" / "harbour.jpg").write_bytes(b"jpeg")
    (root / "pictures" / "newest.jpg").symlink_to("harbour.jpg")
    (root / "gone").symlink_to("nowhere")
    (out / "robots.txt").write_text("User-agent: *")
    before = {path: path.lstat() for path in (root / "CNAME", root / "pictures" / "harbour.jpg")}
    root.chmod(0o711)
    assert publish(out, "new") == len(PAGES)
    for path, was in before.items():
        assert (path.lstat().st_ino, path.lstat().st_mtime_ns) == (was.st_ino, was.st_mtime_ns)
    assert (root / "pictures" / "newest.jpg").readlink() == Path("harbour.jpg")
    assert (root / "gone").readlink() == Path("nowhere")
    assert (root.stat().st_mode & 0o777, (root / "pictures").stat().st_mode & 0o777) == (0o711, 0o750)
    assert names(out) == ["robots.txt", "weekly"]


def test_a_page_that_would_not_change_keeps_its_file(out: Path) -> None:
    before = (out / "weekly" / "feed.xml").stat()
    pages = [*site("old")[1:], artifact("index.html", b"new index.html")]
    assert Folder(path=out)(issue(NOW), pages) == 1
    after = (out / "weekly" / "feed.xml").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert after.st_nlink == 1


def test_an_unchanged_site_is_not_touched(out: Path) -> None:
    before = (out / "weekly").stat()
    assert publish(out, "old") == 0
    after = (out / "weekly").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_of_two_that_publish_at_once_one_waits(out: Path) -> None:
    handle = os.open(out, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    process = traced(out, "new")
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1.5)
    assert stamps(out / "weekly") == {"old"}
    os.close(handle)
    assert (said(process), stamps(out / "weekly")) == ("", {"new"})


def test_a_folder_that_is_a_link_is_published_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "www").mkdir()
    (tmp_path / "out" / "weekly").symlink_to("../www/news")
    (tmp_path / "www" / "news").mkdir()
    publish(tmp_path / "out", "one")
    publish(tmp_path / "out", "two")
    assert stamps(tmp_path / "www" / "news") == {"two"}
    assert (tmp_path / "out" / "weekly").is_symlink()
    assert (names(tmp_path / "out"), names(tmp_path / "www")) == (["weekly"], ["news"])


def test_a_link_out_of_the_folder_is_not_followed(out: Path) -> None:
    shutil.rmtree(out / "weekly" / "stories")
    (out / "weekly" / "stories").symlink_to(out.parent)
    with pytest.raises(DigestError, match="outside"):
        publish(out, "new")
    assert (out / "weekly" / "index.html").read_text() == "old index.html"
    assert not (out.parent / "a.html").exists()

"""`digest build`, with its fetching, and a migration, killed at system calls that somebody chose: the next run makes it whole."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from digest.store.migrate import scripts
from digest.store.sql import SqlStore
from tests.feeds import rss
from tests.interrupted import KILL, ROOT, Fault
from tests.server import serve
from tests.test_build import NOW, House, files

pytestmark = pytest.mark.skipif(
    not shutil.which("strace") or subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode != 0,
    reason="strace kills at chosen system calls (apt-get install strace)",
)
ENTRY = {
    "title": "Buses run by night in Larn",
    "guid": "1",
    "link": "https://radio.example/1",
    "description": "Night buses began to run in Larn on Thursday.",
    "pubDate": "Thu, 19 Nov 2026 08:00:00 GMT",
}
# The database; the folder that is published; the locks and left-overs.
POINTS = [
    ("pwrite64", 1), ("pwrite64", 8), ("pwrite64", 25), ("fsync,fdatasync", 3), ("renameat2,rename,renameat", 1),
    ("unlink,unlinkat", 1),
]  # fmt: skip


def run(house: House, *arguments: str, fault: Fault | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "digest", *arguments, "-c", str(house.config)]
    return subprocess.run([*(fault.strace if fault else []), *command], capture_output=True, text=True, cwd=ROOT)


def sound(database: Path) -> bool:
    with closing(sqlite3.connect(database)) as connection:
        whole = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return whole and not connection.execute("PRAGMA foreign_key_check").fetchall()


def test_a_build_that_was_killed_is_made_whole_by_the_next_one(tmp_path: Path) -> None:
    """Wherever it was killed: the same bytes as of one that was not, every entry once, the feed asked as before."""
    body = rss(ENTRY)
    killed = 0
    with serve({"/feed.xml": (200, {"ETag": '"1"'}, body)}) as served:
        (tmp_path / "whole").mkdir()
        whole = House(tmp_path / "whole", served.base)
        assert run(whole, "build", "--out", str(whole.out), "--now", NOW).returncode == 0
        expected = files(whole.out)
        for number, (calls, when) in enumerate(POINTS):
            folder = tmp_path / str(number)
            folder.mkdir()
            house = House(folder, served.base)
            build = ("build", "--out", str(house.out), "--now", NOW)
            killed += run(house, *build, fault=Fault(calls, KILL, str(when))).returncode != 0
            assert run(house, *build).returncode == 0, (calls, when)
            assert {**files(house.out)} == expected, (calls, when)
            assert sound(folder / "digest.db"), (calls, when)
            with closing(sqlite3.connect(folder / "digest.db")) as connection:
                assert connection.execute("SELECT count(*) FROM entries").fetchone() == (1,), (calls, when)
            assert run(house, "verify", str(house.out)).returncode == 0
    assert killed >= 4


def test_a_migration_that_was_killed_left_the_old_store_or_made_the_new_one(tmp_path: Path) -> None:
    """And the next command finishes it."""
    at, killed = "2026-11-20T08:00:00.000000+00:00", 0
    for calls, when in [
        ("pwrite64", 1),
        ("pwrite64", 3),
        ("pwrite64", 6),
        ("fsync,fdatasync", 1),
        ("fsync,fdatasync", 2),
    ]:
        folder = tmp_path / f"{calls}{when}"
        folder.mkdir()
        house, path = House(folder), folder / "digest.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(dict(scripts())[1])
            connection.executescript("CREATE TABLE schema_version (number INTEGER PRIMARY KEY)")
            connection.execute("INSERT INTO schema_version VALUES (1)")
            connection.execute("INSERT INTO texts VALUES ('h', 'T')")
            connection.execute(
                "INSERT INTO articles VALUES ('a', 'O', 'T', NULL, NULL, 0, NULL, 'en', 'h', '', ?)", (at,)
            )
            connection.commit()
        killed += run(house, "subscribers", "list", fault=Fault(calls, KILL, str(when))).returncode != 0
        with closing(sqlite3.connect(path)) as connection:
            (version,) = connection.execute("SELECT max(number) FROM schema_version").fetchone()
        assert version in (1, scripts()[-1][0]), (calls, when)
        assert run(house, "subscribers", "list").returncode == 0, (calls, when)
        assert sound(path)
        with SqlStore(f"sqlite:///{path}") as store:
            assert [article.id for article in store.articles(["a"])] == ["a"]
    assert killed

"""Copies of the store: taken while others write, brought back, and what they must not undo."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.app.backup import backup, restore
from digest.app.setup import read_config
from digest.errors import StoreError
from digest.store.migrate import scripts
from digest.store.sql import SqlStore
from tests.mailing import SECRET, Place, place, send

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WRITER = """
import sqlite3, sys
c = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
c.execute("PRAGMA synchronous=FULL")
print("ready", flush=True)
for n in range(100000):
    c.execute("BEGIN IMMEDIATE")
    for twin in "ab":
        c.execute("INSERT INTO limits VALUES (?, ?, 1)", (f"{sys.argv[2]}-{n}", twin))
    c.execute("COMMIT")
    print(n + 1, flush=True)
"""


def back(made: Place, source: Path, force: bool = True) -> None:
    restore(read_config(made.config), None, source, NOW, force=force, waiting=lambda _: None)


def mailed(made: Place) -> list[str]:
    return sorted(
        path.read_text("utf-8").partition("To: ")[2].partition("\n")[0].strip()
        for path in made.folder.glob("out/Maildir/**/new/*")
    )


def test_a_copy_taken_under_eight_writers_is_sound_and_has_all_that_was_committed_before(tmp_path: Path) -> None:
    made = place(tmp_path, None, 3)
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(made.database), str(n)], stdout=subprocess.PIPE, text=True)
        for n in range(8)
    ]
    try:
        said = [iter(writer.stdout or []) for writer in writers]
        assert all(next(lines) == "ready\n" for lines in said)
        committed = [max(int(next(lines)) for _ in range(5)) for lines in said]
        backup(read_config(made.config), None, tmp_path / "copy.db")
        assert all(writer.poll() is None for writer in writers)
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
            if writer.stdout:
                writer.stdout.close()
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copied:
        assert copied.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for number, count in enumerate(committed):
            rows = copied.execute(
                "SELECT stretch, count(*) FROM limits WHERE name LIKE ? GROUP BY 1", (f"{number}-%",)
            ).fetchall()
            (a, ours), (b, theirs) = rows
            assert (a, b) == ("a", "b")
            assert ours == theirs >= count
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob(".*half*"))


def test_a_copy_comes_back(tmp_path: Path) -> None:
    made = place(tmp_path, None, 3)
    backup(read_config(made.config), None, tmp_path / "copy.db")
    made.database.unlink()
    for end in ("-wal", "-shm"):
        Path(f"{made.database}{end}").unlink(missing_ok=True)
    back(made, tmp_path / "copy.db", force=False)
    assert made.sql("SELECT count(*) FROM subscribers") == [(3,)]
    assert made.sql("PRAGMA journal_mode") == [("wal",)]
    assert made.database.stat().st_mode & 0o077 == 0
    with SqlStore(f"sqlite:///{made.database}") as store:
        assert len(store.issues("weekly")) == 1


def test_a_store_that_is_there_is_overwritten_only_by_force(tmp_path: Path) -> None:
    made = place(tmp_path, None, 3)
    backup(read_config(made.config), None, tmp_path / "copy.db")
    made.sql("DELETE FROM subscribers")
    with pytest.raises(StoreError, match="is there already") as raised:
        back(made, tmp_path / "copy.db", force=False)
    assert "--force" in raised.value.hint
    assert made.sql("SELECT count(*) FROM subscribers") == [(0,)]
    back(made, tmp_path / "copy.db")
    assert made.sql("SELECT count(*) FROM subscribers") == [(3,)]


def test_nothing_that_was_mailed_goes_out_again_after_yesterdays_copy(tmp_path: Path) -> None:
    made = place(tmp_path, None, 20)
    backup(read_config(made.config), None, tmp_path / "copy.db")
    assert send(made).counts.sent == 20
    before = mailed(made)
    back(made, tmp_path / "copy.db")
    assert send(made).counts.sent == 20
    assert mailed(made) == before
    assert len(before) == 20


def test_who_has_left_or_was_erased_since_the_copy_stays_away(tmp_path: Path) -> None:
    made = place(tmp_path, None, 4)
    backup(read_config(made.config), None, tmp_path / "copy.db")
    with SqlStore(f"sqlite:///{made.database}") as store:
        assert store.returns.apply("idr0", "left", "m1", NOW) == "done"
        assert store.returns.apply("idr1", "bounced", "m2", NOW) == "done"
        (key,) = made.sql("SELECT key FROM subscribers WHERE id = 'idr2'")[0]
        store.journal.suppressed("", str(key), "erased", NOW)
    back(made, tmp_path / "copy.db")
    assert made.sql("SELECT id, state FROM subscribers ORDER BY id") == [
        ("idr0", "left"), ("idr1", "bounced"), ("idr3", "active"),
    ]  # fmt: skip
    assert send(made).counts.sent == 1


def test_a_damaged_store_is_put_aside(tmp_path: Path) -> None:
    made = place(tmp_path, None, 3)
    backup(read_config(made.config), None, tmp_path / "copy.db")
    made.database.write_bytes(b"\x07" * 9000)
    back(made, tmp_path / "copy.db")
    assert made.sql("SELECT count(*) FROM subscribers") == [(3,)]
    assert (tmp_path / "digest.db.damaged").read_bytes() == b"\x07" * 9000


@pytest.mark.parametrize("content", [b"", b"text" * 3000, None])
def test_what_is_no_sound_copy_is_refused_and_the_store_stays(content: bytes | None, tmp_path: Path) -> None:
    made = place(tmp_path, None, 3)
    source = tmp_path / "copy.db"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(StoreError):
        back(made, source)
    assert made.sql("SELECT count(*) FROM subscribers") == [(3,)]


def test_a_copy_of_a_newer_digest_is_refused(tmp_path: Path) -> None:
    made = place(tmp_path, None, 3)
    backup(read_config(made.config), None, tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
        connection.execute("INSERT INTO schema_version VALUES (9999)")
        connection.commit()
    with pytest.raises(StoreError, match="newer Digest"):
        back(made, tmp_path / "copy.db")


def test_a_copy_that_cannot_be_written_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    made = place(tmp_path, None, 3)
    with pytest.raises(StoreError, match="cannot be written"):
        backup(read_config(made.config), None, tmp_path / "none" / "copy.db")
    with pytest.raises(StoreError, match="is the store itself"):
        backup(read_config(made.config), None, made.database)


def test_the_commands_say_what_is_not_in_a_copy(tmp_path: Path) -> None:
    made = place(tmp_path, None, 3)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-m",
            "digest",
            *arguments,
            "-c",
            str(made.config),
            "--store",
            f"sqlite:///{made.database}",
        ]
        return subprocess.run(command, capture_output=True, text=True)

    done = run("backup", str(tmp_path / "copy.db"))
    assert done.returncode == 0
    assert f"not in it, and to be kept elsewhere: {made.database}.secret" in done.stderr
    assert SECRET.encode() not in (tmp_path / "copy.db").read_bytes()
    assert run("restore", str(tmp_path / "copy.db")).returncode == 1
    done = run("restore", "--force", str(tmp_path / "copy.db"))
    assert done.returncode == 0
    assert "no journal" in done.stderr


def older(database: Path) -> None:
    """A store as Digest left it before its newest migration."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE schema_version (number INTEGER PRIMARY KEY)")
        for number, script in scripts()[:-1]:
            connection.executescript(script)
            connection.execute("INSERT INTO schema_version VALUES (?)", (number,))
        connection.commit()


def test_a_store_is_copied_before_its_tables_change_and_only_then(tmp_path: Path) -> None:
    database, before, newest = tmp_path / "digest.db", scripts()[-2][0], scripts()[-1][0]
    older(database)
    for _ in range(2):
        SqlStore(f"sqlite:///{database}").__exit__(None, None, None)
    (kept,) = tmp_path.glob("*before*")
    assert kept.name == f"digest.db.before-{newest}"
    for file, version in ((kept, before), (database, newest)):
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("SELECT max(number) FROM schema_version").fetchone() == (version,)
    (tmp_path / "new").mkdir()
    place(tmp_path / "new", None, 1)
    assert not list((tmp_path / "new").glob("*before*"))


def test_without_a_copy_the_tables_do_not_change(tmp_path: Path) -> None:
    database, before, newest = tmp_path / "digest.db", scripts()[-2][0], scripts()[-1][0]
    older(database)
    (tmp_path / f".digest.db.before-{newest}.{os.getpid()}.half").mkdir()  # in the way of the copy
    with pytest.raises(StoreError, match="cannot be written"):
        SqlStore(f"sqlite:///{database}")
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT max(number) FROM schema_version").fetchone() == (before,)

"""What only the database store does: migrations, errors, surviving."""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from digest.errors import StoreError
from digest.model import FeedState
from digest.store.migrate import scripts
from digest.store.rows import moment
from digest.store.sql import SqlStore
from digest.store.tables import METADATA
from tests.conftest import make_article


def test_the_tables_in_code_are_those_that_the_migrations_make(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/digest.db"
    with SqlStore(url):
        engine = create_engine(url)
    found = inspect(engine)
    for name, table in METADATA.tables.items():
        assert [column["name"] for column in found.get_columns(name)] == [column.name for column in table.columns]
        assert found.get_pk_constraint(name)["constrained_columns"] == [column.name for column in table.primary_key]
    engine.dispose()


def test_migrations_are_numbered_without_gaps() -> None:
    assert [number for number, _ in scripts()] == list(range(1, len(scripts()) + 1))


def test_a_store_of_the_first_schema_keeps_all_it_had(tmp_path: Path, now: datetime) -> None:
    """Its entries are composed already, and count as changed once, since what they said was not hashed."""
    path, at = tmp_path / "digest.db", "2026-11-20T08:00:00.000000+00:00"
    connection = sqlite3.connect(path)
    connection.executescript(dict(scripts())[1])
    connection.executescript("CREATE TABLE schema_version (number INTEGER PRIMARY KEY)")
    connection.execute("INSERT INTO schema_version VALUES (1)")
    connection.execute("INSERT INTO feeds VALUES ('f', '\"1\"', NULL, 'x', ?, ?, NULL)", (at, at))
    connection.execute("INSERT INTO texts VALUES ('h', 'T')")
    connection.execute("INSERT INTO articles VALUES ('a', 'O', 'T', NULL, NULL, 0, NULL, 'en', 'h', '', ?)", (at,))
    connection.execute("INSERT INTO entries VALUES ('f', 'g', 'O', NULL, 'T', 'x', NULL, NULL, 'en', 'a')")
    connection.commit()
    connection.close()
    with SqlStore(f"sqlite:///{path}") as store:
        assert store.feed_states(["f"]) == {
            "f": FeedState(url="f", etag='"1"', body_sha256="x", tried=moment(at), ok=moment(at))
        }
        known = store.known(["f"])["f"]["g"]
        assert (known.article, known.seen, known.sha256) == ("a", moment(at), "")
        week = (now - timedelta(days=7), now)
        assert [article.id for article in store.feed_articles(["f"], *week)] == ["a"]
        assert store.uncomposed(["f"], *week) == ()


def test_a_store_of_the_second_schema_knows_no_categories_and_no_sources(tmp_path: Path) -> None:
    """Its entries keep what they are recognized by, so that nothing is new because Digest is.

    The licence that an entry names is its article's.
    """
    path, at = tmp_path / "digest.db", "2026-11-20T08:00:00.000000+00:00"
    connection = sqlite3.connect(path)
    for number in (1, 2):
        connection.executescript(dict(scripts())[number])
    connection.executescript("CREATE TABLE schema_version (number INTEGER PRIMARY KEY)")
    connection.execute("INSERT INTO schema_version VALUES (2)")
    connection.execute("INSERT INTO texts VALUES ('h', 'T')")
    connection.execute("INSERT INTO articles VALUES ('a', 'O', 'T', NULL, NULL, 0, NULL, 'en', 'h', '', ?)", (at,))
    values = ("f", "g", "s", "a", at, 2, 1, "O", None, "T", None, None, "en", '["c"]', None, "CC BY", None, "x")
    connection.execute(f"INSERT INTO entries VALUES ({', '.join('?' * len(values))})", values)
    connection.commit()
    connection.close()
    with SqlStore(f"sqlite:///{path}") as store:
        article, entry = store.articles(["a"])[0], store.entries_of(["a"])[0].entry
        assert (article.categories, article.credit, article.licence) == ((), None, "CC BY")
        assert (entry.categories, entry.source) == (("c",), None)
        assert store.known(["f"])["f"]["g"].sha256 == "s"


def test_a_store_of_a_newer_digest_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "digest.db"
    with SqlStore(f"sqlite:///{path}"):
        pass
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO schema_version VALUES (999)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="newer Digest"):
        SqlStore(f"sqlite:///{path}")


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all/digest.db", "mysql://x/y", "nonsense", "sqlite:///{file}"])
def test_a_store_that_cannot_be_opened_is_a_clear_error(url: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError) as caught:
        SqlStore(url.replace("{file}", str(tmp_path / "file")))
    assert caught.value.hint


def test_a_password_is_never_shown(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        SqlStore("mysql://user:canary@localhost/x")
    assert "canary" not in f"{caught.value}{caught.value.hint}"


def test_a_store_that_is_only_read_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "digest.db"
    url = f"sqlite:///{path}"
    with SqlStore(url) as store:
        store.save_files([make_article()])
    before = path.read_bytes()
    path.chmod(0o444)
    with SqlStore(url, read_only=True) as store:
        assert len(store.articles(["a"])) == 1
        with pytest.raises(StoreError, match="readonly"):
            store.save_files([make_article("b")])
    assert path.read_bytes() == before


def test_a_database_of_somebody_else_is_not_read(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    with pytest.raises(StoreError, match="not a store of this Digest"):
        SqlStore(f"sqlite:///{tmp_path}/other.db", read_only=True)

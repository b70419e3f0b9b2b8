"""Numbered, forward-only migrations: `migrations/NNNN_name.sql`, each applied once, with its number."""

from importlib.resources import files

from sqlalchemy import Connection, inspect, text

from digest.errors import StoreError


def scripts() -> list[tuple[int, str]]:
    """All migrations as (number, SQL), in order."""
    folder = files("digest.store") / "migrations"
    named = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [(int(name[:4]), (folder / name).read_text("utf-8")) for name in named]


def version(connection: Connection) -> int:
    """The number of the last migration applied; 0 for a database that Digest has not written."""
    if not inspect(connection).has_table("schema_version"):
        return 0
    return int(connection.execute(text("SELECT coalesce(max(number), 0) FROM schema_version")).scalar_one())


def migrate(connection: Connection, name: str) -> None:
    """Bring the database up to date; StoreError if a newer Digest has written it."""
    at, known = version(connection), scripts()
    if at > known[-1][0]:
        reason = f"was written by a newer Digest (schema {at}, this one knows {known[-1][0]})"
        raise StoreError(name, reason, "update Digest, or use another store with --store")
    connection.execute(text("CREATE TABLE IF NOT EXISTS schema_version (number INTEGER PRIMARY KEY)"))
    for number, script in known:
        if number > at:
            for statement in _statements(script):
                connection.execute(text(statement))
            connection.execute(text("INSERT INTO schema_version (number) VALUES (:number)"), {"number": number})


def check(connection: Connection, name: str) -> None:
    """StoreError unless the database is up to date, for those who may not change it."""
    at, newest = version(connection), scripts()[-1][0]
    if 0 < at < newest:
        reason = f"was written by an older Digest (schema {at}, this one reads {newest})"
        raise StoreError(name, reason, "bring it up to date first, with `digest feeds` or `digest build`")
    if at != newest:
        reason = f"is not a store of this Digest (schema {at}, this one reads {newest})"
        raise StoreError(name, reason, "build with this version of Digest first, or name another store")


def _statements(script: str) -> list[str]:
    lines = [line for line in script.split("\n") if not line.lstrip().startswith("--")]
    return [statement.strip() for statement in "\n".join(lines).split(";\n") if statement.strip(" \n;")]

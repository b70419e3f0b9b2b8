"""Subscribers: addresses, lists, what a store does with people, and what survives a restored copy."""

import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from digest.app.roll import COLUMNS, LIMIT, Roll, as_csv
from digest.app.setup import read_config
from digest.cli import cli
from digest.errors import SubscriberError
from digest.mailing import Ask, Consent, Limit, Subscriber, address_key
from digest.store.sql import SqlStore
from digest.text.addresses import mail_address
from tests.serving import SECRET, folder_of

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
LONG = "a" * 64

GOOD = """ada@example.org Ada.Lovelace+news@Example.ORG o'brien@example.ie =x@example.org +x@example.org -x@example.org
_x@example.org x_y@sub.sub.example.museum 1@2.example.com a@b-c.de a@xn--bcher-kva.example a@bücher.example
!#$%&'*+/=?^_`{|}~-@example.org jürgen@example.de 用户@例子.广告 a.b.c@example.co.uk a@1example.com {x}@example.org
ada@EXAMPLE.org x@a.bc""".split()
BAD = [
    "", " ", "ada", "@", "ada@", "@example.org", "ada@localhost", "ada@@example.org", "ada@example..org",
    "ada@.example.org", "ada@example.org.", ".ada@example.org", "ada.@example.org", "a..b@example.org",
    "ada@-example.org", "ada@example-.org", "ada@exa_mple.org", "ada@127.0.0.1", "ada@[127.0.0.1]", "ada@example.123",
    "ada lovelace@example.org", "ada@exam ple.org", "ada@example.org,bob@example.org", "ada@example.org;bob@example.org",
    "ada@example.org bob@example.org", "<ada@example.org>", "Ada <ada@example.org>", '"ada"@example.org',
    "ada@example.org\nBcc: bob@example.org", "ada@example.org\r\n", "ada\0@example.org", "ada@example.org\x00",
    "ada@example.org\u2028", "ada@exam\u200bple.org", "\ufeffada@example.org", "ada(x)@example.org", "a:b@example.org",
    "a\\b@example.org", "ada@example.org>", f"{LONG}a@example.org", f"a@{LONG}.org", f"{LONG}@{'b' * 60}.{'c' * 60}.{'d' * 64}",
    "a@" + "b." * 130 + "org", "mailto:ada@example.org", "ada@example/org", "ada\u202e@example.org", "=?utf-8?q?a?=",
    "x" * 1_000_000,
]  # fmt: skip


@pytest.mark.parametrize("address", [*GOOD, f"{LONG}@example.org"])
def test_addresses_that_can_be_written_to(address: str) -> None:
    assert mail_address(address) == mail_address(f" {address} ") == address


@pytest.mark.parametrize("address", BAD, ids=lambda address: repr(address)[:30])
def test_what_is_no_address(address: str) -> None:
    assert mail_address(address) is None


def test_the_table_of_addresses_is_long_enough() -> None:
    assert len(GOOD) + len(BAD) >= 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return folder_of(tmp_path)


@pytest.fixture
def store(folder: Path) -> Iterator[SqlStore]:
    with SqlStore(f"sqlite:///{folder}/digest.db") as opened:
        yield opened


def digest(folder: Path, *arguments: str, text: bytes | None = None) -> Result:
    given = [arguments[0], arguments[1], "-c", str(folder / "feeds.yaml"), *arguments[2:]]
    return CliRunner().invoke(cli, given, input=text)


def listed(folder: Path) -> list[str]:
    return [line.split()[2] for line in digest(folder, "subscribers", "list").stdout.splitlines()]


def test_a_list_is_taken_in_row_by_row(folder: Path) -> None:
    """What is wrong is told by line, without an address; the rest is taken."""
    rows = (
        b"address,edition,topics\r\nada@example.org,weekly,Economy; Science\r\nbob@@example.org,weekly,\r\n"
        b'"cy@example.org",weekley,\r\n\r\ndora@example.org,weekly,Sport\r\n"eve\n@example.org",weekly,\r\n'
        b"ADA@example.org,weekly,\r\nada@example.org,woche,\r\n"
    )
    result = digest(folder, "subscribers", "import", "-", text=rows)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "line 3: is no address that can be written to, such as ada@example.org",
        "line 4: names no edition of feeds.yaml; did you mean 'weekly'? allowed: weekly, woche",
        "line 6: chooses a topic that weekly does not have; allowed: Economy, Science",
        "line 7: is no address that can be written to, such as ada@example.org",
        "2 subscribers added, 1 known before, 4 refused",
    ]
    assert sorted(listed(folder)) == ["ada@example.org", "ada@example.org"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"address\n\xff\n", "list.csv:2: is not UTF-8"),
        (b"", "list.csv:1: has no column named address"),
        (b"mail\nx@example.org\n", "list.csv:1: has no column named address"),
        (b"address,phone\nx@example.org,1\n", "list.csv:1: names a column that means nothing here"),
        (b"address,address\n", "list.csv:1: names a column twice"),
        (b"address,topics\nx@example.org\n", "list.csv:2: has 1 cells under 2 columns"),
        (b'address\n"x@example.org\n', "list.csv:2: is no CSV"),
        (b"address\n" + b"x" * LIMIT, "list.csv: has more than 20 MB"),
    ],
)
def test_a_file_that_is_no_list_is_refused_whole(folder: Path, data: bytes, says: str) -> None:
    path = folder / "list.csv"
    path.write_bytes(data)
    result = digest(folder, "subscribers", "import", str(path), "--edition", "weekly")
    assert isinstance(result.exception, SubscriberError)
    assert str(result.exception).startswith(f"{folder}/{says}")


def test_a_dry_run_takes_in_nobody(folder: Path) -> None:
    result = digest(
        folder, "subscribers", "import", "-", "--dry-run", "--edition", "weekly", text=b"address\na@b.example\n"
    )
    assert result.stderr == "1 subscriber would be added, 0 known before, 0 refused\n"
    assert listed(folder) == []


def test_a_dry_run_tells_of_each_row_what_an_import_would(folder: Path) -> None:
    """The same refusals, counts and exit code; the import after it is as if it had not been."""
    assert digest(folder, "subscribers", "add", "known@example.org", "--edition", "weekly").exit_code == 0
    assert digest(folder, "subscribers", "remove", "gone@example.org").exit_code == 0
    text = b"address\nnew@example.org\nNEW@example.org\nknown@example.org\ngone@example.org\n@@\n"
    arguments = ("subscribers", "import", "-", "--edition", "weekly")
    dry = digest(folder, *arguments, "--dry-run", text=text)
    assert listed(folder) == ["known@example.org"]
    real = digest(folder, *arguments, text=text)
    assert dry.stderr == real.stderr.replace("subscriber added", "subscriber would be added")
    assert "line 5: was removed" in dry.stderr
    assert (dry.exit_code, real.exit_code) == (1, 1)


def test_a_removal_holds_from_when_it_is_written_down_not_from_when_it_was_asked_for(
    folder: Path, store: SqlStore
) -> None:
    """Somebody else writes in between, such as the one who confirms."""
    hour, later = [NOW], NOW + timedelta(minutes=5)
    key = address_key(SECRET, "ada@example.org")
    with closing(sqlite3.connect(folder / "digest.db", isolation_level=None)) as other, ThreadPoolExecutor(1) as pool:
        other.execute("BEGIN IMMEDIATE")
        removed = pool.submit(store.subscribers.remove, "", key, lambda: hour[0])
        sleep(0.3)
        hour[0] = later
        other.execute("COMMIT")
        removed.result()
        (at,) = other.execute("SELECT at FROM suppressions").fetchone()
    assert datetime.fromisoformat(at) == later


@pytest.mark.parametrize("reason", ["left", "bounced", "complained", "removed", "erased"])
def test_who_must_not_be_written_to_is_not_taken_in_again(folder: Path, store: SqlStore, reason: str) -> None:
    assert digest(folder, "subscribers", "add", "ada@example.org", "--edition", "weekly").exit_code == 0
    key = address_key(SECRET, "ada@example.org")
    people = store.subscribers
    if reason == "left":
        people.leave(people.named(key)[0].id, NOW)
    elif reason in ("removed", "erased"):
        assert (
            digest(folder, "subscribers", reason[:-1] if reason == "erased" else "remove", "ada@example.org").exit_code
            == 0
        )
    else:
        with store.database.transaction() as connection:
            connection.exec_driver_sql(f"INSERT INTO suppressions VALUES ('{key}', '', '{reason}', '')")
            connection.exec_driver_sql("DELETE FROM subscribers")
    before = listed(folder)
    result = digest(folder, "subscribers", "import", "-", "--edition", "weekly", text=b"address\nAda@Example.org\n")
    assert (result.exit_code, "line 2: " in result.stderr, "0 subscribers added" in result.stderr) == (1, True, True)
    assert listed(folder) == before
    assert isinstance(
        digest(folder, "subscribers", "add", "ada@example.org", "--edition", "weekly").exception, SubscriberError
    )
    assert list(store.ledger.recipients("weekly")) == []


def test_an_export_is_taken_in_as_it_is_and_runs_in_no_spreadsheet(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for address in ("=1+1@example.org", "+a@example.org", "-a@example.org", "'=a@example.org", "a@example.org"):
        assert (
            digest(folder, "subscribers", "add", "--edition", "weekly", "--topic", "Science", "--", address).exit_code
            == 0
        )
    digest(folder, "subscribers", "add", "gone@example.org", "--edition", "weekly")
    digest(folder, "subscribers", "remove", "gone@example.org")
    text = digest(folder, "subscribers", "export").stdout
    assert text.splitlines()[0] == ",".join(COLUMNS)
    cells = [cell for line in text.splitlines()[1:] for cell in line.split(",")]
    assert len(cells) == 6 * len(COLUMNS)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    other = folder_of(tmp_path_factory.mktemp("other"))
    result = digest(other, "subscribers", "import", "-", text=text.encode())
    assert "5 subscribers added, 0 known before, 1 refused" in result.stderr
    assert sorted(listed(other)) == sorted(set(listed(folder)) - {"gone@example.org"})


LOCAL = st.text("abcXYZ0129=+-'_!#$%&*/?^`{|}~", min_size=1, max_size=20)
DOMAIN = st.from_regex(r"[a-z][a-z0-9]{0,8}\.(?:example|museum|de)", fullmatch=True)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(LOCAL, DOMAIN, st.sets(st.sampled_from(["Economy", "Science"])), st.sampled_from([None, "de"])))
)
def test_what_is_given_out_is_what_is_taken_in(people: list[tuple[str, str, set[str], str | None]]) -> None:
    roll = Roll(editions=EDITIONS, edition=None, secret=SECRET, now=NOW)
    there = [
        roll.one(f"{local}@{domain}", "weekly", language, sorted(topics)) for local, domain, topics, language in people
    ]
    rows = roll.read("".join(as_csv(there)).encode(), "list.csv")

    def known(one: Subscriber | None) -> object:
        return one and (one.address, one.key, one.edition, one.language, one.topics, one.state)

    assert [known(row.subscriber) for row in rows] == [known(one) for one in there]


def editions() -> object:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        return {one.id: one for one in read_config(folder_of(Path(folder)) / "feeds.yaml").editions}


EDITIONS = editions()


def ask(number: int, address: str = "", at: datetime = NOW) -> Ask:
    address = address or f"a{number}@example.org"
    consent = Consent(at=at, form="f", text="t", network="n")
    return Ask(
        id=f"{number}", edition="weekly", address=address, key=address_key(SECRET, address), at=at, consent=consent
    )


def test_ten_thousand_asks_in_an_hour_stay_below_the_limit(store: SqlStore) -> None:
    limit = Limit(name="asks", stretch="2026-11-20T09", most=200)
    taken = [store.subscribers.take(ask(number), [limit]) for number in range(10_000)]
    assert sum(taken) == 200
    assert all(taken[:200])
    answered = 0
    while answering := store.subscribers.answer(NOW):
        store.subscribers.answered(answering.ask)
        answered += 1
    assert answered == 200


def test_what_is_not_answered_is_answered_later_and_by_one_alone(store: SqlStore) -> None:
    """A process has ended before its mail was out; another one takes over, with the same mail."""
    store.subscribers.take(ask(1), [])
    first = store.subscribers.answer(NOW)
    assert first
    assert store.subscribers.answer(NOW + timedelta(minutes=1)) is None
    second = store.subscribers.answer(NOW + timedelta(minutes=11))
    assert second == first
    store.subscribers.answered("1")
    assert store.subscribers.answer(NOW + timedelta(hours=1)) is None


def test_who_never_confirms_is_forgotten_after_seven_days(store: SqlStore) -> None:
    people = store.subscribers
    people.take(ask(1), [Limit(name="network:x", stretch="2026-11-20T09", most=5)])
    people.take(ask(2), [])
    while people.answer(NOW):
        pass
    (other,) = people.named(address_key(SECRET, "a2@example.org"))
    from digest.store.subscribers import asked_mark

    assert people.confirm(other.id, asked_mark(other), NOW)
    assert people.expire(NOW + timedelta(days=6, hours=23)) == 0
    assert people.expire(NOW + timedelta(days=7, hours=1)) == 1
    assert [one.address for one in people.everybody()] == ["a2@example.org"]


def test_an_erasure_survives_a_restored_copy(folder: Path) -> None:
    for name in ("ada", "bob"):
        digest(folder, "subscribers", "add", f"{name}@example.org", "--edition", "weekly")
    copy = shutil.copy(folder / "digest.db", folder / "copy.db")
    assert digest(folder, "subscribers", "erase", "ada@example.org").exit_code == 0
    digest(folder, "subscribers", "remove", "bob@example.org")
    for name in ("digest.db-wal", "digest.db-shm"):
        (folder / name).unlink(missing_ok=True)
    shutil.copy(copy, folder / "digest.db")
    assert digest(folder, "subscribers", "list").stdout.split() == ["weekly", "left", "bob@example.org"]
    result = digest(folder, "subscribers", "import", "-", "--edition", "weekly", text=b"address\nada@example.org\n")
    assert "had all erased" in result.stderr


def test_erasing_takes_messages_out_of_folders_and_names_out_of_the_ledger(folder: Path, store: SqlStore) -> None:
    digest(folder, "subscribers", "add", "ada.lovelace@example.org", "--edition", "weekly")
    key = address_key(SECRET, "ada.lovelace@example.org")
    (one,) = store.subscribers.named(key)
    with store.database.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO deliveries (edition, issue, subscriber, key, domain, state, at, due, attempts, code, reply) VALUES ('weekly', '2026-11-20', ?, ?, 'example.org', 'failed', '2026-11-20T09:00:00+00:00',"
            " NULL, 1, 550, '<ada.lovelace@example.org> unknown')",
            (one.id, key),
        )
    new = folder / "out" / "Maildir" / "weekly" / "2026-11-20" / "new"
    new.mkdir(parents=True)
    (new / "1.eml").write_bytes(b"To: Ada.Lovelace@example.org\r\n\r\nhello\r\n")
    (new / "2.eml").write_bytes(b"To: bob@example.org\r\n\r\nhello\r\n")
    result = digest(folder, "subscribers", "erase", "ada.lovelace@example.org", "--out", str(folder / "out"))
    assert result.stderr == "erased: 1 subscription, 1 message\n"
    assert [path.name for path in new.iterdir()] == ["2.eml"]
    with store.database.transaction() as connection:
        rows = connection.exec_driver_sql("SELECT subscriber, domain, reply, state FROM deliveries").all()
    assert [tuple(row) for row in rows] == [(key, "", "", "failed")]
    store.subscribers.forget()
    left = [path for path in folder.rglob("*") if path.is_file() and b"lovelace" in path.read_bytes().lower()]
    assert left == []


HOSTILE = st.text(max_size=60) | st.sampled_from(["'; DROP TABLE subscribers; --", "%", "_", "' OR 1=1 --", "\\", '"'])


@settings(max_examples=60, deadline=None)
@given(HOSTILE, HOSTILE)
def test_text_is_never_taken_for_sql(text: str, other: str) -> None:
    with SqlStore("sqlite://") as store:
        people = store.subscribers
        one = Subscriber(
            id="1", edition=text, address=f"{other}@x.example", key=text, state="active", created=NOW, topics=(text,)
        )
        assert people.admit([one]) == ("added",)
        assert people.of(text) in (None, one)
        assert people.named(text) == (one,)
        assert tuple(people.everybody(text or None)) == (one,)
        assert people.remove("nothing", other, lambda: NOW) == int(other == text == "nothing")
        assert people.erase(text, NOW) == 1

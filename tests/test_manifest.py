"""What an issue was made of is kept, proven, and enough to make it again, byte for byte."""

import json
import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from digest import __version__
from digest.app.manifest import Input, Manifest
from digest.cli import cli
from digest.errors import ConfigError, DigestError, StoreError, VerifyError
from digest.model import Credit
from tests.conftest import make_article
from tests.feeds import rss
from tests.server import serve
from tests.test_build import LATER, NEXT_WEEK, ROOT, House, files

DAY = "weekly/2026-11-20"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def manifest(house: House, day: str = DAY) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((house.out / day / "manifest.json").read_bytes())
    return found


def kept(house: House) -> Path:
    """A copy of what was built, which later builds leave alone."""
    copy = house.folder / "kept"
    shutil.copytree(house.out, copy)
    return copy


def lasting(found: Mapping[str, bytes]) -> dict[str, bytes]:
    """Those of which a manifest speaks: pages of topics and outlets go on changing."""
    return {name: it for name, it in found.items() if not name.startswith(("weekly/topics/", "weekly/outlets/"))}


def again(house: House, source: Path, *more: str) -> dict[str, bytes]:
    """What is built again out of the manifest in `source`; it must be said to be the same."""
    new = house.folder / "again"
    result = house.run("build", "--from", str(source), "-c", str(house.config), "--out", str(new), *more)
    assert "the same bytes" in result.stderr
    return files(new)


def refused(house: House, source: Path, *more: str) -> DigestError:
    result = CliRunner().invoke(cli, ["build", "--from", str(source), "-c", str(house.config), *more])
    assert isinstance(result.exception, DigestError), result.output
    result.exception.add_note(result.stderr)
    return result.exception


def sql(house: House, statement: str, *values: object) -> None:
    with sqlite3.connect(house.folder / "digest.db") as connection:
        connection.execute(statement, values)
    connection.close()


# --- what is in it ----------------------------------------------------------------------------------------------------


def test_a_manifest_names_inputs_options_versions_and_artifacts(house: House) -> None:
    house.config.write_text(house.config.read_text() + "    summarizer: {use: coverage, lead: 3}\n")
    (house.folder / "editor.yaml").write_text("weekly:\n  drop: [nobody]\n")
    house.build()
    found = manifest(house)
    cited = {article["id"]: article["sha256"] for article in house.issue()["articles"]}
    assert {one["id"]: one["sha256"] for one in found["inputs"]} == cited
    assert (found["issue"], found["number"], found["at"]) == ("2026-11-20", 1, "2026-11-20T08:00:00Z")
    assert found["versions"]["digest"] == __version__
    assert {"jinja2", "numpy", "sumy"} <= found["versions"].keys()
    assert set(found["files"]) == {"feeds.yaml", "editor.yaml"}
    assert set(found["formats"]) == {"email", "markdown", "site", "feeds"}
    options = dict(found["plugins"]["summarizer"]["options"])
    assert (options["lead"], options["longest"]) == (3, 50)
    assert found["plan"]["rights"]["default"] == {"sentences": 2, "words": 60}
    assert found["plan"]["decisions"]["drop"] == [{"name": "nobody", "place": ""}]
    made = {one["name"] for one in found["artifacts"]}
    assert made == {name.removeprefix("weekly/") for name in lasting(files(house.out))} - {"2026-11-20/manifest.json"}


def test_a_manifest_names_no_folder_of_the_machine(house: House) -> None:
    (house.folder / "editor.yaml").write_text("weekly:\n  pin: [nobody]\n")
    house.build()
    assert str(house.folder) not in (house.out / DAY / "manifest.json").read_text("utf-8")
    assert str(ROOT) not in (house.out / DAY / "manifest.json").read_text("utf-8")


moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # it wants naive bounds
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
articles = st.builds(
    make_article, st.text("abc", min_size=1), words, st.text("Ab. \n", max_size=60), outlet=words, url=st.none() | words,
    published=st.none() | moments, day_only=st.booleans(), author=st.none() | words, seen=moments,
    categories=st.lists(words, max_size=3), licence=st.none() | words,
    credit=st.none() | st.builds(Credit, name=words, how=st.sampled_from(["line", "link", "wire"])),
)  # fmt: skip


@given(articles)
def test_an_input_with_its_text_is_the_article_that_it_was(article: Any) -> None:
    assert Input.of(article).article(article.text) == article


def test_a_manifest_that_is_read_and_written_is_the_same(house: House) -> None:
    house.build()
    data = (house.out / DAY / "manifest.json").read_bytes()
    assert Manifest.read(data).written() == data


@pytest.mark.parametrize(
    "spoilt",
    [
        b"", b"{", b"[]", b"{}", b'{"schema": 1}',
        ("schema", 2), ("inputs", [{}]), ("at", "now"), ("plan", {"edition": "../up"}), ("plan", {"timezone": "Mars/Olympus"}), ("plan", {"window": "PT0S"}),
        ("inputs", {"sentences": "1-2 x"}), ("inputs", {"seen": "2026-11-20T09:00:00"}), ("plugins", {"stance": {"kind": "section", "name": "tldr"}}), ("replaced", {"schema": 1}),
    ],
)  # fmt: skip
def test_what_is_no_manifest_is_refused_in_words(house: House, spoilt: Any) -> None:
    house.build()
    raw, path = manifest(house), house.folder / "spoilt.json"
    if isinstance(spoilt, tuple):
        key, value = spoilt
        if key == "inputs" and isinstance(value, dict):
            value = [{**raw["inputs"][0], **value}]
        raw[key] = {**raw[key], **value} if isinstance(value, dict) and raw[key] else value
    path.write_bytes(json.dumps(raw).encode() if isinstance(spoilt, tuple) else spoilt)
    assert isinstance(refused(house, path), StoreError)


HOSTILE = [
    ("artifacts", []),
    ("artifacts.0.name", "../up"),
    ("artifacts.1.name", "/etc/passwd"),
    ("artifacts.1.name", "2026-11-20/../index.html"),
    ("artifacts.1.name", "2026-11-20\\up"),
    ("artifacts.1.name", "2026-11-20/issue.json"),
    ("issue", "2026-11-20/../2026-11-21"),
    ("issue", "2026-11-21"),
    ("at", "0001-01-01T00:00:00Z"),
    ("at", "9999-12-31T23:59:59Z"),
    ("number", 0),
    ("number", 10**30),
    ("stale", [{"outlet": "Courier", "since": "0001-01-01T00:00:00Z"}]),
    ("earlier", [{"name": "2026-11-20", "sha256": ""}]),
    ("inputs.0.seen", "0001-01-01T00:00:00Z"),
    ("inputs.0.published", "9999-12-31T23:59:59Z"),
    ("inputs.0.sentences", "5-20 10-30"),
    ("inputs.0.sentences", "20-30 5-10"),
    ("inputs.0.sentences", "20-20"),
    ("inputs.0.sentences", f"1-{'9' * 5000}"),
    ("inputs.0.sentences", "30-999999999"),
    ("plan.edition", "a/b"),
    ("plan.sender", "a@example.org\nBcc: b@example.org"),
    ("plan.stories", -3),
    ("plan.stories", 501),
    ("plan.url", "javascript:alert(1)"),
    ("plan.window", "P300000D"),
    ("plan.window", "-P7D"),
    ("plan.rights.default.words", -1),
    ("plan.rights.outlets", [["Courier", {"sentences": -1, "words": None}]]),
    ("plan.selection.min_outlets", 10**9),
    ("plan.selection.weights.size", 1e308),
    ("plan.selection.weights.size", float("nan")),
    ("plan.selection.outlets", [["Courier", float("inf")]]),
    ("plan.selection.topics", [{"name": "A", "rule": {}}, {"name": "A", "rule": {}}]),
    ("plan.selection.topics", [{"name": "A", "rule": {}, "stories": -1}]),
    ("plugins.sections.0.1", 10**9),
    ("plugins.sections.0.1", -1),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> House:
    """For tests that only read what was built."""
    house = House(tmp_path_factory.mktemp("built"))
    house.build()
    return house


@pytest.mark.parametrize(("place", "value"), HOSTILE)
def test_values_that_digest_never_writes_are_refused_before_any_work(built: House, place: str, value: Any) -> None:
    """No crash, no hang, no file outside, and no praise for a manifest that proves nothing."""
    house = built
    raw, path = manifest(house), house.folder / "spoilt.json"
    *way, last = [int(part) if part.isdecimal() else part for part in place.split(".")]
    inner: Any = raw
    for part in way:
        inner = inner[part]
    inner[last] = value
    path.write_text(json.dumps(raw))
    assert isinstance(refused(house, path, "--out", str(house.folder / "again")), StoreError)
    assert not (house.folder / "again").exists()


def test_no_input_stands_twice(house: House) -> None:
    house.build()
    raw, path = manifest(house), house.folder / "spoilt.json"
    raw["inputs"] += raw["inputs"][:1]
    path.write_text(json.dumps(raw))
    assert "inputs: one of them stands there twice" in refused(house, path).reason


def test_a_file_that_is_too_large_is_not_read(house: House) -> None:
    path = house.folder / "large.json"
    with path.open("wb") as file:
        file.truncate(65 * 2**20)
    assert "has more than 64 MB" in refused(house, path).reason


def test_a_stored_manifest_that_cannot_be_read_is_written_anew(house: House) -> None:
    """Another version of Digest may ask for fields that it does not have."""
    house.build()
    known = manifest(house)
    del known["inputs"]
    sql(house, "UPDATE issues SET manifest = ?", json.dumps(known))
    house.build()
    assert manifest(house)["inputs"]


# --- an issue is made again -------------------------------------------------------------------------------------------


def test_an_issue_is_made_again_byte_for_byte_whatever_has_changed_since(tmp_path: Path) -> None:
    """Articles, feeds.yaml, the editor's file, what publishers reserve; further issues are told, and nobody is asked."""
    item = {"title": "Buses run by night in Larn", "guid": "1", "link": "https://radio.example/1"}
    words = "Night buses began to run in Larn on Thursday. Critics doubt that anybody will ride them."
    body = rss({**item, "description": words}, {"title": "Larn wins", "guid": "2", "description": "Larn won the cup."})
    with serve({"/feed.xml": (200, {}, body)}) as served:
        house = House(tmp_path, served.base)
        house.config.write_text(
            house.config.read_text() + "    sections: {Sea: {words: [harbour]}, Land: {stories: 2}}\n"
        )
        house.build()
        pinned = manifest(house)["inputs"][0]["id"]
        (tmp_path / "editor.yaml").write_text(f"weekly:\n  pin: [{pinned}]\n")
        house.build(now=LATER)
        before, copy = files(house.out), kept(house)
        asked = len(served.requests)
        house.seed("courier", "Larn harbour closes", "All was in vain.")
        (tmp_path / "editor.yaml").unlink()
        house.config.write_text(
            house.config.read_text().replace("The Weekly", "The Other") + "    summarizer: sumy\n    quote: none\n"
        )
        sites = "INSERT OR REPLACE INTO sites (origin, tdmrep) VALUES (?, ?)"
        sql(house, sites, "https://radio.example", '[{"location": "/*", "tdm-reservation": 1}]')
        house.build("--offline", now=NEXT_WEEK)
        assert files(house.out) != before
        store = (tmp_path / "digest.db").read_bytes()
        assert again(house, copy / DAY / "manifest.json") == lasting(before)
        assert len(served.requests) == asked
        assert (tmp_path / "digest.db").read_bytes() == store
    assert before == files(copy)


def test_each_issue_of_a_series_is_made_again(house: House) -> None:
    """One that goes on with a story looks back at the issue before, as it was."""
    house.build()
    first = lasting(files(house.out))
    copy = kept(house)
    house.seed("post", "Larn harbour opens to ships, at last", "The harbour master counted nine ships.")
    house.build(now=NEXT_WEEK)
    second = lasting(files(house.out))
    found = again(house, copy / DAY / "manifest.json")
    assert found == first
    shutil.rmtree(house.folder / "again")
    found = again(house, house.out / "weekly/2026-11-27/manifest.json")
    assert found == {name: second[name] for name in second if not name.startswith(DAY)}


def test_a_build_that_replaced_another_one_is_made_again(house: House) -> None:
    """Its stories have the ids of the first, which the store has no more."""
    house.build()
    house.seed("post", "Larn harbour opens, says the Post", "Nobody expected it any more.")
    post = house.folder / "seeds" / "post.md"
    post.write_text(
        post.read_text("utf-8").replace("title:", "published: 2026-11-18\ntitle:"), "utf-8"
    )  # the first now
    house.build()
    assert manifest(house)["replaced"]["briefs"][0]["takes"] == []
    assert again(house, kept(house) / DAY / "manifest.json") == lasting(files(house.out))
    path = house.folder / "first.json"
    path.write_text(json.dumps(manifest(house) | {"replaced": None}))
    assert "2026-11-20/issue.json" in refused(house, path).reason


def test_without_a_folder_nothing_is_written_and_no_configuration_is_needed(house: House) -> None:
    house.build()
    source = kept(house) / DAY / "manifest.json"
    house.config.unlink()
    before = files(house.folder)
    store = f"sqlite:///{house.folder}/digest.db"
    result = house.run("build", "--from", str(source), "--store", store, "--json", "-c", str(house.config))
    assert (json.loads(result.stdout)["differ"], json.loads(result.stdout)["notes"]) == ([], [])
    assert {name: content for name, content in files(house.folder).items() if "digest.db" not in name} == {
        name: content for name, content in before.items() if "digest.db" not in name
    }


def test_what_was_built_is_not_written_over(house: House) -> None:
    house.build()
    error = refused(house, house.out / DAY / "manifest.json", "--out", str(house.out))
    assert isinstance(error, ConfigError)
    assert "name another folder" in error.hint


@pytest.mark.parametrize("option", [("--now", LATER), ("--edition", "weekly"), ("--offline",)])
def test_what_the_manifest_says_cannot_be_said_beside_it(house: House, option: tuple[str, ...]) -> None:
    house.build()
    source = str(house.out / DAY / "manifest.json")
    result = CliRunner().invoke(cli, ["build", "--from", source, "-c", str(house.config), *option])
    assert (result.exit_code, "the manifest says all that" in result.stderr) == (2, True)


def test_a_text_that_is_gone_is_named(house: House) -> None:
    house.build()
    one = manifest(house)["inputs"][0]
    sql(house, "DELETE FROM texts WHERE sha256 = ?", one["sha256"])
    error = refused(house, house.out / DAY / "manifest.json")
    assert f"has not the text of 1 article ({one['id']})" in error.reason


def test_what_is_not_as_it_was_is_said_with_what_differs(house: House) -> None:
    """Another version alone is a note; templates that have changed make other files."""
    house.build()
    raw, path = manifest(house), house.folder / "old.json"
    raw["versions"] |= {"digest": "0.0.1", "gone": "1"}
    del raw["versions"]["numpy"]
    path.write_text(json.dumps(raw))
    result = house.run("build", "--from", str(path), "-c", str(house.config))
    assert f"note: digest was 0.0.1, and is {__version__}" in result.stderr
    assert "note: gone was 1, and is not there" in result.stderr
    assert "note: numpy was not there, and is " in result.stderr
    shutil.copytree(ROOT / "templates" / "markdown", house.folder / "templates" / "markdown")
    template = house.folder / "templates" / "markdown" / "digest.md.j2"
    template.write_text(template.read_text("utf-8") + "\nMore.\n", "utf-8")
    error = refused(house, house.out / DAY / "manifest.json")
    assert error.reason == "1 file would not be the same: 2026-11-20/digest.md"
    assert "note: the format markdown has changed" in error.__notes__[0]
    shutil.rmtree(house.folder / "templates")
    raw = manifest(house)
    raw["formats"]["telegram"] = "0" * 64
    raw["artifacts"].append({"name": "2026-11-20/telegram.txt", "sha256": "0" * 64})
    path.write_text(json.dumps(raw))
    error = refused(house, path)
    assert "2026-11-20/telegram.txt" in error.reason
    assert "note: the format telegram is gone, or broken" in error.__notes__[0]


def test_a_changed_catalogue_is_a_changed_format(house: House) -> None:
    """The words of a format stand beside it: an issue is made with both."""
    house.build()
    before = manifest(house)["formats"]
    (house.folder / "templates" / "locales").mkdir(parents=True)
    (house.folder / "templates" / "locales" / "fi.po").write_text('msgid ""\nmsgstr ""\n"Language: fi\\n"\n')
    house.build(now=NEXT_WEEK)
    after = manifest(house, "weekly/2026-11-27")["formats"]
    assert before.keys() == after.keys()
    assert all(before[name] != after[name] for name in before)


def test_an_earlier_issue_that_was_built_again_is_said(house: House) -> None:
    house.build()
    house.seed("post", "Larn harbour opens to ships, at last", "The harbour master counted nine ships.")
    house.build(now=NEXT_WEEK)
    house.config.write_text(house.config.read_text().replace("The Weekly", "The Other"))
    house.build()
    error = refused(house, house.out / "weekly/2026-11-27/manifest.json")
    assert "issue 2026-11-20 has been built again since" in error.__notes__[0]
    assert "feed.xml" in error.reason
    sql(house, "DELETE FROM issues WHERE id = '2026-11-20'")
    assert "issue 2026-11-20 is gone" in refused(house, house.out / "weekly/2026-11-27/manifest.json").__notes__[0]


def test_other_options_give_another_issue(house: House) -> None:
    """The plan of the manifest counts: this proves that it is not today's feeds.yaml that is built."""
    house.build()
    raw, path = manifest(house), house.folder / "other.json"
    raw["plan"]["title"] = "Another"
    path.write_text(json.dumps(raw))
    error = refused(house, path, "--out", str(house.folder / "again"))
    assert isinstance(error, VerifyError)
    assert "2026-11-20/issue.json" in error.reason
    assert 'title: "Another, no. 1"' in (house.folder / "again" / DAY / "digest.md").read_text("utf-8")


# --- and proven -------------------------------------------------------------------------------------------------------


def verdict(house: House) -> str:
    result = CliRunner().invoke(cli, ["verify", str(house.out), "-c", str(house.config)])
    return str(result.exception) if result.exception else result.stdout


def test_a_manifest_that_was_altered_is_found(house: House) -> None:
    house.build()
    path = house.out / DAY / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"Courier"', b'"Gazette"', 1))
    assert "2026-11-20/manifest.json: is not what the store has: its inputs" in verdict(house)
    path.write_bytes(b"{")
    assert "is not what the store has: it cannot be read" in verdict(house)


def test_a_text_that_nobody_quotes_is_proven_too(house: House) -> None:
    """An input counts although no story has it: without it the issue could not be made again."""
    house.config.write_text(house.config.read_text() + "    min_outlets: 2\n")
    bees = "---\noutlet: Post\ntitle: Bees swarm\n---\nA swarm of bees settled on the town hall of Tolvan.\n"
    (house.folder / "seeds" / "bees.md").write_text(bees, "utf-8")
    house.build()
    (unused,) = [one for one in manifest(house)["inputs"] if one["outlet"] == "Post"]
    assert unused["id"] not in json.dumps(house.issue()["articles"])
    sql(house, "UPDATE texts SET text = text || '.' WHERE sha256 = ?", unused["sha256"])
    assert f"the stored text of article {unused['id']} has been altered" in verdict(house)
    sql(house, "PRAGMA foreign_keys=OFF")
    sql(house, "DELETE FROM texts WHERE sha256 = ?", unused["sha256"])
    assert f"the text of article {unused['id']} is not in the store" in verdict(house)


def test_a_manifest_is_held_against_its_issue(house: House) -> None:
    """Even one that somebody has put into the store as well."""
    house.build()
    path = house.out / DAY / "manifest.json"
    good = Manifest.read(path.read_bytes())
    for bad, said in [
        (replace(good, inputs=good.inputs[1:]), "which the issue cites, is not among its inputs"),
        (
            replace(good, artifacts=(replace(good.artifacts[0], sha256="0" * 64),)),
            "is of another issue than 2026-11-20",
        ),
    ]:
        path.write_bytes(bad.written())
        sql(house, "UPDATE issues SET manifest = ?", bad.written().decode())
        assert said in verdict(house)


def test_a_file_is_as_built_if_its_manifest_says_so(house: House) -> None:
    """Templates that have changed since alter nothing that was built before; a changed file is noted."""
    house.build()
    shutil.copytree(ROOT / "templates" / "markdown", house.folder / "templates" / "markdown")
    template = house.folder / "templates" / "markdown" / "digest.md.j2"
    template.write_text(template.read_text("utf-8") + "\nMore.\n", "utf-8")
    assert "not as built" not in verdict(house)
    shutil.rmtree(house.folder / "templates")
    page = house.out / DAY / "digest.md"
    page.write_text(page.read_text("utf-8") + "\nMore.\n", "utf-8")
    assert "1 not as built" in verdict(house)

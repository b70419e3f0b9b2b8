"""The main job, end to end, through the command line: real files, a real server, a real store."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from digest.cli import cli
from digest.errors import VerifyError
from digest.stance._weights import SHIPPED
from tests.feeds import rss
from tests.server import serve

ROOT = Path(__file__).parent.parent
NOW = "2026-11-20T09:00+01:00"
LATER = "2026-11-20T12:00+01:00"
NEXT_WEEK = "2026-11-27T09:00+01:00"
SEED = """---
outlet: {outlet}
title: {title}
---
The harbour of Larn opened to ships on Monday, after two years of work. {more}
"""
CONFIG = """
network: {{allow: [127.0.0.1], gap: 0}}
editions:
  weekly:
    title: The Weekly
    timezone: Europe/Berlin
    outlets:
      Larn Radio:
        feeds: [{base}/feed.xml]
    files: [seeds/*]
"""


class House:
    """A folder with a configuration, its seeds and what was built from them."""

    def __init__(self, folder: Path, base: str = "http://127.0.0.1:1") -> None:
        self.folder = folder
        self.config = folder / "feeds.yaml"
        self.config.write_text(CONFIG.format(base=base), "utf-8")
        (folder / "seeds").mkdir()
        self.seed("courier", "Larn harbour opens to ships", "The captain praised the new lights and the deep water.")
        self.seed("gazette", "Ships return as Larn harbour opens", "Critics doubt that the harbour will ever pay.")

    def seed(self, outlet: str, title: str, more: str) -> None:
        text = SEED.format(outlet=outlet.title(), title=title, more=more)
        (self.folder / "seeds" / f"{outlet}.md").write_text(text, "utf-8")

    def run(self, *arguments: str, exit_code: int = 0) -> Any:
        result = CliRunner().invoke(cli, [*arguments], catch_exceptions=False)
        assert result.exit_code == exit_code, result.output
        return result

    def build(self, *arguments: str, now: str = NOW) -> dict[str, Any]:
        """The report of a build; everything it wrote is verbatim, whatever the test is about."""
        where = ["-c", str(self.config), "--out", str(self.out)]
        result = self.run("build", *where, "--now", now, "--json", *arguments)
        self.run("verify", str(self.out), "-c", str(self.config))
        report: dict[str, Any] = json.loads(result.stdout)
        return report

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def issue(self, id: str = "2026-11-20") -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.out / "weekly" / id / "issue.json").read_text("utf-8"))
        return found


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


FEEDS = {f"weekly/{name}.{ending}" for name in ("feed", "stories") for ending in ("xml", "atom", "json")}


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def own(found: Mapping[str, bytes]) -> dict[str, bytes]:
    """Those of issues and stories; what all issues share (feeds, the front page, outlets) changes with the next one."""
    folders = ("20", "st")
    return {name: it for name, it in found.items() if name.count("/") == 2 and name.split("/")[1][:2] in folders}


def test_seed_files_become_an_issue_in_every_format(house: House) -> None:
    report = house.build()
    (brief,) = house.issue()["briefs"]
    assert set(own(files(house.out))) == {
        *(f"weekly/2026-11-20/{name}" for name in ("email.html", "email.txt", "email.eml", "digest.md", "index.html")),
        *(f"weekly/2026-11-20/{name}" for name in ("issue.json", "manifest.json")),
        f"weekly/stories/{brief['story']['id']}.html",
    }
    shared = {name for name in files(house.out) if name.count("/") == 1}
    assert {"weekly/feed.xml", "weekly/index.html", "weekly/archive.html", "weekly/site.css"} <= shared
    outlets = {f"weekly/outlets/{name}.html" for name in ("courier", "gazette")}
    assert set(files(house.out)) == set(own(files(house.out))) | shared | outlets
    assert (report["stories"], report["articles"], report["artifacts"]) == (1, 2, len(files(house.out)))
    assert len(brief["story"]["articles"]) == 2
    assert {take["outlet"] for take in brief["takes"]} == {"Courier", "Gazette"}
    assert all(article["url"] is None and article["published"] is None for article in house.issue()["articles"])
    assert "no public link" in (house.out / f"weekly/stories/{brief['story']['id']}.html").read_text("utf-8")


def test_a_feed_that_cannot_be_reached_is_reported_and_stops_nothing(house: House) -> None:
    report = house.build()
    assert report["feeds"] == {"tried": 1, "failed": 1, "unchanged": 0, "waiting": 0, "stopped": 0}
    assert [problem["object"] for problem in report["problems"]] == ["http://127.0.0.1:1/feed.xml"]
    assert report["editions"][0]["stale"] == ["Larn Radio"]


def test_offline_asks_nobody(tmp_path: Path) -> None:
    with serve({}) as served:
        house = House(tmp_path, served.base)
        assert house.build("--offline")["feeds"]["tried"] == 0
        assert served.requests == []


def test_a_feed_that_fails_is_served_from_the_store_and_marked_stale(tmp_path: Path) -> None:
    item = {"title": "Buses run by night in Larn", "guid": "1", "link": "https://radio.example/1"}
    body = rss(
        {
            **item,
            "description": "Night buses began to run in Larn on Thursday.",
            "pubDate": "Thu, 19 Nov 2026 08:00:00 GMT",
        }
    )
    with serve({"/feed.xml": (200, {"ETag": '"1"'}, body)}) as served:
        house = House(tmp_path, served.base)
        first = house.build()
        assert (first["entries"], first["feeds"]["failed"]) == (1, 0)
        served.answers["/feed.xml"] = (500, {}, b"")
        again = house.build(now=LATER)
    assert (again["feeds"]["failed"], again["editions"][0]["stale"]) == (1, ["Larn Radio"])
    assert [article["url"] for article in house.issue()["articles"] if article["url"]] == ["https://radio.example/1"]
    assert "2026-11-20" in again["problems"][0]["next"]
    assert "Larn Radio" in (house.out / "weekly/2026-11-20/email.txt").read_text("utf-8")


def test_an_unchanged_feed_is_asked_conditionally_and_loses_nothing(tmp_path: Path) -> None:
    body = rss({"title": "Buses run by night", "guid": "1", "description": "Night buses began to run in Larn."})
    with serve({"/feed.xml": (200, {"ETag": '"1"'}, body)}) as served:
        house = House(tmp_path, served.base)
        house.build()
        before = [brief["story"] for brief in house.issue()["briefs"]]
        served.answers["/feed.xml"] = (304, {}, b"")
        report = house.build(now=LATER)
        assert served.requests[1][1]["if-none-match"] == '"1"'
    assert report["feeds"]["unchanged"] == 1
    assert [brief["story"] for brief in house.issue()["briefs"]] == before


def test_a_second_build_of_the_day_replaces_the_first(house: House) -> None:
    assert house.build()["editions"][0]["changed"] == len(files(house.out))
    assert house.build()["editions"][0]["changed"] == 0
    house.seed("post", "Larn harbour opens, at last", "Nobody expected it any more.")
    report = house.build()
    assert (report["editions"][0]["number"], report["articles"]) == (1, 3)
    assert len(house.issue()["briefs"][0]["story"]["articles"]) == 3


def test_the_next_issue_says_what_is_new_and_repeats_nothing(house: House) -> None:
    house.build()
    assert house.build(now=NEXT_WEEK)["stories"] == 0
    assert house.issue("2026-11-27")["number"] == 2
    house.seed("post", "Larn harbour opens to ships, at last", "The harbour master counted nine ships.")
    assert house.build(now=NEXT_WEEK)["stories"] == 1
    (brief,) = house.issue("2026-11-27")["briefs"]
    assert brief["story"]["id"] == house.issue()["briefs"][0]["story"]["id"]
    assert (len(brief["story"]["articles"]), len(brief["story"]["new"]), brief["story"]["since"]) == (
        3,
        1,
        "2026-11-20",
    )
    feed = (house.out / "weekly/feed.xml").read_text("utf-8")
    assert feed.count("<item>") == 2


def test_building_an_older_day_again_keeps_the_newer_issue_in_the_feed(house: House) -> None:
    house.build()
    house.build(now=NEXT_WEEK)
    house.build()
    assert (house.out / "weekly/feed.xml").read_text("utf-8").count("<item>") == 2


def test_a_bad_seed_file_is_reported_and_the_rest_is_read(house: House) -> None:
    (house.folder / "seeds" / "bad.md").write_text("---\ntitel: x\n---\nText.", "utf-8")
    (house.folder / "seeds" / "empty.txt").write_bytes(b"")
    report = house.build()
    assert report["articles"] == 2
    said = {problem["object"]: problem["reason"] for problem in report["problems"]}
    assert any("titel" in reason for reason in said.values())
    assert len([name for name in said if name.startswith("seeds/")]) == 2


def test_a_formats_folder_beside_the_configuration_wins(house: House) -> None:
    mine = house.folder / "templates" / "shout"
    mine.mkdir(parents=True)
    (mine / "format.toml").write_text(
        'description = "loud"\n[[artifact]]\npath = "loud.txt"\nmedia_type = "text/plain"\ntemplate = "loud.txt.j2"\n'
    )
    (mine / "loud.txt.j2").write_text("{% for story in issue.stories %}{{ story.title | upper | text }}\n{% endfor %}")
    house.config.write_text(house.config.read_text().replace("    files:", "    formats: [shout]\n    files:"))
    result = house.run("build", "-c", str(house.config), "--out", str(house.out), "--now", NOW)
    assert result.exit_code == 0
    assert "LARN" in (house.out / "weekly/2026-11-20/loud.txt").read_text()


def test_a_channel_gets_the_same_artifacts_and_one_that_fails_leaves_the_rest_alone(house: House) -> None:
    (house.folder / "blocked").write_text("a file, not a folder")
    channels = "    channels: [{use: folder, path: blocked}, {use: folder, path: public}]\n    files:"
    house.config.write_text(house.config.read_text().replace("    files:", channels))
    report = house.build()
    assert files(house.folder / "public") == files(house.out)
    assert any("blocked" in problem["object"] for problem in report["problems"])


def test_one_edition_of_several(house: House) -> None:
    house.config.write_text(house.config.read_text() + "  other:\n    title: Other\n    files: [seeds/*]\n")
    assert [e["id"] for e in house.build("--edition", "other")["editions"]] == ["other"]
    assert [e["id"] for e in house.build()["editions"]] == ["weekly", "other"]
    result = CliRunner().invoke(cli, ["build", "-c", str(house.config), "--edition", "othr"])
    assert "did you mean 'other'" in result.exception.hint  # type: ignore[union-attr]


def test_an_edition_with_a_broken_format_fails_alone_and_the_exit_code_says_so(house: House) -> None:
    broken = house.folder / "templates" / "broken"
    broken.mkdir(parents=True)
    (broken / "format.toml").write_text('[[artifact]]\npath = "x.txt"\nmedia_type = "text/plain"\ntemplate = "x.j2"\n')
    (broken / "x.j2").write_text("{{ issue.nothing | text }}")
    other = "  other:\n    title: Other\n    files: [seeds/*]\n    formats: [broken]\n"
    house.config.write_text(house.config.read_text().replace("  weekly:", other + "  weekly:"))
    done = command("build", "-c", str(house.config), "--out", str(house.out), "--now", NOW, "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["failed"]) == (1, ["other"])
    assert [edition["id"] for edition in report["editions"]] == ["weekly"]
    assert "x.j2:1" in done.stderr


def test_a_mistake_in_a_catalogue_is_warned_of_once_and_stops_nothing(house: House) -> None:
    """All else that the catalogue says is said, and what it lacks as the packaged one has it."""
    config = house.config.read_text()
    other = config[config.index("  weekly:") :].replace("  weekly:", "  other:")
    house.config.write_text((config + other).replace("    title:", "    language: de\n    title:"))
    own = house.folder / "templates" / "locales" / "de.po"
    own.parent.mkdir(parents=True)
    own.write_text('msgid "Articles"\nmsgstr "Quellen"\n\nmsgid "no public link"\nmsgstr "ohne {n}"\n', "utf-8")
    done = command("build", "-c", str(house.config), "--out", str(house.out), "--now", NOW, "--json")
    report = json.loads(done.stdout)
    assert [edition["broken"] for edition in report["editions"]] == [[], []]
    assert done.stderr.count("de.po:4: ") == 1
    text = files(house.out)["weekly/2026-11-20/digest.md"].decode()
    assert "### Quellen" in text
    assert "ohne öffentlichen Link" in text


@pytest.mark.parametrize("template", ["{{ issue.nothing | text }}", "one\n{% if %}"])
def test_a_broken_template_stops_only_its_format(house: House, template: str) -> None:
    """The issue is built, stored and delivered without it, what it made before stays, and the exit code says so."""
    house.build()
    before = files(house.out)
    mine = house.folder / "templates" / "markdown"
    shutil.copytree(ROOT / "templates" / "markdown", mine)
    fine = (mine / "digest.md.j2").read_text("utf-8")
    (mine / "digest.md.j2").write_text(fine + template, "utf-8")
    house.config.write_text(
        house.config.read_text().replace("    files:", "    channels: [{use: folder, path: p}]\n    files:")
    )
    house.seed("post", "Larn harbour opens, at last", "Nobody expected it any more.")
    done = command("build", "-c", str(house.config), "--out", str(house.out), "--now", LATER, "--json")
    (edition,) = json.loads(done.stdout)["editions"]
    assert (done.returncode, edition["articles"], edition["broken"]) == (1, 3, ["markdown"])
    assert "markdown of weekly: could not be built" in done.stderr
    line = len(fine.splitlines()) + len(template.splitlines())
    assert f"digest.md.j2:{line}: " in done.stderr
    after = files(house.out)
    assert after["weekly/2026-11-20/digest.md"] == before["weekly/2026-11-20/digest.md"]
    assert b"at last" in after["weekly/2026-11-20/email.txt"]
    new = "weekly/outlets/post.html"
    assert set(files(house.folder / "p")) == {*before, new} - {"weekly/2026-11-20/digest.md"}
    (mine / "digest.md.j2").write_text(fine, "utf-8")
    (edition,) = house.build(now=LATER)["editions"]
    assert (edition["broken"], edition["number"]) == ([], 1)
    assert "at last" in (house.out / "weekly/2026-11-20/digest.md").read_text("utf-8")


def test_an_issue_that_could_not_be_shown_does_not_count_as_told(house: House) -> None:
    broken = house.folder / "templates" / "broken"
    broken.mkdir(parents=True)
    (broken / "format.toml").write_text('[[artifact]]\npath = "x.txt"\nmedia_type = "text/plain"\ntemplate = "x.j2"\n')
    (broken / "x.j2").write_text("{{ issue.nothing | text }}")
    fine = house.config.read_text()
    house.config.write_text(fine.replace("    files:", "    formats: [broken]\n    files:"))
    assert command("build", "-c", str(house.config), "--out", str(house.out), "--now", NOW).returncode == 1
    house.config.write_text(fine)
    report = house.build(now=NEXT_WEEK)
    assert (report["stories"], report["editions"][0]["number"]) == (1, 1)


def test_out_can_be_thrown_away(house: House) -> None:
    house.build()
    before = files(house.out)
    shutil.rmtree(house.out)
    house.build(now=NEXT_WEEK)
    after = files(house.out)
    assert {name: after[name] for name in own(before)} == own(before)


@pytest.mark.parametrize("path", ["issue.json", "manifest.json", "digest.md"])
def test_two_formats_cannot_write_the_same_file(house: House, path: str) -> None:
    mine = house.folder / "templates" / "mine"
    mine.mkdir(parents=True)
    (mine / "format.toml").write_text(f'[[artifact]]\npath = "{path}"\nmedia_type = "text/plain"\ntemplate = "x.j2"\n')
    (mine / "x.j2").write_text("x")
    house.config.write_text(house.config.read_text().replace("    files:", "    formats: [markdown, mine]\n    files:"))
    done = command("build", "-c", str(house.config), "--out", str(house.out), "--now", NOW)
    assert done.returncode == 1
    assert f"writes {path}, which is" in done.stderr
    checked = command("check", "-c", str(house.config))
    assert (checked.returncode, f"writes {path}, which is" in checked.stderr) == (1, True)


def test_verify_refuses_what_it_cannot_read(house: House) -> None:
    house.build()
    (house.out / "weekly" / "2026-11-20" / "digest.docx").write_bytes(b"?")
    result = CliRunner().invoke(cli, ["verify", str(house.out), "-c", str(house.config)])
    assert "digest.docx" in str(result.exception)


def test_no_artifact_holds_a_whole_article(house: House) -> None:
    body = " ".join(f"This is sentence number {n} of a long report about the harbour." for n in range(40))
    house.seed("long", "Larn harbour opens: the long report", body)
    house.build()
    for name, content in files(house.out).items():
        text = content.decode(errors="ignore")  # one is a picture
        assert sum(f"sentence number {n} of" in text for n in range(40)) < 10, name


def test_check_says_what_would_be_done(house: House) -> None:
    said = house.run("check", "-c", str(house.config)).stdout
    for part in ("weekly: The Weekly (en, Europe/Berlin)", "1 feed of 1 outlet, 2 seed files", "coverage", "email"):
        assert part in said
    assert not house.out.exists()
    assert not (house.folder / "digest.db").exists()


@pytest.mark.parametrize("name", ["email.html", "email.txt", "email.eml", "digest.md", "index.html", "issue.json"])
def test_verify_finds_an_altered_quote_and_names_it(house: House, name: str) -> None:
    house.build()
    path = house.out / "weekly" / "2026-11-20" / name
    text = path.read_bytes()
    assert b"harbour of Larn" in text
    path.write_bytes(text.replace(b"harbour of Larn", b"harbour of Lorn"))
    result = CliRunner().invoke(cli, ["verify", str(house.out), "-c", str(house.config)])
    assert name in str(result.exception)
    assert "Lorn" in str(result.exception)


def test_verify_needs_the_store_and_makes_none(house: House, tmp_path: Path) -> None:
    house.build()
    result = CliRunner().invoke(cli, ["verify", str(house.out), "--store", f"sqlite:///{tmp_path}/other.db"])
    assert "is not there" in str(result.exception)
    assert not (tmp_path / "other.db").exists()


def test_verify_of_a_folder_without_issues_fails(house: House) -> None:
    house.build()
    result = CliRunner().invoke(cli, ["verify", str(house.folder / "seeds"), "-c", str(house.config)])
    assert "no issue.json" in str(result.exception)


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    folder = environment.pop("cwd", None)
    return subprocess.run(
        [sys.executable, "-m", "digest", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_same_input_gives_the_same_bytes_everywhere(house: House, tmp_path: Path) -> None:
    """Whatever the hash seed, the time zone, the locale and the working directory."""
    surroundings: list[dict[str, str]] = [
        {"PYTHONHASHSEED": "0", "TZ": "UTC", "LANG": "C", "cwd": "/"},
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LANG": "de_DE.UTF-8", "cwd": str(tmp_path)},
        {"PYTHONHASHSEED": "2", "TZ": "America/Lima", "LC_ALL": "tr_TR.UTF-8", "cwd": str(tmp_path / "seeds")},
    ]
    found = []
    for number, surrounding in enumerate(surroundings):
        out, store = tmp_path / f"out{number}", f"sqlite:///{tmp_path}/store{number}.db"
        done = command(
            "build", "-c", str(house.config), "--out", str(out), "--store", store, "--now", NOW, **surrounding
        )
        assert done.returncode == 0, done.stderr
        found.append(files(out))
    assert found[0] == found[1] == found[2]
    assert len(found[0]) > 9


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("build", "-c", "none.yaml"), 2, "No such file"),
        (("build", "--now", "yesterday"), 2, "is no time"),
        (("build", "--now", "2026-11-20T09:00"), 2, "has no offset"),
        (("build", "--edition", "x", "-c", str(ROOT / "feeds.yaml")), 2, "has no edition 'x'"),
        (("nonsense",), 2, "No such command"),
        (("verify", "/nowhere"), 2, "does not exist"),
        (("verify", str(ROOT / "docs"), "--store", "nonsense"), 1, "store"),
    ],
)
def test_mistakes_end_with_one_clear_message_and_no_traceback(arguments: tuple[str, ...], code: int, said: str) -> None:
    done = command(*arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_the_summary_goes_to_stderr_and_only_data_to_stdout(house: House) -> None:
    where = ("-c", str(house.config), "--out", str(house.out), "--now", NOW)
    quiet, data = command("build", *where), command("build", *where, "--json")
    assert quiet.stdout == ""
    assert "The Weekly, issue 1 (2026-11-20): 1 story from 2 articles" in quiet.stderr
    assert json.loads(data.stdout)["now"] == datetime.fromisoformat("2026-11-20T08:00:00+00:00").isoformat()
    assert data.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [("index.html", "Larn harbour opens", "Larn harbour closes"), ("digest.md", "skeptical", "positive"), ("email.txt", "Gazette", "Post")],
)  # fmt: skip
def test_verify_says_which_files_are_not_as_built(house: House, name: str, before: str, after: str) -> None:
    """A changed headline, label or outlet is no false quote, but it is not what was built either."""
    where = ("verify", str(house.out), "-c", str(house.config))
    house.build()
    assert "as built" not in house.run(*where).output
    path = house.out / "weekly" / "2026-11-20" / name
    text = path.read_text("utf-8")
    changed = text.replace(before, after)
    path.write_text(changed if changed != text else text + "\n", "utf-8")
    result = house.run(*where)
    assert f"{name}  (not as built" in result.stderr
    assert "all verbatim; 1 not as built" in result.stdout
    assert result.exit_code == 0
    with pytest.raises(VerifyError, match="1 file not as built"):
        house.run(*where, "--strict")


def test_progress_shows_on_a_terminal_and_nowhere_else(house: House) -> None:
    arguments = ["build", "-c", str(house.config), "--out", str(house.out), "--now"]
    assert "\x1b" not in command(*arguments, NOW).stderr
    ours, theirs = os.openpty()
    with open(ours, "rb", buffering=0) as screen:  # noqa: PTH123  (a descriptor, not a path)
        process = subprocess.Popen(
            [sys.executable, "-m", "digest", *arguments, LATER],
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
            stderr=theirs,
        )
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # a terminal whose other end has gone
            while part := screen.read(4096):
                shown += part
        assert process.wait() == 0
    assert b"\x1b" in shown
    assert b"fetch" in shown.split(b"The Weekly")[0]


def test_a_path_among_the_options_of_a_plugin_counts_from_the_file(house: House) -> None:
    """Wherever the command is run; and the issue can be made again."""
    shutil.copy(SHIPPED, house.folder / "own.npz")
    house.config.write_text(
        house.config.read_text("utf-8") + "    stance: {use: cue-words, weights: own.npz}\n", "utf-8"
    )
    house.build()
    manifest = house.out / "weekly" / "2026-11-20" / "manifest.json"
    assert '"own.npz"' in manifest.read_text("utf-8")
    house.run("build", "--from", str(manifest), "-c", str(house.config))

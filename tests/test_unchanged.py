"""A build renders what can have changed, writes what has, and looks only at the issues that it needs."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from digest.render.frozen import freeze, thaw
from digest.render.gist import Gist, in_short
from digest.render.outline import outline
from tests.test_build import NEXT_WEEK, NOW, ROOT, House, command, files
from tests.test_render import issues

WEEK_AFTER = "2026-12-04T09:00+01:00"


@pytest.fixture
def house(tmp_path: Path) -> House:
    """With two stories, so that one can change without the other."""
    house = House(tmp_path)
    text = (
        "---\noutlet: Post\ntitle: Snow closes the pass of Tarn\n---\nSnow closed the pass of Tarn on Tuesday night.\n"
    )
    (house.folder / "seeds" / "snow.md").write_text(text, "utf-8")
    return house


def sql(house: House, statement: str, *values: object) -> None:
    with sqlite3.connect(house.folder / "digest.db") as connection:
        connection.execute(statement, values)
    connection.close()


def build(house: House, now: str = NOW) -> int:
    """How many files changed; no proof is run, as that reads all issues."""
    house.run("build", "-c", str(house.config), "--out", str(house.out), "--now", now, "--offline")
    return len(files(house.out))


def times(house: House) -> Mapping[str, tuple[int, int]]:
    found = (path for path in house.out.rglob("*") if path.is_file())
    return {
        path.relative_to(house.out / "weekly").as_posix(): (s.st_mtime_ns, s.st_ino)
        for path in found
        for s in [path.stat()]
    }


# --- gists ------------------------------------------------------------------------------------------------------------


def test_a_gist_has_the_outline_and_the_short_form_of_its_issue() -> None:
    for issue in issues():
        gist = Gist.of(freeze(issue))
        again = Gist.read(gist.written())
        assert again
        assert again.outline == gist.outline == outline(issue)
        assert again.issue == gist.issue == in_short(issue)


def test_an_issue_in_short_says_which_articles_it_told_and_nothing_else() -> None:
    issue = next(issue for issue in issues() if issue.briefs)
    short = in_short(issue)
    for brief, whole in zip(short.briefs, issue.briefs, strict=True):
        for name in ("story", "title", "articles", "new", "since", "merged"):
            assert getattr(brief, name) == getattr(whole, name)
        assert (brief.why.names, brief.why.terms) == (whole.why.names, whole.why.terms)
    assert [(one.id, one.url) for one in short.articles] == [(one.id, one.url) for one in issue.articles]
    assert [one.articles for one in short.left] == [one.articles for one in issue.left]
    assert not any(list(brief.quotes()) for brief in short.briefs)


def test_a_gist_of_another_schema_is_none() -> None:
    written = Gist.of(freeze(issues()[0])).written()
    assert Gist.read(written.replace(b'"schema":1', b'"schema":0')) is None


@pytest.mark.parametrize("gist", [None, '{"schema":0}'])
def test_issues_without_a_gist_get_theirs_and_the_next_build_is_the_same(house: House, gist: str | None) -> None:
    """Issues that an earlier version has built; a later one may have another schema."""
    house.build()
    sql(house, "CREATE TABLE old AS SELECT id, gist FROM issues")
    sql(house, "UPDATE issues SET gist = ?, made = NULL", gist)
    house.build(now=NEXT_WEEK)
    with sqlite3.connect(house.folder / "digest.db") as connection:
        pairs = connection.execute("SELECT old.gist, issues.gist FROM old JOIN issues USING (id)").fetchall()
    connection.close()
    assert pairs
    assert all(before == after for before, after in pairs)
    assert house.issue("2026-11-27")["number"] == 2
    assert house.issue("2026-11-27")["briefs"] == []  # what was told is still known


# --- what is rendered -------------------------------------------------------------------------------------------------


def test_a_build_that_changes_nothing_touches_nothing(house: House) -> None:
    house.build()
    house.build(now=NEXT_WEEK)
    before = times(house)
    assert house.build(now=NEXT_WEEK)["editions"][0]["changed"] == 0
    assert times(house) == before


def test_old_issues_are_not_looked_at_where_they_are_not_shown(house: House) -> None:
    """Their frozen form could not even be read, but for that of the issue that is built again."""
    house.build()
    house.build(now=NEXT_WEEK)
    before = files(house.out)
    sql(house, "UPDATE issues SET frozen = '?' WHERE id = '2026-11-20'")
    build(house, NEXT_WEEK)
    assert files(house.out) == before


def test_one_changed_story_rewrites_only_the_pages_that_show_it(house: House) -> None:
    house.build()
    before = times(house)
    stories = {brief["story"]["title"]: brief["story"]["id"] for brief in house.issue()["briefs"]}
    (snow,) = (id for title, id in stories.items() if "Tarn" in title)
    (harbour,) = (id for title, id in stories.items() if "Tarn" not in title)
    house.seed("post", "Larn harbour opens, at last", "Nobody expected it any more.")
    house.build()
    after = times(house)
    assert after[f"stories/{snow}.html"] == before[f"stories/{snow}.html"]
    changed = {path for path in after if after[path] != before[path]}
    assert {f"stories/{harbour}.html", "2026-11-20/index.html", "2026-11-20/issue.json", "feed.xml"} <= changed


@pytest.mark.parametrize("harm", ["altered", "gone", "folder"])
def test_what_is_not_as_it_was_made_is_written_again(house: House, harm: str) -> None:
    house.build()
    before = files(house.out)
    page = next((house.out / "weekly" / "stories").iterdir())
    if harm == "altered":
        page.write_bytes(page.read_bytes().replace(b"story", b"stroy", 1))
    elif harm == "gone":
        page.unlink()
    else:
        shutil.rmtree(house.out)
    house.build()
    assert files(house.out) == before


def test_a_changed_template_or_catalogue_is_rendered_at_once(house: House) -> None:
    shutil.copytree(ROOT / "templates", house.folder / "templates")
    house.build()
    css = house.folder / "templates" / "site" / "site.css"
    css.write_text(css.read_text("utf-8") + "\n.changed { color: red }\n", "utf-8")
    house.build()
    index = house.out / "weekly" / "2026-11-20" / "index.html"
    assert ".changed" in (house.out / "weekly" / "site.css").read_text("utf-8")
    (house.folder / "templates" / "locales" / "en.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "new"\nmsgstr "brand new"\n', "utf-8"
    )
    command("build", "-c", str(house.config), "--out", str(house.out), "--now", NOW, "--offline")
    assert "brand new" in index.read_text("utf-8")


def test_a_channel_gets_all_artifacts_of_a_build_that_rendered_nothing(house: House) -> None:
    channels = "    channels: [{use: folder, path: public}]\n    files:"
    house.config.write_text(house.config.read_text().replace("    files:", channels))
    house.build()
    shutil.rmtree(house.folder / "public")
    house.build()
    assert files(house.folder / "public") == files(house.out)


def test_a_story_that_is_told_no_more_leaves_a_page_that_says_so_and_no_item(house: House) -> None:
    house.build()
    (snow,) = (b["story"]["id"] for b in house.issue()["briefs"] if "Tarn" in b["story"]["title"])
    page, feed = house.out / "weekly" / "stories" / f"{snow}.html", house.out / "weekly" / "feed.xml"
    assert "Tarn" in feed.read_text("utf-8")
    (house.folder / "seeds" / "snow.md").unlink()
    house.build()
    assert "told no more" in page.read_text("utf-8")
    assert "Tarn" not in page.read_text("utf-8") + feed.read_text("utf-8")
    house.build(now=NEXT_WEEK)
    assert "told no more" in page.read_text("utf-8")


def test_the_tree_is_the_same_whatever_the_machine_is_set_to(house: House) -> None:
    """Hash seed, time zone, language and working directory."""
    trees = []
    for number, (seed, zone, language) in enumerate([("0", "UTC", "C"), ("1", "Pacific/Apia", "de_DE.UTF-8")]):
        folder = house.folder / f"machine-{number}"
        shutil.copytree(house.folder / "seeds", folder / "seeds")
        (folder / "feeds.yaml").write_text(house.config.read_text("utf-8"), "utf-8")
        there = folder if number else ROOT
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LANG": language, "PYTHONPATH": str(ROOT)}
        for now in (NOW, NEXT_WEEK, WEEK_AFTER, WEEK_AFTER):
            where = ["-c", str(folder / "feeds.yaml"), "--out", str(folder / "out"), "--now", now, "--offline"]
            command = [sys.executable, "-m", "digest", "build", *where]
            subprocess.run(command, cwd=there, env=environment, check=True, capture_output=True)
        trees.append(files(folder / "out"))
    assert trees[0] == trees[1]
    assert len(trees[0]) > 20


def test_an_issue_with_changed_types_is_still_refused() -> None:
    """What has been read with care once is not checked again; what has not, is."""
    frozen = freeze(replace(issues()[0], more=1)).replace(b'"more": 1', b'"more": "1"')
    with pytest.raises(Exception, match="more"):
        thaw(frozen)
    assert thaw(frozen, known=True).more == "1"  # type: ignore[comparison-overlap]

"""Real documents and real feeds, where they are to be had: what readers must see, and what they must never see."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from digest.cli import cli
from digest.render.frozen import thaw
from tests.replay import ROOT, SHARED, available, replay
from tests.test_catalogue import check_kept
from tests.test_render import strict

seeds = pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="the five real documents are not beside the project")
feeds = pytest.mark.skipif(not available(), reason="the recorded feeds are not beside the project")

CHROME = (
    "A100", "Dell PowerEdge", "affiliate", "Loading the player", "0/500", "You May Also Like", "Roewe", "Comet", "Navigate",
    "ViqusViqus", "Verdict Logo", "Media Hype", "Listen on", "Apple Podcasts", "Related article", "Comments (0)",
    "All AI Labs", "Read original", "Data Center Class", "protect assets", "Enter Viqus Hub",
)  # fmt: skip


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli, [*arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def built(folder: Path, config: Path, now: str) -> dict[str, Any]:
    """The issue of `now`, built and proven."""
    store, out = f"sqlite:///{folder}/digest.db", folder / "out"
    where = ["-c", str(config), "--store", store]
    report = json.loads(run("build", *where, "--out", str(out), "--now", now, "--json"))
    run("verify", str(out), "--store", store)
    issue: dict[str, Any] = json.loads(Path(report["editions"][0]["folder"], "issue.json").read_text("utf-8"))
    return issue


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    folder = tmp_path_factory.mktemp("five")
    return built(folder, ROOT / "tests/data/five-seeds.yaml", "2026-05-12T09:00+00:00"), folder


@seeds
def test_the_five_documents_are_one_story_with_five_outlets_and_their_takes(five: tuple[dict[str, Any], Path]) -> None:
    issue, _ = five
    (brief,) = issue["briefs"]
    assert len(brief["story"]["articles"]) == 5
    assert len({article["outlet"] for article in issue["articles"]}) == 5
    assert {"Viqus", "DeepTrendLab"} < {article["outlet"] for article in issue["articles"]}
    assert {take["article"] for take in brief["takes"]} == set(brief["story"]["articles"])
    assert all(take["evidence"] for take in brief["takes"] if take["speaker"] is None)


@seeds
def test_their_issue_keeps_to_its_schema_and_can_be_said_in_german(five: tuple[dict[str, Any], Path]) -> None:
    check_frozen(five[0])


def check_frozen(issue: dict[str, Any]) -> None:
    """It has no field that the published schema does not name, and no text of ours that only English readers get."""
    strict().validate(issue)
    check_kept(thaw(json.dumps(issue).encode()))


@seeds
def test_nothing_is_invented_about_them(five: tuple[dict[str, Any], Path]) -> None:
    """No file has an address, and one names a day."""
    articles = {article["outlet"][:5]: article for article in five[0]["articles"]}
    assert all(article["url"] is None for article in articles.values())
    dates = {article["published"] for article in articles.values()}
    assert dates == {"2026-05-10", None}
    assert articles["Viqus"]["published"] == "2026-05-10"


@seeds
def test_their_takes_come_out_as_people_read_them(five: tuple[dict[str, Any], Path]) -> None:
    issue, _ = five
    outlets = {article["id"]: article["outlet"] for article in issue["articles"]}
    labels = {
        outlets[take["article"]][:3]: take["stance"]["label"]
        for take in issue["briefs"][0]["takes"]
        if take["speaker"] is None
    }
    assert (labels["001"], labels["Dee"], labels["004"]) == ("skeptical", "skeptical", "skeptical")
    assert labels["003"] != "skeptical"
    said = {
        (outlets[take["article"]][:3], take["speaker"]): take["stance"]["label"]
        for take in issue["briefs"][0]["takes"]
        if take["speaker"]
    }
    assert (said["004", "Kirsten Korosec"], said["004", "Sean O'Kane"]) == ("positive", "skeptical")


@seeds
def test_no_output_has_anything_that_stood_around_them(five: tuple[dict[str, Any], Path]) -> None:
    for path in (five[1] / "out").rglob("*.*"):
        text = path.read_bytes().decode("utf-8", "replace")  # one is a picture
        assert not [chrome for chrome in CHROME if chrome in text], path.name


@seeds
def test_no_output_has_a_whole_document(five: tuple[dict[str, Any], Path]) -> None:
    """Of no document are more than a few sentences shown."""
    for path in (five[1] / "out").rglob("*.*"):
        text = path.read_bytes().decode("utf-8", "replace")  # one is a picture
        for document in (SHARED / "seeds").iterdir():
            sentences = [line for line in document.read_text("utf-8").split(". ") if len(line) > 60]
            shown = sum(sentence in text for sentence in sentences)
            assert shown <= 12, (path.name, document.name)


@feeds
def test_two_weeks_of_real_feeds(tmp_path: Path) -> None:
    with replay(tmp_path) as server:
        first = built(tmp_path, server.config, "2020-05-04T09:00+12:00")
        server.move("2020-05-10T09:00+12:00")
        # Six days later most of what is foremost is new: more room, so that what goes on is among it.
        text = server.config.read_text("utf-8")
        assert "stories: 20" in text
        server.config.write_text(text.replace("stories: 20", "stories: 150"), "utf-8")
        second = built(tmp_path, server.config, "2020-05-10T09:00+12:00")
    for path in tmp_path.rglob("manifest.json"):  # out of the store alone, each issue is the same again
        run("build", "--from", str(path), "--store", f"sqlite:///{tmp_path}/digest.db")
    for issue in (first, second):
        check_frozen(issue)
        outlets = {article["id"]: article["outlet"] for article in issue["articles"]}
        wide = [b for b in issue["briefs"] if len({outlets[id] for id in b["story"]["articles"]}) >= 3]
        assert len(wide) >= 10
        stories = [brief["story"]["id"] for brief in issue["briefs"]]
        assert len(set(stories)) == len(stories)
        told = [id for brief in issue["briefs"] for id in brief["story"]["articles"]]
        assert len(set(told)) == len(told)
    assert (first["number"], second["number"]) == (1, 2)
    assert all(brief["story"]["since"] is None for brief in first["briefs"])
    before = {id for brief in first["briefs"] for id in brief["story"]["articles"]}
    continuing = [brief["story"] for brief in second["briefs"] if brief["story"]["since"]]
    assert continuing
    assert all(story["since"] == first["id"] for story in continuing)
    assert not {id for brief in second["briefs"] for id in brief["story"]["new"]} & before


@seeds
@feeds
def test_the_five_documents_find_each_other_among_the_replayed_feeds(tmp_path: Path) -> None:
    with replay(tmp_path) as server:
        text = server.config.read_text("utf-8")
        server.config.write_text(f"{text}    files: [{SHARED / 'seeds'}/*.txt]\n", "utf-8")
        issue = built(tmp_path, server.config, "2020-05-04T09:00+12:00")
    files = {article["id"] for article in issue["articles"] if article["outlet"][:2] == "00"}
    assert len(files) == 5
    assert [set(b["story"]["articles"]) for b in issue["briefs"] if files & set(b["story"]["articles"])] == [files]

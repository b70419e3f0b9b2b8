"""`digest explain`, the editor's file and the rules of feeds.yaml, through the command line, on what was built."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from digest.cli import cli
from digest.errors import DigestError
from digest.model import Tie
from tests.test_build import NEXT_WEEK, NOW, House


class Newsroom(House):
    """A house in which two stories are told: two outlets on a harbour, one on buses."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        bus = "---\noutlet: Kiln Street\ntitle: Night buses run again\n---\nThe night buses of Tolvan ran again on Friday.\n"
        (folder / "seeds" / "buses.md").write_text(bus, "utf-8")

    def editor(self, text: str) -> None:
        (self.folder / "editor.yaml").write_text(f"weekly:\n  {text}\n", "utf-8")

    def rules(self, text: str) -> None:
        self.config.write_text(
            self.config.read_text("utf-8") + "".join(f"    {line}\n" for line in text.splitlines()), "utf-8"
        )

    def explain(self, *arguments: str, exit_code: int = 0) -> str:
        result = self.run("explain", "-c", str(self.config), *arguments, exit_code=exit_code)
        return str(result.output)

    def refusal(self, command: str, *arguments: str) -> str:
        with pytest.raises(DigestError) as caught:
            CliRunner().invoke(cli, [command, *arguments, "-c", str(self.config)], catch_exceptions=False)
        return str(caught.value)

    def stories(self) -> dict[str, str]:
        """Ids by title."""
        return {brief["story"]["title"]: brief["story"]["id"] for brief in self.issue()["briefs"]}


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path)


BUSES = "Night buses run again"


def harbour(found: dict[str, str]) -> str:
    return next(id for title, id in found.items() if "harbour" in title)


def test_the_sum_that_puts_a_story_where_it_is_is_printed_and_is_right(room: Newsroom) -> None:
    room.build("--offline")
    id = harbour(room.stories())
    said = room.explain(id)
    rank = next(brief["rank"] for brief in room.issue()["briefs"] if brief["story"]["id"] == id)
    total = sum(reason["weight"] * reason["value"] for reason in rank)
    assert f"place 1 of 2; points {total:.2f} =" in said
    for reason in rank:
        assert f"{reason['weight']:.2f} x {reason['value']:.4f}  {reason['name']}" in said
        assert reason["said"] in said
    assert "2 outlets, 2 independent origins" in said
    assert "nearest neighbours" in said
    found: dict[str, Any] = json.loads(room.explain(id, "--json"))
    assert (found["points"], found["rank"]) == (pytest.approx(total, abs=1e-4), rank)


@pytest.mark.parametrize(("likeness", "said"), [(1.0, "1.00"), (0.9999, "0.99"), (0.29, "0.29"), (0.0049, "0.00")])
def test_only_what_is_the_same_is_said_to_be_wholly_alike(likeness: float, said: str) -> None:
    assert Tie(article="a", nearest="b", likeness=likeness).said == said


def test_without_a_story_all_are_listed_with_their_ids_and_what_was_left_out_with_why(room: Newsroom) -> None:
    room.rules("min_outlets: 2")
    room.build("--offline")
    said = room.explain()
    assert harbour(room.stories()) in said
    (left,) = room.issue()["left"]
    assert f"{left['story']}       -  Night buses run again: fewer than 2 outlets (min_outlets)" in said
    refused = room.refusal("explain", left["story"])
    assert refused.startswith(f"{left['story']}: was left out of issue 2026-11-20: fewer than 2 outlets")


def test_what_is_not_there_is_a_clear_error(room: Newsroom) -> None:
    room.build("--offline")
    id = harbour(room.stories())
    assert room.refusal("explain", f"{id[:-1]}x") == f"{id[:-1]}x: is no story that an issue of weekly tells"
    assert room.refusal("explain", id, "--issue", "2026-11-21") == "2026-11-21: is no issue of weekly"


def test_the_editor_pins_drops_and_sees_it_in_the_explanation(room: Newsroom) -> None:
    room.build("--offline")
    first = room.stories()
    assert list(first)[1] == BUSES
    room.editor(f"pin: [{first[BUSES]}]")
    room.build("--offline")
    assert next(iter(room.stories())) == BUSES
    assert "put first by the editor" in room.explain(first[BUSES])
    room.editor(f"drop: [{first[BUSES]}]")
    room.build("--offline")
    assert BUSES not in room.stories()
    assert "dropped by the editor" in room.explain()


def test_a_story_that_was_merged_is_found_under_its_old_id(room: Newsroom) -> None:
    room.build("--offline")
    ids = room.stories()
    room.editor(f"merge: [[{harbour(ids)}, {ids[BUSES]}]]")
    room.build("--offline")
    (brief,) = room.issue()["briefs"]
    assert brief["story"]["id"] == harbour(ids)
    assert brief["story"]["merged"] == [ids[BUSES]]
    assert room.explain(ids[BUSES]) == room.explain(harbour(ids))
    assert f"has taken in 1 story: {ids[BUSES]}" in room.explain(ids[BUSES])


def test_a_name_that_nobody_knows_is_a_warning_with_its_place_and_stops_nothing(room: Newsroom) -> None:
    room.editor("pin: [nonsense]")
    report = room.build("--offline")
    (problem,) = report["problems"]
    assert problem["object"].endswith("editor.yaml:2:9")
    assert problem["reason"] == "'nonsense' is no story or article that is known here"
    assert report["stories"] == 2


def test_a_mistake_in_the_editor_s_file_stops_the_build_and_is_seen_by_check(room: Newsroom) -> None:
    room.editor("pinn: [x]")
    for command in (["build", "--out", str(room.out), "--now", NOW], ["check"]):
        said = room.refusal(*command)
        assert "editor.yaml:2:3: weekly.pinn: unknown key 'pinn'; did you mean 'pin'?" in said


def test_check_says_what_the_editor_decided(room: Newsroom) -> None:
    room.editor("pin: [a]\n  drop: [b, c]\n  merge: [[d, e]]")
    assert "  editor   1 pinned, 2 dropped, 1 merged\n" in room.run("check", "-c", str(room.config)).output


def test_sections_stand_in_the_issue_in_the_order_of_the_file(room: Newsroom) -> None:
    room.rules("sections:\n  Traffic: {words: [bus*], stories: 1}\n  Else:")
    room.build("--offline")
    assert [(brief["topic"], brief["story"]["title"] == BUSES) for brief in room.issue()["briefs"]] == [
        ("Traffic", True), ("Else", False),
    ]  # fmt: skip
    assert room.issue()["topics"] == ["Traffic", "Else"]
    said = room.run("check", "-c", str(room.config)).output
    assert "section  Traffic: words bus*, up to 1 story" in said
    assert "section  Else: all the rest" in said


def test_a_story_of_last_week_is_explained_from_its_issue(room: Newsroom) -> None:
    room.build("--offline")
    id = harbour(room.stories())
    room.seed("radio", "Larn harbour opens wider to ships", "The harbour of Larn has room for more ships now.")
    room.build("--offline", now=NEXT_WEEK)
    assert "last told in 2026-11-20\ntold in 2026-11-20, 2026-11-27" in room.explain(id)
    assert "in issue 1 (2026-11-20)" in room.explain(id, "--issue", "2026-11-20")
    assert "in issue 1 (2026-11-20)" in room.explain(room.stories()[BUSES])

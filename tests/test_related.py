"""Related stories: those about the same people, places and things, of this issue and of earlier ones."""

from dataclasses import replace

from digest.edit.related import MOST, related
from digest.model import Brief, Issue, Why
from tests.test_render import sample


def brief(id: str, title: str, *names: str, merged: tuple[str, ...] = ()) -> Brief:
    return Brief(
        story=id, title=title, articles=(), new=(), since=None, sections=(), takes=(), merged=merged,
        why=Why(names=names),
    )  # fmt: skip


HARBOUR = brief("h", "Varnholm votes for free harbour ferries", "Varnholm", "Ada Thorne")
MOORING = brief("m", "Cruise ships sue Varnholm over harbour mooring fees", "Varnholm")
BATTERY = brief("b", "Calder Cells shows a sodium battery", "Calder Cells")
OTHERS = [brief(f"o{number}", f"Other news of place{number} today") for number in range(8)]


def ids(briefs: list[Brief], *earlier: Issue) -> list[list[str]]:
    return [[one.story for one in found] for found in related(briefs, earlier, "en")]


def test_stories_about_the_same_are_related_and_no_others() -> None:
    assert ids([HARBOUR, MOORING, BATTERY]) == [["m"], ["h"], []]


def test_earlier_issues_count_under_the_newest_title_unless_the_story_has_moved() -> None:
    first = replace(sample(), briefs=(replace(MOORING, title="Old title of harbour fees"),))
    second = replace(sample(), briefs=(MOORING,))
    (found,) = related([HARBOUR], [first, second], "en")
    assert [(one.story, one.title) for one in found] == [("m", MOORING.title)]
    third = replace(sample(), briefs=(brief("x", "Something else", merged=("m",)),))
    assert ids([HARBOUR], first, second, third) == [[]]


def test_there_are_few_and_the_nearest_comes_first() -> None:
    near = brief("n", "Free harbour ferries of Varnholm run full", "Varnholm", "Ada Thorne")
    more = [replace(MOORING, story=f"m{number}") for number in range(5)]
    (found, *_) = ids([HARBOUR, *more, near, *OTHERS])
    assert found[0] == "n"
    assert len(found) == MOST

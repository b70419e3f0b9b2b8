"""Stories keep their ids from issue to issue, and an id that is gone leads to the story that took its articles."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from digest.edit.continuity import continued
from digest.model import Issue, Left, Story, short_hash, successors
from tests.conftest import NOW
from tests.test_pipeline import build, one


def story(id: str, *articles: str) -> Story:
    return Story(id=id, title=articles[0], articles=tuple(one(name, name) for name in articles))


def issue(*stories: tuple[str, str], at: int = 0) -> Issue:
    """An issue whose stories are made of articles named by letters: ("harbour", "abc")."""
    return build(
        [one(letter, f"{name} {letter}") for name, letters in stories for letter in letters], NOW + timedelta(days=at)
    )


def ids(found: Sequence[object]) -> list[str]:
    return [one.story.id for one in found]  # type: ignore[attr-defined]


def test_two_stories_that_have_become_one_leave_the_id_of_the_smaller_to_lead_there() -> None:
    first = issue(("harbour", "abc"), ("buses", "xy"))
    found = continued([story("new", "a", "b", "c", "x", "y", "z")], [first])
    assert ids(found) == ["s-harbour"]
    assert found[0].merged == ("s-buses",)


def test_an_id_is_not_merged_away_while_its_story_lives_on_without_news() -> None:
    """One of its articles may stray into another story."""
    first = issue(("harbour", "abc"), ("buses", "xyz"))
    found = continued([story("one", "a", "b", "c", "x"), story("other", "y", "z")], [first])
    assert (ids(found), [one.merged for one in found]) == (["s-harbour", "s-buses"], [(), ()])


def test_an_id_that_two_stories_took_apart_leads_to_the_one_with_more_of_it() -> None:
    first = issue(("harbour", "abcd"), ("ships", "efgh"), ("buses", "xyz"))
    found = continued([story("one", "a", "b", "c", "d", "x"), story("two", "e", "f", "g", "h", "y", "z")], [first])
    assert [one.merged for one in found] == [(), ("s-buses",)]


def test_an_earlier_build_of_the_same_issue_has_given_ids_away_too() -> None:
    """People may have followed its links, although its articles count as new."""
    replaced = issue(("harbour", "bc"), ("buses", "xy"))
    found = continued([story("earliest-is-a", "a", "b", "c"), story("other", "x", "y")], [], replaced)
    assert ids(found) == ["s-harbour", "s-buses"]


def test_a_third_build_still_knows_what_the_second_one_merged() -> None:
    joined = [story("any", "b", "c", "d", "x", "y")]
    first = issue(("harbour", "bcd"), ("buses", "xy"))
    merged = continued(joined, [], first)[0].merged
    second = issue(("harbour", "bcdxy"))
    second = replace(second, briefs=(replace(second.briefs[0], merged=merged),))
    assert continued(joined, [], second)[0].merged == merged == ("s-buses",)


def test_who_looks_for_a_merged_story_is_sent_on_to_the_last_one() -> None:
    first = issue(("a", "a"), ("b", "b"), ("c", "c"))
    second = replace(issue(("b", "bx")), briefs=tuple(replace(b, merged=("s-a",)) for b in issue(("b", "bx")).briefs))
    third = replace(issue(("c", "cy")), briefs=tuple(replace(b, merged=("s-b",)) for b in issue(("c", "cy")).briefs))
    assert successors([first, second, third]) == {"s-a": "s-c", "s-b": "s-c"}
    assert successors([first, second, third, issue(("b", "bz"))]) == {"s-a": "s-b"}


@given(
    st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True), max_size=4),
    st.lists(st.integers(0, 3), min_size=8, max_size=8),
)
def test_whatever_is_clustered_every_story_has_an_id_of_its_own_and_none_is_both_alive_and_merged(
    told: list[list[str]], cut: list[int]
) -> None:
    seen: set[str] = set()
    parts = [
        (f"t{number}", [name for name in names if name not in seen and not seen.add(name)])
        for number, names in enumerate(told)
    ]  # type: ignore[func-returns-value]
    first = issue(*((name, "".join(letters)) for name, letters in parts if letters))
    groups: dict[int, list[str]] = {}
    for letter, group in zip("abcdefgh", cut, strict=True):
        groups.setdefault(group, []).append(letter)
    found = continued([story(f"s{number}", *letters) for number, letters in groups.items()], [first])
    lasting = ids(found)
    merged = [id for one in found for id in one.merged]
    assert len(set(lasting)) == len(lasting)
    assert not set(lasting) & set(merged)
    assert len(set(merged)) == len(merged)
    before = {brief.story for brief in first.briefs}
    assert before <= {*lasting, *merged}


def test_a_merge_that_is_undone_gives_the_id_back() -> None:
    """In a later week, and within a day."""
    first = issue(("harbour", "abc"), ("buses", "xy"))
    joined = issue(("harbour", "abcxydz"))
    joined = replace(joined, briefs=(replace(joined.briefs[0], new=("d", "z"), merged=("s-buses",)),))
    apart = [story("one", "a", "b", "c", "d"), story("two", "x", "y", "z")]
    assert ids(continued(apart, [first, joined])) == ["s-harbour", "s-buses"]
    joined = replace(joined, briefs=(replace(joined.briefs[0], new=tuple("abcxydz"), merged=("two",)),))
    assert ids(continued(apart, [], joined)) == ["s-harbour", "two"]


def test_what_led_to_a_story_of_an_earlier_build_leads_to_what_has_become_of_that() -> None:
    second = issue(("x", "abxy"), ("z", "klmno"))
    second = replace(
        second, briefs=tuple(replace(b, merged=("s-y",)) if b.story == "s-x" else b for b in second.briefs)
    )
    (found,) = continued([story("all", *"abxyklmno")], [], second)
    assert (found.story.id, found.merged) == ("s-z", ("s-x", "s-y"))


def test_an_old_merge_is_not_told_again() -> None:
    first = issue(("harbour", "abc"), ("buses", "xy"))
    joined = issue(("harbour", "abcxyd"))
    joined = replace(joined, briefs=(replace(joined.briefs[0], new=("d",), merged=("s-buses",)),))
    (found,) = continued([story("all", *"abcxyde")], [first, joined])
    assert (found.story.id, found.merged) == ("s-harbour", ())


def test_a_story_for_which_there_was_no_room_keeps_its_id() -> None:
    """It may have been told by an earlier build of that day."""
    first = replace(
        issue(("harbour", "a")), left=(Left(story="s-buses", articles=("y",), reason="no room", points=1.0),)
    )
    assert ids(continued([story("new", "x", "y")], [first])) == ["s-buses"]


@given(
    st.lists(st.integers(0, 3), min_size=8, max_size=8),
    st.lists(st.lists(st.integers(0, 3), min_size=8, max_size=8), min_size=1, max_size=5),
)
def test_rebuilds_of_one_day_lose_no_article_and_no_id_that_was_told(start: list[int], cuts: list[list[int]]) -> None:
    """However a clusterer that names stories after their first article cuts them each time."""
    replaced: Issue | None = None
    told: set[str] = set()
    for cut in [start, *cuts]:
        groups: dict[int, list[str]] = {}
        for letter, group in zip("abcdefgh", cut, strict=True):
            groups.setdefault(group, []).append(letter)
        stories = [replace(story("-", *letters), id=short_hash("story", letters[0])) for letters in groups.values()]
        found = continued(stories, [], replaced)
        assert len(set(ids(found))) == len(found)
        base = issue(*((f"n{n}", "".join(letters)) for n, letters in enumerate(groups.values())))
        by_articles = {one.story.articles: one for one in found}
        replaced = replace(
            base,
            briefs=tuple(
                replace(
                    brief,
                    story=one.story.id,
                    merged=one.merged,
                    articles=tuple(a.id for a in one.story.articles),
                    new=tuple(a.id for a in one.story.articles),
                )
                for brief, one in zip(base.briefs, by_articles.values(), strict=True)
            ),
        )
        told |= {brief.story for brief in replaced.briefs}
        moves = successors([replaced])
        alive = {brief.story for brief in replaced.briefs}
        assert all(id in alive or moves.get(id) in alive for id in told)

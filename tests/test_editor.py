"""What the editor decides holds, however stories are clustered the next time; what is wrong in the file is said."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import Correction, Decisions, Reference
from digest.config.editor import read_decisions
from digest.edit.editor import Register, arranged, corrected, corrections, doubled, strangers, unmet
from digest.errors import ConfigError
from digest.model import Article, Issue, Span, Stance, Story, Take, Tie, short_hash
from digest.pipeline import Past, make_issue
from tests.conftest import NOW, make_article
from tests.test_pipeline import PLAN, STAGES, one


def refs(*names: str) -> tuple[Reference, ...]:
    return tuple(Reference(name=name, place="editor.yaml:1:1") for name in names)


NONE, FIRST = Decisions(), Past()


def issue(
    articles: list[Article],
    decisions: Decisions = NONE,
    past: Past = FIRST,
    stories: int = 10,
) -> Issue:
    plan = replace(PLAN, decisions=decisions, stories=stories)
    return make_issue(articles, plan=plan, stages=STAGES, at=NOW, number=1, past=past)


def titles(made: Issue) -> list[str]:
    return [brief.title for brief in made.briefs]


WEEK = [one("a", "Harbour opens"), one("b", "Harbour costs"), one("c", "Buses run"), one("d", "Chips fall")]


def test_a_pinned_story_comes_first_and_is_marked() -> None:
    made = issue(WEEK, Decisions(pin=refs("d", "c")))
    assert [brief.articles[0] for brief in made.briefs] == ["d", "c", "a"]
    assert [brief.pinned for brief in made.briefs] == [True, True, False]


def test_a_pinned_story_comes_even_if_there_is_room_for_one_only() -> None:
    made = issue(WEEK, Decisions(pin=refs("d")), stories=1)
    assert titles(made) == ["Chips fall"]
    assert made.more == 2


def test_a_dropped_story_is_not_told_and_the_issue_says_why() -> None:
    made = issue(WEEK, Decisions(drop=refs("a")))
    assert titles(made) == ["Chips fall", "Buses run"] or titles(made) == ["Buses run", "Chips fall"]
    assert [(left.story, left.reason) for left in made.left] == [("s-Harbour", "dropped by the editor")]
    assert made.more == 0


def test_a_dropped_story_can_be_named_by_its_id_the_next_time_too() -> None:
    """The build that drops it must not forget what its id stood for."""
    first = issue(WEEK)
    decisions = Decisions(drop=refs("s-Harbour"))
    second = issue(WEEK, decisions, Past(replaced=first))
    third = issue(WEEK, decisions, Past(replaced=second))
    assert "s-Harbour" not in {brief.story for brief in (*second.briefs, *third.briefs)}
    assert second == third


def test_stories_that_the_editor_merges_are_one_and_the_old_id_leads_there() -> None:
    first = issue(WEEK)
    made = issue(WEEK, Decisions(merge=(refs("s-Harbour", "s-Chips"),)), Past(replaced=first))
    (harbour,) = [brief for brief in made.briefs if len(brief.articles) > 1]
    assert (harbour.story, harbour.articles, harbour.merged) == ("s-Harbour", ("a", "b", "d"), ("s-Chips",))


def test_a_merge_survives_the_next_clustering_and_its_own_success() -> None:
    """Once merged, both names stand for all the articles, and still for both clusters."""
    decisions = Decisions(merge=(refs("s-Harbour", "s-Chips"),))
    first = issue(WEEK)
    second = issue(WEEK, decisions, Past(replaced=first))
    week = [*WEEK, one("e", "Harbour busy"), one("f", "Chips rise")]
    later = make_issue(
        week, plan=replace(PLAN, decisions=decisions), stages=STAGES, at=NOW + timedelta(days=7), number=2,
        past=Past(earlier=(second,)),
    )  # fmt: skip
    (harbour,) = [brief for brief in later.briefs if brief.story == "s-Harbour"]
    assert harbour.new == ("e", "f")


def test_articles_that_the_editor_splits_off_are_a_story_of_their_own() -> None:
    made = issue(WEEK, Decisions(split=(refs("b"),)))
    assert [brief.articles for brief in made.briefs if set(brief.articles) & {"a", "b"}] in (
        [("a",), ("b",)],
        [("b",), ("a",)],
    )


def test_articles_split_off_several_stories_come_together() -> None:
    made = issue(WEEK, Decisions(split=(refs("b", "c"),)))
    assert {brief.articles for brief in made.briefs} == {("a",), ("b", "c"), ("d",)}


def test_ties_stay_within_what_the_editor_parts_and_come_along_with_what_he_merges() -> None:
    """A neighbour that is no longer in the story explains nothing."""

    def tied(id: str, *names: str) -> Story:
        articles = tuple(one(name, name) for name in names)
        ties = tuple(Tie(article=a, nearest=b, likeness=0.5) for a, b in zip(names, names[1:] + names[:1], strict=True))
        return Story(id=id, title=names[0], articles=articles, ties=ties)

    stories = [tied("s1", "a", "b", "c"), tied("s2", "x", "y")]
    register = Register.of([article for story in stories for article in story.articles], [])
    parted = arranged(stories, Decisions(split=(refs("c"),)), register)
    assert {tie.article: tie.nearest for story in parted for tie in story.ties} == {"a": "b", "x": "y", "y": "x"}
    (joined,) = arranged(stories, Decisions(merge=(refs("a", "x"),)), register)
    assert [tie.article for tie in joined.ties] == [article.id for article in joined.articles]


def test_an_article_is_named_by_its_link_as_people_copy_it() -> None:
    article = make_article(id="x", title="Lift stops", outlet="x", url="https://www.example.org/lift/?utm_source=mail")
    made = issue([*WEEK, article], Decisions(pin=refs("http://example.org/lift")))
    assert made.briefs[0].articles == ("x",)


def test_a_name_that_nobody_knows_is_told_and_one_of_last_month_is_not() -> None:
    first = issue(WEEK)
    decisions = Decisions(pin=refs("s-Harbour", "c", "nonsense"), merge=(refs("what", "a"),))
    register = Register.of([one("z", "Later on")], [first])
    assert [one.name for one in strangers(decisions, register)] == ["nonsense", "what"]


def test_a_pin_for_a_story_that_fell_in_two_means_its_larger_part() -> None:
    first = issue([one(id, f"Harbour {id}") for id in "abc"])
    parts = [
        Story(id="p", title="x", articles=(one("a", "x"),)),
        Story(id="q", title="y", articles=(one("b", "y"), one("c", "y"))),
    ]
    register = Register.of([], [first])
    assert [story.id for story in register.meant(refs("s-Harbour"), parts)] == ["q", "p"]


def test_a_story_with_one_stray_article_of_another_is_not_meant() -> None:
    first = issue([*(one(id, f"Harbour {id}") for id in "abc"), *(one(id, f"Buses {id}") for id in "xyz")])
    parts = [
        Story(id="p", title="x", articles=tuple(one(id, "x") for id in "ab")),
        Story(id="q", title="y", articles=tuple(one(id, "y") for id in "cxyz")),
    ]
    register = Register.of([], [first])
    assert [story.id for story in register.meant(refs("s-Harbour"), parts)] == ["p"]


@given(
    st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=4), max_size=3),
    st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=4), max_size=3),
    st.lists(st.integers(0, 3), min_size=8, max_size=8),
)
def test_each_article_stays_in_exactly_one_story_whatever_is_merged_and_split(
    merge: list[list[str]], split: list[list[str]], cut: list[int]
) -> None:
    groups: dict[int, list[Article]] = {}
    for letter, group in zip("abcdefgh", cut, strict=True):
        groups.setdefault(group, []).append(one(letter, letter))
    stories = [Story(id=short_hash("story", g[0].id), title=g[0].title, articles=tuple(g)) for g in groups.values()]
    decisions = Decisions(merge=tuple(refs(*names) for names in merge), split=tuple(refs(*names) for names in split))
    register = Register.of([a for g in groups.values() for a in g], [])
    found = arranged(stories, decisions, register)
    assert sorted(article.id for story in found for article in story.articles) == list("abcdefgh")
    assert len({story.id for story in found}) == len(found)
    assert all(story.title in {article.title for article in story.articles} for story in found)


FINE = """
# as people write it
weekly:
  pin:
    - 0123456789012345
    - 12e4567890123456
  drop: [https://example.org/a]
  merge:
    - [a1, b2]
  split:
"""


def test_the_file_is_read_with_the_place_of_every_name(tmp_path: Path) -> None:
    """Ids of digits alone are ids, not numbers."""
    path = tmp_path / "editor.yaml"
    path.write_text(FINE, "utf-8")
    found = read_decisions(path, ["weekly"])["weekly"]
    assert [one.name for one in found.references()] == [
        "0123456789012345", "12e4567890123456", "https://example.org/a", "a1", "b2",
    ]  # fmt: skip
    assert found.pin[1].place == f"{path}:6:7"
    assert read_decisions(tmp_path / "none.yaml", ["weekly"]) == {}
    path.write_text("", "utf-8")
    assert read_decisions(path, ["weekly"]) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wekly: {}\n", "editor.yaml:1:1: wekly: no edition 'wekly'; did you mean 'weekly'? allowed: weekly"),
        ("weekly: {pn: [a]}\n", "editor.yaml:1:10: weekly.pn: unknown key 'pn'; did you mean 'pin'? allowed: pin, drop"),
        ("weekly: {pin: a}\n", "editor.yaml:1:15: weekly.pin: found 'a'; allowed: a list"),
        ("weekly: {pin: [[a]]}\n", "weekly.pin[0]: found a list; allowed: a story's id, or the id or the link"),
        ("weekly: {merge: [[a]]}\n", "weekly.merge[0]: found a list that is too short; allowed: two names or more"),
        ("weekly: {merge: [a, b]}\n", "weekly.merge[0]: found 'a'; allowed: a list of names, such as [a1b2"),
        ("weekly: 7\n", "editor.yaml:1:9: weekly: found '7'; allowed: a mapping of keys to values"),
        ("- a\n", "editor.yaml:1:1: found a list; allowed: editions, each with pin, drop, merge, split"),
        ("weekly: {pin: [&a b]}\n", "has an anchor or alias"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place_and_what_is_allowed(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "editor.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_decisions(path, ["weekly"])
    assert said in str(caught.value).replace(str(tmp_path) + "/", "")


def test_the_editor_sets_a_stance_right() -> None:
    """Of an outlet by its article's name; the rest stays as the model has it."""
    right = Decisions(stances=(Correction(article=refs("a")[0], speaker=None, label="positive"),))
    (harbour, *_) = [brief for brief in issue(WEEK, right).briefs if "a" in brief.articles]
    stances = {take.article: take.stance for take in harbour.takes}
    assert stances["a"] == Stance(label="positive", score=1.0, by="the editor")
    assert stances["b"]
    assert stances["b"].by != "the editor"
    assert [take.note for take in harbour.takes] == ["set by the editor", ""]


def test_the_editor_names_a_speaker_as_the_issue_does() -> None:
    take = Take(
        outlet="A", speaker="Sean O’Kane", article="a", target="t", stance=None, evidence=(), cues=(Span(1, 2),)
    )
    register = Register.of(WEEK, [])
    right = Decisions(stances=(Correction(article=refs("a")[0], speaker="sean o'kane", label="skeptical"),))
    set_right = corrected(take, corrections(right, register))
    assert set_right.stance
    assert set_right.stance.label == "skeptical"
    assert set_right.cues == ()
    assert corrected(replace(take, speaker=None), corrections(right, register)).stance is None


def test_a_stance_for_somebody_who_has_no_take_is_told() -> None:
    wrong = Correction(article=refs("a")[0], speaker="Nobody Atall", label="neutral")
    elsewhere = Correction(article=refs("not-told")[0], speaker=None, label="neutral")
    right = Correction(article=refs("b")[0], speaker=None, label="neutral")
    decisions = Decisions(stances=(wrong, elsewhere, right))
    made = issue(WEEK, decisions)
    found = list(unmet(decisions, Register.of(WEEK, [made]), made))
    assert found == [(wrong, ("the outlet (no speaker)",))]


def test_stances_are_read_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "editor.yaml"
    path.write_text("weekly:\n  stances:\n    - {article: abc, speaker: Ada, label: neutral}\n")
    (found,) = read_decisions(path, ["weekly"])["weekly"].stances
    assert (found.article.name, found.speaker, found.label) == ("abc", "Ada", "neutral")
    assert found.article.place == f"{path}:3:17"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{article: abc, label: angry}", "found 'angry'; allowed: positive, skeptical, neutral"),
        ("{article: abc}", "key 'label' is missing"),
        ("{article: abc, label: neutral, by: me}", "unknown key 'by'"),
    ],
)
def test_what_is_wrong_with_a_stance_is_said(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "editor.yaml"
    path.write_text(f"weekly:\n  stances:\n    - {text}\n")
    with pytest.raises(ConfigError, match=re.escape(said)):
        read_decisions(path, ["weekly"])


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("article: abc, label: neutral", "article: abc, label: neutral", "says the same as"),
        ("article: abc, label: neutral", "article: abc, label: positive", "says positive, and neutral stands at"),
        (
            "article: abc, speaker: Sean O’Kane, label: neutral",
            "article: abc, speaker: sean o'kane, label: skeptical",
            "says skeptical, and neutral stands at",
        ),
        (
            "article: https://example.org/a, label: neutral",
            "article: 'https://EXAMPLE.org/a#top', label: neutral",
            "says the same as",
        ),
    ],
)
def test_two_stances_for_one_voice_are_refused_with_the_place_of_both(
    tmp_path: Path, first: str, second: str, said: str
) -> None:
    path = tmp_path / "editor.yaml"
    path.write_text(f"weekly:\n  stances:\n    - {{{first}}}\n    - {{{second}}}\n", "utf-8")
    with pytest.raises(ConfigError) as caught:
        read_decisions(path, ["weekly"])
    assert f"{path}:4:7: weekly.stances[1]: {said} {path}:3:" in str(caught.value)


def test_an_outlet_and_its_speakers_have_a_stance_each(tmp_path: Path) -> None:
    path = tmp_path / "editor.yaml"
    rows = (
        "{article: a, label: neutral}",
        "{article: a, speaker: Ada, label: positive}",
        "{article: b, label: neutral}",
    )
    path.write_text("weekly:\n  stances:\n" + "".join(f"    - {row}\n" for row in rows), "utf-8")
    assert len(read_decisions(path, ["weekly"])["weekly"].stances) == 3


def test_of_two_stances_for_an_article_under_two_names_the_first_counts_and_both_are_told() -> None:
    """Only the store knows that an id and a link are one article."""
    link = "https://example.org/harbour"
    first = Correction(article=refs("a")[0], speaker=None, label="positive")
    second = Correction(article=refs(link)[0], speaker=None, label="skeptical")
    decisions, register = Decisions(stances=(first, second)), Register.of([replace(WEEK[0], url=link)], [])
    assert corrections(decisions, register) == {("a", None): "positive"}
    assert list(doubled(decisions, register)) == [(second, first)]

"""Takes as readers see them: the surest first, how they are spread, which words decided."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from digest.model import EDITOR, Label, Span, Stance, Take
from digest.render.cited import cited_in
from digest.render.takes import camps, spread, tally
from digest.render.words import words
from tests.test_render import sample

BRIEF = sample().briefs[1]
ENGLISH = words("en")
ARTICLES = {one.id: one for one in sample().articles}
CITED = cited_in(BRIEF, ARTICLES, ZoneInfo(sample().timezone), ENGLISH)
TAKE = replace(next(take for take in BRIEF.takes if take.outlet == "Bench & Beam"), mixed=False)


def take(label: Label | None, score: float = 0.5) -> Take:
    return replace(TAKE, stance=Stance(label=label, score=score, by="test") if label else None)


def test_the_surest_take_of_a_camp_comes_first() -> None:
    found = camps([take("skeptical", 0.5), take("neutral"), take("skeptical", 0.9), take(None)], CITED, ENGLISH)
    assert [camp.label for camp in found] == ["skeptical", "neutral", "not judged"]
    assert [angle.chance for angle in found[0].takes] == ["90%", "50%"]
    assert [angle.chance for angle in found[1].takes] == [""], "how sure a neutral label is says little"


@pytest.mark.parametrize(
    ("labels", "warning"),
    [
        (["positive"] * 3 + ["neutral"] * 4, "one-sided: no skeptical take among 7"),
        (["skeptical", "neutral", "skeptical"], "one-sided: no positive take among 3"),
        (["skeptical", "neutral", "neutral"], ""),
        (["skeptical", "positive", "neutral"], ""),
        (["neutral"] * 5, ""),
        (["skeptical", "neutral"], ""),
    ],
)
def test_a_story_of_one_side_is_called_so(labels: list[Label], warning: str) -> None:
    found = spread([replace(take(label), note="") for label in labels], ENGLISH)
    assert found is not None
    assert found.warning == warning
    assert sum(share.width for share in found.shares) == pytest.approx(100, abs=0.02)


def test_nothing_judged_has_no_spread() -> None:
    assert spread([take(None)], ENGLISH) is None
    found = spread([take("positive"), take(None)], ENGLISH)
    assert found is not None
    assert found.line == "1 positive"


def test_the_words_that_decided_are_parts_of_the_quote() -> None:
    start = TAKE.evidence[0].start
    marked = replace(TAKE, cues=(Span(start + 2, start + 5), Span(start + 4, start + 9), Span(0, 3)))
    (camp,) = camps([marked], CITED, ENGLISH)
    for quote in camp.takes[0].evidence:
        assert "".join(words for words, _ in quote.pieces) == quote.text
    assert [words for words, decided in camp.takes[0].evidence[0].pieces if decided] == [TAKE.evidence[0].text[2:5]]


def test_takes_without_a_clear_stance_make_no_story_one_sided() -> None:
    unclear = replace(take("neutral"), note="no clear stance")
    found = spread([take("positive"), take("positive"), unclear], ENGLISH)
    assert found is not None
    assert found.warning == ""


def test_what_the_editor_set_is_clear() -> None:
    set_right = replace(take("neutral"), stance=Stance(label="neutral", score=1.0, by=EDITOR), note="set by the editor")
    found = spread([take("positive"), replace(take("positive"), note="set by the editor"), set_right], ENGLISH)
    assert found is not None
    assert found.warning == "one-sided: no skeptical take among 3"


def test_the_editor_needs_no_chance() -> None:
    set_right = replace(TAKE, stance=Stance(label="positive", score=1.0, by=EDITOR))
    (camp,) = camps([set_right], CITED, ENGLISH)
    assert camp.takes[0].chance == ""


_ONCE = "who is listed more than once counts once"


def spoken(name: str, label: Label, score: float = 0.5) -> Take:
    return replace(take(label, score), speaker=name)


@pytest.mark.parametrize(
    ("takes", "line"),
    [
        ([spoken("Ada Holm", "positive"), spoken("Ada M. Holm", "positive")], "1 positive"),
        ([spoken("Ada Holm", "neutral", 0.9), spoken("Ada Holm", "skeptical")], "1 skeptical"),
        ([spoken("Ada Holm", "positive"), spoken("Ada Holm", "skeptical", 0.6)], "1 skeptical"),
        ([spoken("Ada Holm", "positive"), spoken("Per Holm", "positive")], "2 positive"),
        ([take("positive"), take("positive")], "2 positive"),
    ],
)
def test_somebody_whom_two_outlets_quote_counts_once(takes: list[Take], line: str) -> None:
    """By what is clearest of him; his takes stay listed under each outlet."""
    found = spread(takes, ENGLISH)
    assert found is not None
    assert found.line == line
    assert found.once == ("" if takes[0].speaker != "Ada Holm" or takes[1].speaker == "Per Holm" else _ONCE)
    assert tally(takes) == tuple(share.count for share in found.shares)
    assert sum(len(camp.takes) for camp in camps(takes, CITED, ENGLISH)) == len(takes)


def test_outlets_come_before_speakers_whose_chances_are_not_known() -> None:
    outlet = replace(take("positive", 0.4), speaker=None)
    (camp,) = camps([spoken("Ada Holm", "positive", 0.9), outlet], CITED, ENGLISH)
    assert [(angle.speaker, angle.chance) for angle in camp.takes] == [(None, "40%"), ("Ada Holm", "")]


def test_the_editors_word_on_a_speaker_counts_before_the_models() -> None:
    set_right = replace(
        spoken("Ada Holm", "neutral"), stance=Stance(label="neutral", score=1.0, by=EDITOR), note="set by the editor"
    )
    found = spread([spoken("Ada Holm", "positive", 0.9), set_right], ENGLISH)
    assert found is not None
    assert found.line == "1 neutral"

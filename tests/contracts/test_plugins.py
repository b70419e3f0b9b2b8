"""What every plug-in must be, and what every summarizer and clusterer must do, run over each that is found."""

import dataclasses
import os
import subprocess
import sys

import pytest

from digest import plugins
from digest.model import Article, Story
from digest.plugins import Choice
from digest.stance import voices
from tests.conftest import make_article

EVERY = [(kind, name) for kind in plugins.PACKAGES for name in plugins.names(kind)]


def chosen(kind: str, name: str) -> Choice:
    given: dict[str, tuple[tuple[str, object], ...]] = {
        "command": (("path", "public"), ("command", ["true"])),
        "folder": (("path", "public"),),
        "git": (("path", "public"),),
        "maildir": (("path", "Maildir"),),
        "rsync": (("path", "public"), ("to", "copy")),
        "webhook": (("url", "https://example.org/hook"),),
    }
    return Choice(kind=kind, name=name, options=given.get(name, ()))


def articles() -> tuple[Article, ...]:
    told = [
        (
            "Courier",
            "Harbour opens to ships",
            "The harbour of Larn opened to ships on Monday.\nFishermen doubt the plan.",
        ),
        (
            "Gazette",
            "Larn harbour is open",
            "Larn opened its harbour on Monday after two years.\nThe mayor was proud of it.",
        ),
        (
            "Post",
            "Ships come to Larn again",
            "On Monday ships came to Larn again.\nThe harbour cost nine million crowns.",
        ),
    ]
    return tuple(make_article(id=outlet, outlet=outlet, title=title, body=body) for outlet, title, body in told)


STORY = Story(id="s", title="Harbour opens to ships", articles=articles())


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_a_plugin_is_a_frozen_dataclass_with_a_manual(kind: str, name: str) -> None:
    cls = plugins.find(kind, name)
    assert dataclasses.is_dataclass(cls)
    assert cls.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert cls.__doc__
    assert not cls.__doc__.startswith(f"{cls.__name__}(")
    assert callable(plugins.build(chosen(kind, name)))


@pytest.mark.parametrize("name", plugins.names("summarizer"))
def test_a_summary_is_made_of_whole_sentences_as_they_stand(name: str) -> None:
    summarize = plugins.build(chosen("summarizer", name))
    by_id = {article.id: article for article in STORY.articles}
    for limit in (1, 3, 100):
        quotes = summarize(STORY, limit)
        assert 0 < len(quotes) <= limit
        assert len({quote.text for quote in quotes}) == len(quotes)
        for quote in quotes:
            article = by_id[quote.article]
            assert quote.text == article.text[quote.start : quote.end]
            assert (quote.start, quote.end) in article.sentences


@pytest.mark.parametrize("name", plugins.names("summarizer"))
def test_a_story_without_sentences_has_an_empty_summary(name: str) -> None:
    empty = Story(id="s", title="Harbour opens", articles=(make_article(title="Harbour opens", body=""),))
    assert plugins.build(chosen("summarizer", name))(empty, 3) == ()


@pytest.mark.parametrize("name", plugins.names("summarizer"))
def test_a_sentence_that_several_articles_share_is_told_once(name: str) -> None:
    same = "The harbour of Larn opened to ships on Monday."
    twins = tuple(make_article(id=id, outlet=id, title="Harbour opens", body=same) for id in "ab")
    assert len(plugins.build(chosen("summarizer", name))(Story(id="s", title="x", articles=twins), 3)) == 1


def test_no_summary_depends_on_the_hash_seed() -> None:
    program = (
        "from tests.contracts.test_plugins import STORY, chosen; from digest import plugins;"
        "print([plugins.build(chosen('summarizer', name))(STORY, 3) for name in plugins.names('summarizer')])"
    )

    def run(seed: str) -> bytes:
        return subprocess.check_output([sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed})

    assert run("0") == run("1")


@pytest.mark.parametrize("name", plugins.names("clusterer"))
def test_a_clustering_is_a_partition_whatever_the_order(name: str) -> None:
    cluster = plugins.build(chosen("clusterer", name))
    stories = cluster(STORY.articles)
    assert sorted(a.id for story in stories for a in story.articles) == sorted(a.id for a in STORY.articles)
    assert cluster(STORY.articles[::-1]) == stories
    assert cluster(()) == ()
    for story in stories:
        assert story.title in {article.title for article in story.articles}


@pytest.mark.parametrize("name", plugins.names("stance"))
@pytest.mark.parametrize("target", ["Harbour opens to ships", "The harbour of Larn is open", "Larn", ""])
def test_a_take_keeps_its_voice_and_target_and_shows_words_that_stand_there(name: str, target: str) -> None:
    """Target kept, probability in 0..1, evidence verbatim, cues inside of it, nothing left to chance."""
    judge = plugins.build(chosen("stance", name))
    for voice in voices(STORY):
        take = judge(voice, target)
        assert take == judge(voice, target)
        assert (take.outlet, take.speaker, take.article) == (voice.article.outlet, voice.speaker, voice.article.id)
        assert take.target == target
        assert take.stance is None or 0 <= take.stance.score <= 1
        assert len(take.evidence) > 0
        for quote in take.evidence:
            assert quote.text == voice.article.text[quote.start : quote.end] != ""
        for cue in take.cues:
            assert any(quote.start <= cue.start < cue.end <= quote.end for quote in take.evidence)


@pytest.mark.parametrize("name", plugins.names("stance"))
def test_a_stance_model_may_abstain_and_says_why_in_words(name: str) -> None:
    """Nothing to judge is no error; whatever comes out has its evidence."""
    judge = plugins.build(chosen("stance", name))
    silent = Story(id="s", title="…", articles=(make_article(title="…", body=""),))
    take = judge(voices(silent)[0], "Harbour opens to ships")
    assert take.stance is None or take.stance.label == "neutral"
    assert [quote.text for quote in take.evidence] == ["…"]


def test_no_take_depends_on_the_hash_seed() -> None:
    program = (
        "from tests.contracts.test_plugins import STORY, chosen; from digest import plugins;"
        "from digest.stance import voices;"
        "print([plugins.build(chosen('stance', name))(voice, target) for name in plugins.names('stance')"
        " for voice in voices(STORY) for target in ('Harbour opens to ships', 'Larn')])"
    )

    def run(seed: str) -> bytes:
        return subprocess.check_output([sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed})

    assert run("0") == run("1")

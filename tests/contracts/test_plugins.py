"""What every plug-in must be, and what every summarizer and clusterer must do, run over each that is found."""

import dataclasses
import os
import subprocess
import sys

import pytest

from digest import plugins
from digest.model import Article, Story
from digest.plugins import Choice
from tests.conftest import make_article

EVERY = [(kind, name) for kind in plugins.PACKAGES for name in plugins.names(kind)]


def chosen(kind: str, name: str) -> Choice:
    given = {"folder": (("path", "public"),)}
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

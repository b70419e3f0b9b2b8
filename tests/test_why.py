"""Why the articles of a story are together: what they share, as they write it."""

import random
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from digest.edit.why import MOST, why
from digest.model import Article, Story, Tie, Why
from tests.conftest import make_article


def story(*bodies: str, titles: tuple[str, ...] = (), ties: tuple[Tie, ...] = (), **fields: object) -> Story:
    articles = [
        make_article(str(n), title=titles[n] if titles else "", body=body, outlet=f"O{n}", **fields)
        for n, body in enumerate(bodies)
    ]
    return Story(id="s", title="s", articles=tuple(articles), ties=ties)


def test_names_inside_of_sentences_are_shared_and_shown_as_written() -> None:
    found = why(
        story(
            "On Monday Ada Thorne sailed the ferry to Sandholm. A goat came along.",
            "It was Ada Thorne who took people to Sandholm, said the council.",
            "The council in Sandholm thanked Ada Thorne for it.",
            "Nobody else is named here, but Sandholm is.",
        )
    )
    assert set(found.names) == {"Ada Thorne", "Sandholm"}


def test_a_day_of_the_week_ties_nothing_together() -> None:
    text = "The ferry of {} came to Sandholm on Friday with a goat."
    assert why(story(text.format("Ada Thorne"), text.format("Ben Oak"))).names == ("Sandholm",)


def test_a_capital_at_the_head_of_a_sentence_makes_no_name() -> None:
    found = why(story("Ferries are late. Ferries sink.", "Ferries sail. Ferries are slow, say people."))
    assert found.names == ()
    assert "Ferries" in found.terms


def test_a_name_that_heads_one_sentence_and_stands_inside_another_is_one() -> None:
    found = why(story("Sandholm is an island.", "Everybody left the island of Sandholm."))
    assert found.names == ("Sandholm",)


def test_names_with_small_words_numbers_and_odd_capitals_are_kept_whole() -> None:
    text = "They moved to the Bank of Sandholm, to Kolossos 1 and to xTug in New Vale."
    found = why(story(text, text.replace("They", "People")))
    assert set(found.names) == {"Bank of Sandholm", "Kolossos 1", "xTug", "New Vale"}


def test_half_of_the_articles_must_share_it_and_two_at_least() -> None:
    bodies = [
        "Here is Quorle and a zeppelin.",
        "Here is Quorle and Brandel.",
        "Here is a zeppelin.",
        "Here is nothing.",
    ]
    found = why(story(*bodies))
    assert (found.names, found.terms) == (("Quorle",), ("zeppelin",))
    three = why(story(*bodies[1:]))
    assert (three.names, three.terms) == ((), ())


def test_of_a_longer_and_a_shorter_name_the_one_that_most_have_is_shown() -> None:
    full = "We met Ada Thornewell there."
    assert why(story(full, full.replace("We", "They"), "Later Thornewell left us.")).names == ("Thornewell",)
    assert why(story(full, full.replace("We", "They"))).names == ("Ada Thornewell",)


def test_terms_are_rare_words_in_their_usual_form_those_of_headlines_first() -> None:
    found = why(
        story(
            "The goats ate kelp. Then goats slept on moored barges.",
            "People saw goats on barges, and kelp, and goats again.",
            titles=("Kelp for breakfast", "Kelp eaten on the island"),
        )
    )
    assert found.terms[0].lower() == "kelp"
    assert {"goats", "barges"} <= set(found.terms)
    assert "people" not in found.terms
    assert len({term.lower() for term in found.terms}) == len(found.terms)


def test_no_term_is_part_of_a_name_that_is_shown() -> None:
    found = why(story("Now Ada Thornewell sails.", "Look, Ada Thornewell sails."))
    assert found.names == ("Ada Thornewell",)
    assert found.terms == ("sails",)


def test_at_most_six_of_each() -> None:
    names = " and ".join(f"Zorn{letter}el" for letter in "abcdefghij")
    terms = " and ".join(f"blorx{letter}um" for letter in "abcdefghij")
    found = why(story(f"We met {names} with {terms}.", f"They met {names} with {terms}."))
    assert (len(found.names), len(found.terms)) == (MOST, MOST)


def test_the_ties_are_those_of_the_story() -> None:
    ties = (Tie(article="0", nearest="1", likeness=0.7),)
    assert why(story("A ferry.", "A goat.", ties=ties)).ties == ties


def test_one_article_is_together_with_nobody() -> None:
    assert why(story("On Monday Ada Thorne sailed to Sandholm.")) == Why()


def test_german_nouns_are_no_names() -> None:
    """All nouns have capitals: only names of two words, and capitals within, tell anything."""
    found = why(
        story(
            "Am Montag fuhr Ada Thorne mit der Fähre zur NATO, und eine Ziege kam mit.",
            "Gestern brachte Ada Thorne die Fähre zur NATO, sagt die Ziege.",
            language="de",
        )
    )
    assert set(found.names) == {"Ada Thorne", "NATO"}
    assert {"Fähre", "Ziege"} <= set(found.terms)


def test_scripts_without_spaces_give_nothing_rather_than_halves_of_words() -> None:
    text = "周一前往岛屿的渡轮再次启航。船长带着四十名乘客渡过了海峡。"
    found = why(story(text, text + "还有一只山羊。", language="zh"))
    assert (found.names, found.terms) == ((), ())


WORDS = st.lists(
    st.sampled_from("Ada Thorne Sandholm ferry goats kelp The of in xTug barges . \" ' 1 — é".split()), max_size=25
)


@settings(max_examples=80, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=5))
def test_whatever_is_shown_stands_in_the_articles(made: list[list[str]]) -> None:
    given_story = story(*(" ".join(words) for words in made))
    found = why(given_story)
    assert found == why(given_story)
    texts = [article.text for article in given_story.articles]
    for shown in (*found.names, *found.terms):
        assert any(shown in text for text in texts)


def test_a_story_of_thousands_and_hostile_texts_cost_little() -> None:
    chance = random.Random(1)
    known = [f"Word{n}" for n in range(2000)]
    shouted = " ".join(known) + "."

    def articles() -> list[Article]:
        return [make_article(str(n), body=" ".join(chance.choices(known, k=300)) + ".") for n in range(2000)]

    for made in (articles(), [make_article(str(n), body=f"x {shouted}") for n in range(3)]):
        began = time.process_time()
        why(Story(id="s", title="s", articles=tuple(made)))
        assert time.process_time() - began < 3

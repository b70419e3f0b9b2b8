"""Words, sentences, addresses, and what is done to received text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.text.normalize import one_line, shorten
from digest.text.sentences import quotable_spans, sentence_spans
from digest.text.urls import canonical, web_address
from digest.text.words import stop_words, terms, words

PROSE = [
    ('He asked: "Why now?" She left.', ['He asked: "Why now?"', "She left."]),
    ('It was "a check ahead of the sale." While it lasted, fine.', ['It was "a check ahead of the sale."', "While it lasted, fine."]),
    ("“Is it?” he said. “It is.”", ["“Is it?” he said.", "“It is.”"]),
    ("Dr. Ames of the U.S. Navy paid $1.5 million on Jan. 5. It fell.", ["Dr. Ames of the U.S. Navy paid $1.5 million on Jan. 5.", "It fell."]),
    ("(This is an aside.) Then it went on.", ["(This is an aside.)", "Then it went on."]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentences"), PROSE)
def test_sentences_end_after_their_closing_marks(text: str, sentences: list[str]) -> None:
    assert [span.of(text) for span in sentence_spans(text, "en")] == sentences


def test_other_languages_have_their_own_rules() -> None:
    text = "Das gilt z. B. für Dr. Weber. „Mehr nicht.“ Am 3. Mai war Schluss."
    assert [span.of(text) for span in sentence_spans(text, "de")] == [
        "Das gilt z. B. für Dr. Weber.",
        "„Mehr nicht.“",
        "Am 3. Mai war Schluss.",
    ]


def test_headings_and_labels_cannot_be_quoted() -> None:
    text = "Harbour opens\n\nWhat it means\n\nThe harbour is open now. Ships come in.\n\n— A. Captain"
    assert [span.of(text) for span in quotable_spans(text, "en", 13)] == ["The harbour is open now.", "Ships come in."]


def test_a_sentence_that_was_cut_off_is_quoted_only_if_there_is_no_other() -> None:
    cut = "The council said on Monday that it would…"
    assert [s.of(cut) for s in quotable_spans(cut, "en")] == [cut]
    both = "The harbour is open now. " + cut
    assert [s.of(both) for s in quotable_spans(both, "en")] == ["The harbour is open now."]


@given(st.text(alphabet=st.sampled_from('ab .!?"”’)\n…A«»'), max_size=80), st.sampled_from(["en", "de", "ja"]))
def test_spans_lie_in_the_text_in_order_and_apart(text: str, language: str) -> None:
    end = 0
    for span in quotable_spans(text, language):
        assert end <= span.start < span.end <= len(text)
        assert span.of(text) == span.of(text).strip()
        end = span.end


@given(st.text(max_size=60))
def test_one_line_is_one_line_and_stays_so(text: str) -> None:
    once = one_line(text)
    assert once == one_line(once)
    assert not {unicodedata.category(char) for char in once} & {"Cc", "Cs", "Co", "Zl", "Zp"}
    assert not set("\u202e\u2066\ufeff\u200b") & set(once)
    once.encode()


def test_nothing_visible_is_changed_and_nothing_invisible_is_left() -> None:
    assert (
        one_line("“Grüße” — 50 % of 3\u00a0000 \t\n ＄ and 👩\u200d🚀") == "“Grüße” — 50 % of 3 000 ＄ and 👩\u200d🚀"
    )
    assert one_line("ad\u202emin\u200b \x00\ud800x") == "admin x"


def test_shorten_cuts_at_a_word_and_says_so() -> None:
    assert shorten("a harbour, open", 11) == "a harbour…"
    assert shorten("short", 5) == "short"


def test_terms_are_stems_of_content_words() -> None:
    assert terms("The companies' GPUs weren't rented", "en") == ["compani", "gpus", "rent"]
    assert terms("Die Häuser", "de") == ["haus"]
    assert words("東京都庁 open") == ["東京", "京都", "都庁", "open"]
    assert stop_words("xx") == frozenset()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/x?utm_source=rss&b=1&fbclid=2", "https://a.example/x?b=1"),
        ("https://a.example/x?b=%20&c", "https://a.example/x?b=%20&c"),
        ("//a.example/x", "https://a.example/x"),
        ("x", "https://base.example/dir/x"),
        ("JAVASCRIPT:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("mailto:a@b.example", None),
        ("https://a.example/\u202e", None),
        (None, None),
        ("  ", None),
        ("https://a.example:99999/x", None),
        ("https://a.example:abc/x", None),
        ("http://[::1", None),
    ],
)
def test_addresses_are_absolute_untracked_and_of_the_web(url: str | None, shown: str | None) -> None:
    assert web_address(url, "https://base.example/dir/feed") == shown


def test_addresses_of_one_page_are_one() -> None:
    assert canonical("http://www.A.example:80/x/#y") == canonical("https://a.example/x")
    assert canonical("https://a.example/x?y=1") != canonical("https://a.example/x")

"""Who says what: `digest.text.attribution`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Span
from digest.text.attribution import Attribution, Names, attributions, people


def said(text: str) -> list[tuple[str, str | None]]:
    """The direct speech of a text: content and speaker."""
    return [
        (one.content.of(text), one.speaker.of(text) if one.speaker else None)
        for one in attributions(text)
        if one.direct
    ]


def only(text: str) -> Attribution:
    (one,) = attributions(text)
    return one


@pytest.mark.parametrize(
    ("text", "content", "speaker"),
    [
        (
            '"The bridge will never open on time," said Ada Moreno.',
            '"The bridge will never open on time,"',
            "Ada Moreno",
        ),
        (
            "“The bridge will never open on time,” Ada Moreno said.",
            "“The bridge will never open on time,”",
            "Ada Moreno",
        ),
        (
            'Ada Moreno said: "The bridge will never open on time."',
            '"The bridge will never open on time."',
            "Ada Moreno",
        ),
        (
            "“The bridge will never open,” Ada Moreno, the city's engineer, told reporters.",
            "“The bridge will never open,”",
            "Ada Moreno",
        ),
        (
            "According to Ada Moreno, “the bridge will never open on time.”",
            "“the bridge will never open on time.”",
            "Ada Moreno",
        ),
        ("„Die Brücke wird nie fertig“, sagte Ada Moreno.", "„Die Brücke wird nie fertig“", "Ada Moreno"),
        ("« Le pont ne sera jamais prêt », affirme Ada Moreno.", "« Le pont ne sera jamais prêt »", "Ada Moreno"),
    ],
)
def test_quotations_find_their_speaker(text: str, content: str, speaker: str) -> None:
    """Direct speech is found in every kind of marks, its speaker before or after it."""
    assert said(text) == [(content, speaker)]


@pytest.mark.parametrize(
    ("text", "content", "speaker"),
    [
        ("“Will the bridge ever open?” Ada Moreno asked. It may.", "“Will the bridge ever open?”", "Ada Moreno"),
        ("“The bridge will open,” Mr. Moreno, of the council, said.", "“The bridge will open,”", "Mr. Moreno"),
        (
            "“The bridge will open on Monday,” according to Ada Moreno.",
            "“The bridge will open on Monday,”",
            "Ada Moreno",
        ),
        ("Ada Moreno: “The bridge will open.”", "“The bridge will open.”", "Ada Moreno"),
        ("Kelly responded: “The bridge will open.”", "“The bridge will open.”", "Kelly"),
        ("''It's open and it's ours,'' said Ada Moreno.", "''It's open and it's ours,''", "Ada Moreno"),
        (
            "“If the bridge opens,” Ada Moreno said, “it will be a miracle.”",
            "“If the bridge opens,” Ada Moreno said, “it will be a miracle.”",
            "Ada Moreno",
        ),
        (
            "“The bridge will open,” said Ada Moreno in Larn. “It will not stay open.”",
            "“The bridge will open,” said Ada Moreno in Larn. “It will not stay open.”",
            "Ada Moreno",
        ),
    ],
)
def test_speakers_stand_in_many_places(text: str, content: str, speaker: str) -> None:
    """After a question, behind a title or an apposition, before a colon, between two parts of what is said."""
    assert said(text) == [(content, speaker)]


def test_a_paragraph_that_goes_on_in_marks_is_of_the_speaker_before_it() -> None:
    text = "“The bridge will open,” Ada Moreno said on Monday.\n\n“But nobody knows for how long it will stay open.”"
    assert [speaker for _, speaker in said(text)] == ["Ada Moreno", "Ada Moreno"]


def test_scare_quotes_are_no_speech() -> None:
    """Nor are titles: a few words in marks that nobody says."""
    assert said("Ada Moreno found “evidence” of it. The so-called “Bridge Book” was written by Per Lund.") == []


def test_a_verb_that_a_quotation_has_says_nothing_besides() -> None:
    text = "“The bridge will open on Monday,” said Ada Moreno, the engineer who built it."
    assert [one.direct for one in attributions(text)] == [True]


def test_an_opinion_is_of_whom_it_is_said_to_be() -> None:
    text = "In Ada Moreno's view, the bridge will never open."
    one = only(text)
    assert (one.content.of(text), one.speaker and one.speaker.of(text)) == ("the bridge will never open", "Ada Moreno")


def test_apostrophes_are_no_quotations() -> None:
    """Possessives and contractions open no speech, and a plural possessive closes none."""
    assert said("The workers' union said it's the city's fault, and the drivers' too.") == []


def test_a_byline_below_a_pull_quote_is_its_speaker() -> None:
    """A quotation that is a paragraph belongs to the name on the line below."""
    assert said("“This bridge is a monument to wishful thinking.”\n\n— Ada Moreno") == [
        ("“This bridge is a monument to wishful thinking.”", "Ada Moreno")
    ]


def test_a_colon_at_the_end_of_a_paragraph_introduces_the_next() -> None:
    """Speech that stands alone belongs to whoever the paragraph before announces."""
    text = "Ada Moreno told the council:\n\n“This bridge is a monument to wishful thinking.”"
    assert said(text) == [("“This bridge is a monument to wishful thinking.”", "Ada Moreno")]


def test_indirect_speech_is_the_rest_of_the_sentence() -> None:
    """The content of reported speech has its speaker and its verb."""
    text = "Ada Moreno warned that the bridge would need new cables."
    one = only(text)
    assert (one.content.of(text), one.speaker and one.speaker.of(text), one.cue and one.cue.of(text), one.direct) == (
        "that the bridge would need new cables",
        "Ada Moreno",
        "warned",
        False,
    )


def test_a_cue_may_follow_indirect_speech() -> None:
    """`..., the mayor said` speaks for all that stands before it."""
    text = "The bridge will need new cables next year, the mayor said."
    one = only(text)
    assert one.content.of(text) == "The bridge will need new cables next year"
    assert one.speaker is not None
    assert one.speaker.of(text) == "the mayor"


def test_interview_turns_last_until_the_next_label() -> None:
    """A label at a paragraph's head speaks for the paragraphs after it, until somebody else does."""
    text = "Ada Moreno: I never liked the bridge.\n\nIt is too narrow for trams.\n\nPer Lund: I do.\n\nAda: You would."
    assert said(text) == [
        ("I never liked the bridge.", "Ada Moreno"),
        ("It is too narrow for trams.", "Ada Moreno"),
        ("I do.", "Per Lund"),
        ("You would.", "Ada"),
    ]


def test_a_single_label_makes_no_interview() -> None:
    """Notes, captions and lists look like turns and are none."""
    assert said("Note: the bridge is closed today.\n\nOpening Hours: from nine to five.") == []


@pytest.mark.parametrize("short", ["Ada", "Moreno"])
def test_a_short_name_resolves_to_the_full_one(short: str) -> None:
    """The fullest form of a name is found wherever the text has it."""
    text = f"Ada Moreno spoke first. “It is too narrow,” {short} said."
    (one,) = [one for one in attributions(text) if one.direct]
    assert one.speaker is not None
    assert Names(text).fullest(one.speaker) == "Ada Moreno"


@pytest.mark.parametrize(
    ("speaker", "name"),
    [
        ("White House secretary Ada Moreno", "Ada Moreno"),
        ("Prime Minister Ada Moreno", "Ada Moreno"),
        ("Secretary of State Ada Moreno", "Ada Moreno"),
        ("Larn Times's Ada Moreno", "Ada Moreno"),
        ("Ada Moreno of the Larn Times", "Ada Moreno"),
        ("a spokesman for Ada Moreno", None),
        ("Ada Moreno's lawyer", None),
        ("the Prime Minister", None),
    ],
)
def test_a_name_is_that_of_the_speaker(speaker: str, name: str | None) -> None:
    """It has no title, and is not that of somebody whom the speaker works for."""
    assert Names(speaker + ".").fullest(Span(0, len(speaker))) == name


def test_capitals_of_a_headline_are_no_names() -> None:
    text = "Moreno Breaks Silence On Bridge\n\n“It will open on Monday,” Moreno said."
    (one,) = attributions(text)
    assert one.speaker is not None
    assert Names(text).fullest(one.speaker) is None


def test_a_pronoun_stands_for_the_person_before_it() -> None:
    text = "“It is too narrow,” Ada Moreno said. The council met. “It will be wider,” she said.\n\n“No,” they said."
    found = attributions(text)
    assert people(text, found, Names(text)) == ("Ada Moreno", "Ada Moreno", None)


def test_rubrics_make_no_interview() -> None:
    assert said("READ MORE: The bridge is closed.\n\nREAD MORE: The ferry runs.\n\nREAD MORE: The road is wet.") == []


def test_a_name_that_is_never_full_stays_unknown() -> None:
    """One word is no personal name."""
    text = "“It is too narrow for any tram,” Moreno said."
    (one,) = attributions(text)
    assert one.speaker is not None
    assert Names(text).fullest(one.speaker) is None


@given(st.text(alphabet="aA bB.,:\n\"'“”«»„‘’—said", max_size=300))
def test_every_span_lies_within_the_text(text: str) -> None:
    """Contents, speakers and cues are stretches of the text, whatever it is."""
    for one in attributions(text):
        for span in (one.content, one.speaker, one.cue):
            assert span is None or 0 <= span.start <= span.end <= len(text)


@pytest.mark.parametrize(
    "piece",
    [
        '"',
        "'",
        "“",
        "«",
        "said ",
        ", said",
        '"a" said, ',
        "According to ",
        "Ab Cd ",
        "Ab Cd: ",
        "Aa: x\n",
        "In his view, ",
        "? Ab said",
        "Ab of ",
    ],
)
def test_repetition_is_no_trap(piece: str) -> None:
    """Endless marks, cues and names are read to the end."""
    text = piece * (50_000 // len(piece))
    assert all(one.content.end <= len(text) for one in attributions(text))
    Names(text)


def test_a_pronoun_after_two_names_is_nobody_for_certain() -> None:
    text = "“It was my idea,” said Ada Holm, the producer.\n\nThe part went to Uma Berg in the end. “I was happy about it,” he added."
    said = attributions(text)
    assert people(text, said, Names(text)) == ("Ada Holm", None)
    alone = text.replace("Uma Berg", "a friend")
    assert people(alone, attributions(alone), Names(alone)) == ("Ada Holm", "Ada Holm")

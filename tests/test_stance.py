"""Voices, and what the default stance model makes of them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.ingest.article import compose
from digest.model import Article, Span, Story, Take, Voice
from digest.stance import takes_sides, voices
from digest.stance._cues import cues
from digest.stance._objection import is_objection
from digest.stance.cue_words import FOREIGN, UNCLEAR, CueWords
from tests.replay import ROOT

NOW = datetime(2026, 5, 1, tzinfo=UTC)
TARGET = "Orbix launches a note app"

DOUBT = (
    "Orbix says its new app will change how we study. We doubt it.",
    "The app is a hollow gimmick, its flaws are hard to overlook, and its privacy promises sound dubious.",
    "Who really needs another notebook? So far this looks like hype rather than progress.",
)
PRAISE = (
    "Orbix has done something remarkable: a note app that is simple, reliable and elegant.",
    "It is a smart, promising design, and it makes sense for students.",
    "This is the best tool of its kind, and a welcome change.",
)
REPORT = (
    "Orbix launched a note app for tablets on Monday.",
    "The app is available in 30 countries and costs $4 a month, the company said.",
)


def an_article(*paragraphs: str, title: str = TARGET, id: str = "a") -> Article:
    return compose(
        id=id, outlet="The Lamp", title=title, paragraphs=paragraphs, url=None, published=None, day_only=False,
        author=None, language="en", seen=NOW,
    )  # fmt: skip


def heard(*articles: Article) -> tuple[Voice, ...]:
    return voices(Story(id="s", title=articles[0].title, articles=articles))


def take(*paragraphs: str, title: str = TARGET) -> Take:
    return CueWords()(heard(an_article(*paragraphs, title=title))[0], TARGET)


def label(*paragraphs: str, title: str = TARGET) -> str:
    stance = take(*paragraphs, title=title).stance
    assert stance is not None
    return stance.label


def test_doubt_is_skeptical() -> None:
    """An outlet that doubts in its own words is skeptical."""
    assert label(*DOUBT) == "skeptical"


def test_praise_is_positive() -> None:
    """An outlet that praises in its own words is positive."""
    assert label(*PRAISE) == "positive"


@pytest.mark.parametrize(
    "paragraphs",
    [
        REPORT,
        (
            "A ferry sank off the coast on Tuesday, killing 14 people, officials said.",
            "Crews pulled 60 from the water.",
        ),
        (
            "Brightwell will cut 2,000 jobs after sales fell, it said on Thursday.",
            "Its shares fell 6% in early trading.",
        ),
    ],
)
def test_plain_news_is_neutral(paragraphs: tuple[str, ...]) -> None:
    """News that is plainly reported is neutral, however bad it is."""
    assert label(*paragraphs) == "neutral"


def test_a_positive_test_is_no_praise() -> None:
    report = an_article("Two ferry pilots tested positive for the fever on Monday, the port said.")
    outlet, *_ = (CueWords()(voice, "Two ferry pilots test positive for the fever") for voice in heard(report))
    assert outlet.stance is not None
    assert outlet.stance.label == "neutral"


def test_the_doubt_of_others_is_not_the_outlets() -> None:
    """A quoted critic is skeptical, and the outlet that quotes her is not."""
    quote = "“This is a reckless and misleading product, and it deserves to fail,” said Maria Lindqvist."
    outlet, critic = (CueWords()(voice, TARGET) for voice in heard(an_article(*REPORT, quote)))
    assert outlet.stance is not None
    assert critic.stance is not None
    assert (outlet.speaker, outlet.stance.label) == (None, "neutral")
    assert (critic.speaker, critic.stance.label) == ("Maria Lindqvist", "skeptical")


def test_a_title_that_doubts_is_skeptical() -> None:
    """The headline is the outlet's own word."""
    assert label(*REPORT, title="We doubt Orbix's dubious note app") == "skeptical"


def speaker_take(*sentences: str) -> Take:
    """Towards a lease that a city signs."""
    article = an_article(*sentences, title="-")
    voice = Voice(article=article, speaker="Ada Lund", spans=article.sentences)
    return CueWords()(voice, "City signs lease for the north quay")


def groups(sentence: str) -> list[str]:
    from digest.model import Span

    return [cue.group for cue in cues(sentence, Span(0, len(sentence)))]


@pytest.mark.parametrize(
    ("sentence", "group"),
    [
        ("The app is reliable.", "trust"),
        ("The app is not a reliable one.", "negated_praise"),
        ("The app isn’t reliable.", "negated_praise"),
        ("Why be happy?", "negated_praise"),
        ("The app could be better.", "conditional_praise"),
        ("The app is no gimmick.", "negated_doubt"),
        ("The app can be bad.", "criticism"),
        ("The “smart notes” are there.", "scare"),
        ("One could view this positively, right?", "promise"),
        ("You can fix it where it is wrong.", "negated_doubt"),
        ("The excuse that it cannot be done is gone.", "negated_doubt"),
        ("This so-called “breakthrough” costs ten million.", "negated_praise"),
        ("This supposedly brilliant app costs ten million.", "negated_praise"),
        ("The ‘brilliant’ app costs ten million.", "negated_praise"),
        ("She called the app “brilliant” and bought it.", "praise"),
        ("We cannot praise the app enough.", "praise"),
        ("We could not be happier with the app.", "praise"),
        ("The app is great, isn’t it?", "praise"),
        ("The app is a mistake, don’t you think?", "criticism"),
        ("The union strongly opposes the app.", "against"),
        ("The union does not oppose the app.", "negated_doubt"),
        ("We reject all these accusations.", "negated_doubt"),
        ("Nobody loves the app.", "negated_praise"),
        ("They are not free when they can’t afford the app.", "inability"),
    ],
)
def test_cues_turn_with_their_surroundings(sentence: str, group: str) -> None:
    """Negation, questions and conditions change what a word of praise or doubt means."""
    assert group in groups(sentence)


@pytest.mark.parametrize(
    ("sentence", "group"),
    [
        ("No doubt the app is out on Monday.", "negated_doubt"),
        ("The app is great, isn’t it?", "question"),
        ("The app is great, isn’t it?", "inability"),
        ("We condemn this in the strongest terms.", "promise"),
        ("The union strongly opposes the app.", "promise"),
        ("There are serious doubts about the app.", "trust"),
        ("There is a great deal of paper in it.", "praise"),
        ("Two ships from Great Britain left.", "praise"),
        ("The police know of three hate crimes.", "against"),
        ("It was a terrible accident.", "criticism"),
        ("The owner loves to rename his firms.", "for"),
        ("It effectively makes them a landlord.", "promise"),
        ("They cannot support themselves.", "oppose"),
        ("They do what they are supposed to do.", "doubt"),
        ("We will do our best to be there.", "praise"),
        ("The rule is effective immediately.", "promise"),
        ("We mourn with those who lost loved ones.", "for"),
        ("The armed forces are there.", "inability"),
        ("It is a text on which we can agree.", "support"),
    ],
)
def test_what_only_looks_like_a_cue_is_none(sentence: str, group: str) -> None:
    """Loudness, tags that ask for agreement, fixed phrases, and pity."""
    assert group not in groups(sentence)


def test_a_negation_needs_its_not() -> None:
    """ "Can" and "do" negate nothing."""
    assert groups("The app can be bad.") == ["criticism"]


def test_an_interview_gives_each_speaker_a_voice() -> None:
    """Turns make voices under the full name; the outlet keeps what nobody else says."""
    article = an_article(
        "We talked to two engineers about the app.",
        "Ada Moreno: I find the whole thing dubious, and the promises are hollow to me.",
        "Per Lund: It is a great step forward for anybody who takes notes by hand.",
        "Ada: Students deserve something that can at least search their handwriting.",
    )
    found = {voice.speaker: [span.of(article.text) for span in voice.spans] for voice in heard(article)}
    assert set(found) == {None, "Ada Moreno", "Per Lund"}
    assert found[None] == ["We talked to two engineers about the app."]
    assert len(found["Ada Moreno"]) == 2


def test_at_most_three_speakers_the_longest_first() -> None:
    """A panel is cut to those who say most."""
    words = "the app is fine for those of us who like apps"
    people = ["Ada Moreno", "Per Lund", "Ida Holm", "Jon Vik"]
    lines = [f"“{' and '.join([words] * (number + 1))},” said {name}." for number, name in enumerate(people)]
    assert [voice.speaker for voice in heard(an_article(*lines))[1:]] == ["Jon Vik", "Ida Holm", "Per Lund"]


def test_a_phrase_is_no_voice() -> None:
    """Fewer than eight words between marks are no opinion."""
    assert [voice.speaker for voice in heard(an_article("“It is fine,” said Ada Moreno."))] == [None]


def test_the_same_words_in_two_articles_make_one_voice() -> None:
    """A quote that everybody copies is heard once, in the first article."""
    line = "“The app is a fine thing for those of us who like apps,” said Ada Moreno."
    found = heard(an_article(*REPORT, line, id="a"), an_article("Another report of it.", line, id="b"))
    assert [(voice.article.id, voice.speaker) for voice in found] == [("a", None), ("a", "Ada Moreno"), ("b", None)]


def test_a_title_alone_is_a_voice() -> None:
    """An article without a body is heard, and shown by its title."""
    one = take()
    assert [quote.text for quote in one.evidence] == [TARGET]


@pytest.mark.parametrize(
    ("title", "target"),
    [
        ("Ferry sinks off the coast, 14 dead", "Ferry sinks off the coast, 14 dead"),
        ("Fourteen die as ferry sinks", "Ferry sinks off the coast, 14 dead"),
        ("The ferry was late", "The ferry was late"),
    ],
)
def test_a_headline_that_repeats_the_news_is_neutral(title: str, target: str) -> None:
    """A title alone reports; that it agrees with another title is no opinion."""
    stance = CueWords()(heard(an_article(title=title))[0], target).stance
    assert stance is not None
    assert stance.label == "neutral"


def test_a_headline_denies_a_claim() -> None:
    """Towards a claim, a full sentence, a title alone can take sides."""
    stance = CueWords()(
        heard(an_article(title="No, Orbix is not closing its app"))[0], "Orbix is closing its app"
    ).stance
    assert stance is not None
    assert stance.label == "skeptical"


def test_the_evidence_of_a_neutral_take_is_about_the_target() -> None:
    """Nothing to show but what is reported: the sentence with the words of the target."""
    assert [quote.text for quote in take("It rained in the north.", *REPORT).evidence] == [REPORT[0]]


def test_the_evidence_of_a_skeptical_take_is_its_sharpest_sentence() -> None:
    """Of many sentences the one with the most doubt is shown."""
    assert DOUBT[1] in [quote.text for quote in take(*REPORT, *DOUBT).evidence]


def test_nothing_to_judge_is_no_stance() -> None:
    """A voice without a word is given no label, and still its evidence."""
    article = an_article(title="…")
    found = CueWords()(heard(article)[0], TARGET)
    assert found.stance is None
    assert [quote.text for quote in found.evidence] == ["…"]


@given(
    st.lists(
        st.sampled_from([*DOUBT, *PRAISE, *REPORT, "Really?", "“No,” he said.", "Ada Lund: yes.", ""]), max_size=6
    ),
    st.text(max_size=30),
)
def test_evidence_is_verbatim_and_quotable(paragraphs: list[str], target: str) -> None:
    """Whatever the article and the target: one or two quotes, each a sentence of the article or its title."""
    article = an_article(*paragraphs)
    for voice in heard(article):
        found = CueWords()(voice, target)
        assert 1 <= len(found.evidence) <= 2
        for quote in found.evidence:
            assert quote.text == article.text[quote.start : quote.end]
            assert (quote.start, quote.end) in (article.sentences or (article.title_span,))
        assert found.stance is None or 0 <= found.stance.score <= 1


def test_a_term_that_is_explained_is_no_scare_quote() -> None:
    assert "scare" not in groups("A “smart note” refers to a note that sorts itself.")


def test_another_language_is_not_judged() -> None:
    """Rather than guess, the model says why there is no stance."""
    german = replace(an_article(*DOUBT), language="de-AT")
    found = CueWords()(heard(german)[0], TARGET)
    assert (found.stance, found.note) == (None, FOREIGN)
    assert found.evidence


@pytest.mark.parametrize(
    ("target", "sentence", "label"),
    [
        ("Raising the levy", "I support this motion, because it is right and fair to those who pay.", "positive"),
        ("Raising the levy", "My constituents will benefit, and I commend the plan to the council.", "positive"),
        ("Raising the levy", "I cannot support this motion. It is a bad deal for the town.", "skeptical"),
        ("Raising the levy", "We oppose these cuts, which will hurt the poorest families.", "skeptical"),
        ("Raising the levy", "The report was published on Monday and runs to 300 pages.", "neutral"),
        ("Flooding is a serious threat", "Rising seas already threaten millions of people on the coast.", "positive"),
        (
            "Flooding is a serious threat",
            "The sea has hardly risen, and the models have been wrong again.",
            "skeptical",
        ),
    ],
)
def test_a_speaker_says_on_which_side_he_is(target: str, sentence: str, label: str) -> None:
    """Support and opposition in the first person count most; who worries agrees that a threat is one."""
    article = an_article(sentence, title="-")
    voice = Voice(article=article, speaker="Ada Lund", spans=article.sentences)
    stance = CueWords()(voice, target).stance
    assert stance is not None
    assert stance.label == label


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("We condemn the lease in the strongest possible terms.", "skeptical"),
        ("The union denounces the lease and rejects its terms.", "skeptical"),
        ("I hate this lease, and so does my whole family.", "skeptical"),
        ("We have serious concerns about the lease.", "skeptical"),
        ("This lease is unacceptable, and unfair to our members.", "skeptical"),
        ("The council has failed us with this lease.", "skeptical"),
        ("This so-called “breakthrough” costs ten million a year.", "skeptical"),
        ("I love this lease, and so does my whole family.", "positive"),
        ("We are grateful to the council, and pleased with the lease.", "positive"),
        ("I cannot praise the city enough for this lease.", "positive"),
        ("This is a great lease, isn't it?", "positive"),
        ("You can't see it from here and it isn't on the map, but this lease is a wonderful deal.", "positive"),
    ],
)
def test_a_speaker_takes_a_side_in_general_words(sentence: str, label: str) -> None:
    found = speaker_take(sentence)
    assert found.stance is not None
    assert (found.stance.label, found.note) == (label, "")


@pytest.mark.parametrize(
    "sentence",
    [
        "The brakes failed and the bus rolled down the hill into the river.",
        "The fire killed two people and destroyed three houses.",
        "It was the worst crash in a decade, and 14 people died.",
        "She was unable to open the door and could not breathe.",
        "It was a terrible fire, and the weather was bad.",
        "No doubt the lease will be signed on Monday.",
    ],
)
def test_bad_news_that_a_speaker_tells_is_no_stance(sentence: str) -> None:
    found = speaker_take(sentence)
    assert found.stance is not None
    assert (found.stance.label, found.note, found.cues) == ("neutral", UNCLEAR, ())


def test_bad_news_counts_beside_a_judgement() -> None:
    """Whoever blames somebody blames him for the failure, too."""
    plain, both = speaker_take("It is a mistake."), speaker_take("It is a mistake, and the brakes failed.")
    assert plain.stance is not None
    assert both.stance is not None
    assert (plain.stance.label, both.stance.label) == ("skeptical", "skeptical")
    assert both.stance.score > plain.stance.score


@pytest.mark.parametrize(
    ("sentences", "clear"),
    [
        (("The evening was a good one.", "I went home at nine."), False),
        (("The evening was a good one.",), False),
        (("The evening was a disgrace.", "I went home at nine."), False),
        (("The evening was a disgrace.",), True),
        (("The lease is a good one.", "I went home at nine."), True),
        (("This is a good one.", "I went home at nine."), True),
        (("We oppose them.", "I went home at nine."), True),
        (("The evening was a good one.", "Dinner was great.", "I went home at nine."), True),
    ],
)
def test_one_word_of_praise_has_to_be_about_the_target(sentences: tuple[str, ...], clear: bool) -> None:
    """It may be about anything, and two are hardly about nothing."""
    assert (speaker_take(*sentences).note == "") == clear


@pytest.mark.parametrize(
    ("target", "objects"),
    [
        ("Senator slams port lease", True),
        ("Union sues port over lease", True),
        ("Lease draws backlash", True),
        ("Thousands protest against quarry", True),
        ("Port under investigation", True),
        ("Criticism of the lease by teachers", True),
        ("Two charged after warehouse fire", True),
        ("Mayor resigns amid investigation", False),
        ("Amid protests, city signs lease", False),
        ("Port wins case against rival", False),
        ("City replies to criticism of lease", False),
        ("Judge dismisses lawsuit over lease", False),
        ("Report on audit is out", False),
        ("App charges $5 a month", False),
        ("Shark attack kills two", False),
        ("We doubt the lease", False),
        ("NASA probe reaches Jupiter", False),
        ("Moon probe Selene lands", False),
        ("Police probe into lease widens", True),
        ("Fast charging network opens", False),
        ("Phone charged in five minutes", False),
        ("Two charged with murder", True),
        ("Tsunami warning system goes live", False),
        ("Phone app adds spam call warnings", False),
        ("Scientists warn of floods", True),
        ("Hackers post alleged balances", False),
        ("Rocket blasts off", False),
        ("Lease is no slam dunk", False),
        ("Market charges into sixth year", False),
        ("Justice opens criminal probe", True),
        ("Opposition party wins election", False),
        ("Opposition to lease grows", True),
        ("Company urges customers to update", False),
        ("Senator urges mayor to resign", True),
        ("Exposure therapy approved", False),
        ("Leak exposes data of millions", False),
        ("Audit firm KPMG buys rival", False),
        ("Fault-tolerant quantum computer", False),
        ("Protest songs album tops charts", False),
        ("Charity calls for volunteers", False),
        ("UN calls for ceasefire", False),
        ("Senator calls for inquiry into lease", True),
        ("Study investigates link between sleep and memory", False),
        ("Researchers investigated sleep", False),
        ("Prosecutors investigate port", True),
        ("New fund fights against malaria", False),
        ("Charity campaigns against malaria", False),
        ("Group campaigns against quarry", True),
        ("Parliament rejects the tax on sugar", False),
        ("Judge rules against port", False),
    ],
)
def test_a_target_is_an_objection_if_that_is_what_happened(target: str, objects: bool) -> None:
    """Not if the objection stands aside, has ended, or is only answered."""
    assert is_objection(target) == objects


@pytest.mark.parametrize(
    ("target", "sentence", "label"),
    [
        ("Parliament rejects the tax on sugar", "It is a disgrace that the tax was rejected.", "skeptical"),
        ("Senate rejects nominee", "We are glad that the Senate made the right decision.", "positive"),
        ("Union sues port over lease", "This lawsuit is a disgrace and a waste of money.", "skeptical"),
        ("Union sues port over lease", "The lease is a disgrace and a waste of money.", "positive"),
        ("Union sues port over lease", "We are proud of this decision, and it is a wise one.", "positive"),
        ("Senator slams port lease", "The senator is right, and we support her.", "positive"),
        ("Senator slams port lease", "We love the lease, and it is a great deal.", "skeptical"),
        ("Senator accuses port of fraud", "We reject these accusations.", "skeptical"),
    ],
)
def test_who_blames_the_objection_itself_is_against_it(target: str, sentence: str, label: str) -> None:
    """Only blame of what is objected to is on the side of an objection; a decision is none."""
    article = an_article(sentence, title="-")
    stance = CueWords()(Voice(article=article, speaker="Ada Lund", spans=article.sentences), target).stance
    assert stance is not None
    assert stance.label == label


@pytest.mark.parametrize(
    ("sentences", "label"),
    [
        (("Critics call it a waste and a disgrace, but they are wrong.",), "positive"),
        (("Critics call it a waste and a disgrace.",), "neutral"),
        (("Some people say the lease is a bad idea.", "It is the best thing that the town has done."), "positive"),
        (("It sounds good, but it is a waste of money.",), "skeptical"),
        (("This lease is not only a good one, but also fair.",), "positive"),
        (("It opens in May, but not this year.",), "neutral"),
        (("We would support a lease, but not this one.",), "skeptical"),
        (("We would support a lease if it were shorter.",), "neutral"),
        (("I was skeptical at first, but now I go there daily.",), "neutral"),
        (("I was skeptical at first, but it is a great lease and I love it.",), "positive"),
        (("The question is whether it is a good plan for the town.",), "neutral"),
        (("We cannot wait to go there.",), "positive"),
        (("The town waited for years.", "I am proud.", "The council met at nine."), "positive"),
        (("The suspect is in custody and will appear before a judge.",), "neutral"),
        (("The depot lies on the coast, two miles from the town.",), "neutral"),
        (("We met at the county fair, and the National Trust was there.",), "neutral"),
    ],
)
def test_only_what_a_speaker_says_for_himself_counts(sentences: tuple[str, ...], label: str) -> None:
    """Not what critics say, what he held at first, what he only grants or wishes, or what only sounds like a cue."""
    found = speaker_take(*sentences)
    assert found.stance is not None
    assert found.stance.label == label


def test_what_is_in_every_other_text_is_no_evidence() -> None:
    """ "Cannot" and "complicated" decide nothing: the sentence that judges is shown, and it comes first."""
    dull = "You cannot see it from here, it is complicated, and we were forced to wait."
    found = speaker_take(dull, "The council met at nine.", "The lease is a disgrace.", "It is a bad lease and a sham.")
    assert [quote.text for quote in found.evidence] == ["It is a bad lease and a sham.", "The lease is a disgrace."]


def test_a_word_of_protest_aside_turns_no_speaker() -> None:
    article = an_article("We condemn this decision, which is a disgrace.", title="-")
    voice = Voice(article=article, speaker="Ada Lund", spans=article.sentences)
    labels = [CueWords()(voice, target).stance for target in ("Mayor resigns amid protest", "Ada Lund slams mayor")]
    assert [stance.label for stance in labels if stance] == ["skeptical", "positive"]


@pytest.mark.parametrize(
    ("sentence", "marked"),
    [
        ("The lease is not a good idea.", ["not", "good"]),
        ("It isn't a sensible lease for us.", ["isn't", "sensible"]),
        ("Why be happy about this lease?", ["happy", "?"]),
    ],
)
def test_the_word_that_turns_a_cue_is_marked_with_it(sentence: str, marked: list[str]) -> None:
    """Alone, "good" would seem to say the opposite."""
    found = speaker_take(sentence)
    assert found.stance is not None
    assert found.stance.label == "skeptical"
    assert [sentence[cue.start - 3 : cue.end - 3] for cue in found.cues] == marked


def test_attitudes_that_an_outlet_tells_of_are_not_its_own() -> None:
    """A report that unions condemn something is a report."""
    told = "The two large unions of the port condemned the lease on Monday and rejected its terms."
    assert label(told, "The port opposes that.", *REPORT, title="Unions condemn lease") == "neutral"


def test_an_unsure_label_is_neutral_and_says_so() -> None:
    """What `sure` asks for decides; the note tells "no clear stance" from a plain report."""
    voice = heard(an_article(*DOUBT))[0]
    clear, unclear = CueWords()(voice, TARGET), CueWords(sure=0.999)(voice, TARGET)
    assert clear.stance is not None
    assert unclear.stance is not None
    assert (clear.stance.label, clear.note) == ("skeptical", "")
    assert (unclear.stance.label, unclear.note) == ("neutral", UNCLEAR)


def test_the_words_that_decided_are_inside_the_evidence() -> None:
    """Cues are words of the evidence that speak for the label, in order; a neutral take has none."""
    article = an_article(*REPORT, *DOUBT)
    found = CueWords()(heard(article)[0], TARGET)
    words = [span.of(article.text) for span in found.cues]
    assert {"hollow", "gimmick", "flaws", "dubious"} <= set(words)
    assert list(found.cues) == sorted(found.cues)
    assert all(any(q.start <= cue.start < cue.end <= q.end for q in found.evidence) for cue in found.cues)
    assert take(*REPORT).cues == ()


def test_the_words_that_decided_in_an_outlets_headline_are_kept() -> None:
    """It may have to stand for sentences that may not be quoted; a speaker did not write it."""
    article = an_article(
        *DOUBT, "“It is a reckless, hollow gimmick, and a failure,” said Maria Lund.", title="A sham app"
    )
    outlet, speaker = (CueWords()(voice, TARGET) for voice in heard(article))
    assert "sham" in [span.of(article.text) for span in outlet.cues]
    assert "sham" not in [span.of(article.text) for span in speaker.cues]


def test_an_outlet_that_gives_the_other_side_room_is_mixed() -> None:
    """Doubt with a long quote of praise is mixed; doubt alone, and doubt with doubters quoted, are not."""
    fan = "“It is a great, reliable and promising tool, the best we have, and a real breakthrough,” said Maria Lund."
    foe = "“It is a bad, reckless and misleading tool, a gimmick and a failure,” said Maria Lund."
    assert take(*DOUBT, fan).mixed
    assert not take(*DOUBT).mixed
    assert not take(*DOUBT, foe).mixed


def test_agreeing_with_an_objection_is_positive() -> None:
    """Where the target is itself a criticism, bitter words are on its side; a title that says "we" is an outlet's own."""
    article = an_article(*DOUBT, title="The app is a sham")
    labels = {}
    for target in ("Criticism of the note app by teachers", "We doubt the note app"):
        stance = CueWords()(heard(article)[0], target).stance
        assert stance is not None
        labels[target] = stance.label
    assert list(labels.values()) == ["positive", "skeptical"]


@pytest.mark.parametrize(
    ("title", "sided"),
    [
        ("City and port sign a lease for the north quay", False),
        ("Port's lease of the north quay draws skepticism", True),
        ("Why the lease of the north quay is a dubious deal", True),
        ("The north quay lease is a brilliant deal", True),
        ("Fire kills two at the north quay", False),
        ("At last, the north quay gets the lease it deserves", True),
        ("Nobody asked for a lease of the north quay", True),
        ("Opposition wins election", False),
        ("Port wins the north quay lease", False),
    ],
)
def test_a_headline_that_takes_sides_is_no_target(title: str, sided: bool) -> None:
    assert takes_sides(title) == sided


def test_praise_without_words_of_praise_is_not_skeptical() -> None:
    """The sample of an outlet that praises an open model: at worst it is not clear."""
    text = (ROOT / "seeds" / "open-model-open-bench.md").read_text("utf-8").split("---\n")[2]
    paragraphs = [one.replace("\n", " ").strip("# -") for one in text.split("\n\n")]
    assert label(*paragraphs[1:], title="Marigold 2 is what open should look like") != "skeptical"


@pytest.mark.parametrize(
    ("words", "group"),
    [
        ("It is a reckless failure.", "criticism"),
        ("The wireless network is excellent.", "praise"),
        ("It is not only excellent but cheap.", "praise"),
        ("It is not excellent.", "negated_praise"),
        ("It is a less excellent plan.", "negated_praise"),
    ],
)
def test_only_whole_words_negate(words: str, group: str) -> None:
    assert group in [cue.group for cue in cues(words, Span(0, len(words)))]


def test_a_speaker_without_any_cue_has_no_clear_stance() -> None:
    text = "The bridge opens at nine on Monday and closes at ten in the evening, as it did last year."
    made = CueWords()(
        Voice(article=an_article(text), speaker="Ada Holm", spans=an_article(text).sentences), "City signs a lease"
    )
    assert made.note == UNCLEAR

"""Page chrome goes, the text stays word for word."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.ingest.clean import Cleaned, clean
from digest.ingest.dates import date_line, moment
from digest.ingest.lines import unwrap
from digest.text.normalize import one_line

BODY = [
    "The ferry to Sandholm island ran again on Monday, eleven weeks after the storm had torn away its pier.",
    "Skipper Ada Thorne said the first crossing had carried forty passengers and one offended goat.",
    "The county paid for the new pier and wants the money back from its insurer.",
]


def cleaned(text: str, title: str = "") -> Cleaned:
    return clean(text.splitlines(), title)


def page(*parts: str) -> str:
    return "\n\n".join(parts)


def test_navigation_above_the_headline_is_dropped() -> None:
    """A block of menu labels, and a menu on one line, are no headline."""
    menu = "ShoreShore\nNavigate\nCompany\nBlog\nAbout Us\nContact\nOpen Dashboard"
    bar = "All Stories News Business Research Tools Topics Newsletters Sources"
    found = cleaned(page(menu, bar, "The ferry is back", *BODY))
    assert found.title == "The ferry is back"
    assert found.paragraphs == tuple(BODY)


def test_a_menu_without_an_empty_line_below_it_ends_at_its_last_menu_word() -> None:
    found = cleaned("Home\nNews\nContact\nFerry returns\n" + page(*BODY))
    assert found.title == "Ferry returns"


@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_headline_that_stands_several_times_is_read_once(times: int) -> None:
    found = cleaned(page(*["The ferry is back"] * times, *BODY))
    assert (found.title, found.paragraphs) == ("The ferry is back", tuple(BODY))


def test_a_known_title_is_not_repeated_in_the_text() -> None:
    """Nor is a label that only wraps it, but a sentence with the same words stays."""
    label, sentence = "Our view on the Sandholm ferry is back", "The Sandholm ferry is back, but for how long?"
    found = cleaned(page("The Sandholm ferry is back", label, *BODY, sentence), "The Sandholm ferry is back")
    assert found.title == "The Sandholm ferry is back"
    assert found.paragraphs == (*BODY, sentence)


def test_head_matter_gives_the_day_and_is_dropped() -> None:
    """Tags, sources, scores and doubled image texts stand between the headline and the first prose."""
    head = (
        "Ferries Islands Storm damage Insurance\nMay 10, 2026\nSource: Island Wire\nShore Score Logo Shore Score Logo 6"
    )
    found = cleaned(page("The ferry is back", head, "Media Noise 7/10", "Summary", *BODY))
    assert found.day == date(2026, 5, 10)
    assert found.paragraphs == ("Summary", *BODY)


def test_a_deck_is_kept() -> None:
    """A short phrase under the headline is the outlet's, not the page's."""
    found = cleaned(page("The ferry is back", "Islanders cheer as the first boat lands", "By Ada Thorne", "Now", *BODY))
    assert found.paragraphs == ("Islanders cheer as the first boat lands", "Now", *BODY)


@pytest.mark.parametrize(
    "line",
    [
        "Loading the player…", "0/500", "Comments (0)", "12 Comments", "Share on Facebook", "Share", "4 min read",
        "Advertisement", "Skip to content", "Back to top", "Home", "By Ada Thorne", "Photo: Ada Thorne / Island Wire",
        "Read the original →", "Read more: Storm tears away Sandholm pier", "Lea también: El puerto abre otra vez",
        "Sign up for our free newsletter and get the island in your inbox.", "00:00 / 03:21", "Tags: ferry, storm",
        "* * *", "Keine Kommentare", "Kommentare insgesamt: 12", "Noticias relacionadas", "Mehr zum Thema auf Inselpost",
        "Islands | Ferries | Goats", "Kategorie: Fähren", "Telefon: +00 1234 5678", "Titelbild: Ada Thorne",
        "Lea más: Vuelve el barco a la isla", "À lire aussi » Le retour du bac",
        "To read the full story, please subscribe to the Island Wire.",
        "If you’re already a subscriber, you can log in to see all of it.",
        "Subscribe now to our paper edition for the full story.",
        "Pour lire la suite et soutenir la gazette de l'île, créez votre compte",
        "Sie müssen angemeldet sein, um zu kommentieren.",
        "Klicken Sie auf den Button, um den Inhalt der Karte zu laden.",
        "This page names offers of our partners. We may receive compensation when you book.",
        "Lust auf mehr? Jede Woche liegt die Inselpost in deinem Posteingang.",
    ],
)  # fmt: skip
def test_widgets_are_dropped_wherever_they_stand(line: str) -> None:
    found = cleaned(page("The ferry is back", BODY[0], line, BODY[1], BODY[2]))
    assert found.paragraphs == tuple(BODY)


@pytest.mark.parametrize(
    "line",
    [
        "Why it matters",
        "“It was a calm crossing, and nobody was happier than the goat.”",
        "— Ada Thorne",
        "Read more slowly, the teacher said, and the class laughed.",
        "Home is where the ferry lands.",
        "Reporter: And did the goat pay?",
        "Comments by the insurer were not to be had on Monday.",
        "To read the full story of the pier would take all night, said the skipper.",
        "Subscribe now or never, the captain told his passengers.",
        "Telefon: das Wort kannte auf der Insel lange niemand.",
        "Click went the button, and the crane began to load the ferry.",
        "Forty passengers | one goat.",
        "Share prices of the insurer fell by two percent.",
        "The insurer says that views expressed by its agents are their own.",
    ],
)
def test_text_that_resembles_chrome_is_kept(line: str) -> None:
    found = cleaned(page("The ferry is back", BODY[0], line, BODY[1], BODY[2]))
    assert found.paragraphs == (BODY[0], line, BODY[1], BODY[2])


def test_bullets_and_list_numbers_go_their_words_stay() -> None:
    text = page(
        "The ferry is back",
        BODY[0],
        "  • One boat sails at dawn.\n  • One sails at dusk.",
        "1. Buy a ticket.\n2. Wait.",
    )
    assert cleaned(text).paragraphs[1:] == ("One boat sails at dawn.", "One sails at dusk.", "Buy a ticket.", "Wait.")


def test_a_number_that_counts_nothing_is_text() -> None:
    line = "10. Mai war der Tag, an dem die Fähre wieder fuhr."
    assert cleaned(page("Die Fähre fährt", line)).paragraphs == (line,)


def test_a_body_that_stands_twice_is_read_once_and_clean() -> None:
    """The first copy has buttons glued to its head, and a zone of teasers follows it."""
    teasers = "Related article\nA heat pump for every lighthouse\nThe coast guard wants to heat its towers with sea water and has"
    first = "Listen onSpotifyWatch onYouTube" + "\n".join(BODY)
    found = cleaned(page("The ferry is back", first + "\nLoading the player…\n" + teasers, "\n".join(BODY), "Home"))
    assert found.paragraphs == tuple(BODY)


def test_unknown_chrome_glued_to_a_paragraph_goes_if_the_paragraph_also_stands_alone() -> None:
    found = cleaned(page("The ferry is back", "PlayPauseQueue" + BODY[0], BODY[1], BODY[0]))
    assert found.paragraphs == (BODY[0], BODY[1])


def test_an_introduced_quote_keeps_its_introduction() -> None:
    """A pull quote repeats the end of a sentence; nothing is cut off that sentence."""
    quote = '"We were told that the pier would outlive all of us."'
    found = cleaned(page("The ferry is back", f"Thorne said: {quote}", quote))
    assert found.paragraphs == (f"Thorne said: {quote}", quote)


def test_product_boxes_go_with_their_disclosures() -> None:
    box = page("Storm lantern 40 LED", "Storm lantern 40 LED", "Built for the roughest nights at sea, this lantern is…")
    disclosure = "We may receive a commission if you buy through links on this page."
    text = page("The ferry is back", BODY[0], "— Ada Thorne", box, disclosure, disclosure, "Background", BODY[1], "Shop",
                "rubber boots", disclosure, disclosure, BODY[2])  # fmt: skip
    assert cleaned(text).paragraphs == (BODY[0], "— Ada Thorne", "Background", BODY[1], BODY[2])


def test_teasers_with_excerpts_end_the_text() -> None:
    zone = page(
        "You May Also Like",
        "Lighthouse keepers return to work",
        "After forty years of machines, three towers get their keepers back.",
        "What does a goat weigh?",
        "A small guide for skippers who have to know.",
    )
    assert cleaned(page("The ferry is back", *BODY, zone)).paragraphs == tuple(BODY)


def test_the_text_goes_on_behind_teasers_in_its_middle() -> None:
    """Only the headlines below the zone's heading are dropped, never a paragraph that may be the text's."""
    zone = page("Related articles", "Lighthouse keepers return to work", "What does a goat weigh")
    assert cleaned(page("The ferry is back", BODY[0], zone, BODY[1], BODY[2])).paragraphs == tuple(BODY)
    assert cleaned(page("The ferry is back", BODY[0], BODY[1], zone, BODY[2])).paragraphs == tuple(BODY)


def test_notices_at_the_end_are_dropped() -> None:
    notices = [
        "This story first appeared in Island Wire. Read it there with all its pictures.",
        "Shore curates news from the islands. All rights belong to Island Wire and its authors.",
    ]
    assert cleaned(page("The ferry is back", *BODY, *notices)).paragraphs == tuple(BODY)


def test_text_without_a_headline_has_none() -> None:
    found = cleaned(page(*BODY))
    assert (found.title, found.paragraphs) == ("", tuple(BODY))


@given(
    st.lists(st.one_of(st.text(max_size=80), st.sampled_from([*BODY, "Related", "Home", "", "• Yes.", "1. a", "2. b"])))
)
def test_what_is_kept_is_verbatim_and_in_order(lines: list[str]) -> None:
    """Each kept paragraph is the end of an input line, with white space folded, and none comes before its elder."""
    found = clean(lines)
    sources = [one_line(line) for line in lines]
    place = 0
    for paragraph in found.paragraphs:
        while not sources[place].endswith(paragraph):
            place += 1  # runs out, and fails, where a paragraph is new or out of order
        place += 1


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("May 10, 2026", date(2026, 5, 10)),
        ("Published: Sunday, 10 May 2026, 9:30 am", date(2026, 5, 10)),
        ("2026-05-10", date(2026, 5, 10)),
        ("10. Mai 2026", date(2026, 5, 10)),
        ("10 de mayo de 2026", date(2026, 5, 10)),
        ("le 1er août 2026", date(2026, 8, 1)),
        ("1er août 2026", date(2026, 8, 1)),
        ("Feb 30, 2026", None),
        ("5/10/2026", None),
        ("On May 10, 2026 the ferry sailed.", None),
        ("Smarch 10, 2026", None),
    ],
)
def test_date_lines(line: str, day: date | None) -> None:
    assert date_line(line) == day


def test_moments_are_utc() -> None:
    """A day has no time of its own; a time without an offset is UTC."""
    assert str(moment("2026-05-10")) == "(datetime.datetime(2026, 5, 10, 0, 0, tzinfo=datetime.timezone.utc), True)"
    assert moment("2026-05-10T10:00+02:00") == moment("2026-05-10 08:00")
    assert moment("0001-01-01T00:00+14:00") is None
    assert moment("soon") is None


def test_wrapped_lines_are_joined_and_meant_breaks_stay() -> None:
    wrapped = [
        "The ferry is back",
        "",
        "The ferry to Sandholm island ran again on Monday, eleven weeks after",
        "the storm had torn away its pier. The county paid for the new one and",
        "wants the money back from its insurer.",
        "- One boat sails at dawn, and it takes bicycles and goats as well as",
        "people.",
    ]
    joined = unwrap(wrapped)
    assert joined[2] == " ".join(wrapped[2:5])
    assert joined[3] == " ".join(wrapped[5:])


def test_lines_that_are_paragraphs_stay_apart() -> None:
    assert unwrap([*BODY, "", "A label", "Another"]) == [*BODY, "", "A label", "Another"]

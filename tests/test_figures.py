"""Figures in sentences: which are found, as they stand there, and which are none."""

import pytest

from digest.sections._figures import figures


def found(text: str, language: str = "en") -> list[str]:
    return [figure.span.of(text) for figure in figures(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("The bill came to US$4.2 billion, or $12 a head.", "en", ["US$4.2 billion", "$12"]),
        ("It cost £1,200,000 and took 18 months.", "en", ["£1,200,000", "18 months"]),
        ("An 18-month contract worth 14 million dollars was signed.", "en", ["18-month", "14 million dollars"]),
        ("Some 60 % of voters and 5 to 10 percent of ships came.", "en", ["60 %", "5 to 10 percent"]),
        ("The council voted 9 to 4 on a $1-billion deal.", "en", ["9 to 4", "$1-billion"]),
        (
            "It draws 8 million gallons of water and feeds 2,300 new jobs.",
            "en",
            ["8 million gallons", "2,300 new jobs"],
        ),
        ("The total is now 134,687, with 41 people in hospital.", "en", ["134,687", "41 people"]),
        ("Nearly two-thirds of the boats and a tenth of the nets are gone.", "en", ["Nearly two-thirds", "a tenth"]),
        (
            "Rund 60 Prozent der Boote kosten 1,5 Mio. Euro oder 4.000 Euro.",
            "de",
            ["60 Prozent", "1,5 Mio. Euro", "4.000 Euro"],
        ),
        (
            "Der Bau dauerte 18 Monate und schuf 2.300 neue Arbeitsplätze.",
            "de",
            ["18 Monate", "2.300 neue Arbeitsplätze"],
        ),
        (
            "Le port a coûté 12 millions d'euros à 2 300 personnes, soit 60 % du budget.",
            "fr",
            ["12 millions d'euros", "2 300 personnes", "60 %"],
        ),
        ("El puerto costó 87 mil pesos y emplea al 60 por ciento.", "es", ["87 mil pesos", "60 por ciento"]),
    ],
)
def test_amounts_shares_counts_votes_and_times_are_found_as_written(
    text: str, language: str, expected: list[str]
) -> None:
    assert found(text, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "In 2020 the 2016 elections were forgotten.",
        "Ada Keel, 49, a 36-year-old ship and 20 years ago.",
        "Call 555-0134 or 0800 123 456 before 11 p.m. today.",
        "Colossus 1 stands beside Local 318 and Boeing 737 jets at level 2 rules.",
        "GPT-4 and version 3.5.1 were no match on 9/11 and 24/7.",
        "1. Buy bread. 2. Buy milk.",
        "The ISBN is 978-3-504-56095-9 and the page is a.b/12.",
        "The second half of the game was the better half of it.",
    ],
)
def test_years_ages_phone_numbers_names_and_lists_are_no_figures(text: str) -> None:
    assert found(text) == []


def test_the_same_value_has_the_same_key_however_it_is_written() -> None:
    keys = {
        next(figures(text, language)).key
        for text, language in [
            ("It cost $4.2 billion in all.", "en"),
            ("It cost 4,200 million dollars in all.", "en"),
            ("Es kostete 4,2 Milliarden Euro.", "de"),
        ]
    }
    assert keys == {("money", 4.2e9)}


def test_a_language_that_is_not_known_has_none() -> None:
    assert found("Satama maksoi 4 miljoonaa euroa ja 60 %.", "fi") == []


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("It ships on 18 May 2026, by March 1 or on 1 March.", "en", ["18 May 2026", "March 1", "1 March"]),
        (
            "It is due in the second half of 2027, by early 2028 or in May 2029.",
            "en",
            ["the second half of 2027", "early 2028", "May 2029"],
        ),
        ("Ab dem 1. Januar 2027, oder Ende 2026.", "de", ["1. Januar 2027", "Ende 2026"]),
        ("Le 12 janvier 2027, au second semestre 2028.", "fr", ["12 janvier 2027", "second semestre 2028"]),
        ("El 12 de enero de 2027, a finales de 2028.", "es", ["12 de enero de 2027", "finales de 2028"]),
        ("It cost $3 on June 2, 2026.", "en", ["$3", "June 2, 2026"]),
        ("On Monday in 2026 they may 4 times march 7 miles, says May.", "en", []),
        ("The May 4:30 bus carried March 2,000 times.", "en", []),
    ],
)
def test_days_of_the_calendar_and_parts_of_a_year_are_dates_and_weekdays_and_years_are_not(
    text: str, language: str, expected: list[str]
) -> None:
    assert found(text, language) == expected

"""The words of the interface: catalogues, counts, dates."""

from datetime import date
from pathlib import Path

import pytest

from digest.errors import FormatError
from digest.render.words import words

LOCALES = (Path(__file__).parent.parent / "templates" / "locales",)
HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def test_german_counts_and_dates() -> None:
    german = words("de-AT", LOCALES)
    assert german.language == "de"
    assert (german.count(1, "outlet"), german.count(2, "outlet")) == ("1 Medium", "2 Medien")
    assert german.day(date(2026, 3, 8)) == "8. März 2026"
    assert german.say("{title}, no. {number}", title="Woche", number=3) == "Woche, Nr. 3"


def test_nothing_is_said_in_every_language() -> None:
    """And not what stands at the head of the catalogue, under the empty message."""
    german = words("de", LOCALES)
    assert german.find("") == german.kept("") == ""


def test_a_language_without_a_catalogue_is_written_in_english() -> None:
    """Messages and dates both: half of a page in each would be worse."""
    other = words("fi", LOCALES)
    assert other.language == "en"
    assert other.day(date(2026, 3, 8)) == "8 March 2026"
    assert other.count(2, "story") == "2 stories"


def test_a_frozen_text_keeps_its_numbers(tmp_path: Path) -> None:
    (tmp_path / "de.po").write_text(HEAD + 'msgid "{n} of {n} outlets"\nmsgstr "{n} von {n} Medien"\n')
    german = words("de", (tmp_path,))
    assert german.kept("2 of 7 outlets") == "2 von 7 Medien"
    assert german.kept("2 of {7} outlets") == "2 of {7} outlets"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('msgid "no. {n}"\nmsgstr "Nr. {number}"\n', r"de\.po:\d+: .* has other fields"),
        ('msgid "no. {n}"\nmsgstr "Nr."\n', r"de\.po:\d+: .* has other fields"),
        ('msgid "no. {n}"\nmsgstr "Nr. {n} {"\n', r"de\.po:\d+: .* has other fields"),
        ("msgid no\n", r"de\.po:\d+: "),
    ],
)
def test_a_broken_catalogue_is_reported_with_its_line(tmp_path: Path, body: str, reason: str) -> None:
    (tmp_path / "de.po").write_text(HEAD + body)
    with pytest.raises(FormatError, match=reason):
        words("de", (tmp_path,))

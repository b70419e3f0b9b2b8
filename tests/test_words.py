"""The words of the interface: catalogues, counts, dates."""

import re
from datetime import date
from pathlib import Path

import pytest

from digest.render.words import mistakes, words

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


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("3 independent origins, 1 outlet", "3 unabhängige Ursprünge, 1 Medium"),
        ("4 articles, 1 copy not counted", "4 Artikel, 1 Kopie nicht gezählt"),
        ("newest 13 h ago", "neuester Artikel vor 13 Std."),
        (
            "1 superlative in 1 sentence and 2 headlines, taken as 10; 1 in 10 would be very much",
            "1 Superlativ, geprüft: 1 Satz und 2 Überschriften, als 10 gerechnet; 1 von 10 wäre sehr viel",
        ),
        ("attributed to Ada Byron and to H. and Co.", "Ada Byron und H. and Co. zugeschrieben"),
        ("figures that differ: 12 dead / at least 14", "abweichende Angaben: 12 dead / at least 14"),
        ("2 of {7} outlets", "2 of {7} outlets"),
        ("Kimmel, Colbert, Fallon", "Kimmel, Colbert, Fallon"),
        ("", ""),
    ],
)
def test_a_frozen_text_keeps_its_names_and_numbers(text: str, german: str) -> None:
    """What an issue says in English is taken apart and said again; what is none of its messages stays as it is."""
    assert words("de", LOCALES).kept(text) == german
    assert words("en", LOCALES).kept(text) == text


def test_quotation_marks_nest() -> None:
    """A quote that begins or ends with marks of its own stands in others; they are those of the language."""
    english, german = words("en", LOCALES), words("de", LOCALES)
    assert english.marks("Fares go.") == ("“", "”")
    assert english.marks("“Fares go,” she said.") == ("‘", "’")
    assert english.marks('He said: "no"') == ("‘", "’")
    assert (german.marks("Nein."), german.marks("„Nein.“")) == (("„", "“"), ("‚", "‘"))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('msgid "no. {n}"\nmsgstr "Nr. {number}"\n', r"de\.po:5: .* has other fields"),
        ('msgid "no. {n}"\nmsgstr "Nr."\n', r"de\.po:5: .* has other fields"),
        ('msgid "no. {n}"\nmsgstr "Nr. {n} {"\n', r"de\.po:5: .* has other fields"),
        ("msgid no\n", r"de\.po:5: cannot be read: 'msgid no'"),
        ('msgid "no. {n}"\nmsgstr "Nr. {n}\n', r"de\.po:6: cannot be read: "),
        ('msgid "no. {n}"\nmsgstr {}\n', r"de\.po:6: cannot be read: "),
        ('msgid "no. {n}"\n', r"de\.po:5: a message that is msgid, and not"),
        (
            'msgid "no. {n}"\nmsgstr "Nr. {n}"\nmsgstr "Nummer {n}"\n',
            r"de\.po:5: a message that is msgid msgstr msgstr",
        ),
        ('msgid "{n} no"\nmsgid_plural "{n} nos"\nmsgstr[0] "{n} Nr."\n', r"de\.po:5: .* lacks one of its forms"),
    ],
)
def test_a_mistake_in_a_catalogue_is_named_with_its_line_and_costs_one_message(
    tmp_path: Path, body: str, reason: str
) -> None:
    (tmp_path / "de.po").write_text(HEAD + body + '\nmsgid "Topic"\nmsgstr "Rubrik"\n')
    folders = (tmp_path, *LOCALES)
    (mistake,) = mistakes("de-AT", folders)
    assert re.search(reason, str(mistake))
    german = words("de-AT", folders)
    assert (german.find("Topic"), german.find("no. {n}")) == ("Rubrik", "no. {n}")
    assert german.count(2, "outlet") == "2 Medien"


def test_a_file_that_is_no_catalogue_is_named_and_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "de.po").write_bytes(b"\xff\xfe")
    (tmp_path / "fi.po").write_text(HEAD.replace("charset=utf-8", "charset=utf-8\\nPlural-Forms: nonsense"))
    assert words("de", (tmp_path, *LOCALES)).count(2, "outlet") == "2 Medien"
    assert "cannot be read" in str(mistakes("de", (tmp_path, *LOCALES))[0])
    assert words("fi", (tmp_path,)).language == "en"


def test_the_packaged_catalogue_has_no_mistake() -> None:
    assert mistakes("de", LOCALES) == ()


def test_catalogues_are_asked_message_by_message(tmp_path: Path) -> None:
    """One's own first, and of one's country before that of the language; each call finds the same."""
    (tmp_path / "de.po").write_text(HEAD + 'msgid "Topic"\nmsgstr "Rubrik"\n\nmsgid "Story"\nmsgstr "Geschichte"\n')
    (tmp_path / "de-AT.po").write_text(HEAD + 'msgid "Topic"\nmsgstr "Sparte"\n')
    folders = (tmp_path, *LOCALES)
    for _ in range(2):
        own = words("de-AT", folders)
        assert [own.find(one) for one in ("Topic", "Story", "Outlet", "Nowhere")] == [
            "Sparte", "Geschichte", "Medium", "Nowhere",
        ]  # fmt: skip
        assert own.language == "de-AT"
        assert words("de", folders).find("Topic") == "Rubrik"


def test_numbers_are_written_as_in_the_language() -> None:
    english, german = words("en", LOCALES), words("de", LOCALES)
    assert (english.number(2.5, 1), german.number(2.5, 1)) == ("2.5", "2,5")
    assert (english.number(0.456, percent=True), german.number(0.456, percent=True)) == ("46%", "46\u00a0%")

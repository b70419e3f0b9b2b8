"""YAML is refused in our own words where it is more than Digest takes."""

import pytest

from digest.config.document import Document, DocumentError


@pytest.mark.parametrize("text", ["a: " + "[" * 3000 + "]" * 3000, "a: " + "{b: " * 3000, "- " * 3000, "? " * 3000])
def test_nesting_that_would_end_the_parser_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(DocumentError, match=r"feeds.yaml:1:\d+: is nested too deeply") as caught:
        Document.read(text.encode(), "feeds.yaml")
    assert caught.value.line == 1


def test_nesting_of_a_person_is_read() -> None:
    nested = Document.read(("[" * 40 + "]" * 40).encode(), "feeds.yaml").value
    assert str(nested) == "[" * 40 + "]" * 40


def test_a_number_beyond_reading_is_refused() -> None:
    with pytest.raises(DocumentError, match=r"feeds.yaml:2:4: has a number that cannot be read"):
        Document.read(b"a: 1\nb: " + b"7" * 5000, "feeds.yaml")


def test_a_document_within_another_file_counts_its_lines() -> None:
    with pytest.raises(DocumentError, match=r"x.md:3:1: key 'a' stands twice \(first on line 2\)") as caught:
        Document.read(b"a: 1\na: 2", "x.md", first_line=2)
    assert caught.value.line == 3

"""Signed links: for one purpose, one subject, and as long as they hold."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.mailing import address_key, normal_address
from digest.tokens import opened, signed

SECRET, OLD = b"s" * 32, b"o" * 32
NOW = datetime(2026, 11, 26, tzinfo=UTC)


def test_a_token_opens_for_its_purpose_only() -> None:
    token = signed(SECRET, "unsubscribe", "ab12")
    assert opened([SECRET], "unsubscribe", token, NOW) == "ab12"
    assert opened([SECRET], "confirm", token, NOW) is None
    assert opened([OLD], "unsubscribe", token, NOW) is None


def test_a_token_outlives_a_change_of_the_secret() -> None:
    assert opened([SECRET, OLD], "unsubscribe", signed(OLD, "unsubscribe", "ab12"), NOW) == "ab12"


def test_a_token_expires() -> None:
    token = signed(SECRET, "confirm", "ab12", NOW + timedelta(hours=48))
    assert opened([SECRET], "confirm", token, NOW + timedelta(hours=47)) == "ab12"
    assert opened([SECRET], "confirm", token, NOW + timedelta(hours=49)) is None
    later = token.replace(token.split(".")[1], "0")
    assert opened([SECRET], "confirm", later, NOW) is None


@given(st.integers(0, 10_000), st.characters(codec="ascii"))
def test_no_changed_letter_passes(place: int, letter: str) -> None:
    token = signed(SECRET, "unsubscribe", "ab12")
    place %= len(token)
    forged = token[:place] + letter + token[place + 1 :]
    assert opened([SECRET], "unsubscribe", forged, NOW) == ("ab12" if forged.lower() == token else None)


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "ab12.0.", "\ud800.0.x", "é" * 99, "x" * 100_000])
def test_nonsense_is_no_token(token: str) -> None:
    assert opened([SECRET], "unsubscribe", token, NOW) is None


def test_an_address_is_the_same_however_it_is_written() -> None:
    assert normal_address(" Ann@Bücher.Example. ") == "ann@xn--bcher-kva.example"
    assert address_key(SECRET, "ANN@example.org") == address_key(SECRET, "ann@EXAMPLE.org")
    assert address_key(SECRET, "ann@example.org") != address_key(OLD, "ann@example.org")

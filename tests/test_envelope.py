"""A message made out to one subscriber: headers, addresses, lines."""

import email
import re
from datetime import UTC, datetime
from email import policy
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.deliver.mail.envelope import Addressee, Body, Links, UndeliverableError, envelope, letter, mailbox
from digest.errors import DigestError

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
SECRET = b"s" * 32
URL = "https://news.example.org/unsubscribe/" + "id12.0." + "a" * 90
MESSAGE = (
    b"From: Weekly <news@example.org>\r\nSubject: Harbour opens\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\n"
    b"Message-ID: <x@example.org>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\nHarbour\r\n.opens\r\n"
    b"--b\r\nContent-Type: text/html\r\n\r\n<p>Harbour</p>\r\n--b--\r\n"
)
NAMES = {
    "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "List-ID", "List-Unsubscribe",
    "List-Unsubscribe-Post", "Auto-Submitted", "Precedence", "Content-Type",
}  # fmt: skip


def to(address: str = "reader@example.com", id: str = "id12", **links: str) -> Addressee:
    given = {"unsubscribe": URL, "leave": "mailto:bounce+id@example.org?subject=unsubscribe"} | links
    return Addressee(id=id, address=address, sender="bounce+id12@example.org", links=Links(**given))


def made(addressee: Addressee, issue: str = "2026-11-20") -> email.message.EmailMessage:
    data = envelope(letter(MESSAGE, "weekly", issue), addressee, SECRET, NOW).data
    return email.message_from_bytes(data, policy=policy.SMTP)  # type: ignore[return-value]


def test_every_header_is_there_once() -> None:
    message = made(to())
    assert sorted(message.keys()) == sorted(NAMES)
    assert message["To"] == "reader@example.com"
    assert message["List-ID"] == "<weekly.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Precedence"] == "bulk"


def test_one_click_unsubscribing_survives_a_long_address() -> None:
    raw = envelope(letter(MESSAGE, "weekly", "1"), to(), SECRET, NOW).data
    assert f"List-Unsubscribe: <{URL}>,\r\n <mailto:bounce+id@example.org?subject=unsubscribe>\r\n".encode() in raw
    assert made(to())["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(("unsubscribe", "post"), [("", None), ("http://news.example.org/u/1", None), (URL, 1)])
def test_one_click_is_not_claimed_without_https(unsubscribe: str, post: object) -> None:
    assert bool(made(to(unsubscribe=unsubscribe))["List-Unsubscribe-Post"]) == bool(post)


def test_the_date_is_when_it_is_sent() -> None:
    assert parsedate_to_datetime(made(to())["Date"]) == NOW


def test_a_message_id_is_the_same_for_the_same_issue_and_subscriber_only() -> None:
    assert made(to())["Message-ID"] == made(to())["Message-ID"]
    others = {made(to(id="id13"))["Message-ID"], made(to(), issue="2026-11-27")["Message-ID"], made(to())["Message-ID"]}
    assert len(others) == 3
    assert re.fullmatch(r"<[0-9a-f]{40}@example\.org>", made(to())["Message-ID"])


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("a@example.org", ("a@example.org", False)),
        (" a@Example.ORG ", ("a@example.org", False)),
        ("a@exämple.org", ("a@xn--exmple-cua.org", False)),
        ("jörg@exämple.org", ("jörg@xn--exmple-cua.org", True)),
        ("o'brien+x@example.org", ("o'brien+x@example.org", False)),
    ],
)
def test_domains_are_ascii_and_only_local_parts_need_more(address: str, expected: tuple[str, bool]) -> None:
    assert mailbox(address) == expected


@pytest.mark.parametrize(
    "address",
    [
        "", "a", "@example.org", "a@", "a b@example.org", "a@b@example.org", "a,b@example.org", "a;b@example.org",
        '"a"@example.org', "a\r\nBcc: x@example.org", "a@exam\r\nple.org", "a\x00@example.org", "<a@example.org>",
        "a@-example.org", "a@exam ple.org", "x" * 65 + "@example.org", "a@" + "b" * 250 + ".org", "a@..org",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UndeliverableError):
        mailbox(address)


@given(st.text(max_size=80))
def test_no_address_adds_a_header_or_a_line(address: str) -> None:
    try:
        message = made(to(f"{address}@example.org"))
    except UndeliverableError:
        return
    assert sorted(message.keys()) == sorted(NAMES)


def test_a_link_that_breaks_out_of_its_header_is_caught_on_reading_back() -> None:
    with pytest.raises(UndeliverableError):
        made(to(unsubscribe="https://x/\r\nBcc: victim@example.org"))


def test_a_link_with_a_bare_line_end_is_caught() -> None:
    with pytest.raises(UndeliverableError):
        made(to(unsubscribe="https://x/\nBcc: victim@example.org"))


@pytest.mark.parametrize("own", [b"x" * 999 + b"\r\n", b"a\nb\r\n", b"a\rb\r\n", b"no end", b"\0\r\n"])
def test_a_bad_line_in_the_body_never_goes_out(own: bytes) -> None:
    body = Body(common=(b"--b\r\n", b"--b--\r\n"), own=lambda _: (own,))
    with pytest.raises(UndeliverableError):
        envelope(letter(MESSAGE, "weekly", "1", body), to(), SECRET, NOW)


def test_what_is_no_message_of_text_and_html_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(DigestError, match="text/plain"):
        letter(b"From: a@example.org\r\n\r\nx\r\n", "weekly", "1")

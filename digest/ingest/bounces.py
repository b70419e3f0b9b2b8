"""Bytes of a message that came back in, what it says of one subscriber out: a bounce, a complaint, or a wish to leave.

Delivery reports are read by their standard (RFC 3464), complaints by theirs (RFC 5965); what older servers write in
words of their own is left to flufl.bounce. Nothing here believes a message: it has the tokens that stand in it, and
whoever acts on it checks their signature. So a forged one changes nothing.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from typing import Literal

# hard       there is no such mailbox
# soft       it was not delivered, and the next one may be
# policy     we were refused, not the subscriber
# delayed    it is still being tried
# complaint  somebody called it spam
# leave      a message to the address that unsubscribes
# none       anything else: an automatic reply, a letter
Kind = Literal["hard", "soft", "policy", "delayed", "complaint", "leave", "none"]

LIMIT = 1_000_000  # octets that are looked at
_TEXT = 100_000  # of a part that is looked at for words
_DEPTH = 200  # parts of a message
_TOKENS = 20  # of one message that are tried
_TOKEN = r"\+([A-Za-z0-9-]{1,80}\.[0-9A-Fa-f]{1,16}\.[A-Za-z2-7]{32})@"  # noqa: S105  # the shape of one
_LINK = re.compile(r"/unsubscribe/([A-Za-z0-9-]{1,80}\.[0-9A-Fa-f]{1,16}\.[A-Za-z2-7]{32})")
_TO = ("X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "To", "Cc")
_STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})(?!\d)")
_IN_REPLY = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_GONE = {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.2.1"}
_VAGUE = {"5.0.0", "5.3.0", "5.5.0", "5.4.0", "5.4.4"}
_UNKNOWN = re.compile(
    r"(?:user|recipient|mailbox|address|account|alias|name) +(?:is +)?(?:unknown|not found|invalid|disabled|inactive)"
    r"|(?:unknown|no such|invalid|bad destination) +(?:\w+ +)?(?:user|recipient|mailbox|address|account|host|domain)"
    r"|(?:does|do) ?n[o']t +(?:exist|have an? )|not a valid|host (?:or domain name )?not found|no mailbox",
    re.IGNORECASE,
)
_FULL = re.compile(r"over ?quota|quota|mailbox (?:is )?full|full mailbox|storage|insufficient|too large", re.IGNORECASE)
_SERVER = re.compile(r"mailer-?daemon|postmaster|mail delivery|<>", re.IGNORECASE)
_BLOCKED = re.compile(r"spam|blocked|blacklist|blocklist|denylist|reputation|policy|virus|dmarc|spf\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What a message says. `tokens` are the signed names of whom it may be about, the likeliest first, each with what
    it has to be signed for; `code` is the status of the report, such as "5.1.1", or nothing.
    """

    kind: Kind
    tokens: tuple[tuple[Literal["bounce", "unsubscribe"], str], ...] = ()
    code: str = ""


def returned(data: bytes, bounces: str, recipient: str = "") -> Returned:
    """What `data` is, which came to the mailbox `bounces`; `recipient` is the address that it came to, if known."""
    message = message_from_bytes(data[:LIMIT], policy=policy.compat32)
    parts = [part for part, _ in zip(message.walk(), range(_DEPTH), strict=False)]
    kind, code = _kind(message, parts)
    if kind == "complaint":
        return Returned(kind=kind, code=code, tokens=_unique([*_inside(parts, bounces), *_outside(message, bounces)]))
    to = [*_found(recipient, bounces), *_outside(message, bounces)]
    if kind == "none":
        wish: _Found = [("unsubscribe", token) for _, token in to if not _automatic(message)]
        return Returned(kind="leave", tokens=_unique(wish)) if wish else Returned(kind="none")
    return Returned(kind=kind, code=code, tokens=_unique([*to, *_inside(parts, bounces)]))


def _kind(message: Message, parts: list[Message]) -> tuple[Kind, str]:
    types = [part.get_content_type() for part in parts]
    if "message/feedback-report" in types:
        return _complaint(parts[types.index("message/feedback-report")])
    reports = [block for part in parts if _is_report(part) for block in _blocks(part)]
    words = "\n".join(_text(part) for part in _own_words(parts)) if reports else ""
    found = [report for block in reports if (report := _report(block, words))]
    if found:
        return min(found, key=lambda one: _WORST.index(one[0]))
    if any("Action" in block for block in reports) or _is_reply(message):
        return "none", ""
    return _in_words(message, parts)


_WORST: tuple[Kind, ...] = ("hard", "soft", "policy", "delayed")


def _complaint(part: Message) -> tuple[Kind, str]:
    """A report on abuse; "not-spam" is the contrary, and others are no complaints of a reader."""
    blocks = _blocks(part)
    said = _text(part)
    named = re.search(r"^feedback-type:[ \t]*([\w-]+)", said, re.IGNORECASE | re.MULTILINE)
    kind = (named[1] if named else str(blocks[0].get("Feedback-Type", "")) if blocks else "").strip().lower()
    return ("complaint" if kind in ("abuse", "fraud", "virus", "other", "opt-out") else "none"), kind


def _is_report(part: Message) -> bool:
    return part.get_content_type() in ("message/delivery-status", "message/global-delivery-status")


def _blocks(part: Message) -> list[Message]:
    content = part.get_payload()
    return [block for block in content if isinstance(block, Message)] if isinstance(content, list) else []


def _report(block: Message, words: str) -> tuple[Kind, str] | None:
    """What one recipient's part of a delivery report says; None if it says that all is well, or nothing.

    Where it leaves out the server's reply (OpenSMTPD), that stands in the `words` for people, behind the address.
    """
    action = str(block.get("Action", "")).strip().lower()
    said = str(block.get("Diagnostic-Code", ""))[:_TEXT] or _said_of(block, words)
    if action.startswith("delayed"):
        return "delayed", ""
    if not action.startswith(("fail", "error")):
        return None
    codes = [_STATUS.match(str(block.get("Status", ""))), _IN_REPLY.search(said)]
    status = [".".join(str(int(part)) for part in code.groups()) for code in codes if code]
    # The server's own words are the more exact ones where the report has no more than a class.
    code = next((one for one in reversed(status) if one not in _VAGUE), status[0] if status else "")
    return _meaning(code, said), code


def _said_of(block: Message, words: str) -> str:
    """The lines of a text that begin with the address of the recipient, without it."""
    address = str(block.get("Final-Recipient", "")).rpartition(";")[2].strip().lower()
    lines = [line.strip() for line in words.splitlines()]
    starts = (address, f"<{address}>")
    return "\n".join(line[len(address) :] for line in lines if address and line.lower().startswith(starts))


def _meaning(code: str, said: str) -> Kind:
    if code in _GONE:
        return "hard"
    if code.startswith("5.7."):
        return "policy"
    if code.startswith(("4.", "5.2.", "5.3.")) or _FULL.search(said):
        return "soft"
    if _UNKNOWN.search(said):
        return "hard"
    return "policy" if _BLOCKED.search(said) else "soft"


def _in_words(message: Message, parts: list[Message]) -> tuple[Kind, str]:
    from flufl.bounce import all_failures  # a tenth of a second that most commands need not wait for

    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL + 1)  # it would print what breaks it
    try:
        temporary, permanent = all_failures(message)
    except Exception:  # noqa: BLE001  # what breaks somebody else's reader is a message that we do not understand
        return "none", ""
    if not permanent:
        return ("delayed" if temporary else "none"), ""
    said = "\n".join(_text(part) for part in _own_words(parts))
    if _FULL.search(said):
        return "soft", ""
    return ("policy" if _BLOCKED.search(said) and not _UNKNOWN.search(said) else "hard"), ""


def _own_words(parts: list[Message]) -> Iterator[Message]:
    """The texts before the message that is sent back: its words are ours."""
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            return
        if part.get_content_type() == "text/plain":
            yield part


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    if isinstance(content, bytes):
        return content[:_TEXT].decode("utf-8", "replace")
    return "\n".join(str(block)[:_TEXT] for block in _blocks(part))[:_TEXT]


def _is_reply(message: Message) -> bool:
    """An automatic answer of a person's mailbox (RFC 3834). Servers mark bounces so, too, but under their own name."""
    said = str(message.get("Auto-Submitted", "no")).strip().lower()
    server = _SERVER.search(str(message.get("From", ""))[:_TEXT]) or "X-Failed-Recipients" in message
    return said.startswith("auto-replied") and not server


def _automatic(message: Message) -> bool:
    """No person wrote it: nobody wishes anything."""
    said = str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    return said != "no" or str(message.get("Return-Path", "")).strip() == "<>"


_Found = list[tuple[Literal["bounce", "unsubscribe"], str]]


def _outside(message: Message, bounces: str) -> _Found:
    return [found for name in _TO for value in message.get_all(name, []) for found in _found(str(value), bounces)]


def _inside(parts: list[Message], bounces: str) -> _Found:
    """In the message that is sent back: who it was from, and how to leave."""
    found: _Found = []
    for part in parts[1:]:
        for name in ("Return-Path", "X-Original-Return-Path", "Original-Mail-From"):
            for value in part.get_all(name, []):
                found += _found(str(value), bounces)
        for value in part.get_all("List-Unsubscribe", []):
            unfolded = re.sub(r"\s+", "", str(value)[:_TEXT])
            found += [("unsubscribe", token) for token in _LINK.findall(unfolded)]
            found += [("unsubscribe", token) for _, token in _found(unfolded, bounces)]
        if part.get_content_type() in ("text/rfc822-headers", "message/feedback-report"):
            found += _in_headers(_text(part), bounces)
    return found


def _in_headers(text: str, bounces: str) -> _Found:
    """The same where the headers are there as text alone."""
    unfolded = re.sub(r"\r?\n[ \t]+", "", text)
    lines = [line for line in unfolded.splitlines() if line.lower().startswith(_TOLD)]
    found: _Found = []
    for line in lines:
        unsubscribing = line.lower().startswith("list-unsubscribe")
        found += [("unsubscribe", token) for token in _LINK.findall(line)]
        found += [("unsubscribe" if unsubscribing else "bounce", token) for _, token in _found(line, bounces)]
    return found


_TOLD = ("return-path:", "original-mail-from:", "list-unsubscribe:")


def _found(text: str, bounces: str) -> _Found:
    local, _, domain = bounces.partition("@")
    pattern = re.compile(re.escape(local) + _TOKEN + re.escape(domain), re.IGNORECASE)
    return [("bounce", token) for token in pattern.findall(text[:_TEXT])]


def _unique(found: _Found) -> tuple[tuple[Literal["bounce", "unsubscribe"], str], ...]:
    return tuple(dict.fromkeys(found))[:_TOKENS]

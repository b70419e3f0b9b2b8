"""Lists of subscribers as CSV: one that is taken in, row by row, and one that is given out."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from uuid import uuid4

from digest.config import Edition
from digest.errors import SubscriberError
from digest.mailing import Consent, Subscriber, address_key
from digest.plugins import hint
from digest.text.addresses import mail_address

LIMIT = 20_000_000  # bytes
COLUMNS = ("address", "edition", "language", "topics", "state", "created", "confirmed", "ended", "consent")
_READ = frozenset(COLUMNS[:5])
# What a spreadsheet would run. An apostrophe before it is taken for "this is text"; one that is there gets another.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_APART = ";"
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a list: who that is, or why it cannot be taken. No address stands in a `reason`."""

    line: int
    subscriber: Subscriber | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """How rows become subscribers. `edition` is of those that name none."""

    editions: Mapping[str, Edition]
    edition: str | None
    secret: bytes
    now: datetime

    def read(self, data: bytes, name: str) -> list[Row]:
        """The rows of a file; SubscriberError if it is none that has some."""
        return [self._row(line, fields) for line, fields in _rows(data, name)]

    def one(self, address: str, edition: str, language: str | None, topics: Sequence[str]) -> Subscriber:
        """A subscriber whom the operator names; SubscriberError says what is wrong."""
        given = {"address": address, "edition": edition, "language": language or "", "topics": _APART.join(topics)}
        row = self._row(0, given)
        if row.subscriber is None:
            raise SubscriberError("a subscriber", row.reason)
        return row.subscriber

    def _row(self, line: int, given: Mapping[str, str]) -> Row:
        address = mail_address(given["address"])
        if address is None:
            return Row(line=line, reason="is no address that can be written to, such as ada@example.org")
        name = given.get("edition") or self.edition or ""
        edition = self.editions.get(name)
        if edition is None:
            reason = f"names no edition of feeds.yaml; {hint(name, sorted(self.editions))}"
            return Row(line=line, reason=reason if name else "names no edition; add a column, or use --edition")
        if given.get("state") not in (None, "", "active"):
            return Row(line=line, reason="is not active, and only who is active is taken in")
        language = given.get("language") or None
        if language and not _LANGUAGE.fullmatch(language):
            return Row(line=line, reason="has a language that is no tag, such as en, de or pt-BR")
        chosen = [topic.strip() for topic in given.get("topics", "").split(_APART) if topic.strip()]
        topics = [topic.name for topic in edition.selection.topics]
        unknown = next((topic for topic in chosen if topic not in topics), None)
        if unknown is not None:
            known = hint(unknown, topics) if topics else "it has none"
            return Row(line=line, reason=f"chooses a topic that {name} does not have; {known}")
        subscriber = Subscriber(
            id=uuid4().hex,
            edition=name,
            address=address,
            key=address_key(self.secret, address),
            state="active",
            created=self.now,
            language=language,
            topics=tuple(topic for topic in topics if topic in chosen),
            confirmed=self.now,
            consent=Consent(at=self.now, form="import", text="", network=""),
        )
        return Row(line=line, subscriber=subscriber)


def as_csv(people: Iterable[Subscriber]) -> Iterator[str]:
    """A line each, for a spreadsheet or another installation."""
    yield _line(COLUMNS)
    for one in people:
        times = (_time(one.created), _time(one.confirmed), _time(one.ended))
        consent = f"{_time(one.consent.at)} {one.consent.form}" if one.consent else ""
        topics = f"{_APART} ".join(one.topics)
        yield _line((one.address, one.edition, one.language or "", topics, one.state, *times, consent))


def as_json(one: Subscriber) -> dict[str, object]:
    """All that is known of a subscriber, for themselves."""
    consent = one.consent
    return {
        "address": one.address,
        "edition": one.edition,
        "state": one.state,
        "language": one.language,
        "topics": list(one.topics),
        "created": _time(one.created),
        "confirmed": _time(one.confirmed),
        "ended": _time(one.ended),
        "asked": one.asked,
        "asked_at": _time(one.asked_at),
        "bounces": one.bounces,
        "consent": consent
        and {"at": _time(consent.at), "form": consent.form, "text": consent.text, "network": consent.network},
    }


def _rows(data: bytes, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    if len(data) > LIMIT:
        raise SubscriberError(name, f"has more than {LIMIT // 1_000_000} MB", "take it in in parts")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise SubscriberError(f"{name}:{line}", "is not UTF-8", "save it as CSV in UTF-8") from None
    rows = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip().lower() for cell in next(rows, [])]
        _check_header(header, name)
        begins = rows.line_num + 1
        for cells in rows:
            if any(cell.strip() for cell in cells):
                yield begins, _fields(header, cells, f"{name}:{begins}")
            begins = rows.line_num + 1
    except csv.Error as error:
        raise SubscriberError(f"{name}:{rows.line_num}", f"is no CSV: {error}", "quote cells with commas") from None


def _check_header(header: list[str], name: str) -> None:
    columns = ", ".join(COLUMNS)
    if "address" not in header:
        raise SubscriberError(
            f"{name}:1", "has no column named address", f"its first line names the columns: {columns}"
        )
    for cell in header:
        if cell not in COLUMNS or header.count(cell) > 1:
            reason = "names a column twice" if cell in COLUMNS else "names a column that means nothing here"
            raise SubscriberError(f"{name}:1", reason, f"columns: {columns}")


def _fields(header: list[str], cells: list[str], place: str) -> dict[str, str]:
    if len(cells) != len(header):
        raise SubscriberError(place, f"has {len(cells)} cells under {len(header)} columns", "quote cells with commas")
    pairs = zip(header, map(_plain, cells), strict=True)
    return {column: cell.strip(" ") for column, cell in pairs if column in _READ}


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _line(cells: Iterable[str]) -> str:
    line = StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(f"'{cell}" if _FORMULA.match(cell) else cell for cell in cells)
    return line.getvalue()


def _time(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""

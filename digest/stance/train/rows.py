"""Labelled rows as the voices that the model judges.

A row with a `title` is an outlet's article; one with a `start` is a sentence with its target marked; one without either
is a headline, or a speaker's words if it ends with a full stop: those teach nothing, but where they name the target.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import zstandard

from digest.errors import ConfigError
from digest.model import LABELS, Article, Label, Span, Story, Voice
from digest.stance import voices
from digest.stance._judge import reading
from digest.text.normalize import one_line, shorten
from digest.text.sentences import quotable_spans

Row = dict[str, Any]

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_TITLE = 300  # characters
_NO_TITLE = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A voice, what it was asked about, what people read there, and which rows must not be parted from it."""

    group: str
    voice: Voice
    target: str
    label: Label


def read(path: Path) -> list[Row]:
    """The rows of a file of JSON Lines, plain or compressed with zstd; ConfigError names the file, and the line."""
    try:
        data = path.read_bytes()
        if path.suffix == ".zst":
            data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
        lines = data.decode("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError, zstandard.ZstdError) as error:
        raise ConfigError(str(path), f"cannot be read: {error}", "see docs/stance-model.md for the files") from None
    return [_row(line, f"{path}:{number}") for number, line in enumerate(lines, 1) if line.strip()]


def _row(line: str, place: str) -> Row:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ConfigError(place, f"is no JSON: {error}", "each line is one object") from None
    if not isinstance(row, dict):
        raise ConfigError(place, "is no object", "each line is one object")
    return row


def labelled(path: Path) -> list[Row]:
    """Rows to learn from: ConfigError names the first line that lacks something, or has a label that there is not."""
    rows = read(path)
    for number, row in enumerate(rows, 1):
        place = f"{path}, row {number}"
        for key in ("group", "target", "text"):
            if not str(row.get(key) or "").strip():
                raise ConfigError(
                    place, f"has no {key}", "a row has group, target, text and label, and an article a title"
                )
        if "title" in row and not isinstance(row["title"], str):
            raise ConfigError(place, "has a title that is no text", "leave it out if it is no article")
        if row.get("label") not in (*LABELS, None):
            raise ConfigError(place, f"has the label {row['label']!r}", f"allowed: {', '.join(LABELS)}, or null")
    return rows


def examples(rows: Iterable[Row]) -> list[Example]:
    """Rows without a label are passed over."""
    return [
        Example(group=str(row["group"]), voice=voice(row), target=row["target"], label=row["label"])
        for row in rows
        if row.get("label") is not None
    ]


def unlearned(rows: Iterable[Row]) -> list[int]:
    """The numbers, from 1, of labelled rows that teach nothing: a speaker's words have no weights to learn."""
    known = ((number, row) for number, row in enumerate(rows, 1) if row.get("label") is not None)
    return [number for number, row in known if reading(voice(row), row["target"]) == "speech"]


def voice(row: Row) -> Voice:
    if "title" in row:
        whole = article(row["title"], row["text"].split("\n"))
        return voices(Story(id="story", title=whole.title, articles=(whole,)))[0]
    if "start" not in row and not row["text"].rstrip().endswith("."):
        alone = article(row["text"], ())
        return Voice(article=alone, speaker=None, spans=(alone.title_span,))
    said = article(_NO_TITLE, row["text"].split("\n"))
    first = len(_NO_TITLE) + 2
    spans = (Span(first, len(said.text)),) if "start" in row else said.sentences
    return Voice(article=said, speaker="somebody", spans=spans or (Span(first, len(said.text)),))


def article(title: str, paragraphs: Iterable[str]) -> Article:
    """Laid out as ingested articles are: the title, an empty line, paragraphs parted by empty lines."""
    heading = shorten(one_line(title), _TITLE)
    text = "\n\n".join([heading, *filter(None, map(one_line, paragraphs))])
    return Article(
        id="article",
        outlet="",
        title=heading,
        url=None,
        published=None,
        day_only=False,
        author=None,
        language="en",
        text=text,
        sentences=quotable_spans(text, "en", start=len(heading)),
        seen=_EPOCH,
    )

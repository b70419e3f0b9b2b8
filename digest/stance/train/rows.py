"""Labelled rows as the voices that the model judges.

A row with a `title` is an outlet's article; one with a `start` is a sentence with its target marked; one without either
is a headline, or a speaker's words if it ends with a full stop.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import zstandard

from digest.model import Article, Label, Span, Story, Voice
from digest.stance import voices
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
    """The rows of a file of JSON Lines, plain or compressed with zstd."""
    data = path.read_bytes()
    if path.suffix == ".zst":
        data = zstandard.ZstdDecompressor().decompressobj().decompress(data)
    return [json.loads(line) for line in data.decode("utf-8").split("\n") if line.strip()]


def examples(rows: Iterable[Row]) -> list[Example]:
    """Rows without a label are passed over."""
    return [
        Example(group=str(row["group"]), voice=voice(row), target=row["target"], label=row["label"])
        for row in rows
        if row["label"] is not None
    ]


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

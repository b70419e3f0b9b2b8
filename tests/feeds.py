"""Feeds that tests write themselves, and collections of other people's, where they are beside the project."""

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import zstandard

from tests.replay import SHARED

RECORDED = SHARED / "data" / "feeds-2020-04-27.tar.zst"
SUITES = SHARED / "data" / "parsers"


def rss(*items: dict[str, str]) -> bytes:
    """An RSS 2.0 feed; an item's keys are its elements."""
    body = "".join(
        "<item>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in item.items()) + "</item>"
        for item in items
    )
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Courier</title>'
    return f"{head}<link>https://courier.example/</link>{body}</channel></rss>".encode()


def channel(inside: str, attributes: str = "") -> bytes:
    """An RSS 2.0 feed with `inside` in its channel."""
    return f'<rss version="2.0" {attributes}><channel><title>Courier</title>{inside}</channel></rss>'.encode()


def atom(inside: str) -> bytes:
    """An Atom feed with `inside`."""
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Courier</title>{inside}</feed>'.encode()


def members(archive: Path, step: int = 1) -> Iterator[tuple[str, bytes]]:
    """Every `step`-th file of an archive: its name and its bytes."""
    with archive.open("rb") as packed:
        raw = zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(packed).read()
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        files = sorted((member for member in tar if member.isfile()), key=lambda member: member.name)
        for member in files[::step]:
            content = tar.extractfile(member)
            assert content is not None
            yield member.name.removeprefix("./"), content.read()


def recorded(step: int = 1) -> list[tuple[str, bytes]]:
    """Every `step`-th of the recorded feeds of spring 2020: outlet/time.xml and its bytes."""
    return [(name, body) for name, body in members(RECORDED) if name.endswith(".xml")][::step]

"""Issues, archive and feeds from a folder, as a static host would have them (RFC 9110, RFC 9111).

The validator of a file is a hash of its bytes, so that it changes when they do and not when they are written again.
"""

import gzip
import hashlib
import os
import stat
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from threading import Lock

from starlette.datastructures import Headers
from starlette.responses import Response

_FRESH = "public, max-age=3600"
_KEPT = 64 * 1024 * 1024  # bytes of files in memory
_WHOLE = 32 * 1024 * 1024  # bytes of a file that is served
_SMALL = 256  # bytes that are not worth packing
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".atom": "application/atom+xml; charset=utf-8",
    ".xml": "application/xml",
    ".eml": "message/rfc822",
}
_NAMES = {  # as templates/feeds has them
    "feed.xml": "application/rss+xml; charset=utf-8",
    "stories.xml": "application/rss+xml; charset=utf-8",
    "feed.json": "application/feed+json",
    "stories.json": "application/feed+json",
}
_STYLED = "email.html"  # mail has its styles in itself
_SEALED = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_PACKED = ("text/", "application/", "image/svg")


@dataclass(frozen=True, slots=True)
class _File:
    mark: tuple[int, int, int]
    data: bytes
    packed: bytes
    etag: str
    changed: datetime
    media_type: str
    styled: bool


class Files:
    """What lies under `root`, but for names that begin with a dot or an underscore, and for mail."""

    def __init__(self, root: Path, editions: Sequence[str], gone: Sequence[str] = ()) -> None:
        self._root = root.resolve()
        self._editions = frozenset(editions)
        self._gone = tuple(path.removesuffix("index.html").rstrip("/") for path in gone)
        self._kept: OrderedDict[Path, _File] = OrderedDict()
        self._lock = Lock()

    def answer(self, path: str, headers: Headers) -> Response | None:
        """None if there is nothing of this path; a folder is its index.html, if there is a slash after it."""
        plain = path.strip("/").removesuffix("/index.html")
        if any(plain == one or plain.startswith(f"{one}/") for one in self._gone):
            text = "This page was taken away, and will not come back.\n"
            return Response(text, 410, {"Cache-Control": _FRESH}, "text/plain")
        found = self._found(path)
        if isinstance(found, str):
            return Response(status_code=308, headers={"Location": found, "Cache-Control": _FRESH})
        return _answer(found, headers) if found else None

    def _found(self, path: str) -> _File | str | None:
        names = path.removeprefix("/").split("/")
        if names[0] not in self._editions or any(name[:1] in (".", "_") for name in names) or "\\" in path:
            return None
        if "\0" in path or "" in names[:-1]:
            return None
        place = self._root.joinpath(*names)
        if names[-1] == "":
            place = place / "index.html"
        try:
            real = place.resolve()
            if not real.is_relative_to(self._root / names[0]):
                return None
            about = real.stat()
            if stat.S_ISDIR(about.st_mode):
                # A path of this host alone: it has been looked up, and begins with an edition's id.
                return f"/{'/'.join(names)}/" if (real / "index.html").is_file() else None
            return self._read(real, about) if stat.S_ISREG(about.st_mode) else None
        except OSError:
            return None

    def _read(self, path: Path, about: os.stat_result) -> _File | None:
        mark = (about.st_mtime_ns, about.st_size, about.st_ino)
        if about.st_size > _WHOLE:
            return None
        with self._lock:
            known = self._kept.get(path)
            if known and known.mark == mark:
                self._kept.move_to_end(path)
                return known
        data = path.read_bytes()
        media_type = _NAMES.get(path.name) or _TYPES.get(path.suffix, "application/octet-stream")
        packs = media_type.startswith(_PACKED) and len(data) > _SMALL
        file = _File(
            mark=mark,
            data=data,
            packed=gzip.compress(data, 6, mtime=0) if packs else b"",
            etag=hashlib.sha256(data).hexdigest()[:32],
            changed=datetime.fromtimestamp(int(about.st_mtime), UTC),
            media_type=media_type,
            styled=path.name == _STYLED,
        )
        with self._lock:
            self._kept[path] = file
            while sum(len(one.data) + len(one.packed) for one in self._kept.values()) > _KEPT:
                self._kept.popitem(last=False)
        return file


def _answer(file: _File, asked: Headers) -> Response:
    packs = bool(file.packed)
    packed = packs and _takes_gzip(asked.get("accept-encoding", ""))
    etag = f'"{file.etag}-gz"' if packed else f'"{file.etag}"'
    headers = {
        "ETag": etag,
        "Last-Modified": format_datetime(file.changed, usegmt=True),
        "Cache-Control": _FRESH,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if file.styled:
        headers["Content-Security-Policy"] = _SEALED
    if packs:
        headers["Vary"] = "Accept-Encoding"
    if _is_known(file, asked):
        return Response(status_code=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(file.packed if packed else file.data, headers={**headers, "Content-Type": file.media_type})


def _is_known(file: _File, asked: Headers) -> bool:
    """RFC 9110 section 13.2.2: the ETag decides, if one is named."""
    named = asked.get("if-none-match")
    if named is not None:
        tags = {tag.strip().removeprefix("W/").strip('"').removesuffix("-gz") for tag in named.split(",")}
        return "*" in tags or file.etag in tags
    try:
        since = parsedate_to_datetime(asked.get("if-modified-since", ""))
    except (ValueError, TypeError):
        return False
    return file.changed <= (since if since.tzinfo else since.replace(tzinfo=UTC))


def _takes_gzip(said: str) -> bool:
    for one in said.lower().split(","):
        coding, _, quality = one.partition(";")
        if coding.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False

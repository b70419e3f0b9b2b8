"""What a web server answered, and its body unpacked: records between those who ask and those who read."""

import re
import zlib
from dataclasses import dataclass
from datetime import datetime

from digest.text.normalize import one_line, shorten

BODY_LIMIT = 10_000_000  # bytes, packed or unpacked
_LONGEST_REASON = 200  # characters
_PIECE = 1 << 18  # bytes that are unpacked at a time
_MEMBERS = 1000  # of one gzip body; millions of empty ones would keep the machine busy
_GZIP = b"\x1f\x8b"


class NoAnswer(Exception):  # noqa: N818  (it is no mistake of anybody here, and reads as what it is)
    """Refused, unreachable, broken or too large: str() is one clean line for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(shorten(one_line(reason), _LONGEST_REASON))


class Unreached(NoAnswer):
    """The server could not be reached, or did not finish in time: another time it may."""


class Held(Unreached):
    """Nobody was asked: the server wants to be left alone `until` then."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"asked to be left alone until {until:%Y-%m-%d %H:%M} UTC")
        self.until = until


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One redirect that was followed: its status, and where it led."""

    status: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the last hop said; `url` is where. Names of headers are in lower case, in order, repeated ones kept.

    `body` is unpacked, and read only where `status` is one of success (2xx).
    """

    status: int
    reason: str
    url: str
    hops: tuple[Hop, ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first of that name, which is given in lower case."""
        return next((value for known, value in self.headers if known == name), None)


class Unpacker:
    """Undoes a Content-Encoding as bytes come in, and holds no more than `limit` of them, packed or not; NoAnswer.

    It knows gzip and deflate (RFC 9110 §8.4.1), the latter with zlib's wrapping or, as some send it, without.
    """

    def __init__(self, encoding: str, limit: int) -> None:
        self._encoding = encoding.strip().lower()
        self._limit = limit
        self._pieces: list[bytes] = []
        self._came = self._size = self._members = 0
        self._head = b""
        self._undo: zlib._Decompress | None = None
        self._over = False
        if self._encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise NoAnswer(f"is packed as {encoding}, which was not asked for")

    def feed(self, data: bytes) -> None:
        self._came += len(data)
        if self._came > self._limit:
            raise self._too_large()
        if self._encoding in ("", "identity"):
            self._pieces.append(data)
            return
        try:
            self._unpack(data)
        except zlib.error as error:
            raise NoAnswer(f"is not the {self._encoding} that it says it is: {error}") from error

    def done(self) -> bytes:
        """All of it; NoAnswer if the packed form breaks off."""
        if self._undo or (self._head and not self._members):
            raise NoAnswer(f"broke off in the middle ({self._encoding})")
        return b"".join(self._pieces)

    def _unpack(self, data: bytes) -> None:
        data, self._head = self._head + data, b""
        while data and not self._over:
            if self._undo:
                data = self._unpack_with(self._undo, data)
            elif len(data) < 2:
                self._head, data = data, b""
            else:
                self._begin(data[:2])

    def _begin(self, head: bytes) -> None:
        """Another member of a gzip body (RFC 1952 §2.2), or padding behind the end, which all clients overlook."""
        gzipped = self._encoding.endswith("gzip")
        if self._members and not (gzipped and head == _GZIP):
            self._over = True
            return
        self._members += 1
        if self._members > _MEMBERS:
            raise NoAnswer(f"is packed in more than {_MEMBERS} parts")
        # What zlib calls `wbits`: gzip, zlib (RFC 1950 §2.2: a multiple of 31) or bare deflate.
        wrapped = head[0] & 15 == 8 and int.from_bytes(head, "big") % 31 == 0
        self._undo = zlib.decompressobj(31 if gzipped else 15 if wrapped else -15)

    def _unpack_with(self, undo: "zlib._Decompress", data: bytes) -> bytes:
        """Unpack `data`; returns what lies behind the end of the member, if that is in it."""
        full = False
        while data or full:  # zlib may have more to give though it has taken all
            piece = undo.decompress(data, _PIECE)
            self._size += len(piece)
            if self._size > self._limit:
                raise self._too_large()
            self._pieces.append(piece)
            if undo.eof:
                self._undo = None
                return undo.unused_data
            data, full = undo.unconsumed_tail, len(piece) == _PIECE
        return b""

    def _too_large(self) -> NoAnswer:
        size = f"{self._limit / 1e6:g} MB" if self._limit >= 1e5 else f"{self._limit} bytes"
        return NoAnswer(f"is larger than {size}")


_NAMES = re.compile(r"[^\s,]+")


def encoding_of(headers: tuple[tuple[str, str], ...]) -> str:
    """All that Content-Encoding names, joined as one list."""
    return ", ".join(word for name, value in headers if name == "content-encoding" for word in _NAMES.findall(value))

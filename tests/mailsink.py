"""Mail servers on loopback, for tests: aiosmtpd that takes everything, and a raw one that misbehaves as it is told.

`python -m tests.mailsink FILE` runs the first in a process of its own: it prints its port, and writes a line of recipient
and Message-ID for each message that it has taken, before it says so.
"""

import asyncio
import os
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from threading import Thread
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope


@dataclass
class Taken:
    """A message as it came."""

    sender: str
    recipient: str
    data: bytes

    @property
    def id(self) -> str:
        return str(message_from_bytes(self.data)["Message-ID"])


DROP = "drop"
# What the raw server says at a step, to whom: a reply, DROP, seconds to be silent before it drops, or None for yes.
Script = Callable[[str, str], str | float | None]


@dataclass
class Sink:
    """What the raw server has taken, and what it was told, in order. It offers these extensions."""

    script: Script = lambda step, recipient: None
    extensions: tuple[str, ...] = ()
    context: ssl.SSLContext | None = None
    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    connections: int = 0

    @property
    def recipients(self) -> list[str]:
        return [taken.recipient for taken in self.taken]


class _HangUpError(Exception):
    pass


@contextmanager
def raw_sink(sink: Sink) -> Iterator[Sink]:
    """A server with a thread for each connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sink.port = listening.getsockname()[1]

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                sink.connections += 1
                Thread(target=_talk, args=(connection, sink), daemon=True).start()

        thread = Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def _talk(connection: socket.socket, sink: Sink) -> None:
    open_ones = [connection]
    with suppress(_HangUpError, OSError):
        _session(open_ones, sink)
    for one in open_ones:
        one.close()


def _session(open_ones: list[socket.socket], sink: Sink) -> None:
    connection = open_ones[-1]
    sender = recipient = ""

    def answer(step: str, yes: str) -> bool:
        said = sink.script(step, recipient)
        if said == DROP:
            raise _HangUpError
        if isinstance(said, float):
            time.sleep(said)
            raise _HangUpError
        connection.sendall(f"{said or yes}\r\n".encode())
        if said and str(said).startswith("421"):
            raise _HangUpError
        return not said or str(said)[0] in "23"

    answer("connect", "220 sink")
    lines = connection.makefile("rb")
    while raw := lines.readline():
        line = raw.decode().strip()
        sink.said.append(line)
        verb = line.split(" ")[0].upper()
        if verb == "EHLO":
            greeting = "\r\n".join(f"250-{name}" for name in sink.extensions)
            answer("hello", f"250-sink\r\n{greeting}\r\n250 HELP".replace("\r\n\r\n", "\r\n"))
        elif verb == "STARTTLS" and sink.context:
            answer("tls", "220 go on")
            connection = sink.context.wrap_socket(connection, server_side=True)
            open_ones.append(connection)
            lines = connection.makefile("rb")
        elif verb == "AUTH":
            answer("auth", "235 2.7.0 welcome")
        elif verb == "MAIL":
            sender = line.partition("<")[2].partition(">")[0]
            answer("sender", "250 ok")
        elif verb == "RCPT":
            recipient = line.partition("<")[2].partition(">")[0]
            answer("recipient", "250 ok")
        elif verb == "DATA":
            if answer("data", "354 go on"):
                data = _body(lines, sink, recipient)
                if answer("message", "250 2.0.0 taken"):
                    sink.taken.append(Taken(sender, recipient, data))
        elif verb == "QUIT":
            connection.sendall(b"221 bye\r\n")
            return
        else:
            connection.sendall(b"250 ok\r\n")


def _body(lines: Any, sink: Sink, recipient: str) -> bytes:
    data = []
    while (line := lines.readline()) != b".\r\n":
        if not line or (len(data) == 20 and sink.script("body", recipient) == DROP):
            raise _HangUpError
        data.append(line[1:] if line.startswith(b"..") else line)
    return b"".join(data)


class Counting:
    """Writes down who got what, before the client hears of it."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if path else None

    async def handle_DATA(self, *given: Any) -> str:  # noqa: N802  (so aiosmtpd calls it)
        envelope: Envelope = given[-1]
        if self._file is not None:
            data = envelope.content or b""
            head = data[:2000] if isinstance(data, bytes) else data.encode()[:2000]
            id = str(message_from_bytes(head)["Message-ID"])
            os.write(self._file, f"{envelope.rcpt_tos[0]} {id}\n".encode())
        return "250 2.0.0 taken"


async def serve(path: str) -> None:
    handler: Any = Counting(path)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler, enable_SMTPUTF8=True), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1] if len(sys.argv) > 1 else ""))

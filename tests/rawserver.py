"""A server on loopback that says, byte by byte, what a test wants: for those that no HTTP library would play."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

Talk = Callable[[socket.socket, str], None]


@dataclass
class Raw:
    """Its address, and the head of every request it got. `over` is set at the end, for a talk that never ends."""

    base: str
    port: int
    heads: list[str] = field(default_factory=list)
    over: Event = field(default_factory=Event)


def say(*parts: bytes) -> Talk:
    """A talk that says these, whatever was asked, and hangs up."""

    def talk(connection: socket.socket, head: str) -> None:
        for part in parts:
            connection.sendall(part)

    return talk


def reply(body: bytes, **headers: str) -> bytes:
    """A 200 with its Content-Length; in names of `headers` an underscore stands for a hyphen."""
    fields = {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode() + body


@contextmanager
def raw(talk: Talk, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[Raw]:
    """`talk` is called with each connection and the head of the request; then the connection is closed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family, backlog=100) as listening:
        port = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        server = Raw(base=f"{'https' if tls else 'http'}://{shown}:{port}", port=port)

        def one(connection: socket.socket) -> None:
            with suppress(OSError), connection:
                secure = tls.wrap_socket(connection, server_side=True) if tls else connection
                with secure:
                    head = b""
                    while b"\r\n\r\n" not in head:
                        more = secure.recv(65536)
                        if not more:
                            return
                        head += more
                    server.heads.append(head.decode("latin-1"))
                    talk(secure, server.heads[-1])
                    secure.shutdown(socket.SHUT_WR)

        def accept() -> None:
            while not server.over.is_set():
                with suppress(TimeoutError):
                    connection, _ = listening.accept()
                    connection.settimeout(30)
                    Thread(target=one, args=(connection,), daemon=True).start()

        listening.settimeout(0.05)
        thread = Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            thread.join()

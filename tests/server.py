"""A real HTTP server on loopback whose answers a test writes: (status, headers, body) by path."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Served:
    """What the server says, and the headers of every request it got, by path.

    `spans` are the seconds of the monotonic clock at which each request came and was answered.
    """

    base: str
    answers: dict[str, Answer]
    reason: str | None = None  # the reason phrase of every answer, in place of the usual ones
    delay: float = 0.0  # seconds before every answer
    spans: list[tuple[float, float]] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@contextmanager
def serve(answers: dict[str, Answer]) -> Iterator[Served]:
    served = Served(base="", answers=answers)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            came = time.monotonic()
            served.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            time.sleep(served.delay)
            status, headers, body = served.answers.get(self.path, (404, {}, b""))
            self.send_response(status, served.reason)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            served.spans.append((came, time.monotonic()))
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""Looks at pages: what a browser is to open and how, and what it saw (browser.mjs does it)."""

import http.server
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import quote

from tests.proof.tools import FLAGS, found, node

DEEP = "some/where"  # the sub-path below which pages are served, so that no link may rely on the root


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One page, opened once: at which size, for which taste, with what allowed, and what is asked of it."""

    url: str
    ask: tuple[str, ...]
    width: int = 1280
    height: int = 800
    scale: float = 1
    scheme: str = "light"
    forced: bool = False
    javascript: bool = True
    pictures: bool = True
    policy: bool = True  # whether the page's own Content-Security-Policy holds
    file: str = ""
    whole: bool = False

    def ask_for(self, *ask: str, **changes: Any) -> "Look":
        return replace(self, ask=ask, **changes)


VARIANTS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"scheme": "dark"},
    "320 px": {"width": 320, "height": 640},
    "zoomed to 200 %": {"width": 640, "height": 400, "scale": 2},  # what a zoom does to a page 1280 pixels wide
    "forced colors": {"forced": True, "scheme": "dark"},
}


def browse(looks: Sequence[Look]) -> list[dict[str, Any]]:
    """What was seen at each look, in order; `failed` says why one page could not be opened."""
    given = {
        "browser": found("browser"),
        "flags": FLAGS,
        "axe": found("axe"),
        "looks": [asdict(look) for look in looks],
    }
    seen: list[dict[str, Any]] = json.loads(node("browser.mjs", given=json.dumps(given), seconds=600))
    return seen


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The files of a folder on loopback, below a sub-path; gives the address of the folder, with a slash."""
    handler = partial(_Handler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/{DEEP}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Without the log, and with types that do not depend on the machine."""

    extensions_map: ClassVar = {
        ".html": "text/html", ".css": "text/css", ".xml": "application/xml", ".svg": "image/svg+xml", ".ico": "image/x-icon",
        ".json": "application/json", ".txt": "text/plain; charset=utf-8", ".js": "text/javascript", "": "application/octet-stream",
    }  # fmt: skip

    def do_GET(self) -> None:
        """The root of the server is somebody else's; like most, it has a robots.txt."""
        if self.path != "/robots.txt":
            super().do_GET()
            return
        body = b"User-agent: *\nAllow: /\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def translate_path(self, path: str) -> str:
        return super().translate_path(
            path.removeprefix(f"/{DEEP}") if path.startswith(f"/{DEEP}/") else "/nothing-here"
        )

    def log_message(self, *args: object) -> None:
        return None


def address(base: str, path: str) -> str:
    return base + quote(path)

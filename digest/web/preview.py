"""The pages of `digest preview`: a board, its artifacts in frames that run nothing, and a stream of changes."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from digest.web.board import File, Source, Trouble
from digest.web.hosts import KnownHost

PAGES = Path(__file__).parent / "pages"
_OURS = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src data:"
_FRAMED = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; sandbox"
_NOWHERE = "base-uri 'none'; form-action 'none'; frame-ancestors"
HEADERS = {
    "Content-Security-Policy": f"{_OURS}; {_NOWHERE} 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_IN_FRAME = {"Content-Security-Policy": f"{_FRAMED}; {_NOWHERE} 'self'"}
_BEAT = 10  # seconds after which a stream without news says something, to learn whether anybody is there


class Changes:
    """How often something has changed, and the next time; no two servers give the same marks."""

    def __init__(self) -> None:
        self._number = 0
        self._next = asyncio.Event()
        self.over = False

    @property
    def mark(self) -> str:
        return f"{os.getpid()}-{self._number}"

    def tell(self) -> None:
        self._number += 1
        self._next.set()
        self._next = asyncio.Event()

    def end(self) -> None:
        """Nothing comes any more."""
        self.over = True
        self.tell()

    async def stream(self) -> AsyncIterator[str]:
        """Server-sent events (HTML Living Standard, 9.2): the mark now, and each time that it changes."""
        yield "retry: 500\n\n"
        told = ""
        while not self.over:
            yield f"data: {self.mark}\n\n" if self.mark != told else ":\n\n"
            told = self.mark
            try:
                await asyncio.wait_for(self._next.wait(), _BEAT)
            except TimeoutError:
                continue


class Pages:
    """What is answered."""

    def __init__(self, source: Source, changes: Changes) -> None:
        self._source = source
        self._changes = changes
        self._jinja = Environment(
            loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    async def board(self, request: Request) -> Response:
        mark = self._changes.mark  # before looking: what changes meanwhile is news
        board = await run_in_threadpool(self._source.board, request.query_params.get("issue"))
        if board is None:
            return PlainTextResponse("There is no such issue.\n", 404)
        return self._page("board.html.j2", board=board, mark=mark)

    async def artifact(self, request: Request) -> Response:
        """As it would be served."""
        found = await self._find(request)
        if not isinstance(found, File):
            return self._missing(found)
        media_type = found.media_type
        if media_type.startswith("text/") or media_type.endswith(("+xml", "json")):
            media_type += "; charset=utf-8"
        return Response(found.content, headers={**_IN_FRAME, "Content-Type": media_type})

    async def source(self, request: Request) -> Response:
        """As it is written."""
        found = await self._find(request)
        if not isinstance(found, File):
            return self._missing(found)
        return self._page("source.html.j2", text=found.content.decode("utf-8", "replace"), headers=_IN_FRAME)

    async def changes(self, request: Request) -> Response:
        return StreamingResponse(self._changes.stream(), media_type="text/event-stream")

    async def file(self, request: Request) -> Response:
        return FileResponse(PAGES / request.url.path.removeprefix("/"))

    async def _find(self, request: Request) -> File | Trouble | None:
        issue, path = request.path_params["issue"], request.path_params["path"]
        return await run_in_threadpool(self._source.file, issue, path)

    def _missing(self, trouble: Trouble | None) -> Response:
        if trouble is None:
            return PlainTextResponse("No format makes this file.\n", 404, headers=_IN_FRAME)
        return self._page("broken.html.j2", trouble=trouble, status=500, headers=_IN_FRAME)

    def _page(
        self, name: str, *, status: int = 200, headers: dict[str, str] | None = None, **values: object
    ) -> Response:
        return HTMLResponse(self._jinja.get_template(name).render(values), status, headers=headers)


def application(source: Source, changes: Changes, host: str) -> KnownHost:
    """As an ASGI application, for a server that is reached by the name `host`."""
    pages = Pages(source, changes)
    routes = [
        Route("/", pages.board, methods=["GET"]),
        Route("/show/{issue}/{path:path}", pages.artifact, methods=["GET"]),
        Route("/source/{issue}/{path:path}", pages.source, methods=["GET"]),
        Route("/changes", pages.changes, methods=["GET"]),
        Route("/preview.css", pages.file, methods=["GET"]),
        Route("/preview.js", pages.file, methods=["GET"]),
    ]
    return KnownHost(Starlette(routes=routes), host=host, headers=HEADERS)

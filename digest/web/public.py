"""Serve the pages for subscribers on a port, until the process is told to stop."""

import asyncio
import socket
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from digest.web.guard import HEAD

_HEAD_TIME = 10.0  # seconds for a request's headers
_IDLE = 5  # seconds that a connection may say nothing after an answer
_AT_ONCE = 200  # connections


class _Prompt(H11Protocol):
    """Ends connections whose headers do not come: uvicorn itself waits for those for ever."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._head_is_there()
        elif self._late is None:
            self._wait_for_head()

    def on_response_complete(self) -> None:
        self._head_is_there()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_there()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        self._late = self.loop.call_later(_HEAD_TIME, self.transport.close)

    def _head_is_there(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


def serve_people(app: ASGIApp, listening: socket.socket) -> None:
    """Answer until SIGINT or SIGTERM."""
    asyncio.run(server(app).serve(sockets=[listening]))


def server(app: ASGIApp) -> uvicorn.Server:
    """A server for these pages, which is not running yet."""
    config = uvicorn.Config(
        app,
        http=_Prompt,
        lifespan="off",
        ws="none",
        access_log=False,  # it would have addresses of people, and their links
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=HEAD,
        limit_concurrency=_AT_ONCE,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=10,
    )
    return uvicorn.Server(config)

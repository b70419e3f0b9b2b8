"""Serve a preview on a port of this machine until somebody ends it, and tell its pages of changes."""

import asyncio
import socket

import uvicorn

from digest.errors import DigestError
from digest.web.board import Source
from digest.web.preview import Changes, application
from digest.web.watch import Watched, watch


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens at a port of ours, or any free one for port 0. DigestError says why there is none."""
    where = f"{host}:{port}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen()
        except OSError:
            listening.close()
            raise
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DigestError(where, f"cannot be listened at: {reason}", "name another with --port, or 0 for any") from None
    return listening


def serve(source: Source, watched: Watched, listening: socket.socket, host: str) -> None:
    """Answer until the process is told to stop. KeyboardInterrupt if that was from the keyboard."""
    asyncio.run(_serve(source, watched, listening, host))


async def _serve(source: Source, watched: Watched, listening: socket.socket, host: str) -> None:
    changes = Changes()

    async def changed(names: set[str]) -> None:
        await asyncio.to_thread(source.changed, sorted(names))
        changes.tell()

    config = uvicorn.Config(
        application(source, changes, host),
        lifespan="off",
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    server = _Server(config, changes)
    watching = asyncio.create_task(watch(watched, changed))
    watching.add_done_callback(lambda _: server.stop())  # nothing ends it but a bug, which goes up
    try:
        await server.serve(sockets=[listening])
        if watching.done():
            watching.result()
    finally:
        watching.cancel()


class _Server(uvicorn.Server):
    """Ends the streams before it waits for what is being answered, which they would be for ever."""

    def __init__(self, config: uvicorn.Config, changes: Changes) -> None:
        super().__init__(config)
        self._changes = changes

    def stop(self) -> None:
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._changes.end()
        await super().shutdown(sockets)

"""What holds for every request and every answer: sizes, times, headers, and that no error tells how we work."""

import asyncio
import logging

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY = 16 * 1024  # bytes
HEAD = 16 * 1024  # bytes, of all headers together
_FIELDS = 64
_TARGET = 2048  # bytes of path and query
_BODY_TIME = 10.0  # seconds for all of the body
_ANSWER_TIME = 60.0  # seconds for all of the answer
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_log = logging.getLogger("digest.web")


class Guard:
    """Reads the whole body before anybody else does, as far as it may be read, and puts headers on every answer."""

    def __init__(self, app: ASGIApp, *, secure: bool, body_time: float = _BODY_TIME) -> None:
        self._app = app
        self._body_time = body_time
        own = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})
        self._headers = [(name.lower().encode(), value.encode()) for name, value in own.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                given = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(one for one in self._headers if one[0] not in given)]
            await send(message)

        try:
            refusal, body = await self._read(scope, receive)
            app = refusal or self._app
            await asyncio.wait_for(app(scope, _given(body, receive), send_with_headers), _ANSWER_TIME)
        except Exception as error:  # noqa: BLE001  # the person sees no more than that; the log has what kind it was
            _log.error("%s while answering %s", type(error).__name__, scope["method"])  # a trace could have addresses
            if not begun:
                await PlainTextResponse("Something went wrong here. Please try again later.\n", 500)(
                    scope, receive, send_with_headers
                )

    async def _read(self, scope: Scope, receive: Receive) -> tuple[ASGIApp | None, bytes]:
        fields = scope["headers"]
        target = len(scope.get("raw_path") or b"") + len(scope["query_string"])
        if len(fields) > _FIELDS or sum(len(name) + len(value) for name, value in fields) > HEAD:
            return _refusal("There are too many headers.", 431), b""
        if target > _TARGET:
            return _refusal("This address is too long.", 414), b""
        said = dict(fields).get(b"content-length", b"0")
        if not said.isdigit() or int(said[:12]) > BODY:
            return _refusal("This is more than fits into a form of ours.", 413), b""
        try:
            body = await asyncio.wait_for(_whole(receive), self._body_time)
        except TimeoutError:
            return _refusal("This took too long.", 408), b""
        return (None, body) if body is not None else (_refusal("This is more than fits into a form of ours.", 413), b"")


def _refusal(text: str, status: int) -> PlainTextResponse:
    return PlainTextResponse(text + "\n", status, headers={"Connection": "close", "Cache-Control": "no-store"})


async def _whole(receive: Receive) -> bytes | None:
    """All of the body; None if that is too much."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return body
        body += bytes(message.get("body", b""))
        if len(body) > BODY:
            return None
        if not message.get("more_body"):
            return body


def _given(body: bytes, receive: Receive) -> Receive:
    """The body, once; then what the connection says."""
    left = [body]

    async def again() -> Message:
        return {"type": "http.request", "body": left.pop(), "more_body": False} if left else await receive()

    return again

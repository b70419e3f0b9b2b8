"""Who may ask a local page for what: the answer to a web site that has its own name lead to this machine."""

import re
from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]]+)(?::[0-9]{1,5})?")


class KnownHost:
    """Passes on requests that name an address, localhost, or `host`; and reads only.

    DNS rebinding needs a name of the attacker's: a page of his may then read what he has had lead here. He has no
    address of ours to name.
    """

    def __init__(self, app: ASGIApp, *, host: str, headers: dict[str, str]) -> None:
        self._app = app
        self._names = {"localhost", host.lower()}
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(one for one in self._headers if one[0] not in given)]
            await send(message)

        if scope["type"] != "http":
            return
        app = self._app
        if not self._is_known(Headers(scope=scope).get("host", "")):
            app = PlainTextResponse("This name leads here, but is not ours. Use the address that was printed.\n", 421)
        await app(scope, receive, send_with_headers)

    def _is_known(self, host: str) -> bool:
        match = _HOST.fullmatch(host)
        if match is None:
            return False
        name = match[1].strip("[]").lower()
        try:
            ip_address(name)
        except ValueError:
            return name in self._names
        return True

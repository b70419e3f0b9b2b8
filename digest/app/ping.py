"""Tell a monitor that all went well, so that it can raise an alarm when nothing is heard any more."""

from http.client import HTTPException
from queue import Empty, SimpleQueue
from threading import Thread
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from digest import __version__

_PATIENCE = 10.0  # seconds


def ping(address: str) -> str | None:
    """Ask for the address, which is a secret; returns what went wrong, without it."""
    if not address.startswith(("https://", "http://")):
        return "ping: is no http:// or https:// address"
    answers: SimpleQueue[str | None] = SimpleQueue()
    # A thread of its own: a server that sends a byte now and then outlives every deadline of a socket.
    Thread(target=lambda: answers.put(_get(address)), daemon=True).start()
    try:
        return answers.get(timeout=_PATIENCE)
    except Empty:
        return f"the monitor has not answered in {_PATIENCE:g} seconds"


def _get(address: str) -> str | None:
    request = Request(address, headers={"User-Agent": f"Digest/{__version__}"})  # noqa: S310  # checked above
    try:
        with urlopen(request, timeout=_PATIENCE):  # noqa: S310
            return None
    except HTTPError as error:
        error.close()
        return f"the monitor answers {error.code}"
    except (OSError, HTTPException, ValueError) as error:
        return f"the monitor is not reached ({type(error).__name__})"

"""A word to a WebSub hub, so that feed readers hear of a new issue at once: https://www.w3.org/TR/websub/."""

from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Annotated
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from pydantic import Field

from digest import __version__
from digest.errors import DigestError
from digest.model import Artifact, Issue

_FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Websub:
    """Tell the edition's `hub` that its feeds have changed, in one request; after `timeout` seconds it is left alone.

    For an edition with a `url` whose folder is public as soon as it is written: a hub looks at once. A hub that fails
    is noted, and stops nothing.
    """

    timeout: Annotated[float, Field(gt=0, le=60)] = 10.0

    def __call__(self, issue: Issue, artifacts: Sequence[Artifact]) -> int:
        if not issue.hub or not issue.url:
            raise DigestError("websub", "the edition has no hub and url to tell of", "set hub: and url: in feeds.yaml")
        home = issue.url.rstrip("/") + "/"
        feeds = [home + quote(artifact.path) for artifact in artifacts if artifact.media_type in _FEEDS]
        if feeds:
            self._tell(issue.hub, feeds)
        return len(feeds)

    def _tell(self, hub: str, feeds: Sequence[str]) -> None:
        """In a thread of its own: a server that sends a byte now and then outlives every deadline of a socket."""
        answers: SimpleQueue[str] = SimpleQueue()
        Thread(target=lambda: answers.put(_post(hub, feeds, self.timeout)), daemon=True).start()
        try:
            failure = answers.get(timeout=self.timeout)
        except Empty:
            failure = _no_answer(self.timeout)
        if failure:
            raise DigestError(hub, f"could not be told of new feeds: {failure}", "readers find them when they next ask")


def _post(hub: str, feeds: Sequence[str], timeout: float) -> str:
    """What went wrong, or nothing. How a hub is told the standard leaves open (section 7); this is what hubs know."""
    form = [("hub.mode", "publish"), *(("hub.url", feed) for feed in feeds)]
    request = Request(hub, data=urlencode(form).encode(), headers={"User-Agent": f"Digest/{__version__}"})  # noqa: S310  # feeds.yaml takes http and https only
    try:
        with urlopen(request, timeout=timeout):  # noqa: S310
            return ""
    except HTTPError as error:
        error.close()
        return f"it answered {error.code}"
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        return _no_answer(timeout) if isinstance(reason, TimeoutError) else str(reason) or type(error).__name__


def _no_answer(timeout: float) -> str:
    return f"no answer in {timeout:g} seconds"

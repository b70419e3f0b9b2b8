"""One feed in, what came of it out: asked for once, conditionally where validators are known."""

from datetime import datetime
from typing import TYPE_CHECKING

from digest.ingest.web import pace
from digest.ingest.web.answer import Answer, Held, NoAnswer
from digest.ingest.web.fetched import Fetched, failed, unreadable
from digest.model import Feed, FeedState

if TYPE_CHECKING:
    from digest.ingest.web.client import Client


async def fetch_feed(client: "Client", feed: Feed, state: FeedState, now: datetime) -> Fetched:
    """Ask for `feed`, whether or not it is due; a failure is an outcome, not an exception."""
    conditions = pace.conditions(state)
    try:
        answer = await client.get(state.address or feed.url, headers=conditions)
    except Held as error:
        left = pace.held(state, error.until, now)
        return Fetched(feed=feed, outcome="failed", body=b"", content_type="", state=left)
    except NoAnswer as error:
        return failed(feed, state, now, str(error))
    status, reason = _fault(answer, conditional=bool(conditions))
    if reason:
        wait = pace.retry_after(answer, now)
        return failed(feed, state, now, reason, status=status, wait=wait)
    known = pace.answered(state, feed.url, answer, now)
    if known.unread:
        return unreadable(feed, known, state, now, known.unread)
    new = known.body_sha256 != state.body_sha256
    return Fetched(
        feed=feed,
        outcome="new" if new else "unchanged",
        body=answer.body if new else b"",
        content_type=answer.header("content-type") or "",
        state=known,
    )


def _fault(answer: Answer, *, conditional: bool) -> tuple[int, str]:
    """The status, and what is wrong with the answer; nothing is with a 200 that holds something, and a 304."""
    if (answer.header("cf-mitigated") or "").strip().lower() == "challenge":
        return 403, "lets in browsers only: a challenge by Cloudflare stands before it"
    if answer.status == 304 and not conditional:
        return 304, "says that nothing has changed (HTTP 304), which was not the question"
    if answer.status == 200 and not answer.body.strip():
        return 200, "sent nothing"
    if answer.status not in (200, 304):
        return answer.status, f"HTTP {answer.status} {answer.reason}".rstrip()
    return answer.status, ""

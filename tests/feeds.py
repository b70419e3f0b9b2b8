"""Feeds that tests write themselves."""

from xml.sax.saxutils import escape


def rss(*items: dict[str, str]) -> bytes:
    """An RSS 2.0 feed; an item's keys are its elements."""
    body = "".join(
        "<item>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in item.items()) + "</item>"
        for item in items
    )
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Courier</title>'
    return f"{head}<link>https://courier.example/</link>{body}</channel></rss>".encode()

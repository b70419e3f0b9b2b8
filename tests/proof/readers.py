"""What other people's programs make of our formats: a feed reader, a Markdown renderer, a mail program."""

import json
from collections.abc import Iterator
from email import message_from_bytes, policy

from lxml import etree
from markdown_it import MarkdownIt

from tests.proof.pages import FEEDS, Page

_HTML_IN_FEEDS = "//*[local-name()='encoded' or local-name()='description' or @type='html']"


def as_pages(page: Page) -> Iterator[str]:
    """The HTML that a reader would show of a feed's items, of Markdown (raw HTML allowed), or of a message."""
    if page.media_type == "text/markdown":
        yield MarkdownIt("commonmark").render(page.text())
    elif page.media_type == "message/rfc822":
        body = message_from_bytes(page.file.read_bytes(), policy=policy.default).get_body(("html",))
        assert body is not None, page.name
        yield body.get_content()
    elif page.media_type == "application/feed+json":
        items = json.loads(page.text())["items"]
        yield "\n".join(item.get("content_html", "") for item in items)
    elif page.media_type in FEEDS:
        root = etree.fromstring(page.file.read_bytes())
        yield "\n".join("".join(element.itertext()) for element in root.xpath(_HTML_IN_FEEDS))

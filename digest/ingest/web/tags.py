"""A page's bytes in, some of its start tags out.

No tree is built: 10 MB of any nonsense take about a second, and nesting costs nothing.
"""

from collections.abc import Collection
from typing import NamedTuple

from digest.ingest.decode import decode_page

_MOST = 10_000  # tags that are kept of a page


class Tag(NamedTuple):
    """A start tag: its name and its attributes, names in lower case, values with their entities decoded."""

    name: str
    attributes: dict[str, str]

    def get(self, name: str) -> str:
        return self.attributes.get(name, "").strip()

    def words(self, name: str) -> list[str]:
        """The words of an attribute such as `rel`, in lower case."""
        return self.get(name).lower().split()


def start_tags(page: bytes, names: Collection[str]) -> list[Tag]:
    """The start tags of `page` with one of `names`, in their order; those in comments and scripts are none."""
    from lxml import etree

    kept = _Kept(names)
    parser = etree.HTMLParser(target=kept, encoding="utf-8", no_network=True)
    try:
        parser.feed(decode_page(page).encode("utf-8", "replace"))
        parser.close()
    except etree.LxmlError:  # there is no element in it, or it broke off: what was found before still stands
        return kept.tags
    return kept.tags


class _Kept:
    """What lxml tells of each start tag."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = names
        self.tags: list[Tag] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in self.names and len(self.tags) < _MOST:
            self.tags.append(Tag(name, {key.lower(): value or "" for key, value in attributes.items()}))

    def close(self) -> None:
        return None

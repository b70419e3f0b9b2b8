"""Names of outlets as texts and pages write them in, which of them are one out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from digest.model import Article
from digest.text.outlets import host_label, known_names, name_key

# With one of these at its end a name of two words or more is a medium's. Not Express, Network, Standard, Echo and the
# like, which other companies and their wares are called, too: media of such names are among those that are known.
SHAPES = frozenset(
    "Times Post Journal News Herald Tribune Magazine Gazette TV FM Radio Telegraph Chronicle Observer Examiner Courier "
    "Weekly Argus Inquirer Dispatch Sentinel Bulletin Advertiser Globe Newspaper Television Broadcasting Podcast "
    "podcast Zeitung Rundschau Kurier Anzeiger Nachrichten Tageblatt Abendblatt Tagblatt Allgemeine".split()
)
# What an outlet may add to its name without becoming another.
_ADDED = frozenset("news online tv digital magazine sport world uk us europe international ai live".split())
_LEAST_HEAD = 3  # characters of a name that may have words behind it; "AP" is also the head of other names


class Names:
    """What is one outlet in a story: its own outlets, and those that everybody knows."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._outlets = {name_key(outlet): outlet for outlet in sorted({article.outlet for article in articles})}
        self._credited = {name_key(article.credit.name) for article in articles if article.credit}
        self._hosts = _hosts(articles)
        members: defaultdict[str, list[str]] = defaultdict(list)
        for outlet in self._outlets.values():
            members[self.house(outlet)].append(outlet)
        self._only = {house: name_key(outlets[0]) for house, outlets in members.items() if len(outlets) == 1}

    def key(self, name: str) -> str:
        """The same for all names of one outlet."""
        key = name_key(name)
        if key in self._outlets:
            return key
        if key in self._hosts:
            return self._hosts[key]
        head = self._head(name)
        if head in self._outlets:
            return head
        house = self.house(name)
        return self._only.get(house, house)

    def house(self, name: str) -> str:
        """The same for the BBC and all that bears its name."""
        key = name_key(name)
        known = known_names()
        usual = known.get(key) or known.get(self._head(name))
        if usual:
            return name_key(usual)
        parts = name.split()
        while len(parts) > 1 and parts[-1].casefold() in _ADDED:
            parts.pop()
        return name_key(" ".join(parts))

    def is_own(self, outlet: str, name: str) -> bool:
        """Does an outlet of the story name itself? Another of its outlets is the same only if all know its house."""
        house = self.house(name)
        is_another = name_key(name) in self._outlets and house not in known_names()
        return self.key(name) == self.key(outlet) or (house == self.house(outlet) and not is_another)

    def is_known(self, name: str) -> bool:
        """Is it exactly the name of an outlet or a source of the story, or of one that everybody knows?"""
        key = name_key(name)
        return key in self._outlets or key in self._credited or key in known_names()

    def shown(self, key: str, spellings: Iterable[str]) -> str:
        """How an outlet is written: as in the story's own list, as usual, or as most of `spellings` have it."""
        if key in self._outlets:
            return self._outlets[key]
        counts = Counter(spellings)
        return known_names().get(key) or min(counts, key=lambda name: (-counts[name], name), default=key)

    def _head(self, name: str) -> str:
        """The key of the longest head of a name that is an outlet's: TechCrunch of "TechCrunch's Equity podcast"."""
        parts = name.split()
        for count in range(len(parts) - 1, 0, -1):
            owns = parts[count - 1].endswith(("'s", "’s", "s'", "s’"))
            key = name_key(" ".join(parts[:count]))
            if not owns and (count == 1 and parts[-1] in SHAPES):  # Courier Mail is not the Courier's
                continue
            if len(key) >= _LEAST_HEAD and (key in self._outlets or key in known_names()):
                return key
        return ""


def _hosts(articles: Sequence[Article]) -> dict[str, str]:
    """Whose a host is: that of an outlet, if all articles there are this outlet's."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for article in articles:
        if article.url and (host := urlsplit(article.url).hostname):
            found[name_key(host_label(host))].add(name_key(article.outlet))
    return {host: next(iter(outlets)) for host, outlets in found.items() if len(outlets) == 1}

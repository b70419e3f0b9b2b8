"""Who is who across the articles of a story, however each of them writes the name."""

from collections import defaultdict
from collections.abc import Iterable

_ADDED = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "phd", "md"})


def folded(name: str) -> str:
    """A name however its capitals, spaces and apostrophes are written."""
    return " ".join(name.replace("’", "'").casefold().split())


class People:
    """The people of a story, out of every full name that its articles have for a speaker."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_last: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
        for name in names:
            words = _words(name)
            if len(words) > 1:
                self._by_last[words[-1]].add(words)

    def key(self, name: str) -> str | None:
        """The same for all forms of one name; None for a single word that is not just one person's last name."""
        words = _words(name)
        if not words:
            return None
        firsts = {other[0] for other in self._by_last.get(words[-1], ())}
        if len(words) == 1:
            return f"{min(firsts)} {words[0]}" if len(firsts) == 1 else None
        same = {first for first in firsts if _same_first(first, words[0])}
        return f"{max(same | {words[0]}, key=lambda first: (len(first), first))} {words[-1]}"


def _words(name: str) -> tuple[str, ...]:
    """In small letters, without middle initials and what is added behind."""
    words = [word for word in folded(name).replace("-", " ").split() if word not in _ADDED]
    return tuple(word for number, word in enumerate(words) if number == 0 or len(word.rstrip(".")) > 1)


def _same_first(one: str, other: str) -> bool:
    short, long = sorted((one.rstrip("."), other.rstrip(".")), key=len)
    return one == other or (len(short) == 1 and long.startswith(short))

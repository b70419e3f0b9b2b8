"""The text of `feeds.yaml` and some feeds in, the text with them out: every comment and every other byte is kept."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import pydantic
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from digest.config.document import Document
from digest.config.schema import EditionSchema
from digest.errors import ConfigError

LONGEST_NAME = 200  # characters of an outlet; YAML ends a key at 1,024
_PLAIN_NAME = re.compile(r"[^\W\d_](?:[\w .&'()/+!-]*[\w.()!])?")
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9./_~%?=&+@:;-]*[A-Za-z0-9/_=-]")
# Words that some reader of YAML takes for something else than text.
_NO_TEXT = frozenset("null true false yes no on off y n inf nan".split())
_MARGIN = 4  # spaces before an edition's keys, in lines to paste


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A feed to be added, and its outlet's name and, if it is a new outlet, language."""

    outlet: str
    url: str
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outlet:
    """What is to be added to one outlet."""

    urls: tuple[str, ...]
    language: str | None


def with_feeds(text: str, edition: str | None, additions: Sequence[Addition], name: str = "feeds.yaml") -> str:
    """`text` with the feeds added to an edition; None is the only one that there is.

    A feed that the edition has is not added again, and one that another edition has goes to its outlet there: a feed
    has one outlet. ConfigError if there is no such edition, if a feed or a name is none, or if the file is written so
    that it has to be edited by hand; the hint then has the lines. `name` is the file's, for messages.
    """
    bare = text.removeprefix("\ufeff")
    value = Document.read(bare.encode("utf-8", "surrogatepass"), name).value
    chosen = _chosen(value, edition, name)
    wanted = _grouped(_missing(value["editions"], chosen, additions), name)
    if not wanted:
        return text
    root = YAML(typ="safe", pure=True).compose(bare)
    editor = _Editor(bare, name, wanted)
    editor.edition(_child(_child(root, "editions"), chosen))
    return text[: len(text) - len(bare)] + editor.result()


def as_yaml(additions: Sequence[Addition]) -> str:
    """The lines of `feeds.yaml` that add the feeds, as they stand in an edition."""
    wanted = _grouped(additions, "the feeds to add")
    return "\n".join([" " * _MARGIN + "outlets:", *_outlet_lines(wanted, _MARGIN + 2, 2)]) + "\n"


def _chosen(value: Any, edition: str | None, name: str) -> str:
    """The edition that is meant."""
    editions = value.get("editions") if isinstance(value, dict) else None
    if not isinstance(editions, dict) or not all(isinstance(one, dict) for one in editions.values()):
        raise ConfigError(name, "has no editions that could be read", "see what `digest check` says of it")
    known = ", ".join(editions)
    if edition is None and len(editions) == 1:
        return str(next(iter(editions)))
    if edition is None:
        raise ConfigError(name, "has several editions", f"say to which to add, with --edition; there are: {known}")
    if edition not in editions:
        raise ConfigError(name, f"has no edition '{edition}'", f"there are: {known}")
    return edition


def _missing(editions: Mapping[str, Any], chosen: str, additions: Iterable[Addition]) -> Iterator[Addition]:
    """The additions that the edition does not have, each once, with the outlet that has the feed elsewhere."""
    owners: dict[str, str] = {}
    for title, edition in editions.items():
        for outlet, url in _feeds(edition):
            owners[url] = "" if title == chosen else owners.get(url, outlet)
    for addition in additions:
        owner = owners.get(addition.url, addition.outlet)
        if owner:
            yield replace(addition, outlet=owner)
        owners[addition.url] = ""


def _feeds(edition: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Outlet and address of each feed of an edition, passing over what the schema would refuse."""
    for name, outlet in (edition.get("outlets") or {}).items():
        for feed in (outlet.get("feeds") or ()) if isinstance(outlet, dict) else ():
            url = feed.get("url") if isinstance(feed, dict) else feed
            if isinstance(url, str):
                yield name, url


def _grouped(additions: Iterable[Addition], name: str) -> dict[str, _Outlet]:
    """The additions by their outlets, in the order in which those are first met, each of them checked."""
    urls: dict[str, list[str]] = defaultdict(list)
    languages: dict[str, str | None] = {}
    for addition in additions:
        urls[addition.outlet].append(addition.url)
        languages[addition.outlet] = languages.get(addition.outlet) or addition.language
    found = {
        outlet: _Outlet(urls=tuple(dict.fromkeys(urls[outlet])), language=languages[outlet]) for outlet in languages
    }
    outlets = {outlet: {"feeds": list(of.urls), "language": of.language} for outlet, of in found.items()}
    try:
        EditionSchema.model_validate({"title": "x", "outlets": outlets})
    except pydantic.ValidationError as error:
        problem = error.errors()[0]
        allowed = problem.get("ctx", {}).get("error", problem["msg"])
        raise ConfigError(name, f"cannot have {problem['input']!r}; allowed: {allowed}", "correct it first") from None
    long = next((outlet for outlet in found if len(outlet) > LONGEST_NAME), None)
    if long:
        raise ConfigError(name, f"cannot have an outlet of {len(long)} characters", f"use up to {LONGEST_NAME}")
    return found


class _Editor:
    """Collects what is to be inserted where, and inserts it at once."""

    def __init__(self, text: str, name: str, wanted: dict[str, _Outlet]) -> None:
        self.text = text
        self.name = name
        self.wanted = wanted
        breaks = re.search(r"\r\n|\n|\r", text)
        self.newline = breaks[0] if breaks else "\n"
        self.edits: list[tuple[int, int, str]] = []  # from, to, what stands there instead

    def edition(self, edition: MappingNode) -> None:
        outlets = _child(edition, "outlets")
        if outlets is None:
            indent, step = self._indent(edition), 2
            lines = [" " * indent + "outlets:", *_outlet_lines(self.wanted, indent + step, step)]
            self._insert_lines(self._end_of(edition), lines)
        elif not outlets.value:  # {}, or nothing
            indent = self._indent(edition) + 2
            self.edits.append((outlets.start_mark.index, outlets.end_mark.index, ""))
            # The parser finds nothing only where the next thing begins, comments and lines later.
            key = next(key for key, child in edition.value if child is outlets)
            self._insert_lines(self._line_end(key.end_mark.index), _outlet_lines(self.wanted, indent, 2))
        elif isinstance(outlets, MappingNode):
            self._outlets(outlets)
        else:
            self._by_hand()

    def _outlets(self, outlets: MappingNode) -> None:
        known = {str(key.value): child for key, child in outlets.value}
        for outlet, of in self.wanted.items():
            if outlet in known:
                self._outlet(known[outlet], of)
        fresh = {outlet: of for outlet, of in self.wanted.items() if outlet not in known}
        if fresh:
            indent = self._indent(outlets)
            inner = [child.start_mark.column for child in known.values() if _is_block(child)]
            step = inner[-1] - indent if inner else 2
            self._insert_lines(self._end_of(outlets), _outlet_lines(fresh, indent, step))

    def _outlet(self, outlet: Node, of: _Outlet) -> None:
        """Add to the feeds of an outlet that there is."""
        feeds = _child(outlet, "feeds") if isinstance(outlet, MappingNode) else None
        if feeds is None:
            indent = self._indent(outlet)
            self._insert_lines(self._end_of(outlet), _feeds_lines(of.urls, indent))
        elif not isinstance(feeds, SequenceNode):
            self._by_hand()
        elif feeds.flow_style:
            at = _end(feeds.value[-1]) if feeds.value else feeds.start_mark.index + 1
            added = ", ".join(map(_url, of.urls))
            self.edits.append((at, at, f", {added}" if feeds.value else added))
        else:
            dash = " " * feeds.start_mark.column + "- "
            self._insert_lines(self._line_end(_end(feeds)), [dash + _url(url) for url in of.urls])

    def result(self) -> str:
        """The text with all edits; those at one place in the order in which they were made."""
        parts: list[str] = []
        done = 0
        for start, end, inserted in sorted(self.edits, key=lambda edit: edit[:2]):
            parts += [self.text[done:start], inserted]
            done = end
        return "".join([*parts, self.text[done:]])

    def _insert_lines(self, at: int, lines: list[str]) -> None:
        self.edits.append((at, at, "".join(self.newline + line for line in lines)))

    def _indent(self, mapping: Node) -> int:
        """The column of the keys of a mapping that can take another on a line of its own."""
        if not _is_block(mapping):
            self._by_hand()
        return int(mapping.start_mark.column)

    def _end_of(self, mapping: Node) -> int:
        """Where a line can be added to a mapping: after its last line and the comments below that belong to it."""
        at = self._line_end(_end(mapping))
        deeper = re.compile(rf"(?:\r\n|\n|\r)[ ]{{{mapping.start_mark.column + 1},}}#[^\r\n]*")
        while match := deeper.match(self.text, at):
            at = match.end()
        return at

    def _line_end(self, at: int) -> int:
        """The end of the line of the character before `at`."""
        if self.text[at - 1 : at] in ("\n", "\r"):  # a text block ends with its line break
            return len(self.text[:at].rstrip("\r\n"))
        match = re.compile(r"[\r\n]").search(self.text, at)
        return match.start() if match else len(self.text)

    def _by_hand(self) -> NoReturn:
        additions = [Addition(outlet=outlet, url=url) for outlet, of in self.wanted.items() for url in of.urls]
        lines = as_yaml(additions).replace("\n", self.newline)
        reason = "cannot be edited automatically, since it has {...} where lines would have to be added"
        raise ConfigError(self.name, reason, f"add these lines:{self.newline}{lines}")


def _child(mapping: Node, key: str) -> Any:
    """The node at `key` of a mapping; None if it has none."""
    return next((child for at, child in mapping.value if at.value == key), None)


def _is_block(node: Node) -> bool:
    return isinstance(node, MappingNode) and not node.flow_style


def _end(node: Any) -> int:
    """Where a node ends: its last character, not the next node's first, which the parser takes for a block's end."""
    if isinstance(node, ScalarNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(last, tuple) else last)


def _outlet_lines(outlets: Mapping[str, _Outlet], indent: int, step: int) -> list[str]:
    lines = []
    for name, of in outlets.items():
        lines += [f"{' ' * indent}{_name(name)}:", *_feeds_lines(of.urls, indent + step)]
        if of.language:
            lines.append(f"{' ' * (indent + step)}language: {_name(of.language)}")
    return lines


def _feeds_lines(urls: Sequence[str], indent: int) -> list[str]:
    margin = " " * indent
    if len(urls) == 1:
        return [f"{margin}feeds: [{_url(urls[0])}]"]
    return [f"{margin}feeds:", *(f"{margin}  - {_url(url)}" for url in urls)]


def _name(text: str) -> str:
    """Text that YAML reads as this text: quoted wherever that is not beyond doubt. JSON's quoting is YAML's too."""
    plain = _PLAIN_NAME.fullmatch(text) and text.lower() not in _NO_TEXT
    return text if plain else json.dumps(text, ensure_ascii=False)


def _url(text: str) -> str:
    return text if _PLAIN_URL.fullmatch(text) else json.dumps(text, ensure_ascii=False)

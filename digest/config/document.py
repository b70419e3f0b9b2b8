"""A YAML file with the place of every key and value, for errors that a person can find.

YAML 1.2 (so that NO is a country and 12:30 a time, not False and 750), and a plain subset of it: no anchors, no tags,
no key twice.
"""

from dataclasses import dataclass
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.tokens import (
    AliasToken,
    AnchorToken,
    BlockEndToken,
    BlockMappingStartToken,
    BlockSequenceStartToken,
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    TagToken,
    Token,
)

from digest.errors import ConfigError

Path = tuple[str | int, ...]
_OPENING = (BlockMappingStartToken, BlockSequenceStartToken, FlowMappingStartToken, FlowSequenceStartToken)
_CLOSING = (BlockEndToken, FlowMappingEndToken, FlowSequenceEndToken)
_MAX_DEPTH = 40  # the parser recurses, and at a thousand levels Python's own limit would end it


class DocumentError(ConfigError):
    """A document that Digest does not take; `line`, from 1, is where, or None for all of it."""

    def __init__(self, name: str, reason: str, hint: str = "", place: tuple[int, int] | None = None) -> None:
        super().__init__(":".join(map(str, (name, *(place or ())))), reason, hint)
        self.line = place[0] if place else None


@dataclass(frozen=True, slots=True)
class Document:
    """`value` as plain Python; `places` gives (line, column), from 1, of each key and of each value by its path."""

    name: str
    value: Any
    keys: dict[Path, tuple[int, int]]
    values: dict[Path, tuple[int, int]]
    first_line: int

    @classmethod
    def read(cls, data: bytes, name: str, first_line: int = 1, *, texts: bool = False) -> "Document":
        """Parse `data`; DocumentError says where it is no YAML, or YAML that Digest does not take.

        With `texts`, numbers and booleans are texts too, as in a file of ids.
        """
        reader = _Reader(name, first_line, texts)
        try:
            text = data.decode("utf-8-sig")
            reader.refuse_tricks(text)
            node = YAML(typ="safe", pure=True).compose(text)
            value = None if node is None else reader.convert(node, ())
        except UnicodeDecodeError as error:
            raise DocumentError(name, f"is not UTF-8 (byte {error.start})", "save it as UTF-8") from None
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line, mark.column) if mark else (0, 0)
            problem = f"is no YAML: {error.problem or error.context}"
            raise DocumentError(name, problem, place=(line + first_line, column + 1)) from None
        except YAMLError as error:
            raise DocumentError(name, f"is no YAML: {str(error).splitlines()[0]}") from None
        return cls(name=name, value=value, keys=reader.keys, values=reader.values, first_line=first_line)

    def say(self, path: Path, reason: str, *, key: bool = False) -> str:
        """'file:line:column: path: reason', at the nearest place that the file has."""
        dotted = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
        return f"{self.place(path, key=key)}: " + (f"{dotted}: {reason}" if dotted else reason)

    def place(self, path: Path, *, key: bool = False) -> str:
        """'file:line:column' of a value, or of its key; of what it is in, if the file does not have it."""
        for length in range(len(path), -1, -1):
            places = (self.keys, self.values) if key else (self.values, self.keys)
            place = places[0].get(path[:length]) or places[1].get(path[:length])
            if place:
                break
        else:
            place = (self.first_line, 1)
        return f"{self.name}:{place[0]}:{place[1]}"


class _Reader:
    """Turns nodes into values and remembers where they were."""

    def __init__(self, name: str, first_line: int, texts: bool) -> None:
        self.name = name
        self.first_line = first_line
        self.typed = ("null",) if texts else ("int", "float", "bool", "null")
        self.keys: dict[Path, tuple[int, int]] = {}
        self.values: dict[Path, tuple[int, int]] = {}

    def refuse_tricks(self, text: str) -> None:
        """Refuse what the parser must not see, and what a reader of the file would not see through."""
        depth = 0
        for token in YAML(typ="safe", pure=True).scan(text):
            depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
            if depth > _MAX_DEPTH:
                self._refuse(token, "is nested too deeply", f"at most {_MAX_DEPTH} levels are read")
            if isinstance(token, AnchorToken | AliasToken | TagToken):
                what = "a tag (!)" if isinstance(token, TagToken) else "an anchor or alias (& or *)"
                self._refuse(token, f"has {what}", "write the value out instead")

    def convert(self, node: Node, path: Path) -> Any:
        self.values[path] = self._place(node)
        if isinstance(node, SequenceNode):
            return [self.convert(child, (*path, number)) for number, child in enumerate(node.value)]
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        return self._scalar(node)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, child in node.value:
            if not isinstance(key_node, ScalarNode):
                kind = "list" if isinstance(key_node, SequenceNode) else "mapping"
                self._refuse(key_node, f"found a {kind} where a key should be")
            key = str(key_node.value)
            if key in found:
                first = self.keys[(*path, key)][0]
                self._refuse(key_node, f"key {key!r} stands twice (first on line {first})", "keep one of the two")
            self.keys[(*path, key)] = self._place(key_node)
            found[key] = self.convert(child, (*path, key))
        return found

    def _scalar(self, node: Node) -> Any:
        """Numbers, booleans and nothing as such; all else, dates too, is text for the schema to judge."""
        tag = str(node.tag).rsplit(":", 1)[-1]
        if tag not in self.typed:
            return str(node.value)
        constructor = YAML(typ="safe", pure=True).constructor
        try:
            return constructor.construct_object(node)
        except ValueError as error:  # a whole number of more digits than Python reads
            self._refuse(node, f"has a number that cannot be read: {error}", "put it in quotes if it is text")

    def _refuse(self, at: Node | Token, reason: str, hint: str = "") -> NoReturn:
        raise DocumentError(self.name, reason, hint, self._place(at))

    def _place(self, node: Node | Token) -> tuple[int, int]:
        return node.start_mark.line + self.first_line, node.start_mark.column + 1

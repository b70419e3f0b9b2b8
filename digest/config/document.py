"""A YAML file with the place of every key and value, for errors that a person can find.

YAML 1.2 (so that NO is a country and 12:30 a time, not False and 750), and a plain subset of it: no anchors, no tags,
no key twice.
"""

from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.tokens import AliasToken, AnchorToken, TagToken

from digest.errors import ConfigError

Path = tuple[str | int, ...]
_MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Document:
    """`value` as plain Python; `places` gives (line, column), from 1, of each key and of each value by its path."""

    name: str
    value: Any
    keys: dict[Path, tuple[int, int]]
    values: dict[Path, tuple[int, int]]
    first_line: int

    @classmethod
    def read(cls, data: bytes, name: str, first_line: int = 1) -> "Document":
        """Parse `data`; ConfigError says where it is no YAML, or YAML that Digest does not take."""
        reader = _Reader(name, first_line)
        try:
            text = data.decode("utf-8-sig")
            reader.refuse_tricks(text)
            node = YAML(typ="safe", pure=True).compose(text)
            value = None if node is None else reader.convert(node, (), 0)
        except UnicodeDecodeError as error:
            raise ConfigError(name, f"is not UTF-8 (byte {error.start})", "save it as UTF-8") from None
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line, mark.column) if mark else (0, 0)
            problem = f"is no YAML: {error.problem or error.context}"
            raise ConfigError(f"{name}:{line + first_line}:{column + 1}", problem) from None
        except YAMLError as error:
            raise ConfigError(name, f"is no YAML: {str(error).splitlines()[0]}") from None
        return cls(name=name, value=value, keys=reader.keys, values=reader.values, first_line=first_line)

    def say(self, path: Path, reason: str, *, key: bool = False) -> str:
        """'file:line:column: path: reason', at the nearest place that the file has."""
        for length in range(len(path), -1, -1):
            places = (self.keys, self.values) if key else (self.values, self.keys)
            place = places[0].get(path[:length]) or places[1].get(path[:length])
            if place:
                break
        else:
            place = (self.first_line, 1)
        dotted = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
        return f"{self.name}:{place[0]}:{place[1]}: " + (f"{dotted}: {reason}" if dotted else reason)


class _Reader:
    """Turns nodes into values and remembers where they were."""

    def __init__(self, name: str, first_line: int) -> None:
        self.name = name
        self.first_line = first_line
        self.keys: dict[Path, tuple[int, int]] = {}
        self.values: dict[Path, tuple[int, int]] = {}

    def refuse_tricks(self, text: str) -> None:
        for token in YAML(typ="safe", pure=True).scan(text):
            if isinstance(token, AnchorToken | AliasToken | TagToken):
                what = "a tag (!)" if isinstance(token, TagToken) else "an anchor or alias (& or *)"
                line, column = token.start_mark.line + self.first_line, token.start_mark.column + 1
                raise ConfigError(f"{self.name}:{line}:{column}", f"has {what}", "write the value out instead")

    def convert(self, node: Node, path: Path, depth: int) -> Any:
        self.values[path] = self._place(node)
        if depth > _MAX_DEPTH:
            raise ConfigError(f"{self.name}:{self._place(node)[0]}", "is nested too deeply")
        if isinstance(node, SequenceNode):
            return [self.convert(child, (*path, number), depth + 1) for number, child in enumerate(node.value)]
        if isinstance(node, MappingNode):
            return self._mapping(node, path, depth)
        return self._scalar(node)

    def _mapping(self, node: MappingNode, path: Path, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, child in node.value:
            line, column = self._place(key_node)
            if not isinstance(key_node, ScalarNode):
                raise ConfigError(f"{self.name}:{line}:{column}", "a key must be text")
            key = str(key_node.value)
            if key in found:
                first = self.keys[(*path, key)][0]
                hint = "keep one of the two"
                raise ConfigError(
                    f"{self.name}:{line}:{column}", f"key '{key}' stands twice (first on line {first})", hint
                )
            self.keys[(*path, key)] = (line, column)
            found[key] = self.convert(child, (*path, key), depth + 1)
        return found

    def _scalar(self, node: Node) -> Any:
        """Numbers, booleans and nothing as such; all else, dates too, is text for the schema to judge."""
        tag = str(node.tag).rsplit(":", 1)[-1]
        if tag not in ("int", "float", "bool", "null"):
            return str(node.value)
        constructor = YAML(typ="safe", pure=True).constructor
        return constructor.construct_object(node)

    def _place(self, node: Node) -> tuple[int, int]:
        return node.start_mark.line + self.first_line, node.start_mark.column + 1

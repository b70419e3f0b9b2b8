"""The tables of `wording/`: how languages say things, a table for each."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any


def wording(name: str) -> Mapping[str, Mapping[str, Any]]:
    """The table of a name, by language. Who asks keeps what it makes of it."""
    return tomllib.loads(files("digest.sections").joinpath(f"wording/{name}.toml").read_text("utf-8"))

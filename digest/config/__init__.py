"""`feeds.yaml` and `editor.yaml` in, frozen records out.

Only `load`, `editor` and what they need know of YAML and pydantic.
"""

from digest.config.records import (
    Config,
    Correction,
    Decisions,
    Edition,
    Network,
    Outlet,
    Quoting,
    Reference,
    Rights,
    Rule,
    Selection,
    Topic,
    Weights,
)

__all__ = [
    "Config",
    "Correction",
    "Decisions",
    "Edition",
    "Network",
    "Outlet",
    "Quoting",
    "Reference",
    "Rights",
    "Rule",
    "Selection",
    "Topic",
    "Weights",
]

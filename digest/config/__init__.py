"""`feeds.yaml` and `editor.yaml` in, frozen records out.

Only `load`, `editor` and what they need know of YAML and pydantic.
"""

from digest.config.records import (
    Config,
    Correction,
    Decisions,
    Dkim,
    Edition,
    Mail,
    Network,
    Outlet,
    Quoting,
    Rate,
    Reference,
    Reviewing,
    Rights,
    Rule,
    Selection,
    Skip,
    Timing,
    Topic,
    Web,
    Weights,
)

__all__ = [
    "Config",
    "Correction",
    "Decisions",
    "Dkim",
    "Edition",
    "Mail",
    "Network",
    "Outlet",
    "Quoting",
    "Rate",
    "Reference",
    "Reviewing",
    "Rights",
    "Rule",
    "Selection",
    "Skip",
    "Timing",
    "Topic",
    "Web",
    "Weights",
]

"""`feeds.yaml` in, frozen records out. Only `load` and what it needs know of YAML and pydantic."""

from digest.config.records import Config, Edition, Network, Outlet

__all__ = ["Config", "Edition", "Network", "Outlet"]

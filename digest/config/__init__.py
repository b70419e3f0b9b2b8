"""`feeds.yaml` in, frozen records out. Only `load` and what it needs know of YAML and pydantic."""

from digest.config.records import Config, Edition, Outlet

__all__ = ["Config", "Edition", "Outlet"]

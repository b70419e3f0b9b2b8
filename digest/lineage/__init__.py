"""A story's articles in, who speaks for himself out."""

from digest.lineage._origins import lineage

__all__ = ["lineage"]

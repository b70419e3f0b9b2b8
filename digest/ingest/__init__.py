"""Feeds and seed files in, articles out.

`fetch` does the I/O; `parse`, `extract` and `files` are pure: bytes in, records out.
"""

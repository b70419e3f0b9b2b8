"""Feeds and seed files in, articles out.

`fetch` and `disk` do the I/O; all else is pure: bytes in, records out.
"""

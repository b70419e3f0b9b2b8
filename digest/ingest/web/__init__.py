"""Addresses in, answers out: politely, safely, and only where nothing speaks against it.

`client`, `guard`, `fetch` and `pages` do I/O; `pace`, `rights` and the rest decide, and are pure.
"""

"""Feeds, pages and seed files in, articles out.

`client`, `guard` and `fetch` ask web servers, `pages` does through them, `disk` reads files, `sandbox` and `worker` run
children. All else is pure: bytes in, records out.
"""

"""Feeds, pages and seed files in, articles out.

`web` asks for bytes, `feeds` and `seeds` read them, `sandbox` and `worker` run children for what is hostile. The
modules beside them make clean text, and articles of it: pure, bytes in, records out.
"""

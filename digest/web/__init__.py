"""Pages that Digest serves itself, to people who asked for them: requests in, answers out.

What they show comes from callables; a module here knows no issue, no store and no configuration.
"""

"""Labelled rows in, the weights of the stance model out: `python -m digest.stance.train DATA`.

Not part of a run: needs scipy and zstandard, which Digest itself does not.
"""

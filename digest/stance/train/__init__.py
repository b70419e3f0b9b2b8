"""Labelled rows in, the weights of the stance model out: `python -m digest.stance.train DATA`.

Not part of a run: needs scipy and zstandard, which Digest itself does not.
"""

import os

# Sums of floats depend on how many threads share them: with one, the weights are the same bytes on a busy machine, too.
# Has to be said before numpy is loaded.
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"

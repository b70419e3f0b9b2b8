"""Scores of the default configuration on labelled data: `python -m tests.quality TASK FILE`."""

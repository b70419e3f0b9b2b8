"""Many feeds in, one honest newsletter out: every sentence verbatim from a source."""

__version__ = "0.1.0"

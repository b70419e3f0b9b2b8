"""A feed's bytes in, entries out, and of entries what is new: pure.

`parse` decides; `quick` reads what is regular, feedparser the rest, and both tell it in the terms of `told`.
"""

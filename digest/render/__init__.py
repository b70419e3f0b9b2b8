"""Issue and format in, artifacts out; and back again: the quotes of an artifact, proven against the articles.

`frozen` turns an issue into JSON and back, `engine` renders it, `readback` finds the quotes that an artifact claims,
`proof` holds them against the stored texts.
"""

"""Tokens as the models see them: lower-case words and some marks; names and numbers are hidden."""

import re

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|[?!:;,.\"“”]")
_HEADS = frozenset('.?!:"“”')  # after these a capital is no name
_QUOTES = str.maketrans("“”’", '""\'')

NAME, NUMBER = "N", "0"


def tokens(text: str, *, head: bool = True) -> list[str]:
    """Lower-case tokens; names become `N`, numbers `0`. `head`: a sentence begins here, where a capital is no name."""
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        word = match.group()
        if word[0].isdigit():
            found.append(NUMBER)
        elif word[0].isupper() and not head and word != "I":
            if found[-1:] != [NAME]:
                found.append(NAME)
        else:
            found.append(word.lower().translate(_QUOTES))
        head = word in _HEADS
    return found


def plain_tokens(text: str) -> list[str]:
    """The same with names as words, for headlines, whose capitals tell nothing."""
    return [NUMBER if word[0].isdigit() else word.translate(_QUOTES) for word in _TOKEN.findall(text.lower())]

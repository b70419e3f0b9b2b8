"""Personal names, by their capitals."""

import re

from digest.model import Span

_UPPER = "A-ZÀ-ÖØ-ÞĀĆČĎĐĘĞĢİĶŁŃŇŌŐŒŘŚŞŠŤŪŮŰŹŻŽА-ЯΑ-Ω"
NAME_WORD = rf"(?:[{_UPPER}][\w'’-]{{1,25}}|[{_UPPER}]\.)"
NEXT_WORD = rf" (?:(?:van|von|de|der|den|da|di|la|le|bin|al|el) ){{0,2}}{NAME_WORD}"
NAME = re.compile(rf"{NAME_WORD}(?:{NEXT_WORD}){{1,3}}")


class Names:
    """The personal names of a text, to find the fullest form of a short one ("Sean", "O'Kane") in it."""

    __slots__ = ("_by_word", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._by_word: dict[str, dict[str, int]] = {}
        for match in NAME.finditer(text):
            name = _bare(match.group())
            for word in name.split():
                forms = self._by_word.setdefault(word, {})
                forms[name] = forms.get(name, 0) + 1

    def fullest(self, speaker: Span) -> str | None:
        """The fullest name for a speaker: two words or more, as the text has it; None if it has only less."""
        match = NAME.search(self._text, *speaker)
        name = _bare(match.group() if match else speaker.of(self._text))
        words = name.split()
        if not words or not words[-1][:1].isupper():
            return None
        forms = self._by_word.get(words[-1], {})
        fuller = [form for form in forms if set(words) < set(form.split())]
        best = max(fuller, key=lambda form: forms[form], default=name)
        return best if " " in best else None


def _bare(name: str) -> str:
    return name.removesuffix("'s").removesuffix("’s").strip()

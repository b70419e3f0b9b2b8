"""Personal names, by their capitals."""

import re

from digest.model import Span

_UPPER = "A-ZÀ-ÖØ-ÞĀĆČĎĐĘĞĢİĶŁŃŇŌŐŒŘŚŞŠŤŪŮŰŹŻŽА-ЯΑ-Ω"
NAME_WORD = rf"(?:[{_UPPER}][\w'’-]{{1,25}}|[{_UPPER}]\.)"
NEXT_WORD = rf" (?:(?:van|von|de|der|den|da|di|la|le|bin|al|el) ){{0,2}}{NAME_WORD}"
NAME = re.compile(rf"{NAME_WORD}(?:{NEXT_WORD}){{1,3}}")
_BEFORE_NAMES = frozenset(
    "A After Although An And As At Before But By For From He How If In It Its Like No Not Of On Or She So Than That "
    "The Then There These They This To Under Until What When Where While Who Why With Yet Ambassador Archbishop Bishop "
    "Captain Chancellor Chief Colonel Congressman Congresswoman Councillor Dame Dr Frau General Gov Governor Herr "
    "Judge Justice King Lady Lord M Madame Mayor Minister Miss Mme Monsieur Mr Mrs Ms Mx Pope President Prof Professor "
    "Queen Rep Representative Rev Secretary Sen Senator Sergeant Sir".split()
)


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
    """Without a possessive ending, and without the words before a name that a sentence or an office capitalises."""
    words = name.removesuffix("'s").removesuffix("’s").split()
    while len(words) > 1 and words[0].rstrip(".") in _BEFORE_NAMES:
        del words[0]
    return " ".join(words)

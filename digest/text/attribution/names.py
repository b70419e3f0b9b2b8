"""Personal names, by their capitals."""

import re
from functools import lru_cache

from digest.model import Span
from digest.text.sentences import ends_sentence, paragraph_spans

_UPPER = "A-ZÀ-ÖØ-ÞĀĆČĎĐĘĞĢİĶŁŃŇŌŐŒŘŚŞŠŤŪŮŰŹŻŽА-ЯΑ-Ω"
NAME_WORD = rf"(?:[{_UPPER}][\w'’-]{{1,25}}|[{_UPPER}]\.)"
NEXT_WORD = rf" (?:(?:van|von|de|der|den|da|di|la|le|bin|al|el) ){{0,2}}{NAME_WORD}"
NAME = re.compile(rf"(?<![\w.]){NAME_WORD}(?:{NEXT_WORD}){{1,7}}")
_SINGLE = re.compile(rf"\b{NAME_WORD}")
# Where the words on a speaker begin that do not name him, but his company or his age.
_NOT_OWN = re.compile(
    r"[,(]| (?:for|of(?! (?:State|Defen[cs]e|Health)\b)|from|at|with|in|by|near|on|to|who|and|himself|herself)\b"
)
_POSSESSIVE = re.compile(r"['’]s?(?= )")
_BEFORE_NAMES = frozenset(
    "A After Although An And As At Before But By Earlier For From He How If In It Its King Lady Later Like Lord M "
    "Meanwhile No Not Of On Or Page Queen She Since So Than That The Then There These They This To Under Until "
    "What When Where While Who Why With Yet".split()
)
_OFFICES = frozenset(
    "Actor Actress Admiral Ambassador Analyst Archbishop Attorney Author Bishop CEO Captain Cardinal Chair "
    "Chairman Chairwoman Chancellor Chief Coach Col Colonel Commissioner Committee Congressman Congresswoman "
    "Councillor Dame Defence Defense Department Director Dr Executive Eyewitness Father Frau Gen General Gov "
    "Governor Health Herr House Judge Justice Lt Madame Maj Major Mayor Minister Ministry Miss Mme Model Monsieur "
    "Mr Mrs Ms Mx Nations Officer Pitcher Pope Premier President Prof Professor Rep Reporter Representative Rev "
    "Secretary Sen Senator Sergeant Sgt Sheriff Singer Sir Spokesman Spokesperson Spokeswoman State".split()
)
_LONGEST = 4  # words of a personal name
# Texts whose names and attributions are kept: those of a week, since all stories are judged before any is told.
KEPT = 4096


class Names:
    """The personal names of a text, to find the fullest form of a short one ("Sean", "O'Kane") in it."""

    __slots__ = ("_by_word", "_forms", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._by_word: dict[str, dict[str, int]] = {}
        self._forms: dict[Span, str | None] = {}
        for paragraph in paragraph_spans(text):
            if _is_heading(paragraph.of(text)):
                continue
            for match in NAME.finditer(text, *paragraph):
                self._count(_bare(match.group()))

    def _count(self, name: str) -> None:
        for word in name.split() if " " in name else ():
            forms = self._by_word.setdefault(word, {})
            forms[name] = forms.get(name, 0) + 1

    def fullest(self, speaker: Span) -> str | None:
        """The fullest name for a speaker: two words or more, as the text has it; None if it has only less."""
        form = self.form(speaker)
        return form if form and " " in form else None

    def form(self, speaker: Span) -> str | None:
        """The fullest name for a speaker as the text has it, be it one word; None for who is not named."""
        if speaker not in self._forms:
            self._forms[speaker] = self._form(speaker)
        return self._forms[speaker]

    def _form(self, speaker: Span) -> str | None:
        name = self._own(speaker)
        words = name.split()
        if not words or words[-1] in _OFFICES:
            return None
        forms = self._by_word.get(words[-1], {})
        fuller = [form for form in forms if set(words) < set(form.split())]
        return max(fuller, key=lambda form: forms[form], default=name)

    def _own(self, speaker: Span) -> str:
        """The name that a noun phrase ends in: not the one of "a spokesman for X", nor the first of "X secretary Y"."""
        stop = _NOT_OWN.search(self._text, *speaker)
        end = stop.start() if stop else speaker.end
        for pattern in (NAME, _SINGLE):
            for match in pattern.finditer(self._text, speaker.start, end):
                if match.end() == end:
                    return _bare(match.group())
        return ""


@lru_cache(maxsize=KEPT)
def names(text: str) -> Names:
    """The names of a text, kept for a while: takes and sections ask for those of the same articles."""
    return Names(text)


def _is_heading(paragraph: str) -> bool:
    """Capitals make no names in a title, but they do in a byline."""
    return not ends_sentence(paragraph) and paragraph[-1:] != ":" and paragraph[:1] not in "—–-"


def _bare(name: str) -> str:
    """Without the words before a name that a sentence or an office capitalises, and without a possessive ending."""
    for match in _POSSESSIVE.finditer(name.removesuffix("'s").removesuffix("’s")):
        name = name[match.end() :].lstrip()
    words = name.removesuffix("'s").removesuffix("’s").split()
    offices = [number for number, word in enumerate(words[:-1]) if word.rstrip(".") in _OFFICES]
    words = words[offices[-1] + 1 :] if offices else words
    while len(words) > 1 and words[0].rstrip(".") in _BEFORE_NAMES:
        del words[0]
    return " ".join(words[-_LONGEST:])

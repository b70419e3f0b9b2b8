"""Does a feed's entry carry its article, or only a teaser for the page?"""

import re
from collections.abc import Sequence

from digest.text.sentences import LABEL_WORDS, ends_sentence, is_prose, is_truncated
from digest.text.words import words

_ENOUGH = 120  # words: teasers are shorter, and shorter articles lose nothing by being asked for their page
_PARAGRAPHS = 3  # of prose: a text that is told in as many is short, not cut
_LEAST = 40  # words; fewer are a teaser, however many paragraphs they are cut into
_HEAD = 5_000  # characters of a paragraph that are counted
_ONWARD = re.compile(
    r"(?:\b(?:continue|keep) reading|\bread (?:more|on|the (?:full|whole|entire|rest))|\bfull (?:story|article)"
    r"|\bclick (?:here )?to (?:read|continue)|\bweiterlesen|\bmehr lesen|\bjetzt lesen|\blire (?:la suite|plus)"
    r"|\b(?:leer|ver) más|\b(?:seguir|sigue) leyendo|\bcontinua a leggere|\bleggi tutto|\blees (?:meer|verder)"
    r"|\bles mer|\bläs mer|\bleia mais|\bczytaj (?:więcej|dalej)|続きを読む|阅读全文|閱讀全文)\W*$",
    re.IGNORECASE,
)


def is_whole(paragraphs: Sequence[str]) -> bool:
    """Are the paragraphs of an entry, as far as one can tell, its article's full text?

    They are not if they break off, point to the rest, or are few and short.
    """
    if not paragraphs or _breaks_off(paragraphs[-1]):
        return False
    count = sum(len(words(paragraph[:_HEAD])) for paragraph in paragraphs)
    return count >= _ENOUGH or (count >= _LEAST and sum(map(is_prose, paragraphs)) >= _PARAGRAPHS)


def _breaks_off(last: str) -> bool:
    tail = last[-200:]
    cut_in_prose = not ends_sentence(tail) and len(words(last[:_HEAD])) >= LABEL_WORDS
    return is_truncated(tail) or cut_in_prose or _ONWARD.search(tail) is not None

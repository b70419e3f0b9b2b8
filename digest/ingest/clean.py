"""Text copied out of a web page in, the text alone out: page chrome is dropped, what is kept stays as it was.

The rules are general: a table entry or a shape that stands on pages of many publishers (see `chrome`). Where a rule is
in doubt it keeps the line: a label too many costs less than a paragraph too few.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from digest.ingest import chrome
from digest.ingest.dates import date_line
from digest.text.normalize import one_line
from digest.text.sentences import ends_sentence, is_prose, is_truncated
from digest.text.words import word_spans

_BULLET = re.compile(r"^(?:[•‣▪▸●○◦∙·*+-]|[⁃➢➤►])\s+")
_HAS_WORDS = re.compile(r"[^\W_]")  # a line without them is a rule or an ornament
_NUMBER = re.compile(r"^(\d{1,2})[.)]\s+(?=\S)")
_ATTRIBUTION = re.compile(r"^[—–―]\s*\S")
_TWICE = re.compile(r"^(\S+\s.{2,}?)\s+\1(?:\s+\d{1,3})?$")
_LABELS = (chrome.FIELD, chrome.CREDIT, chrome.BADGE, chrome.LINK_ROW, chrome.BYLINE, chrome.ARROW_LINK, _TWICE)
_MENU_LABEL = 4  # words: entries of menus are no longer
_HEADLINE = 25  # words: headlines are no longer; excerpts are
_EXCERPT = 60  # words: excerpts under a headline are no longer
_REPEATED = 8  # words: shorter paragraphs may stand twice on purpose ("Yes.")
_GLUE = 120  # characters of chrome that may be glued to the head of a paragraph
_INVITATION = 45  # words; whoever invites is brief
_PRODUCT = 4  # lines of a product box
_LONGEST_LABEL = 300  # characters; fewer than are in the shortest paragraph that is worth a rule's time
_COUNTED = 1_000  # characters: more words than any rule asks for, so that counting them takes no more time on more


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A text without its page: `title` is its headline ("" if it has none), `day` a date that stands at its head.

    `around` are the lines of the page that are not kept.
    """

    title: str
    day: date | None
    paragraphs: tuple[str, ...]
    around: tuple[str, ...]


def clean(lines: Iterable[str], title: str = "") -> Cleaned:
    """The headline, the date and the paragraphs of a text that is given by lines; an empty line parts blocks.

    With a `title`, that is the headline, and lines that repeat it are dropped. Order and wording are kept: of a kept
    line only its bullet and the white space go.
    """
    every = [line if _HAS_WORDS.search(line) else "" for line in map(one_line, lines)]
    shown = _without_menus(every)
    kept = _without_bullets([line for line in shown if line])
    kept = _unglued(kept)
    kept = _without_products(kept)
    kept = _once(kept)
    title, day, paragraphs = _headed(without_chrome(kept), one_line(title))
    return Cleaned(title=title, day=day, paragraphs=paragraphs, around=left_out(every, paragraphs))


def left_out(lines: Iterable[str], kept: Iterable[str]) -> tuple[str, ...]:
    """Those of `lines` that are not among those `kept`, each once."""
    left = dict.fromkeys(lines)
    for line in ("", *kept):
        left.pop(line, None)
    return tuple(left)


def without_chrome(lines: list[str]) -> list[str]:
    """`lines` without zones of teasers, without buttons, counters and labels of the page, and without legal notices."""
    return _without_notices([line for line in _without_teasers(lines) if not _is_widget(line)])


def _without_menus(lines: list[str]) -> list[str]:
    """Drop blocks of short labels of which several are words of menus, and menus that stand on one line."""
    kept: list[str] = []
    block: list[str] = []
    for line in [*lines, ""]:
        if line and _word_count(line) <= _MENU_LABEL and not ends_sentence(line):
            block.append(line)
            continue
        kept.extend(_after_menu(block, whole=not line))
        block = []
        if not _is_menu_line(line):
            kept.append(line)
    return kept


def _after_menu(block: list[str], *, whole: bool) -> list[str]:
    """What is left of a block of labels: all, if it is no menu; else what follows the last word of menus.

    Nothing is left if the `whole` block stands for itself between empty lines.
    """
    listed = [place for place, label in enumerate(block) if _menu_words(label)]
    if len(block) < 3 or len(listed) < 2:
        return block
    return [] if whole else block[listed[-1] + 1 :]


def _is_menu_line(line: str) -> bool:
    tokens = line.split() if len(line) <= _COUNTED else []
    if len(tokens) < 6 or ends_sentence(line) or any(token[0].islower() for token in tokens):
        return False
    return _menu_words(line) >= 3 and _menu_words(line) * 3 >= len(tokens)


def _menu_words(line: str) -> int:
    return sum(token.casefold().strip(",|·•") in chrome.MENU_WORDS for token in line.split())


def _without_bullets(lines: list[str]) -> list[str]:
    numbers = [int(match[1]) if (match := _NUMBER.match(line)) else None for line in lines]
    kept: list[str] = []
    for place, line in enumerate(lines):
        number = numbers[place]
        # A number is a list's if a neighbour counts on; "10. Mai" and "5. Kapitel" are none.
        counted = number is not None and (
            number - 1 in numbers[max(place - 1, 0) : place] or number + 1 in numbers[place + 1 : place + 2]
        )
        kept.append((_NUMBER if counted else _BULLET).sub("", line, count=1))
    return kept


def _unglued(lines: list[str]) -> list[str]:
    """Cut buttons off the head of a line, and whatever is glued to a paragraph that also stands alone."""
    cut = [chrome.BUTTON_HEAD.sub("", line) for line in lines]
    long = {line for line in cut if _word_count(line) >= _REPEATED}
    ends = Counter(line[-40:] for line in long)
    return [_tail_in(line, long) if ends[line[-40:]] > 1 else line for line in cut if line]


def _tail_in(line: str, known: set[str]) -> str:
    """The end of `line` that is a paragraph of its own elsewhere, if no white space parts it from what is before it."""
    for start in range(1, min(_GLUE, len(line))):
        if line[start - 1].isalnum() and line[start].isalnum() and line[start:] in known:
            return line[start:]
    return line


def _once(lines: list[str]) -> list[str]:
    """Drop lines that repeat the one before, and paragraphs that stood earlier."""
    kept: list[str] = []
    met: set[str] = set()
    for line in lines:
        key = line.casefold()
        if (kept and key == kept[-1].casefold()) or (key in met and _word_count(line) >= _REPEATED):
            continue
        met.add(key)
        kept.append(line)
    return kept


def _without_products(lines: list[str]) -> list[str]:
    """Drop disclosures of commissions, and the product box right above each: labels and cut-off descriptions."""
    kept: list[str] = []
    for before, line in pairwise(["", *lines]):
        if not _is_disclosure(line):
            kept.append(line)
        elif not _is_disclosure(before) and any(map(ends_sentence, kept)):  # a box never comes before the text
            _drop_product(kept)
    return kept


def _is_disclosure(line: str) -> bool:
    return _word_count(line) <= _HEADLINE + _HEADLINE and chrome.DISCLOSURE.search(line) is not None


def _drop_product(kept: list[str]) -> None:
    for _ in range(_PRODUCT):
        if not _is_product_line(kept[-1]):
            return
        kept.pop()


def _is_product_line(line: str) -> bool:
    if _ATTRIBUTION.match(line):
        return False
    return is_truncated(line) or (not ends_sentence(line) and _word_count(line) <= _HEADLINE)


def _without_teasers(lines: list[str]) -> list[str]:
    """Drop zones of links to other texts: their heading, and the headlines, or headlines with excerpts, below it."""
    shapes = [_shape(line) for line in lines]
    kept: list[str] = []
    place = 0
    while place < len(lines):
        if shapes[place] == "teasers":
            place = _zone_end(lines, shapes, place)
        else:
            kept.append(lines[place])
            place += 1
    return kept


def _zone_end(lines: list[str], shapes: list[str], start: int) -> int:
    """Where the text goes on: behind the headlines, or behind headline-and-excerpt pairs if they are clearly such.

    Pairs are clear if there are two of them, or if the excerpt breaks off. Two excerpts in a row are the text again.
    """
    after_headlines = place = _skip_headlines(shapes, start)
    pairs = 0
    while shapes[place - 1] == "headline" and shapes[place : place + 1] == ["excerpt"]:
        if shapes[place + 1 : place + 2] in (["excerpt"], ["text"]):
            break
        pairs += 1 if ends_sentence(lines[place]) and not is_truncated(lines[place]) else 2
        place = _skip_headlines(shapes, place + 1)
    return place if pairs >= 2 else after_headlines


def _skip_headlines(shapes: list[str], place: int) -> int:
    while place < len(shapes) and shapes[place] in ("headline", "teasers"):
        place += 1
    return place


def _shape(line: str) -> str:
    if len(line) <= _LONGEST_LABEL and chrome.TEASERS.match(line):
        return "teasers"
    count = _word_count(line)
    if count <= _HEADLINE and not line.endswith((".", "!", "…", "”", '"', "»")) and not _ATTRIBUTION.match(line):
        return "headline"
    return "excerpt" if count <= _EXCERPT else "text"


def _is_widget(line: str) -> bool:
    if len(line) > _COUNTED:
        return False
    if chrome.WIDGETS.match(line) or _is_invitation(line):
        return True
    if len(line) > _LONGEST_LABEL or is_prose(line) or date_line(line):
        return False
    return any(pattern.match(line) for pattern in _LABELS)


def _is_invitation(line: str) -> bool:
    if _word_count(line) > _INVITATION or chrome.TWO_SENTENCES.search(line):
        return False
    return any(pattern.match(line) for pattern in (chrome.POINTER, chrome.SIGN_UP, chrome.BARRIER))


def _without_notices(lines: list[str]) -> list[str]:
    """Drop links to the original and legal notices from the end of a text."""
    kept = list(lines)
    while len(kept) > 1 and _is_notice(kept[-1]):
        kept.pop()
    return kept


def _is_notice(line: str) -> bool:
    if chrome.is_feed_tail(line):
        return True
    return len(line) < 600 and sum(notice.search(line) is not None for notice in chrome.NOTICES) >= 2


def _headed(lines: list[str], title: str) -> tuple[str, date | None, tuple[str, ...]]:
    """Read the head of the text, which is all above the first prose: the headline, the day, a deck, one heading."""
    if not title:
        first = next((line for line in lines if not date_line(line)), "")
        title = first if _is_headline(first) or not is_prose(first) else ""
    lines = [line for line in lines if not _restates(line, title)]
    start = next((place for place, line in enumerate(lines) if is_prose(line) and not date_line(line)), len(lines))
    head, body = lines[:start], lines[start:]
    days = [day for line in head if (day := date_line(line))]
    head = [line for line in head if not date_line(line)]
    # Above the first prose a deck and a heading are text; other labels there are the page's (tags, kickers, outlets).
    text = [line for line in head[:-1] if _is_deck(line)] + head[-1:] if body else head
    return title, days[0] if days else None, (*text, *body)


def _is_headline(line: str) -> bool:
    return _word_count(line) <= _HEADLINE and not line.endswith(".")


def _is_deck(line: str) -> bool:
    """Is it a phrase? A list of tags has no small words."""
    tokens = line.split()
    return len(tokens) >= 6 and any(token.islower() and len(token) <= 3 for token in tokens)


def _restates(line: str, title: str) -> bool:
    """Is it the headline again, or a label around it ("Our view on ...")?"""
    if line.casefold() == title.casefold():
        return True
    around = title.casefold() in line.casefold() and len(line) < 2 * len(title)
    return around and _word_count(title) >= 4 and not ends_sentence(line)


def _word_count(line: str) -> int:
    """The number of words, or of those at the head of a line that is longer than any label."""
    return len(word_spans(line[:_COUNTED]))

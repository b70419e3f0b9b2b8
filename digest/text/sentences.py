"""Sentences: where they begin and end, and which paragraphs have any."""

import re
from collections.abc import Iterator
from itertools import pairwise

from digest.model import Span
from digest.text.language import base
from digest.text.words import count_words

_CLOSERS = "\"'”’»)]}›」』“"
_TERMINAL = ".!?…。！？؟।"
# A closing mark that the splitter left at the head of the next sentence.
_STRAY_CLOSER = re.compile(r"[”’»)\]]+(?=\s|$)|[\"'](?=\s|$)")
_TRUNCATED = re.compile(r"(?:\.\.\.|…|\[\s*(?:…|\.\.\.)\s*\]|\(…\))\s*$")
# A plain word and a full stop before a capital end a sentence, though nupunkt misses one such end in a hundred. Short
# words and those listed may be abbreviations.
_MISSED_END = re.compile(
    r"(?<=[\s(“\"‘])(?!(?:approx|dept|esp|est|etc|ext|govt|incl|misc|seq|tel|vol|vols)\.)[a-z]{3,}[.?!][\"”’)]*\s+"
    r"(?=[\"“‘(]?[A-ZÀ-Þ])"
)
# What begins with a small letter goes on, but for names such as "iPhone".
_SMALL_START = re.compile(r"[a-zß-öø-ÿα-ωа-я]+(?![^\W_])")
# Where no sentence ends: abbreviations that something always follows, and German ordinals.
_NO_END = {
    language: tuple(re.compile(rule) for rule in rules)
    for language, rules in {
        "en": [r"\b(?:Lt|Maj|Brig|Sgt|Capt|Cmdr|Adm)\.$"],
        "de": [
            r"\b(?:Fa|Nr|Art|Abs|Abb|Bd|Hrsg|Hr|Fr|St|bzw|ca|inkl|evtl|vgl)\.$",
            r"\b(?:[Ii]m|[Aa]m|[Vv]om|[Zz]um|[Bb]eim|[Dd](?:er|ie|as|em|en|es)|[Ss]eit|[Aa]b|[Uu]nd|\d\.) \d{1,2}\.$",
        ],
        "fr": [r"(?:^|[\s(«])(?:MM?|Mme|Mlle|Mgr|Me|Dr|Ste?|art|cf)\.$"],
        "es": [r"\b(?:Sra?s?|Dra?|Dña|Ud|[Nn]úm|[Pp]ág)\.$"],
        "it": [r"\b(?:dott|sig|sig\.ra|prof|ing|avv|on)\.$"],
        "nl": [r"\b(?:dhr|mevr|mw|dr|o\.a|bijv|ca|nr)\.$"],
        "pl": [r"\b(?:godz|ul|nr|tzw|prof|dr|św|im|al|ks|gen)\.$"],
        "tl": [r"\b(?:Gng|Bb|G|Sen|Rep|Gov)\.$"],
    }.items()
}
# Captions, notices of the page, and what leads elsewhere: whole sentences to look at, and no part of what is told.
_ASIDE = re.compile(
    r"(?:photos?|pictures?|images?|gallery|videos?|watch|listen|read more|read also|see also|related|advertisement)"
    r"(?: of the day)?\s?[:|]|(?-i:\d{1,2}/\d{1,2} [A-Z])|"
    r"(?-i:(?:GETTY|REUTERS|REX|EPA|AFP|ALAMY|SHUTTERSTOCK)(?: IMAGES)? (?=[A-Z][a-z]))|"
    r"(?:this|the) (?:article|story|post|piece) (?:(?:was|has been|is) )?"
    r"(?:amended|updated|corrected|originally|first)\b",
    re.IGNORECASE,
)
_WINDOW = 5_000  # characters
LABEL_WORDS = 12  # a paragraph with no full stop and fewer words is a heading or a label [chosen on feed summaries]
_COUNTED = 1_000  # characters: more words than are asked for


def paragraph_spans(text: str) -> list[Span]:
    """Paragraphs of a clean text: what stands between empty lines."""
    return [Span(*match.span()) for match in re.finditer(r"[^\n]+", text)]


def ends_sentence(paragraph: str) -> bool:
    """Does it close with a full stop, a question mark or the like, whatever quotation marks follow?"""
    return paragraph.rstrip().rstrip(_CLOSERS).rstrip().endswith(tuple(_TERMINAL))


def is_truncated(sentence: str) -> bool:
    """Was it cut off by its publisher, with an ellipsis for the rest?"""
    return bool(_TRUNCATED.search(sentence))


def is_prose(paragraph: str) -> bool:
    """Prose is quoted; headings, labels and captions are not."""
    return ends_sentence(paragraph) or count_words(paragraph[:_COUNTED]) >= LABEL_WORDS


def _introduces(sentence: str) -> bool:
    """Does it only announce a list or a quotation that follows in another paragraph?"""
    return sentence.endswith((":", "："))


def sentence_spans(text: str, language: str, within: Span | None = None) -> list[Span]:
    """Sentences of one paragraph (`within`, or all of `text`), without the white space around them.

    nupunkt for English and sentencex for the rest: the best of each on news text among those that are fast.
    """
    start, end = within or Span(0, len(text))
    paragraph = text[start:end]
    spans: list[Span] = []
    for left, right in _split(paragraph, language):
        if spans and (stray := _STRAY_CLOSER.match(paragraph, left)):
            spans[-1] = Span(spans[-1].start, start + stray.end())
            left = stray.end()
        span = _strip(text, start + left, start + right)
        if span.end == span.start:
            continue
        if spans and _goes_on(spans[-1].of(text), span.of(text), language):
            spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    return spans


def _goes_on(before: str, after: str, language: str) -> bool:
    """Did the splitter take a full stop within a sentence for its end?"""
    if before.endswith((".", "!", "?")) and _SMALL_START.match(after):
        return True
    return before.endswith(".") and any(rule.search(before[-40:]) for rule in _NO_END.get(base(language), ()))


def quotable_spans(text: str, language: str, start: int = 0) -> tuple[Span, ...]:
    """Sentences of a clean text from `start` on that may be quoted: whole ones, out of prose.

    Sentences that their publisher cut off, and captions and the like, are left out, unless there is nothing else. A
    long paragraph without a full stop is prose where that is how the text is written (as many feeds do), and a heading
    where it is not.
    """
    paragraphs = [paragraph for paragraph in paragraph_spans(text) if paragraph.start >= start]
    closed = [paragraph for paragraph in paragraphs if ends_sentence(paragraph.of(text))]
    prose = closed if 2 * len(closed) > len(paragraphs) else [p for p in paragraphs if is_prose(p.of(text))]
    found = [
        span
        for paragraph in prose
        for span in sentence_spans(text, language, paragraph)
        if count_words(span.of(text)) > 1 and not _introduces(span.of(text))
    ]
    found = [span for span in found if not _ASIDE.match(span.of(text))] or found
    whole = [span for span in found if not is_truncated(span.of(text))]
    return tuple(whole or found)


def _split(paragraph: str, language: str) -> Iterator[tuple[int, int]]:
    """Sentences of `paragraph`, found a window at a time: the splitters' work grows with the square of the length."""
    start = 0
    while len(paragraph) - start > _WINDOW:
        found = _split_window(paragraph[start : start + _WINDOW], language)
        # The last one may go on behind the window, unless there is no other.
        kept = found[:-1] or [(0, _WINDOW)]
        yield from ((start + left, start + right) for left, right in kept)
        start += max(kept[-1][1], 1)
    yield from ((start + left, start + right) for left, right in _split_window(paragraph[start:], language))


def _split_window(text: str, language: str) -> list[tuple[int, int]]:
    if base(language) == "en":
        from nupunkt import sent_spans  # loads its model: only when there is English to split

        return [part for span in sent_spans(text) for part in _recut(text, *span)]
    from sentencex import get_sentence_boundaries

    return [(found["start_index"], found["end_index"]) for found in get_sentence_boundaries(base(language), text)]


def _recut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    ends = [match.end() for match in _MISSED_END.finditer(text, start, end) if match.end() < end]
    return list(pairwise([start, *ends, end]))


def _strip(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)

"""Attribution: who says what in a text, found by pattern.

Three forms are known: quotations in any marks (`"..." said X`, `X said: "..."`, a pull quote over `— X`), indirect
speech with a reporting verb (`X said that ...`, `..., X said`, `according to X, ...`), and interview turns (`X: ...` at
a paragraph's head). Contents, speakers and cues are those of PolNeAR (Newell, Margolin and Ruths, LREC 2018), which
calls the speaker a source. The patterns know English verbs, and those of direct speech in German, French and Spanish.

All patterns are bounded and anchored, so that the time is linear in the length of the text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from digest.model import Span
from digest.text.sentences import is_prose, paragraph_spans, sentence_spans
from digest.text.words import word_spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Somebody says something: spans of the text given; `speaker` and `cue` None where the text shows none.

    `direct`: the content is a quotation as a whole (its marks included) or an interview turn.
    """

    content: Span
    speaker: Span | None
    cue: Span | None
    direct: bool


def attributions(text: str, language: str = "en") -> tuple[Attribution, ...]:
    """Every attribution of a clean text (paragraphs parted by line breaks), ordered by content; they may nest."""
    paragraphs = paragraph_spans(text)
    turns = _turns(text, paragraphs)
    taken = {turn.content.end for turn in turns}
    found = list(turns)
    last: Attribution | None = None
    carried = False  # the paragraph before ended inside a quotation: its speaker goes on
    for number, paragraph in enumerate(paragraphs):
        if paragraph.end in taken:
            continue
        quotes = _quotations(text, paragraph)
        before = Span(*paragraphs[number - 1]) if number else None
        after = Span(*paragraphs[number + 1]) if number + 1 < len(paragraphs) else None
        sentences = _sentences(text, paragraph, quotes, language)
        direct = _direct(text, sentences, quotes, last.speaker if carried and last else None)
        direct = _framed(text, paragraph, direct, before, after)
        found += direct
        found += _indirect(text, sentences, quotes)
        last, carried = (direct[-1], quotes[-1].end == paragraph.end) if direct else (None, False)
    return tuple(sorted(set(_upgraded(found)), key=lambda one: (one.content, one.cue or Span(0, 0), one.direct)))


# --- quotations -----------------------------------------------------------------------------------------------------

_MARK = re.compile("''|``|[\"“”„‟«»‘’']")
_CLOSERS = {
    '"': '"”', "“": '”"', "„": "“”\"", "‟": "”", "«": "»", "»": "«", "''": "''", "``": "''", "‘": "’", "'": "'",
}  # fmt: skip
_SINGLE = "‘'"
_SINGLE_LIMIT = 600  # characters; an apostrophe that only looks like an opening mark must not swallow a paragraph


def _quotations(text: str, paragraph: Span) -> list[Span]:
    """Quotations of a paragraph, marks included. One left open goes to the paragraph's end, as printers do it."""
    found: list[Span] = []
    mark, start = "", 0
    for match in _MARK.finditer(text, *paragraph):
        char, at = match.group(), match.start()
        if mark in _SINGLE and mark and at - start > _SINGLE_LIMIT:
            mark = ""
        if mark and char in _CLOSERS[mark] and _closes(text, match.end(), at, mark):
            found.append(Span(start, match.end()))
            mark = ""
        elif (not mark or mark in _SINGLE) and char in _CLOSERS and _opens(text, at, match.end(), char):
            mark, start = char, at
    if mark and mark not in _SINGLE and start == paragraph.start:
        found.append(Span(start, paragraph.end))
    return found


def _opens(text: str, start: int, end: int, mark: str) -> bool:
    after = text[end : end + 1]
    if mark in "«“„":
        return bool(after)
    before = text[start - 1 : start]
    return bool(after) and not after.isspace() and not before.isalnum() and before not in tuple(".,!?")


def _closes(text: str, end: int, start: int, mark: str) -> bool:
    """Single marks are apostrophes too: they close speech only after a stop, and never inside a word."""
    if mark in _SINGLE:
        return text[start - 1] in ",.?!…" and not text[end : end + 1].isalnum()
    return mark in "«»" or not text[start - 1].isspace() or not text[end : end + 1].isalnum()


def _sentences(text: str, paragraph: Span, quotes: list[Span], language: str) -> list[Span]:
    """Sentences, joined where a quotation runs over several of them or the next goes on in lower case."""
    merged: list[Span] = []
    starts = [quote.start for quote in quotes]
    for sentence in sentence_spans(text, language, paragraph):
        number = bisect_right(starts, sentence.start - 1) - 1
        inside = number >= 0 and sentence.start < quotes[number].end
        if merged and (inside or text[sentence.start].islower()):
            merged[-1] = Span(merged[-1].start, sentence.end)
        else:
            merged.append(sentence)
    return merged


# --- cues and speakers ----------------------------------------------------------------------------------------------

_SPEECH = (
    "said|says|say|saying|told|tells|tell|telling|wrote|writes|announc(?:ed|es|ing)|argu(?:e|es|ed|ing)|"
    "repl(?:ied|ies|ying)|(?:add|ask|explain|insist|suggest|warn|assert|complain|contend|recall|reckon|predict|"
    "acknowledge|note|observe|emphasi[sz]e|lament|quip)(?:s|e?d|ing)?|"
    # past forms alone, where the bare form is mostly a noun or has another meaning
    "(?:claim|report|tweet|comment|confirm|remark|repeat|respond|reveal|counter|joke|caution|affirm|allege|declare|"
    "conclude|continue|describe|estimate|indicate|propose|state|urge|vow|promise|testifi|blogg|post|answer|stress|"
    "concede|reiterate|mention|disclose|imply|pledge|confess|point)(?:e?d|ing)|suggesting|noting|observing|"
    "acknowledging|stating|admit(?:s|ted|ting)?|den(?:y|ies|ied|ying)|shout(?:ed|ing)|pointed out|points out|"
    "sagte|sagt|erklärte|meinte|betonte|déclare|a déclaré|a dit|explique|affirme|estime|dijo|afirmó|señaló|aseguró"
)
_ATTITUDE = (
    "thinks?|thought|believes?|believed|knows|hopes|hoped|hoping|expects?|expected|wants|feels|felt|"
    "doubts|doubted|feared|suspects?|worries|worried|seemed|showed|shows?|found|called|calls|calling|"
    "accus(?:es|ed|ing)|blam(?:es|ed|ing)|criticiz(?:es|ed|ing)|prais(?:es|ed|ing)|endorsed|attacked|opposed|"
    "rejected|dismissed|defended|declined|refused|cit(?:es|ed|ing)|agree[sd]?|express(?:es|ed)|"
    "denounced|blasted|questioned|demanded"
)
_CUE = re.compile(rf"\b(?:{_SPEECH})\b", re.IGNORECASE)
_ANY_CUE = re.compile(rf"\b(?:{_SPEECH}|{_ATTITUDE})\b")
_ACCORDING = re.compile(r"\b(?:[Aa]ccording to|[Ss]elon|[Ll]aut|[Ss]egún)\s+")
_PRONOUN = re.compile(r"(?:he|she|they|i|we|you|who|it|er|sie|il|elle)$", re.IGNORECASE)
_BOUNDARY = re.compile(
    r"[;:—–(\"”“«»]\s*|,\s+|\b(?:that|but|and|as|while|when|because|if|since|although|though|where|which|what|how|why|"
    r"than|whether|after|before|until|so|or)\s+",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    r"(?:(?:^|\s)(?:has|have|had|also|later|then|once|often|never|always|still|even|just|now|is|was|are|were|be|been|"
    r"will|would|could|should|may|might|must|did|does|do|not|didn['’]t|doesn['’]t|don['’]t|"
    r"wouldn['’]t|previously|\w{2,20}ly))$"
)
# "X did this, saying that" and "X did this and said that": the subject is that of the sentence.
_NO_SUBJECT = re.compile(r"(?:^|\s)(?:and|but|then|to|by|for|of|in|without|while|after|before|from|as)$", re.IGNORECASE)
_LEADING = re.compile(r"(?:The |the )?[A-ZÀ-Þ][\w'’.-]{1,25}(?: [A-ZÀ-Þ][\w'’.-]{0,25}){0,4}|\b(?:he|she|they|we)\b")
_INTRODUCTION = re.compile(r"(?:In|On|At|After|As|While|When|With|For|During|Despite|Asked) [^,]{1,120}, ")
_STOP_AFTER = re.compile(
    r"[,.;:!?()—–\"“”«»]|\s(?:in|on|at|during|to|after|when|that|as|with|by|for|from|about|last|this|while|"
    r"because|before|and|but|has|is|was|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b"
)
_ABBREVIATED = re.compile(r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Prof|St|Jr))$")
_REACH = 200  # characters within which a quotation has its cue
_SUBJECT = 160  # characters within which a verb has its subject
_SPEAKER_WORDS = 14


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and (text[start].isspace() or text[start] in ",;:"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;:"):
        end -= 1
    return Span(start, end)


def _subject(text: str, start: int, end: int) -> Span | None:
    """The noun phrase before a verb at `end`; an apposition (`X, the mayor, said`) is stepped over."""
    sentence, start = start, max(start, end - _SUBJECT)
    head = text[start:end].rstrip()
    if text[end : end + 15].split(" ")[0].endswith("ing") or _NO_SUBJECT.search(head):
        return _leading(text, sentence, end)
    for _ in range(4):
        head = _TRAILING.sub("", head).rstrip()
    if _NO_SUBJECT.search(head):
        return _leading(text, sentence, end)
    if head.endswith(","):
        parts = head[:-1].split(",")
        head = ",".join(parts[:-1]) if len(parts) > 1 else parts[0]
    begin = 0
    for match in _BOUNDARY.finditer(head):
        if match.end() < len(head):
            begin = match.end()
    span = _trim(text, start + begin, start + len(head))
    found = span.of(text).split()
    if not found or len(found) > _SPEAKER_WORDS:
        return None
    if _PRONOUN.match(found[-1]):
        return Span(span.end - len(found[-1]), span.end)
    return span


def _leading(text: str, start: int, end: int) -> Span | None:
    """The first name or pronoun of a sentence, after any introduction that a comma ends."""
    introduced = _INTRODUCTION.match(text, start, end)
    if introduced:
        start = introduced.end()
    match = _LEADING.search(text, start, min(end, start + _SUBJECT))
    return Span(*match.span()) if match else None


def _object(text: str, start: int, end: int) -> Span | None:
    """The noun phrase after a verb (`said X, the mayor`), up to the first stop or preposition."""
    end = min(end, start + _SUBJECT)
    stop = end
    for match in _STOP_AFTER.finditer(text, start, end):
        if match.group() == "." and _ABBREVIATED.search(text, max(start, match.start() - 5), match.start()):
            continue
        stop = match.start()
        break
    span = _trim(text, start, stop)
    return span if 0 < len(span.of(text).split()) <= _SPEAKER_WORDS else None


def is_speech(text: str, attribution: Attribution) -> bool:
    """Does somebody say something, rather than do or feel it ("rejected an appeal", "hopes for rain")?"""
    cue = attribution.cue
    return cue is not None and bool(_CUE.match(text, *cue) or _ACCORDING.match(text, cue.start))


# --- direct speech --------------------------------------------------------------------------------------------------


def _direct(text: str, sentences: list[Span], quotes: list[Span], carried: Span | None) -> list[Attribution]:
    """One attribution per quotation; a quotation without a cue of its own goes on for the speaker before it."""
    found: list[Attribution] = []
    starts = [sentence.start for sentence in sentences]
    speaker = carried
    for number, quote in enumerate(quotes):
        sentence = sentences[max(0, bisect_right(starts, quote.start) - 1)] if sentences else quote
        floor = max(sentence.start, quotes[number - 1].end if number else 0)
        ceiling = min(sentence.end, quotes[number + 1].start if number + 1 < len(quotes) else sentence.end)
        if text[floor : quote.start].strip(" ,—–-") and not _introduced(text, floor, quote.start):
            continue  # a few words of somebody inside indirect speech
        one = _quoted(text, quote, floor, ceiling)
        if found and speaker and (one is None or one.speaker is None):
            found[-1] = replace(found[-1], content=Span(found[-1].content.start, quote.end))
        elif one or speaker or _long(text, quote):
            one = one or Attribution(content=quote, speaker=speaker, cue=None, direct=True)
            speaker = one.speaker or speaker
            found.append(one)
    return found


def _introduced(text: str, start: int, end: int) -> bool:
    """Do the words before a quotation end in a cue, or in a comma or colon after one?"""
    match = _last_cue(text, max(start, end - _REACH), end) or _ACCORDING.search(text, max(start, end - _REACH), end)
    between = text[match.end() : end] if match else ""
    stop = text[start:end].rstrip()[-1:]
    return stop == ":" or (match is not None and (stop == "," or len(between.split()) <= 1))


def _long(text: str, quote: Span) -> bool:
    """Fewer than six words between marks and nobody to say them: a title, a nickname or scare quotes."""
    return len(word_spans(quote.of(text))) >= 6


def _quoted(text: str, quote: Span, floor: int, ceiling: int) -> Attribution | None:
    after = _cue_after(text, quote.end, min(ceiling, quote.end + _REACH))
    before = _cue_before(text, max(floor, quote.start - _REACH), quote.start)
    # A stop inside the marks (`..." said X`) says that what follows belongs to them.
    first, second = (after, before) if not before or text[quote.end - 2 : quote.end - 1] == "," else (before, after)
    found = first or second
    return Attribution(content=quote, speaker=found[0], cue=found[1], direct=True) if found else None


def _cue_after(text: str, start: int, end: int) -> tuple[Span | None, Span] | None:
    match = _CUE.search(text, start, end)
    if match is None or re.search(r"[.!?]\s", text[start : match.start()]):
        return None
    between = text[start : match.start()].strip(" ,–—")
    speaker = _object(text, match.end(), end) if not between else _subject(text, start, match.start())
    return speaker, Span(*match.span())


def _cue_before(text: str, start: int, end: int) -> tuple[Span | None, Span] | None:
    according = _ACCORDING.search(text, start, end)
    if according:
        return _object(text, according.end(), end), Span(*_trim(text, *according.span()))
    match = _last_cue(text, start, end)
    if match is None or len(text[match.end() : end].split()) > 12:
        return None
    return _subject(text, start, match.start()), Span(*match.span())


def _last_cue(text: str, start: int, end: int) -> re.Match[str] | None:
    return max(_ANY_CUE.finditer(text, start, end), key=lambda match: match.start(), default=None)


_BYLINE = re.compile(r"[—–-]{1,2}\s?(?=\w)")
_BYLINE_LIMIT = 120


def _framed(
    text: str, paragraph: Span, found: list[Attribution], before: Span | None, after: Span | None
) -> list[Attribution]:
    """A paragraph that is one quotation has its speaker below (`— X`) or above (`X said:`) it, if not in it."""
    if len(found) != 1 or found[0].cue or found[0].content != paragraph:
        return found
    byline = _BYLINE.match(text, *after) if after and after.end - after.start <= _BYLINE_LIMIT else None
    if byline and after:
        return [replace(found[0], speaker=_object(text, byline.end(), after.end))]
    if before and text[before.end - 1] == ":":
        cue = _cue_before(text, max(before.start, before.end - _REACH), before.end)
        return [replace(found[0], speaker=cue[0], cue=cue[1])] if cue else found
    return found


# --- indirect speech ------------------------------------------------------------------------------------------------

_TOLD = re.compile(r"(?:\s+[\w'’.&-]{1,30}){1,6}?\s+(?=that\b)")


def _indirect(text: str, sentences: list[Span], quotes: list[Span]) -> Iterator[Attribution]:
    starts = [quote.start for quote in quotes]
    for sentence in sentences:
        for match in _ACCORDING.finditer(text, *sentence):
            yield from _accorded(text, sentence, Span(*match.span()))
        for match in _ANY_CUE.finditer(text, *sentence):
            number = bisect_right(starts, match.start()) - 1
            if number < 0 or match.start() >= quotes[number].end:
                yield from _reported(text, sentence, Span(*match.span()))


def _accorded(text: str, sentence: Span, cue: Span) -> Iterator[Attribution]:
    speaker = _object(text, cue.end, sentence.end)
    if speaker is None:
        return
    content = _trim(text, sentence.start, cue.start)
    if content.start == content.end:
        content = _trim(text, speaker.end, sentence.end)
    yield Attribution(content=content, speaker=speaker, cue=_trim(text, *cue), direct=False)


def _reported(text: str, sentence: Span, cue: Span) -> Iterator[Attribution]:
    speaker = _subject(text, sentence.start, cue.start)
    if speaker is None:
        return
    tail = _trim(text, cue.end, sentence.end)
    before = _trim(text, sentence.start, speaker.start)
    postposed = text[speaker.start - 2 : speaker.start].strip() == "," and _short(text, tail, 8)
    if postposed and not _short(text, before, 3):
        yield Attribution(content=before, speaker=speaker, cue=cue, direct=False)
        return
    told = cue.of(text)[:4] in ("told", "tell") and _TOLD.match(text, cue.end, min(tail.end, cue.end + _SUBJECT))
    content = _trim(text, told.end() if told else tail.start, _stop(text, tail.end))
    if not _short(text, content, 1):
        yield Attribution(content=content, speaker=speaker, cue=cue, direct=False)


def _short(text: str, span: Span, limit: int) -> bool:
    """At most `limit` words; looks at the first 200 characters only, however long a "sentence" is."""
    return len(text[span.start : min(span.end, span.start + 200)].split()) <= limit


def _stop(text: str, end: int) -> int:
    return end - 1 if text[end - 1 : end] == "." else end


def _upgraded(found: list[Attribution]) -> Iterator[Attribution]:
    """Leave out indirect readings of what is a quotation as a whole."""
    direct = sorted(one.content for one in found if one.direct)
    for one in found:
        number = bisect_right(direct, Span(one.content.start + 1, 0)) - 1
        same = (
            number >= 0 and direct[number].start >= one.content.start - 2 and direct[number].end + 2 >= one.content.end
        )
        if one.direct or not same:
            yield one


# --- interview turns ------------------------------------------------------------------------------------------------

_UPPER = "A-ZÀ-ÖØ-ÞĀĆČĎĐĘĞĢİĶŁŃŇŌŐŒŘŚŞŠŤŪŮŰŹŻŽА-ЯΑ-Ω"
_NAME_WORD = rf"(?:[{_UPPER}][\w'’-]{{1,25}}|[{_UPPER}]\.)"
_NEXT_WORD = rf" (?:(?:van|von|de|der|den|da|di|la|le|bin|al|el) ){{0,2}}{_NAME_WORD}"
_NAME = re.compile(rf"{_NAME_WORD}(?:{_NEXT_WORD}){{1,3}}")
_LABEL = re.compile(rf"({_NAME_WORD}(?:{_NEXT_WORD}){{0,3}}): ?(?=\S)")


def _turns(text: str, paragraphs: list[Span]) -> tuple[Attribution, ...]:
    """Interview turns, one attribution per paragraph; what has no label goes on for the speaker before it.

    Two labels that are full names, or a full name and a part of it, make an interview; anything less is a caption,
    a "Note:" or a list. A heading ends a turn.
    """
    labels = {paragraph.start: match for paragraph in paragraphs if (match := _LABEL.match(text, *paragraph))}
    texts = [match.group(1) for match in labels.values()]
    full = {label for label in texts if " " in label or (label.isupper() and texts.count(label) > 1)}
    parts = {part for name in full for part in name.split()}
    known = [start for start, match in labels.items() if match.group(1) in full or match.group(1) in parts]
    if len(known) < 2 or not full:
        return ()
    found: list[Attribution] = []
    speaker: Span | None = None
    for paragraph in paragraphs:
        match = labels[paragraph.start] if paragraph.start in known else None
        if match:
            speaker = Span(*match.span(1))
        elif not is_prose(paragraph.of(text)):
            speaker = None
        if speaker:
            content = Span(match.end() if match else paragraph.start, paragraph.end)
            found.append(Attribution(content=content, speaker=speaker, cue=None, direct=True))
    return tuple(found)


# --- names ----------------------------------------------------------------------------------------------------------


class Names:
    """The personal names of a text, to find the fullest form of a short one ("Sean", "O'Kane") in it."""

    __slots__ = ("_by_word", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._by_word: dict[str, dict[str, int]] = {}
        for match in _NAME.finditer(text):
            name = _bare(match.group())
            for word in name.split():
                forms = self._by_word.setdefault(word, {})
                forms[name] = forms.get(name, 0) + 1

    def fullest(self, speaker: Span) -> str | None:
        """The fullest name for a speaker: two words or more, as the text has it; None if it has only less."""
        match = _NAME.search(self._text, *speaker)
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

"""Sentences in, the media that they name as where the news comes from out: "told Reuters", "the Courier reported"."""

import re
from collections.abc import Iterator

from digest.lineage._names import SHAPES, Names
from digest.model import Article, Span
from digest.text.outlets import name_key, wire_names

_HEAD = 1 / 3  # of the sentences: what is named later is named in passing
_LEAST, _MOST = 2, 8  # sentences that are looked at
# In how many sentences at the head a mention counts, by what it says: that a medium was the first; that it reports;
# that somebody talked to it; that he said so there. Further down each is more often there for a detail.
_FIRST, _REPORTS, _TALK, _ON_AIR = 8, 3, 2, 1
_LONGEST = 600  # characters of a sentence that are looked at
_MOST_WORDS = 6  # of a name
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PAST = re.compile(r"\b(?:last year|years? ago|earlier this year|months? ago)\b", re.IGNORECASE)
_WORD = r"[^\W_][\w.&’'/-]{0,30}"
_SMALL = r"(?:of|and|am|de|la|du|della|del|et|&)"
_NAME = re.compile(rf"{_WORD}(?: (?:{_SMALL} )?{_WORD}){{0,{_MOST_WORDS - 1}}}")
_BEFORE = re.compile(rf"(?:{_WORD} (?:{_SMALL} )?){{0,{_MOST_WORDS - 1}}}{_WORD}$")
_DAY = r"(?:(?:on |late |early )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?: \w{2,10})? |this week |earlier |first )?"
_REPORT = r"(?:report|story|article|interview|investigation|analysis|scoop)s?"
_KIND = (
    r"(?:(?:news ?(?:agency|paper|wire)|newswire|broadcaster|network|website|magazine|wire service|agency|paper"
    r"|(?:Nachrichten)?[Aa]gentur|Zeitung|Magazin|Nachrichtenmagazin|Sender|Tageszeitung|l['’]agence|journal|quotidien"
    r"|agencia|diario) )?"
)
# What comes before a name. All need a name of a medium behind them, so that they may be common words.
_CUES = re.compile(
    r"\b(?:"
    r"[Aa]ccording to|[Cc]iting|[Qq]uoted (?:by|in)|"
    rf"(?:[Aa]ccording to|[Cc]iting|[Ii]n) (?:an?|the) (?:[\w-]{{2,15}} ){{0,2}}{_REPORT} (?:by|in|from|with|on|for)|"
    r"[Rr]eports? (?:by|in|from|on)|"
    rf"(?:reported|revealed|broken|published|disclosed) {_DAY}(?:by|in|on)|"
    r"told|tells|telling|spoke (?:to|with)|[Ss]peaking (?:to|with|on)|talking to|"
    r"[Ii]nterview(?:s|ed)? (?:\w{2,10} )?(?:with|on|to|by|for)|"
    r"(?:[Ss]tatement|[Ee]-?mail|[Cc]omments|[Rr]emarks) (?:provided |sent )?to|"
    r"(?:seen|obtained|reviewed|viewed) by|shared with|(?:leaked|provided) to|"
    rf"said {_DAY}(?:on|in)|[Aa]ppear(?:ed|ing|ance) {_DAY}on|"
    r"[Ee]pisode of|[Ee]dition of|[Oo]riginally appeared (?:in|on)|[Ff]irst appeared (?:in|on)|republished from|"
    r"[Oo]p-ed (?:in|for)|"
    # German
    r"[Ll]aut|[Nn]ach (?:Angaben|Informationen|Berichten) (?:von|der|des|vom)|[Ww]ie|"
    r"berichtete?n?|meldete?n?|schreibt|sagten? (?:\w{2,20} ){0,2}(?:der|dem|den)|gegenüber (?:der|dem|den)|"
    r"(?:[Ii]nterview|[Gg]espräch) mit|[Bb]ericht (?:der|des|von|vom)|[Bb]erufung auf|"
    r"der (?:Nachrichtena|A)gentur|"
    # French, Spanish
    r"[Ss]elon|[Dd]['’]après|rapportent?|révèlent?|"
    r"(?:déclaré|indiqué|affirmé|confirmé|expliqué|confié|dit) (?:\w{2,20} ){0,3}(?:à|au)|"
    r"(?:entretien|interview) (?:à|avec|au)|"
    r"[Ss]egún|informó|reveló|(?:declaró|dijo|contó) a|entrevista (?:con|a)"
    rf") (?P<article>[Tt]he |an? |[Dd](?:ie|er|as|em|en|es) |[Ll][ea]s? |[Ee]l |l['’])?{_KIND}[\"“„«»‘']?",
)
_SHOW = re.compile(r"\b(?:[Pp]odcast|[Rr]adio|[Pp]rogramme?|[Ss]how)\b")
_WAS_FIRST = re.compile(
    r"\b(?:(?:first|originally) (?:reported|revealed|published|disclosed|appeared)|was (?:the )?first to report"
    r"|broke the (?:story|news)|[Ee]pisode of|republished from|zuerst (?:\w+ ){0,3}berichtet|hatten? zuerst"
    r"|(?:reported|revealed) first)\b"
)
_DENIED = re.compile(
    r"\b(?:not|n['’]t|den(?:y|ies|ied|ying)|reject\w*|dismiss\w*|contrary to|nicht)\b[^.;]{0,24}$", re.IGNORECASE
)
_ASIDE = re.compile(r"\b(?:after|before|also|since)\b")
_TALKED = re.compile(
    r"t[eo]l(?:d|ls|ling)\b|spoke|speaking|talking|interview|statement|e-?mail|comments|remarks|sagte|gegenüber|gespräch"
    r"|déclaré|indiqué|affirmé|confirmé|expliqué|confié|dit|entretien|declaró|dijo|contó|entrevista",
    re.IGNORECASE,
)
_AIRED = re.compile(r"said|appear", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?:['’]s?)? (?:data|tall(?:y|ies)|polls?|survey|projections?|average|database|tracker|estimates?)\b"
)
# What comes behind one.
_REPORTED = re.compile(
    r" (?:(?:has|had|have) )?(?:(?:first|exclusively|also|previously|earlier) )?"
    r"(?:reported|reports|revealed|is reporting|understands|has learned|berichtete?|meldete?|rapporte|informó)\b"
)


def mentions(article: Article, names: Names) -> Iterator[tuple[str, Span]]:
    """Media that the head of an article names as its source, each with the sentence that does; the first ones first.

    Not those that a sentence about an earlier time names.
    """
    count = max(_LEAST, min(_MOST, round(len(article.sentences) * _HEAD)))
    for place, span in enumerate(article.sentences[:count]):
        sentence = span.of(article.text)[:_LONGEST]
        if not _is_past(sentence, article):
            for name, reach in _named(sentence, names):
                if place < reach:
                    yield name, span


def _is_past(sentence: str, article: Article) -> bool:
    years = {int(year) for year in _YEAR.findall(sentence)}
    return _PAST.search(sentence) is not None or any(year < article.when.year for year in years)


def _named(sentence: str, names: Names) -> Iterator[tuple[str, int]]:
    """Media that a sentence names as a source, and in how many sentences at the head of an article that counts."""
    was_first = _WAS_FIRST.search(sentence) and not _ASIDE.search(sentence)
    for cue in _CUES.finditer(sentence):
        if _DENIED.search(sentence, max(0, cue.start() - 40), cue.start()):
            continue
        if name := _behind(cue, sentence, names):
            talk = _ON_AIR if _AIRED.match(cue[0]) else _TALK if _TALKED.match(cue[0]) else _REPORTS
            yield name, _FIRST if was_first else talk
    for verb in _REPORTED.finditer(sentence):
        words = _BEFORE.search(sentence[max(0, verb.start() - 120) : verb.start()].rstrip("\"”“»«’'"))
        if words and (name := _last_name(words[0].split(), names)):
            yield name, _FIRST if was_first else _REPORTS


def _behind(cue: re.Match[str], sentence: str, names: Names) -> str | None:
    """The medium that is named behind a cue, with the article if that is part of its name: Le Monde, The Times."""
    for start in (cue.start("article"), cue.end()) if cue["article"] else (cue.end(),):
        words = _NAME.match(sentence, start)
        if not words or (cue[0].lower().startswith("episode") and not _SHOW.search(words[0])):
            continue
        if name := _first_name(words[0].split(), names):
            last = name.split()[-1]
            counted = _COUNTED.match(sentence, sentence.find(last, start) + len(last))
            return None if counted else name
    return None


def _first_name(words: list[str], names: Names) -> str | None:
    """The longest head of `words` that is a medium's name, or that of what they say is somebody's: Japan's Nikkei."""
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        head = _bare(" ".join(words[:count]))
        if _is_written_as_name(head) and names.is_known(head):
            return head
    owner = next((place for place, word in enumerate(words) if word.endswith(("'s", "’s"))), None)
    if owner is not None and (name := _first_name(words[owner + 1 :], names)):
        return name if name.split()[-1].lower() != "podcast" else _bare(" ".join(words[: owner + 1]))
    capitals = next((place for place, word in enumerate(words) if not word[0].isupper()), len(words))
    for count in range(min(capitals + 1, len(words)), 1, -1):
        if _bare(words[count - 1]) in SHAPES:
            return _bare(" ".join(words[:count]))
    return None


def _last_name(words: list[str], names: Names) -> str | None:
    """The longest tail of `words` that is a medium's name."""
    for start in range(len(words)):
        tail = " ".join(words[start:])
        if _is_written_as_name(tail) and names.is_known(tail):
            return tail
    if words[-1] in SHAPES:
        start = len(words) - 1
        while start > 0 and words[start - 1][0].isupper():
            start -= 1
        if len(words) - start > 1:
            return " ".join(words[start:])
    return None


def _bare(name: str) -> str:
    """Without what belongs to the sentence."""
    return name.rstrip(".,’'/-").removesuffix("'s").removesuffix("’s")


def _is_written_as_name(text: str) -> bool:
    return text[0].isupper() or text[0].isdigit() or not text[0].isalpha() or name_key(text) in wire_names()

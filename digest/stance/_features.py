"""What a voice and a target look like to the model: names of features and their values.

There are three readings, for three kinds of question. A voice in sentences towards a NAME that it mentions; a HEADLINE
alone towards a claim; and a PASSAGE, an article or a speaker's words, towards a development. In sentences, names are no
features: the model must not learn whom to like. In headlines, whose capitals tell nothing, names cannot be told apart.
"""

import re
from collections.abc import Iterable, Sequence
from math import sqrt
from typing import Literal

from digest.model import Span, Voice
from digest.stance._cues import DOUBTS, GROUPS, PRAISES, Cue, cues, own_cues
from digest.text.words import terms

Reading = Literal["name", "headline", "passage"]
Features = dict[str, float]

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+|[?!:\"“”]")
_NAME_WORDS = 8  # a longer target is a claim or a development
# A full sentence has an article at its head, or an auxiliary; of headlines one in eight has.
_CLAIM = re.compile(r"^(?:The|A|An|There)\b|\b(?:was|were|is|are|will|has|had|did|have|been|would|can)\b")
_NEAR = 4  # tokens


def reading(voice: Voice, target: str) -> Reading:
    """Which question is asked of this voice.

    A headline that says the same as another headline reports the news and does not affirm it; only a claim, a full
    sentence, can be affirmed or denied by a headline.
    """
    if voice.spans == (voice.article.title_span,) and not voice.article.sentences:
        return "headline" if _CLAIM.search(target) and target != voice.article.title else "passage"
    named = len(target.split()) <= _NAME_WORDS and any(_mention(voice, span, target) for span in voice.spans)
    return "name" if named else "passage"


def _mention(voice: Voice, span: Span, target: str) -> re.Match[str] | None:
    pattern = re.compile(rf"(?<!\w){re.escape(target)}(?!\w)") if target.strip() else None
    return pattern.search(voice.article.text, *span) if pattern else None


def features(voice: Voice, target: str) -> Features:
    """The features of a voice towards a target, by the reading that fits."""
    kind = reading(voice, target)
    if kind == "name":
        return name_features(voice, target)
    return headline_features(voice, target) if kind == "headline" else passage_features(voice)


def tokens(text: str) -> list[str]:
    """Lower-case tokens; names become `N`, numbers `0`. A capital at the head of a sentence is no name."""
    found: list[str] = []
    head = True
    for match in _TOKEN.finditer(text):
        word = match.group()
        if word[0].isdigit():
            found.append("0")
        elif word[0].isupper() and not head and word != "I":
            if found[-1] != "N":
                found.append("N")
        else:
            found.append(word.lower().replace("’", "'"))
        head = text[match.end() : match.end() + 1] in (".", "?", "!", "") or word in "?!:"
    return found


def _grams(parts: list[str], features: Features, prefix: str = "") -> None:
    for number, part in enumerate(parts):
        features[prefix + part] = 1.0
        if number:
            features[f"{prefix}{parts[number - 1]} {part}"] = 1.0


def name_features(voice: Voice, target: str) -> Features:
    """Words and cues of the sentences that mention the name, and those near it on either side."""
    text = voice.article.text
    found: Features = {"bias": 1.0}
    for span in voice.spans:
        mention = _mention(voice, span, target)
        if mention is None:
            continue
        at = mention.start()
        left, right = tokens(text[span.start : at]), tokens("x " + text[at + len(target) : span.end])[1:]
        _grams([*left, "T", *right], found)
        for part in left[-_NEAR:]:
            found["<" + part] = 1.0
        for part in right[:_NEAR]:
            found[">" + part] = 1.0
        _placed_cues(cues(text, span), at, found)
    return found


def _placed_cues(found: Iterable[Cue], at: int, features: Features) -> None:
    for cue in found:
        side = "<" if cue.span.start < at else ">"
        for name in (f"#{cue.group}", f"#{cue.group}{side}"):
            features[name] = features.get(name, 0.0) + 1.0


def headline_features(voice: Voice, target: str) -> Features:
    """Words that the headline adds to the claim, cues, and how much of the claim it repeats."""
    text, span = voice.article.text, voice.spans[0]
    language = voice.article.language
    claimed, said = set(terms(target, language)), set(terms(span.of(text), language))
    shared = len(claimed & said)
    found: Features = {
        "bias": 1.0,
        "%repeated": shared / max(len(claimed), 1),
        "%added": 1 - shared / max(len(said), 1),
    }
    known = set(target.lower().split())
    parts = ["T" if part in known else part for part in re.findall(r"[^\W_]+(?:['’]\w+)?|[?!:]", span.of(text).lower())]
    _grams([part for number, part in enumerate(parts) if part != "T" or parts[number - 1 : number] != ["T"]], found)
    _placed_cues(cues(text, span), -1, found)
    return found


# Marks of how a text is written, and how many of them a hundred words of news have on average. Reports give sources and
# days; comment argues in the present tense, with adverbs and turns, and says "we".
_STYLE = {
    "report": (
        2.2,
        "said|says|told|according to|announced|added|statement|spokes\\w+|(?:mon|tues|wednes|thurs|fri)day",
    ),
    "person": (0.6, "we|our|us|you|your|i|my|let['’]s"),
    "present": (1.5, "is|are|isn['’]t|aren['’]t|it['’]s|that['’]s|there['’]s"),
    "emphasis": (
        2.0,
        "even|just|simply|only|all|every|never|nothing|no|so|very|quite|indeed|clearly|actually|really|much",
    ),
    "turn": (0.6, "but|however|yet|instead|rather|of course|after all|still"),
    "adverb": (1.3, "\\w{3,14}ly"),
}
_STYLES = {
    name: (usual, re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE))
    for name, (usual, pattern) in _STYLE.items()
}


def passage_features(voice: Voice) -> Features:
    """Cues by group, in the title and on the whole, and how the voice writes."""
    text, article = voice.article.text, voice.article
    find = own_cues if voice.speaker is None else cues
    by_span = [find(text, span) for span in voice.spans]
    length = sum(len(span.of(text).split()) for span in voice.spans)
    found: Features = {"bias": 1.0}
    _rates("#", [cue for part in by_span for cue in part], length, found)
    if voice.speaker is not None:
        return {**found, "%speaker": 1.0}
    _rates("title#", own_cues(text, article.title_span), 8, found)
    _style([span.of(text) for span in voice.spans], ("person", "present", "emphasis", "turn", "adverb"), found)
    _style([article.body], ("report",), found)
    return found


def _style(passages: list[str], marks: Iterable[str], features: Features) -> None:
    """How far each mark is from what is usual; a short text shows no style, and comes out near zero."""
    length = sum(len(passage.split()) for passage in passages)
    for name in marks:
        usual, pattern = _STYLES[name]
        count = sum(1 for passage in passages for _ in pattern.finditer(passage))
        features["style:" + name] = (100 * count - usual * length) / (length + 150)


def _rates(prefix: str, found: Sequence[Cue], length: int, features: Features) -> None:
    """Cues per hundred words, damped: the second of a kind says less than the first, and short texts say little."""
    counts = dict.fromkeys(GROUPS, 0)
    for cue in found:
        counts[cue.group] += 1
    for group, count in counts.items():
        if count:
            features[prefix + group] = sqrt(100 * count / (length + 60))
    doubts, praises = sum(counts[name] for name in DOUBTS), sum(counts[name] for name in PRAISES)
    features[prefix + "balance"] = (doubts - praises) / (doubts + praises + 3)

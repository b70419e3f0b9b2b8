"""Words that show what a writer thinks of something, by group, and how often a passage has them.

A cue is an evaluation, a doubt or a praise, not bad or good news: "collapse", "killed" or "record" are no cues, for
they are reported plainly every day. After a negation a cue counts for `negated_praise` or `negated_doubt`; praise in a
question ("Why be happy?") counts as negated, and under a condition ("could be better") for `conditional_praise`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from digest.model import Span

_GROUPS = {
    # somebody says on which side he is
    "oppose": (
        "(?:i|we)(?: \\w+)?(?: \\w+)? (?:oppose|reject|disagree|object)|vot(?:e|ed|ing) against|(?:am|are) against|"
        "(?:cannot|(?:will|do|could) not|(?:ca|wo|do|could)n['’]t) (?:support|accept|agree|back|endorse|vote for)"
    ),
    "support": (
        "(?:i|we)(?: (?!not\\b|never\\b|cannot\\b)\\w+)? (?:support|agree|back|endorse|favou?r)|in favou?r of|"
        "vot(?:e|ed|ing) for|(?:am|are) all for"
    ),
    "doubt": (
        "doubt(?:s|ed|ful|ing)?|hoax\\w*|debunk\\w*|fake[ds]?|s[kc]eptic\\w*|cynic\\w*|unclear|dubious|questionable|"
        "suspicious\\w*|unproven|unconvinc\\w+|wary|raises? (?:\\w+ )?(?:questions|doubts|concerns|eyebrows)|"
        "raising (?:\\w+ )?(?:questions|doubts|concerns)|remains to be seen|too good to be true|"
        "far from (?:clear|certain)|open questions?|supposed(?:ly)?|so-called|purported(?:ly)?|ostensibly|red flags?|"
        "hard to believe|grain of salt|questions? (?:about|over|whether)|uncertain\\w*|implausib\\w+|suspect"
    ),
    "criticism": (
        "fail(?:s|ed|ing|ure|ures)?|flaw(?:s|ed)?|wrong(?:ly|headed)?|mislead\\w*|misguided|reckless\\w*|absurd\\w*|"
        "ridiculous\\w*|hypocri\\w+|shame(?:ful)?|disgrac\\w+|disastrous|terribl[ey]|awful|horrible|bad|worse|worst|"
        "weak|weaker|weakness\\w*|defeats?|stumbl\\w+|falter\\w*|retreat\\w*|struggl\\w+|concession|unsustainab\\w+|"
        "desperat\\w+|dishonest\\w*|lies|lying|bogus|sham|gimmick\\w*|stunt|farc\\w+|mess|nonsense|blunder\\w*|"
        "botch\\w*|inept|incompeten\\w+|betray\\w*|foolish\\w*|stupid\\w*|silly|unfortunate\\w*|sad(?:ly)?|"
        "troubling|disturbing|squander\\w*|naive|ill-advised|short-sighted|cringe\\w*|embarrass\\w+|"
        "disappoint\\w+|underwhelm\\w*|lacklustre|lackluster|mediocre|pointless|useless|outrag\\w+|unhinged|"
        "smear\\w*|bigot\\w*|extremis\\w+|radical|cruel\\w*|ugly|pathetic|hollow|empty (?:words|promises?|gesture)|"
        "bad (?:idea|deal|bet)"
    ),
    "hype": (
        "hyp(?:e|ed|ing)|overhyped|overblown|overpromis\\w+|oversold|bubble|spin|buzzwords?|publicity|sugarcoat\\w*|"
        "whitewash\\w*|window dressing|propaganda|fearmonger\\w*|hysteri\\w+|vanity"
    ),
    "unmask": (
        "in reality|in truth|really (?:just|about)|mere(?:ly)?|simply|just (?:a|an|another)|nothing more than|"
        "amounts? to|under the guise|conveniently|of course|curiously|tellingly|ironic\\w*|laughabl[ey]|supposed to|"
        "never mind that|somehow|not so fast"
    ),
    "inability": (
        "can['’]t|cannot|unable|inability|unlikely|hard(?:er)? to|difficult to|tough(?:er)? to|difficulty|"
        "less (?:likely|credible|relevant)|no clear|lacks?|lacking|fall(?:s|ing)? short|fell short|short of|"
        "forced (?:to|into)|forces|(?:is|are|was|were|do|does|did|would|wo|could|should)n['’]t|may not|might not|"
        "no longer"
    ),
    "worry": (
        "risk(?:s|y|ed)?|concern(?:s|ed|ing)?|worr(?:y|ies|ied|ying|isome)|fears?|dangerous\\w*|problem(?:s|atic)?|"
        "turmoil|backlash|critics|alarm(?:ed|ing|s)?|emergenc\\w+|catastroph\\w+|devastat\\w+|disasters?|irreversible|"
        "criticis[ms]\\w*|controvers\\w+|complicated|dilut\\w+|threaten\\w*|costly|crisis"
    ),
    "praise": (
        "great(?:er|est|ly)?|excellent\\w*|impressive\\w*|remarkabl[ey]|brilliant\\w*|best|better|smart(?:er)?|"
        "outstanding|terrific|wonderful\\w*|amazing\\w*|fantastic|perfect\\w*|good|well-deserved|admirabl[ey]|"
        "courag\\w+|heroic|wise(?:ly)?|success(?:es|ful|fully)?|triumph\\w*|win|wins|winning|welcome[ds]?|"
        "deserves? (?:credit|praise|attention)|prais\\w+|applaud\\w*|celebrat\\w+|hail(?:s|ed)|lauds?|lauded|"
        "commend\\w*|thrilled|proud|glad|thankful\\w*|elegant|beautiful\\w*|delight\\w*|happy|fair|inspir\\w+|"
        "eloquent\\w*|right (?:thing|call|move|decision)"
    ),
    "promise": (
        "promising|opportunit(?:y|ies)|hopeful\\w*|optimis\\w+|boost(?:s|ed|ing)?|progress|innovative|historic|"
        "landmark|milestone|advantages?|strengths?|strengthen\\w*|strong(?:er|est|ly)?|breakthrough|"
        "benefit(?:s|ed|ing)?|improv(?:e|es|ed|ing|ement|ements)|exciting|valuable|important step|"
        # a test that is positive is no good news
        "(?<!test )(?<!tests )(?<!tested )(?<!testing )positiv(?:e|ely)(?! (?:tests?|cases?|results?)\\b)|"
        "step forward|found a way|good (?:news|idea|deal)|game[- ]changer|lucrative|constructive|helps?|helpful|"
        "effective\\w*"
    ),
    "trust": (
        "reliabl[ey]|credibl[ey]|proven|concrete|makes sense|sensible|practical|pragmatic\\w*|trust(?:ed|worthy)?|"
        "robust|vindicat\\w+|rightly|correctly|validat\\w+|confident\\w*|solid|serious"
    ),
    "own": (
        "i think|i believe|in my view|we['’]re|we are|i['’]m|i am|honestly|frankly|let['’]s|my|our|we think|"
        "we believe|to be fair|look,|here['’]s|should|must|ought to|needs? to"
    ),
}
DOUBTS = ("oppose", "doubt", "criticism", "hype", "unmask", "inability", "negated_praise")
PRAISES = ("support", "praise", "promise", "trust", "negated_doubt")
_STRONG = {"doubt", "criticism", "hype", "inability"}

_CUES = re.compile(
    r"(?<![\w-])(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _GROUPS.items()) + r")(?![\w-])"
)
_NEGATION = re.compile(
    r"\b(?:not(?! (?:only|just|merely)\b)|no(?! doubt\b)|never|nothing(?! but\b)|nobody|hardly|scarcely|barely|without|"
    r"neither|nor|cannot|(?:is|are|was|were|do|does|did|wo|would|ca|could|should|has|have)n['’]t|less|least|fails? to|"
    r"anything but|far from|fix(?:es|ed|ing)?|solv(?:e|es|ed|ing)|prevents?|avoids?|excuses?|myths?)"
    r"(?:\s[\w’'\"“-]{1,15}){0,4}\s[\"“]?$",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:if|(?<!one )could|might|may|would)(?:\s[\w’'-]{1,15}){0,3}\s$", re.IGNORECASE)
_TAG = re.compile(r",\s(?:right|no|yes|correct|is it|isn['’]t it)\?", re.IGNORECASE)  # asks for agreement
_NEGATION_REACH = 45  # characters: a negation and four short words
_SCARE = re.compile(r"[“\"‘](?:[\w’'-]{2,20}\s?){1,2}[”\"’](?!\w|\s(?:refers?|means?|stands?)\b)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One cue in a passage: its group and where it stands, in characters of the text given."""

    group: str
    span: Span


@lru_cache(maxsize=8)
def _lower(text: str) -> str:
    """Lower case, character for character. Patterns that need not mind case are three times as fast."""
    found = text.lower()
    return found if len(found) == len(text) else "".join(one.lower() if len(one.lower()) == 1 else one for one in text)


@lru_cache(maxsize=1024)  # an article's sentences are asked for several times on end
def cues(text: str, span: Span) -> tuple[Cue, ...]:
    """The cues of the passage `span` of `text`, in order."""
    last = text[span.start : span.end].rstrip("\"'”’»)")[-1:]
    asked = last == "?" and not _TAG.search(text, *span)
    found = [_cue(text, span, match, asked=asked) for match in _CUES.finditer(_lower(text), *span)]
    found += [Cue(group="scare", span=Span(*match.span())) for match in _SCARE.finditer(text, *span)]
    if last == "?":
        found.append(Cue(group="question", span=Span(span.end - 1, span.end)))
    return tuple(sorted(found, key=lambda cue: (cue.span, cue.group)))


QUOTED = re.compile(r"“[^”]{1,400}”|\"[^\"]{1,400}\"|«[^»]{1,400}»|(?<!\w)[‘'][^’']{3,200}[’'](?!\w)")
_MARKS = ("scare", "question")
_OBJECTION = re.compile(
    r"^(?!(?:we|i|our|my|why)\b).*\b(?:accus\w+|alleg\w+|anger|attack\w*|audits?|backlash|blast(?:s|ed)?|boycotts?|"
    r"calls? for|charg(?:e|es|ed)|complain\w*|condemn\w*|critici[sz]\w*|denounc\w*|doubt\w*|expos(?:e|es|ed|ure)|"
    r"fault\w*|impeach\w*|investigat\w+|inquir(?:y|ies)|lawsuits?|su(?:e|es|ing)|objections?|oppos\w+|outrage|"
    r"prob(?:e|es|ing)|protest\w*|rebuk\w+|reject\w*|revelations?|s[kc]eptic\w*|slam(?:s|med)?|subpoenas?|testimony|"
    r"urg(?:e|es|ed|ing)|warn(?:s|ed|ing|ings)?|against)\b",
    re.IGNORECASE | re.DOTALL,
)


_ALARM = re.compile(
    r"\b(?:threat(?:s|ens?)?|danger\w*|cris[ie]s|problems?|risks?|emergenc\w+|harm\w*|urgent|concern)\b", re.IGNORECASE
)


def is_alarm(target: str) -> bool:
    """Does the target call something bad? Whoever worries agrees."""
    return bool(_ALARM.search(target))


def is_objection(target: str) -> bool:
    """Is the target itself somebody's objection, accusation or inquiry?

    Whoever agrees with one is positive, however bitter the words.
    """
    return bool(_OBJECTION.search(target))


def own_cues(text: str, span: Span) -> tuple[Cue, ...]:
    """The cues of a passage that are its writer's: not those between quotation marks, which somebody else said."""
    quoted = [match.span() for match in QUOTED.finditer(text, *span)]
    return tuple(
        cue
        for cue in cues(text, span)
        if cue.group in _MARKS or not any(start <= cue.span.start < end for start, end in quoted)
    )


def _cue(text: str, span: Span, match: re.Match[str], *, asked: bool) -> Cue:
    group = str(match.lastgroup)
    before = text[max(span.start, match.start() - _NEGATION_REACH) : match.start()]
    if group in PRAISES and (asked or _NEGATION.search(before)):
        group = "negated_praise"
    elif group in PRAISES and _CONDITION.search(before):
        group = "conditional_praise"
    elif group in _STRONG and _NEGATION.search(before):
        group = "negated_doubt"
    return Cue(group=group, span=Span(*match.span()))

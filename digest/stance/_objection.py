"""Is a target itself somebody's objection, or does it call something bad? Whoever agrees with it says hard words."""

import re
from functools import lru_cache

from digest.text.words import terms

# Rejecting, voting and ruling are none: they decide, and whoever blames the decision is against it.
_CHARGED = (
    "(?<!fully )charged(?= (?:with|over|in (?:connection|(?:[\\w’'-]+ ){0,3}(?:attack|case|death|killing|murder|plot)))"
    "\\b|$)"
)
_DISEASES = "aids|cancer|disease|hunger|litter\\w*|malaria|measles|polio|poverty|smoking|tuberculosis"
_FALLS = (  # what is asked for is somebody's fall
    "ban|boycott|firing|impeachment|inquiry|investigation|ouster|probe|quit|removal|resign|resignation|step down"
)
_VERBS = (
    "accus(?:e|es|ed)|alleg(?:e|es)|blast(?:s|ed)(?! (?:into|off|onto|past)\\b)|complains?|complained|condemn(?:s|ed)?|"
    "critici[sz](?:e|es|ed)|denounc(?:e|es|ed)|expos(?:e|es|ed)(?! to\\b)|faulted|(?<=audit )faults|"
    "(?<=report )faults|impeach(?:es|ed)?|indict(?:s|ed)?|"
    "investigat(?:e|es|ed|ing)(?! (?:links?|how|why|effects?)\\b)|su(?:e|es|ed|ing)|oppos(?:e|es|ed)|protested|"
    f"rebuk(?:e|es|ed)|slam(?:s|med)?(?! dunk)|subpoena(?:s|ed)|warn(?:s|ed)?|{_CHARGED}|"
    "prob(?:es?|ed|ing) (?:in)?to\\b|"
    "(?:rall(?:y|ies|ied)|march(?:es|ed)?|protests?|speaks? (?:out )?) against|"
    f"campaigns? against(?! (?:{_DISEASES})\\b)|^calls for|"
    f"(?:calls? for|urg(?:e|es|ed))(?= (?:[\\w’'-]+ ){{0,4}}(?:{_FALLS})\\b)"
)
_NO_WARNING = "".join(f"(?<!{one} )" for one in "air call fire flood heat spam storm travel tsunami weather".split())
# One of them at the head of a compound is no objection ("protest songs", "opposition party"): see `_FOLLOWED`.
_SINGULAR = (
    "accusation|allegation|anger|audit|backlash|boycott|(?<!the )charge|complaint|condemnation|criticism|critic|"
    "denunciation|doubt|impeachment|indictment|inquiry|investigation|lawsuit|objection|opponent|opposition|outrage|protest|"
    "probe(?= (?:into|of|over)\\b)|(?<=faces )probe|(?<=criminal )probe|(?<=under )probe|rebuke|rejection(?= of\\b)|"
    "revelation(?= (?:of|that)\\b)|s[kc]epticism|s[kc]eptic|subpoena|testimony"
)
_PLURAL = (
    "accusations|accusing|allegations|audits|boycotts|charges(?! (?:[$€£\\d]|ahead|for|into|past|up))|complaints|"
    "criticisms|critics|criticizing|"
    "doubts|exposing|impeaching|indictments|investigations|investigators|inquiries|lawsuits|objections|opponents|"
    "opposing|probes(?= (?:into|of|over)\\b)|protests|protesters|protesting|revelations|s[kc]eptics|subpoenas|"
    f"{_NO_WARNING}warnings?(?= (?:about|against|of|over|that|to)\\b)"
)
_FOLLOWED = (
    r"(?=$|[.,:;!?…’'\"”]|\s(?:about|against|and|as|at|builds?|by|calls?|call|comes?|continues?|demands?|drags?|draws?|"
    r"enters?|erupts?|finds?|follows?|for|forces?|from|gathers?|goes|grows?|has|hits?|in|into|is|looms?|mounts?|of|on|"
    r"opens?|or|over|puts?|raises?|reaches|rocks?|says?|seeks?|shakes?|shuts?|spreads?|that|to|turns?|under|urges|urging|was|"
    r"widens?|will|with)\b)"
)
_OBJECTION = re.compile(
    rf"\b(?:(?P<verb>{_VERBS})|(?P<noun>(?:{_SINGULAR}){_FOLLOWED}|(?:{_PLURAL})))(?![\w-])", re.IGNORECASE
)
_STUDIES = re.compile(r"\b(?:astronomers|paper|researchers|scientists|stud(?:y|ies)|trial)\s$", re.IGNORECASE)
_LEAKS = re.compile(r"\b(?:breach|bug|flaw|glitch|hack|leak|outage)\s$", re.IGNORECASE)
_OWN = re.compile(r"(?:we|i|our|my|why)\b", re.IGNORECASE)
# What comes after these stands aside of what happened, and so does what comes before a comma, if one of them begins.
_ASIDE = (
    "amid(?:st)?|after|despite|following|as|while|during|before|when|since|who|whose|which|because|until|unless|if|"
    "ahead of|in (?:response|reaction|reply) to|in spite of|in the (?:face|wake) of|respond(?:s|ed|ing)? to|"
    "repl(?:y|ies|ied) to|reacts? to|brushes off|shrugs off"
)
_FIRST_ASIDE = re.compile(rf"(?:{_ASIDE})\b[^,]*,\s*", re.IGNORECASE)
_LATER_ASIDE = re.compile(rf"(?<=\S)\s(?:{_ASIDE})\s", re.IGNORECASE)
_WITHIN = re.compile(  # "a report on the inquiry" is no inquiry
    r"\b(?:over|in|on|for|from|of|to|with|about|at|near|without)\s(?:[\w’'-]+\s){0,1}$", re.IGNORECASE
)
_ENDED = re.compile(
    r"\b(?:dismiss|drop|acquit|clear|end|close|block|halt|quash|withdraw|settle|defend|surviv|den(?:y|ie)|avoid|"
    r"escap)\w*\b",
    re.IGNORECASE,
)
# What an objection is called when somebody blames or praises it, and not what it is about.
_ACT = re.compile(
    r"\b(?:lawsuits?|suit|litigation|indictments?|impeach\w*|prob(?:es?|ing)|inquir(?:y|ies)|investigat\w+|subpoena\w*|"
    r"audits?|audit(?:ed|ing)|accus\w+|allegations?|charges|criticisms?|critici[sz]\w+|critics|attacks?|protest\w*|"
    r"complain\w*|boycott\w*|backlash|testimony|testif\w+|warnings?|opposition|opponents?|objections?|reject\w*|"
    r"prosecut\w+|witch[- ]hunt)\b",
    re.IGNORECASE,
)
_DECIDED = re.compile(r"\b(?:decisions?|decid\w+|ruling|verdict|votes?|voted|moves?)\b", re.IGNORECASE)
_DECIDES = re.compile(
    r"\b(?:su(?:e|es|ed|ing)|lawsuits?|impeach\w*|indict\w*|subpoena\w*|charged|charges|investigat\w+|prob\w+|"
    r"inquir\w+|audits?|rejection)\b",
    re.IGNORECASE,
)
_ALARM = re.compile(
    r"\b(?:threat(?:s|ens?)?|danger\w*|cris[ie]s|problems?|risks?|emergenc\w+|harm\w*|urgent|concern)\b", re.IGNORECASE
)


def is_alarm(target: str) -> bool:
    """Does the target call something bad? Whoever worries agrees."""
    return bool(_ALARM.search(target))


@lru_cache(maxsize=256)
def is_objection(target: str) -> bool:
    """Is what happened itself somebody's objection, accusation or inquiry?

    Whoever agrees with one is positive, however bitter the words. One that only stands aside ("resigns amid inquiry"),
    or has come to an end, is none.
    """
    main = _main(target)
    if _OWN.match(main):
        return False
    for match in _OBJECTION.finditer(main):
        before = main[: match.start()]
        if match["noun"] and (_WITHIN.search(before) or _ENDED.search(before)):
            continue
        if match["verb"] and _only_sounds_so(match["verb"].casefold(), before):
            continue
        return True
    return False


@lru_cache(maxsize=1024)
def is_about_act(sentence: str, target: str, language: str) -> bool:
    """Is a sentence about the objection that the target is, or about who objects, and not about what is objected to?

    Its blame and praise are meant as they stand then: "the lawsuit is a disgrace", "the senator is right".
    """
    if _ACT.search(sentence) or (_DECIDES.search(target) and _DECIDED.search(sentence)):
        return True
    return not _objectors(target, language).isdisjoint(terms(sentence, language))


@lru_cache(maxsize=256)
def _objectors(target: str, language: str) -> frozenset[str]:
    """The words for those who object: what stands before a verb in the present tense."""
    main = _main(target)
    found = next((one for one in _OBJECTION.finditer(main) if one["verb"]), None)
    active = found is not None and not found["verb"].casefold().endswith(("ed", "ing"))
    return frozenset(terms(main[: found.start()], language)) if found and active else frozenset()


def _only_sounds_so(verb: str, before: str) -> bool:
    """Does a study investigate, or a leak expose? Neither objects to anything."""
    return bool(
        (verb.startswith("investigat") and _STUDIES.search(before))
        or (verb.startswith("expos") and _LEAKS.search(before))
    )


def _main(target: str) -> str:
    """A headline without what it says aside."""
    text = _FIRST_ASIDE.sub("", " ".join(target.split()), count=1) if _FIRST_ASIDE.match(target) else target
    aside = _LATER_ASIDE.search(text)
    return text[: aside.start()] if aside else text

"""Is a target itself somebody's objection, or does it call something bad? Whoever agrees with it says hard words."""

import re

_VERBS = (
    "accus(?:e|es|ed)|alleg(?:e|es|ed)|blast(?:s|ed)?|calls? for|complains?|complained|condemn(?:s|ed)?|"
    "critici[sz](?:e|es|ed)|denounc(?:e|es|ed)|expos(?:e|es|ed)|faulted|impeach(?:es|ed)?|indict(?:s|ed)?|"
    "investigat(?:e|es|ed|ing)|su(?:e|es|ing)|oppos(?:e|es|ed)|prob(?:es|ed|ing)|protested|rebuk(?:e|es|ed)|"
    "reject(?:s|ed)?|slam(?:s|med)?|subpoena(?:s|ed)|urg(?:e|es|ed)|warn(?:s|ed)?|charged|"
    "(?:votes?|voted|rul(?:e|es|ed)|rall(?:y|ies|ied)|march(?:es|ed)?|speaks? (?:out )?|fights?|campaigns?) against"
)
_NOUNS = (
    "accusations?|accusing|allegations?|anger|audits?|backlash|boycotts?|charges?(?! [$€£\\d])|charging|complaints?|"
    "condemnation|criticisms?|critics?|criticizing|denunciation|doubts?|exposure|exposing|faults?|"
    "impeach(?:ment|ing)|indictments?|investigations?|investigators?|inquir(?:y|ies)|lawsuits?|objections?|opponents?|opposition|opposing|outrage|"
    "probe|protest(?:s|ers?|ing)?|rebuke|rejection|revelations?|s[kc]epticism|s[kc]eptics?|subpoenas?|testimony|"
    "urging|warnings?"
)
_OBJECTION = re.compile(rf"\b(?:(?P<verb>{_VERBS})|(?P<noun>{_NOUNS}))\b", re.IGNORECASE)
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
_ALARM = re.compile(
    r"\b(?:threat(?:s|ens?)?|danger\w*|cris[ie]s|problems?|risks?|emergenc\w+|harm\w*|urgent|concern)\b", re.IGNORECASE
)


def is_alarm(target: str) -> bool:
    """Does the target call something bad? Whoever worries agrees."""
    return bool(_ALARM.search(target))


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
        return True
    return False


def _main(target: str) -> str:
    """A headline without what it says aside."""
    text = _FIRST_ASIDE.sub("", " ".join(target.split()), count=1) if _FIRST_ASIDE.match(target) else target
    aside = _LATER_ASIDE.search(text)
    return text[: aside.start()] if aside else text

"""What an article has around its text in, whom it names as the source of its news out.

All patterns are bounded, and looked for in short lines only: pages are hostile.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from urllib.parse import urlsplit

from digest.model import Credit
from digest.text.normalize import one_line
from digest.text.outlets import WIRES, is_host, name_key, wire_names

LONGEST_NAME = 80  # characters
MOST_WORDS = 8
_LONGEST_LINE = 400  # characters; who names a source is brief
_MOST_LINES = 400  # of a page, from its head, and as many from its end
_DATELINE = 160  # characters of a paragraph in which its wire's mark stands
_HEAD, _TAIL = 3, 2  # paragraphs that may have one
_EDGE = 5  # paragraphs at the end, among which may be one that says where the text was first
_SAYING = 250  # characters of such a paragraph

_PIECE = r"(?:article|story|post|piece|report|column|interview|essay|text|content)"
_PUBLISHED = r"(?:published|appeared|posted|reported|written)"
_DIESER = r"(?:dieser (?:artikel|beitrag|text)|(?:artikel|beitrag|text))?\W?"
_CET = r"(?:cet article|ce texte|article|texte)?\W?"
_DABORD = r"(?:initialement |d['’]abord )?"
_WHERE = r"(?:on|in|by|at|with|from)"
_REST = r"(?P<name>\S.{1,120})$"
_OURS = rf"(?:this {_PIECE}|{_PIECE})?\W?"
_READ = r"(?:read|view|see) (?:the )?(?:full|entire|whole|rest|original|complete)"
_LESEN = r"(?:weiterlesen|(?:den )?(?:ganzen|vollständigen|originalen?) (?:artikel|beitrag) lesen)"
_LINES = tuple(
    re.compile(f"^{pattern} {_REST}" if pattern[-1] != "?" else f"^{pattern}{_REST}", re.IGNORECASE)
    for pattern in (
        r"\W{0,3}(?:source|via|quelle|fuente|fonte|bron|kilde|källa|źródło|출처|来源|來源|出典)\s?[:：]\s?",
        r"curated from",
        rf"{_OURS}(?:(?:was|has been|is) )?(?:originally|first|previously) (?:been )?{_PUBLISHED} {_WHERE}",
        rf"this {_PIECE} (?:was |is |has been )?(?:republished|reprinted|syndicated|reproduced)\b.{{0,40}}? from",
        # "Read more on trams" names no source; "Read the full story on X" does.
        rf"{_READ}(?: {_PIECE}| of the {_PIECE})? (?:on|at|from|via|in)",
        r"(?:read more|(?:continue|keep) reading) (?:at|via)",
        rf"{_DIESER}(?:(?:ist|wurde) )?(?:zuerst|ursprünglich) (?:erschienen |veröffentlicht )?(?:auf|bei|in|im)",
        rf"{_LESEN} (?:auf|bei)",
        rf"{_CET}(?:a été |est )?{_DABORD}(?:publié|paru) {_DABORD}(?:dans|sur|par|chez)",
        r"lire (?:la suite|l['’]article(?: complet| original| intégral)?) sur",
        r"(?:este artículo )?(?:fue )?publicado originalmente (?:en|por)",
        r"(?:leer|lea) (?:más|el artículo completo|la nota completa) en",
    )
)
_RIGHTS = re.compile(
    r"\b(?:all (?:\w{1,20} ){0,3}(?:rights?|content)|copyrights?)(?: and \w{1,20}){0,2} "
    r"(?:belongs? to|remains? with|(?:is|are) held by) "
    r"(?P<name>\S.{1,120})$",
    re.IGNORECASE,
)
# Where a name ends, and something else is said.
_NAME_ENDS = re.compile(
    r"\s*(?:[|/;,→»›➔(\[<>!?]|\.(?:\s|$)|\s[-–—·]\s"
    r"|\s(?:read|under|here|and is|with permission|on \w{3,9} \d|on \d|erschienen|veröffentlicht)\b)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\d+$|\d{1,4}(?:st|nd|rd|th|\.)?[\s/.-]+"
    r"(?:\d|(?:of )?(?:jan|feb|mar|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]))"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?(?:\s\d|$)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|der|die|das|dem|le|la|les|el) (?=[^\W\d_])")
_AROUND = " \t.,:;-–—'\"“”„‘’«»()[]*_→»›"
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
# Who takes pictures, and who is nobody.
_NOBODY = frozenset(
    "agencies agency staff own various internet author authors wire wires news website site here home original "
    "originalartikel pressemitteilung pressrelease companypressrelease companydata press getty gettyimages istock "
    "shutterstock unsplash pixabay pexels alamy pictureallianz picturealliance wikimediacommons wikimedia facebook "
    "twitter instagram youtube our source sources quelle".split()
)
_PRESS = re.compile(
    r"/(?P<pr>PRNewswire)(?:-[\w ]{1,20})?/|\((?P<gnw>GLOBE NEWSWIRE)\)|\((?P<bw>BUSINESS WIRE)\)", re.IGNORECASE
)
# Only Reuters signs like this.
_SIGNED = re.compile(r"^\(?(?:Additional )?Reporting by [^;]{2,250}; .{0,250}\bediting by ", re.IGNORECASE)


def credited(
    *,
    stated: str | None = None,
    around: Iterable[str] = (),
    link: str | None = None,
    author: str | None = None,
    paragraphs: Sequence[str] = (),
) -> Credit | None:
    """Whom an article names as its source, the first of: `stated` by its front matter, a line `around` its text or left
    at its head or end, a `link` (the name or the host that its feed or page gives), a wire's mark in such a line, in
    its `author`, or at the head or the end of its `paragraphs`.

    Names have at most 80 characters and eight words, and are no addresses but hosts; what is more, or nobody's name,
    is passed over.
    """
    lines = _some(around)
    edges = [line for line in (*paragraphs[:_HEAD], *paragraphs[-_EDGE:]) if len(line) <= _SAYING]
    named = source_name(stated or "") or next(filter(None, map(_named_by, [*lines, *edges])), None)
    if named:
        return Credit(name=named, how="line")
    if link and (named := source_name(link)):
        return Credit(name=named, how="link")
    wire = next(filter(None, map(_signed_by, lines)), None) or _author(author) or _marked(paragraphs)
    return Credit(name=wire, how="wire") if wire else None


def source_name(text: str) -> str | None:
    """`text` as the name of who publishes: of an address its host, of several names the first; None if it is none."""
    text = one_line(text[:_LONGEST_LINE])
    address = _ADDRESS.match(text)
    if address:
        return host_name(address[0])
    end = _NAME_ENDS.search(text)
    name = _ARTICLE.sub("", (text[: end.start()] if end else text).strip(_AROUND), count=1)
    if is_host(name):
        return host_name(f"https://{name}")
    key = name_key(name)
    if not key or key in _NOBODY or len(name) > LONGEST_NAME or len(name.split()) > MOST_WORDS or "@" in name:
        return None
    if _DATE.match(name):
        return None
    # In scripts without capitals no letter is lower case.
    return name if not name[0].islower() or key in wire_names() else None


def host_name(url: str | None) -> str | None:
    """The host of an address, without `www.`."""
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return None
    host = host.rstrip(".").removeprefix("www.")
    return host if is_host(host) and len(host) <= LONGEST_NAME else None


def _some(lines: Iterable[str]) -> list[str]:
    """The short lines among the first and the last."""
    found = [line for line in lines if len(line) <= _LONGEST_LINE]
    return found if len(found) <= 2 * _MOST_LINES else found[:_MOST_LINES] + found[-_MOST_LINES:]


def _named_by(line: str) -> str | None:
    for pattern in _LINES:
        if (match := pattern.match(line)) and (name := source_name(match["name"])):
            return name
    rights = _RIGHTS.search(line)
    return source_name(rights["name"]) if rights else None


@cache
def _wire_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Datelines, bylines, authors, and the mark behind a text's last word; the group is the wire's name."""
    names = sorted((re.escape(name) for names in WIRES for name in names), key=lambda name: (-len(name), name))
    wire = rf"(?:the )?(?P<wire>{'|'.join(names)})"
    mark = rf"\({wire}(?:/[\w-]{{1,20}}){{0,3}}\)"
    first = mark.replace("?P<wire>", "?P<first>")
    return (
        re.compile(rf"^[^()]{{0,80}}{mark}\s*(?:[-–—:_])|^{first}\s", re.IGNORECASE),
        re.compile(
            rf"^(?:(?:by|von|par|por)\s(?:[^,/]{{1,60}}[,/]\s?)?|(?:©|\(c\)|copyright)\s?(?:©\s?)?\d{{4}}\s(?:by )?)"
            rf"{wire}\b.{{0,60}}$",
            re.IGNORECASE,
        ),
        re.compile(
            rf"^(?:[^,/|(]{{1,80}}[,/|(]\s?)??{wire}(?: staff| reporters?| news)?(?:\)|/[\w/-]{{1,40}})?$",
            re.IGNORECASE,
        ),
        re.compile(rf"{mark}\W{{0,3}}$", re.IGNORECASE),
    )


def _signed_by(line: str) -> str | None:
    byline = _wire_patterns()[1].match(line)
    return byline["wire"] if byline else _dateline(line)


def _author(author: str | None) -> str | None:
    match = _wire_patterns()[2].match((author or "")[:_DATELINE])
    return match["wire"] if match else None


def _marked(paragraphs: Sequence[str]) -> str | None:
    for paragraph in paragraphs[:_HEAD]:
        if found := _dateline(paragraph):
            return found
    for paragraph in paragraphs[-_TAIL:]:
        if _SIGNED.match(paragraph[:600]):
            return "Reuters"
        if match := _wire_patterns()[3].search(paragraph[-60:]):
            return match["wire"]
    return None


def _dateline(paragraph: str) -> str | None:
    head = paragraph[:_DATELINE]
    if press := _PRESS.search(head):
        return "PR Newswire" if press["pr"] else "GlobeNewswire" if press["gnw"] else "Business Wire"
    match = _wire_patterns()[0].match(head)
    return (match["wire"] or match["first"]) if match else None

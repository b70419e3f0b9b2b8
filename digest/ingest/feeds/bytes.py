"""A feed's bytes in, the same document in UTF-8 out; and what no parser should be given.

Which encoding it is does not depend on what else is installed (feedparser asks chardet, if that is there).
"""

import codecs
import re
from collections import Counter

# The longer marks first: that of UTF-16 begins that of UTF-32.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# How "<?" or "<r" looks without a mark (XML 1.0, appendix F).
_STARTS = (
    (re.compile(rb"\x00\x00\x00<"), "utf-32-be"),
    (re.compile(rb"<\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\x00<\x00[^\x00]"), "utf-16-be"),
    (re.compile(rb"<\x00[^\x00]\x00"), "utf-16-le"),
    (re.compile(rb"\x4c\x6f\xa7\x94"), "cp037"),
)
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,300}>", re.IGNORECASE)
_DECLARED = re.compile(rb"encoding\s*=\s*[\"']\s*([\w.:-]{1,40})")
_NOT_UTF_8 = re.compile("[\udc80-\udcff]")
_MULTIBYTE = re.compile("[\x80-\ud7ff\ue000-\U0010ffff]")
_SLIPS = 3  # wrong bytes that may be slips of a publisher who writes UTF-8
_NOT_FOR_FEEDS = frozenset(("punycode", "raw-unicode-escape", "unicode-escape", "utf-7", "utf-8-sig"))
# Characters that no XML may have; the white space among them parts words.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

MAX_ENTRIES = 20_000
MAX_CATEGORIES = 1000  # of one entry; feedparser's work grows with their square
MAX_DEPTH = 256  # open elements
MAX_ELEMENTS = 150_000  # feedparser takes 15 to 30 us for each
MAX_ATTRIBUTES = 200  # of one element; feedparser's work grows with their square
MAX_EXPANSION = 1_000_000  # characters that entities may grow to
_ENTITY = re.compile(rb"<!ENTITY\s+(\w+)\s+(?:\"([^\"]*)\"|'([^']*)')")
_REFERENCE = re.compile(rb"&(\w+);")
_LONG_TAG = re.compile(rb"<[A-Za-z_][^<>]{1000,}")
_ATTRIBUTE = re.compile(rb"\s[\w.:-]+\s*=")
_TAG = re.compile(rb"<(/?)([A-Za-z_][\w.:-]*)([^<>]*)")
_ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s/>]", re.IGNORECASE)
_CATEGORY = re.compile(rb"<(?:\w+:)?(?:category|subject|keywords)[\s/>]", re.IGNORECASE)
_FIRST_ELEMENT = re.compile(rb"<\w")
_WIDE_SPACE = re.compile(rb"\s{2,}")
# Elements of HTML that authors leave open, and that a broken feed may have between its own.
_LEFT_OPEN = frozenset(
    b"area base br col dd dt embed hr img input li link meta option p param source td th tr wbr".split()
)


class Refused(ValueError):  # noqa: N818 - what happened, as people say it
    """A document that would cost more than any feed is worth; the message says what it has too much of."""


def as_utf_8(body: bytes, content_type: str) -> bytes:
    """The document in UTF-8, without byte order mark, XML declaration and white space before it (RFC 7303, 8).

    In this order it is what a byte order mark says, the charset of `content_type`, the XML declaration, or UTF-8; but
    what is UTF-8 throughout is no Latin 1, and what is hardly any UTF-8 is windows-1252. Bytes that make no sense
    become U+FFFD.
    """
    marked = _marked(body)
    if marked:
        body = body[marked[0] :].decode(marked[1], "replace").encode("utf-8", "replace")
        return _undeclared(body)
    body = body.lstrip()
    declaration = _DECLARATION.match(body)
    said = _CHARSET.search(content_type) or (declaration and _DECLARED.search(declaration[0]))
    name = said[1] if said else ""
    encoding = _known(name if isinstance(name, str) else name.decode("ascii"))
    return _undeclared(_recoded(body, encoding))


def well_behaved(data: bytes) -> bytes:
    """`data`, as from `as_utf_8`, without characters that no XML may have; Refused if a parser would choke on it."""
    text = data.decode("utf-8", "replace")
    if _NO_XML.search(text):
        data = _NO_XML.sub(lambda found: " " if found[0].isspace() else "", text).encode()
    if _expansion(data) > MAX_EXPANSION:
        raise Refused("its entities grow too large")
    if any(len(_ATTRIBUTE.findall(tag[0])) > MAX_ATTRIBUTES for tag in _LONG_TAG.finditer(data)):
        raise Refused("an element has too many attributes")
    _check_elements(_without_cdata(data))
    first = _FIRST_ELEMENT.search(data)
    end = first.start() if first else len(data)
    return _WIDE_SPACE.sub(b"\n", data[:end]) + data[end:]  # feedparser's work grows with the square of its length


def check_entries(count: int) -> None:
    if count > MAX_ENTRIES:
        raise Refused(f"it lists {count:,} entries, more than {MAX_ENTRIES:,}")


def check_categories(count: int) -> None:
    if count > MAX_CATEGORIES:
        raise Refused("an entry has too many categories")


def _marked(body: bytes) -> tuple[int, str] | None:
    """The length of the byte order mark and the encoding it means, or the first characters do."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return len(mark), encoding
    return next(((0, encoding) for start, encoding in _STARTS if start.match(body)), None)


def _undeclared(body: bytes) -> bytes:
    body = body.removeprefix(codecs.BOM_UTF8).lstrip()
    declaration = _DECLARATION.match(body)
    return body[declaration.end() :] if declaration else body


def _known(name: str) -> str:
    """Python's name of the encoding meant; UTF-8 where none is named that is a text encoding."""
    try:
        found = codecs.lookup(name).name
        b"<".decode(found, "replace")  # refuses codecs that are no text encodings, such as "hex"
    except (LookupError, ValueError):
        return "utf-8"
    if found in _NOT_FOR_FEEDS or found.startswith(("utf-16", "utf-32")):
        return "utf-8"  # the latter would have begun differently
    return {"gb2312": "gb18030", "iso8859-1": "cp1252", "ascii": "cp1252"}.get(found, found)


def _recoded(body: bytes, encoding: str) -> bytes:
    if encoding in ("utf-8", "cp1252"):
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            return _mislabelled(body) if encoding == "utf-8" else body.decode("cp1252", "replace").encode()
        return body
    return body.decode(encoding, "replace").encode("utf-8", "replace")


def _mislabelled(body: bytes) -> bytes:
    """UTF-8 with wrong bytes as U+FFFD, unless these are no slips, and more than the right characters."""
    text = body.decode("utf-8", "surrogateescape")
    wrong = len(_NOT_UTF_8.findall(text))
    if wrong > _SLIPS and wrong > len(_MULTIBYTE.findall(text)):
        return body.decode("cp1252", "replace").encode()
    return body.decode("utf-8", "replace").encode()


def _expansion(data: bytes) -> int:
    """How many bytes the entities of a document type declaration become where they are referred to, at least."""
    if b"<!ENTITY" not in data:
        return 0
    sizes = {match[1]: len(match[2] or match[3] or b"") for match in _ENTITY.finditer(data)}
    used = Counter(match[1] for match in _REFERENCE.finditer(data))
    return sum(size * used[name] for name, size in sizes.items())


def _check_elements(data: bytes) -> None:
    """Refused if they are too many, or nested too deeply, by their tags alone."""
    check_entries(sum(1 for _ in _ENTRY.finditer(data)))
    for entry in _ENTRY.split(data):
        check_categories(sum(1 for _ in _CATEGORY.finditer(entry)))
    _check_depth(data)
    if data.count(b"<") > 2 * MAX_ELEMENTS:
        raise Refused("it has too many elements")


def _check_depth(data: bytes) -> None:
    open_tags: Counter[bytes] = Counter()
    depth = 0
    for match in _TAG.finditer(data):
        closing, name, rest = match.groups()
        if name.lower() in _LEFT_OPEN or (rest.endswith(b"/") and not closing):
            continue
        step = 1 if not closing else -1 if open_tags[name] else 0
        open_tags[name] += step
        depth += step
        if depth > MAX_DEPTH:
            raise Refused("its elements are nested too deeply")


def _without_cdata(data: bytes) -> bytes:
    head, *sections = data.split(b"<![CDATA[")
    return head + b"".join(section.partition(b"]]>")[2] for section in sections)

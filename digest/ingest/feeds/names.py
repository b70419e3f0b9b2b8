"""What feedparser calls the elements of feeds, and which of the names mean something to it."""

import re
from types import MappingProxyType

_BY_PREFIX = {
    "": (
        " http://backend.userland.com/rss http://blogs.law.harvard.edu/tech/rss http://purl.org/rss/1.0/ "
        "http://my.netscape.com/rdf/simple/0.9/ http://example.com/newformat# http://example.com/necho "
        "http://purl.org/echo/ uri/of/echo/namespace# http://purl.org/pie/ http://purl.org/atom/ns# "
        "http://www.w3.org/2005/Atom http://purl.org/rss/1.0/modules/rss091#"
    ),
    "cc": "http://creativecommons.org/ns#license http://web.resource.org/cc/",
    "creativeCommons": (
        "http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html "
        "http://backend.userland.com/creativeCommonsRssModule"
    ),
    "itunes": "http://www.itunes.com/DTDs/PodCast-1.0.dtd http://example.com/DTDs/PodCast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss http://search.yahoo.com/mrss/",
    "admin": "http://webns.net/mvcb/",
    "ag": "http://purl.org/rss/1.0/modules/aggregation/",
    "annotate": "http://purl.org/rss/1.0/modules/annotate/",
    "audio": "http://media.tangent.org/rss/1.0/",
    "blogChannel": "http://backend.userland.com/blogChannelModule",
    "co": "http://purl.org/rss/1.0/modules/company",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "cp": "http://my.theinfo.org/changed/1.0/rss/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "email": "http://purl.org/rss/1.0/modules/email/",
    "ev": "http://purl.org/rss/1.0/modules/event/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "fm": "http://freshmeat.net/rss/fm/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "georss": "http://www.georss.org/georss",
    "gml": "http://www.opengis.net/gml",
    "icbm": "http://postneo.com/icbm/",
    "image": "http://purl.org/rss/1.0/modules/image/",
    "l": "http://purl.org/rss/1.0/modules/link/",
    "pingback": "http://madskills.com/public/xml/rss/module/pingback/",
    "prism": "http://prismstandard.org/namespaces/1.2/basic/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "ref": "http://purl.org/rss/1.0/modules/reference/",
    "reqv": "http://purl.org/rss/1.0/modules/richequiv/",
    "search": "http://purl.org/rss/1.0/modules/search/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "soap": "http://schemas.xmlsoap.org/soap/envelope/",
    "ss": "http://purl.org/rss/1.0/modules/servicestatus/",
    "str": "http://hacks.benhammersley.com/rss/streaming/",
    "sub": "http://purl.org/rss/1.0/modules/subscription/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "szf": "http://schemas.pocketsoap.com/rss/myDescModule/",
    "taxo": "http://purl.org/rss/1.0/modules/taxonomy/",
    "thr": "http://purl.org/rss/1.0/modules/threading/",
    "ti": "http://purl.org/rss/1.0/modules/textinput/",
    "trackback": "http://madskills.com/public/xml/rss/module/trackback/",
    "wfw": "http://wellformedweb.org/commentAPI/",
    "wiki": "http://purl.org/rss/1.0/modules/wiki/",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "xlink": "http://www.w3.org/1999/xlink",
    "xml": "http://www.w3.org/XML/1998/namespace",
    "psc": "http://podlove.org/simple-chapters",
}
# Its prefix for each namespace, which is compared without regard to case.
PREFIXES = MappingProxyType({uri.lower(): prefix for prefix, uris in _BY_PREFIX.items() for uri in uris.split(" ")})
# Elements that it does something about; of all others it keeps the text, under their own name.
SPECIAL = frozenset(
    """abstract author body category cc_license channel cloud content content_encoded contributor copyright created
    creativecommons_license dc_author dc_contributor dc_creator dc_date dc_description dc_language dc_publisher
    dc_rights dc_subject dc_title dcterms_created dcterms_issued dcterms_modified dcterms_valid description email
    enclosure entry expirationdate feed feedburner_browserfriendly fullitem generator geom georss_box georss_line
    georss_point georss_polygon georss_where georssgeom gml_exterior gml_linearring gml_linestring gml_point
    gml_polygon gml_pos gml_poslist guid height homepage id image info issued item itunes_author itunes_block
    itunes_category itunes_email itunes_explicit itunes_image itunes_keywords itunes_link itunes_name itunes_owner
    itunes_subtitle itunes_summary keywords language lastbuilddate link managingeditor media_category
    media_content media_credit media_description media_group media_keywords media_license media_player
    media_rating media_restriction media_thumbnail media_title modified name newlocation psc_chapter psc_chapters
    pubdate published rights rss source subtitle summary tagline tags textinput title updated uri url webmaster
    where width xhtml_body admin_errorreportsto admin_generatoragent""".split()
)
# Names under which it keeps what we ask for, so that an element of that name would be taken for it.
KEPT = frozenset(
    """authors content_detail date date_parsed description_detail entries image_detail items license links
    media_content media_thumbnail publisher rights_detail sy_updatefrequency sy_updateperiod textinput_detail
    title_detail summary_detail ttl""".split()
)


_LOWER_PREFIXES = frozenset(prefix.lower() for prefix in _BY_PREFIX if prefix)
_MEANINGFUL = _LOWER_PREFIXES | {name.partition("_")[0] for name in SPECIAL | KEPT}
_DECLARED = re.compile(rb"""xmlns(?::([^\s=]{1,50}))?\s*=\s*(?:"([^"]*)"|'([^']*)')""")


class Unclear(ValueError):  # noqa: N818 - what it is, no error to anybody
    """What a document tells cannot be told from here."""


class Names:
    """feedparser's names for the elements of one document in UTF-8.

    Raises Unclear where it depends on the order of the document's declarations, which name an element gets.
    """

    def __init__(self, data: bytes) -> None:
        self._known: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}
        found = {(match[1] or b"", match[2] or match[3] or b"") for match in _DECLARED.finditer(data)}
        self.uris = frozenset(uri.decode() for _, uri in found)
        bound: dict[str, str] = {}
        for prefix, uri in sorted((prefix.decode().lower(), uri.decode()) for prefix, uri in found):
            known = _known_prefix(uri)
            if prefix and (bound.setdefault(prefix, uri) != uri or _misleading(prefix, known)):
                raise Unclear
            if known is None and (other := self._prefixes.setdefault(uri, prefix)) != prefix:
                _check_synonyms(prefix, other)

    def of(self, tag: str) -> str:
        """The name of an element: its prefix, "_" and its local name, in lower case."""
        name = self._known.get(tag)
        if name is None:
            uri, _, local = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
            prefix = _known_prefix(uri)
            if prefix is None and not (prefix := self._prefixes.get(uri, "")):
                raise Unclear
            name = self._known[tag] = f"{prefix}_{local}".lower() if prefix else local.lower()
        return name


def _known_prefix(uri: str) -> str | None:
    lowered = uri.lower()
    return "" if "backend.userland.com/rss" in lowered else PREFIXES.get(lowered)


def _check_synonyms(*prefixes: str) -> None:
    """Which of two names an element has does not matter if neither means anything."""
    if not all(prefixes) or not _MEANINGFUL.isdisjoint(prefixes):
        raise Unclear


def _misleading(prefix: str, known: str | None) -> bool:
    """Is `prefix` feedparser's own for one namespace, and the document's for another that feedparser knows?"""
    return known is not None and known.lower() != prefix and prefix in _LOWER_PREFIXES

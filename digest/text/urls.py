"""Addresses: which may be shown, what is stripped from them, and when two are the same."""

import re
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

LONGEST = 2_000  # characters of an address; what is longer fits no mail and no bar of a browser
_PORTS = {"http": 80, "https": 443}
# Parameters that say who sent the reader, and nothing about the page, by who adds them.
_TRACKER_NAMES = frozenset(
    (
        "fbclid fb_action_ids fb_action_types fb_ref fb_source fb_comment_id igsh igshid "  # Meta
        "gclid gclsrc dclid gbraid wbraid srsltid _ga _gl "  # Google
        "msclkid yclid ysclid ymclid twclid ttclid li_fat_id epik sccid rdt_cid qclid _openstat "  # other networks
        "campaign_id campaign_medium campaign_name campaign_source campaign_term campaign_content cmpid ncid xtor "
        "mc_cid mc_eid mc_tc mkt_tok ml_subscriber ml_subscriber_hash _bhlid ck_subscriber_id "  # letters
        "_hsenc _hsmi __hssc __hstc __hsfp hsctatracking "  # HubSpot
        "vero_conv vero_id wickedid oly_anon_id oly_enc_id _bta_tid _bta_c trk_contact trk_msg trk_module trk_sid "
        "_branch_match_id _branch_referrer rb_clickid s_cid s_kwcid ef_id sc_cid mkwid pcrid dm_i irclickid"
    ).split()
)
_TRACKER = re.compile(
    r"(?:utm|mtm|hsa|piwik|matomo)_|(?:pk|ga)_(?:source|medium|term|content|campaign|cid|kwd|keyword)"
    r"|at_(?:medium|campaign|creation|format|custom|link|ptr_name|bbc_team|variant|channel|recipient|send_|email)"
)
# What neither joining nor splitting would change or refuse.
_PLAIN = re.compile(r"https?://[a-z0-9.-]*[a-z0-9](?:/[\w.~/%+,@!$'()*:=-]*)?(?:\?[\w.~/%+,@!$'()*:=&?;-]+)?", re.ASCII)
_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
_LINE_BREAKS = re.compile(r"[\t\r\n]")


def web_address(url: str | None, base: str = "") -> str | None:
    """`url`, made absolute and without tracking parameters, if it is http or https; else None.

    An address with nothing to strip comes back as it was; what is no address at all stays none. `ref=` tracks if it
    names the host of `base`.
    """
    whole = absolute(url, base)
    return _untracked(whole, base) if whole and ("?" in whole or "#" in whole) else whole


def absolute(url: str | None, base: str = "") -> str | None:
    """`url` made absolute (RFC 3986, 5.2) if it is an http or https address that can be shown; else None."""
    if not url or not (url := url.strip()) or len(url) > LONGEST:
        return None
    if _PLAIN.fullmatch(url):
        return url
    try:
        url = _LINE_BREAKS.sub("", url)  # as browsers do (WHATWG URL, 4.4)
        whole = url if _ABSOLUTE.match(url) else urljoin(base, url)
        return whole if _showable(whole, urlsplit(whole)) else None
    except ValueError:
        return None


def canonical(url: str) -> str:
    """What two addresses of one page have in common, an address itself.

    Host in lower case without `www.` and trailing dot, no default port, no fragment but `#!`, no trackers, no trailing
    slash; https.
    """
    parts = urlsplit(_untracked(url, ""))
    host = (parts.hostname or "").rstrip(".")
    while host.startswith("www."):
        host = host.removeprefix("www.")
    port = f":{parts.port}" if parts.port and parts.port != _PORTS.get(parts.scheme) else ""
    fragment = parts.fragment if parts.fragment.startswith("!") else ""
    return urlunsplit(
        ("https", (f"[{host}]" if ":" in host else host) + port, _path(parts.path), parts.query, fragment)
    )


def _showable(whole: str, parts: SplitResult) -> bool:
    _ = parts.port  # raises for one that cannot be
    named = parts.scheme in _PORTS and parts.hostname and "@" not in parts.netloc
    return bool(named) and whole.isprintable() and " " not in whole


def _path(path: str) -> str:
    return path.rstrip("/") or "/"


def _untracked(url: str, base: str) -> str:
    """`url` without the parameters that track, every other byte as it was."""
    address, hash_mark, fragment = url.partition("#")
    page, _, query = address.partition("?")
    kept = _kept(query, base)
    if kept != query:
        address = f"{page}?{kept}" if kept else page
    if fragment and not _kept(fragment, ""):
        hash_mark = fragment = ""
    return address + hash_mark + fragment


def _kept(query: str, base: str) -> str:
    return "&".join(pair for pair in query.split("&") if not _tracks(pair, base))


def _tracks(pair: str, base: str) -> bool:
    written, equals, value = pair.partition("=")
    name = unquote(written).lower()
    if name == "ref":
        return bool(equals) and bool(base) and _host(unquote(value)) == _host(base) != ""
    return bool(equals) and (name in _TRACKER_NAMES or bool(_TRACKER.match(name)))


def _host(written: str) -> str:
    """The host that `written`, an address or a bare name, means; empty for none."""
    try:
        host = urlsplit(written if "//" in written else f"//{written}").hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")

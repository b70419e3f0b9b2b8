"""Addresses: which may be shown, and when two are the same."""

from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

_TRACKERS = ("utm_", "mtm_", "pk_", "at_")
_TRACKER_NAMES = frozenset(
    {"fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid", "yclid", "_hsenc", "_hsmi", "cmpid", "ncid"}
)
_PORTS = {"http": 80, "https": 443}


def web_address(url: str | None, base: str = "") -> str | None:
    """`url`, made absolute and without tracking parameters, if it is http or https; else None.

    An address with nothing to strip comes back as it was; what is no address at all stays none.
    """
    if not url or not url.strip():
        return None
    try:
        whole = urljoin(base, url.strip())
        parts = urlsplit(whole)
        if parts.scheme not in _PORTS or not parts.hostname or not whole.isprintable() or " " in whole:
            return None
        _ = parts.port  # raises for one that cannot be
        return _untracked(whole)
    except ValueError:
        return None


def canonical(url: str) -> str:
    """What two addresses of one page have in common: host in lower case, no default port, no fragment, no `www.`."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port and parts.port != _PORTS.get(parts.scheme) else ""
    return urlunsplit(("https", host + port, parts.path.rstrip("/") or "/", parts.query, ""))


def _untracked(url: str) -> str:
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(key, value) for key, value in pairs if not (key.startswith(_TRACKERS) or key in _TRACKER_NAMES)]
    return url if len(kept) == len(pairs) else urlunsplit(parts._replace(query=urlencode(kept)))

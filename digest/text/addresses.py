"""Mail addresses as people write them: one, of a kind that mail servers take, and nothing that hides another."""

import re
import unicodedata

LONGEST = 254  # octets (RFC 5321 section 4.5.3.1, erratum 1690)
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")  # a dot-atom: RFC 5322 section 3.2.3
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def mail_address(text: str) -> str | None:
    """The address, if it is one that can be written to, without the blanks around it; else None.

    Quoted local parts, comments, and addresses of hosts without a domain are none: nobody's newsletter goes there.
    """
    if len(text) > 4 * LONGEST or any(unicodedata.category(one).startswith("C") for one in text):
        return None
    address = unicodedata.normalize("NFC", text.strip(" "))
    local, at, domain = address.rpartition("@")
    try:
        labels = domain.lower().encode("idna").decode().split(".") if domain.isascii() or "xn--" not in domain else []
    except UnicodeError:
        return None
    fits = len(local.encode()) <= 64 and len(local.encode()) + 1 + len(".".join(labels)) <= LONGEST
    plain = all(map(_LABEL.fullmatch, labels)) and len(labels) > 1 and not labels[-1].isdigit()
    return address if at and fits and plain and _LOCAL.fullmatch(local) else None

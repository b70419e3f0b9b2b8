"""Links that nobody can forge: a subject, signed for one purpose, for ever or for a while.

A token for one purpose is worth nothing for another. Letters are lower case only, since mail servers may not keep
capitals. Nothing is stored: whoever has the secret can check it, and an old secret stays good for what it signed.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

Purpose = Literal["confirm", "unsubscribe", "preferences", "bounce", "approve", "form"]
_MAC = 20  # bytes: 160 bits, 32 letters of base 32 without padding


def signed(secret: bytes, purpose: Purpose, subject: str, expires: datetime | None = None) -> str:
    """`subject` and when it expires, readable, with their signature. `subject` has letters, digits and hyphens only."""
    moment = f"{int(expires.timestamp()):x}" if expires else "0"
    return f"{subject}.{moment}.{_mac(secret, purpose, subject, moment)}"


def opened(secrets: Sequence[bytes], purpose: Purpose, token: str, now: datetime) -> str | None:
    """The subject of a token that one of the secrets has signed for this purpose, unless it has expired."""
    subject, _, rest = token.lower().partition(".")
    moment, _, mac = rest.partition(".")
    good = False
    for secret in secrets:  # every one is tried, so that the time tells nothing
        good |= hmac.compare_digest(_mac(secret, purpose, subject, moment).encode(), mac.encode("utf-8", "replace"))
    if not good:
        return None
    expired = moment != "0" and datetime.fromtimestamp(int(moment, 16), UTC) < now
    return None if expired else subject


def _mac(secret: bytes, purpose: str, subject: str, moment: str) -> str:
    said = "\0".join((purpose, subject, moment)).encode("utf-8", "surrogatepass")
    mac = hmac.new(secret, b"token\0" + said, hashlib.sha256).digest()[:_MAC]
    return base64.b32encode(mac).decode().lower()

"""How mail from a domain stands with those who get it: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489), names.

What Google and Yahoo ask of senders since 2024, and Microsoft since 2025. Domains count as one organisation if one lies
in the other: a list of public suffixes would know a few cases more.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from functools import partial

from digest.app.doctor.finding import Finding, must, note, ok
from digest.app.doctor.zone import Names, UnansweredError, reverse
from digest.config import Mail
from digest.errors import DigestError
from digest.mailing import domain_of

# Their owners let nobody else send in their name: DMARC says so, and mail that tries is refused.
FREE = frozenset(
    "gmail.com googlemail.com yahoo.com ymail.com rocketmail.com yahoo.co.uk yahoo.de yahoo.fr aol.com outlook.com"
    " hotmail.com live.com msn.com icloud.com me.com mac.com gmx.de gmx.net gmx.com web.de mail.ru proton.me"
    " protonmail.com t-online.de".split()
)
_LOOKUPS = 10  # RFC 7208 section 4.6.4
_ASKING = ("include:", "exists:", "redirect=")
_MESSAGE = b"From: a@%s\r\nTo: b@example.org\r\nSubject: x\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\n\r\nx\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """An edition's mail: the domain in its From, the one that bounces go to, its server, who signs, with which key."""

    edition: str
    domain: str
    bounces: str
    host: str
    signer: str | None
    selector: str
    key: bytes | None

    @classmethod
    def of(cls, edition: str, sender: str | None, mail: Mail, key: bytes | None) -> "Sending":
        domain = domain_of(parseaddr(sender or "")[1])
        return cls(
            edition=edition,
            domain=domain,
            bounces=domain_of(mail.bounces) if mail.bounces else domain,
            host=mail.host,
            signer=domain_of(f"@{mail.dkim.domain}") if mail.dkim else None,
            selector=mail.dkim.selector if mail.dkim else "",
            key=key,
        )

    def __repr__(self) -> str:
        return f"Sending({self.edition})"


def standing(of: Sending, names: Names) -> Iterator[Finding]:
    """Every check by itself: one that DNS does not answer leaves the others."""
    if not of.domain:
        hint = "set sender: Name <news@example.org>"
        yield must("mail", f"edition {of.edition}", "has no sender", hint)
        return
    if of.domain in FREE:
        text = f"sends from {of.domain}, whose owner lets nobody else do so: it will be refused"
        yield _must(f"edition {of.edition}", text, "send from a domain of your own")
        return
    for check in (partial(_spf, of), partial(_dkim, of), partial(_dmarc, of), partial(_named, of)):
        try:
            yield from check(names)
        except UnansweredError as error:
            yield Finding.of(error, "mail")


_must, _ok, _note = partial(must, "mail"), partial(ok, "mail"), partial(note, "mail")


def _spf(of: Sending, names: Names) -> Iterator[Finding]:
    """Of the domain that mail servers see as its sender, which is where bounces go."""
    subject = f"SPF of {of.bounces}"
    found = _spf_of(of.bounces, names)
    if not found:
        hint = f'publish TXT for {of.bounces}: "v=spf1 ... -all", with what your mail server asks for'
        yield _must(subject, "is missing", hint)
        return
    if len(found) > 1:
        yield _must(subject, f"is there {len(found)} times, which counts as an error", "make one record of them")
        return
    count = _lookups(found[0], names, {of.bounces})
    last = found[0].lower().split()[-1]
    if count > _LOOKUPS:
        yield _must(subject, f"needs {count} look-ups; after {_LOOKUPS} it counts as an error", "leave out includes")
    elif last in ("+all", "all"):
        yield _must(subject, "lets everybody send in its name (+all)", "end it with -all or ~all")
    elif last not in ("-all", "~all") and not last.startswith("redirect="):
        yield _must(subject, f"says nothing of others: it ends with {last}", "end it with -all or ~all")
    else:
        yield _ok(subject, found[0])


def _spf_of(domain: str, names: Names) -> list[str]:
    return [text for text in names.records(domain, "TXT") if re.match(r"v=spf1(\s|$)", text, re.IGNORECASE)]


def _lookups(record: str, names: Names, seen: set[str]) -> int:
    """How often a receiver has to ask DNS for it, as far as it matters."""
    count = 0
    for term in record.lower().split()[1:]:
        term = term.lstrip("+-~?")
        name = re.split(r"[:/=]", term, maxsplit=1)[0]
        if name in ("a", "mx", "ptr") or term.startswith(_ASKING):
            count += 1
        other = term.partition(":" if term.startswith("include:") else "=")[2]
        if term.startswith(("include:", "redirect=")) and other not in seen and count <= _LOOKUPS:
            seen.add(other)
            count += sum(_lookups(found, names, seen) for found in _spf_of(other, names)[:1])
    return count


def _dkim(of: Sending, names: Names) -> Iterator[Finding]:
    if of.signer is None or of.key is None:
        text = "is not signed here: your mail server has to sign it, with a key of this domain, list headers included"
        yield _note(f"DKIM of {of.domain}", text, "look at a message that arrived, or set dkim: under mail:")
        return
    name = f"{of.selector}._domainkey.{of.signer}"
    found = names.records(name, "TXT")
    if not found:
        yield _must(f"DKIM key {name}", "is missing", "publish its public key there as TXT: v=DKIM1; k=rsa; p=...")
    elif not _tags(found[0]).get("p"):
        yield _must(f"DKIM key {name}", "is withdrawn: it has no p=", "publish the public key, or use another selector")
    elif not _fits(of, names):
        yield _must(f"DKIM key {name}", "is not that of the private key", "publish the public key of key: under dkim:")
    else:
        yield _ok(f"DKIM key {name}", "is that of the private key")


def _fits(of: Sending, names: Names) -> bool:
    """A message is signed, and checked as a receiver would."""
    import dkim  # heavy, and only for those who sign

    from digest.deliver.mail.dkim import Identity, signature

    message = _MESSAGE % of.domain.encode()
    signed = signature(message, Identity(domain=of.signer or "", selector=of.selector, key=of.key or b""))

    def ask(name: bytes, timeout: float = 5) -> bytes | None:  # noqa: ARG001  # as dkimpy calls it
        found = names.records(name.decode().rstrip("."), "TXT")
        return found[0].encode() if found else None

    try:
        return bool(dkim.verify(signed + message, dnsfunc=ask, minkey=1024))
    except (dkim.DKIMException, ValueError, TypeError):
        return False


def _dmarc(of: Sending, names: Names) -> Iterator[Finding]:
    where, found = _dmarc_of(of.domain, names)
    if not found:
        hint = f'publish TXT for _dmarc.{of.domain}: "v=DMARC1; p=none; rua=mailto:..."; stricter when all is well'
        yield _must(f"DMARC of {of.domain}", "is missing", hint)
        return
    tags = _tags(found[0])
    if len(found) > 1 or tags.get("p", "").lower() not in ("none", "quarantine", "reject"):
        text = "is there several times" if len(found) > 1 else "has no policy: p="
        yield _must(f"DMARC of {where}", text, "publish one record, with p=none, p=quarantine or p=reject")
        return
    by_spf = _aligned(of.bounces, of.domain, strict=tags.get("aspf", "r").lower() == "s")
    by_dkim = of.signer is not None and _aligned(of.signer, of.domain, strict=tags.get("adkim", "r").lower() == "s")
    if by_spf or by_dkim:
        ways = " and ".join(way for way, is_so in (("SPF", by_spf), ("DKIM", by_dkim)) if is_so)
        yield _ok(f"DMARC of {where}", f"{found[0]}: in line by {ways}")
    else:
        text = f"is met by nothing: bounces go to {of.bounces}" + (f", {of.signer} signs" if of.signer else "")
        hint = f"set dkim: domain: {of.domain}, or bounces: to an address of {of.domain}"
        yield _must(f"DMARC of {where}", text, hint)


def _dmarc_of(domain: str, names: Names) -> tuple[str, list[str]]:
    """Of the domain, or else of the nearest one above that has any."""
    labels = domain.split(".")
    for start in range(len(labels) - 1):
        above = ".".join(labels[start:])
        found = [text for text in names.records(f"_dmarc.{above}", "TXT") if text.lower().startswith("v=dmarc1")]
        if found:
            return above, found
    return domain, []


def _aligned(one: str, other: str, *, strict: bool) -> bool:
    within = one.endswith(f".{other}") or other.endswith(f".{one}")
    return one == other or (within and not strict)


def _tags(record: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, _, value in pairs if name.strip()}


def _named(of: Sending, names: Names) -> Iterator[Finding]:
    """The server's address must be called what it calls itself. A relay may send from others: those are its owner's."""
    addresses = [*names.records(of.host, "A"), *names.records(of.host, "AAAA")]
    if not addresses:
        yield _note(of.host, "has no address in DNS: what it is called could not be looked at")
    for address in addresses:
        try:
            called = names.records(reverse(address), "PTR")
        except (ValueError, DigestError):
            called = ()
        confirmed = [name for name in called if address in (*names.records(name, "A"), *names.records(name, "AAAA"))]
        if confirmed:
            yield _ok(f"{of.host} ({address})", f"is called {confirmed[0]}, which leads back")
        else:
            text = f"is called {called[0]}, which does not lead back" if called else "has no name (PTR)"
            hint = "have whoever gave you the address name it, and have that name lead to it"
            yield _must(f"{of.host} ({address})", text, hint)

"""Where no request goes: a hundred addresses that lead inwards, or nowhere that a feed lives, refused without a connection."""

import asyncio
import socket
from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_address

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from digest.ingest.web.answer import Answer, NoAnswer
from digest.ingest.web.client import Client
from digest.ingest.web.guard import Guard, Refused
from digest.text.hosts import ALLOWED, allow_entry, allowed, is_public
from tests.rawserver import raw, reply, say
from tests.server import serve

BY_ADDRESS = """
http://127.0.0.1/
http://127.0.0.1:80/
https://127.0.0.1/
http://127.255.255.254/
http://0.0.0.0/
http://0.1.2.3/
http://10.0.0.1/
http://172.16.0.1/
http://172.31.255.255/
http://192.168.1.1/
http://169.254.169.254/latest/meta-data/
http://100.64.0.1/
http://100.127.255.255/
http://192.0.0.8/
http://192.0.0.170/
http://192.0.2.1/
http://192.88.99.1/
http://198.18.0.1/
http://198.19.255.255/
http://198.51.100.7/
http://203.0.113.9/
http://224.0.0.1/
http://239.255.255.255/
http://240.0.0.1/
http://255.255.255.255/
http://[::]/
http://[::1]/
http://[0:0:0:0:0:0:0:1]/
http://[::127.0.0.1]/
http://[::ffff:127.0.0.1]/
http://[::ffff:169.254.169.254]/
http://[::ffff:a9fe:a9fe]/
http://[::ffff:0:127.0.0.1]/
http://[64:ff9b::127.0.0.1]/
http://[64:ff9b::8.8.8.8]/
http://[64:ff9b:1::7f00:1]/
http://[100::1]/
http://[2001::1]/
http://[2001:0:53aa:64c::]/
http://[2001:2::1]/
http://[2001:10::1]/
http://[2001:20::1]/
http://[2001:db8::1]/
http://[2002:7f00:1::]/
http://[2002:a9fe:a9fe::]/
http://[3fff::1]/
http://[5f00::1]/
http://[fc00::1]/
http://[fd12:3456::1]/
http://[fe80::1]/
http://[fe80::1%25lo]/
http://[fec0::1]/
http://[ff02::1]/
http://2130706433/
http://0x7f000001/
http://0x7f.0x0.0x0.0x1/
http://0x7f.1/
http://0177.0.0.1/
http://017700000001/
http://127.1/
http://127.0.1/
http://127.0.0.1./
http://127.0.0.01/
http://0/
http://①②⑦.⓪.⓪.①/
http://127。0。0。1/
http://１２７.0.0.1/
http://[::1/
http://:80/
http:///x
http://a..b/
http://exa mple.org/
http://example.org/a b
http://example.org/\x00
http://example.org\t.evil.example/
http://a\\b.example/
http://user@example.org/
http://user:secret@example.org/
http://example.org\\@127.0.0.1/
http://example.org@127.0.0.1/
http://example.org:8080/
http://example.org:22/
http://example.org:0/
http://example.org:65536/
https://example.org:x/
file:///etc/passwd
file://localhost/etc/passwd
gopher://example.org/1
ftp://example.org/feed
data:text/xml,<rss/>
javascript:alert(1)
feed:https://example.org/
jar:http://example.org/!/
dict://example.org:11211/
//example.org/
example.org
""".strip().split("\n")

# These pass for names. A resolver that leads all of them to a server on loopback shows that it is never dialled.
BY_NAME = """
http://localhost/
http://localhost./
http://LOCALHOST/
http://127.0.0.1.nip.example/
http://intranet/
http://rebinding.example/
https://rebinding.example/
http://xn--bcher-kva.example/
""".split()


class Resolver(AbstractResolver):
    """DNS that a test writes: the answers in turn, the last one for ever; `port` is where a server listens."""

    def __init__(self, port: int, *answers: Sequence[str]) -> None:
        self.port = port
        self.answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=one,
                port=self.port,
                family=socket.AF_INET6 if ":" in one else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for one in found
        ]

    async def close(self) -> None:
        return None


def said(urls: Sequence[str], now: datetime, *, allow: Sequence[str] = (), resolver: Resolver) -> list[Answer | str]:
    """What came of asking for each in turn: an answer, or why there is none."""

    async def ask() -> list[Answer | str]:
        found: list[Answer | str] = []
        async with Client(contact=None, now=now, gap=0, allow=allow, resolver=resolver, total=5) as client:
            for url in urls:
                try:
                    found.append(await client.get(url))
                except NoAnswer as error:
                    found.append(str(error))
        return found

    return asyncio.run(ask())


@pytest.mark.parametrize("url", BY_ADDRESS)
def test_an_address_that_leads_inwards_or_to_no_web_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        Guard().check(url)


def test_the_table_is_long_enough() -> None:
    assert len(BY_ADDRESS) + len(BY_NAME) > 100


def test_none_of_them_reaches_a_server_on_loopback(now: datetime) -> None:
    with raw(say(reply(b"secret"))) as canary:
        loopback = Resolver(canary.port, ["127.0.0.1"])
        found = said([*BY_ADDRESS, *BY_NAME], now, resolver=loopback)
        assert all(isinstance(one, str) and one.startswith("refused: ") for one in found), found
        assert canary.heads == []
        # It does hear those who may: otherwise this would prove nothing.
        (heard,) = said(["http://rebinding.example/"], now, allow=["127.0.0.0/8"], resolver=loopback)
        assert isinstance(heard, Answer)
        assert len(canary.heads) == 1


def test_a_redirect_to_any_of_them_is_refused(now: datetime) -> None:
    with raw(say(reply(b"secret"))) as canary, serve({}) as served:
        urls = [url for url in [*BY_ADDRESS, *BY_NAME] if "://" in url and url.isprintable()]
        ascii_only = [url for url in urls if url.isascii()]
        for number, url in enumerate(ascii_only):
            served.answers[f"/{number}"] = (302, {"Location": url}, b"")
        own = served.base.removeprefix("http://")
        asked = [f"{served.base}/{number}" for number in range(len(ascii_only))]
        found = said(asked, now, allow=[own], resolver=Resolver(canary.port, ["127.0.0.1"]))
        assert canary.heads == []
    assert len(found) > 90
    for url, one in zip(ascii_only, found, strict=True):
        assert isinstance(one, str), url
        assert "refused: " in one, (url, one)


def test_dns_that_changes_its_mind_gains_nothing(now: datetime) -> None:
    """First an address that may be dialled, then loopback: each connection is judged by what it dials itself."""
    with raw(say(reply(b"secret"))) as canary, raw(say(reply(b"fine")), host="::1") as fine:
        resolver = Resolver(fine.port, ["::1"], ["127.0.0.1"])
        urls = ["http://rebinding.example/"] * 2

        async def ask() -> list[str]:
            found = []
            async with Client(contact=None, now=now, gap=0, allow=["::1/128"], resolver=resolver) as client:
                found.append((await client.get(urls[0])).body.decode())
                resolver.port = canary.port
                try:
                    found.append((await client.get(urls[1])).body.decode())
                except NoAnswer as error:
                    found.append(str(error))
            return found

        first, second = asyncio.run(ask())
        assert first == "fine"
        assert second.startswith("refused: 127.0.0.1 is not a public address")
        assert canary.heads == []


def test_a_private_address_among_public_ones_is_not_dialled_either(now: datetime) -> None:
    """The network is blocked here, so the public one cannot be reached."""
    with raw(say(reply(b"secret"))) as canary:
        said(["http://mixed.example/"], now, resolver=Resolver(canary.port, ["127.0.0.1", "::ffff:127.0.0.1"]))
        (found,) = said(["http://mixed.example/"], now, resolver=Resolver(canary.port, ["::1", "127.0.0.1"]))
        assert str(found).startswith("refused: ")
        assert "allow: in feeds.yaml" in str(found)
        assert canary.heads == []


@pytest.mark.parametrize(
    ("allow", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8700/feed"),
        ("127.0.0.1:8700", "http://127.0.0.1:8700/feed"),
        ("[::1]", "http://[::1]:8700/"),
        ("::1", "http://[0:0::1]/"),
        ("[::1]:8700", "http://[::1]:8700/"),
        ("intranet", "https://intranet:8443/"),
        ("Intranet", "http://INTRANET./"),
        ("intranet:8080", "http://intranet:8080/"),
        ("news.example.org:8080", "https://news.example.org:8080/"),
        ("10.0.0.0/8", "http://10.1.2.3:8080/"),
        ("fd00::/8", "http://[fd12::1]/"),
    ],
)
def test_what_is_on_the_list_may_be_asked(allow: str, url: str) -> None:
    assert allow_entry(allow)
    Guard([allow]).check(url)


@pytest.mark.parametrize(
    ("allow", "url"),
    [
        ("127.0.0.1:8700", "http://127.0.0.1:8701/"),
        ("127.0.0.1:8700", "http://127.0.0.1/"),
        ("127.0.0.1", "http://127.0.0.2/"),
        ("127.0.0.1", "http://[::1]/"),
        ("127.0.0.1", "ftp://127.0.0.1/"),
        ("127.0.0.1", "http://a@127.0.0.1/"),
        ("127.0.0.1", "http://[::ffff:127.0.0.1]/"),
        ("intranet", "http://intranet.example:8080/"),
        ("intranet:8080", "http://intranet:8081/"),
        ("10.0.0.0/8", "http://11.0.0.1:8080/"),
        ("10.0.0.0/8", "http://192.168.0.1/"),
    ],
)
def test_the_list_lets_in_nothing_else(allow: str, url: str) -> None:
    with pytest.raises(Refused):
        Guard([allow]).check(url)


def test_a_listed_name_may_lead_inwards_and_another_may_not(now: datetime) -> None:
    with raw(say(reply(b"inside"))) as inside:
        loopback = Resolver(inside.port, ["127.0.0.1"])
        listed, other = said(["http://intranet/", "http://other/"], now, allow=["intranet"], resolver=loopback)
    assert isinstance(listed, Answer)
    assert listed.body == b"inside"
    assert str(other).startswith("refused: 127.0.0.1 is not a public address")


@pytest.mark.parametrize(
    "text",
    [
        *["", " ", "a b", "http://intranet", "intranet/feed", "intranet:", "intranet:0", "intranet:65536", ":80"],
        *["*.local", "127.1", "127.0.0.1:x", "[intranet]", "[::1", "::1]", "10.0.0.1/8", "10.0.0.0/33", "user@host"],
        "fe80::1%lo",
    ],
)
def test_what_is_no_entry_of_the_list_is_refused_with_what_is_one(text: str) -> None:
    assert not allow_entry(text)
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/8") as caught:
        allowed(text)
    assert str(caught.value) == ALLOWED


@pytest.mark.parametrize(
    "url", ["http://8.8.8.8/", "https://[2606:2800:220:1::1]/", "http://example.org", "https://1.1.1.1:443/"]
)
def test_the_web_is_let_in(url: str) -> None:
    Guard().check(url)


def test_an_address_goes_out_as_it_came_in() -> None:
    """Servers compare bytes: nothing is decoded, sorted or prettified, and what is no ASCII is percent-encoded."""
    check = Guard().check
    same = "https://example.org/%7Ea/%2f/../b;c?d=%2B+e&&f=[1]&g='!$()*,:@"
    assert check(same).url == same
    assert check("https://example.org?").url == "https://example.org/?"
    assert check("HTTPS://EXAMPLE.org:443/A#frag").url == "https://example.org/A"
    assert check("http://bücher.example/ä?ö=ü").url == "http://xn--bcher-kva.example/%C3%A4?%C3%B6=%C3%BC"
    assert check("http://example.org/\udce9").url == "http://example.org/%E9"
    assert (check("http://example.org:443/").origin, check("http://a.b/").gate) == ("http://example.org:443", "a.b")


def test_a_host_is_one_host_by_both_schemes() -> None:
    check = Guard(["127.0.0.1"]).check
    plain, secure = check("http://a.b/"), check("https://a.b/")
    assert (plain.gate, plain.twin, secure.twin) == (secure.gate, secure.origin, plain.origin)
    other = check("http://127.0.0.1:8700/")
    assert (other.gate, other.twin) == ("127.0.0.1:8700", other.origin)


def test_public_is_what_the_registries_say_on_every_python() -> None:
    """The edges of what is let in, as numbers."""
    public = (
        "1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 172.15.255.255 172.32.0.0 192.0.1.0 223.255.255.255"
    )
    inside = (
        "0.255.255.255 10.0.0.0 100.64.0.0 127.0.0.0 172.16.0.0 192.0.0.0 192.168.255.255 224.0.0.0 255.255.255.255"
    )
    public_6 = "2000:: 2001:200:: 2003:: 2620:4f:7fff::1 3fff:1000:: 2a00::1"
    inside_6 = "1fff::1 2001:1ff::1 2002::1 2620:4f:8000::1 3fff:fff:: 4000:: 64:ff9b::1 ::ffff:8.8.8.8"
    assert all(is_public(ip_address(one)) for one in (public + " " + public_6).split())
    assert not any(is_public(ip_address(one)) for one in (inside + " " + inside_6).split())

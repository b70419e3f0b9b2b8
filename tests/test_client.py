"""The client: polite, patient within limits, and every way in which a server can fail has a name."""

import asyncio
import gzip
import io
import socket
import ssl
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.ingest.web.answer import Answer, Held, Hop, NoAnswer, Unpacker, encoding_of
from digest.ingest.web.client import Client, user_agent
from tests.rawserver import Talk, raw, reply, say
from tests.replay import ROOT
from tests.server import Served, serve

LOCAL = ["127.0.0.1", "[::1]"]


def visit(
    urls: Sequence[str], now: datetime, *, headers: Mapping[str, str] = {}, limit: int = 10_000_000, **options: object
) -> list[Answer | NoAnswer]:
    """Ask for all at the same time, with one client; what came of each, in their order."""

    async def all_of_them() -> list[Answer | NoAnswer]:
        given = {"contact": None, "allow": LOCAL, "gap": 0.0, "total": 5.0, **options}
        async with Client(now=now, **given) as client:  # type: ignore[arg-type]
            tasks = [client.get(url, headers=headers, limit=limit) for url in urls]
            found = await asyncio.gather(*tasks, return_exceptions=True)
        for one in found:
            if isinstance(one, BaseException) and not isinstance(one, NoAnswer):
                raise one
        return [one for one in found if isinstance(one, Answer | NoAnswer)]

    return asyncio.run(all_of_them())


def fine(url: str, now: datetime, **options: object) -> Answer:
    (answer,) = visit([url], now, **options)  # type: ignore[arg-type]
    assert isinstance(answer, Answer), answer
    return answer


def fault(url: str, now: datetime, **options: object) -> str:
    (error,) = visit([url], now, **options)  # type: ignore[arg-type]
    assert isinstance(error, NoAnswer), error
    return str(error)


def drip(seconds: float, start: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n") -> Talk:
    """A body, byte by byte."""

    def talk(connection: socket.socket, head: str) -> None:
        connection.sendall(start)
        for _ in range(1000):
            connection.sendall(b"x")
            time.sleep(seconds)

    return talk


def endless(start: bytes, part: bytes) -> Talk:
    def talk(connection: socket.socket, head: str) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(part)

    return talk


def reset(start: bytes) -> Talk:
    """Breaks the connection off so that the other side is told of an error."""

    def talk(connection: socket.socket, head: str) -> None:
        connection.sendall(start)
        time.sleep(0.05)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    return talk


OK = b"HTTP/1.1 200 OK\r\n"
PACKED = gzip.compress(b"feed " * 1000)


@pytest.mark.parametrize(
    ("talk", "words"),
    [
        (say(), "hung up without an answer"),
        (say(b"HTTP/1.1 200 OK\r\nX-half: "), "hung up without an answer"),
        (say(b"<rss>HTTP/0.9</rss>"), "does not speak HTTP as it should"),
        (say(b"\x00\x01\xff\xfe\r\n\r\n"), "does not speak HTTP as it should"),
        (say(b"HTTP/1.1 abc Odd\r\n\r\n"), "does not speak HTTP as it should: Bad status line"),
        (say(OK + b"Content-Length: 100\r\n\r\nabc"), "broke off in the middle"),
        (say(OK + b"Content-Length: -1\r\n\r\nabc"), "does not speak HTTP as it should"),
        (say(OK + b"Content-Length: 1\r\nContent-Length: 3\r\n\r\nabc"), "does not speak HTTP as it should"),
        (reset(OK + b"Content-Length: 100\r\n\r\nabc"), "broke off in the middle"),
        (reset(b""), "hung up without an answer"),
        (say(OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\nabc"), "broke off in the middle"),
        (say(OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"), "broke off in the middle"),
        (say(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc"), "does not speak HTTP as it should"),
        (say(OK + b"".join(b"X-%d: y\r\n" % i for i in range(10_000)) + b"\r\n"), "Too many headers"),
        (say(OK + b"X-Long: " + b"y" * 20_000 + b"\r\n\r\n"), "more than 10000 bytes"),
        (say(b"HTTP/1.1 200 " + b"y" * 2_000_000 + b"\r\n\r\n"), "more than 10000 bytes"),
        (say(reply(PACKED[:-30], Content_Encoding="gzip")), "broke off in the middle (gzip)"),
        (say(reply(PACKED[:1], Content_Encoding="gzip")), "broke off in the middle (gzip)"),
        (say(reply(b"not packed at all", Content_Encoding="gzip")), "is not the gzip that it says it is"),
        (say(reply(b"not packed at all", Content_Encoding="deflate")), "is not the deflate that it says it is"),
        (say(reply(PACKED, Content_Encoding="br")), "is packed as br, which was not asked for"),
        (say(reply(gzip.compress(PACKED), Content_Encoding="gzip, gzip")), "is packed as gzip, gzip"),
        (say(OK + b"Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\n" + PACKED), "is packed as gzip, gzip"),
        (say(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"), "redirects (HTTP 302) without saying where"),
        (say(b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\n\r\n"), "redirects to"),
    ],
)
def test_a_broken_server_is_asked_once_and_its_fault_has_a_name(now: datetime, talk: Talk, words: str) -> None:
    with raw(talk) as server:
        said = fault(server.base + "/", now)
        assert words in said
        assert said.isprintable()
        assert len(said) <= 200
        assert len(server.heads) == 1


def test_the_usual_failures_are_said_in_plain_words(now: datetime) -> None:
    with serve({}) as served, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        secure = served.base.replace("http:", "https:")
        assert fault(f"http://127.0.0.1:{port}/", now) == "connection refused"
        assert fault("http://none.invalid/", now) == "host not found: none.invalid"
        assert fault(secure, now) == "no secure connection: WRONG_VERSION_NUMBER"


def test_any_status_is_an_answer_and_an_error_page_is_not_read(now: datetime) -> None:
    """Its body may be broken as it likes: what counts is that it is gone."""
    with raw(
        say(b"HTTP/1.1 410 Gone\r\nContent-Encoding: br\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 9\r\n\r\nabc")
    ) as server:
        answer = fine(server.base + "/f", now)
    assert (answer.status, answer.reason, answer.body, answer.hops) == (410, "Gone", b"", ())
    assert answer.url == server.base + "/f"
    assert [value for name, value in answer.headers if name == "x-a"] == ["1", "2"]
    assert (answer.header("x-a"), answer.header("x-b")) == ("1", None)


def test_a_request_says_who_asks_and_nothing_personal(
    now: datetime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No cookie comes back, no proxy and no netrc of the environment is used, and the address goes out as it is."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    path = "/%7Ea?b=%2F&&c=d+e"
    with serve({path: (200, {"Set-Cookie": "a=b; Path=/"}, b"x"), "/t": (302, {"Location": path}, b"")}) as served:
        visit([served.base + path, served.base + "/t", served.base + path], now, contact="https://example.org/about")
        fine(served.base + path + "#frag", now)
    assert sorted(asked for asked, _ in served.requests) == sorted([path] * 4 + ["/t"])
    for _, headers in served.requests:
        assert set(headers) <= {"host", "user-agent", "accept", "accept-encoding", "connection"}
        assert headers["accept-encoding"] == "gzip, deflate"
        assert headers["connection"] == "close"  # one that is kept may die, and its request be repeated
    assert served.requests[0][1]["user-agent"] == user_agent("https://example.org/about")
    assert "(+https://example.org/about)" in user_agent("https://example.org/about")
    assert served.requests[-1][1]["user-agent"] == user_agent(None)
    assert "+" not in user_agent(None)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_remembered(now: datetime, status: int) -> None:
    answers = {"/a/b": (status, {"Location": "../c?d#e"}, b""), "/c?d": (200, {}, b"here")}
    with serve(answers) as served:
        answer = fine(served.base + "/a/b", now, headers={"If-None-Match": '"1"'})
    assert (answer.body, answer.url) == (b"here", served.base + "/c?d")
    assert answer.hops == (Hop(status=status, url=served.base + "/c?d"),)
    assert [headers["if-none-match"] for _, headers in served.requests] == ['"1"', '"1"']


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/x", "/x"),
        ("x", "/a/x"),
        ("?q=1", "/a/b?q=1"),
        (" /x ", "/x"),
        ("/with space", "/with%20space"),
        ("//{host}/x", "/x"),
        ("HTTP://{host}/x", "/x"),
        ("/\u00e9", "/%E9"),  # the server speaks Latin 1
        ("\\x", "/a/%5Cx"),
    ],
)
def test_odd_locations_are_understood(now: datetime, location: str, path: str) -> None:
    with serve({path: (200, {}, b"here")}) as served:
        host = served.base.removeprefix("http://")
        served.answers["/a/b"] = (302, {"Location": location.replace("{host}", host)}, b"")
        assert fine(served.base + "/a/b", now).body == b"here"


def test_other_statuses_of_that_kind_are_answers(now: datetime) -> None:
    with serve({f"/{status}": (status, {"Location": "/x"}, b"") for status in (300, 304, 305, 306)}) as served:
        found = [fine(served.base + path, now).status for path in list(served.answers)]
    assert found == [300, 304, 305, 306]


def test_loops_and_long_chains_end(now: datetime) -> None:
    answers = {f"/{n}": (302, {"Location": f"/{n + 1}"}, b"") for n in range(20)}
    ends = {"/15": (302, {"Location": "/20"}, b""), "/20": (200, {}, b"end")}
    loop = {"/to": (302, {"Location": "/fro"}, b""), "/fro": (302, {"Location": "/to#x"}, b"")}
    with serve({**answers, **loop}) as served:
        assert fault(served.base + "/0", now) == "redirects more than 5 times"
        assert len(served.requests) == 6
        served.requests.clear()
        assert fault(served.base + "/to", now) == "redirects in a circle"
        assert len(served.requests) == 2
        served.answers |= ends
        assert fine(served.base + "/11", now).body == b"end"


def test_what_is_personal_is_not_passed_on_to_another_host(now: datetime) -> None:
    secrets = {"Authorization": "Bearer x", "cookie": "a=b", "Proxy-Authorization": "y", "If-None-Match": '"1"'}
    with serve({"/f": (200, {}, b"x")}) as other, serve({"/g": (301, {"Location": "/f"}, b"")}) as own:
        own.answers["/f"] = (301, {"Location": other.base + "/f"}, b"")
        fine(own.base + "/g", now, headers=secrets)
    assert [headers["authorization"] for _, headers in own.requests] == ["Bearer x"] * 2
    ((_, headers),) = other.requests
    assert not {"authorization", "cookie", "proxy-authorization"} & set(headers)
    assert headers["if-none-match"] == '"1"'


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 that no authority has signed."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "-", "-out", "-"]
    try:
        path.write_bytes(subprocess.run([*command, *names], capture_output=True, check=True).stdout)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    return path


def test_a_certificate_is_verified_and_https_never_becomes_http(now: datetime, certificate: Path) -> None:
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=str(certificate))
    with serve({"/f": (200, {}, b"plain")}) as plain:
        down = f"HTTP/1.1 301 Moved\r\nLocation: {plain.base}/f\r\n\r\n".encode()
        with raw(say(down), tls=server_side) as server:
            assert fault(server.base + "/", now) == "no secure connection: self-signed certificate"
            assert server.heads == []
            assert fault(server.base + "/", now, tls=trusting).startswith("redirects from https to http")
            assert len(server.heads) == 1
        assert plain.requests == []
        with raw(say(reply(b"secure")), tls=server_side) as server:
            plain.answers["/up"] = (301, {"Location": server.base + "/"}, b"")
            assert fine(plain.base + "/up", now, tls=trusting).body == b"secure"


def test_a_host_gets_one_request_at_a_time_with_pauses(now: datetime) -> None:
    answers = {f"/{n}": (200, {}, b"x") for n in range(18)}
    hop = {"/18": (302, {"Location": "/19"}, b""), "/19": (200, {}, b"x")}
    with serve({**answers, **hop}) as served:
        served.delay = 0.005
        found = visit([f"{served.base}/{n}" for n in range(20)], now, gap=0.06, total=1.0)
    assert all(isinstance(one, Answer) for one in found)  # those that wait their turn do not run out of time
    spans = sorted(served.spans)
    assert len(spans) == 21
    for (_, end), (start, _) in pairwise(spans):
        assert start - end >= 0.06


def test_hosts_that_redirect_to_each_other_do_not_lock_up(now: datetime) -> None:
    with serve({"/end": (200, {}, b"x")}) as one, serve({"/end": (200, {}, b"x")}) as other:
        for own, there in ((one, other), (other, one)):
            own.answers["/go"] = (302, {"Location": there.base + "/back"}, b"")
            own.answers["/back"] = (302, {"Location": there.base + "/end"}, b"")
        found = visit([one.base + "/go", other.base + "/go"] * 5, now, at_once=1, gap=0.001)
    assert [isinstance(answer, Answer) for answer in found] == [True] * 10


def test_a_server_that_asks_to_be_left_alone_is_left_alone(now: datetime) -> None:
    with serve({"/busy": (429, {"Retry-After": "120"}, b""), "/f": (200, {}, b"x")}) as served:

        async def ask() -> tuple[Answer, Held, Mapping[str, datetime]]:
            async with Client(contact=None, allow=LOCAL, gap=0, now=now) as client:
                busy = await client.get(served.base + "/busy")
                with pytest.raises(Held, match="asked to be left alone until 2026-11-20 09:0") as caught:
                    await client.get(served.base + "/f")
                return busy, caught.value, client.holds

        busy, held, holds = asyncio.run(ask())
        assert busy.status == 429
        assert len(served.requests) == 1
        assert list(holds) == [served.base]
        assert timedelta(0) <= holds[served.base] - now - timedelta(seconds=120) < timedelta(seconds=5)
        assert held.until == holds[served.base]
        # The next run keeps to it, until it is over; a date of a wrong clock holds nobody up.
        assert "left alone" in fault(served.base + "/f", now, held=holds)
        later = now + timedelta(seconds=130)
        assert fine(served.base + "/f", later, held=holds).body == b"x"
        assert fine(served.base + "/f", now, held={served.base: now.replace(year=2099)}).body == b"x"


def test_a_redirect_to_a_server_that_wants_to_be_left_alone_is_not_followed(now: datetime) -> None:
    with serve({"/f": (200, {}, b"x")}) as busy, serve({"/f": (302, {"Location": busy.base + "/f"}, b"")}) as own:
        assert "left alone" in fault(own.base + "/f", now, held={busy.base: now + timedelta(hours=1)})
        assert busy.requests == []


@pytest.mark.parametrize("start", [OK + b"Content-Length: 99999\r\n\r\n", OK, OK + b"X: "])
def test_a_dripping_server_is_given_up_at_the_deadline(now: datetime, start: bytes) -> None:
    """By the wall clock: each byte comes soon enough. With or without an end of its headers."""
    with raw(drip(0.05, start)) as server:
        began = time.monotonic()
        assert fault(server.base + "/", now, total=0.4) == "no answer within 0.4 s"
        assert time.monotonic() - began < 2


def test_the_deadline_is_for_all_hops_together(now: datetime) -> None:
    answers = {f"/{n}": (302, {"Location": f"/{n + 1}"}, b"") for n in range(5)}
    with serve({**answers, "/5": (200, {}, b"x")}) as served:
        served.delay = 0.2
        assert fault(served.base + "/0", now, total=0.7) == "no answer within 0.7 s"
        assert len(served.requests) < 6


def _beside_slow_ones(number: int, total: float, now: datetime) -> float:
    """Seconds that a quick request takes behind `number` dripping hosts."""
    with ExitStack() as stack:
        slow = [stack.enter_context(raw(drip(0.1))) for _ in range(number)]
        quick = stack.enter_context(serve({"/f": (200, {}, b"x")}))

        async def ask() -> float:
            async with Client(contact=None, allow=LOCAL, gap=0, at_once=2, slow=0.1, total=total, now=now) as client:
                began = asyncio.get_running_loop().time()
                drips = [asyncio.create_task(client.get(one.base + "/")) for one in slow]
                await asyncio.sleep(0)
                await client.get(quick.base + "/f")
                took = asyncio.get_running_loop().time() - began
                ends = await asyncio.gather(*drips, return_exceptions=True)
            assert all("no answer within" in str(end) for end in ends)
            return took

        return asyncio.run(ask())


def test_slow_servers_hold_up_nobody_else_for_long(now: datetime) -> None:
    """Four of them are asked first, and there are two places: each gives its place back, and goes on."""
    took = _beside_slow_ones(4, 2.0, now)
    assert took < 1.9  # not 2 s and more, when the first of them would have been given up


def test_only_so_many_slow_requests_run_at_a_time(now: datetime) -> None:
    """Two beside each place, and those in the places."""
    took = _beside_slow_ones(8, 0.8, now)
    assert took >= 0.7


MEASURE = """
import asyncio, sys, tracemalloc
from datetime import UTC, datetime
from digest.ingest.web.answer import NoAnswer
from digest.ingest.web.client import Client

async def main():
    async with Client(contact=None, allow=["127.0.0.1"], gap=0, now=datetime(2026, 1, 1, tzinfo=UTC)) as client:
        await client.get(sys.argv[1] + "/warm")
        tracemalloc.start()
        for url in sys.argv[2:]:
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            try:
                said = len((await client.get(url)).body)
            except NoAnswer as error:
                said = error
            print(tracemalloc.get_traced_memory()[1] - before, said, sep="\\t")

asyncio.run(main())
"""


def test_bombs_end_early_and_take_little_memory(now: datetime) -> None:
    """100 MB of zeros, packed a thousandfold: in a process of its own, for the peak of its memory (what the
    system says of that is no less than that of this one, which starts it)."""
    zeros = b"\0" * 100_000_000
    packed = gzip.compress(zeros)
    bare = zlib.compressobj(wbits=-15)
    assert len(packed) * 900 < len(zeros)
    bombs = {
        "/gzip": ("gzip", packed),
        "/zlib": ("deflate", zlib.compress(zeros)),
        "/deflate": ("deflate", bare.compress(zeros) + bare.flush()),
        "/br": ("br", packed),
        "/twice": ("gzip", gzip.compress(packed)),
        "/nested": ("gzip, gzip", gzip.compress(packed)),
        "/members": ("gzip", gzip.compress(b"") * 400_000),
    }
    answers = {path: (200, {"Content-Encoding": encoding}, body) for path, (encoding, body) in bombs.items()}
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    with (
        serve({"/warm": (200, {}, b"x"), **answers}) as served,
        raw(endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", chunk)) as chunks,
        raw(endless(OK + b"\r\n", chunk)) as bytes_,
    ):
        urls = [served.base + path for path in bombs] + [chunks.base + "/", bytes_.base + "/"]
        command = [sys.executable, "-c", MEASURE, served.base, *urls]
        done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, timeout=60)
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert [said for _, said in lines] == [
        "is larger than 10 MB",
        "is larger than 10 MB",
        "is larger than 10 MB",
        "is packed as br, which was not asked for",
        str(len(packed)),  # one layer is undone, not two
        "is packed as gzip, gzip, which was not asked for",
        "is packed in more than 1000 parts",
        "is larger than 10 MB",
        "is larger than 10 MB",
    ]
    peaks = [int(peak) for peak, _ in lines]
    assert max(peaks) < 40_000_000
    assert max(peaks) > 5_000_000  # or nothing was measured


def test_the_limit_is_the_callers(now: datetime) -> None:
    with serve({"/f": (200, {}, b"x" * 1000), "/g": (200, {"Content-Encoding": "gzip"}, PACKED)}) as served:
        assert len(fine(served.base + "/f", now, limit=1000).body) == 1000
        assert fault(served.base + "/f", now, limit=999) == "is larger than 999 bytes"
        assert len(fine(served.base + "/g", now, limit=5000).body) == 5000
        assert fault(served.base + "/g", now, limit=4999) == "is larger than 4999 bytes"


def unpack(encoding: str, data: bytes, sizes: Sequence[int], limit: int = 10**6) -> bytes:
    """`data`, fed in pieces of these sizes."""
    unpacker = Unpacker(encoding, limit)
    rest = io.BytesIO(data)
    for size in sizes:
        unpacker.feed(rest.read(size))
    unpacker.feed(rest.read())
    return unpacker.done()


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "identity": bytes,
    "gzip": gzip.compress,
    "X-GZIP": lambda data: gzip.compress(data[:7]) + gzip.compress(data[7:]) + b"\0\0",
    "deflate": zlib.compress,
    " Deflate ": bare_deflate,
}


@pytest.mark.parametrize("encoding", PACKERS)
@given(data=st.binary(max_size=300), times=st.sampled_from([1, 2000]), sizes=st.lists(st.integers(0, 40), max_size=8))
def test_what_was_packed_comes_back_whole_however_it_is_cut(
    encoding: str, data: bytes, times: int, sizes: list[int]
) -> None:
    assert unpack(encoding, PACKERS[encoding](data * times), sizes) == data * times


@pytest.mark.parametrize("encoding", ["gzip", "deflate", " Deflate "])
@given(cut=st.integers(1, 40))
def test_what_breaks_off_is_never_taken_for_whole(encoding: str, cut: int) -> None:
    packed = PACKERS[encoding](bytes(range(100)))
    with pytest.raises(NoAnswer, match="broke off"):
        unpack(encoding, packed[: -min(cut, len(packed) - 1)], [])


def test_what_zlib_still_has_to_give_when_it_has_taken_all_is_not_lost() -> None:
    """Around the size of the pieces in which it is asked for more."""
    for more in range(300):
        data = bytes((1 << 18) + more)
        assert unpack("deflate", bare_deflate(data), []) == data


def test_nothing_at_all_is_nothing_whatever_it_is_packed_as() -> None:
    assert unpack("gzip", b"", []) == b""


def test_all_that_content_encoding_names_counts() -> None:
    headers = (("content-encoding", "gzip,, br"), ("x", "y"), ("content-encoding", "deflate"))
    assert encoding_of(headers) == "gzip, br, deflate"


def test_nobody_is_asked_while_the_caller_has_no_room(now: datetime) -> None:
    async def ask(served: Served) -> tuple[int, int]:
        free = asyncio.Event()
        async with Client(contact=None, allow=LOCAL, gap=0, now=now, room=free.wait) as client:
            job = asyncio.create_task(client.get(served.base + "/f"))
            await asyncio.sleep(0.2)
            before = len(served.requests)
            free.set()
            await job
        return before, len(served.requests)

    with serve({"/f": (200, {}, b"x")}) as served:
        assert asyncio.run(ask(served)) == (0, 1)

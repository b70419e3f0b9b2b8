"""`digest serve`: a real server and a real client; what is said to whom, and what changes when."""

import gzip
import json
import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import monotonic, sleep

import pytest

from digest.mailing import address_key
from digest.tokens import opened, signed
from digest.web.app import PER_HOUR
from digest.web.network import client, network
from tests.mailsink import Sink, raw_sink
from tests.serving import SECRET, Site, serving

ONE_CLICK = b"List-Unsubscribe=One-Click"
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with serving(tmp_path) as running:
        yield running


def test_a_person_subscribes_by_two_posts_and_chooses_and_leaves(site: Site) -> None:
    """The whole way, as somebody goes it."""
    stamp = site.stamp()
    fields = {"address": "ada@example.org", "stamp": stamp, "topic": ["Economy"], "language": "de"}
    assert site.post("/subscribe/weekly", fields).status == 200
    (mail,) = site.mails()
    assert (mail["To"], mail["Subject"]) == ("ada@example.org", "Bitte bestätigen: The Weekly")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert site.state("ada@example.org") == "pending"
    link = site.link(mail)
    for _ in range(20):  # as scanners of mail do
        assert "Bestätigen" in site.get(link).text
        assert site.ask("HEAD", link).status == 200
    assert site.state("ada@example.org") == "pending"
    assert "Bestätigt" in site.post(link).text
    assert site.state("ada@example.org") == "active"
    ((id, topics, consent),) = site.sql("SELECT id, topics, consent FROM subscribers")
    assert json.loads(str(topics)) == ["Economy"]
    said = json.loads(str(consent))
    assert said["form"] == "subscribe-1"
    assert "127.0.0" not in said["network"]
    assert said["network"]
    assert said["text"].startswith("Send me The Weekly")
    choose = f"/preferences/{site.token('preferences', str(id))}"
    assert 'value="Economy" checked' in site.get(choose).text
    assert 'value="Science" checked' not in site.get(choose).text
    assert "Saved." in site.post(choose, {"topic": ["Science"], "language": "en"}).text
    data = site.get(choose.replace("preferences", "data"))
    assert json.loads(data.text)["topics"] == ["Science"]
    assert "attachment" in data.headers["Content-Disposition"]
    leave = re.search(r'action="(/unsubscribe/[^"]+)"', site.get(choose).text)
    assert leave
    assert site.post(leave[1]).status == 200
    assert site.state("ada@example.org") == "left"


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (ONE_CLICK, "application/x-www-form-urlencoded"),
        (MULTIPART, "multipart/form-data; boundary=x"),
        (b"", "application/x-www-form-urlencoded"),
    ],
)
def test_one_click_unsubscribes_at_once_without_redirect_or_cookie(site: Site, body: bytes, media_type: str) -> None:
    """RFC 8058; and again, as mail programs may send it twice."""
    path = f"/unsubscribe/{site.token('unsubscribe', site.confirmed('ada@example.org'))}"
    for method in ("GET", "HEAD") * 20:
        answer = site.ask(method, path, User_Agent="scanner")
        assert answer.status == 200
    assert answer.body.count(b"<button") == 0
    assert site.get(path).body.count(b"<button") == 1
    assert site.state("ada@example.org") == "active"
    for _ in range(2):
        answer = site.ask("POST", path, body, Content_Type=media_type)
        assert answer.status == 200
        assert "Location" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        assert site.state("ada@example.org") == "left"


def test_a_token_with_one_bit_flipped_is_worth_nothing(site: Site) -> None:
    token = site.token("unsubscribe", site.confirmed("ada@example.org"))
    wrong = site.ask("POST", "/unsubscribe/nothing.0.x", ONE_CLICK)
    assert wrong.status == 404
    for place in range(len(token)):
        flipped = token[:place] + chr(ord(token[place]) ^ 1) + token[place + 1 :]
        assert opened([SECRET], "unsubscribe", flipped, site.now) is None
    for place in range(0, len(token), 7):
        flipped = token[:place] + ("a" if token[place] != "a" else "b") + token[place + 1 :]
        answer = site.ask("POST", f"/unsubscribe/{flipped}", ONE_CLICK)
        assert (answer.status, answer.body) == (404, wrong.body)
    assert site.state("ada@example.org") == "active"


def test_a_token_is_good_for_its_purpose_and_subscriber_alone(site: Site) -> None:
    ada, bob = site.confirmed("ada@example.org"), site.confirmed("bob@example.org", "woche")
    for purpose in ("unsubscribe", "preferences", "confirm", "bounce"):
        for path in ("unsubscribe", "preferences", "erase", "confirm"):
            own = purpose == path or (path, purpose) == ("erase", "preferences")
            if not own:
                assert site.post(f"/{path}/{site.token(purpose, ada)}").status == 404, (path, purpose)  # type: ignore[arg-type]
    site.post(f"/unsubscribe/{site.token('unsubscribe', bob)}")
    assert (site.state("ada@example.org"), site.state("bob@example.org")) == ("active", "left")


def test_a_link_to_confirm_is_good_once_and_for_two_days(site: Site) -> None:
    site.subscribe("late@example.org")
    site.subscribe("ada@example.org")
    links = {str(mail["To"]): site.link(mail) for mail in site.mails()}
    assert site.post(links["ada@example.org"]).status == 200
    assert site.post(links["ada@example.org"]).status == 200  # a double click
    ((id,),) = site.sql("SELECT id FROM subscribers WHERE address = 'ada@example.org'")
    site.post(f"/unsubscribe/{site.token('unsubscribe', str(id))}")
    assert site.post(links["ada@example.org"]).status == 404
    assert site.state("ada@example.org") == "left"
    site.now += timedelta(hours=49)
    assert site.post(links["late@example.org"]).status == 404
    assert site.state("late@example.org") == "pending"


def test_who_has_left_comes_back_by_their_own_yes_alone(site: Site) -> None:
    id = site.confirmed("ada@example.org")
    site.post(f"/unsubscribe/{site.token('unsubscribe', id)}")
    assert site.sql("SELECT reason FROM suppressions") == [("left",)]
    site.now += timedelta(hours=25)
    site.subscribe("ada@example.org")
    assert site.state("ada@example.org") == "left"
    newest = max(site.mails(), key=lambda mail: parsedate_to_datetime(str(mail["Date"])))
    site.post(site.link(newest))
    assert site.state("ada@example.org") == "active"
    assert site.sql("SELECT * FROM suppressions") == []


def test_nobody_learns_who_is_subscribed(site: Site) -> None:
    """Known, unknown, suppressed: one status, the same bytes, the same headers."""
    site.confirmed("known@example.org")
    left = site.confirmed("left@example.org", "woche")
    site.post(f"/unsubscribe/{site.token('unsubscribe', left)}")
    answers = [site.subscribe(f"{name}@example.org") for name in ("known", "unknown", "left", "unknown")]
    assert {(answer.status, answer.body) for answer in answers} == {(200, answers[0].body)}
    heads = [[(name, text) for name, text in answer.headers.items() if name != "date"] for answer in answers]
    assert all(head == heads[0] for head in heads)


def test_what_a_form_does_is_the_same_work_whoever_has_the_address(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The statements that the database gets before the answer, which is what takes the time."""
    from sqlalchemy import event

    site.confirmed("known@example.org")
    site.mails()
    seen: list[str] = []

    def saw(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        import threading

        if threading.current_thread().name != "answers":
            seen.append(statement)

    event.listen(site.store.database.engine, "before_cursor_execute", saw)
    work = []
    for name in ("known", "unknown", "left"):
        seen.clear()
        site.subscribe(f"{name}@example.org")
        work.append(tuple(seen))
    event.remove(site.store.database.engine, "before_cursor_execute", saw)
    assert work[0] == work[1] == work[2]
    assert any("INSERT INTO asks" in statement for statement in work[0])


def test_who_is_subscribed_already_is_told_by_mail_once_a_day(site: Site) -> None:
    site.confirmed("ada@example.org")
    for _ in range(5):
        site.subscribe("ada@example.org")
    subjects = sorted(str(mail["Subject"]) for mail in site.mails())
    assert subjects == ["Please confirm: The Weekly", "You are subscribed: The Weekly"]
    assert json.loads(str(site.sql("SELECT topics FROM subscribers")[0][0])) == ["Economy"]


def test_nobody_is_flooded_from_a_hundred_networks(site: Site) -> None:
    statuses = [
        site.subscribe(
            "victim@example.org" if n % 2 else "Victim@Example.org", X_Forwarded_For=f"198.51.{n % 100}.7"
        ).status
        for n in range(500)
    ]
    assert statuses.count(200) == PER_HOUR
    assert set(statuses) == {200, 429}
    assert len(site.mails()) == 1
    for _ in range(6):  # and three in all, unless it is confirmed
        site.now += timedelta(hours=25)
        site.subscribe("victim@example.org")
        site.mails()
    assert len(site.mails()) == 3


def test_a_network_may_ask_for_ten_an_hour_whatever_it_says_of_itself(site: Site) -> None:
    def asked(n: int, header: str) -> int:
        return site.subscribe(f"a{n}@example.org", X_Forwarded_For=header).status

    statuses = [asked(n, f"10.9.{n}.1, 203.0.113.{n}") for n in range(12)]  # the first is what a client claims
    assert statuses == [200] * 10 + [429] * 2
    assert asked(12, "203.0.114.1") == 200
    six = [asked(20 + n, f"2001:db8:0:7::{n:x}") for n in range(11)]
    assert six == [200] * 10 + [429]
    site.now += timedelta(hours=1)
    assert asked(40, "203.0.113.1") == 200


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "expected"),
    [
        ("192.0.2.1", "198.51.100.1", [], "192.0.2.1"),
        ("10.0.0.1", "198.51.100.1", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", ["10.0.0.0/8"], "198.51.100.1"),
        ("10.0.0.1", "nonsense", ["10.0.0.0/8"], "10.0.0.1"),
        ("10.0.0.1", "", ["10.0.0.0/8"], "10.0.0.1"),
    ],
)
def test_only_proxies_of_ours_are_believed(peer: str, forwarded: str, trusted: list[str], expected: str) -> None:
    from ipaddress import ip_network

    assert client(peer, forwarded, [ip_network(one) for one in trusted]) == expected


def test_networks_are_truncated() -> None:
    assert network("198.51.100.77") == network("::ffff:198.51.100.1") == "198.51.100.0/24"
    assert network("2001:db8::1:2:3:4") == "2001:db8::/64"
    assert network("?") == "unknown"


def test_programs_that_fill_in_forms_get_a_friendly_answer_and_nothing_else(site: Site) -> None:
    stamp = site.stamp()
    trapped = site.post("/subscribe/weekly", {"address": "ada@example.org", "stamp": stamp, "website": "x"})
    fine = site.post("/subscribe/weekly", {"address": "bob@example.org", "stamp": stamp})
    assert (trapped.status, trapped.body) == (200, fine.body)
    assert [mail["To"] for mail in site.mails()] == ["bob@example.org"]


def test_a_form_sent_too_fast_too_late_or_without_its_stamp_is_shown_again(site: Site) -> None:
    stamp = site.stamp()
    site.now -= timedelta(seconds=2)
    quick = site.post("/subscribe/weekly", {"address": "ada@example.org", "stamp": stamp})
    assert (quick.status, "very quick" in quick.text, 'value="ada@example.org"' in quick.text) == (422, True, True)
    again = re.search(r'name="stamp" value="([^"]+)"', quick.text)
    assert again
    site.now += timedelta(hours=25)
    assert site.post("/subscribe/weekly", {"address": "ada@example.org", "stamp": stamp}).status == 422
    assert site.post("/subscribe/weekly", {"address": "ada@example.org"}).status == 422
    site.now -= timedelta(hours=25)
    assert site.post("/subscribe/weekly", {"address": "ada@example.org", "stamp": again[1]}).status == 200


def test_what_is_typed_comes_back_as_text(site: Site) -> None:
    page = site.post("/subscribe/weekly", {"address": '"><script>x</script>', "stamp": site.stamp()}).text
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_confirmation_says_nothing_that_was_sent_to_us(site: Site) -> None:
    stamp = site.stamp()
    evil = {"name": "BUY NOW http://evil.example/", "title": "evil", "topic": ["evil", "Economy"], "language": "evil"}
    site.post("/subscribe/weekly", {"address": "ada@example.org", "stamp": stamp, **evil}, Host="evil.example")
    (mail,) = site.mails()
    assert "evil" not in mail.as_string()
    assert len(mail.get_content()) < 800  # type: ignore[attr-defined]


def test_mails_go_through_the_server_and_a_bad_mailbox_holds_up_nobody(tmp_path: Path) -> None:
    """What is refused for good is dropped; what is refused for now is tried again; all others are written to."""

    def script(step: str, recipient: str) -> str | None:
        if step != "recipient":
            return None
        return {"no@example.org": "550 5.1.1 <no@example.org> unknown", "busy@example.org": "451 later"}.get(recipient)

    sink = Sink(script=script)
    with raw_sink(sink):
        mail = {"host": "127.0.0.1", "port": sink.port, "security": "none", "bounces": "bounce@example.org"}
        with serving(tmp_path, mail=mail) as site:
            for name in ("no", "busy", "ada", "bob"):
                assert site.subscribe(f"{name}@example.org").status == 200
            until = monotonic() + 20
            while len(sink.taken) < 2 and monotonic() < until:
                sleep(0.05)
            assert sorted(sink.recipients) == ["ada@example.org", "bob@example.org"]
            assert [row[0] for row in site.sql("SELECT address FROM asks")] == ["busy@example.org"]
            assert all(taken.sender.startswith("bounce+") for taken in sink.taken)
            assert "no@example.org" not in " ".join(site.warnings)


def test_erasing_leaves_no_trace_of_an_address_on_the_disk(site: Site) -> None:
    id = site.confirmed("ada.lovelace@example.org")
    erase = f"/erase/{site.token('preferences', id)}"
    assert site.get(erase).status == 200
    assert site.state("ada.lovelace@example.org") == "active"
    assert site.post(erase).status == 200
    assert site.state("ada.lovelace@example.org") is None
    assert site.warnings == []
    files = [path for path in site.folder.rglob("*") if path.is_file()]
    assert len(files) >= 4
    assert [path for path in files if b"lovelace" in path.read_bytes().lower()] == []
    assert site.sql("SELECT key, reason FROM suppressions") == [
        (address_key(SECRET, "ada.lovelace@example.org"), "erased")
    ]
    leave = site.ask("POST", f"/unsubscribe/{site.token('unsubscribe', id)}", ONE_CLICK)
    assert leave.status == 200


def test_pages_speak_the_language_that_is_asked_for(site: Site) -> None:
    assert "E-Mail-Adresse" in site.get("/subscribe/weekly", Accept_Language="de-AT,en;q=0.5").text
    assert "E-mail address" in site.get("/subscribe/weekly", Accept_Language="fr").text
    assert "E-Mail-Adresse" in site.get("/subscribe/woche").text


def test_every_answer_has_its_headers_and_none_a_cookie(site: Site) -> None:
    for path in ("/", "/subscribe/weekly", "/nowhere", "/healthz", "/people.css", "/confirm/x", "/subscribe/none"):
        headers = site.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "script-src" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in headers
        assert "Server" not in headers
    assert json.loads(site.get("/healthz").text)["status"] == "ok"
    for method in ("PUT", "DELETE", "TRACE", "POST"):
        assert site.ask(method, "/nowhere").status == 405


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "//evil.example/..", "/weekly//evil.example",
                                  "/%2f%2fevil.example/", "/weekly/..//evil.example"])  # fmt: skip
def test_nothing_leads_elsewhere(site: Site, path: str) -> None:
    (site.folder / "out" / "weekly").mkdir(parents=True)
    (site.folder / "out" / "weekly" / "index.html").write_text("x")
    for asked in (path, f"/subscribe/weekly?next={path}", f"/unsubscribe/x?next={path}"):
        answer = site.get(asked)
        assert "Location" not in answer.headers
        assert b"evil" not in answer.body
    assert site.get("/weekly").headers["Location"] == "/weekly/"


def test_too_much_too_long_and_too_slow_is_refused(site: Site) -> None:
    assert site.ask("POST", "/subscribe/weekly", b"x" * 16385).status == 413
    assert site.ask("GET", "/" + "x" * 4000).status == 414
    assert site.get("/", **{f"X{n}": "x" for n in range(80)}).status == 431
    assert site.get("/", X_Long="x" * 20_000).status in (400, 431)
    chunked = (
        b"POST /subscribe/weekly HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4000\r\n" + b"x" * 0x4000
    )
    assert b" 413 " in _raw(site, chunked + b"\r\n4000\r\n" + b"x" * 0x4000 + b"\r\n0\r\n\r\n").partition(b"\r\n")[0]
    assert site.get("/healthz").status == 200


def test_a_body_or_a_head_that_does_not_come_ends_the_connection(site: Site) -> None:
    began = monotonic()
    with socket.create_connection(("127.0.0.1", site.port), timeout=25) as silent:
        silent.sendall(b"GET / HTTP/1.1\r\nHost: ")
        slow = _raw_slow(site)
        assert silent.recv(100) == b""
    assert b" 408 " in slow.partition(b"\r\n")[0]
    assert monotonic() - began < 20


def _raw_slow(site: Site) -> bytes:
    return _raw(site, b"POST /subscribe/weekly HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nab")


def _raw(site: Site, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", site.port), timeout=25) as connection:
        connection.sendall(data)
        return connection.recv(65536)


def test_an_error_tells_nobody_how_we_work(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.sql("ALTER TABLE asks RENAME TO gone")
    answer = site.subscribe("ada@example.org")
    site.sql("ALTER TABLE gone RENAME TO asks")
    assert answer.status == 500
    assert b"Traceback" not in answer.body
    assert b"sqlite" not in answer.body.lower()
    assert "ada@example.org" not in caplog.text
    assert site.get("/healthz").status == 200


def test_files_are_served_as_a_static_host_serves_them(site: Site) -> None:
    folder = site.folder / "out" / "weekly"
    (folder / "2026-11-20").mkdir(parents=True)
    (folder / "index.html").write_text("<p>" + "front " * 200)
    (folder / "feed.xml").write_text("<rss>" + " " * 400)
    (folder / "_headers").write_text("secret")
    (folder / "2026-11-20" / "index.html").write_text("issue")
    page = site.get("/weekly/")
    etag, changed = page.headers["ETag"], page.headers["Last-Modified"]
    assert etag.startswith('"')
    assert "max-age=3600" in page.headers["Cache-Control"]
    assert site.get("/weekly/", If_None_Match=etag).status == 304
    assert site.get("/weekly/", If_None_Match=etag).headers["ETag"] == etag
    assert site.get("/weekly/", If_Modified_Since=changed).status == 304
    assert site.get("/weekly/", If_None_Match='"other"', If_Modified_Since=changed).status == 200
    packed = site.get("/weekly/", Accept_Encoding="br, gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["ETag"] != etag
    assert gzip.decompress(packed.body) == page.body
    assert site.get("/weekly/", Accept_Encoding="gzip;q=0").body == page.body
    assert site.get("/weekly/feed.xml").headers["Content-Type"].startswith("application/rss+xml")
    assert site.get("/weekly/2026-11-20/").text == "issue"
    half = folder / ".new"
    half.write_text("<p>" + "other " * 200)
    half.replace(folder / "index.html")  # in the same second, and as long
    assert site.get("/weekly/", If_None_Match=etag).status == 200
    for path in (
        "/weekly/_headers",
        "/weekly/.new",
        "/weekly/../../digest.db",
        "/digest.db",
        "/Maildir/",
        "/weekly/%2e%2e/x",
    ):
        assert site.get(path).status == 404, path
    (folder / "link.html").symlink_to(site.folder / "digest.db")
    assert site.get("/weekly/link.html").status == 404
    for path in ("/weekly/2026-01-01/", "/weekly/2026-01-01/stories/x.html", "/weekly/2026-01-01"):
        assert site.get(path).status == 410, path
    assert site.get("/weekly/2026-01-011/").status == 404


def test_mail_among_the_files_has_its_styles_and_nothing_else(site: Site) -> None:
    folder = site.folder / "out" / "weekly"
    folder.mkdir(parents=True)
    for name in ("email.html", "page.html"):
        (folder / name).write_text("<p style='color: red'>Mail</p>")
    mail, page = (
        site.get(f"/weekly/{name}").headers["Content-Security-Policy"] for name in ("email.html", "page.html")
    )
    assert {"default-src 'none'", "style-src 'unsafe-inline'"} <= set(mail.split("; "))
    assert "sandbox" in mail
    assert "allow-scripts" not in mail
    assert "frame-ancestors 'none'" in mail
    assert "unsafe-inline" not in page


def test_tokens_survive_a_new_secret(site: Site) -> None:
    """Signed with the old one, opened with both."""
    old = signed(SECRET, "unsubscribe", "x1")
    assert opened([b"n" * 40, SECRET], "unsubscribe", old, site.now + timedelta(days=4000)) == "x1"
    assert opened([b"n" * 40], "unsubscribe", old, site.now) is None

"""Mail that came back: bounces, complaints, wishes to leave; from a Maildir, by IMAP, from a pipe."""

import hashlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import tarfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digest.app.letters import Addressing
from digest.app.returned import Reader
from digest.ingest.bounces import Returned, returned
from digest.ingest.mailboxes import Account, Arrived, MailboxError, account, imap, maildir
from digest.store.sql import SqlStore
from digest.tokens import signed
from tests.mailing import SECRET, Place, place

BOUNCES = "bounce@example.org"
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
CORPUS = Path(__file__).parents[1] / ".venv" / "corpora" / "flufl_bounce-6.0.0.tar.gz"
CORPUS_IS = "a1df16b9d1877ae4536f7d76c00d8421fcefbe694f80f5285d05c45a2547b1bc"
ARCHIVE = Path(os.environ.get("DIGEST_CORPORA", CORPUS.parent)) / CORPUS.name


def token(id: str, purpose: str = "bounce", secret: str = SECRET) -> str:
    return signed(secret.encode(), purpose, id)  # type: ignore[arg-type]


def report(to: str, status: str, diagnostic: str = "", action: str = "failed", head: str = "") -> bytes:
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.net
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
{head}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; somebody@d0.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--b--
""".replace("\n", "\r\n").encode()


def complaint(kind: str, original: str) -> bytes:
    return f"""From: <feedback@isp.example>
To: <abuse@example.org>
Subject: FW: Weekly
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Some/1.0
Version: 1

--b
Content-Type: message/rfc822

{original}
Subject: Weekly

Text.
--b--
""".replace("\n", "\r\n").encode()


def to(id: str, **of: str) -> str:
    return f"bounce+{token(id, **of)}@example.org"


@pytest.mark.parametrize(
    ("status", "diagnostic", "kind"),
    [
        ("5.1.1", "550 5.1.1 no such user", "hard"),
        ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", "hard"),
        ("5.2.1", "550 5.2.1 disabled", "hard"),
        ("5.0.0", "550 5.1.1 <a@b>: user unknown", "hard"),
        ("5.0.0", "550 unknown user", "hard"),
        ("5.1.2", "Host not found", "hard"),
        ("5.2.2", "552 5.2.2 mailbox full", "soft"),
        ("5.0.0", "552 over quota", "soft"),
        ("4.4.7", "delivery time expired", "soft"),
        ("5.7.1", "550 5.7.1 spam", "policy"),
        ("5.0.0", "550 5.7.26 unauthenticated", "policy"),
        ("5.0.0", "554 blocked by blocklist", "policy"),
        ("5.0.0", "550 no", "soft"),
    ],
)
def test_a_report_is_hard_only_if_the_mailbox_is_gone(status: str, diagnostic: str, kind: str) -> None:
    assert returned(report(to("x"), status, diagnostic), BOUNCES).kind == kind


def test_a_delay_and_a_success_are_no_bounces() -> None:
    assert returned(report(to("x"), "4.4.1", action="delayed"), BOUNCES).kind == "delayed"
    assert returned(report(to("x"), "2.0.0", action="delivered"), BOUNCES).kind == "none"


def test_the_worst_of_several_recipients_counts() -> None:
    two = report(to("x"), "4.2.2").replace(
        b"\r\n--b--", b"\r\nFinal-Recipient: rfc822; b@d\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--"
    )
    assert returned(two, BOUNCES).kind == "hard"


def test_a_report_without_the_servers_reply_is_read_by_its_words() -> None:
    """OpenSMTPD: the status is 5.0.0 whatever was wrong, and the reply stands in the text."""
    plain = report(to("x"), "5.0.0").replace(b"Diagnostic-Code: smtp; \r\n", b"")
    assert returned(plain, BOUNCES).kind == "soft"
    words = b"somebody@d0.example: 550 5.1.1 no such user"
    assert returned(plain.replace(b"It could not be delivered.", words), BOUNCES).kind == "hard"
    other = b"nobody@d0.example: 550 5.1.1 no such user"
    assert returned(plain.replace(b"It could not be delivered.", other), BOUNCES).kind == "soft"


def test_only_complaints_are_complaints() -> None:
    said = f"Return-Path: <{to('x')}>"
    found = {
        kind: returned(complaint(kind, said), BOUNCES).kind for kind in ("abuse", "fraud", "not-spam", "auth-failure")
    }
    assert found == {"abuse": "complaint", "fraud": "complaint", "not-spam": "none", "auth-failure": "none"}


@pytest.mark.skipif(not ARCHIVE.is_file(), reason="`make test` downloads flufl.bounce's samples")
def test_at_least_110_of_the_117_samples_of_flufl_bounce_are_recognised() -> None:
    assert hashlib.sha256(ARCHIVE.read_bytes()).hexdigest() == CORPUS_IS
    with tarfile.open(ARCHIVE) as archive:
        named = [name for name in archive.getnames() if re.search(r"/tests/data/\w+\.txt$", name)]
        samples = [archive.extractfile(name).read() for name in sorted(named)]  # type: ignore[union-attr]
    kinds = Counter(returned(sample, BOUNCES).kind for sample in samples)
    assert len(samples) == 117
    assert 117 - kinds["none"] - kinds["leave"] >= 110
    assert kinds["hard"] >= 70


@pytest.mark.parametrize("bad", [b"", b"\0" * 5000, b"Content-Type: multipart/report; boundary=\r\n\r\n--", b"\xff" * 1000,
                                 b"To: " + b"bounce+" * 100_000, b"(" * 200_000, b"a:b\r\n" * 100_000])  # fmt: skip
def test_no_bytes_break_the_reader_or_take_long(bad: bytes) -> None:
    began = time.process_time()
    assert returned(bad, BOUNCES).kind == "none"
    assert returned(report(to("x"), "5.0.0", "not " * 50_000), BOUNCES).kind
    assert time.process_time() - began < 4


@pytest.fixture
def made(tmp_path: Path) -> Place:
    return place(tmp_path, {"host": "127.0.0.1", "port": 9, "security": "none", "bounces": BOUNCES}, 6)


@pytest.fixture
def store(made: Place) -> Iterator[SqlStore]:
    with SqlStore(f"sqlite:///{made.database}") as opened:
        yield opened


def reader(store: SqlStore) -> Reader:
    return Reader(returns=store.returns, secrets=(b"n" * 40, SECRET.encode()), bounces=BOUNCES, warn=lambda _: None)


def read(store: SqlStore, *messages: bytes, recipient: str = "") -> dict[str, int]:
    to_read = reader(store)
    to_read.read([Arrived(place="here", data=data) for data in messages], NOW, recipient)
    return dict(to_read.counts)


def people(made: Place) -> dict[str, tuple[str, int]]:
    return {
        str(id): (str(state), int(str(count)))
        for id, state, count in made.sql("SELECT id, state, bounces FROM subscribers")
    }


def test_a_hard_bounce_suppresses_at_once_and_a_soft_one_is_counted(made: Place, store: SqlStore) -> None:
    assert read(store, report(to("idr0"), "5.1.1"), report(to("idr1"), "4.2.2")) == {"bounced": 1, "soft": 1}
    assert people(made)["idr0"] == ("bounced", 0)
    assert people(made)["idr1"] == ("active", 1)
    assert made.sql("SELECT edition, reason FROM suppressions") == [("", "bounced")]
    assert "idr0" not in [id for id, *_ in store.ledger.recipients("weekly")]
    assert " bounced" in Path(f"{made.database}.sent").read_text()  # a restored copy learns it


def test_one_message_counts_once_however_often_it_is_read(made: Place, store: SqlStore) -> None:
    message = report(to("idr1"), "4.2.2")
    assert read(store, message, message) == {"soft": 1, "known": 1}
    store.subscribers.expire(NOW + timedelta(days=50))  # a mailbox that is read again from the start
    assert read(store, message) == {"known": 1}
    assert people(made)["idr1"] == ("active", 1)


@pytest.mark.parametrize(
    "forged",
    [
        to("idr0", secret="x" * 40),
        to("idr0", purpose="unsubscribe"),
        f"bounce+{token('idr0')[:-1]}{'b' if token('idr0').endswith('a') else 'a'}@example.org",
        f"bounce+{token('idr0')}@elsewhere.example",
        "bounce+idr0.0.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.org",
        "somebody@d0.example",
        to("nobody"),
    ],
)
def test_without_a_valid_token_nobody_is_suppressed(forged: str, made: Place, store: SqlStore) -> None:
    before = people(made)
    counts = read(store, report(forged, "5.1.1"), complaint("abuse", f"Return-Path: <{forged.replace('unsub', 'x')}>"))
    assert set(counts) <= {"unsigned", "stranger", "complained"}
    if forged != to("idr0", purpose="unsubscribe"):
        assert people(made) == before
        assert not made.sql("SELECT * FROM suppressions")
    assert "bounced" not in [state for state, _ in people(made).values()]


@pytest.mark.parametrize(
    "original",
    [
        "Return-Path: <{bounce}>",
        "List-Unsubscribe: <https://news.example.org/unsubscribe/{leave}>",
        "List-Unsubscribe: <mailto:bounce+{leave}@example.org?subject=unsubscribe>",
    ],
)
def test_a_complaint_suppresses_at_once_whichever_trace_of_us_is_left(
    original: str, made: Place, store: SqlStore
) -> None:
    said = original.format(bounce=to("idr2"), leave=token("idr2", "unsubscribe"))
    assert read(store, complaint("abuse", said)) == {"complained": 1}
    assert people(made)["idr2"][0] == "complained"


def test_a_mail_to_the_address_for_leaving_unsubscribes(made: Place, store: SqlStore) -> None:
    address = to("idr3", purpose="unsubscribe")
    assert read(store, f"From: <r3@d0.example>\nTo: <{address}>\nSubject: unsubscribe\n\n".encode()) == {"left": 1}
    assert people(made)["idr3"][0] == "left"
    assert made.sql("SELECT edition, reason FROM suppressions") == [("weekly", "left")]


@pytest.mark.parametrize("purpose", ["bounce", "unsubscribe"])
@pytest.mark.parametrize("head", ["Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated", "Return-Path: <>"])
def test_automatic_replies_trigger_nothing(head: str, purpose: str, made: Place, store: SqlStore) -> None:
    message = (
        f"From: <r4@d0.example>\nTo: <{to('idr4', purpose=purpose)}>\n{head}\nSubject: away\n\nI am away.\n".encode()
    )
    assert read(store, message) == {"no bounce": 1}
    assert people(made)["idr4"] == ("active", 0)


def test_the_recipient_that_a_pipe_names_is_enough(made: Place, store: SqlStore) -> None:
    assert read(store, report("undisclosed:;", "5.1.1"), recipient=to("idr5")) == {"bounced": 1}


def test_a_token_in_capitals_is_good_too(made: Place, store: SqlStore) -> None:
    assert read(store, report(to("idr0").upper(), "5.1.1")) == {"bounced": 1}


def folder(tmp_path: Path, *messages: bytes) -> Path:
    box = tmp_path / "box"
    for part in ("new", "cur", "tmp"):
        (box / part).mkdir(parents=True)
    for number, message in enumerate(messages):
        (box / "new" / f"{number}.host").write_bytes(message)
    return box


def run(made: Place, *arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [
        sys.executable,
        "-m",
        "digest",
        "bounces",
        "-c",
        str(made.config),
        "--store",
        f"sqlite:///{made.database}",
    ]
    return subprocess.run([*command, *arguments], input=stdin, capture_output=True, env={**os.environ, **environment})


def test_a_maildir_is_read_once_and_what_cannot_be_read_stops_nothing(made: Place, tmp_path: Path) -> None:
    box = folder(tmp_path, report(to("idr0"), "5.1.1"), b"\xff\0 nonsense", report(to("idr1"), "4.2.2"))
    done = run(made, "--maildir", str(box), "--json")
    assert (done.returncode, done.stdout) == (0, b'{"bounced": 1, "no bounce": 1, "soft": 1}\n'), done.stderr
    assert not list((box / "new").iterdir())
    assert sorted(path.name for path in (box / "cur").iterdir()) == ["0.host:2,S", "1.host:2,S", "2.host:2,S"]
    assert b"nothing new" in run(made, "--maildir", str(box)).stderr


def test_a_message_whose_change_failed_stays_new(tmp_path: Path) -> None:
    box = folder(tmp_path, b"one", b"two")
    messages = maildir(box)
    assert next(messages).data == b"one"
    messages.close()  # type: ignore[attr-defined]
    assert len(list((box / "new").iterdir())) == 2


def test_a_message_from_a_pipe(made: Place) -> None:
    done = run(made, "-", stdin=report(to("idr0"), "5.1.1"))
    assert (done.returncode, done.stderr) == (0, b"1 bounced\n")
    assert people(made)["idr0"][0] == "bounced"


def test_a_pipe_keeps_the_message_if_the_store_cannot_take_it(made: Place) -> None:
    made.database.write_bytes(b"no database" * 1000)
    assert run(made, "-", stdin=report(to("idr0"), "5.1.1")).returncode == 75


class Mailbox:
    """As much of an IMAP server as is asked for here (RFC 9051), over TLS."""

    def __init__(self, certificate: Path, messages: list[bytes]) -> None:
        self.messages = {str(number): data for number, data in enumerate(messages, 1)}
        self.seen: set[str] = set()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                raw, _ = self.listener.accept()
            except OSError:
                return
            try:
                with self.context.wrap_socket(raw, server_side=True) as connection:
                    self._talk(connection)
            except OSError:
                raw.close()

    def _talk(self, connection: ssl.SSLSocket) -> None:
        with connection.makefile("rwb") as file:

            def say(text: str) -> None:
                file.write(text.encode() + b"\r\n")
                file.flush()

            say("* OK here")
            for line in file:
                tag, _, rest = line.decode().strip().partition(" ")
                words = rest.split()
                command = words[1].upper() if words[0].upper() == "UID" else words[0].upper()
                if command == "CAPABILITY":
                    say("* CAPABILITY IMAP4rev1")
                elif command == "LOGIN" and "pass word" not in rest:
                    say(f"{tag} NO {rest}")  # as some do, it says the password again
                    continue
                elif command == "SELECT":
                    say("* 1 EXISTS")
                elif command == "SEARCH":
                    say("* SEARCH " + " ".join(sorted(set(self.messages) - self.seen)))
                elif command == "FETCH":
                    data = self.messages[words[2]]
                    file.write(f"* 1 FETCH (UID {words[2]} BODY[]<0> {{{len(data)}}}\r\n".encode() + data + b")\r\n")
                elif command == "STORE":
                    self.seen.add(words[2])
                elif command == "LOGOUT":
                    say("* BYE")
                say(f"{tag} OK done")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    if not shutil.which("openssl"):
        pytest.skip("openssl makes the certificate")
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
               "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", str(path), "-out", f"{path}.c"]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.c").read_bytes())
    return path


def test_unread_messages_come_by_imap_and_are_marked_when_done(made: Place, certificate: Path) -> None:
    server = Mailbox(certificate, [report(to("idr0"), "5.1.1"), b"nonsense", report(to("idr1"), "4.2.2")])
    url = f"imaps://bounce%40example.org@localhost:{server.port}/INBOX"
    arguments = ("--imap", url, "--password", "env:BOX")
    done = run(made, *arguments, BOX="pass word", SSL_CERT_FILE=f"{certificate}.c")
    assert (done.returncode, done.stderr) == (0, b"1 bounced, 1 no bounce, 1 soft\n")
    assert server.seen == {"1", "2", "3"}
    assert run(made, *arguments, BOX="pass word", SSL_CERT_FILE=f"{certificate}.c").stderr == b"nothing new\n"
    untrusted = run(made, *arguments, BOX="pass word")
    assert untrusted.returncode == 1
    assert b"certificate that cannot be trusted" in untrusted.stderr
    refused = run(made, *arguments, BOX="canary-secret", SSL_CERT_FILE=f"{certificate}.c")
    assert b"does not let us log in" in refused.stderr
    assert b"canary" not in refused.stderr + refused.stdout
    server.listener.close()


def test_a_message_is_not_marked_before_it_is_done(certificate: Path) -> None:
    server = Mailbox(certificate, [b"one", b"two"])
    box = Account(host="localhost", port=server.port, user="u", folder="INBOX", password="pass word")
    messages = imap(box, ssl.create_default_context(cafile=f"{certificate}.c"))
    next(messages)
    assert server.seen == set()
    next(messages)
    assert server.seen == {"1"}
    messages.close()  # type: ignore[attr-defined]
    server.listener.close()


@pytest.mark.parametrize(
    "url", ["imap://u@h/INBOX", "imaps://h/INBOX", "imaps://u:pw@h/INBOX", 'imaps://u@h/a"b', "imaps://u@h:x/"]
)
def test_addresses_of_mailboxes_are_checked(url: str) -> None:
    with pytest.raises(MailboxError) as raised:
        account(url, "p")
    assert "pw" not in str(raised.value)


def test_a_letter_says_nothing() -> None:
    assert returned(b"To: x\n\nhello", BOUNCES) == Returned(kind="none")


def test_what_digest_send_writes_into_a_message_is_what_is_read(made: Place, store: SqlStore) -> None:
    addressing = Addressing(web="https://news.example.org", bounces=BOUNCES, sender=BOUNCES, secrets=[SECRET.encode()])
    one, two, three = (addressing.of(f"idr{number}", "x@d0.example") for number in range(3))
    leave = two.links.leave.removeprefix("mailto:").partition("?")[0]
    letter = f"From: <r1@d0.example>\nTo: <{leave}>\nSubject: unsubscribe\n\n".encode()
    assert read(store, report(one.sender, "5.1.1"), letter) == {"bounced": 1, "left": 1}
    assert read(store, complaint("abuse", f"List-Unsubscribe: <{three.links.unsubscribe}>")) == {"complained": 1}
    assert [state for state, _ in people(made).values()][:3] == ["bounced", "left", "complained"]

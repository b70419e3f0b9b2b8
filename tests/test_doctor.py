"""`digest doctor`: what it finds, what it leaves alone, and the next step of each finding."""

import base64
import json
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dns.message
import dns.resolver
import dns.rrset
import pytest

from digest.app.doctor import Doctor
from digest.app.doctor.finding import Finding
from digest.app.doctor.house import kind_of_disk, store
from digest.app.doctor.probes import certificates, clock
from digest.app.doctor.standing import Sending, standing
from digest.app.doctor.zone import Live, UnansweredError, Zone
from digest.app.setup import read_config
from digest.deliver.mail.maildir import MaildirLink
from digest.errors import DigestError
from digest.store.sql import SqlStore
from tests.mailing import EDITION_SAYS, Place, place
from tests.server import serve

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, str, str]:
    """A private key, its public one as DNS has it, and a public one of another key."""
    if not shutil.which("openssl"):
        pytest.skip("openssl makes the keys")
    folder, made = tmp_path_factory.mktemp("keys"), []
    for name in ("one", "two"):
        for command in (
            f"genrsa -traditional -out {name}.pem 2048",
            f"rsa -in {name}.pem -pubout -outform DER -out {name}.der",
        ):
            subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
        made.append(base64.b64encode((folder / f"{name}.der").read_bytes()).decode())
    return (folder / "one.pem").read_bytes(), made[0], made[1]


GOOD = """
example.org.                  TXT  "v=spf1 mx include:_spf.relay.example -all"
relay.example.                TXT  "v=spf1 mx -all"
mail.example.org.             TXT  "v=spf1 mx -all"
_spf.relay.example.           TXT  "v=spf1 ip4:192.0.2.0/24 -all"
s1._domainkey.example.org.    TXT  "v=DKIM1; k=rsa; p=PUBLIC"
_dmarc.example.org.           TXT  "v=DMARC1; p=none; rua=mailto:x@example.org"
smtp.example.org.             A    192.0.2.7
7.2.0.192.in-addr.arpa.       PTR  smtp.example.org.
"""


def zone(tmp_path: Path, keys: tuple[bytes, str, str], *changes: tuple[str, str]) -> Path:
    text = GOOD
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    lines = []
    for line in text.replace("PUBLIC", keys[1]).replace("OTHER", keys[2]).strip().splitlines():
        name, kind, value = line.split(None, 2)
        if len(value) > 255:  # a string of a TXT record is no longer
            value = " ".join(f'"{value[1:-1][at : at + 200]}"' for at in range(0, len(value) - 2, 200))
        lines.append(f"{name} 3600 IN {kind} {value}")
    path = tmp_path / "zone"
    path.write_text("\n".join(lines) + "\n")
    return path


def sending(keys: tuple[bytes, str, str], **of: object) -> Sending:
    own = {"edition": "weekly", "domain": "example.org", "bounces": "example.org", "host": "smtp.example.org"}
    signing = {"signer": "example.org", "selector": "s1", "key": keys[0]}
    return Sending(**{**own, **signing, **of})  # type: ignore[arg-type]


def musts(found: Iterator[Finding]) -> list[str]:
    every = list(found)
    assert all(one.next for one in every if one.weight == "must")
    return [f"{one.subject} {one.text}" for one in every if one.weight == "must"]


def test_a_domain_that_is_set_up_well_has_nothing_to_be_done(tmp_path: Path, keys: tuple[bytes, str, str]) -> None:
    found = list(standing(sending(keys), Zone.read(zone(tmp_path, keys))))
    assert [one.weight for one in found] == ["ok"] * 4
    assert "in line by SPF and DKIM" in found[2].text


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("v=spf1 mx include", "v=spf2 mx include")], "SPF of example.org is missing"),
        ([("mail.example.org.  ", "example.org. ")], "is there 2 times"),
        ([("relay.example -all", "relay.example +all")], "lets everybody send"),
        ([("relay.example -all", "relay.example ?all")], "says nothing of others"),
        ([("ip4:192.0.2.0/24", "a mx ptr exists:a.b a:c a:d a:e a:f a:g a:h")], "needs 12 look-ups"),
        ([("s1._domainkey", "s2._domainkey")], "DKIM key s1._domainkey.example.org is missing"),
        ([("p=PUBLIC", "p=")], "is withdrawn"),
        ([("p=PUBLIC", "p=OTHER")], "is not that of the private key"),
        ([("_dmarc.example.org", "_dmarc.example.net")], "DMARC of example.org is missing"),
        ([("p=none", "q=none")], "has no policy"),
        ([("p=none", "p=perhaps")], "has no policy"),
        ([("PTR  smtp", "PTR  other")], "does not lead back"),
        ([("7.2.0.192", "8.2.0.192")], "has no name (PTR)"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_domain_is_named(
    changes: list[tuple[str, str]], expected: str, tmp_path: Path, keys: tuple[bytes, str, str]
) -> None:
    (found,) = musts(standing(sending(keys), Zone.read(zone(tmp_path, keys, *changes))))
    assert expected in found


@pytest.mark.parametrize(
    ("changes", "of", "fine"),
    [
        ([], {"signer": None, "key": None}, True),
        ([], {"bounces": "relay.example"}, True),
        ([], {"bounces": "relay.example", "signer": None, "key": None}, False),
        ([], {"bounces": "mail.example.org", "signer": None, "key": None}, True),
        ([("p=none", "p=none; aspf=s")], {"bounces": "mail.example.org", "signer": None, "key": None}, False),
        ([("p=none", "p=none; aspf=s")], {"bounces": "mail.example.org"}, True),
        ([], {"domain": "news.example.org"}, True),  # the organisation's record, and its key, count for it
    ],
)
def test_dmarc_wants_one_of_the_two_in_line(
    changes: list[tuple[str, str]], of: dict[str, object], fine: bool, tmp_path: Path, keys: tuple[bytes, str, str]
) -> None:
    found = musts(standing(sending(keys, **of), Zone.read(zone(tmp_path, keys, *changes))))
    assert (not found) == fine, found
    assert fine or "is met by nothing" in found[0]


@pytest.mark.parametrize("domain", ["gmail.com", "yahoo.com", "outlook.com"])
def test_nobody_sends_in_the_name_of_a_free_mailbox(domain: str, keys: tuple[bytes, str, str]) -> None:
    (found,) = musts(standing(sending(keys, domain=domain), Zone()))
    assert "will be refused" in found


def test_a_file_that_is_no_zone_is_refused(tmp_path: Path) -> None:
    (tmp_path / "zone").write_text("example.org. 3600 IN NONSENSE x\n")
    with pytest.raises(DigestError, match="is no zone"):
        Zone.read(tmp_path / "zone")


def made_place(tmp_path: Path, keys: tuple[bytes, str, str], **edition: object) -> Place:
    (tmp_path / "dkim.pem").write_bytes(keys[0])
    (tmp_path / "dkim.pem").chmod(0o600)
    mail = {"host": "smtp.example.org", "user": "u", "password": "env:PW", "bounces": "bounce@example.org",
            "dkim": {"domain": "example.org", "selector": "s1", "key": "file:dkim.pem"}}  # fmt: skip
    made = place(tmp_path, mail, 2)
    said = json.loads(made.config.read_text())
    said["editions"]["weekly"] = {**EDITION_SAYS, **edition}
    made.config.write_text(json.dumps(said))
    return made


def look(made: Place, records: Path | None = None) -> list[Finding]:
    doctor = Doctor(path=made.config, store_url=None, out=made.folder / "out", now=NOW, zone=records, offline=True)
    return list(doctor.findings())


def test_a_sound_installation_has_nothing_to_be_done_and_the_command_says_so(
    tmp_path: Path, keys: tuple[bytes, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, records = made_place(tmp_path, keys), zone(tmp_path, keys)
    monkeypatch.setenv("PW", "canary-secret")
    command = [sys.executable, "-m", "digest", "doctor", "-c", str(made.config), "--zone", str(records), "--offline"]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True)
    told = json.loads(done.stdout)
    assert (done.returncode, told["must"]) == (0, 0), [one for one in told["findings"] if one["weight"] == "must"]
    assert {"store", "disk", "secrets", "formats", "mail", "certificates", "clock"} <= {
        one["area"] for one in told["findings"]
    }
    shown = subprocess.run([*command, "--all"], capture_output=True, text=True)
    assert "fine  store:" in shown.stdout
    assert "canary" not in done.stdout + done.stderr + shown.stdout + shown.stderr
    records.write_text("")
    bad = subprocess.run(command, capture_output=True, text=True)
    assert bad.returncode == 1
    assert "MUST  mail: SPF of example.org: is missing\n      next: publish TXT" in bad.stdout


def of_area(found: list[Finding], area: str) -> list[str]:
    return [one.text for one in found if one.area == area and one.weight == "must"]


def test_secrets_that_others_can_read_or_that_are_missing_are_told(
    tmp_path: Path, keys: tuple[bytes, str, str]
) -> None:
    made = made_place(tmp_path, keys)
    Path(f"{made.database}.secret").chmod(0o644)
    (tmp_path / "dkim.pem").chmod(0o640)
    assert of_area(look(made), "secrets") == [
        "can be read by others",
        "is not set in the environment",
        "can be read by others",
    ]


def test_addresses_that_others_can_read_are_something_to_be_done(
    tmp_path: Path, keys: tuple[bytes, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database, and mail that was written to a folder; as they are made, nobody else can read them."""
    monkeypatch.setenv("PW", "x")
    made = made_place(tmp_path, keys)
    MaildirLink(made.folder / "out" / "Maildir" / "weekly" / "2026-11-20")
    assert of_area(look(made), "secrets") == []
    for path in (made.database, made.folder / "out" / "Maildir"):
        path.chmod(0o755)
    assert [one.next for one in look(made) if one.area == "secrets" and one.weight == "must"] == [
        f"chmod 600 {made.database}",
        f"chmod 700 {made.folder / 'out' / 'Maildir'}",
    ]


def test_a_damaged_store_is_told_and_the_rest_is_still_looked_at(tmp_path: Path, keys: tuple[bytes, str, str]) -> None:
    made = made_place(tmp_path, keys)
    made.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(made.database.read_bytes())
    page = 4096
    for at in range(page * 8, len(data), page * 3):
        data[at : at + 60] = b"\xff" * 60
    made.database.write_bytes(data)
    found = look(made)
    assert of_area(found, "store")
    assert any(one.area == "formats" and one.weight == "ok" for one in found)


def test_rows_that_refer_to_nothing_are_told(tmp_path: Path) -> None:
    made = place(tmp_path, None, 1)
    made.sql("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
    made.sql("CREATE TABLE children (parent INTEGER REFERENCES parents(id))")
    made.sql("INSERT INTO children VALUES (7)")
    assert of_area(look(made), "store") == ["has 1 rows that refer to nothing"]


def test_a_store_on_a_network_file_system_is_told(tmp_path: Path) -> None:
    made = place(tmp_path, None, 1)
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/x / ext4 rw 0 0\nserver:/x {str(tmp_path).replace(' ', chr(92) + '040')} nfs4 rw 0 0\n")
    assert kind_of_disk(made.database, mounts) == "nfs4"
    assert kind_of_disk(Path("/elsewhere/x.db"), mounts) == "ext4"
    (found,) = musts(store(read_config(made.config), None, NOW, mounts))
    assert "network file system" in found


def test_a_feed_asked_in_the_future_tells_of_a_wrong_clock(tmp_path: Path) -> None:
    made = place(tmp_path, None, 1)
    with closing(sqlite3.connect(made.database)) as connection:
        connection.execute(
            "INSERT INTO feeds (url, tried, failures, moves) VALUES ('https://a', '2099-01-01T00:00:00.000000+00:00', 0, 0)"
        )
        connection.commit()
    assert "which is to come" in of_area(look(made), "clock")[0]


def test_a_broken_format_and_a_channel_without_its_secret_are_told(
    tmp_path: Path, keys: tuple[bytes, str, str]
) -> None:
    hook = {"use": "webhook", "url": "https://example.org/hook", "secret": "env:NO_SUCH_SECRET"}
    made = made_place(tmp_path, keys, channels=[hook, {"use": "command", "path": "p", "command": ["no-such-program"]}],
                      formats=["email", "mine"])  # fmt: skip
    (tmp_path / "templates/mine").mkdir(parents=True)
    (tmp_path / "templates/mine/format.toml").write_text(
        '[[artifact]]\npath = "{issue}/x.txt"\ntemplate = "none.txt"\n'
    )
    found = look(made)
    assert of_area(found, "channels") == ["is empty", "needs no-such-program, which is not there"]
    assert of_area(found, "formats") or of_area(found, "configuration")


def test_without_a_configuration_that_is_all_there_is_to_say(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("editions: 7\n")
    found = look(Place(tmp_path))
    assert [one.area for one in found] == ["interpreter", "configuration"]
    assert found[1].weight == "must"


def test_looking_changes_nothing(tmp_path: Path, keys: tuple[bytes, str, str]) -> None:
    made = made_place(tmp_path, keys)
    made.database.unlink()
    before = sorted(tmp_path.rglob("*"))
    look(made, zone(tmp_path, keys))
    assert sorted(tmp_path.rglob("*")) == sorted([*before, tmp_path / "zone"])


def test_feeds_that_do_not_work_are_told(tmp_path: Path) -> None:
    made = place(tmp_path, None, 1)
    said = json.loads(made.config.read_text())
    said["editions"]["weekly"]["outlets"] = {"Courier": {"feeds": ["https://courier.example/feed"]}}
    made.config.write_text(json.dumps(said))
    with SqlStore(f"sqlite:///{made.database}"), closing(sqlite3.connect(made.database)) as connection:
        row = "INSERT INTO feeds (url, tried, failure, failures, moves) VALUES ('https://courier.example/feed', ?, 'gone', 9, 0)"
        connection.execute(row, (NOW.strftime("%Y-%m-%dT%H:%M:%S.000000+00:00"),))
        connection.commit()
    assert of_area(look(made), "feeds") == ["none of them works"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For localhost, good for ten days, with its key."""
    if not shutil.which("openssl"):
        pytest.skip("openssl makes the certificate")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "10",
    ]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "-", "-out", "-"]
    path.write_bytes(subprocess.run([*command, *names], capture_output=True, check=True).stdout)
    return path


def test_certificates_that_end_soon_or_cannot_be_trusted_are_told(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                raw, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(raw, server_side=True) as secure:
                    secure.recv(1)
            except OSError:
                raw.close()

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    url = f"https://localhost:{listener.getsockname()[1]}"
    (untrusted,) = musts(certificates(None, url, NOW))
    assert "cannot be trusted" in untrusted
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    (ending,) = musts(certificates(None, url, NOW))
    assert "ends in 9 days" in ending or "ends in 10 days" in ending
    assert musts(certificates(None, url, NOW - timedelta(days=30))) == []
    listener.close()
    (silent,) = musts(certificates(None, "https://127.0.0.1:9", NOW))
    assert "could not be looked at" in silent


def test_a_clock_that_is_off_is_told(tmp_path: Path) -> None:
    made = place(tmp_path, None, 1)
    with serve({}) as server:
        said = json.loads(made.config.read_text())
        said["network"] = {"allow": ["127.0.0.1"]}
        said["editions"]["weekly"]["outlets"] = {"Courier": {"feeds": [f"{server.base}/feed"]}}
        made.config.write_text(json.dumps(said))
        config = read_config(made.config)
        assert musts(clock(config, datetime.now(UTC))) == []
        (off,) = musts(clock(config, datetime.now(UTC) + timedelta(hours=1)))
        assert "seconds off" in off


def test_dns_is_asked_once_and_silence_is_no_absence(keys: tuple[bytes, str, str]) -> None:
    """A server on loopback that knows one record, denies others, and refuses to say anything of a third."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    asked: list[str] = []

    def answer() -> None:
        while True:
            try:
                data, client = server.recvfrom(4096)
            except OSError:
                return
            query = dns.message.from_wire(data)
            name = query.question[0].name.to_text()
            asked.append(name)
            said = dns.message.make_response(query)
            if name == "example.org.":
                said.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", '"v=spf1 " "-all"'))
            said.set_rcode({"example.org.": 0, "none.example.": 3}.get(name, 2))
            server.sendto(said.to_wire(), client)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.getsockname()[1]
    live = Live(resolver)
    assert live.records("example.org", "TXT") == live.records("example.org", "TXT") == ("v=spf1 -all",)
    assert asked == ["example.org."]
    assert live.records("none.example", "TXT") == ()
    with pytest.raises(UnansweredError, match="is not known"):
        live.records("broken.example", "TXT")
    found = musts(
        standing(sending(keys, domain="broken.example", bounces="broken.example", host="broken.example"), live)
    )
    assert len(found) == 4
    assert all("is not known: DNS does not answer" in one for one in found)
    server.close()

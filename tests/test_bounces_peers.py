"""A bounce from end to end: OpenSMTPD fails to deliver and says so, Dovecot has the report, `digest bounces` reads it."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.mailing import place, send
from tests.mailsink import Sink, raw_sink
from tests.test_peers import _free_port, _wait_for

pytestmark = pytest.mark.skipif(
    not (shutil.which("smtpd") and shutil.which("dovecot") and shutil.which("openssl") and os.geteuid() == 0),
    reason="needs OpenSMTPD, Dovecot and openssl, as root",
)
SMTPD = """
listen on 127.0.0.1 port {smtp}
table catchall {{ "@" = nobody }}
action "keep" maildir "{folder}/mail" virtual <catchall>
action "out" relay host "smtp://127.0.0.1:{sink}"
match from any for domain "example.org" action "keep"
match from any for any action "out"
"""
DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail
first_valid_uid = 1
first_valid_gid = 0
passdb {{
  driver = static
  args = password=x
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imap}
  }}
}}
"""


@contextmanager
def peers(sink: int) -> Iterator[tuple[int, int, Path]]:
    """Ports for SMTP and IMAP, and a folder with the certificate. OpenSMTPD has one queue on a machine."""
    with Path("/tmp/digest-test-peers.lock").open("w") as lock, tempfile.TemporaryDirectory(dir="/tmp") as name:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder, smtp, imap = Path(name), _free_port(), _free_port()
        folder.chmod(0o755)
        command = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
        command += " -keyout key.pem -out cert.pem"
        subprocess.run(["openssl", *command.split()], check=True, capture_output=True, cwd=folder)
        (folder / "mail").mkdir()
        shutil.chown(folder / "mail", "nobody", "nogroup")
        started = []
        for program, text in ((["smtpd", "-d", "-f"], SMTPD), (["dovecot", "-F", "-c"], DOVECOT)):
            config = folder / f"{program[0]}.conf"
            config.write_text(text.format(folder=folder, smtp=smtp, imap=imap, sink=sink))
            config.chmod(0o600)
            with (folder / f"{program[0]}.out").open("w") as log:
                started.append(subprocess.Popen([*program, config], stdout=log, stderr=log))
        try:
            for port in (smtp, imap):
                _wait_for(port)
            yield smtp, imap, folder
        finally:
            for process in started:
                process.terminate()
                process.wait()


def test_a_report_of_a_real_server_is_read_from_a_real_mailbox(tmp_path: Path) -> None:
    gone = Sink(lambda step, to: "550 5.1.1 no such user" if step == "recipient" and to.startswith("r1@") else None)
    with raw_sink(gone), peers(gone.port) as (smtp, imap, folder):
        mail = {"host": "127.0.0.1", "port": smtp, "security": "none", "bounces": "bounce@example.org"}
        made = place(tmp_path, mail, 3)
        assert send(made).counts.sent == 3
        for _ in range(200):
            if list((folder / "mail").glob("new/*")):
                break
            time.sleep(0.1)
        url = f"imaps://reader@localhost:{imap}/INBOX"
        command = [
            sys.executable,
            "-m",
            "digest",
            "bounces",
            "-c",
            str(made.config),
            "--imap",
            url,
            "--password",
            "env:BOX",
        ]
        trusting = {**os.environ, "BOX": "x", "SSL_CERT_FILE": str(folder / "cert.pem")}
        done = [subprocess.run(command, capture_output=True, text=True, env=trusting) for _ in range(2)]
    assert [(one.returncode, one.stderr) for one in done] == [(0, "1 bounced\n"), (0, "nothing new\n")]
    assert dict(made.sql("SELECT id, state FROM subscribers")) == {
        "idr0": "active",
        "idr1": "bounced",
        "idr2": "active",
    }
    assert send(made).counts.sent == 3

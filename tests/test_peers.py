"""Real peers: OpenSMTPD takes a mailing and delivers it, Dovecot shows it by IMAP; signatures hold all the way."""

import fcntl
import imaplib
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import dkim
import pytest

from tests.mailing import new_key, place, send

pytestmark = pytest.mark.skipif(
    not (shutil.which("smtpd") and shutil.which("dovecot") and os.geteuid() == 0),
    reason="needs OpenSMTPD and Dovecot, as root (apt-get install opensmtpd dovecot-imapd)",
)
SMTPD = """
listen on 127.0.0.1 port {smtp}
table catchall {{ "@" = nobody }}
action "keep" maildir "{folder}/mail" virtual <catchall>
match from any for any action "keep"
"""
DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
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
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


@contextmanager
def peers() -> Iterator[tuple[int, int]]:
    """Their ports for SMTP and IMAP. OpenSMTPD has one queue on a machine, so one test at a time."""
    with Path("/tmp/digest-test-peers.lock").open("w") as lock, tempfile.TemporaryDirectory(dir="/tmp") as name:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder, smtp, imap = Path(name), _free_port(), _free_port()
        folder.chmod(0o755)
        (folder / "mail").mkdir()
        shutil.chown(folder / "mail", "nobody", "nogroup")
        started = []
        for command, text in ((["smtpd", "-d", "-f"], SMTPD), (["dovecot", "-F", "-c"], DOVECOT)):
            config = folder / f"{command[0]}.conf"
            config.write_text(text.format(folder=folder, smtp=smtp, imap=imap))
            config.chmod(0o600)
            log = (folder / f"{command[0]}.out").open("w")
            started.append(subprocess.Popen([*command, config], stdout=log, stderr=log))
            log.close()
        try:
            for port in (smtp, imap):
                _wait_for(port)
            yield smtp, imap
        finally:
            for process in started:
                process.terminate()
                process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nobody listens on {port}")


def _mailbox(port: int, count: int) -> list[bytes]:
    for _ in range(200):
        with imaplib.IMAP4("127.0.0.1", port) as box:
            box.login("reader", "x")
            if int(box.select("INBOX", readonly=True)[1][0] or b"0") >= count:
                _, found = box.fetch("1:*", "(RFC822)")
                return [part[1] for part in found if isinstance(part, tuple)]
        time.sleep(0.1)
    raise AssertionError("they do not arrive")


def test_a_mailing_goes_through_a_real_server_into_a_real_mailbox(tmp_path: Path) -> None:
    record = new_key(tmp_path)
    with peers() as (smtp, imap):
        signing = {"domain": "example.org", "selector": "s1", "key": "file:key.pem"}
        mail: dict[str, Any] = {"host": "127.0.0.1", "port": smtp, "security": "none", "bounces": "bounce@example.org"}
        made = place(tmp_path, mail | {"dkim": signing, "connections": 2}, 25, domains=5)
        assert send(made).counts.sent == 25
        found = _mailbox(imap, 25)
    read: list[Any] = [message_from_bytes(data, policy=policy.SMTP) for data in found]
    assert Counter(message["To"] for message in read) == {f"r{n}@d{n % 5}.example": 1 for n in range(25)}
    for data, message in zip(found, read, strict=True):
        assert dkim.verify(data, dnsfunc=lambda name, **_: record)
        assert re.fullmatch(r"<bounce\+idr\d+\.0\.[a-z2-7]{32}@example\.org>", message["Return-Path"])
        assert re.match(
            r"<https://news\.example\.org/unsubscribe/idr\d+\.0\.[a-z2-7]{32}>,", message["List-Unsubscribe"]
        )
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert not message.defects
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]

"""What every channel must do, run over each that is found, and what is particular to each of them."""

import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from digest import plugins
from digest.errors import DigestError, PluginError
from digest.model import Artifact, Issue
from digest.plugins import Choice

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
CHANNELS = plugins.names("channel")


def issue(id: str = "2026-11-20") -> Issue:
    return Issue(
        edition="weekly", id=id, number=1, title="Weekly", language="en", timezone="UTC", url=None, sender=None, at=NOW,
        window=(NOW, NOW), articles=(), briefs=(), more=0, stale=(),
    )  # fmt: skip


def artifacts(text: bytes = b"one") -> list[Artifact]:
    return [
        Artifact(path="2026-11-20/index.html", media_type="text/html", content=text),
        Artifact(path="2026-11-20/email.eml", media_type="message/rfc822", content=b"Subject: x\r\n\r\n" + text),
        Artifact(path="feed.xml", media_type="application/rss+xml", content=text),
    ]


@dataclass
class Hook:
    """A receiver that answers with these codes, then with 204."""

    codes: list[int] = field(default_factory=list)
    delay: float = 0.0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def hook() -> Iterator[Hook]:
    known = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            known.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            time.sleep(known.delay)
            code = known.codes.pop(0) if known.codes else 204
            self.send_response(code)
            self.send_header("Content-Length", "0")
            if code == 302:
                self.send_header("Location", known.url + "elsewhere")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield known
    server.shutdown()
    server.server_close()
    thread.join()


def git(folder: Path, *arguments: str) -> str:
    clean = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, capture_output=True, text=True, env={**os.environ, **clean}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def repository(folder: Path) -> Path:
    """A clone that stands on `pages`, of a bare one beside it."""
    git(folder, "init", "-q", "--bare", "-b", "pages", "remote")
    git(folder, "init", "-q", "-b", "pages", "clone")
    git(folder / "clone", "remote", "add", "origin", str(folder / "remote"))
    return folder / "clone"


def channel(name: str, folder: Path, hook: Hook, **more: Any) -> Any:
    if name in ("git", "rsync") and not shutil.which(name):
        pytest.skip(f"{name} is not installed")
    given: dict[str, Callable[[], dict[str, Any]]] = {
        "command": lambda: {"path": "public", "command": [sys.executable, "-c", "pass"]},
        "folder": lambda: {"path": "public"},
        "git": lambda: {"path": str(repository(folder))},
        "maildir": lambda: {"path": "Maildir"},
        "rsync": lambda: {"path": "public", "to": str(folder / "copy")},
        "webhook": lambda: {"url": hook.url, "local": True, "wait": 0.01},
    }
    if name not in given:
        pytest.skip(f"{name} has a test of its own")
    (folder / "copy").mkdir(exist_ok=True)
    return plugins.build(Choice(kind="channel", name=name, options=tuple({**given[name](), **more}.items())), folder)


@pytest.mark.parametrize("name", CHANNELS)
def test_the_same_issue_twice_changes_nothing_more(name: str, tmp_path: Path, hook: Hook) -> None:
    send = channel(name, tmp_path, hook)
    assert send(issue(), artifacts()) > 0
    before = {
        path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file() and ".git" not in path.parts
    }
    again = send(issue(), artifacts())
    assert again == (0 if name != "webhook" else 3)
    after = {
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and ".git" not in path.parts and "remote" not in path.parts
    }
    assert after <= set(before)


@pytest.mark.parametrize("name", CHANNELS)
def test_what_goes_wrong_is_an_error_that_names_the_next_step(name: str, tmp_path: Path, hook: Hook) -> None:
    (tmp_path / "file").write_text("in the way")
    broken: dict[str, dict[str, Any]] = {
        "command": {"command": [sys.executable, "-c", "print('it broke'); raise SystemExit(3)"]},
        "folder": {"path": "file"},
        "git": {"path": "file"},
        "maildir": {"path": "file"},
        "rsync": {"to": str(tmp_path / "file" / "below")},
        "webhook": {"url": "http://127.0.0.1:9/", "retries": 0},
    }
    with pytest.raises(DigestError) as raised:
        channel(name, tmp_path, hook, **broken.get(name, {}))(issue(), artifacts())
    assert raised.value.hint
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["command", "folder", "git", "rsync"])
def test_nothing_is_written_outside(name: str, tmp_path: Path, hook: Hook) -> None:
    evil = Artifact(path="../../evil", media_type="text/plain", content=b"x")
    with pytest.raises(DigestError, match="outside"):
        channel(name, tmp_path, hook)(issue(), [evil])
    assert not list(tmp_path.rglob("evil"))


def test_rsync_copies_the_edition_and_deletes_nothing(tmp_path: Path, hook: Hook) -> None:
    send = channel("rsync", tmp_path, hook)
    (tmp_path / "copy/weekly").mkdir()
    (tmp_path / "copy/weekly/own.txt").write_text("mine")
    send(issue(), artifacts())
    send(issue(), artifacts(b"two"))
    assert (tmp_path / "copy/weekly/feed.xml").read_bytes() == b"two"
    assert (tmp_path / "copy/weekly/2026-11-20/index.html").read_bytes() == b"two"
    assert (tmp_path / "copy/weekly/own.txt").read_text() == "mine"


@pytest.mark.parametrize("to", ["-e evil", "--rsh=evil", "a b", ""])
def test_rsync_takes_no_option_for_a_place(to: str, tmp_path: Path, hook: Hook) -> None:
    with pytest.raises(PluginError):
        channel("rsync", tmp_path, hook, to=to)


def test_a_command_knows_the_issue_and_sees_no_shell(tmp_path: Path, hook: Hook) -> None:
    program = "import os, sys; open('told', 'w').write(os.environ['DIGEST_EDITION'] + os.environ['DIGEST_ISSUE'] + sys.argv[1])"
    channel("command", tmp_path, hook, command=[sys.executable, "-c", program, "$HOME; `x`"])(issue(), artifacts())
    assert (tmp_path / "public/weekly/told").read_text() == "weekly2026-11-20$HOME; `x`"


def test_a_command_is_ended_with_all_it_started_and_its_words_are_told(tmp_path: Path, hook: Hook) -> None:
    loop = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    began = time.monotonic()
    with pytest.raises(DigestError, match=r"took more than 0\.5 seconds"):
        channel("command", tmp_path, hook, command=[sys.executable, "-c", loop], timeout=0.5)(issue(), artifacts())
    assert time.monotonic() - began < 20
    with pytest.raises(DigestError, match="failed with 3: it broke"):
        channel(
            "command", tmp_path, hook, command=[sys.executable, "-c", "print('it\\x1b broke'); raise SystemExit(3)"]
        )(issue(), artifacts())
    with pytest.raises(DigestError, match="cannot be run"):
        channel("command", tmp_path, hook, command=["no-such-program"])(issue(), artifacts())


def test_git_commits_what_changed_and_pushes_it(tmp_path: Path, hook: Hook) -> None:
    send = channel("git", tmp_path, hook, author="News <news@example.org>", message="{title} {issue}: {number}")
    send(issue(), artifacts())
    send(issue(), artifacts())
    send(issue(), artifacts(b"two"))
    log = git(tmp_path / "remote", "log", "--format=%an %ae %aI %s", "pages")
    assert log == "News news@example.org 2026-11-20T09:00:00+00:00 Weekly 2026-11-20: 1\n" * 2
    assert git(tmp_path / "remote", "show", "pages:weekly/feed.xml") == "two"


def test_git_pushes_what_an_earlier_build_could_not(tmp_path: Path, hook: Hook) -> None:
    send = channel("git", tmp_path, hook)
    (tmp_path / "remote").rename(tmp_path / "away")
    with pytest.raises(DigestError, match="git: failed"):
        send(issue(), artifacts())
    (tmp_path / "away").rename(tmp_path / "remote")
    send(issue(), artifacts())
    assert git(tmp_path / "remote", "show", "pages:weekly/feed.xml") == "one"


def test_git_forces_nothing_and_commits_only_the_edition(tmp_path: Path, hook: Hook) -> None:
    send = channel("git", tmp_path, hook)
    send(issue(), artifacts())
    git(tmp_path, "clone", "-q", "-b", "pages", str(tmp_path / "remote"), "other")
    (tmp_path / "other/theirs").write_text("x")
    git(tmp_path / "other", "add", "theirs")
    git(tmp_path / "other", "commit", "-qm", "theirs")
    git(tmp_path / "other", "push", "-q", "origin", "pages")
    (tmp_path / "clone/draft").write_text("x")
    git(tmp_path / "clone", "add", "draft")
    with pytest.raises(DigestError, match="git: failed"):
        send(issue(), artifacts(b"two"))
    assert "theirs" in git(tmp_path / "remote", "ls-tree", "--name-only", "pages")
    assert "draft" not in git(tmp_path / "clone", "ls-tree", "--name-only", "HEAD")


def test_git_touches_no_other_branch(tmp_path: Path, hook: Hook) -> None:
    send = channel("git", tmp_path, hook)
    git(tmp_path / "clone", "checkout", "-q", "-b", "work")
    with pytest.raises(DigestError, match="branch work and not on pages"):
        send(issue(), artifacts())
    assert not (tmp_path / "clone/weekly").exists()


def test_a_maildir_gets_the_issue_of_the_day_once_even_when_it_was_read(tmp_path: Path, hook: Hook) -> None:
    send = channel("maildir", tmp_path, hook)
    older = Artifact(path="2026-11-13/email.eml", media_type="message/rfc822", content=b"older")
    assert send(issue(), [*artifacts(), older]) == 1
    (message,) = (tmp_path / "Maildir/new").iterdir()
    assert message.read_bytes() == b"Subject: x\r\n\r\none"
    message.rename(tmp_path / "Maildir/cur" / f"{message.name}:2,S")
    assert send(issue(), artifacts()) == 0
    assert send(issue(), artifacts(b"two")) == 1
    assert not list((tmp_path / "Maildir/tmp").iterdir())


def test_a_webhook_is_signed_and_says_the_same_of_the_same(
    tmp_path: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", "canary-secret")
    send = channel("webhook", tmp_path, hook, secret="env:HOOK")
    send(issue(), artifacts())
    send(issue(), artifacts())
    (headers, body), (again, _) = hook.got
    assert headers["x-digest-signature"] == f"sha256={hmac.new(b'canary-secret', body, hashlib.sha256).hexdigest()}"
    assert headers["x-digest-delivery"] == again["x-digest-delivery"]
    assert json.loads(body)["issue"] == "2026-11-20"
    assert json.loads(body)["files"][2]["sha256"] == hashlib.sha256(b"one").hexdigest()
    assert "canary" not in repr(send)


@pytest.mark.parametrize(
    ("codes", "asked", "fine"), [([503, 429], 3, True), ([500] * 9, 3, False), ([404], 1, False), ([302], 1, False)]
)
def test_a_webhook_is_tried_again_where_it_may_help(
    codes: list[int], asked: int, fine: bool, tmp_path: Path, hook: Hook
) -> None:
    hook.codes += codes
    send = channel("webhook", tmp_path, hook)
    if fine:
        assert send(issue(), artifacts()) == 3
    else:
        with pytest.raises(DigestError, match=f"it answered {codes[0]}"):
            send(issue(), artifacts())
    assert len(hook.got) == asked


def test_a_webhook_that_does_not_answer_is_left_alone(tmp_path: Path, hook: Hook) -> None:
    hook.delay = 1.0
    with pytest.raises(DigestError, match=r"no answer in 0\.2 seconds|timed out"):
        channel("webhook", tmp_path, hook, timeout=0.2, retries=0)(issue(), artifacts())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "2130706433", "0x7f.1",
                                  "[::ffff:127.0.0.1]", "192.168.1.1"])  # fmt: skip
def test_a_webhook_reaches_no_host_of_the_own_network_unless_it_may(host: str, tmp_path: Path, hook: Hook) -> None:
    port = hook.url.rpartition(":")[2].partition("/")[0]
    with pytest.raises(DigestError, match="not a public address"):
        channel("webhook", tmp_path, hook, url=f"https://{host}:{port}/", local=False)(issue(), artifacts())
    with pytest.raises(DigestError, match="in clear"):
        channel("webhook", tmp_path, hook, local=False)(issue(), artifacts())
    assert not hook.got


@pytest.mark.parametrize(
    "url", ["ftp://example.org/", "https://u:p@example.org/", "https:///x", "https://exämple.org/ü"]
)
def test_addresses_of_webhooks_are_checked(url: str, tmp_path: Path, hook: Hook) -> None:
    with pytest.raises(DigestError) as raised:
        channel("webhook", tmp_path, hook, url=url)(issue(), artifacts())
    assert raised.value.hint


@pytest.mark.parametrize("secret", ["canary-secret", ["canary-secret"], 7])
def test_a_secret_in_clear_is_refused_and_not_repeated(secret: object, tmp_path: Path, hook: Hook) -> None:
    with pytest.raises(PluginError) as raised:
        channel("webhook", tmp_path, hook, secret=secret)
    assert "env:NAME or file:PATH" in str(raised.value)
    assert "canary" not in str(raised.value)


def test_a_secret_in_a_file_counts_from_the_folder(tmp_path: Path, hook: Hook) -> None:
    (tmp_path / "key").write_text("from a file\n")
    channel("webhook", tmp_path, hook, secret="file:key")(issue(), artifacts())
    ((headers, body),) = hook.got
    assert headers["x-digest-signature"] == f"sha256={hmac.new(b'from a file', body, hashlib.sha256).hexdigest()}"
    with pytest.raises(PluginError, match="cannot be read"):
        channel("webhook", tmp_path, hook, secret="file:none")(issue(), artifacts())


def test_one_channel_that_fails_leaves_the_others_alone(tmp_path: Path) -> None:
    def channels(failing: Sequence[str]) -> str:
        return ", ".join([f"{{use: command, path: a, command: {json.dumps(list(failing))}}}", "{use: folder, path: b}"])

    (tmp_path / "seed.md").write_text(
        "---\noutlet: Courier\ntitle: The harbour opens\ndate: 2026-11-19\n---\nThe harbour opened.\n"
    )
    config = f"editions:\n  weekly:\n    title: Weekly\n    files: ['*.md']\n    channels: [{channels(['false'])}]\n"
    (tmp_path / "feeds.yaml").write_text(config)
    command = [
        sys.executable,
        "-m",
        "digest",
        "build",
        "--offline",
        "--now",
        "2026-11-20T09:00Z",
        "-c",
        str(tmp_path / "feeds.yaml"),
    ]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "out")], capture_output=True, text=True, env=dict(os.environ)
    )
    assert "false: failed with 1" in done.stderr
    assert list((tmp_path / "b/weekly").rglob("*.html"))

"""`digest preview`: a real server in a process of its own, asked over loopback."""

import html
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic

import pytest
from click.testing import CliRunner

from digest.cli import cli
from tests.test_build import LATER, NEXT_WEEK, NOW, ROOT, House, files

ISSUE = "2026-11-20"
PATIENCE = 60  # seconds; it takes a tenth of one where nothing else is running


class Previewed:
    """A preview that runs; `stream` says when something has changed."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._connection.request("GET", "/changes")
        self._stream = self._connection.getresponse()
        self.event()

    def close(self) -> None:
        self._stream.close()
        self._connection.close()

    def ask(self, path: str, method: str = "GET", host: str | None = None) -> tuple[int, Message, str]:
        """Status, headers and text of an answer; of a stream, nothing of that."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as connection:
            connection.request(method, path, headers={"Host": host} if host else {})
            with connection.getresponse() as response:
                text = "" if path == "/changes" else response.read().decode()
                return response.status, response.headers, text

    def get(self, path: str, status: int = 200) -> str:
        found, _, text = self.ask(path)
        assert found == status, text
        return text

    def event(self) -> str:
        """What the stream says next; waits for it."""
        until = monotonic() + PATIENCE
        while monotonic() < until:  # it says something every ten seconds
            line = self._stream.readline().decode()
            assert line, "the stream has ended"
            if line.startswith("data: "):
                return line
        raise AssertionError("nothing was told")

    def board(self, query: str = "") -> str:
        return html.unescape(self.get(f"/{query}"))

    def after(self, change: Callable[[], object], seen: Callable[[str], bool]) -> str:
        """The board in which a change is seen, some time after the stream told of it."""
        change()
        while True:
            self.event()
            board = self.board()
            if seen(board):
                return board

    def artifact(self, name: str) -> str:
        return self.get(f"/show/{ISSUE}/{name}")


@contextmanager
def preview(house: House, *arguments: str) -> Iterator[Previewed]:
    command = [sys.executable, "-m", "digest", "preview", "-c", str(house.config), "--port", "0", *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stderr
            line = process.stderr.readline()
            found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
            assert found, line + process.stderr.read()
            with closing(Previewed(process, int(found[1]))) as shown:
                yield shown
        finally:
            process.kill()


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path)
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    return house


@pytest.fixture
def built(house: House) -> House:
    house.build("--offline")
    return house


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def kept(house: House) -> dict[str, bytes]:
    """Everything of a house that a preview must leave alone; SQLite's own files beside the store hold nothing."""
    return {name: data for name, data in files(house.folder).items() if not name.endswith(("-shm", "-wal"))}


def another_story(house: House) -> None:
    """Two of them in the issue."""
    text = (
        "---\noutlet: Post\n---\nLighthouse of Skell painted red\n\nThe lighthouse of Skell was painted on Tuesday.\n"
    )
    (house.folder / "seeds" / "tower.txt").write_text(text, "utf-8")
    house.build("--offline", now=LATER)


def test_every_format_of_the_newest_issue_is_shown(built: House) -> None:
    built.build("--offline", now=NEXT_WEEK)
    before = kept(built)
    with preview(built, "--issue", ISSUE) as shown:
        board = shown.board()
        frames = re.findall(r'<iframe sandbox loading="lazy" src="([^"]+)"', board)
        names = [frame.split("/", 3)[3] for frame in frames]
        assert f"preview of {ISSUE}" in board
        assert "preview of 2026-11-27" in shown.board("?issue=2026-11-27")
        assert 'href="/?issue=2026-11-27"' in board
        (story,) = {name for name in names if name.startswith("stories/")}
        in_two_widths = [f"{ISSUE}/email.html", f"{ISSUE}/index.html", story]
        in_two_widths += ["index.html", "archive.html"]
        sources = [f"{ISSUE}/digest.md", f"{ISSUE}/email.eml", f"{ISSUE}/email.txt", "feed.xml", "stories.json"]
        assert Counter(name for name in names if name in (*in_two_widths, *sources)) == Counter(
            [*in_two_widths, *in_two_widths, *sources]
        )
        assert not [name for name in names if name.endswith((".css", ".svg", ".png"))]
        for frame, name in zip(frames, names, strict=True):
            assert "harbour of Larn" in shown.get(frame) or name not in (*in_two_widths[:3], *sources), frame
        for name in (f"{ISSUE}/email.html", f"{ISSUE}/digest.md", story):
            assert shown.artifact(name).encode() == (built.out / "weekly" / name).read_bytes()
    assert kept(built) == before


def test_the_newest_issue_is_shown_to_who_names_none(built: House) -> None:
    built.build("--offline", now=NEXT_WEEK)
    with preview(built) as shown:
        assert "preview of 2026-11-27" in shown.board()
        assert "no such issue" in shown.get("/?issue=2020-01-01", status=404)


def test_an_issue_or_an_edition_that_there_is_not_is_told_at_once(built: House) -> None:
    for option, name, hint in (("--issue", "2020-01-01", ISSUE), ("--edition", "weakly", "weekly")):
        result = CliRunner().invoke(cli, ["preview", "-c", str(built.config), option, name])
        assert name in str(result.exception)
        assert hint in result.exception.hint  # type: ignore[union-attr]


def test_a_changed_template_is_seen_in_the_frozen_issue(built: House) -> None:
    """Rendered, not built again: the seed files are gone."""
    template = built.folder / "templates" / "markdown" / "digest.md.j2"
    with preview(built) as shown:
        shutil.rmtree(built.folder / "seeds")
        board = shown.after(
            lambda: edit(template, "\n---\n\n{{", "\n---\n\nGreetings from {{"),
            lambda _: "Greetings from No. 1" in shown.artifact(f"{ISSUE}/digest.md"),
        )
        assert "As it is stored" in board
        assert "harbour of Larn" in shown.artifact(f"{ISSUE}/digest.md")


def test_changed_words_are_seen(house: House) -> None:
    edit(house.config, "    title:", "    language: de\n    title:")
    house.build("--offline")
    with preview(house) as shown:
        assert "2 Medien" in shown.artifact(f"{ISSUE}/email.txt")
        shown.after(
            lambda: edit(house.folder / "templates" / "locales" / "de.po", "{n} Medien", "{n} Blätter"),
            lambda _: "2 Blätter" in shown.artifact(f"{ISSUE}/email.txt"),
        )


def test_a_broken_template_is_shown_with_its_line_and_the_others_go_on(built: House) -> None:
    template = built.folder / "templates" / "markdown" / "digest.md.j2"
    fine = template.read_text("utf-8")
    with preview(built) as shown:
        for broken, reason in (
            ("{{ issue.nothing | text }}", "has no attribute"),
            ("{% if %}", "Expected an expression"),
        ):
            board = shown.after(
                lambda text=broken: template.write_text(f"{fine}{text}", "utf-8"),
                lambda board, reason=reason: reason in board,
            )
            section = board.split('<section id="markdown"')[1].split("</section>")[0]
            assert f"digest.md.j2:{len(fine.splitlines()) + 1}</code>" in section
            assert "<iframe" not in section
            assert board.count('role="alert"') == 1
            assert "harbour of Larn" in shown.artifact(f"{ISSUE}/email.txt")
            assert "harbour of Larn" in shown.artifact("feed.xml")
        shown.after(lambda: template.write_text(fine, "utf-8"), lambda board: 'role="alert"' not in board)
        assert "harbour of Larn" in shown.artifact(f"{ISSUE}/digest.md")


def test_a_broken_page_of_another_story_is_told_in_its_frame(built: House) -> None:
    another_story(built)
    ids = sorted(path.stem for path in (built.out / "weekly" / "stories").iterdir())
    template = built.folder / "templates" / "site" / "story.html.j2"
    with preview(built) as shown:
        (linked,) = [id for id in ids if f"stories/{id}.html" not in shown.board()]
        assert "quote" in shown.artifact(f"stories/{linked}.html")
        broken = f"{{% if story.id == '{linked}' %}}\n{{{{ no }}}}{{% endif %}}"
        address = f"/show/{ISSUE}/stories/{linked}.html"
        shown.after(lambda: template.write_text(broken, "utf-8"), lambda _: shown.ask(address)[0] != 200)
        assert "story.html.j2:2" in shown.get(address, status=500)


def test_a_changed_configuration_builds_the_issue_again_and_keeps_nothing(built: House) -> None:
    before = kept(built)
    text = built.config.read_text("utf-8")
    with preview(built) as shown:
        new = text.replace("The Weekly", "The <Larn> Weekly").replace(
            "    files:", "    formats: [markdown]\n    files:"
        )
        shown.after(lambda: built.config.write_text(new, "utf-8"), lambda board: "Built again, offline" in board)
        board = shown.get("/")
        assert "The &lt;Larn&gt; Weekly" in board
        assert re.findall(r'<section id="(\w+)"', board) == ["markdown"]
        assert r"The &#60;Larn\> Weekly is made by Digest" in shown.artifact(f"{ISSUE}/digest.md")
        shown.after(lambda: built.config.write_text(text, "utf-8"), lambda board: "As it is stored" in board)
    assert kept(built) == before


def test_the_editors_decisions_are_seen(built: House) -> None:
    another_story(built)
    before = kept(built)
    editor = built.folder / "editor.yaml"
    ids = {brief["story"]["title"]: brief["story"]["id"] for brief in built.issue()["briefs"]}
    with preview(built) as shown:
        drop = f"weekly:\n  drop: [{ids['Lighthouse of Skell painted red']}]\n  pin: [nobody]\n"
        shown.after(lambda: editor.write_text(drop, "utf-8"), lambda board: "'nobody' is no story" in board)
        assert "Skell" not in shown.artifact(f"{ISSUE}/digest.md")
        assert "Larn" in shown.artifact(f"{ISSUE}/digest.md")
        wrong = "editor.yaml:2:3: weekly.dorp: unknown key"
        shown.after(lambda: editor.write_text("weekly:\n  dorp: []\n", "utf-8"), lambda board: wrong in board)
        assert "Skell" not in shown.artifact(f"{ISSUE}/digest.md")
        shown.after(editor.unlink, lambda board: "As it is stored" in board)
        assert "Skell" in shown.artifact(f"{ISSUE}/digest.md")
    assert kept(built) == before


def test_a_broken_configuration_is_shown_with_its_place_and_things_stay_as_they_were(built: House) -> None:
    with preview(built) as shown:
        wrong = "feeds.yaml:5:5: editions.weekly.titel: unknown key 'titel'"
        board = shown.after(lambda: edit(built.config, "title:", "titel:"), lambda board: wrong in board)
        assert "harbour of Larn" in shown.artifact(f"{ISSUE}/email.html")
        assert len(re.findall("<section ", board)) == 4
        shown.after(lambda: edit(built.config, "titel:", "title:"), lambda board: 'role="alert"' not in board)


def test_what_cannot_be_built_is_said_and_the_stored_issue_is_shown(built: House) -> None:
    weights = "    stance: {use: cue-words, weights: none.npz}\n    files:"
    with preview(built) as shown:
        board = shown.after(lambda: edit(built.config, "    files:", weights), lambda board: "none.npz" in board)
        assert 'role="alert"' in board
        assert "harbour of Larn" in shown.artifact(f"{ISSUE}/email.html")


def test_formats_that_come_while_it_runs_are_seen(tmp_path: Path) -> None:
    """Also where there was no templates/ at all, and though it was named before it was there."""
    house = House(tmp_path)
    house.build("--offline")
    mine = house.folder / "templates" / "loud"
    template = "{{ issue.title | upper | text }}\n"

    def come() -> None:
        mine.mkdir(parents=True)
        (mine / "loud.txt.j2").write_text(template, "utf-8")
        (mine / "format.toml").write_text(
            '[[artifact]]\npath = "loud.txt"\nmedia_type = "text/plain"\ntemplate = "loud.txt.j2"\n', "utf-8"
        )

    def said() -> str:
        return shown.ask(f"/show/{ISSUE}/{ISSUE}/loud.txt")[2]

    with preview(house) as shown:
        named = "    formats: [loud]\n    files:"
        shown.after(lambda: edit(house.config, "    files:", named), lambda board: "no format 'loud'" in board)
        shown.after(come, lambda _: said() == "THE WEEKLY\n")
        shown.after(lambda: edit(mine / "loud.txt.j2", "upper", "lower"), lambda _: said() == "the weekly\n")


def test_without_an_issue_one_is_built_and_not_kept(house: House) -> None:
    before = kept(house)
    with preview(house, "--now", NOW) as shown:
        board = shown.board()
        assert "No issue is stored yet" in board
        assert "harbour of Larn" in shown.artifact(f"{ISSUE}/email.html")
        shown.after(lambda: edit(house.config, "The Weekly", "Another Weekly"), lambda board: "Another Weekly" in board)
        edit(house.config, "Another Weekly", "The Weekly")
        assert kept(house) == before
        house.build("--offline")
        assert "As it is stored" in shown.board()


def test_an_issue_that_is_built_meanwhile_is_listed(built: House) -> None:
    with preview(built) as shown:
        built.build("--offline", now=NEXT_WEEK)
        assert "preview of 2026-11-27" in shown.board()
        assert f"preview of {ISSUE}" in shown.board(f"?issue={ISSUE}")


def test_links_between_artifacts_lead_somewhere(built: House) -> None:
    built.build("--offline", now=NEXT_WEEK)
    with preview(built) as shown:
        for name in (f"{ISSUE}/index.html", f"{ISSUE}/issue.json", "2026-11-27/digest.md", "feed.xml"):
            assert shown.artifact(name).encode() == (built.out / "weekly" / name).read_bytes()
        assert "No format makes this file" in shown.get(f"/show/{ISSUE}/nothing.html", status=404)
        assert "No format makes this file" in shown.get(f"/source/{ISSUE}/../../feeds.yaml", status=404)


def test_nothing_runs_but_its_own_script(built: House) -> None:
    """Artifacts say what feeds say; they are shut in by their frames, and by what they are served with."""
    with preview(built) as shown:
        _, page, text = shown.ask("/")
        _, artifact, _ = shown.ask(f"/show/{ISSUE}/{ISSUE}/email.html")
        _, source, _ = shown.ask(f"/source/{ISSUE}/feed.xml")
        ours = page["Content-Security-Policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in ours
        assert "frame-ancestors 'none'" in ours
        for framed in (artifact, source):
            policy = framed["Content-Security-Policy"]
            assert "; sandbox; " in policy
            assert "script-src" not in policy
            assert "default-src 'none'" in policy
        for headers in (page, artifact, source):
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cache-Control"] == "no-store"
        assert re.findall(r"<script[^>]*>", text) == ['<script src="/preview.js" defer>']
        assert "style=" not in text
        assert all("sandbox " in frame for frame in re.findall("<iframe[^>]*>", text))
        assert "EventSource" in shown.get("/preview.js")
        assert "iframe" in shown.get("/preview.css")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("localhost:8700", 200),
        ("LOCALHOST", 200),
        ("[::1]:8700", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example:8700", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1@evil.example", 421),
        ("a:b:c", 421),
    ],
)
def test_a_name_that_only_leads_here_is_refused(previewed: Previewed, host: str, status: int) -> None:
    """Or a web page whose own name comes to mean this machine could read it (DNS rebinding)."""
    for path in ("/", "/changes", f"/show/{ISSUE}/feed.xml"):
        assert previewed.ask(path, host=host)[0] == status


@pytest.fixture(scope="module")
def previewed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Previewed]:
    house = House(tmp_path_factory.mktemp("house"))
    house.build("--offline")
    with preview(house) as shown:
        yield shown


def test_it_only_answers(previewed: Previewed) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert previewed.ask("/", method)[0] == 405


def test_a_port_that_is_taken_is_said_with_the_next_step(built: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(cli, ["preview", "-c", str(built.config), "--port", str(port)])
    assert f"127.0.0.1:{port}: cannot be listened at" in str(result.exception)
    assert "--port" in result.exception.hint  # type: ignore[union-attr]


def test_ctrl_c_ends_it_at_once_though_pages_are_open(built: House) -> None:
    with preview(built) as shown:
        shown.board()
        began = monotonic()
        shown.process.send_signal(signal.SIGINT)
        assert shown.process.wait(20) == 130
        assert monotonic() - began < 5
        assert shown.process.stderr
        assert shown.process.stderr.read().strip() == "stopped"

"""`digest init`: something to begin with that works at once, and never at the cost of what is there."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from digest.cli import cli
from digest.config.load import load
from digest.render.formats import find_formats
from tests.test_build import ROOT, files

FORMATS = find_formats([ROOT / "templates"])


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def test_what_it_writes_passes_check_and_builds(tmp_path: Path) -> None:
    begun = run("init", str(tmp_path / "news"))
    config = tmp_path / "news" / "feeds.yaml"
    assert (begun.exit_code, begun.stdout) == (0, f"{config}\n")
    assert f"cd {config.parent}" in begun.stderr
    assert files(config.parent).keys() == {"feeds.yaml"}
    assert "no mistake" in run("check", "-c", str(config)).stdout
    built = run("build", "-c", str(config), "--out", str(tmp_path / "out"), "--offline")
    assert built.exit_code == 0, built.output
    (edition,) = load(config, FORMATS).editions
    assert len(edition.feeds) >= 2


def test_every_key_that_is_commented_out_can_be_used(tmp_path: Path) -> None:
    """Taken out of their comments, they are a configuration still."""
    run("init", str(tmp_path))
    config = tmp_path / "feeds.yaml"
    lines = config.read_text("utf-8").splitlines()
    keys = ("contact", "store", "url", "sender", "weight", "quote", "language", "files", "sections", "Chips")
    keys = (*keys, "Everything", "include", "exclude")
    used = [
        line.replace("# ", "", 1) if line.strip().startswith(tuple(f"# {key}" for key in keys)) else line
        for line in lines
    ]
    used = [line.replace("#   ", "  ", 1) if line.strip().startswith("#   ") else line for line in used]
    config.write_text("\n".join(used), "utf-8")
    (edition,) = load(config, FORMATS).editions
    assert edition.sender
    assert [topic.name for topic in edition.selection.topics] == ["Chips", "Everything else"]
    assert (edition.selection.include, edition.selection.exclude) != (None, None)


def test_a_file_that_is_there_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("mine", "utf-8")
    result = run("init", str(tmp_path))
    assert str(tmp_path / "feeds.yaml") in str(result.exception)
    assert "is there already" in str(result.exception)
    assert files(tmp_path) == {"feeds.yaml": b"mine"}


def test_templates_are_copied_on_request(tmp_path: Path) -> None:
    for folder, given, wanted in (
        ("all", ["--templates"], set(FORMATS)),
        ("some", ["--templates", "email,site"], {"email", "site"}),
        ("more", ["--templates", "feeds", "--templates", "email"], {"feeds", "email"}),
    ):
        result = run("init", str(tmp_path / folder), *given)
        assert result.exit_code == 0, result.output
        copies = {path.name: files(path) for path in (tmp_path / folder / "templates").iterdir()}
        assert copies == {name: files(FORMATS[name]) for name in wanted}


def test_words_are_copied_if_they_are_named(tmp_path: Path) -> None:
    """And with no format: who changes one needs no copy of all words, which would go before the packaged ones."""
    assert run("init", str(tmp_path / "a"), "--templates", "locales").exit_code == 0
    assert (tmp_path / "a" / "templates" / "locales" / "de.po").is_file()
    assert run("init", str(tmp_path / "b"), "--templates").exit_code == 0
    assert not (tmp_path / "b" / "templates" / "locales").exists()


def test_templates_can_be_copied_later_but_not_over_others(tmp_path: Path) -> None:
    run("init", str(tmp_path))
    (tmp_path / "feeds.yaml").write_text("mine", "utf-8")
    assert run("init", str(tmp_path), "--templates", "feeds").stdout == f"{tmp_path / 'templates' / 'feeds'}\n"
    (tmp_path / "templates" / "feeds" / "rss.xml.j2").write_text("mine", "utf-8")
    before = files(tmp_path)
    result = run("init", str(tmp_path), "--templates", "email,feeds")
    assert str(tmp_path / "templates" / "feeds") in str(result.exception)
    assert files(tmp_path) == before
    assert before["feeds.yaml"] == b"mine"


def test_a_format_that_there_is_not_is_said_before_anything_is_written(tmp_path: Path) -> None:
    result = run("init", str(tmp_path / "news"), "--templates", "emial")
    assert "did you mean 'email'" in result.exception.hint  # type: ignore[union-attr]
    assert not (tmp_path / "news").exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    result = run("init", str(tmp_path / "file" / "news"))
    assert "cannot be written" in str(result.exception)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel as it is built from here, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_it_works_from_a_wheel(installed: Path, tmp_path: Path) -> None:
    def digest(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(installed)}
        command = [sys.executable, "-m", "digest", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)

    assert set(digest("init", "--templates").stdout.split()) == {
        "feeds.yaml",
        *(f"templates/{name}" for name in FORMATS),
    }
    digest("check")
    digest("build", "--offline")
    assert (tmp_path / "out" / "weekly" / "feed.xml").is_file()
    pages = {path.name for path in (ROOT / "digest" / "web" / "pages").iterdir()}
    assert {path.name for path in (installed / "digest" / "web" / "pages").iterdir()} == pages

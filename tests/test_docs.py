"""What can be typed is documented: commands, options, keys, plug-ins and their options, formats."""

import dataclasses
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from digest import plugins
from digest.app.setup import template_folders
from digest.cli import cli
from digest.config.schema import keys
from digest.render.formats import find_formats

ROOT = Path(__file__).parent.parent
REFERENCE = (ROOT / "docs" / "configuration.md").read_text("utf-8")


def test_every_command_and_option_is_in_the_reference() -> None:
    for name, command in cli.commands.items():
        assert f"`digest {name}" in REFERENCE
        row = next(line for line in REFERENCE.splitlines() if line.startswith(f"| `digest {name}"))
        for parameter in command.params:
            for option in parameter.opts if isinstance(parameter, click.Option) else []:
                assert f"`{option}" in row or f"/{option}" in row, f"{name} {option}"


@pytest.mark.parametrize(("path", "names"), keys().items())
def test_every_key_is_in_the_reference_with_its_meaning(path: str, names: list[str]) -> None:
    section = REFERENCE.split(f"`{path}`\n" if path else "## Top level\n", 1)[1].split("\n## ", 1)[0]
    for name in names:
        assert f"\n| `{name}` | " in section, f"{path}.{name}"


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in plugins.PACKAGES for name in plugins.names(kind)])
def test_every_plugin_and_option_is_in_the_reference(kind: str, name: str) -> None:
    row = next(line for line in REFERENCE.splitlines() if line.startswith(f"| {kind} | `{name}` |"))
    for field in dataclasses.fields(plugins.find(kind, name)):
        assert f"`{field.name}`" in row, f"{kind} {name} {field.name}"


def test_every_format_is_documented() -> None:
    text = (ROOT / "docs" / "formats.md").read_text("utf-8")
    for name in find_formats(template_folders(ROOT)):
        assert f"`{name}`" in text


def test_the_example_of_a_format_works_and_its_quotes_are_proven(tmp_path: Path) -> None:
    """As it stands on the page, copied beside a feeds.yaml that names it."""
    text = (ROOT / "docs" / "formats.md").read_text("utf-8")
    section = text.split("## A format of your own\n", 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"```\w+\n(\S+ (templates/chat/\S+).*?)```", section, re.DOTALL)
    assert [path for _, path in blocks] == ["templates/chat/format.toml", "templates/chat/chat.txt.j2"]
    (tmp_path / "templates" / "chat").mkdir(parents=True)
    for content, path in blocks:
        (tmp_path / path).write_text(content, "utf-8")
    (tmp_path / "feeds.yaml").write_text(
        f"editions:\n  weekly:\n    title: The Weekly\n    files: ['{ROOT}/seeds/*']\n    formats: [chat]\n", "utf-8"
    )
    for arguments in (["build", "--offline", "--now", "2026-11-20T09:00Z", "--out"], ["verify", "--strict"]):
        command = [arguments[0], "-c", str(tmp_path / "feeds.yaml"), *arguments[1:], str(tmp_path / "out")]
        done = CliRunner().invoke(cli, command, catch_exceptions=False)
        assert done.exit_code == 0, done.output
    said = (tmp_path / "out" / "weekly" / "2026-11-20" / "chat.txt").read_text("utf-8")
    assert said.startswith("The Weekly, no. 1\n\n1. ")
    assert re.search(r"^    “.+?”$\n\n   — ", said, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(
    "page", sorted([*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]), ids=lambda page: page.name
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target

"""`digest check` says before a build what a build would fail on."""

from pathlib import Path

import pytest

from digest.app.check import describe
from digest.app.setup import read_config
from digest.errors import FormatError, PluginError
from digest.stance._weights import SHIPPED

CONFIG = """
editions:
  weekly:
    title: The Weekly
    formats: [{format}]
    files: ["seeds/*"]
"""


def house(folder: Path, format: str = "markdown") -> Path:
    (folder / "seeds").mkdir()
    (folder / "seeds" / "fine.md").write_text("# Harbour opens\n\nThe harbour opened on Monday.\n", "utf-8")
    (folder / "seeds" / "typo.md").write_text("---\ntitel: x\n---\nThe harbour opened.\n", "utf-8")
    (folder / "seeds" / "empty.txt").write_text("", "utf-8")
    (folder / "feeds.yaml").write_text(CONFIG.format(format=format), "utf-8")
    return folder / "feeds.yaml"


def test_seed_files_that_cannot_be_read_are_warnings(tmp_path: Path) -> None:
    lines = list(describe(read_config(house(tmp_path))))
    assert any("1 seed file" in line for line in lines)
    warnings = [line.strip() for line in lines if "warning" in line]
    assert [warning.split(" (")[0] for warning in warnings] == [
        "warning  seeds/empty.txt: is empty",
        "warning  seeds/typo.md:2: unknown key 'titel'",
    ]
    assert "did you mean 'title'?" in warnings[1]


def test_a_broken_template_is_said(tmp_path: Path) -> None:
    path = house(tmp_path, "own")
    (tmp_path / "templates" / "own").mkdir(parents=True)
    manifest = '[[artifact]]\npath = "a.txt"\nmedia_type = "text/plain"\ntemplate = "a.txt.j2"\n'
    (tmp_path / "templates" / "own" / "format.toml").write_text(manifest, "utf-8")
    (tmp_path / "templates" / "own" / "a.txt.j2").write_text("One\n{% if %}\n", "utf-8")
    with pytest.raises(FormatError, match=r"a\.txt\.j2:2"):
        list(describe(read_config(path)))


def test_mistakes_in_a_catalogue_are_warnings_with_their_lines(tmp_path: Path) -> None:
    """Once for each edition that speaks the language; others are not told."""
    path = house(tmp_path)
    path.write_text(path.read_text("utf-8") + "    language: de\n", "utf-8")
    (tmp_path / "templates" / "locales").mkdir(parents=True)
    (tmp_path / "templates" / "locales" / "de.po").write_text('msgid "Topic"\nmsgstr "Rubrik\n', "utf-8")
    warnings = [line for line in describe(read_config(path)) if "de.po" in line]
    assert len(warnings) == 1
    assert "de.po:2: cannot be read" in warnings[0]
    path.write_text(path.read_text("utf-8").replace("de\n", "fr\n"), "utf-8")
    assert not any("de.po" in line for line in describe(read_config(path)))


def test_what_is_quoted_is_said_where_it_differs_from_the_default(tmp_path: Path) -> None:
    path = house(tmp_path)
    assert not any(line.startswith("  quotes") for line in describe(read_config(path)))
    more = "    quote: {sentences: 1}\n    commercial: true\n    outlets: {A: {quote: none}, B: {quote: all}}\n"
    path.write_text(path.read_text("utf-8") + more, "utf-8")
    assert [line.strip() for line in describe(read_config(path)) if line.startswith("  quotes")] == [
        "quotes   up to 1 sentence and 60 words of an outlet in a story",
        "quotes   nothing of A",
        "quotes   any amount of B",
        "quotes   nothing whose licence allows no commercial use or no derivatives",
    ]


def test_weights_that_a_build_could_not_use_are_said(tmp_path: Path) -> None:
    path = house(tmp_path)
    path.write_text(path.read_text("utf-8") + "    stance: {use: cue-words, weights: own.npz}\n", "utf-8")
    with pytest.raises(PluginError, match=r"own\.npz: cannot be read"):
        list(describe(read_config(path)))
    (tmp_path / "own.npz").write_bytes(SHIPPED.read_bytes())
    assert list(describe(read_config(path)))

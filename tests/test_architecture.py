"""The house rules that import-linter cannot see."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "digest"
CLOCK = PACKAGE / "cli" / "options.py"
MODULES = sorted(PACKAGE.rglob("*.py"))
CLOCKS = {"now", "utcnow", "today"}  # the module `time` is for import-linter


def calls(path: Path) -> set[str]:
    """Names of what a module calls, the last part only."""
    nodes = (node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    return {node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in nodes}


@pytest.mark.parametrize("path", [m for m in MODULES if m != CLOCK], ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_the_command_line_reads_the_clock(path: Path) -> None:
    assert not calls(path) & CLOCKS


def test_the_command_line_does_read_it() -> None:
    """Or the test above would look for the wrong names."""
    assert "now" in calls(CLOCK)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))

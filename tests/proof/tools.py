"""The tools that are no Python packages: where they are, and what to do where one is missing.

`tests/proof/install` installs them (`make test` runs it). Where one cannot be had, what needs it is skipped and says so;
with DIGEST_PROOF=required, as in CI, it fails.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--font-render-hinting=none",
    "--no-first-run",
    "--disable-component-update",
)  # of every browser that is started
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = {
    "vnu": "vnu-jar/build/dist/vnu.jar",
    "axe": "axe-core/axe.min.js",
    "puppeteer": "puppeteer-core/package.json",
    "caniemail": "caniemail/package.json",
    "csp_evaluator": "csp_evaluator/package.json",
    "lighthouse": "lighthouse/cli/index.js",
}  # what npm installs, with the file that shows that it is there


def found(name: str) -> str | None:
    """The path of a tool, None if it is missing."""
    if name == "browser":
        return next(filter(None, map(shutil.which, BROWSERS)), None)
    if name in PACKAGES:
        path = MODULES / PACKAGES[name]
        return str(path) if path.is_file() else None
    return shutil.which(name)


def missing(*names: str) -> str:
    """A line about those tools that are not here; empty if all are."""
    lacking = [name for name in names if not found(name)]
    return f"not installed: {', '.join(lacking)}; run tests/proof/install" if lacking else ""


def need(*names: str) -> None:
    """Skip the test where a tool is missing, or fail it where the proof is required."""
    if reason := missing(*names):
        (pytest.fail if os.environ.get("DIGEST_PROOF") == "required" else pytest.skip)(reason)


def nothing(found: Iterable[object]) -> None:
    """Fail if something was found, with a line each: a list that is compared shows only its beginning."""
    lines = [str(one) for one in found]
    if lines:
        pytest.fail("\n".join([f"{len(lines)} found:", *lines[:60]]), pytrace=False)


def node(script: str, *arguments: str, given: str = "", seconds: int = 300) -> str:
    """What a script of this folder prints."""
    return run(["node", str(HERE / script), *arguments], given=given, seconds=seconds)


def run(command: Sequence[str], given: str = "", seconds: int = 300, fine: Sequence[int] = (0,)) -> str:
    """What a command prints; an error with what it says if it ends otherwise than `fine`."""
    result = subprocess.run(command, input=given.encode(), capture_output=True, timeout=seconds, check=False)
    if result.returncode not in fine:
        raise RuntimeError(
            f"{command[0]} ended with {result.returncode}:\n{result.stderr.decode(errors='replace')[-4000:]}"
        )
    return result.stdout.decode(errors="replace")

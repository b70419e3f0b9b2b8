"""Lighthouse's marks for the home page, an issue and a story: a report, since its marks for speed wobble."""

import json
import os
import subprocess
from pathlib import Path

from tests.proof.browse import address, served
from tests.proof.pages import is_page, largest_of_each_kind, pages_in
from tests.proof.tools import FLAGS, MODULES, PACKAGES, found


def marks(built: Path, edition: str) -> dict[str, dict[str, float]]:
    """Of the largest page of each kind of an edition in `built`, by page: the mark of each category, 1 being the best."""
    pages = [page for page in largest_of_each_kind(pages_in(built / edition)) if is_page(page)]
    with served(built) as base:
        return {page.name: _marks(address(base, page.name)) for page in pages}


def _marks(url: str) -> dict[str, float]:
    program = [
        "node",
        str(MODULES / PACKAGES["lighthouse"]),
        url,
        "--quiet",
        "--output=json",
        f"--chrome-flags={' '.join(FLAGS)}",
    ]
    env = {**os.environ, "CHROME_PATH": found("browser") or ""}
    result = subprocess.run(program, env=env, capture_output=True, text=True, timeout=180, check=True)
    categories = json.loads(result.stdout)["categories"]
    return {name: category["score"] for name, category in categories.items()}

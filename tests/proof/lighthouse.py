"""Lighthouse's marks for each kind of page: a report, since its marks for speed wobble with the machine."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.proof.browse import address, served
from tests.proof.exhibit import HOME
from tests.proof.pages import is_page, largest_of_each_kind, pages_in
from tests.proof.tools import FLAGS, MODULES, PACKAGES, found

SCRIPT = MODULES / PACKAGES["lighthouse"]
WRITTEN = (".html", ".xml", ".txt", ".json")


def marks(built: Path, edition: str) -> dict[str, dict[str, Any]]:
    """Of the largest page of each kind of an edition in `built`: the mark of each category, 1 being the best, and `lost`.

    The pages are changed to name the address at which they are served here: Lighthouse minds a canonical address elsewhere.
    """
    with served(built) as base:
        for file in (built / edition).rglob("*"):
            if file.suffix in WRITTEN:
                file.write_text(file.read_text("utf-8").replace(f"{HOME}/", base), "utf-8")
        pages = [page for page in largest_of_each_kind(pages_in(built / edition)) if is_page(page)]
        return {page.name: _marks(address(base, page.name)) for page in pages}


def _marks(url: str) -> dict[str, Any]:
    program = ["node", str(SCRIPT), url, "--quiet", "--output=json", f"--chrome-flags={' '.join(FLAGS)}"]
    env = {**os.environ, "CHROME_PATH": found("browser") or ""}
    result = subprocess.run(program, env=env, capture_output=True, text=True, timeout=180, check=True)
    report = json.loads(result.stdout)
    marks = {name: category["score"] for name, category in report["categories"].items()}
    return {**marks, "lost": _lost(report)}


def _lost(report: dict[str, Any]) -> list[str]:
    """What points were lost for, speed aside: its audits change from run to run."""
    counted = [
        audit["id"]
        for name, category in report["categories"].items()
        if name != "performance"
        for audit in category["auditRefs"]
    ]
    return [
        f"{id}: {report['audits'][id]['title']}" for id in counted if report["audits"][id]["score"] not in (None, 1)
    ]
